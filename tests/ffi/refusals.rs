//! refusals.rs - bad input to examples/ffi/rust/srnn.rs is an Err that tells why
#[path = "../../examples/ffi/rust/srnn.rs"]
mod srnn;

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use srnn::{Batch, Checkpoint, Clipper, Model, Optimizer, Random, Regularizer, Result, Workspace};

const STEPS: u32 = 4;
const COUNT: u32 = 3;
const PARAMETERS: usize = 6 * 5 + 5 * 5 + 5 + 5 * 4 + 4;

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

/// New objects have the presets that the library tells, but for what they are made with.
fn check_options(get: impl Fn(&srnn::Description) -> Result<f64>) -> Result<()> {
    let mut made_with = HashMap::from([
        ("MODEL_ACTIVATION", srnn::HIDDEN_TANH as usize),
        ("MODEL_OUTPUT_KIND", srnn::OUTPUT_SOFTMAX as usize),
        ("MODEL_FLAGS", 0),
        ("WORKSPACE_MAX_STEPS", STEPS as usize),
        ("WORKSPACE_MAX_SEQUENCES", COUNT as usize),
        ("WORKSPACE_FLAGS", srnn::WORKSPACE_LAST_OUTPUT as usize),
        ("OMEGA_KIND", srnn::OMEGA_PAPER as usize),
        ("CLIP_KIND", srnn::CLIP_NORM as usize),
        ("OPTIMIZER_KIND", srnn::OPTIMIZER_SGD as usize),
        ("OPTIMIZER_COUNT", PARAMETERS),
        ("WORKSPACE_HIDDEN", 5),
        ("OMEGA_HIDDEN", 5),
    ]);
    for option in srnn::options() {
        let expected = made_with.remove(option.name).map_or(option.preset, |made| made as f64);
        assert_eq!(get(&option)?, expected, "{option:?}");
        assert_eq!(srnn::key(option.name), option.key);
    }
    assert!(made_with.is_empty(), "the library does not list {made_with:?}");
    assert_eq!(srnn::key("CLIP_NOTHING"), 0);
    Ok(())
}

/// With fewer than these 32 sequences the loss is one task, which C runs without the parallel-for.
fn refuse_loss(model: &Model, other: &Model) -> Result<()> {
    const MANY: usize = 32;
    let mut wide = Workspace::new(model, 1, MANY as u32, 0)?;
    let failing = Rc::new(Cell::new(false));
    let asked = failing.clone();
    wide.parallel(2, move |tasks| {
        if !asked.get() {
            tasks.into_iter().for_each(|task| task.run());
        }
    })?;
    let ids = vec![0; MANY];
    let mut batch = Batch::new(1, MANY as u32)?;
    batch.input_ids(&ids, MANY, 1)?;
    batch.target_ids(&ids, MANY, 1)?;
    let mut pass = wide.forward(model, &batch)?;
    failing.set(true);
    refused("a parallel-for that fails in the loss", pass.loss(1.0));
    refused("a parallel-for that failed in an earlier call", wide.forward(other, &batch));
    Ok(())
}

fn refuse_streams(model: &Model, workspace: &mut Workspace) -> Result<()> {
    let (mut state, mut next, mut logits) = (vec![0.0; 5], vec![0.0; 5], [0.0; 4]);
    model.initial_state(&mut state)?;
    let result = model.step_id(1, &state[1..], &mut next, Some(&mut logits));
    refused("a state that is too short", result);
    let result = model.step_id(1, &state, &mut next[1..], Some(&mut logits));
    refused("a next state that is too short", result);
    let result = model.step_id(1, &state, &mut next, Some(&mut logits[1..]));
    refused("logits that are too short", result);
    refused("an input that is too short", model.step(&[0.0; 5], &state, &mut next, None));
    refused("an id beyond the inputs in a stream", model.step_id(6, &state, &mut next, None));
    for _ in 0..STEPS {
        model.step(&[0.0, 1.0, 0.0, 0.0, 0.0, 0.0], &state, &mut next, Some(&mut logits))?;
        std::mem::swap(&mut state, &mut next);
    }
    show((model, workspace), (1, 2, STEPS), |_| Ok(()))?;
    refused("states of another number of sequences", workspace.get_state(&mut next));
    let mut states = [0.0; 5 * COUNT as usize];
    workspace.get_state(&mut states)?;
    assert_eq!(states[..], state.repeat(COUNT as usize), "another state than that of forward");
    Ok(())
}

