/* srnn.h - the public interface of libsrnn
 *
 * libsrnn trains and runs simple recurrent networks inside other programs. It
 * measures, clips and regularises the gradient that travels back through time
 * as Pascanu, Mikolov and Bengio describe ("On the difficulty of training
 * recurrent neural networks", 2013; "the paper" below), gives the same bits on
 * every machine, and allocates nothing once its objects exist.
 *
 * The network, for step t = 1..T, with row vectors:
 *
 *     h_t = f(x_t W_in + h_{t-1} W_rec + b_rec)     hidden state
 *     z_t = h_t W_out + b_out                       logits
 *     y_t = g(z_t)                                  outputs
 *
 * A training step is a straight line, and this file follows it:
 *
 *     model -> batch -> workspace -> forward -> loss -> backward
 *           -> regularizer -> clipper -> optimizer -> model
 *
 *     memset(gradient, 0, n * sizeof *gradient);
 *     srnn_batch_begin(batch, 200, 20);
 *     srnn_batch_input_ids(batch, x, 20, 1);         x [steps x sequences]
 *     srnn_batch_target_ids(batch, y, 0, 1);         y [sequences], last step
 *     srnn_forward(model, workspace, batch);
 *     srnn_loss(model, workspace, batch, 1.0 / 20, &loss, &weight);
 *     srnn_backward(model, workspace, regularizer, gradient, n);
 *     srnn_regularizer_apply(regularizer, model, gradient, n, &omega);
 *     srnn_clipper_apply(clipper, model, gradient, n, &norm);
 *     srnn_optimizer_step(optimizer, parameters, gradient, n);
 *
 * Rules that hold for every function
 *
 * Status. A function that can fail returns int32_t: SRNN_OK (0) or one of the
 * negative SRNN_E codes. On failure nothing has been written, neither to an
 * object nor through a pointer, unless the function says otherwise. When
 * several errors apply, which one is told is not promised. Results leave
 * through the last arguments, which must not be NULL except where told.
 *
 * Arguments. A NULL where none is allowed, a handle of another kind and a dead
 * handle are SRNN_E_ARGUMENT. These are not repeated below: "Errors" lists what
 * comes on top.
 *
 * Four doors. For a handle X, srnn_X_size tells the exact number of bytes that
 * an object needs, srnn_X_init builds it in the caller's memory (aligned to
 * srnn_alignment() or SRNN_E_ALIGNMENT; of at least that size or SRNN_E_SPACE),
 * srnn_X_create allocates and builds it, srnn_X_destroy ends it. An object is
 * one block: create calls the allocator once and destroy calls it once, and no
 * other function allocates. destroy accepts NULL; for an object in the caller's
 * memory it only marks it dead. Sizes that do not fit in size_t are
 * SRNN_E_OVERFLOW. An init that fails may have written to the caller's memory.
 *
 * Ownership. Handles belong to the caller. Pointers passed in are borrowed, for
 * the call unless told. Pointers handed out die with their object. Strings
 * handed out are static.
 *
 * Threads. There is no global or hidden state. Different objects may be used at
 * the same time. A const object may be used by many threads at a time while
 * none changes it. A non-const object belongs to one thread at a time.
 *
 * Options. srnn_X_set and srnn_X_get take a key of their handle. A key of
 * another handle or none is SRNN_E_OPTION; a value out of bounds or NaN is
 * SRNN_E_RANGE; a key that can only be read is SRNN_E_READ_ONLY in set.
 *
 * Shapes. Matrices are row-major, [rows x columns]. Strides count elements, not
 * bytes; the last axis is dense. Element (t, s, i) of an array with a step
 * stride and a sequence stride is at base[t * step_stride + s *
 * sequence_stride + i], so time-major and batch-major arrays both fit.
 *
 * Same bits. With the same inputs every function gives the same bits on every
 * processor, compiler, optimisation level, number of threads and order of
 * tasks. Not promised: the sign and payload of a NaN.
 *
 * Growth. A signature never changes, a code or key never changes its meaning,
 * and both are only added to. Before 1.0 the interface may still change, and
 * the CHANGELOG tells. */
#ifndef SRNN_H
#define SRNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * Version
 * ------------------------------------------------------------------------ */

/* The version of this header. */
#define SRNN_VERSION_MAJOR 0
#define SRNN_VERSION_MINOR 1
#define SRNN_VERSION_PATCH 0

/* The version of the library that runs: major << 16 | minor << 8 | patch. */
uint32_t srnn_version_number(void);

/* The same as text, "0.1.0". */
const char *srnn_version_string(void);

/* What this build is: compiler, arithmetic family ("fused" or "separate") and
 * the instruction sets compiled in. No date, no path. */
const char *srnn_build_info(void);

/* ------------------------------------------------------------------------
 * Status
 * ------------------------------------------------------------------------ */

#define SRNN_OK 0
#define SRNN_E_ARGUMENT (-1)    /* NULL, a wrong kind of handle, or a dead one */
#define SRNN_E_RANGE (-2)       /* a number out of its bounds */
#define SRNN_E_SHAPE (-3)       /* sizes that do not fit together */
#define SRNN_E_STATE (-4)       /* calls in the wrong order */
#define SRNN_E_MEMORY (-5)      /* the allocator gave nothing */
#define SRNN_E_SPACE (-6)       /* the memory or the workspace is too small */
#define SRNN_E_ALIGNMENT (-7)   /* memory not aligned to srnn_alignment() */
#define SRNN_E_OVERFLOW (-8)    /* a size beyond what size_t can tell */
#define SRNN_E_OPTION (-9)      /* a key that this handle does not know */
#define SRNN_E_READ_ONLY (-10)  /* parameters or options that can only be read */
#define SRNN_E_UNSUPPORTED (-11) /* not in this build or on this processor */
#define SRNN_E_NONFINITE (-12)  /* NaN or infinity where a number is needed */
#define SRNN_E_FORMAT (-13)     /* a file that is not what it should be */
#define SRNN_E_VERSION (-14)    /* a file of a newer format */
#define SRNN_E_CHECKSUM (-15)   /* a damaged file */
#define SRNN_E_TRUNCATED (-16)  /* a file that ends too early */
#define SRNN_E_IO (-17)         /* the caller's read or write callback failed */
#define SRNN_E_PARALLEL (-18)   /* the caller's parallel-for failed */

