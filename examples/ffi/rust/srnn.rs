//! srnn.rs - libsrnn for Rust: the functions of srnn.h, and a safe layer on them
//!
//! A type for each handle, which is destroyed when it is dropped. srnn.h describes the functions,
//! their shapes and errors; a status that is not `SRNN_OK` is an `Error`. The types enforce what C
//! requires of its caller: a `Batch` borrows its arrays, and a `Pass`, which `Workspace::forward`
//! returns, borrows the batch until backward is done: nobody can drop or change them before.
#![allow(dead_code)] // a program uses what it needs

use std::ffi::CStr;
use std::marker::PhantomData;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fmt, slice};

pub const HIDDEN_TANH: u32 = 11; // a model's activation
pub const OUTPUT_SOFTMAX: u32 = 23; // a model's output
pub const START_SMART_TANH: u32 = 33; // an initialiser
pub const WORKSPACE_LAST_OUTPUT: u32 = 4096; // a workspace's flag
pub const OMEGA_PAPER: u32 = 61;
pub const CLIP_NORM: u32 = 71;
pub const CLIP_THRESHOLD: u32 = 300;
pub const CLIP_RULE: u32 = 303;
pub const CLIP_RULE_POLYAK: u32 = 194;
pub const OPTIMIZER_SGD: u32 = 81;
pub const OPTIMIZER_RATE: u32 = 400;
const E_SHAPE: i32 = -3;

#[path = "srnn_sys.rs"]
mod c;

/// A status that is not `SRNN_OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(pub i32);

pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let text = |s: *const c_char| unsafe { CStr::from_ptr(s) }.to_string_lossy();
        let (name, sentence) =
            unsafe { (c::srnn_status_name(self.0), c::srnn_status_text(self.0)) };
        write!(f, "{}: {}", text(name), text(sentence))
    }
}

impl std::error::Error for Error {}

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
    pub fn new(
        inputs: u32,
        hidden: u32,
        outputs: u32,
        activation: u32,
        output: u32,
    ) -> Result<Model> {
        create(|it| unsafe {
            c::srnn_model_create(
                None,
                null_mut(),
                inputs,
                hidden,
                outputs,
                activation,
                output,
                0,
                it,
            )
        })
        .map(Model)
    }

    pub fn initialize(&mut self, kind: u32, random: &mut Random) -> Result<()> {
        check(unsafe { c::srnn_model_initialize(self.0, kind, random.0) })
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

/// `steps` x `sequences` of the caller's arrays, which it borrows.
pub struct Batch<'a> {
    handle: BatchHandle,
    arrays: PhantomData<&'a [u32]>,
}

impl<'a> Batch<'a> {
    pub fn new(steps: u32, sequences: u32) -> Result<Batch<'a>> {
        let handle =
            create(|it| unsafe { c::srnn_batch_create(None, null_mut(), it) }).map(BatchHandle)?;
        check(unsafe { c::srnn_batch_begin(handle.0, steps, sequences) })?;
        Ok(Batch { handle, arrays: PhantomData })
    }

    pub fn input_ids(
        &mut self,
        ids: &'a [u32],
        step_stride: usize,
        sequence_stride: usize,
    ) -> Result<()> {
        self.check_reach(ids, step_stride, sequence_stride)?;
        check(unsafe {
            c::srnn_batch_input_ids(self.handle.0, ids.as_ptr(), step_stride, sequence_stride)
        })
    }

    pub fn target_ids(
        &mut self,
        ids: &'a [u32],
        step_stride: usize,
        sequence_stride: usize,
    ) -> Result<()> {
        self.check_reach(ids, step_stride, sequence_stride)?;
        check(unsafe {
            c::srnn_batch_target_ids(self.handle.0, ids.as_ptr(), step_stride, sequence_stride)
        })
    }

    /// Refuse an array that is shorter than the batch, which C could not check.
    fn check_reach(&self, ids: &[u32], step_stride: usize, sequence_stride: usize) -> Result<()> {
        let steps = unsafe { c::srnn_batch_steps(self.handle.0) };
        let sequences = unsafe { c::srnn_batch_sequences(self.handle.0) };
        let by_step = (steps as usize - 1).checked_mul(step_stride);
        let by_sequence = (sequences as usize - 1).checked_mul(sequence_stride);
        match by_step.zip(by_sequence).and_then(|(t, s)| t.checked_add(s)) {
            Some(last) if last < ids.len() => Ok(()),
            _ => Err(Error(E_SHAPE)),
        }
    }
}

