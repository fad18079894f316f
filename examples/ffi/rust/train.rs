//! train.rs - examples/train.c in Rust: the temporal order problem
//!
//! The work of each pass is shared out to two threads. At update 1000 the run is saved and restored
//! into new objects. It ends in the same bits as the C program, which is not interrupted. In the
//! end the trained model is saved, loaded and shown a sequence step by step.
//!
//!     rustc --edition 2021 -O -L build examples/ffi/rust/train.rs -o build/train_in_rust
//!     LD_LIBRARY_PATH=build build/train_in_rust
mod srnn;

use srnn::{Batch, Checkpoint, Clipper, Model, Optimizer, Random, Regularizer, Workspace};
use std::process::ExitCode;
use std::thread;

const STEPS: u32 = 20;
const BATCH: u32 = 20;
const TEST: u32 = 1000;
const HIDDEN: u32 = 50;
const UPDATES: u32 = 20000;
const INTERRUPTION: u32 = 1000; // where the run is saved, and new objects go on

/// ids [STEPS x count] and classes [count]: symbols 0 and 1 matter, one in the second tenth and one
/// just after the middle; 2 to 5 distract.
fn draw(random: &mut Random, count: u32) -> (Vec<u32>, Vec<u32>) {
    let mut ids: Vec<u32> = (0..STEPS * count).map(|_| 2 + random.below(4)).collect();
    let tenth = STEPS / 10;
    let classes = (0..count).map(|s| {
        let (first, second) = (random.below(2), random.below(2));
        ids[((tenth + random.below(tenth)) * count + s) as usize] = first;
        ids[((STEPS / 2 + random.below(tenth)) * count + s) as usize] = second;
        first + 2 * second
    });
    let classes = classes.collect();
    (ids, classes)
}

/// A batch of these sequences.
fn view<'a>(ids: &'a [u32], classes: &'a [u32]) -> srnn::Result<Batch<'a>> {
    let mut batch = Batch::new(STEPS, classes.len() as u32)?;
    batch.input_ids(ids, classes.len(), 1)?;
    batch.target_ids(classes, 0, 1)?;
    Ok(batch)
}

/// FNV-1a of 64 bits over the values as 32-bit words, least significant byte first.
fn hash_of(values: &[f32]) -> u64 {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
    bytes
        .fold(0xcbf29ce484222325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100000001b3))
}

/// What a run is made of. Its state, from the parameters to the generator, goes into a file.
struct Run {
    random: Random,
    model: Model,
    workspace: Workspace,
    regularizer: Regularizer,
    clipper: Clipper,
    optimizer: Optimizer,
}

impl Run {
    fn new() -> srnn::Result<Run> {
        let mut random = Random::new(1, 0)?;
        let mut model = Model::new(6, HIDDEN, 4, srnn::HIDDEN_TANH, srnn::OUTPUT_SOFTMAX, 0)?;
        model.initialize(srnn::START_SMART_TANH, &mut random)?;
        let mut workspace = Workspace::new(&model, STEPS, TEST, srnn::WORKSPACE_LAST_OUTPUT)?;
        workspace.parallel(2, |tasks| {
            thread::scope(|scope| {
                for task in tasks {
                    scope.spawn(|| task.run());
                }
            })
        })?;
        let regularizer = Regularizer::new(&model, srnn::OMEGA_PAPER)?;
        let mut clipper = Clipper::new(srnn::CLIP_NORM)?;
        clipper.set(srnn::key("CLIP_RULE"), f64::from(srnn::CLIP_RULE_AUTO))?;
        let optimizer = Optimizer::new(srnn::OPTIMIZER_SGD, model.parameter_count())?;
        Ok(Run { random, model, workspace, regularizer, clipper, optimizer })
    }