/* The name of a code, "SRNN_E_SHAPE"; "SRNN_E_UNKNOWN" for any other number. */
const char *srnn_status_name(int32_t status);

/* One English sentence about a code, without a full stop. Never NULL. */
const char *srnn_status_text(int32_t status);

/* ------------------------------------------------------------------------
 * Memory
 * ------------------------------------------------------------------------ */

/* The alignment in bytes that every srnn_X_init asks for: that of any malloc. */
size_t srnn_alignment(void);

/* An allocator. `block` NULL asks for `new_size` bytes and gets NULL when there
 * are none; otherwise `new_size` is 0 and the `old_size` bytes at `block` are
 * given back. A create with a NULL allocator uses the C library's. */
typedef void *(*srnn_allocate_fn)(void *user, void *block, size_t old_size,
                                  size_t new_size);

/* ------------------------------------------------------------------------
 * Random numbers
 *
 * PCG32 (O'Neill 2014, XSH RR 64/32): small, fast, with published test vectors.
 * The numbers that follow a seed never change under the same soname; normal
 * variates have their own in each arithmetic family (fused or separate).
 * ------------------------------------------------------------------------ */

typedef struct srnn_random srnn_random;

/* A generator started from `seed`, on one of 2^63 `stream`s, which never meet. Take
 * small numbers for streams: those that differ in their top bits only are alike. */
size_t srnn_random_size(void);
int32_t srnn_random_init(void *memory, size_t size, uint64_t seed,
                         uint64_t stream, srnn_random **random);
int32_t srnn_random_create(srnn_allocate_fn allocate, void *user, uint64_t seed,
                           uint64_t stream, srnn_random **random);
void srnn_random_destroy(srnn_random *random);

/* The next 32 bits. The draws cannot fail: a NULL or dead generator gives 0. */
uint32_t srnn_random_u32(srnn_random *random);

/* An integer uniform in [0, bound), without bias; 0 for bound 0. */
uint32_t srnn_random_below(srnn_random *random, uint32_t bound);

/* A float uniform in [0, 1), a multiple of 2^-24. */
float srnn_random_uniform(srnn_random *random);

/* A normal variate of mean 0 and variance 1 (Marsaglia's polar method). */
float srnn_random_normal(srnn_random *random);

/* ------------------------------------------------------------------------
 * Model
 *
 * A shape and one flat vector of parameters: w_in [inputs x hidden], w_rec
 * [hidden x hidden] (row = from, column = to), b_rec [hidden], w_out [hidden x
 * outputs], b_out [outputs], h0 [hidden]. Absent ones are left out, nothing is
 * padded, and gradients and files have the same order.
 * ------------------------------------------------------------------------ */

typedef struct srnn_model srnn_model;

/* Activation f of the hidden units, and (not RELU) kind g of the outputs. */
#define SRNN_TANH 1u    /* hidden only */
#define SRNN_SIGMOID 2u /* 1 / (1 + exp(-x)) */
#define SRNN_RELU 3u    /* hidden only */
#define SRNN_LINEAR 4u
#define SRNN_SOFTMAX 5u /* outputs only */

/* Flags of a model. */
#define SRNN_NO_RECURRENT_BIAS 1u /* no b_rec */
#define SRNN_NO_OUTPUT_BIAS 2u    /* no b_out */
#define SRNN_LEARNED_STATE 4u     /* sequences start from h0, not from zero */
#define SRNN_EXTERNAL 8u          /* parameters lie in the caller's memory */

/* The largest number of inputs, hidden units or outputs. */
#define SRNN_MAX_WIDTH 16777216u

/* A model of `inputs`, `hidden` and `outputs` units, each from 1 to
 * SRNN_MAX_WIDTH, with all parameters 0. `activation` is SRNN_TANH,
 * SRNN_SIGMOID, SRNN_RELU or SRNN_LINEAR; `output` is SRNN_LINEAR (squared
 * error), SRNN_SIGMOID (one logistic loss per output) or SRNN_SOFTMAX
 * (cross-entropy). A model in the caller's memory may be copied as bytes.
 * Errors: RANGE (a width, kind or flag), OVERFLOW; init SPACE, ALIGNMENT;
 * create MEMORY. */
int32_t srnn_model_size(uint32_t inputs, uint32_t hidden, uint32_t outputs,
                        uint32_t activation, uint32_t output, uint32_t flags,
                        size_t *bytes);
int32_t srnn_model_init(void *memory, size_t size, uint32_t inputs,
                        uint32_t hidden, uint32_t outputs, uint32_t activation,
                        uint32_t output, uint32_t flags, srnn_model **model);
int32_t srnn_model_create(srnn_allocate_fn allocate, void *user,
                          uint32_t inputs, uint32_t hidden, uint32_t outputs,
                          uint32_t activation, uint32_t output, uint32_t flags,
                          srnn_model **model);
void srnn_model_destroy(srnn_model *model);

/* What the model was made of. A NULL or dead model gives 0. */
uint32_t srnn_model_inputs(const srnn_model *model);
uint32_t srnn_model_hidden(const srnn_model *model);
uint32_t srnn_model_outputs(const srnn_model *model);
uint32_t srnn_model_activation(const srnn_model *model);
uint32_t srnn_model_output_kind(const srnn_model *model);
uint32_t srnn_model_flags(const srnn_model *model);

