//! srnn_sys.rs - the declarations of srnn.h that srnn.rs uses
//!
//! `bindgen srnn.h` writes all of them; the tests compare these with them.
#![allow(non_camel_case_types)]

use std::os::raw::{c_char, c_void};

macro_rules! opaque {
    ($($name:ident)*) => { $(#[repr(C)] pub struct $name { _private: [u8; 0] })* }
}
opaque!(srnn_random srnn_model srnn_batch srnn_workspace);
opaque!(srnn_regularizer srnn_clipper srnn_optimizer srnn_checkpoint);

pub type srnn_allocate_fn =
    Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize, usize) -> *mut c_void>;
pub type srnn_task_fn = Option<unsafe extern "C" fn(*mut c_void, u32)>;
pub type srnn_parallel_fn =
    Option<unsafe extern "C" fn(*mut c_void, srnn_task_fn, *mut c_void, u32) -> i32>;

#[rustfmt::skip]
#[link(name = "srnn")]
unsafe extern "C" {
    pub fn srnn_status_name(status: i32) -> *const c_char;
    pub fn srnn_status_text(status: i32) -> *const c_char;
    pub fn srnn_option_key(index: u32) -> u32;
    pub fn srnn_option_info(
        key: u32, handle: *mut *const c_char, name: *mut *const c_char, minimum: *mut f64,
        maximum: *mut f64, preset: *mut f64, traits: *mut u32
    ) -> i32;
    pub fn srnn_random_create(
        allocate: srnn_allocate_fn, user: *mut c_void, seed: u64, stream: u64,
        random: *mut *mut srnn_random
    ) -> i32;
    pub fn srnn_random_destroy(random: *mut srnn_random);
    pub fn srnn_random_below(random: *mut srnn_random, bound: u32) -> u32;
    pub fn srnn_model_create(
        allocate: srnn_allocate_fn, user: *mut c_void, inputs: u32, hidden: u32, outputs: u32,
        activation: u32, output: u32, flags: u32, model: *mut *mut srnn_model
    ) -> i32;
    pub fn srnn_model_destroy(model: *mut srnn_model);
    pub fn srnn_model_set(model: *mut srnn_model, key: u32, value: f64) -> i32;
    pub fn srnn_model_get(model: *const srnn_model, key: u32, value: *mut f64) -> i32;
    pub fn srnn_model_inputs(model: *const srnn_model) -> u32;
    pub fn srnn_model_hidden(model: *const srnn_model) -> u32;
    pub fn srnn_model_outputs(model: *const srnn_model) -> u32;
    pub fn srnn_model_parameter_count(model: *const srnn_model) -> usize;
    pub fn srnn_model_parameters(model: *mut srnn_model) -> *mut f32;
    pub fn srnn_model_parameters_const(model: *const srnn_model) -> *const f32;
    pub fn srnn_model_initialize(
        model: *mut srnn_model, kind: u32, random: *mut srnn_random
    ) -> i32;
    pub fn srnn_model_save(
        model: *const srnn_model, buffer: *mut c_void, capacity: usize, bytes: *mut usize
    ) -> i32;
    pub fn srnn_model_load_create(
        allocate: srnn_allocate_fn, user: *mut c_void, archive: *const c_void, bytes: usize,
        flags: u32, model: *mut *mut srnn_model
    ) -> i32;
    pub fn srnn_initial_state(model: *const srnn_model, state: *mut f32, count: usize) -> i32;
    pub fn srnn_step(
        model: *const srnn_model, values: *const f32, state: *const f32, next: *mut f32,
        logits: *mut f32
    ) -> i32;
    pub fn srnn_step_id(
        model: *const srnn_model, id: u32, state: *const f32, next: *mut f32, logits: *mut f32
    ) -> i32;
    pub fn srnn_batch_create(
        allocate: srnn_allocate_fn, user: *mut c_void, batch: *mut *mut srnn_batch
    ) -> i32;
    pub fn srnn_batch_destroy(batch: *mut srnn_batch);
    pub fn srnn_batch_begin(batch: *mut srnn_batch, steps: u32, sequences: u32) -> i32;
    pub fn srnn_batch_steps(batch: *const srnn_batch) -> u32;
    pub fn srnn_batch_sequences(batch: *const srnn_batch) -> u32;
    pub fn srnn_batch_input_ids(
        batch: *mut srnn_batch, ids: *const u32, step_stride: usize, sequence_stride: usize
    ) -> i32;
    pub fn srnn_batch_target_ids(
        batch: *mut srnn_batch, ids: *const u32, step_stride: usize, sequence_stride: usize
    ) -> i32;
    pub fn srnn_workspace_create(
        allocate: srnn_allocate_fn, user: *mut c_void, model: *const srnn_model, max_steps: u32,
        max_sequences: u32, flags: u32, workspace: *mut *mut srnn_workspace
    ) -> i32;
    pub fn srnn_workspace_destroy(workspace: *mut srnn_workspace);
    pub fn srnn_workspace_set(workspace: *mut srnn_workspace, key: u32, value: f64) -> i32;
    pub fn srnn_workspace_get(workspace: *const srnn_workspace, key: u32, value: *mut f64) -> i32;
    pub fn srnn_workspace_get_state(
        workspace: *const srnn_workspace, state: *mut f32, sequence_stride: usize, sequences: u32
    ) -> i32;
    pub fn srnn_workspace_parallel(
        workspace: *mut srnn_workspace, run: srnn_parallel_fn, user: *mut c_void, tasks: u32
    ) -> i32;
    pub fn srnn_forward(
        model: *const srnn_model, workspace: *mut srnn_workspace, batch: *const srnn_batch
    ) -> i32;
    pub fn srnn_loss(
        model: *const srnn_model, workspace: *mut srnn_workspace, batch: *const srnn_batch,
        scale: f64, loss: *mut f64, weight: *mut f64
    ) -> i32;
    pub fn srnn_count_errors(
        model: *const srnn_model, workspace: *const srnn_workspace, batch: *const srnn_batch,
        tolerance: f64, wrong_steps: *mut u64, steps: *mut u64, wrong_sequences: *mut u64,
        sequences: *mut u64
    ) -> i32;
    pub fn srnn_backward(
        model: *const srnn_model, workspace: *mut srnn_workspace,
        regularizer: *mut srnn_regularizer, gradient: *mut f32, count: usize
    ) -> i32;
    pub fn srnn_regularizer_create(
        allocate: srnn_allocate_fn, user: *mut c_void, model: *const srnn_model, kind: u32,
        regularizer: *mut *mut srnn_regularizer
    ) -> i32;
    pub fn srnn_regularizer_destroy(regularizer: *mut srnn_regularizer);
    pub fn srnn_regularizer_set(regularizer: *mut srnn_regularizer, key: u32, value: f64) -> i32;
    pub fn srnn_regularizer_get(
        regularizer: *const srnn_regularizer, key: u32, value: *mut f64
    ) -> i32;
    pub fn srnn_regularizer_apply(
        regularizer: *mut srnn_regularizer, model: *const srnn_model, gradient: *mut f32,
        count: usize, omega: *mut f64
    ) -> i32;
    pub fn srnn_clipper_create(
        allocate: srnn_allocate_fn, user: *mut c_void, kind: u32, clipper: *mut *mut srnn_clipper
    ) -> i32;
    pub fn srnn_clipper_destroy(clipper: *mut srnn_clipper);
    pub fn srnn_clipper_set(clipper: *mut srnn_clipper, key: u32, value: f64) -> i32;
    pub fn srnn_clipper_get(clipper: *const srnn_clipper, key: u32, value: *mut f64) -> i32;
    pub fn srnn_clipper_tell(clipper: *mut srnn_clipper, loss: f64, rate: f64, steps: u32) -> i32;
    pub fn srnn_clipper_apply(
        clipper: *mut srnn_clipper, model: *const srnn_model, gradient: *mut f32, count: usize,
        norm: *mut f64
    ) -> i32;
    pub fn srnn_optimizer_create(
        allocate: srnn_allocate_fn, user: *mut c_void, kind: u32, count: usize,
        optimizer: *mut *mut srnn_optimizer
    ) -> i32;
    pub fn srnn_optimizer_destroy(optimizer: *mut srnn_optimizer);
    pub fn srnn_optimizer_set(optimizer: *mut srnn_optimizer, key: u32, value: f64) -> i32;
    pub fn srnn_optimizer_get(
        optimizer: *const srnn_optimizer, key: u32, value: *mut f64
    ) -> i32;
    pub fn srnn_optimizer_step(
        optimizer: *mut srnn_optimizer, parameters: *mut f32, gradient: *const f32, count: usize
    ) -> i32;
    pub fn srnn_checkpoint_create(
        allocate: srnn_allocate_fn, user: *mut c_void, parts: u32,
        checkpoint: *mut *mut srnn_checkpoint
    ) -> i32;
    pub fn srnn_checkpoint_destroy(checkpoint: *mut srnn_checkpoint);
    pub fn srnn_checkpoint_add(
        checkpoint: *mut srnn_checkpoint, name: *const c_char, object: *mut c_void
    ) -> i32;
    pub fn srnn_checkpoint_add_bytes(
        checkpoint: *mut srnn_checkpoint, name: *const c_char, data: *mut c_void, bytes: usize
    ) -> i32;
    pub fn srnn_checkpoint_add_text(
        checkpoint: *mut srnn_checkpoint, name: *const c_char, text: *const c_char
    ) -> i32;
    pub fn srnn_checkpoint_save(
        checkpoint: *const srnn_checkpoint, buffer: *mut c_void, capacity: usize, bytes: *mut usize
    ) -> i32;
    pub fn srnn_checkpoint_open(
        checkpoint: *mut srnn_checkpoint, archive: *const c_void, bytes: usize
    ) -> i32;
    pub fn srnn_checkpoint_restore(checkpoint: *const srnn_checkpoint) -> i32;
    pub fn srnn_checkpoint_part(
        checkpoint: *const srnn_checkpoint, index: u32, kind: *mut u32, name: *mut c_char
    ) -> i32;
    pub fn srnn_checkpoint_get(
        checkpoint: *const srnn_checkpoint, name: *const c_char, key: u32, value: *mut f64
    ) -> i32;
    pub fn srnn_checkpoint_bytes(
        checkpoint: *const srnn_checkpoint, name: *const c_char, data: *mut *const c_void,
        bytes: *mut usize
    ) -> i32;
    pub fn srnn_checkpoint_text(
        checkpoint: *const srnn_checkpoint, name: *const c_char, text: *mut c_char,
        capacity: usize, length: *mut usize
    ) -> i32;
}
