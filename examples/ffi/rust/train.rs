//! train.rs - examples/train.c in Rust: the temporal order problem
//!
//! The work of each pass is shared out to two threads. Ends in the same bits as the C program.
//!
//!     rustc --edition 2021 -O -L build examples/ffi/rust/train.rs -o build/train_in_rust
//!     LD_LIBRARY_PATH=build build/train_in_rust
mod srnn;

use srnn::{Batch, Clipper, Model, Optimizer, Random, Regularizer, Workspace};
use std::process::ExitCode;
use std::thread;

const STEPS: u32 = 20;
const BATCH: u32 = 20;
const TEST: u32 = 1000;
const HIDDEN: u32 = 50;
const UPDATES: u32 = 20000;

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

fn train() -> srnn::Result<u64> {
    let mut random = Random::new(1, 0)?;
    let mut model = Model::new(6, HIDDEN, 4, srnn::HIDDEN_TANH, srnn::OUTPUT_SOFTMAX)?;
    model.initialize(srnn::START_SMART_TANH, &mut random)?;
    let mut workspace = Workspace::new(&model, STEPS, TEST, srnn::WORKSPACE_LAST_OUTPUT)?;
    let mut regularizer = Regularizer::new(&model, srnn::OMEGA_PAPER)?;
    let mut clipper = Clipper::new(srnn::CLIP_NORM)?;
    let mut optimizer = Optimizer::new(srnn::OPTIMIZER_SGD, model.parameter_count())?;
    let mut gradient = vec![0.0; model.parameter_count()];
    let mut wrong = u64::from(TEST);

    workspace.parallel(2, |tasks| {
        thread::scope(|scope| {
            for task in tasks {
                scope.spawn(|| task.run());
            }
        })
    })?;
    for update in 1..=UPDATES {
        let (ids, classes) = draw(&mut random, BATCH);
        let batch = view(&ids, &classes)?;
        let mut pass = workspace.forward(&model, &batch)?;
        let (loss, weight) = pass.loss(1.0 / f64::from(BATCH))?;
        gradient.fill(0.0);
        pass.backward(Some(&mut regularizer), &mut gradient)?;
        let omega = regularizer.apply(&model, &mut gradient)?;
        let norm = clipper.apply(Some(&model), &mut gradient)?;
        optimizer.step(model.parameters_mut(), &gradient)?;
        if update % 500 == 0 {
            let (ids, classes) = draw(&mut random, TEST);
            let batch = view(&ids, &classes)?;
            wrong = workspace.forward(&model, &batch)?.count_errors(0.0)?;
            let loss = loss / weight;
            print!("update {update:5}  loss {loss:.3}  norm {norm:.3}  ");
            println!("Omega {omega:.4}  wrong {wrong:4} of {TEST}");
            if wrong == 0 {
                break;
            }
        }
    }
    println!("hash {:016x}", hash_of(model.parameters()));
    println!("two threads for each stage");
    Ok(wrong)
}

fn main() -> ExitCode {
    match train() {
        Ok(wrong) => ExitCode::from(u8::from(wrong > 0)),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