/* The number n of parameters: the length of every parameter and gradient
 * vector. 0 for a NULL or dead model. */
size_t srnn_model_parameter_count(const srnn_model *model);

/* The parameters [n]. The first gives NULL for a model that is bound read-only;
 * both give NULL for one that is not bound yet. */
float *srnn_model_parameters(srnn_model *model);
const float *srnn_model_parameters_const(const srnn_model *model);

/* Let a model made with SRNN_EXTERNAL use the `count` floats at `parameters`,
 * which stay the caller's and must outlive the model's use: an MPI window, a
 * mapped file, or with _const flash. Until then its use is SRNN_E_STATE.
 * Errors: STATE (not made with SRNN_EXTERNAL), SHAPE (count is not n). */
int32_t srnn_model_bind(srnn_model *model, float *parameters, size_t count);
int32_t srnn_model_bind_const(srnn_model *model, const float *parameters,
                              size_t count);

/* The tensors that the vector is made of, `index` from 0 to count - 1: name
 * ("w_rec"), offset of the first element, rows and columns (biases have one
 * row). Any out argument may be NULL. Errors: RANGE (index). */
uint32_t srnn_model_tensor_count(const srnn_model *model);
int32_t srnn_model_tensor(const srnn_model *model, uint32_t index,
                          const char **name, size_t *offset, uint32_t *rows,
                          uint32_t *columns);

/* Initialisers; biases and h0 become 0. The first three are the paper's
 * (section 4.1.1), std being the standard deviation of a normal variate:
 *   BASIC_SIGMOID  weights of std 0.01
 *   BASIC_TANH     weights of std 0.1
 *   SMART_TANH     w_in and w_out of std 0.01; w_rec with 15 random incoming
 *                  connections per unit, scaled to spectral radius 0.95
 *   ORTHOGONAL     w_rec a random orthogonal matrix; w_in and w_out as GLOROT
 *   IDENTITY       w_rec the identity (for RELU); w_in and w_out of std 0.001
 *   GLOROT         uniform in +/- sqrt(6 / (rows + columns)) for each matrix
 * Errors: RANGE (kind), READ_ONLY, STATE (not bound). */
#define SRNN_BASIC_SIGMOID 1u
#define SRNN_BASIC_TANH 2u
#define SRNN_SMART_TANH 3u
#define SRNN_ORTHOGONAL 4u
#define SRNN_IDENTITY 5u
#define SRNN_GLOROT 6u
int32_t srnn_model_initialize(srnn_model *model, uint32_t kind,
                              srnn_random *random);

/* Instruction sets that the network's arithmetic can run on. All give the same
 * bits. A new model uses the best that the build and the processor have. */
#define SRNN_BASELINE 1u /* what the compiler was told for the whole build */
#define SRNN_AVX2 2u     /* x86-64 with AVX2 and FMA */
#define SRNN_AVX512 3u   /* x86-64 with AVX-512, F and VL */

/* Choose one, for a test or a replay, and tell the one in use (0 for a NULL or
 * dead model). Errors: UNSUPPORTED. */
int32_t srnn_model_set_instructions(srnn_model *model, uint32_t instructions);
uint32_t srnn_model_instructions(const srnn_model *model);

/* ------------------------------------------------------------------------
 * Batch
 *
 * A view on the caller's arrays: nothing is copied, nothing is checked but what
 * each call says; forward and loss check the rest. The arrays must stay valid
 * and unchanged until backward is done.
 *
 * A pair (step t, sequence s) is live when t < lengths[s] and the mask is not
 * zero there; without lengths and mask all are. A dead pair passes its hidden
 * state on unchanged and has no loss and no gradient.
 * ------------------------------------------------------------------------ */

typedef struct srnn_batch srnn_batch;

size_t srnn_batch_size(void);
int32_t srnn_batch_init(void *memory, size_t size, srnn_batch **batch);
int32_t srnn_batch_create(srnn_allocate_fn allocate, void *user,
                          srnn_batch **batch);
void srnn_batch_destroy(srnn_batch *batch);

/* Start a batch of `steps` x `sequences`, each at least 1, forgetting all
 * arrays. Errors: RANGE. The setters below are SRNN_E_STATE before it. */
int32_t srnn_batch_begin(srnn_batch *batch, uint32_t steps, uint32_t sequences);

/* Inputs: either floats [steps x sequences x inputs] or ids below `inputs`
 * [steps x sequences], which stand for one-hot vectors without their zeros. The
 * later of the two calls counts. */
int32_t srnn_batch_input(srnn_batch *batch, const float *values,
                         size_t step_stride, size_t sequence_stride);
int32_t srnn_batch_input_ids(srnn_batch *batch, const uint32_t *ids,
                             size_t step_stride, size_t sequence_stride);

/* Lengths [sequences], each from 0 to `steps`; NULL: all sequences are full. */
int32_t srnn_batch_lengths(srnn_batch *batch, const uint32_t *lengths);

/* Mask [steps x sequences]; NULL: no mask. */
int32_t srnn_batch_mask(srnn_batch *batch, const uint8_t *mask,
                        size_t step_stride, size_t sequence_stride);

/* Targets: floats [steps x sequences x outputs], or for softmax outputs also
 * ids below `outputs` [steps x sequences]. With step_stride 0 there is one
 * target per sequence, and loss and logits are at its last live step only: set
 * targets before forward. The later of the two calls counts. */
int32_t srnn_batch_target(srnn_batch *batch, const float *values,
                          size_t step_stride, size_t sequence_stride);
int32_t srnn_batch_target_ids(srnn_batch *batch, const uint32_t *ids,
                              size_t step_stride, size_t sequence_stride);

/* Weights of the loss [steps x sequences], finite; NULL: all 1. Strides as the
 * target's: with step_stride 0 one weight per sequence. */