fn refuse_files(model: &mut Model, optimizer: &mut Optimizer, clipper: &mut Clipper) -> Result<()> {
    let mut archive = model.save()?;
    let loaded = Model::load(&archive)?;
    assert_eq!((loaded.inputs(), loaded.hidden(), loaded.outputs()), (6, 5, 4));
    assert_eq!(loaded.save()?, archive);
    refused("a file that ends too early", Model::load(&archive[..archive.len() - 1]));
    let last = archive.len() - 1;
    refused("an empty file", Model::load(&[]));
    archive[last] ^= 1;
    refused("a damaged file", Model::load(&archive));

    let (mut notes, mut short) = (*b"to be\0kept", [0; 3]);
    let mut saved = Checkpoint::new(4)?;
    refused("a name with a space", saved.add_text("my labels", ""));
    saved.add("optimizer", optimizer)?;
    saved.add("model", model)?;
    saved.add_bytes("notes", &mut notes)?;
    refused("a text with a zero in it", saved.add_text("labels", "cat\0dog"));
    saved.add_text("labels", "猫 dog")?;
    refused("a part too many", saved.add("clipper", clipper));
    refused("parts before a file is open", saved.parts());
    let archive = saved.save()?;

    let mut opened = Checkpoint::new(1)?;
    opened.open(&archive)?;
    let parts: HashMap<_, _> = opened.parts()?.into_iter().collect();
    assert_eq!(parts.len(), 4);
    assert_eq!((parts["optimizer"], parts["model"]), (srnn::PART_OPTIMIZER, srnn::PART_MODEL));
    assert_eq!((parts["notes"], parts["labels"]), (srnn::PART_BYTES, srnn::PART_TEXT));
    assert_eq!(opened.get("model", srnn::STORED_HIDDEN)?, 5.0);
    assert_eq!((opened.text("labels")?.as_str(), opened.bytes("notes")?), ("猫 dog", &notes[..]));
    opened.add("clipper", clipper)?;
    refused("a part that the file lacks", opened.restore());

    // All parts are restored, or none.
    let mut fresh = Model::new(6, 5, 4, srnn::HIDDEN_TANH, srnn::OUTPUT_SOFTMAX, 0)?;
    let mut other = Optimizer::new(srnn::OPTIMIZER_SGD, PARAMETERS + 1)?;
    let mut wrong = Checkpoint::new(2)?;
    wrong.open(&archive)?;
    wrong.add("model", &mut fresh)?;
    wrong.add("optimizer", &mut other)?;
    refused("a part of another shape", wrong.restore());
    let mut wrong = Checkpoint::new(2)?;
    wrong.open(&archive)?;
    wrong.add("model", &mut fresh)?;
    wrong.add_bytes("notes", &mut short)?;
    refused("bytes of another length", wrong.restore());
    refused("bytes that are read as a text", wrong.text("notes"));
    assert!(fresh.parameters().iter().all(|&weight| weight == 0.0), "a part has changed");
    let kept = notes;
    notes.fill(0);
    let mut right = Checkpoint::new(2)?;
    right.open(&archive)?;
    right.add("model", &mut fresh)?;
    right.add_bytes("notes", &mut notes)?;
    right.restore()?;
    assert_eq!((fresh.parameters(), notes), (model.parameters(), kept));
    Ok(())
}

fn main() -> Result<()> {
    let mut random = Random::new(1, 0)?;
    let mut model = Model::new(6, 5, 4, srnn::HIDDEN_TANH, srnn::OUTPUT_SOFTMAX, 0)?;
    let n = model.parameter_count();
    model.initialize(srnn::START_SMART_TANH, &mut random)?;
    let mut workspace = Workspace::new(&model, STEPS, COUNT, srnn::WORKSPACE_LAST_OUTPUT)?;
    let mut regularizer = Regularizer::new(&model, srnn::OMEGA_PAPER)?;
    let mut clipper = Clipper::new(srnn::CLIP_NORM)?;
    let mut optimizer = Optimizer::new(srnn::OPTIMIZER_SGD, n)?;
    let mut gradient = vec![0.0; n];
    let good = (1, 2, STEPS);

    assert_eq!(n, PARAMETERS);
    check_options(|option| match option.handle {
        "model" => model.get(option.key),
        "workspace" => workspace.get(option.key),
        "regularizer" => regularizer.get(option.key),
        "clipper" => clipper.get(option.key),
        _ => optimizer.get(option.key),
    })?;
    refused("a model without hidden units", Model::new(6, 0, 4, srnn::HIDDEN_TANH,
        srnn::OUTPUT_SOFTMAX, 0));
    refused("parameters of nobody", Model::new(6, 5, 4, srnn::HIDDEN_TANH, srnn::OUTPUT_SOFTMAX,
        srnn::MODEL_EXTERNAL));
    let result = show((&model, &mut workspace), good, |mut p| p.backward(None, &mut gradient));
    refused("backward before loss", result);
    let mut batch = Batch::new(STEPS, COUNT)?;
    let short = filled(0, STEPS * COUNT - 1);
    refused("too few ids for the batch", batch.input_ids(&short, COUNT as usize, 1));
    refused("too few classes for the batch", batch.target_ids(&short[..2], 0, 1));
    refused("strides beyond the ids", batch.input_ids(&short, COUNT as usize, usize::MAX));
    let result = show((&model, &mut workspace), (6, 0, STEPS), |_| Ok(()));
    refused("an id beyond the inputs", result);
    let result = show((&model, &mut workspace), (0, 4, STEPS), |mut pass| pass.loss(1.0));
    refused("a class beyond the outputs", result);
    let result = show((&model, &mut workspace), (0, 0, STEPS + 1), |_| Ok(()));
    refused("more steps than the workspace has", result);
    let other = Model::new(6, 7, 4, srnn::HIDDEN_TANH, srnn::OUTPUT_SOFTMAX, 0)?;
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
    refused("an option of another handle", clipper.set(srnn::key("OPTIMIZER_RATE"), 1.0));
    let result = clipper.set(srnn::key("CLIP_THRESHOLD"), f64::NAN);
    refused("a threshold that is not a number", result);
    refused("a loss below zero", clipper.tell(-1.0, 0.01, 10));
    let mut ruled = Clipper::new(srnn::CLIP_NORM)?;
    ruled.set(srnn::key("CLIP_RULE"), f64::from(srnn::CLIP_RULE_POLYAK))?;
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

    refuse_loss(&model, &other)?;
    workspace.parallel(1, |tasks| tasks.into_iter().for_each(|task| task.run()))?;
    refuse_streams(&model, &mut workspace)?;
    refused("an option that is read only", optimizer.set(srnn::key("OPTIMIZER_UPDATES"), 1.0));
    refuse_files(&mut model, &mut optimizer, &mut clipper)?;

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
