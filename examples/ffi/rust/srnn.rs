//! srnn.rs - libsrnn for Rust: the functions of srnn.h, and a safe layer on them
//!
//! A type for each handle, which is destroyed when it is dropped. srnn.h describes the functions,
//! their shapes and errors; a status that is not `SRNN_OK` is an `Error`. The types enforce what C
//! requires of its caller: a `Batch` borrows its arrays, and a `Pass`, which `Workspace::forward`
//! returns, borrows the batch until backward is done: nobody can drop or change them before. A
//! `Checkpoint` borrows its parts and its file.
//!
//! It is in five files, which belong together: srnn_passes.rs has batches and workspaces,
//! srnn_checkpoint.rs checkpoints, srnn_constants.rs kinds and flags, srnn_sys.rs declarations.
#![allow(dead_code)] // a program uses what it needs

use std::ffi::CStr;
use std::os::raw::{c_char, c_void};
use std::ptr::{null, null_mut};
use std::{fmt, slice};

#[path = "srnn_sys.rs"]
mod c;
#[path = "srnn_checkpoint.rs"]
mod checkpoint;
#[path = "srnn_constants.rs"]
mod constants;
#[path = "srnn_passes.rs"]
mod passes;
pub use checkpoint::*;
pub use constants::*;
pub use passes::*;

/// A status that is not `SRNN_OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(pub i32);

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The name of the status: "SRNN_E_SHAPE".
    pub fn name(&self) -> &'static str {
        text(unsafe { c::srnn_status_name(self.0) })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.name(), text(unsafe { c::srnn_status_text(self.0) }))
    }
}

impl std::error::Error for Error {}

/// A string of the library's, which are static and plain ASCII.
fn text(string: *const c_char) -> &'static str {
    unsafe { CStr::from_ptr(string) }.to_str().unwrap_or("")
}

fn check(status: i32) -> Result<()> {
    if status == 0 {
        Ok(())
    } else {
        Err(Error(status))
    }
}

/// The object that a create makes.
fn create<T>(make: impl FnOnce(*mut *mut T) -> i32) -> Result<*mut T> {
    let mut object = null_mut();
    check(make(&mut object))?;
    Ok(object)
}

/// The number that a function of C writes through its pointer.
fn number_from(function: impl FnOnce(*mut f64) -> i32) -> Result<f64> {
    let mut value = 0.0;
    check(function(&mut value))?;
    Ok(value)
}

/// The file that a save of C writes: first its size is found, then its bytes.
fn saved(save: impl Fn(*mut c_void, usize, *mut usize) -> i32) -> Result<Vec<u8>> {
    let mut size = 0;
    check(save(null_mut(), 0, &mut size))?;
    let mut file = vec![0; size];
    check(save(file.as_mut_ptr().cast(), size, &mut size))?;
    Ok(file)
}

/// An option or a statistic, as the library describes it.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    pub key: u32,
    pub handle: &'static str, // "clipper"
    pub name: &'static str,   // "CLIP_THRESHOLD"
    pub minimum: f64,
    pub maximum: f64,
    pub preset: f64,
    pub traits: u32, // a sum of OPTION_READ_ONLY and OPTION_WHOLE
}

/// Every option and statistic.
pub fn options() -> impl Iterator<Item = Description> {
    (0..).map(|index| unsafe { c::srnn_option_key(index) }).take_while(|&key| key != 0).map(|key| {
        let (mut handle, mut name, mut traits) = (null(), null(), 0);
        let (mut minimum, mut maximum, mut preset) = (0.0, 0.0, 0.0);
        unsafe {
            c::srnn_option_info(
                key,
                &mut handle,
                &mut name,
                &mut minimum,
                &mut maximum,
                &mut preset,
                &mut traits,
            )
        };
        let name = text(name).trim_start_matches("SRNN_");
        Description { key, handle: text(handle), name, minimum, maximum, preset, traits }
    })
}

/// The key of the option "CLIP_THRESHOLD"; 0, which get and set refuse, if there is none.
pub fn key(name: &str) -> u32 {
    options().find(|option| option.name == name).map_or(0, |option| option.key)
}