int32_t srnn_batch_weights(srnn_batch *batch, const float *weights,
                           size_t step_stride, size_t sequence_stride);

/* ------------------------------------------------------------------------
 * Workspace
 *
 * Everything that a pass needs besides the parameters: hidden states, logits,
 * their gradients, scratch. One per thread.
 * ------------------------------------------------------------------------ */

typedef struct srnn_workspace srnn_workspace;

/* Flags: what a workspace keeps beyond the least. */
#define SRNN_LAST_OUTPUT 1u          /* logits at the last live step only */
#define SRNN_KEEP_HIDDEN_GRADIENT 2u /* SRNN_VIEW_HIDDEN_GRADIENT */
#define SRNN_KEEP_INPUT_GRADIENT 4u  /* SRNN_VIEW_INPUT_GRADIENT */
#define SRNN_KEEP_FLOW 8u            /* SRNN_VIEW_FLOW */
#define SRNN_FRUGAL 16u              /* hidden states of about 2 sqrt(max_steps) steps only:
                                        backward runs the others again, to the same bits; no
                                        SRNN_VIEW_HIDDEN */

/* A workspace for models of the shape of `model` and for batches of at most
 * `max_steps` x `max_sequences`, each at least 1. It remembers the shape, not
 * the model: copies of a model can share it. It may not be copied as bytes.
 * Errors: RANGE, OVERFLOW; init SPACE, ALIGNMENT; create MEMORY. */
int32_t srnn_workspace_size(const srnn_model *model, uint32_t max_steps,
                            uint32_t max_sequences, uint32_t flags,
                            size_t *bytes);
int32_t srnn_workspace_init(void *memory, size_t size, const srnn_model *model,
                            uint32_t max_steps, uint32_t max_sequences,
                            uint32_t flags, srnn_workspace **workspace);
int32_t srnn_workspace_create(srnn_allocate_fn allocate, void *user,
                              const srnn_model *model, uint32_t max_steps,
                              uint32_t max_sequences, uint32_t flags,
                              srnn_workspace **workspace);
void srnn_workspace_destroy(srnn_workspace *workspace);

/* Options of a workspace.
 * ERROR_LIMIT: bound, from 1e-37, on every element of the error each time it was
 * propagated through a weight matrix inside BPTT (Mikolov's clipping; 15 in his
 * toolkit). Default infinity: off. Omega looks at the error before the bound. */
#define SRNN_ERROR_LIMIT 100u
int32_t srnn_workspace_set(srnn_workspace *workspace, uint32_t key,
                           double value);
int32_t srnn_workspace_get(const srnn_workspace *workspace, uint32_t key,
                           double *value);

/* A parallel-for of the caller's. `run` must call task_fn(task, i) exactly once
 * for every i below `count`, in any order and on any threads, return when all
 * are done, and give 0; any other result ends the stage with SRNN_E_PARALLEL,
 * after which the stage's results are undefined. `tasks`, from 1 to 4096, is
 * the number of pieces a stage is cut into, at most. run NULL: no threads.
 * Errors: RANGE (tasks). */
typedef void (*srnn_task_fn)(void *task, uint32_t index);
typedef int32_t (*srnn_parallel_fn)(void *user, srnn_task_fn task_fn,
                                    void *task, uint32_t count);
int32_t srnn_workspace_parallel(srnn_workspace *workspace, srnn_parallel_fn run,
                                void *user, uint32_t tasks);

/* The carried state: what srnn_forward_continue starts from, and after a
 * forward the state after its last step. `state` [sequences x hidden].
 * Errors: set RANGE (sequences 0), SPACE (beyond max_sequences); get STATE (no
 * state yet), SHAPE (another number of sequences). */
int32_t srnn_workspace_set_state(srnn_workspace *workspace, const float *state,
                                 size_t sequence_stride, uint32_t sequences);
int32_t srnn_workspace_get_state(const srnn_workspace *workspace, float *state,
                                 size_t sequence_stride, uint32_t sequences);

/* Look into the workspace. Element (t, s, i) lies at data[t * step_stride + s *
 * sequence_stride + i], i < width. Valid until the next forward.
 *   HIDDEN           h_t [steps x sequences x hidden]
 *   LOGIT            z_t [steps x sequences x outputs]; [1 x sequences x
 *                    outputs] when the last forward had logits at the last
 *                    live step only; undefined at dead pairs
 *   LOGIT_GRADIENT   dE/dz_t, shape of LOGIT. loss writes it, and leaves it
 *                    undefined at dead pairs; a loss of the caller's own takes
 *                    this view between forward and backward, which zeroes it
 *                    once, and writes it here
 *   HIDDEN_GRADIENT  dE/dh_t [steps x sequences x hidden], complete after
 *                    backward. forward zeroes it, and what the caller then adds
 *                    counts as an error that comes from outside, at dead pairs
 *                    too
 *   INPUT_GRADIENT   dE/dx_t [steps x sequences x inputs] after backward, zero
 *                    at dead pairs
 *   FLOW             ||dE/dh_t|| [steps x sequences x 1] after backward, zero at
 *                    dead pairs: the gradient's flow through time
 * Errors: RANGE (no such view), STATE (not kept by this workspace, or the pass
 * that fills it has not run). */
#define SRNN_VIEW_HIDDEN 1u
#define SRNN_VIEW_LOGIT 2u
#define SRNN_VIEW_LOGIT_GRADIENT 3u
#define SRNN_VIEW_HIDDEN_GRADIENT 4u
#define SRNN_VIEW_INPUT_GRADIENT 5u
#define SRNN_VIEW_FLOW 6u
int32_t srnn_workspace_view(srnn_workspace *workspace, uint32_t view,
                            float **data, size_t *step_stride,
                            size_t *sequence_stride, uint32_t *width);

