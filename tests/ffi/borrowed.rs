//! borrowed.rs - ids are borrowed until backward is done, and parts as long as their checkpoint is
//! used: with `--cfg changed` or `--cfg dropped` this may not compile, without it does
#[path = "../../examples/ffi/rust/srnn.rs"]
mod srnn;

pub fn train(model: &srnn::Model, workspace: &mut srnn::Workspace) -> srnn::Result<()> {
    let mut ids = vec![0; 6];
    let mut gradient = vec![0.0; model.parameter_count()];
    let mut batch = srnn::Batch::new(2, 3)?;
    batch.input_ids(&ids, 3, 1)?;
    batch.target_ids(&[0, 1, 2], 0, 1)?;
    let mut pass = workspace.forward(model, &batch)?;
    pass.loss(1.0)?;
    #[cfg(changed)]
    ids.clear();
    pass.backward(None, &mut gradient)?;
    ids.push(1);
    Ok(())
}

pub fn save(mut model: srnn::Model) -> srnn::Result<Vec<u8>> {
    let mut checkpoint = srnn::Checkpoint::new(1)?;
    checkpoint.add("model", &mut model)?;
    #[cfg(dropped)]
    drop(model);
    checkpoint.save()
}