/// A handle that is destroyed when it is dropped. Raw pointers make it neither Send nor Sync.
macro_rules! handle {
    ($name:ident, $object:ident, $destroy:ident) => {
        pub struct $name(*mut c::$object);

        impl Drop for $name {
            fn drop(&mut self) {
                unsafe { c::$destroy(self.0) }
            }
        }
    };
}
handle!(Random, srnn_random, srnn_random_destroy);
handle!(Model, srnn_model, srnn_model_destroy);
handle!(BatchHandle, srnn_batch, srnn_batch_destroy);
handle!(WorkspaceHandle, srnn_workspace, srnn_workspace_destroy);
handle!(Regularizer, srnn_regularizer, srnn_regularizer_destroy);
handle!(Clipper, srnn_clipper, srnn_clipper_destroy);
handle!(Optimizer, srnn_optimizer, srnn_optimizer_destroy);
handle!(CheckpointHandle, srnn_checkpoint, srnn_checkpoint_destroy);

/// The options of a type whose handle is at a place in it. A key is what `key` returns.
macro_rules! options {
    ($name:ident, $set:ident, $get:ident, $($place:tt)+) => {
        impl $name {
            pub fn set(&mut self, key: u32, value: f64) -> Result<()> {
                check(unsafe { c::$set(self.$($place)+, key, value) })
            }

            pub fn get(&self, key: u32) -> Result<f64> {
                number_from(|value| unsafe { c::$get(self.$($place)+, key, value) })
            }
        }
    };
}
options!(Model, srnn_model_set, srnn_model_get, 0);
options!(Workspace, srnn_workspace_set, srnn_workspace_get, handle.0);
options!(Regularizer, srnn_regularizer_set, srnn_regularizer_get, 0);
options!(Clipper, srnn_clipper_set, srnn_clipper_get, 0);
options!(Optimizer, srnn_optimizer_set, srnn_optimizer_get, 0);

impl Random {
    pub fn new(seed: u64, stream: u64) -> Result<Random> {
        create(|it| unsafe { c::srnn_random_create(None, null_mut(), seed, stream, it) })
            .map(Random)
    }

    pub fn below(&mut self, bound: u32) -> u32 {
        unsafe { c::srnn_random_below(self.0, bound) }
    }
}

impl Model {
    /// A model that has its parameters itself: MODEL_EXTERNAL is refused.
    pub fn new(
        inputs: u32,
        hidden: u32,
        outputs: u32,
        activation: u32,
        output: u32,
        flags: u32,
    ) -> Result<Model> {
        check(if flags & MODEL_EXTERNAL == 0 { 0 } else { E_RANGE })?;
        create(|it| unsafe {
            c::srnn_model_create(
                None,
                null_mut(),
                inputs,
                hidden,
                outputs,
                activation,
                output,
                flags,
                it,
            )
        })
        .map(Model)
    }

    pub fn initialize(&mut self, kind: u32, random: &mut Random) -> Result<()> {
        check(unsafe { c::srnn_model_initialize(self.0, kind, random.0) })
    }

    pub fn inputs(&self) -> u32 {
        unsafe { c::srnn_model_inputs(self.0) }
    }

    pub fn hidden(&self) -> u32 {
        unsafe { c::srnn_model_hidden(self.0) }
    }

    pub fn outputs(&self) -> u32 {
        unsafe { c::srnn_model_outputs(self.0) }
    }

    pub fn parameter_count(&self) -> usize {
        unsafe { c::srnn_model_parameter_count(self.0) }
    }

    pub fn parameters(&self) -> &[f32] {
        unsafe {
            slice::from_raw_parts(c::srnn_model_parameters_const(self.0), self.parameter_count())
        }
    }

    pub fn parameters_mut(&mut self) -> &mut [f32] {
        unsafe {
            slice::from_raw_parts_mut(c::srnn_model_parameters(self.0), self.parameter_count())
        }
    }
}

/// Files.
impl Model {
    pub fn save(&self) -> Result<Vec<u8>> {
        saved(|buffer, capacity, bytes| unsafe {
            c::srnn_model_save(self.0, buffer, capacity, bytes)
        })
    }