/* ------------------------------------------------------------------------
 * Regularizer
 *
 * Omega (the paper, section 3.3) asks that the error keep its norm from one
 * step to the one before. backward gathers it; apply adds its gradient. With
 * d_t = dE/dh_t, v_t = d_t * f'(a_t) and q_t = v_t W_rec^T, the ratio of a live
 * pair compares |q_t * f'(a_{t-1})| with |v_t| (STATE 0: the state before the
 * nonlinearity, the paper's) or |q_t| with |d_t| (STATE 1: the state after it,
 * the authors' script). Only the w_rec in q_t is differentiated; states and
 * errors are constants (equation 10). With STATE 0 the first live step of a
 * sequence that starts anew does not count: h_0 is no f(a_0).
 * ------------------------------------------------------------------------ */

typedef struct srnn_regularizer srnn_regularizer;

/* Kinds: where the options start from. */
#define SRNN_OMEGA 1u        /* as published: RATIO 0, STATE 0, AVERAGE 0 */
#define SRNN_OMEGA_SCRIPT 2u /* as in the authors' script: RATIO, STATE, AVERAGE 1 */

/* A regularizer for models with the hidden units of `model`. Errors: RANGE
 * (kind), OVERFLOW; init SPACE, ALIGNMENT; create MEMORY. */
int32_t srnn_regularizer_size(const srnn_model *model, uint32_t kind,
                              size_t *bytes);
int32_t srnn_regularizer_init(void *memory, size_t size,
                              const srnn_model *model, uint32_t kind,
                              srnn_regularizer **regularizer);
int32_t srnn_regularizer_create(srnn_allocate_fn allocate, void *user,
                                const srnn_model *model, uint32_t kind,
                                srnn_regularizer **regularizer);
void srnn_regularizer_destroy(srnn_regularizer *regularizer);

/* Options of a regularizer.
 *   WEIGHT   factor of Omega's gradient, 0 to 1e30; default 4
 *   RATIO    0: (ratio of norms - 1)^2, equation 9; 1: of squared norms,
 *            equation 10
 *   STATE    0: before the nonlinearity, 1: after it (see above)
 *   AVERAGE  0: sum over steps, mean over sequences; 1: mean over the pairs
 *            that carry signal
 *   BOUND    pairs whose squared norm in the denominator is below it carry no
 *            signal and do not count, 1e-30 to 1e30; default 1e-20
 *   VALUE, SIGNAL  read only: Omega of the last apply, and the share of its
 *            live pairs that carried signal
 * WEIGHT may change at any time. RATIO, STATE, AVERAGE and BOUND are
 * SRNN_E_STATE between a backward and its apply. */
#define SRNN_OMEGA_WEIGHT 200u
#define SRNN_OMEGA_RATIO 201u
#define SRNN_OMEGA_STATE 202u
#define SRNN_OMEGA_AVERAGE 203u
#define SRNN_OMEGA_BOUND 204u
#define SRNN_OMEGA_VALUE 250u
#define SRNN_OMEGA_SIGNAL 251u
int32_t srnn_regularizer_set(srnn_regularizer *regularizer, uint32_t key,
                             double value);
int32_t srnn_regularizer_get(const srnn_regularizer *regularizer, uint32_t key,
                             double *value);

/* What has been gathered since the last apply, for a reduction over shards,
 * threads or ranks before apply: the undivided gradient `matrix` [hidden x
 * hidden] (orientation of w_rec) and `sums` [4] = { sum of (ratio - 1)^2, pairs
 * that carried signal, pairs, sequences }. Both may be added to. */
int32_t srnn_regularizer_gathered(srnn_regularizer *regularizer, float **matrix,
                                  double **sums);

/* Add WEIGHT times Omega's gradient to w_rec's part of `gradient` [count], tell
 * Omega itself (without WEIGHT) and forget what was gathered. Where no pair
 * carried signal, Omega is 0 and nothing is added. `omega` may be NULL.
 * Errors: SHAPE (another number of hidden units, count is not n). */
int32_t srnn_regularizer_apply(srnn_regularizer *regularizer,
                               const srnn_model *model, float *gradient,
                               size_t count, double *omega);

/* ------------------------------------------------------------------------
 * Passes
 * ------------------------------------------------------------------------ */

/* Run the batch from the model's initial state, or continue from the carried
 * state (truncated BPTT: the gradient stops at the start of the batch). Fills
 * hidden states and logits. Errors: SHAPE (model and workspace differ; continue
 * with another number of sequences), SPACE (beyond max_steps or
 * max_sequences), STATE (no batch, no input, model not bound, nothing to
 * continue from), RANGE (an id or a length), UNSUPPORTED (targets at every step
 * with SRNN_LAST_OUTPUT), PARALLEL. */
int32_t srnn_forward(const srnn_model *model, srnn_workspace *workspace,
                     const srnn_batch *batch);
int32_t srnn_forward_continue(const srnn_model *model,
                              srnn_workspace *workspace,
                              const srnn_batch *batch);

/* The loss of the last forward, which must have run on this batch: the sum over
 * live pairs (or last live steps) of weight x loss, and the sum of weights, so
 * that shards add up. The loss of a pair is, by output kind, the squared error
 * sum_i (y_i - target_i)^2, the sum of the logistic losses, or the
 * cross-entropy, both in nats. Writes `scale` x d(loss)/dz as LOGIT_GRADIENT:
 * give 1 / (number of sequences) to train on the batch's mean. `loss` and
 * `weight` may be NULL. Errors: STATE (no forward, no target), SHAPE (another
 * batch, or targets that forward did not know to be at the last step), RANGE (a
 * target id; a float target outside [0, 1] for sigmoid and softmax), NONFINITE
 * (scale, a weight, a float target), UNSUPPORTED (target ids with outputs that
 * are not softmax). */