type Run = Box<dyn Fn(Vec<Task>)>;

pub struct Workspace {
    handle: WorkspaceHandle,
    run: Option<Box<Run>>, // C has its address
}

/// A piece of a stage's work, which may run on any thread, once.
pub struct Task<'a> {
    function: c::srnn_task_fn,
    task: *mut c_void,
    index: u32,
    done: &'a AtomicU32,
}

unsafe impl Send for Task<'_> {}

impl Task<'_> {
    pub fn run(self) {
        if let Some(function) = self.function {
            unsafe { function(self.task, self.index) };
            self.done.fetch_add(1, Ordering::Release);
        }
    }
}

/// The function that C calls: no panic may leave it, and no task may be left out.
unsafe extern "C" fn run_tasks(
    user: *mut c_void,
    function: c::srnn_task_fn,
    task: *mut c_void,
    count: u32,
) -> i32 {
    let run = unsafe { &*(user as *const Run) };
    let done = AtomicU32::new(0);
    let tasks = (0..count).map(|index| Task { function, task, index, done: &done }).collect();
    let result = catch_unwind(AssertUnwindSafe(|| run(tasks)));
    i32::from(result.is_err() || done.load(Ordering::Acquire) != count)
}

impl Workspace {
    pub fn new(model: &Model, max_steps: u32, max_sequences: u32, flags: u32) -> Result<Workspace> {
        let (steps, sequences) = (max_steps, max_sequences);
        let handle = create(|it| unsafe {
            c::srnn_workspace_create(None, null_mut(), model.0, steps, sequences, flags, it)
        })
        .map(WorkspaceHandle)?;
        Ok(Workspace { handle, run: None })
    }

    /// Run each stage with `run`, divided into at most `tasks` tasks. A panic in it, or a
    /// task that it drops, is an Error of the stage.
    pub fn parallel(&mut self, tasks: u32, run: impl Fn(Vec<Task>) + 'static) -> Result<()> {
        let run: Box<Run> = Box::new(Box::new(run));
        let user = &*run as *const Run as *mut c_void;
        check(unsafe { c::srnn_workspace_parallel(self.handle.0, Some(run_tasks), user, tasks) })?;
        self.run = Some(run);
        Ok(())
    }

    pub fn forward<'p>(&'p mut self, model: &'p Model, batch: &'p Batch<'p>) -> Result<Pass<'p>> {
        check(unsafe { c::srnn_forward(model.0, self.handle.0, batch.handle.0) })?;
        Ok(Pass { workspace: self, model, batch })
    }
}

/// A forward that has run, and what can follow it. The model and the arrays stay as they are.
pub struct Pass<'p> {
    workspace: &'p mut Workspace,
    model: &'p Model,
    batch: &'p Batch<'p>,
}

impl Pass<'_> {
    /// Returns the sum of the losses, and the sum of their weights.
    pub fn loss(&mut self, scale: f64) -> Result<(f64, f64)> {
        let (mut loss, mut weight) = (0.0, 0.0);
        let (workspace, batch) = (self.workspace.handle.0, self.batch.handle.0);
        check(unsafe {
            c::srnn_loss(self.model.0, workspace, batch, scale, &mut loss, &mut weight)
        })?;
        Ok((loss, weight))
    }

    /// Returns the number of wrong sequences.
    pub fn count_errors(&self, tolerance: f64) -> Result<u64> {
        let (mut wrong, none) = (0, null_mut());
        let (workspace, batch) = (self.workspace.handle.0, self.batch.handle.0);
        check(unsafe {
            c::srnn_count_errors(
                self.model.0,
                workspace,
                batch,
                tolerance,
                none,
                none,
                &mut wrong,
                none,
            )
        })?;
        Ok(wrong)
    }

    pub fn backward(
        &mut self,
        regularizer: Option<&mut Regularizer>,
        gradient: &mut [f32],
    ) -> Result<()> {
        let (workspace, omega) = (self.workspace.handle.0, regularizer.map_or(null_mut(), |r| r.0));
        let (values, count) = (gradient.as_mut_ptr(), gradient.len());
        check(unsafe { c::srnn_backward(self.model.0, workspace, omega, values, count) })
    }
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

    pub fn set(&mut self, key: u32, value: f64) -> Result<()> {
        check(unsafe { c::srnn_clipper_set(self.0, key, value) })
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
