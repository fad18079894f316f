//! refusals.rs - bad input to examples/ffi/rust/srnn.rs is an Err that tells why
#[path = "../../examples/ffi/rust/srnn.rs"]
mod srnn;

use srnn::{Batch, Clipper, Model, Optimizer, Random, Regularizer, Result, Workspace};

const STEPS: u32 = 4;
const COUNT: u32 = 3;

fn refused<T>(what: &str, result: Result<T>) {
    match result {
        Ok(_) => panic!("{what}: was not refused"),
        Err(error) => println!("{what}: {error}"),
    }
}

fn filled(value: u32, count: u32) -> Vec<u32> {
    vec![value; count as usize]
}

/// What a forward of sequences of that symbol, step for step, and of that class gives.
fn show<T>(
    (model, workspace): (&Model, &mut Workspace),
    (symbol, class, steps): (u32, u32, u32),
    then: impl FnOnce(srnn::Pass) -> Result<T>,
) -> Result<T> {
    let (ids, classes) = (filled(symbol, steps * COUNT), filled(class, COUNT));
    let mut batch = Batch::new(steps, COUNT)?;
    batch.input_ids(&ids, COUNT as usize, 1)?;
    batch.target_ids(&classes, 0, 1)?;
    then(workspace.forward(model, &batch)?)
}

fn main() -> Result<()> {
    let mut random = Random::new(1, 0)?;
    let mut model = Model::new(6, 5, 4, srnn::HIDDEN_TANH, srnn::OUTPUT_SOFTMAX)?;
    let n = model.parameter_count();
    model.initialize(srnn::START_SMART_TANH, &mut random)?;
    let mut workspace = Workspace::new(&model, STEPS, COUNT, srnn::WORKSPACE_LAST_OUTPUT)?;
    let mut regularizer = Regularizer::new(&model, srnn::OMEGA_PAPER)?;
    let mut clipper = Clipper::new(srnn::CLIP_NORM)?;
    let mut optimizer = Optimizer::new(srnn::OPTIMIZER_SGD, n)?;
    let mut gradient = vec![0.0; n];
    let good = (1, 2, STEPS);

    refused("a model without hidden units", Model::new(6, 0, 4, srnn::HIDDEN_TANH,
        srnn::OUTPUT_SOFTMAX));
    let result = show((&model, &mut workspace), good, |mut p| p.backward(None, &mut gradient));
    refused("backward before loss", result);
    let mut batch = Batch::new(STEPS, COUNT)?;
    let short = filled(0, STEPS * COUNT - 1);
    refused("too few ids for the batch", batch.input_ids(&short, COUNT as usize, 1));
    refused("strides beyond the ids", batch.input_ids(&short, COUNT as usize, usize::MAX));
    let result = show((&model, &mut workspace), (6, 0, STEPS), |_| Ok(()));
    refused("an id beyond the inputs", result);
    let result = show((&model, &mut workspace), (0, 4, STEPS), |mut pass| pass.loss(1.0));
    refused("a class beyond the outputs", result);
    let result = show((&model, &mut workspace), (0, 0, STEPS + 1), |_| Ok(()));
    refused("more steps than the workspace has", result);
    let other = Model::new(6, 7, 4, srnn::HIDDEN_TANH, srnn::OUTPUT_SOFTMAX)?;
    refused("a model of another shape", show((&other, &mut workspace), good, |_| Ok(())));
    let result = show((&model, &mut workspace), good, |mut pass| {
        pass.loss(1.0)?;
        pass.backward(Some(&mut regularizer), &mut gradient[1..])
    });
    refused("a gradient that is too short", result);
    let result = clipper.apply(Some(&model), &mut vec![f32::NAN; n]);
    refused("a gradient that is not a number", result);
    let result = optimizer.step(model.parameters_mut(), &gradient[1..]);
    refused("a gradient and parameters of different lengths", result);
    refused("an option of another handle", clipper.set(srnn::OPTIMIZER_RATE, 1.0));
    let result = clipper.set(srnn::CLIP_THRESHOLD, f64::NAN);
    refused("a threshold that is not a number", result);
    refused("a loss below zero", clipper.tell(-1.0, 0.01, 10));
    let mut ruled = Clipper::new(srnn::CLIP_NORM)?;
    ruled.set(srnn::CLIP_RULE, f64::from(srnn::CLIP_RULE_POLYAK))?;
    ruled.tell(1.0, 0.01, 10)?;
    ruled.apply(Some(&model), &mut vec![0.0; n])?;
    let result = ruled.apply(Some(&model), &mut vec![0.0; n]);
    refused("a rule that was told nothing", result);
    std::panic::set_hook(Box::new(|_| ())); // the panic is told as an Err
    workspace.parallel(2, |_| panic!("my own"))?;
    refused("a parallel-for that fails", show((&model, &mut workspace), good, |_| Ok(())));
    let _ = std::panic::take_hook();
    workspace.parallel(2, |mut tasks| tasks.remove(0).run())?;
    let result = show((&model, &mut workspace), good, |_| Ok(()));
    refused("a parallel-for that leaves out a task", result);

    // After all this the objects are as good as new.
    workspace.parallel(2, |tasks| tasks.into_iter().for_each(|task| task.run()))?;
    gradient.fill(0.0);
    show((&model, &mut workspace), good, |mut pass| {
        pass.loss(1.0 / f64::from(COUNT))?;
        pass.backward(Some(&mut regularizer), &mut gradient)
    })?;
    regularizer.apply(&model, &mut gradient)?;
    clipper.apply(Some(&model), &mut gradient)?;
    optimizer.step(model.parameters_mut(), &gradient)
}