int32_t srnn_loss(const srnn_model *model, srnn_workspace *workspace,
                  const srnn_batch *batch, double scale, double *loss,
                  double *weight);

/* Count mistakes of the last forward: a live pair with a loss is wrong when the
 * largest logit is not the target's (softmax) or when any output is more than
 * `tolerance` away from its target (0.5 suits sigmoid); a sequence is wrong when
 * any of its pairs is. Each of the four results may be NULL. Errors: as loss;
 * RANGE (tolerance negative or NaN). */
int32_t srnn_count_errors(const srnn_model *model,
                          const srnn_workspace *workspace,
                          const srnn_batch *batch, double tolerance,
                          uint64_t *wrong_steps, uint64_t *steps,
                          uint64_t *wrong_sequences, uint64_t *sequences);

/* Outputs from logits: y = g(z) for `rows` rows [rows x outputs]. In place or
 * not at all overlapping. */
int32_t srnn_outputs(const srnn_model *model, const float *logits, size_t rows,
                     float *outputs);

/* Back-propagation through time over the last forward. Adds dE/dparameters to
 * `gradient` [count], in the order of the parameters; the caller zeroes it. E is
 * what LOGIT_GRADIENT (and HIDDEN_GRADIENT) says. `regularizer` may be NULL;
 * otherwise Omega is gathered in it. Non-finite numbers are not an error here:
 * the clipper decides. Errors: STATE (no forward, or no LOGIT_GRADIENT since),
 * SHAPE (model, workspace, regularizer or count differ), PARALLEL (gradient and
 * regularizer are then undefined). */
int32_t srnn_backward(const srnn_model *model, srnn_workspace *workspace,
                      srnn_regularizer *regularizer, float *gradient,
                      size_t count);

/* ------------------------------------------------------------------------
 * Clipper
 * ------------------------------------------------------------------------ */

typedef struct srnn_clipper srnn_clipper;

/* Kinds. NORM is the paper's Algorithm 1: if |g| >= threshold, g becomes g x
 * threshold / |g|, with the norm over all parameters. TENSOR does so for each
 * tensor of the model apart. VALUE limits each element to +/- threshold. */
#define SRNN_CLIP_NORM 1u
#define SRNN_CLIP_VALUE 2u
#define SRNN_CLIP_TENSOR 3u

/* A clipper. Errors: RANGE (kind); init SPACE, ALIGNMENT; create MEMORY. */
size_t srnn_clipper_size(void);
int32_t srnn_clipper_init(void *memory, size_t size, uint32_t kind,
                          srnn_clipper **clipper);
int32_t srnn_clipper_create(srnn_allocate_fn allocate, void *user,
                            uint32_t kind, srnn_clipper **clipper);
void srnn_clipper_destroy(srnn_clipper *clipper);

/* Options of a clipper.
 *   THRESHOLD  > 0; infinity measures and never clips; default 1
 *   POLICY     what happens to a gradient whose norm is NaN, infinite or above
 *              LIMIT. REFUSE: SRNN_E_NONFINITE, the gradient stays as it is
 *              (default). SKIP: it becomes zero. REPAIR: as in the authors'
 *              script it becomes 0.02 x w_rec for w_rec and zero elsewhere
 *   LIMIT      > 0; default infinity; the authors' script has 1e10
 * Statistics, read only: STEPS applied, FIRED (how many of them reached the
 * threshold with a finite gradient), BAD (how many met POLICY), NORM before and NORM_AFTER the last
 * finite one, MEAN and LARGEST norm over all finite ones, and SUGGESTED, a
 * threshold: the mean norm. The paper (section 3.2) found that half to ten
 * times the mean norm over many updates all converge. */
#define SRNN_CLIP_THRESHOLD 300u
#define SRNN_CLIP_POLICY 301u
#define SRNN_CLIP_LIMIT 302u
#define SRNN_CLIP_STEPS 350u
#define SRNN_CLIP_FIRED 351u
#define SRNN_CLIP_BAD 352u
#define SRNN_CLIP_LAST_NORM 353u
#define SRNN_CLIP_LAST_NORM_AFTER 354u
#define SRNN_CLIP_MEAN_NORM 355u
#define SRNN_CLIP_LARGEST_NORM 356u
#define SRNN_CLIP_SUGGESTED 357u
#define SRNN_POLICY_REFUSE 0
#define SRNN_POLICY_SKIP 1
#define SRNN_POLICY_REPAIR 2
int32_t srnn_clipper_set(srnn_clipper *clipper, uint32_t key, double value);
int32_t srnn_clipper_get(const srnn_clipper *clipper, uint32_t key,
                         double *value);

/* Clip `gradient` [count] in place and tell its norm before. With SKIP and
 * REPAIR a gradient that met the policy is SRNN_OK and its norm is told as it
 * was. `model` may be NULL unless TENSOR or REPAIR needs it; `norm` may be NULL.
 * Errors: NONFINITE (policy REFUSE), ARGUMENT (model needed), SHAPE (count is
 * not the model's n), STATE (REPAIR with a model that is not bound). */
int32_t srnn_clipper_apply(srnn_clipper *clipper, const srnn_model *model,
                           float *gradient, size_t count, double *norm);

/* Forget the statistics; options stay. */
int32_t srnn_clipper_reset(srnn_clipper *clipper);

/* ------------------------------------------------------------------------
 * Optimizer
 *
 * Knows vectors only. With rate r, gradient g and state m, v (zero at first):
 *   SGD       w -= r g
 *   MOMENTUM  m = momentum m + g;  w -= r m
 *   NESTEROV  m = momentum m + g;  w -= r (g + momentum m)
 *   RMSPROP   v = decay v + (1 - decay) g^2;  w -= r g / (sqrt(v) + epsilon)
 *   ADAM      m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
 *             w -= r m' / (sqrt(v') + epsilon), m' = m / (1 - beta1^t),
 *             v' = v / (1 - beta2^t)
 * ------------------------------------------------------------------------ */