    /// The model of a model's file, or of a checkpoint that has one called "model".
    pub fn load(archive: &[u8]) -> Result<Model> {
        let (data, bytes) = (archive.as_ptr().cast(), archive.len());
        create(|it| unsafe { c::srnn_model_load_create(None, null_mut(), data, bytes, 0, it) })
            .map(Model)
    }
}

/// Streaming: one step at a time, on states [hidden] of the caller.
impl Model {
    pub fn initial_state(&self, state: &mut [f32]) -> Result<()> {
        check(unsafe { c::srnn_initial_state(self.0, state.as_mut_ptr(), state.len()) })
    }

    /// From `values` [inputs] and `state` to the state `next` and `logits` [outputs].
    pub fn step(
        &self,
        values: &[f32],
        state: &[f32],
        next: &mut [f32],
        logits: Option<&mut [f32]>,
    ) -> Result<()> {
        at_least(values, self.inputs())?;
        let (next, logits) = self.results(state, next, logits)?;
        check(unsafe { c::srnn_step(self.0, values.as_ptr(), state.as_ptr(), next, logits) })
    }

    /// `step` with a one-hot input.
    pub fn step_id(
        &self,
        id: u32,
        state: &[f32],
        next: &mut [f32],
        logits: Option<&mut [f32]>,
    ) -> Result<()> {
        let (next, logits) = self.results(state, next, logits)?;
        check(unsafe { c::srnn_step_id(self.0, id, state.as_ptr(), next, logits) })
    }

    /// Where C may write the results of a step.
    fn results(
        &self,
        state: &[f32],
        next: &mut [f32],
        logits: Option<&mut [f32]>,
    ) -> Result<(*mut f32, *mut f32)> {
        at_least(state, self.hidden())?;
        at_least(next, self.hidden())?;
        let Some(logits) = logits else {
            return Ok((next.as_mut_ptr(), null_mut()));
        };
        at_least(logits, self.outputs())?;
        Ok((next.as_mut_ptr(), logits.as_mut_ptr()))
    }
}

/// Refuse an array that is shorter than C takes it to be.
fn at_least(array: &[f32], width: u32) -> Result<()> {
    check(if array.len() < width as usize { E_SHAPE } else { 0 })
}

impl Regularizer {
    pub fn new(model: &Model, kind: u32) -> Result<Regularizer> {
        create(|it| unsafe { c::srnn_regularizer_create(None, null_mut(), model.0, kind, it) })
            .map(Regularizer)
    }

    /// Returns Omega.
    pub fn apply(&mut self, model: &Model, gradient: &mut [f32]) -> Result<f64> {
        let (values, count) = (gradient.as_mut_ptr(), gradient.len());
        number_from(|omega| unsafe {
            c::srnn_regularizer_apply(self.0, model.0, values, count, omega)
        })
    }
}

impl Clipper {
    pub fn new(kind: u32) -> Result<Clipper> {
        create(|it| unsafe { c::srnn_clipper_create(None, null_mut(), kind, it) }).map(Clipper)
    }

    /// Says what the next gradient is of, for rules other than FIXED.
    pub fn tell(&mut self, loss: f64, rate: f64, steps: u32) -> Result<()> {
        check(unsafe { c::srnn_clipper_tell(self.0, loss, rate, steps) })
    }

    /// Returns the norm of the gradient before clipping.
    pub fn apply(&mut self, model: Option<&Model>, gradient: &mut [f32]) -> Result<f64> {
        let model = model.map_or(null(), |m| m.0 as *const _);
        let (values, count) = (gradient.as_mut_ptr(), gradient.len());
        number_from(|norm| unsafe { c::srnn_clipper_apply(self.0, model, values, count, norm) })
    }
}

impl Optimizer {
    pub fn new(kind: u32, count: usize) -> Result<Optimizer> {
        create(|it| unsafe { c::srnn_optimizer_create(None, null_mut(), kind, count, it) })
            .map(Optimizer)
    }

    pub fn step(&mut self, parameters: &mut [f32], gradient: &[f32]) -> Result<()> {
        let (weights, count) = (parameters.as_mut_ptr(), parameters.len());
        if gradient.len() != count {
            return Err(Error(E_SHAPE));
        }
        check(unsafe { c::srnn_optimizer_step(self.0, weights, gradient.as_ptr(), count) })
    }
}