    /// The mean loss, the norm of the gradient, and Omega.
    fn update(&mut self) -> srnn::Result<(f64, f64, f64)> {
        let (ids, classes) = draw(&mut self.random, BATCH);
        let batch = view(&ids, &classes)?;
        let mut gradient = vec![0.0; self.model.parameter_count()];
        let mut pass = self.workspace.forward(&self.model, &batch)?;
        let (loss, weight) = pass.loss(1.0 / f64::from(BATCH))?;
        pass.backward(Some(&mut self.regularizer), &mut gradient)?;
        let omega = self.regularizer.apply(&self.model, &mut gradient)?;
        let rate = self.optimizer.get(srnn::key("OPTIMIZER_RATE"))?;
        self.clipper.tell(loss / f64::from(BATCH), rate, STEPS)?;
        let norm = self.clipper.apply(Some(&self.model), &mut gradient)?;
        self.optimizer.step(self.model.parameters_mut(), &gradient)?;
        Ok((loss / weight, norm, omega))
    }

    /// How many new sequences of a thousand it gets wrong.
    fn test(&mut self) -> srnn::Result<u64> {
        let (ids, classes) = draw(&mut self.random, TEST);
        let batch = view(&ids, &classes)?;
        self.workspace.forward(&self.model, &batch)?.count_errors(0.0)
    }

    /// The list of parts that saves a run, and restores one into the objects of another.
    fn checkpoint(&mut self) -> srnn::Result<Checkpoint<'_>> {
        let mut checkpoint = Checkpoint::new(7)?;
        checkpoint.add("model", &mut self.model)?;
        checkpoint.add("optimizer", &mut self.optimizer)?;
        checkpoint.add("clipper", &mut self.clipper)?;
        checkpoint.add("regularizer", &mut self.regularizer)?;
        checkpoint.add("workspace", &mut self.workspace)?;
        checkpoint.add("random", &mut self.random)?;
        checkpoint.add_text("classes", "00 10 01 11")?;
        Ok(checkpoint)
    }

    /// A run of new objects that goes on where the file was saved, with the same bits.
    fn resume(archive: &[u8]) -> srnn::Result<Run> {
        let mut run = Run::new()?;
        let mut checkpoint = run.checkpoint()?;
        checkpoint.open(archive)?;
        checkpoint.restore()?;
        let (parts, classes) = (checkpoint.parts()?.len(), checkpoint.text("classes")?);
        let updates = run.optimizer.get(srnn::key("OPTIMIZER_UPDATES"))?;
        println!("restored: {parts} parts at update {updates}, classes {classes}");
        Ok(run)
    }
}

/// Load the model of a file, show it a sequence step by step, and compare it with forward.
fn stream(archive: &[u8], run: &mut Run) -> srnn::Result<bool> {
    let model = Model::load(archive)?;
    let (ids, classes) = draw(&mut run.random, 1);
    let (mut state, mut next) = (vec![0.0; HIDDEN as usize], vec![0.0; HIDDEN as usize]);
    let mut logits = [0.0; 4];
    model.initial_state(&mut state)?;
    for &id in &ids {
        model.step_id(id, &state, &mut next, Some(&mut logits))?;
        std::mem::swap(&mut state, &mut next);
    }
    let mut whole = vec![0.0; HIDDEN as usize];
    run.workspace.forward(&run.model, &view(&ids, &classes)?)?;
    run.workspace.get_state(&mut whole)?;
    let same = hash_of(&state) == hash_of(&whole);
    let class = (0..4).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap_or(0);
    print!("streamed: class {class} for {}, ", classes[0]);
    println!("the state is {} of forward", if same { "that" } else { "NOT THAT" });
    Ok(same)
}

fn train() -> srnn::Result<bool> {
    let mut run = Run::new()?;
    let mut wrong = u64::from(TEST);
    for update in 1..=UPDATES {
        let (loss, norm, omega) = run.update()?;
        if update % 500 == 0 {
            wrong = run.test()?;
            print!("update {update:5}  loss {loss:.3}  norm {norm:.3}  ");
            println!("Omega {omega:.4}  wrong {wrong:4} of {TEST}");
            if wrong == 0 {
                break;
            }
        }
        if update == INTERRUPTION {
            let archive = run.checkpoint()?.save()?;
            run = Run::resume(&archive)?;
        }
    }
    println!("hash {:016x}", hash_of(run.model.parameters()));
    let same = stream(&run.model.save()?, &mut run)?;
    println!("two threads for each stage");
    Ok(wrong == 0 && same)
}

fn main() -> ExitCode {
    match train() {
        Ok(good) => ExitCode::from(u8::from(!good)),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