typedef struct srnn_optimizer srnn_optimizer;

#define SRNN_SGD 1u
#define SRNN_MOMENTUM 2u
#define SRNN_NESTEROV 3u
#define SRNN_RMSPROP 4u
#define SRNN_ADAM 5u

/* An optimizer for vectors of `count` >= 1 parameters. Errors: RANGE (kind,
 * count), OVERFLOW; init SPACE, ALIGNMENT; create MEMORY. */
int32_t srnn_optimizer_size(uint32_t kind, size_t count, size_t *bytes);
int32_t srnn_optimizer_init(void *memory, size_t size, uint32_t kind,
                            size_t count, srnn_optimizer **optimizer);
int32_t srnn_optimizer_create(srnn_allocate_fn allocate, void *user,
                              uint32_t kind, size_t count,
                              srnn_optimizer **optimizer);
void srnn_optimizer_destroy(srnn_optimizer *optimizer);

/* Options of an optimizer. The caller schedules RATE by setting it.
 *   RATE from 0 to 1e30, default 0.01; MOMENTUM in [0, 1), 0.9; DECAY in [0, 1), 0.9;
 *   BETA1 in [0, 1), 0.9; BETA2 in [0, 1), 0.999; EPSILON from 1e-37
 *   to 1e30, 1e-8;
 *   UPDATES read only: steps taken since create or reset. */
#define SRNN_RATE 400u
#define SRNN_MOMENTUM_FACTOR 401u
#define SRNN_DECAY 402u
#define SRNN_BETA1 403u
#define SRNN_BETA2 404u
#define SRNN_EPSILON 405u
#define SRNN_UPDATES 450u
int32_t srnn_optimizer_set(srnn_optimizer *optimizer, uint32_t key,
                           double value);
int32_t srnn_optimizer_get(const srnn_optimizer *optimizer, uint32_t key,
                           double *value);

/* One update of `parameters` [count] along `gradient` [count]; the two must not
 * overlap. Errors: SHAPE (count), ARGUMENT (overlap). */
int32_t srnn_optimizer_step(srnn_optimizer *optimizer, float *parameters,
                            const float *gradient, size_t count);

/* Zero the state; options stay. */
int32_t srnn_optimizer_reset(srnn_optimizer *optimizer);

/* ------------------------------------------------------------------------
 * Streaming
 *
 * One step at a time, on a state that the caller owns: no workspace, no tape,
 * the same bits as forward. Start from srnn_initial_state or from any state.
 * ------------------------------------------------------------------------ */

/* Write the model's initial state to `state` [count], count = hidden.
 * Errors: SHAPE (count), STATE (not bound). */
int32_t srnn_initial_state(const srnn_model *model, float *state, size_t count);

/* From `state` [hidden] and input `values` [inputs] (or the one-hot `id`) to
 * `next` [hidden] and `logits` [outputs], which may be NULL. `next` must not
 * overlap `state`: keep two and swap them. Errors: ARGUMENT (next is state),
 * RANGE (id), STATE (not bound). */
int32_t srnn_step(const srnn_model *model, const float *values,
                  const float *state, float *next, float *logits);
int32_t srnn_step_id(const srnn_model *model, uint32_t id, const float *state,
                     float *next, float *logits);

/* ------------------------------------------------------------------------
 * Spectrum
 *
 * Of a square `matrix` [size x size], such as w_rec. `scratch` [count] must hold
 * at least 2 x size floats. Errors: RANGE (size 0), SPACE (count), NONFINITE
 * (an element of the matrix).
 * ------------------------------------------------------------------------ */

/* The largest absolute eigenvalue, by power iteration on the dominant pair:
 * about 6 digits when one eigenvalue or one complex pair dominates, about 3 when
 * many share the largest modulus. */
int32_t srnn_spectral_radius(const float *matrix, size_t size, float *scratch,
                             size_t count, double *radius);

/* The largest singular value, by power iteration: about 6 digits. */
int32_t srnn_largest_singular_value(const float *matrix, size_t size,
                                    float *scratch, size_t count,
                                    double *value);

/* ------------------------------------------------------------------------
 * Archive
 *
 * Models and checkpoints are safetensors files: little-endian float32 tensors
 * under their names, the architecture and a checksum in __metadata__. The same
 * model gives the same bytes on every machine. Input is taken to be hostile:
 * every length is checked against the bytes that are there. Errors of every load
 * and restore: FORMAT, VERSION, CHECKSUM, TRUNCATED, NONFINITE (a parameter).
 * ------------------------------------------------------------------------ */

/* Callbacks of streams. write stores `size` bytes; read fetches up to `capacity`
 * bytes and tells how many it `got`, 0 at the end. Both give 0, or anything else
 * to end the operation with SRNN_E_IO. */
typedef int32_t (*srnn_write_fn)(void *user, const void *data, size_t size);
typedef int32_t (*srnn_read_fn)(void *user, void *data, size_t capacity,
                                size_t *got);

/* Save a model: the exact size, into a buffer, or through a callback. Errors:
 * STATE (not bound), SPACE (capacity), IO, NONFINITE (a parameter). */
int32_t srnn_model_save_size(const srnn_model *model, size_t *bytes);
int32_t srnn_model_save(const srnn_model *model, void *buffer, size_t capacity,
                        size_t *written);
int32_t srnn_model_write(const srnn_model *model, srnn_write_fn write,
                         void *user);

/* Load a model from an archive or a checkpoint of `bytes` bytes: the size of
 * the block that the model needs, into the caller's memory, into a new block, or
 * through a callback. load_view makes a model that reads its parameters where
 * they lie in `archive`, which must then outlive it (flash; little-endian
 * machines, and data aligned for float, else UNSUPPORTED or ALIGNMENT). read
 * takes at most `max_bytes` (SPACE beyond) through a buffer of the allocator's,
 * which is given back. Errors: OVERFLOW; load and load_view SPACE, ALIGNMENT;
 * create and read MEMORY; read IO. */
