//! srnn_passes.rs - batches, workspaces, and passes over them
use super::*;
use std::marker::PhantomData;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU32, Ordering};

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
    pub(super) handle: WorkspaceHandle,
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

    /// The state [sequences x hidden] after the last step of the last forward.
    pub fn get_state(&self, state: &mut [f32]) -> Result<()> {
        let (handle, width) = (self.handle.0, self.get(key("WORKSPACE_HIDDEN"))? as usize);
        let sequences = u32::try_from(state.len() / width).map_err(|_| Error(E_SHAPE))?;
        check(if state.len() % width == 0 { 0 } else { E_SHAPE })?;
        check(unsafe { c::srnn_workspace_get_state(handle, state.as_mut_ptr(), width, sequences) })
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