int32_t srnn_model_load_size(const void *archive, size_t bytes,
                             size_t *block_bytes);
int32_t srnn_model_load(void *memory, size_t size, const void *archive,
                        size_t bytes, srnn_model **model);
int32_t srnn_model_load_view(void *memory, size_t size, const void *archive,
                             size_t bytes, srnn_model **model);
int32_t srnn_model_load_create(srnn_allocate_fn allocate, void *user,
                               const void *archive, size_t bytes,
                               srnn_model **model);
int32_t srnn_model_read(srnn_allocate_fn allocate, void *user,
                        srnn_read_fn read, void *read_user, size_t max_bytes,
                        srnn_model **model);

/* A checkpoint: the model's file with the state of the others in it, and
 * `extra_bytes` of the caller's own. A run that is restored from one goes on
 * with the bits of the run that was never stopped. optimizer, clipper, random
 * and extra may be NULL. Errors: as save. */
int32_t srnn_checkpoint_size(const srnn_model *model,
                             const srnn_optimizer *optimizer,
                             const srnn_clipper *clipper,
                             const srnn_random *random, size_t extra_bytes,
                             size_t *bytes);
int32_t srnn_checkpoint_save(const srnn_model *model,
                             const srnn_optimizer *optimizer,
                             const srnn_clipper *clipper,
                             const srnn_random *random, const void *extra,
                             size_t extra_bytes, void *buffer, size_t capacity,
                             size_t *written);
int32_t srnn_checkpoint_write(const srnn_model *model,
                              const srnn_optimizer *optimizer,
                              const srnn_clipper *clipper,
                              const srnn_random *random, const void *extra,
                              size_t extra_bytes, srnn_write_fn write,
                              void *user);

/* Restore the parameters, options and state that the checkpoint holds into
 * objects of the same shape and kind; a NULL one is passed over. All or nothing.
 * Errors: SHAPE (another shape or kind), STATE (the checkpoint lacks what is
 * asked for; model not bound), READ_ONLY (model). */
int32_t srnn_checkpoint_restore(const void *archive, size_t bytes,
                                srnn_model *model, srnn_optimizer *optimizer,
                                srnn_clipper *clipper, srnn_random *random);

/* The caller's own bytes: a pointer into `archive` and their number, which is 0
 * (and the pointer NULL) when there are none. */
int32_t srnn_checkpoint_extra(const void *archive, size_t bytes,
                              const void **extra, size_t *extra_bytes);

/* ------------------------------------------------------------------------
 * PyTorch
 *
 * The same weights as PyTorch's modules keep them, in a safetensors file:
 *
 *     rnn.weight_ih_l0  [hidden x inputs]   w_in, transposed
 *     rnn.weight_hh_l0  [hidden x hidden]   w_rec, transposed
 *     rnn.bias_ih_l0    [hidden]            b_rec
 *     rnn.bias_hh_l0    [hidden]            zeros
 *     head.weight       [outputs x hidden]  w_out, transposed
 *     head.bias         [outputs]           b_out
 *     h0                [hidden]            h0
 *
 * which is the state of a module with `rnn = torch.nn.RNN(inputs, hidden)` and
 * `head = torch.nn.Linear(hidden, outputs)`; without b_rec both biases of rnn are
 * left out (bias=False), without b_out that of head. The head gives logits. Output
 * kind and activation, which PyTorch keeps in code, go into __metadata__. There is
 * no checksum, since other programs write such files too.
 * ------------------------------------------------------------------------ */

/* Save a model for PyTorch: the exact size, into a buffer, or through a callback.
 * Errors: as srnn_model_save; UNSUPPORTED (an activation other than SRNN_TANH and
 * SRNN_RELU, which torch.nn.RNN lacks). */
int32_t srnn_pytorch_size(const srnn_model *model, size_t *bytes);
int32_t srnn_pytorch_save(const srnn_model *model, void *buffer,
                          size_t capacity, size_t *written);
int32_t srnn_pytorch_write(const srnn_model *model, srnn_write_fn write,
                           void *user);

/* Load a model from such a file of `bytes` bytes: the size of the block that it
 * needs, into the caller's memory, or into a new block. The tensors may come in
 * any order, those of rnn behind any one prefix and those of the head behind any
 * other ("model.rnn.", "fc.", or none); h0 may have ones before its side, as
 * [1 x 1 x hidden]. b_rec becomes the sum of both biases of rnn. `activation`
 * (SRNN_TANH or SRNN_RELU) and `output` win over what the file tells; 0 leaves it
 * to the file. Nothing is passed over: a tensor of another name, a second layer or
 * direction, gates, several heads, none, or elements that are not float32 are
 * UNSUPPORTED. Errors: FORMAT, TRUNCATED, UNSUPPORTED, RANGE (a kind, or 0 where the
 * file tells none), NONFINITE (a parameter, or the sum of two biases), OVERFLOW;
 * load SPACE, ALIGNMENT; create MEMORY. */
int32_t srnn_pytorch_load_size(const void *archive, size_t bytes,
                               uint32_t activation, uint32_t output,
                               size_t *block_bytes);
int32_t srnn_pytorch_load(void *memory, size_t size, const void *archive,
                          size_t bytes, uint32_t activation, uint32_t output,
                          srnn_model **model);
int32_t srnn_pytorch_load_create(srnn_allocate_fn allocate, void *user,
                                 const void *archive, size_t bytes,
                                 uint32_t activation, uint32_t output,
                                 srnn_model **model);

#ifdef __cplusplus
}
#endif

#endif /* SRNN_H */
