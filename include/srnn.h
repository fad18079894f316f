/* srnn.h - the public interface of libsrnn
 *
 * libsrnn trains and runs simple recurrent networks inside other programs. It
 * measures, clips and regularises the gradient of back-propagation through time
 * as Pascanu, Mikolov and Bengio describe ("On the difficulty of training
 * recurrent neural networks", 2013; "the paper" below). Its results have the
 * same bits on every machine, within the limits of "Same bits" below. It
 * allocates nothing once its objects exist.
 *
 * The network, for step t = 1..T, with row vectors:
 *
 *     h_t = f(x_t W_in + h_{t-1} W_rec + b_rec)     hidden state
 *     z_t = h_t W_out + b_out                       logits
 *     y_t = g(z_t)                                  outputs
 *
 * A training step calls these functions in order, and this file follows it:
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
 * several errors apply, any one of them may be returned. The contents of arrays
 * are read last, once handles, numbers, shapes and state are right. Results
 * leave through the last arguments, which must not be NULL unless the function
 * says so.
 *
 * Arguments. SRNN_E_ARGUMENT is returned for a NULL where none is allowed, for
 * a handle of another kind and for a dead handle in the caller's memory. (The
 * memory of an object that create made is gone after destroy, and so its
 * handle must not be used.) Where a function returns a value in the place of a
 * status, this is then 0 or NULL. The comments below do not repeat these:
 * "Errors" lists what can occur besides. A number that becomes a float is
 * checked as the float. What a function writes must not overlap anything else
 * that it is given, unless the function says that it may.
 *
 * Four functions for each handle X. srnn_X_size finds the exact number of bytes
 * that an object needs. srnn_X_init makes the object in the caller's memory,
 * which must be aligned to srnn_alignment() (else SRNN_E_ALIGNMENT) and at
 * least of that size (else SRNN_E_SPACE). srnn_X_create allocates the memory
 * and makes the object. srnn_X_destroy ends it. An object is one block: create
 * calls the allocator once, and destroy calls it once. So do the two
 * ..._load_create. No other function allocates. destroy accepts NULL; an object
 * in the caller's memory is only marked dead. A size that does not fit in
 * size_t is SRNN_E_OVERFLOW. An init that fails may have written to the
 * caller's memory.
 *
 * Ownership. Handles belong to the caller. Pointers passed in are used during
 * the call only, unless the function says otherwise. Pointers returned are
 * valid as long as their object. Strings returned are static. A model, a
 * clipper or an optimizer is copied by srnn_X_copy, to one that was made of the
 * same arguments. In the caller's memory a model, regularizer, clipper,
 * optimizer or generator may also be copied as bytes, within a process, to
 * memory that is aligned as for init. The bytes of a workspace, a batch, a
 * checkpoint or any object that create made must not be copied.
 *
 * Threads. There is no global or hidden state. Different objects may be used at
 * the same time. A const object may be used by many threads at a time while
 * none changes it. A non-const object belongs to one thread at a time. The
 * parts of a checkpoint count as arguments of its functions: saving reads them,
 * and restoring changes them, though the checkpoint is const.
 *
 * Callbacks. An allocator, a parallel-for and a write callback report a failure
 * by their result. While one runs, no object of the call may be changed or
 * destroyed. None may leave the library by an exception or by longjmp: the
 * objects and arrays of the call would be in an unknown state. An exception
 * ends the program where the library has no tables for unwinding, as C mostly
 * has none on microcontrollers. (srnn.hpp, for C++, catches what its callbacks
 * throw, and throws it again after the call.)
 *
 * Constants. A name is SRNN_, what the constant is for, and a word:
 * SRNN_OPTIMIZER_ADAM, SRNN_VIEW_FLOW. For a model, HIDDEN is the activation,
 * OUTPUT the output kind, START an initialiser and MODEL a flag or a key. No
 * two have the same number, and no sum of flags is the number of another; the
 * version and limits, such as SRNN_PART_NAME_BYTES, are apart. So a constant in
 * the place of another is refused: as a key with SRNN_E_OPTION, else with
 * SRNN_E_RANGE. All are unsigned, except status codes and the version.
 *
 * Options. srnn_X_set and srnn_X_get take a key of their handle. A key of
 * another handle or of none is SRNN_E_OPTION. A value that is NaN, out of
 * bounds or a fraction where whole numbers are needed is SRNN_E_RANGE.
 * Statistics are read only, and so is what an object holds or was made with:
 * setting such a key is SRNN_E_READ_ONLY. A handle has all its keys whatever
 * its kind. Those that the kind does not use may be set and have no effect,
 * unless a key says otherwise.
 *
 * Shapes. Matrices are row-major, [rows x columns]. Strides count elements, not
 * bytes, and the last axis is dense. Element (t, s, i) of an array with a step
 * stride and a sequence stride is at base[t * step_stride + s *
 * sequence_stride + i], so time-major and batch-major arrays both fit. Arrays
 * are aligned for their elements, as C demands; of those that an object keeps,
 * this is checked. No stride is negative: what runs the other way is copied. In
 * an array that is only read a stride may be 0: all steps or all sequences then
 * have the same elements. Only for targets does a step stride of 0 mean
 * something else (srnn_batch_target).
 *
 * Same bits. From the same inputs every function computes the same bits on
 * every processor, compiler and optimisation level, with every number of
 * threads and every order of tasks. This needs the default floating-point
 * environment: round to nearest, with subnormal numbers. Each arithmetic family
 * has bits of its own (srnn_arithmetic). The versions of one major and minor
 * number compute the same bits in the passes, the regularizer, the clipper, the
 * optimizer and normal variates; starting weights and the spectrum may improve.
 * Only the sign and payload of a NaN may differ. The inputs must have the same
 * bits too: what a program computes itself, its compiler may contract, as gcc
 * does by -march=native, unless it is told -ffp-contract=off.
 *
 * Linkage. SRNN_API stands in front of every function. As a rule nothing need
 * be defined. For a Windows DLL, define SRNN_DLL_EXPORT where the library is
 * compiled. SRNN_DLL where it is used saves a jump in each call. A plugin that
 * must not export the functions compiles the library with SRNN_API defined as
 * nothing, which hides them; or it includes srnn.c, the library in one file,
 * after defining SRNN_API as static. Other names of the library are hidden,
 * except on Windows.
 *
 * Growth. A signature never changes. A code, key, kind, flag or view never
 * changes its meaning, and none goes away; there may be new ones. What a later
 * version adds to a handle, a model too, is a key, a kind or a flag and not an
 * argument. So a call that fails may succeed in a later version, and a function
 * may return a code that came later. Three things may
 * differ in any version: the sizes that srnn_X_size finds, how an object lies
 * in its memory, and the texts of srnn_status_text and srnn_build_info.
 * Before 1.0 a minor version may still change the interface. So each has a
 * soname of its own, and the CHANGELOG says what changed. */
#ifndef SRNN_H
#define SRNN_H

#ifndef SRNN_API
#if defined(_WIN32) && defined(SRNN_DLL_EXPORT)
#define SRNN_API __declspec(dllexport)
#elif defined(_WIN32) && defined(SRNN_DLL)
#define SRNN_API __declspec(dllimport)
#elif defined(__GNUC__) && !defined(_WIN32)
#define SRNN_API __attribute__((visibility("default")))
#else
#define SRNN_API
#endif
#endif

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
#define SRNN_VERSION_MINOR 2
#define SRNN_VERSION_PATCH 0

/* The same as one number, major << 16 | minor << 8 | patch, and as text. */
#define SRNN_VERSION_NUMBER 512
#define SRNN_VERSION_STRING "0.2.0"

/* The version of the library that runs, as such a number. */
SRNN_API
uint32_t srnn_version_number(void);

/* The same version as text, "0.2.0". */
SRNN_API
const char *srnn_version_string(void);

/* The arithmetic family of the library that runs. A build has the second when
 * it was made with SRNN_NO_FMA defined. */
#define SRNN_ARITHMETIC_FUSED 901u    /* a multiply-add rounds once */
#define SRNN_ARITHMETIC_SEPARATE 902u /* the product rounds, then the sum */
SRNN_API
uint32_t srnn_arithmetic(void);

/* A description of this build: compiler, arithmetic family ("fused" or
 * "separate") and the instruction sets compiled in. No date, no path. */
SRNN_API
const char *srnn_build_info(void);

/* ------------------------------------------------------------------------
 * Status
 * ------------------------------------------------------------------------ */

#define SRNN_OK 0
#define SRNN_E_ARGUMENT (-1)    /* NULL, a handle of another kind, a dead one */
#define SRNN_E_RANGE (-2)       /* a number out of its bounds */
#define SRNN_E_SHAPE (-3)       /* sizes that do not fit together */
#define SRNN_E_STATE (-4)       /* calls in the wrong order */
#define SRNN_E_MEMORY (-5)      /* the allocator returned NULL */
#define SRNN_E_SPACE (-6)       /* the memory or the workspace is too small */
#define SRNN_E_ALIGNMENT (-7)   /* memory or an array that is not aligned */
#define SRNN_E_OVERFLOW (-8)    /* a size that size_t or a file cannot hold */
#define SRNN_E_OPTION (-9)      /* a key that this handle does not have */
#define SRNN_E_READ_ONLY (-10)  /* parameters or an option that are read only */
#define SRNN_E_UNSUPPORTED (-11) /* not with this build, processor or data */
#define SRNN_E_NONFINITE (-12)  /* NaN or infinity where a number is needed */
#define SRNN_E_FORMAT (-13)     /* a file that breaks its format */
#define SRNN_E_VERSION (-14)    /* a file of a newer format */
#define SRNN_E_CHECKSUM (-15)   /* a damaged file */
#define SRNN_E_TRUNCATED (-16)  /* a file that ends too early */
#define SRNN_E_IO (-17)         /* the caller's write callback failed */
#define SRNN_E_PARALLEL (-18)   /* the caller's parallel-for failed */
#define SRNN_E_LIMIT (-19)      /* a gradient whose norm is above LIMIT */

/* The name of a code, "SRNN_E_SHAPE"; "SRNN_E_UNKNOWN" for any other number. */
SRNN_API
const char *srnn_status_name(int32_t status);

/* A short English text about a code, without a full stop. Every number has one,
 * so it is never NULL. The words may change in any version. */
SRNN_API
const char *srnn_status_text(int32_t status);

/* ------------------------------------------------------------------------
 * Memory
 * ------------------------------------------------------------------------ */

/* The alignment in bytes that every srnn_X_init requires. Every malloc has
 * it. */
SRNN_API
size_t srnn_alignment(void);

/* An allocator. If `block` is NULL, it returns `new_size` bytes, or NULL if
 * there are none. Otherwise `new_size` is 0, and it frees the `old_size` bytes
 * at `block`; its result does not count. The object that create makes calls it
 * again in destroy: until then the function and `user` must be valid. With a
 * NULL allocator create uses malloc and free. If there are no bytes, create
 * returns SRNN_E_MEMORY. If they are not aligned to srnn_alignment(), it has
 * them freed and returns SRNN_E_ALIGNMENT. */
typedef void *(*srnn_allocate_fn)(void *user, void *block, size_t old_size,
                                  size_t new_size);

/* ------------------------------------------------------------------------
 * Random numbers
 *
 * PCG32 (O'Neill 2014, XSH RR 64/32): small, fast, with published test vectors.
 * The numbers that follow a seed never change under the same soname, but for
 * normal variates, whose bits are those of a minor version ("Same bits").
 * ------------------------------------------------------------------------ */

typedef struct srnn_random srnn_random;

/* A generator that starts from `seed`, on one of 2^63 `stream`s, which never
 * meet. Use small numbers for streams: two that differ in their top bits only
 * are alike. Errors: init SPACE, ALIGNMENT; create MEMORY. */
SRNN_API
size_t srnn_random_size(void);
SRNN_API
int32_t srnn_random_init(void *memory, size_t size, uint64_t seed,
                         uint64_t stream, srnn_random **random);
SRNN_API
int32_t srnn_random_create(srnn_allocate_fn allocate, void *user, uint64_t seed,
                           uint64_t stream, srnn_random **random);
SRNN_API
void srnn_random_destroy(srnn_random *random);

/* The next 32 bits. */
SRNN_API
uint32_t srnn_random_u32(srnn_random *random);

/* An integer uniform in [0, bound), without bias; 0 for bound 0. */
SRNN_API
uint32_t srnn_random_below(srnn_random *random, uint32_t bound);

/* A float uniform in [0, 1), a multiple of 2^-24. */
SRNN_API
float srnn_random_uniform(srnn_random *random);

/* A normal variate of mean 0 and variance 1 (Marsaglia's polar method). */
SRNN_API
float srnn_random_normal(srnn_random *random);

/* The state of a generator: a generator that is set to it, this or another,
 * draws the same numbers from there on. `stream` is that of srnn_random_init,
 * without its highest bit, which does not count. Any two numbers may be set. */
SRNN_API
int32_t srnn_random_get_state(const srnn_random *random, uint64_t *state,
                              uint64_t *stream);
SRNN_API
int32_t srnn_random_set_state(srnn_random *random, uint64_t state,
                              uint64_t stream);

/* ------------------------------------------------------------------------
 * Model
 *
 * A shape and one vector of parameters, which holds these tensors in this
 * order: w_in [inputs x hidden], w_rec [hidden x hidden] (row = from, column =
 * to), b_rec [hidden], w_out [hidden x outputs], b_out [outputs], h0 [hidden].
 * Tensors that a model lacks are left out, and there is no padding. Gradients
 * and files have the same order.
 * ------------------------------------------------------------------------ */

typedef struct srnn_model srnn_model;

/* Activation f of the hidden units. */
#define SRNN_HIDDEN_TANH 11u
#define SRNN_HIDDEN_SIGMOID 12u /* 1 / (1 + exp(-x)) */
#define SRNN_HIDDEN_RELU 13u
#define SRNN_HIDDEN_LINEAR 14u

/* Kind g of the outputs, and what their loss is. */
#define SRNN_OUTPUT_LINEAR 21u  /* squared error */
#define SRNN_OUTPUT_SIGMOID 22u /* one logistic loss per output */
#define SRNN_OUTPUT_SOFTMAX 23u /* cross-entropy */

/* Flags of a model. */
#define SRNN_MODEL_NO_RECURRENT_BIAS 256u /* no b_rec */
#define SRNN_MODEL_NO_OUTPUT_BIAS 512u    /* no b_out */
#define SRNN_MODEL_LEARNED_STATE 1024u    /* sequences start from h0, not 0 */
#define SRNN_MODEL_EXTERNAL 2048u /* parameters lie in the caller's memory */

/* The largest number of inputs, hidden units or outputs. */
#define SRNN_MODEL_MAX_WIDTH 16777216u

/* A model of `inputs`, `hidden` and `outputs` units, each from 1 to
 * SRNN_MODEL_MAX_WIDTH, with all parameters 0. `activation` is one of
 * SRNN_HIDDEN, `output` one of SRNN_OUTPUT, and `flags` a sum of flags, or 0.
 * Errors: RANGE (a width, kind or flag), OVERFLOW; init SPACE, ALIGNMENT;
 * create MEMORY; both UNSUPPORTED (the library was built with flags that change
 * its arithmetic, such as clang's -ffp-contract=fast). */
SRNN_API
int32_t srnn_model_size(uint32_t inputs, uint32_t hidden, uint32_t outputs,
                        uint32_t activation, uint32_t output, uint32_t flags,
                        size_t *bytes);
SRNN_API
int32_t srnn_model_init(void *memory, size_t size, uint32_t inputs,
                        uint32_t hidden, uint32_t outputs, uint32_t activation,
                        uint32_t output, uint32_t flags, srnn_model **model);
SRNN_API
int32_t srnn_model_create(srnn_allocate_fn allocate, void *user,
                          uint32_t inputs, uint32_t hidden, uint32_t outputs,
                          uint32_t activation, uint32_t output, uint32_t flags,
                          srnn_model **model);
SRNN_API
void srnn_model_destroy(srnn_model *model);

/* The widths that the model was made with. Its kinds and flags are options. */
SRNN_API
uint32_t srnn_model_inputs(const srnn_model *model);
SRNN_API
uint32_t srnn_model_hidden(const srnn_model *model);
SRNN_API
uint32_t srnn_model_outputs(const srnn_model *model);

/* The number n of parameters: the length of every parameter and gradient
 * vector. */
SRNN_API
size_t srnn_model_parameter_count(const srnn_model *model);

/* The parameters [n]. The first returns NULL for a model that is bound
 * read-only. Both return NULL for a model that is not bound yet. */
SRNN_API
float *srnn_model_parameters(srnn_model *model);
SRNN_API
const float *srnn_model_parameters_const(const srnn_model *model);

/* Bind a model made with SRNN_MODEL_EXTERNAL to the caller's `parameters`
 * [count]: an MPI window, a mapped file, or with _const flash. The memory stays
 * the caller's and must be valid while the model is used. A model that is not
 * bound is SRNN_E_STATE wherever parameters are needed. Errors: ALIGNMENT
 * (parameters not aligned for float), SHAPE (count is not n), STATE (not made
 * with SRNN_MODEL_EXTERNAL). */
SRNN_API
int32_t srnn_model_bind(srnn_model *model, float *parameters, size_t count);
SRNN_API
int32_t srnn_model_bind_const(srnn_model *model, const float *parameters,
                              size_t count);

/* The tensors of the parameter vector, by an `index` from 0 on: name ("w_rec"),
 * offset of the first element, rows and columns (a bias has one row). Any of
 * the four results may be NULL. Errors: RANGE (an index after the last), which
 * ends a loop over all tensors. */
SRNN_API
int32_t srnn_model_tensor(const srnn_model *model, uint32_t index,
                          const char **name, size_t *offset, uint32_t *rows,
                          uint32_t *columns);

/* Copy the parameters of `from` to `to`, which then computes the same. The two
 * have the same widths, ACTIVATION, OUTPUT_KIND and FLAGS, but that either may
 * have SRNN_MODEL_EXTERNAL. Both may be bound to the same memory. Errors: SHAPE
 * (another width, kind or flag), STATE (not bound), READ_ONLY (to). */
SRNN_API
int32_t srnn_model_copy(srnn_model *to, const srnn_model *from);

/* Initialisers. Biases and h0 become 0. The first three are the paper's
 * (section 4.1.1); std is the standard deviation of a normal variate:
 *   BASIC_SIGMOID  weights of std 0.01
 *   BASIC_TANH     weights of std 0.1
 *   SMART_TANH     w_in and w_out of std 0.01; w_rec with 15 random incoming
 *                  connections per unit, or one from each if there are fewer
 *                  units, scaled to spectral radius 0.95
 *   ORTHOGONAL     w_rec a random orthogonal matrix; w_in and w_out as GLOROT
 *   IDENTITY       w_rec the identity (for RELU); w_in and w_out of std 0.001
 *   GLOROT         uniform in +/- sqrt(6 / (rows + columns)) for each matrix
 * Errors: RANGE (kind), READ_ONLY, STATE (not bound). */
#define SRNN_START_BASIC_SIGMOID 31u
#define SRNN_START_BASIC_TANH 32u
#define SRNN_START_SMART_TANH 33u
#define SRNN_START_ORTHOGONAL 34u
#define SRNN_START_IDENTITY 35u
#define SRNN_START_GLOROT 36u
SRNN_API
int32_t srnn_model_initialize(srnn_model *model, uint32_t kind,
                              srnn_random *random);

/* Options of a model.
 *   INSTRUCTIONS  the instruction set of its arithmetic, one of
 *                 SRNN_INSTRUCTIONS; default: the one that suits the processor
 *                 best, of those in the build. All compute the same bits, so it
 *                 is set for a test only. SRNN_E_UNSUPPORTED for one that this
 *                 build or processor lacks. The two with AVX-512 run on the
 *                 same processors and differ in speed only
 *   ACTIVATION, OUTPUT_KIND, FLAGS  read only: the arguments that the model was
 *                 made with
 * Neither srnn_model_copy nor a file takes INSTRUCTIONS along. */
#define SRNN_MODEL_INSTRUCTIONS 600u
#define SRNN_MODEL_ACTIVATION 650u
#define SRNN_MODEL_OUTPUT_KIND 651u
#define SRNN_MODEL_FLAGS 652u
#define SRNN_INSTRUCTIONS_BASELINE 41u /* what the build is compiled for */
#define SRNN_INSTRUCTIONS_AVX2 42u     /* x86-64 with AVX2 and FMA */
#define SRNN_INSTRUCTIONS_AVX512 43u   /* x86-64 with AVX-512, F and VL, and one
                                          512-bit multiply-add unit a core */
#define SRNN_INSTRUCTIONS_AVX512_DUAL 44u /* the same with two such units */
SRNN_API
int32_t srnn_model_set(srnn_model *model, uint32_t key, double value);
SRNN_API
int32_t srnn_model_get(const srnn_model *model, uint32_t key, double *value);

/* ------------------------------------------------------------------------
 * Batch
 *
 * A view on the caller's arrays; nothing is copied. A call checks only what its
 * comment says; forward and loss check the rest. The arrays must stay valid and
 * unchanged from forward until the last loss or backward on it. One that is not
 * aligned for its elements is SRNN_E_ALIGNMENT.
 *
 * A pair (step t, sequence s) is live when t < lengths[s] and the mask is not
 * zero there. Without lengths and mask all pairs are live. At a dead pair the
 * hidden state stays that of the step before, and there is no loss and no
 * gradient.
 * ------------------------------------------------------------------------ */

typedef struct srnn_batch srnn_batch;

/* A batch that has not begun. Errors: init SPACE, ALIGNMENT; create MEMORY. */
SRNN_API
size_t srnn_batch_size(void);
SRNN_API
int32_t srnn_batch_init(void *memory, size_t size, srnn_batch **batch);
SRNN_API
int32_t srnn_batch_create(srnn_allocate_fn allocate, void *user,
                          srnn_batch **batch);
SRNN_API
void srnn_batch_destroy(srnn_batch *batch);

/* Start a batch of `steps` x `sequences`, each at least 1, without any arrays.
 * The setters below are SRNN_E_STATE before the first such call. Errors:
 * RANGE. */
SRNN_API
int32_t srnn_batch_begin(srnn_batch *batch, uint32_t steps, uint32_t sequences);

/* The arguments of the last begin; 0 before the first. */
SRNN_API
uint32_t srnn_batch_steps(const srnn_batch *batch);
SRNN_API
uint32_t srnn_batch_sequences(const srnn_batch *batch);

/* Inputs: either floats [steps x sequences x inputs], or ids below `inputs`
 * [steps x sequences], each of which stands for a one-hot vector. The later of
 * the two calls counts. */
SRNN_API
int32_t srnn_batch_input(srnn_batch *batch, const float *values,
                         size_t step_stride, size_t sequence_stride);
SRNN_API
int32_t srnn_batch_input_ids(srnn_batch *batch, const uint32_t *ids,
                             size_t step_stride, size_t sequence_stride);

/* Restarts [sequences]: not zero where srnn_forward_continue starts a sequence
 * from the model's initial state, as srnn_forward starts all of them, while the
 * others go on; NULL: nowhere. So one stream of a batch can end and another
 * begin in its place. */
SRNN_API
int32_t srnn_batch_restarts(srnn_batch *batch, const uint8_t *restarts);

/* Lengths [sequences], each from 0 to `steps`; NULL: all are `steps`. */
SRNN_API
int32_t srnn_batch_lengths(srnn_batch *batch, const uint32_t *lengths);

/* Mask [steps x sequences]; NULL: no mask. */
SRNN_API
int32_t srnn_batch_mask(srnn_batch *batch, const uint8_t *mask,
                        size_t step_stride, size_t sequence_stride);

/* Targets: floats [steps x sequences x outputs], or, for softmax outputs, ids
 * below `outputs` [steps x sequences]. With step_stride 0 a sequence has one
 * target, and its loss and logits are at its last live step only; forward must
 * know this, so set such targets before it. The later of the two calls
 * counts. */
SRNN_API
int32_t srnn_batch_target(srnn_batch *batch, const float *values,
                          size_t step_stride, size_t sequence_stride);
SRNN_API
int32_t srnn_batch_target_ids(srnn_batch *batch, const uint32_t *ids,
                              size_t step_stride, size_t sequence_stride);

/* Mask of the targets [steps x sequences x outputs], 0 where one is unknown;
 * NULL: all are known. An output with an unknown target has no loss and a
 * LOGIT_GRADIENT of 0, the target is not read, and srnn_count_errors passes
 * over it. Strides are like the target's: with step_stride 0 a sequence has one
 * row. A pair whose targets are all unknown has a loss of 0, and its weight is
 * in the sum of weights; srnn_count_errors leaves it out. With softmax outputs
 * srnn_loss and srnn_count_errors return SRNN_E_UNSUPPORTED, since their target
 * is one distribution: use a weight of 0 there. */
SRNN_API
int32_t srnn_batch_target_mask(srnn_batch *batch, const uint8_t *mask,
                               size_t step_stride, size_t sequence_stride);

/* Weights of the loss [steps x sequences], finite; NULL: all 1. Strides are
 * like the target's: with step_stride 0 a sequence has one weight. */
SRNN_API
int32_t srnn_batch_weights(srnn_batch *batch, const float *weights,
                           size_t step_stride, size_t sequence_stride);

/* ------------------------------------------------------------------------
 * Workspace
 *
 * Everything that a pass needs besides the parameters: hidden states, logits,
 * their gradients, scratch memory. Each thread uses one of its own.
 * ------------------------------------------------------------------------ */

typedef struct srnn_workspace srnn_workspace;

/* Flags: what a workspace keeps. Each costs or saves memory. Those with KEEP
 * are for the view of that name. */
#define SRNN_WORKSPACE_LAST_OUTPUT 4096u /* logits at the last live step only */
#define SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT 8192u
#define SRNN_WORKSPACE_KEEP_INPUT_GRADIENT 16384u
#define SRNN_WORKSPACE_KEEP_FLOW 32768u
#define SRNN_WORKSPACE_FRUGAL 65536u /* hidden states of about 2 sqrt(max_steps)
                                        steps only; backward computes the others
                                        again, with the same bits; no
                                        SRNN_VIEW_HIDDEN */

/* A flag for outputs, losses and counts of errors only. The workspace has
 * memory for the states of one step, and none for gradients through time. With
 * LAST_OUTPUT its size is the same for all max_steps. Without it, the logits of
 * each step are added. No other flag goes with it (RANGE). Results have the
 * same bits. srnn_loss writes no LOGIT_GRADIENT. srnn_loss_begin, srnn_backward
 * and all views but SRNN_VIEW_LOGIT are SRNN_E_STATE, since what they need is
 * never there. */
#define SRNN_WORKSPACE_FORWARD_ONLY 1048576u

/* A workspace for models of the shape of `model` and for batches of at most
 * `max_steps` x `max_sequences`, each at least 1. It stores the shape and not
 * the model, so copies of a model can share it. `flags` is a sum of flags, or
 * 0. Errors: RANGE (a number that is 0, or the flags), OVERFLOW; init SPACE,
 * ALIGNMENT; create MEMORY. */
SRNN_API
int32_t srnn_workspace_size(const srnn_model *model, uint32_t max_steps,
                            uint32_t max_sequences, uint32_t flags,
                            size_t *bytes);
SRNN_API
int32_t srnn_workspace_init(void *memory, size_t size, const srnn_model *model,
                            uint32_t max_steps, uint32_t max_sequences,
                            uint32_t flags, srnn_workspace **workspace);
SRNN_API
int32_t srnn_workspace_create(srnn_allocate_fn allocate, void *user,
                              const srnn_model *model, uint32_t max_steps,
                              uint32_t max_sequences, uint32_t flags,
                              srnn_workspace **workspace);
SRNN_API
void srnn_workspace_destroy(srnn_workspace *workspace);

/* Options of a workspace.
 *   ERROR_LIMIT  at least 1e-37; default infinity, which clips nothing. Clips
 *                every element of the error to +/- this value each time BPTT
 *                has propagated it through w_out or w_rec (Mikolov's clipping;
 *                15 in his toolkit). Omega uses the error before this
 *                clipping
 *   ERROR_GROWTH at least 1; default infinity, which limits nothing. Scales
 *                dE/dh_t of a sequence down to the norm ERROR_GROWTH x m where
 *                it is longer. m is the largest norm of an error that has
 *                entered the sequence at step t or later: from its logits,
 *                after ERROR_LIMIT, plus what the caller added to
 *                HIDDEN_GRADIENT. So an error grows at most so many times on
 *                its way back, whatever the unit of the loss. At a dead pair
 *                an error can enter too, but nothing is scaled. Nor is dE/dh_0,
 *                which comes out of step 1. Each backward begins anew. Views
 *                show the scaled error. Omega's d_t and v_t are scaled, and
 *                q_t is what step t hands on. An error that is not finite
 *                does not become finite
 *   MAX_STEPS, MAX_SEQUENCES, FLAGS  read only: the arguments that the
 *                workspace was made with
 *   HIDDEN       read only: the hidden units of the model that it was made for,
 *                which is the width of the carried state
 *   CARRIED      read only: the sequences of the carried state, at most
 *                MAX_SEQUENCES; 0 if there is none
 *   STEPS, SEQUENCES  read only: those of the batch of the last forward, at
 *                most MAX_STEPS and MAX_SEQUENCES. They are the sizes of its
 *                views, but for views of one step. 0 before it, and after
 *                set_state, reset, a restore, and a forward or backward that
 *                returned PARALLEL */
#define SRNN_WORKSPACE_ERROR_LIMIT 100u
#define SRNN_WORKSPACE_ERROR_GROWTH 101u
#define SRNN_WORKSPACE_MAX_STEPS 150u
#define SRNN_WORKSPACE_MAX_SEQUENCES 151u
#define SRNN_WORKSPACE_FLAGS 152u
#define SRNN_WORKSPACE_HIDDEN 153u
#define SRNN_WORKSPACE_CARRIED 154u
#define SRNN_WORKSPACE_STEPS 155u
#define SRNN_WORKSPACE_SEQUENCES 156u
SRNN_API
int32_t srnn_workspace_set(srnn_workspace *workspace, uint32_t key,
                           double value);
SRNN_API
int32_t srnn_workspace_get(const srnn_workspace *workspace, uint32_t key,
                           double *value);

/* Set the caller's parallel-for. `run` must call task_fn(task, i) exactly once
 * for every i below `count`, in any order and on any threads, and return 0. It
 * must not return while such a call runs, whatever it returns, since `task` is
 * gone then. If it returns anything but 0, it need not have made all calls: the
 * pass ends with SRNN_E_PARALLEL, and its results are undefined. After forward
 * and backward a new forward is needed then, and after forward there is no
 * carried state. After srnn_loss a new loss is needed, on the same forward.
 *
 * `tasks`, from 1 to 4096, is the largest number of tasks that a pass is
 * divided into. Give as many as there are threads. They pay where a training
 * step takes one of them more than about 40 microseconds: 100 steps of 5
 * sequences through 8 hidden units, or of one through 50. From 1,024 hidden
 * units and 4 tasks on, with fewer than 32 sequences a task, passes call `run`
 * once or twice for each step of the sequences. Threads had better poll for
 * some microseconds before they sleep then.
 *
 * With `run` NULL there are no threads, and `tasks` does not count. `run` and
 * `user` must be valid while the workspace is used, or until another call.
 * Errors: RANGE (tasks). */
typedef void (*srnn_task_fn)(void *task, uint32_t index);
typedef int32_t (*srnn_parallel_fn)(void *user, srnn_task_fn task_fn,
                                    void *task, uint32_t count);
SRNN_API
int32_t srnn_workspace_parallel(srnn_workspace *workspace, srnn_parallel_fn run,
                                void *user, uint32_t tasks);

/* The carried state [sequences x hidden]: the state that srnn_forward_continue
 * starts from; srnn_forward does not. Every forward sets it to the state after
 * its last step. set_state discards what the last forward left: loss, backward
 * and views need a new one then. Its `state` may be a step of the view HIDDEN,
 * with all sequences of the last forward. Errors: set RANGE (sequences 0),
 * SPACE (beyond max_sequences); get STATE (no state yet), SHAPE (another number
 * of sequences). */
SRNN_API
int32_t srnn_workspace_set_state(srnn_workspace *workspace, const float *state,
                                 size_t sequence_stride, uint32_t sequences);
SRNN_API
int32_t srnn_workspace_get_state(const srnn_workspace *workspace, float *state,
                                 size_t sequence_stride, uint32_t sequences);

/* Discard the carried state and what the last pass left: the next pass is a
 * forward that does not continue. Options and the parallel-for stay. */
SRNN_API
int32_t srnn_workspace_reset(srnn_workspace *workspace);

/* A view of an array in the workspace. Element (t, s, i) is at data[t *
 * step_stride + s * sequence_stride + i], i < width. Taking a view changes
 * nothing. It is valid until the pass that fills it runs again, and at most
 * until the next forward, set_state, reset or restore. The caller may write to
 * the three views that say so, and to no other.
 *   HIDDEN           h_t [steps x sequences x hidden]
 *   LOGIT            z_t [steps x sequences x outputs]; [1 x sequences x
 *                    outputs] when the last forward had logits at the last
 *                    live step only; undefined at dead pairs. What the caller
 *                    writes before srnn_loss or srnn_count_errors counts there
 *   LOGIT_GRADIENT   dE/dz_t, of the shape of LOGIT. srnn_loss writes it, and
 *                    leaves it undefined at dead pairs; srnn_loss_begin zeroes
 *                    it. What the caller writes after either counts in backward
 *   HIDDEN_GRADIENT  dE/dh_t [steps x sequences x hidden], complete after
 *                    backward. forward zeroes it, and after a backward so do
 *                    srnn_loss and srnn_loss_begin. What the caller adds before
 *                    backward is a further term of dE/dh_t, at dead pairs too
 *   INPUT_GRADIENT   dE/dx_t [steps x sequences x inputs] after backward, zero
 *                    at dead pairs. ERROR_LIMIT does not clip it
 *   FLOW             ||dE/dh_t|| [steps x sequences x 1] after backward, zero
 *                    at dead pairs: the norm of the gradient by step
 *   INITIAL_GRADIENT dE/dh_0 [1 x sequences x hidden] after backward, for the
 *                    state before the first step, be it h0, zero or carried.
 *                    What ERROR_LIMIT leaves of it. Needs no flag
 * Errors: RANGE (no such view), STATE (not kept by this workspace; or the pass
 * that fills it has not run, or not since the last loss or loss_begin). */
#define SRNN_VIEW_HIDDEN 51u
#define SRNN_VIEW_LOGIT 52u
#define SRNN_VIEW_LOGIT_GRADIENT 53u
#define SRNN_VIEW_HIDDEN_GRADIENT 54u
#define SRNN_VIEW_INPUT_GRADIENT 55u
#define SRNN_VIEW_FLOW 56u
#define SRNN_VIEW_INITIAL_GRADIENT 57u
SRNN_API
int32_t srnn_workspace_view(srnn_workspace *workspace, uint32_t view,
                            float **data, size_t *step_stride,
                            size_t *sequence_stride, uint32_t *width);
SRNN_API
int32_t srnn_workspace_view_const(const srnn_workspace *workspace,
                                  uint32_t view, const float **data,
                                  size_t *step_stride, size_t *sequence_stride,
                                  uint32_t *width);

/* ------------------------------------------------------------------------
 * Regularizer
 *
 * Omega (the paper, section 3.3) penalises a change of the error's norm from
 * one step to the step before. backward sums its terms, and apply adds its
 * gradient. Let d_t = dE/dh_t, v_t = d_t * f'(a_t) and q_t = v_t W_rec^T. The
 * ratio of a live pair is |q_t * f'(a_{t-1})| / |v_t| with STATE 0 (the state
 * before the nonlinearity, as in the paper), or |q_t| / |d_t| with STATE 1
 * (the state after it, as in the authors' script). Only the w_rec in q_t is
 * differentiated; states and errors count as constants (equation 10). With
 * STATE 0 the first live step of a sequence has no term unless its state was
 * carried over, since the initial state h_0 is no f(a_0).
 * ------------------------------------------------------------------------ */

typedef struct srnn_regularizer srnn_regularizer;

/* Kinds: the options that a regularizer begins with. */
#define SRNN_OMEGA_PAPER 61u  /* as published: RATIO 0, STATE 0, AVERAGE 0 */
#define SRNN_OMEGA_SCRIPT 62u /* the authors' script: RATIO, STATE, AVERAGE 1 */

/* A regularizer for models with as many hidden units as `model`. Errors: RANGE
 * (kind), OVERFLOW; init SPACE, ALIGNMENT; create MEMORY. */
SRNN_API
int32_t srnn_regularizer_size(const srnn_model *model, uint32_t kind,
                              size_t *bytes);
SRNN_API
int32_t srnn_regularizer_init(void *memory, size_t size,
                              const srnn_model *model, uint32_t kind,
                              srnn_regularizer **regularizer);
SRNN_API
int32_t srnn_regularizer_create(srnn_allocate_fn allocate, void *user,
                                const srnn_model *model, uint32_t kind,
                                srnn_regularizer **regularizer);
SRNN_API
void srnn_regularizer_destroy(srnn_regularizer *regularizer);

/* Options of a regularizer.
 *   WEIGHT   factor of Omega's gradient, 0 to 1e30; default 4
 *   RATIO    0: (ratio of norms - 1)^2, equation 9; 1: of squared norms,
 *            equation 10
 *   STATE    0: the state before the nonlinearity, 1: after it (see above)
 *   AVERAGE  0: sum over steps, mean over the sequences with a live pair;
 *            1: mean over the pairs that carry signal
 *   BOUND    smallest squared norm in the denominator, 1e-30 to 1e30; default
 *            1e-20. A pair below it carries no signal and has no term
 *   VALUE    read only: Omega at the last apply
 *   SIGNAL   read only: of the pairs that can have a term, the share that
 *            carried signal, at the last apply
 *   KIND     read only: the kind that the regularizer was made with
 *   HIDDEN   read only: the hidden units of the model that it was made for
 * WEIGHT may change at any time. RATIO, STATE, AVERAGE and BOUND are
 * SRNN_E_STATE between a backward and its apply. */
#define SRNN_OMEGA_WEIGHT 200u
#define SRNN_OMEGA_RATIO 201u
#define SRNN_OMEGA_STATE 202u
#define SRNN_OMEGA_AVERAGE 203u
#define SRNN_OMEGA_BOUND 204u
#define SRNN_OMEGA_VALUE 250u
#define SRNN_OMEGA_SIGNAL 251u
#define SRNN_OMEGA_KIND 252u
#define SRNN_OMEGA_HIDDEN 253u
SRNN_API
int32_t srnn_regularizer_set(srnn_regularizer *regularizer, uint32_t key,
                             double value);
SRNN_API
int32_t srnn_regularizer_get(const srnn_regularizer *regularizer, uint32_t key,
                             double *value);

/* The sums since the last apply, for a reduction over shards, threads or ranks
 * before apply. `matrix` [hidden x hidden], oriented like w_rec, is the
 * gradient before its division by the number of terms. `sums` [4] are the sum
 * of (ratio - 1)^2 and the numbers of pairs that carried signal, of pairs that
 * can have a term and of sequences with a live pair. Each counts once for every
 * backward that it is in. The caller may add to both. If the first sum is then
 * negative, or fewer pairs can have a term than carried signal, no pair counts
 * as one that carried signal. */
SRNN_API
int32_t srnn_regularizer_gathered(srnn_regularizer *regularizer, float **matrix,
                                  double **sums);

/* Add WEIGHT times Omega's gradient to that of w_rec in `gradient` [count],
 * store Omega, without WEIGHT, in `omega`, which may be NULL, and zero the
 * sums. If no pair carried signal, Omega is 0 and nothing is added. Nothing is
 * added with WEIGHT 0 either, also where Omega's gradient is not finite.
 * Errors: SHAPE (the regularizer is for another number of hidden units than the
 * model has; count is not the model's n). */
SRNN_API
int32_t srnn_regularizer_apply(srnn_regularizer *regularizer,
                               const srnn_model *model, float *gradient,
                               size_t count, double *omega);

/* Zero the sums and the statistics; options stay. After a backward that failed
 * and left the sums undefined, this makes them defined again. */
SRNN_API
int32_t srnn_regularizer_reset(srnn_regularizer *regularizer);

/* ------------------------------------------------------------------------
 * Passes
 *
 * A model fits a workspace if its three widths, its activation and its output
 * kind are those of the workspace's model. Its flags may be others.
 *
 * The parameters must stay the same from a forward to the last backward on it.
 * This is not checked: a gradient by other weights than those that made the
 * states is wrong. So update after the last backward.
 * ------------------------------------------------------------------------ */

/* Compute hidden states and logits of a batch, from the model's initial state.
 * With _continue, start from the carried state, except where the batch has
 * restarts: truncated BPTT, whose gradient stops at the start of the batch, in
 * INITIAL_GRADIENT. Errors: SHAPE (the model does not fit the workspace), SPACE
 * (beyond max_steps or max_sequences), STATE (no batch, no input, model not
 * bound), RANGE (an id or a length), UNSUPPORTED (targets at every step with
 * SRNN_WORKSPACE_LAST_OUTPUT), PARALLEL. Of _continue also: SHAPE (the carried
 * state has another number of sequences), STATE (there is none). */
SRNN_API
int32_t srnn_forward(const srnn_model *model, srnn_workspace *workspace,
                     const srnn_batch *batch);
SRNN_API
int32_t srnn_forward_continue(const srnn_model *model,
                              srnn_workspace *workspace,
                              const srnn_batch *batch);

/* The loss of the last forward, which must have run on this batch. `loss` is
 * the sum of weight x loss over live pairs, or over last live steps, and
 * `weight` is the sum of the weights; the sums of shards can be added. Both
 * may be NULL. The loss of a pair depends on the output kind:
 *   LINEAR   squared error, sum_i (y_i - target_i)^2
 *   SIGMOID  sum of the logistic losses of the outputs, in nats
 *   SOFTMAX  cross-entropy, -sum_i target_i log y_i, in nats; a target is not
 *            scaled to the sum 1
 * Also writes LOGIT_GRADIENT = `scale` x d(loss)/dz. Use a scale of 1 / (number
 * of sequences) to train on the mean of the batch. Errors: STATE (no forward,
 * no target), SHAPE (the model does not fit the workspace; steps, sequences,
 * lengths or mask are not those of the last forward; targets that forward did
 * not know to be at the last step), RANGE (a target id; a float target outside
 * [0, 1] for sigmoid and softmax), NONFINITE (scale or scale x weight, as a
 * float; a weight, a float target), UNSUPPORTED (target ids with outputs that
 * are not softmax, or a mask of targets with those that are), PARALLEL. */
SRNN_API
int32_t srnn_loss(const srnn_model *model, srnn_workspace *workspace,
                  const srnn_batch *batch, double scale, double *loss,
                  double *weight);

/* Begin a loss of the caller's own, in the place of srnn_loss: zero
 * LOGIT_GRADIENT, into which the caller then writes dE/dz. For a layer that has
 * no loss, nothing is written there; what it gets from the layer above is added
 * to HIDDEN_GRADIENT. After backward it may be called again, as srnn_loss may,
 * for another loss on the same forward. Errors: STATE (no forward). */
SRNN_API
int32_t srnn_loss_begin(srnn_workspace *workspace);

/* Count the errors of the last forward. The pairs of the loss count, each once
 * whatever its weight, but not at all with a weight of 0. With softmax a pair
 * is wrong if the largest logit is not that of the target's class. Of a target
 * of floats this is the class of its largest element. Of equal logits or
 * elements the first counts as the largest. With other outputs a pair is wrong
 * if any output differs from its target by more than `tolerance` (0.5 suits
 * sigmoid). A sequence is wrong if any of its pairs is.
 * `steps` is the number of pairs that count, `sequences` that of sequences with
 * such a pair. Any of the four results may be NULL. Errors: those of srnn_loss
 * but PARALLEL; RANGE (tolerance negative or NaN). */
SRNN_API
int32_t srnn_count_errors(const srnn_model *model,
                          const srnn_workspace *workspace,
                          const srnn_batch *batch, double tolerance,
                          uint64_t *wrong_steps, uint64_t *steps,
                          uint64_t *wrong_sequences, uint64_t *sequences);

/* Compute outputs y = g(z) from `logits` z. Both are [rows x outputs], and
 * `outputs` is either the same memory or does not overlap it. Errors: ARGUMENT
 * (it overlaps, and is not the same), OVERFLOW (rows x outputs). */
SRNN_API
int32_t srnn_outputs(const srnn_model *model, const float *logits, size_t rows,
                     float *outputs);

/* Back-propagation through time over the last forward. Adds dE/dparameters to
 * `gradient` [count], in the order of the parameters; the caller zeroes it
 * first. LOGIT_GRADIENT, and what was added to HIDDEN_GRADIENT, define E.
 * `regularizer` may be NULL; otherwise Omega's terms are added to its sums.
 * Numbers that are not finite are no error here: the clipper handles them.
 *
 * An element of `gradient` is one float sum over the pairs of the batch, begun
 * with what is there. It loses terms beyond 2^24 pairs: of 2^26 equal terms the
 * first 2^24 count, a quarter. More calls into the same gradient lose them too.
 * Instead give smaller batches a gradient each, and add these in double.
 *
 * Errors: STATE (no srnn_loss or srnn_loss_begin since the last forward or
 * backward, model not bound), SHAPE (the model does not fit the workspace; the
 * regularizer is for another number of hidden units; count is not the model's
 * n), PARALLEL (gradient and regularizer are then undefined). */
SRNN_API
int32_t srnn_backward(const srnn_model *model, srnn_workspace *workspace,
                      srnn_regularizer *regularizer, float *gradient,
                      size_t count);

/* ------------------------------------------------------------------------
 * Clipper
 * ------------------------------------------------------------------------ */

typedef struct srnn_clipper srnn_clipper;

/* Kinds: what clipping does to a gradient g at a given threshold.
 *   NORM    the paper's Algorithm 1: if |g| >= threshold, g becomes g x
 *           threshold / |g|, with the norm over all parameters
 *   VALUE   each element is limited to +/- threshold
 *   TENSOR  Algorithm 1 on each tensor of the model on its own
 *   SMOOTH  g becomes g x threshold / (threshold + |g|): every gradient is
 *           shortened, a small one hardly
 *   UNIT    Algorithm 1 on the parameters of each unit on their own, at
 *           threshold x max(|w|, 0.001), where w is the vector of these
 *           parameters: adaptive gradient clipping. A hidden unit has its
 *           column of w_in and of w_rec, its bias and its initial state; an
 *           output has its column of w_out and its bias */
#define SRNN_CLIP_NORM 71u
#define SRNN_CLIP_VALUE 72u
#define SRNN_CLIP_TENSOR 73u
#define SRNN_CLIP_SMOOTH 74u
#define SRNN_CLIP_UNIT 75u

/* A clipper. Errors: RANGE (kind); init SPACE, ALIGNMENT; create MEMORY. */
SRNN_API
size_t srnn_clipper_size(void);
SRNN_API
int32_t srnn_clipper_init(void *memory, size_t size, uint32_t kind,
                          srnn_clipper **clipper);
SRNN_API
int32_t srnn_clipper_create(srnn_allocate_fn allocate, void *user,
                            uint32_t kind, srnn_clipper **clipper);
SRNN_API
void srnn_clipper_destroy(srnn_clipper *clipper);

/* Options of a clipper.
 *   THRESHOLD  > 0; default 1; the threshold of RULE FIXED. With infinity the
 *              clipper only measures. VALUE rounds it to a float, which must be
 *              above 0 too
 *   POLICY     for a gradient whose norm is NaN, infinite or above LIMIT.
 *              REFUSE (default): SRNN_E_NONFINITE, or SRNN_E_LIMIT if the norm
 *              is finite, and the gradient stays as it is. SKIP: it becomes
 *              zero. REPAIR: as in the authors' script, it becomes 0.02 x w_rec
 *              for w_rec and zero elsewhere; if w_rec is not finite, the
 *              gradient stays as it is: SRNN_E_NONFINITE, also above LIMIT.
 *              After a gradient that is not finite the carried state may not
 *              be finite either: go on with srnn_forward, with restarts, or
 *              after srnn_workspace_set_state
 *   LIMIT      > 0; default infinity; the authors' script has 1e10
 *   RULE       where the threshold of a gradient comes from. Any but FIXED is
 *              SRNN_E_UNSUPPORTED with kinds other than NORM and SMOOTH, and
 *              needs srnn_clipper_tell before every apply. In the formulas,
 *              loss, rate and steps are what tell was given. POLYAK, TRUST and
 *              AUTO are for a step of rate x gradient. That of RMSPROP or ADAM
 *              is another: take QUANTILE or MEAN for them
 *     FIXED     (default) it is THRESHOLD
 *     QUANTILE  the norm that the share QUANTILE of the recent gradients stays
 *               below. A gradient moves it up by at most 2 % x QUANTILE, or
 *               down by 2 % x (1 - QUANTILE), more in the first thousand: at
 *               0.9 it follows a tenfold rise in about 350 gradients, a fall in
 *               1,300. It does not use the gradient that it clips, except the
 *               first
 *     MEAN      FACTOR x the mean norm of the gradients so far, this one
 *               included (the paper, section 3.2)
 *     POLYAK    sqrt(POLYAK x loss / rate): the norm at which a step, by its
 *               first-order model, takes away the share POLYAK of the loss
 *     TRUST     TRUST x |w_rec| / (rate x steps), with the Frobenius norm: no
 *               step is longer than the share TRUST / steps of w_rec. A step
 *               along w_rec itself then changes a product of as many Jacobians
 *               by a factor of about exp(TRUST) at most; a step in a single
 *               direction can change it by more, exp(TRUST x sqrt(hidden)). If
 *               w_rec is 0, nothing moves
 *     AUTO      the lower of POLYAK and TRUST
 *   QUANTILE   from 0.01 to 0.99; default 0.9
 *   FACTOR     from 0.001 to 1000; default 1
 *   POLYAK     > 0, up to 1; default 0.1
 *   TRUST      > 0, up to 1000; default 0.5
 *   KIND       read only: the kind that the clipper was made with
 * A threshold that a rule sets is at least 1e-30 and at most 1e30.
 *
 * Statistics, read only, all 0 at first. A gradient that meets POLICY counts in
 * STEPS and BAD only, and moves no rule.
 *   STEPS            gradients
 *   FIRED            gradients that were clipped; with SMOOTH, all,
 *                    unless the threshold is infinite
 *   BAD              gradients that met POLICY, whether refused or replaced
 *   LAST_NORM        norm of the last gradient, before clipping
 *   LAST_NORM_AFTER  norm of the last gradient, after clipping. Where NORM
 *                    clipped, this is USED, even if elements underflowed
 *   MEAN_NORM        mean of the norms before clipping
 *   LARGEST_NORM     largest of the norms before clipping
 *   SUGGESTED        a threshold to try first: the median of those of RULE AUTO
 *                    (without a model, POLYAK), whatever RULE is. Before the
 *                    first tell it is MEAN_NORM: in the paper (section 3.2) all
 *                    thresholds from half to ten times the mean converged
 *   USED             the last gradient's threshold
 * The others are of gradients that tell came before:
 *   MEDIAN, DECILE   norms before clipping that half and nine tenths of the
 *                    recent gradients stay below; after a thousand right to
 *                    about 5 %. They move as QUANTILE does
 *   PROMISED         median of rate x norm^2 / loss: the share of the loss that
 *                    an unclipped step of rate x gradient takes away by its
 *                    first-order model. The norm has Omega's part and the loss
 *                    has not. Above 1 the step promises more than the whole
 *                    loss: clip, or lower the rate
 *   LONGEST_STEP     largest rate x norm after clipping / |w|, over all
 *                    parameters w; 0 without a model
 *   ALIGNMENT        mean cosine, over about the last 100, of the angle between
 *                    a gradient and the one before, estimated from 16 sums.
 *                    Its standard error is 0.02 near 0, 0.1 near 0.5 or -0.5,
 *                    and at most 0.04 beyond 0.9 or -0.9; more gradients lower
 *                    only the first. Above 0 successive gradients agree; near
 *                    -1 each step undoes the one before */
#define SRNN_CLIP_THRESHOLD 300u
#define SRNN_CLIP_POLICY 301u
#define SRNN_CLIP_LIMIT 302u
#define SRNN_CLIP_RULE 303u
#define SRNN_CLIP_QUANTILE 304u
#define SRNN_CLIP_FACTOR 305u
#define SRNN_CLIP_POLYAK 306u
#define SRNN_CLIP_TRUST 307u
#define SRNN_CLIP_STEPS 350u
#define SRNN_CLIP_FIRED 351u
#define SRNN_CLIP_BAD 352u
#define SRNN_CLIP_LAST_NORM 353u
#define SRNN_CLIP_LAST_NORM_AFTER 354u
#define SRNN_CLIP_MEAN_NORM 355u
#define SRNN_CLIP_LARGEST_NORM 356u
#define SRNN_CLIP_SUGGESTED 357u
#define SRNN_CLIP_USED 358u
#define SRNN_CLIP_MEDIAN 359u
#define SRNN_CLIP_DECILE 360u
#define SRNN_CLIP_PROMISED 361u
#define SRNN_CLIP_LONGEST_STEP 362u
#define SRNN_CLIP_ALIGNMENT 363u
#define SRNN_CLIP_KIND 364u
#define SRNN_CLIP_POLICY_REFUSE 91u
#define SRNN_CLIP_POLICY_SKIP 92u
#define SRNN_CLIP_POLICY_REPAIR 93u
#define SRNN_CLIP_RULE_FIXED 191u
#define SRNN_CLIP_RULE_QUANTILE 192u
#define SRNN_CLIP_RULE_MEAN 193u
#define SRNN_CLIP_RULE_POLYAK 194u
#define SRNN_CLIP_RULE_TRUST 195u
#define SRNN_CLIP_RULE_AUTO 196u
SRNN_API
int32_t srnn_clipper_set(srnn_clipper *clipper, uint32_t key, double value);
SRNN_API
int32_t srnn_clipper_get(const srnn_clipper *clipper, uint32_t key,
                         double *value);

/* Tell the clipper the loss, the rate and the steps of the next gradient. The
 * `loss` is what it is the gradient of, in the same unit (a mean if the
 * gradient is a mean), without Omega. The `rate` is what the optimizer is going
 * to multiply it by; with a momentum m, rate / (1 - m). Where a schedule lowers
 * the rate, tell its highest: then the schedule shortens clipped steps too,
 * while the rule leaves the threshold as it is. The `steps` are how many an
 * error goes back until that of another target joins it: the length of the
 * longest sequence where only its last step has a target, 1 where each has.
 *
 * For a loss that is not finite, or above 1e30, tell 1e30: POLICY then decides
 * about the gradient. For a loss that may be negative tell 0: QUANTILE, MEAN
 * and TRUST do not use it; POLYAK, AUTO, PROMISED and SUGGESTED are of no use
 * then.
 * Of several models that learn together each needs a clipper of its own for
 * TRUST and AUTO.
 *
 * The next apply uses it up, also one that returns NONFINITE or LIMIT, but not
 * one with another error. A second call before apply replaces the first. A
 * checkpoint does not hold it: save one between updates. Errors: RANGE (loss
 * negative, or not finite, or above 1e30; rate not from 1e-30 to 1e30; no
 * steps); the clipper is then as before. */
SRNN_API
int32_t srnn_clipper_tell(srnn_clipper *clipper, double loss, double rate,
                          uint32_t steps);

/* Clip `gradient` [count] in place. `norm`, which may be NULL, receives the
 * norm before clipping. SKIP, and REPAIR with a finite w_rec, return SRNN_OK
 * and the norm of what they replaced. Otherwise the gradient stays; its norm is
 * stored, and it counts. `model` is needed for TENSOR, UNIT, REPAIR and the
 * rules TRUST and AUTO, and may else be NULL. Errors: NONFINITE (REFUSE; or
 * REPAIR, where w_rec is not finite), LIMIT (REFUSE), ARGUMENT (model needed),
 * SHAPE (count is not the model's n), STATE (UNIT, REPAIR, TRUST or AUTO, and
 * the model is not bound; a RULE other than FIXED, and no tell since the last
 * apply). */
SRNN_API
int32_t srnn_clipper_apply(srnn_clipper *clipper, const srnn_model *model,
                           float *gradient, size_t count, double *norm);

/* Zero the statistics, and what rules have learnt. Options stay, and so does
 * what tell was given. */
SRNN_API
int32_t srnn_clipper_reset(srnn_clipper *clipper);

/* Make `to` what `from` is: options, statistics, what rules have learnt, and
 * what tell was given. Errors: SHAPE (another kind). */
SRNN_API
int32_t srnn_clipper_copy(srnn_clipper *to, const srnn_clipper *from);

/* ------------------------------------------------------------------------
 * Optimizer
 *
 * Updates any vector of parameters w. With rate r, gradient g, and state m and
 * v, which begin at zero:
 *   SGD       w -= r g
 *   MOMENTUM  m = momentum m + g;  w -= r m
 *   NESTEROV  m = momentum m + g;  w -= r (g + momentum m)
 *   RMSPROP   v = decay v + (1 - decay) g^2;  w -= r g / (sqrt(v) + epsilon)
 *   ADAM      m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
 *             w -= r m' / (sqrt(v') + epsilon), m' = m / (1 - beta1^t),
 *             v' = v / (1 - beta2^t)
 * ------------------------------------------------------------------------ */

typedef struct srnn_optimizer srnn_optimizer;

#define SRNN_OPTIMIZER_SGD 81u
#define SRNN_OPTIMIZER_MOMENTUM 82u
#define SRNN_OPTIMIZER_NESTEROV 83u
#define SRNN_OPTIMIZER_RMSPROP 84u
#define SRNN_OPTIMIZER_ADAM 85u

/* An optimizer for vectors of `count` >= 1 parameters. Errors: RANGE (kind,
 * count), OVERFLOW; init SPACE, ALIGNMENT; create MEMORY. */
SRNN_API
int32_t srnn_optimizer_size(uint32_t kind, size_t count, size_t *bytes);
SRNN_API
int32_t srnn_optimizer_init(void *memory, size_t size, uint32_t kind,
                            size_t count, srnn_optimizer **optimizer);
SRNN_API
int32_t srnn_optimizer_create(srnn_allocate_fn allocate, void *user,
                              uint32_t kind, size_t count,
                              srnn_optimizer **optimizer);
SRNN_API
void srnn_optimizer_destroy(srnn_optimizer *optimizer);

/* Options of an optimizer. To schedule RATE, the caller sets it between steps.
 *   RATE             from 0 to 1e30; default 0.01
 *   MOMENTUM_FACTOR  in [0, 1); default 0.9
 *   DECAY            in [0, 1); default 0.9
 *   BETA1            in [0, 1); default 0.9
 *   BETA2            in [0, 1); default 0.999
 *   EPSILON          from 1e-37 to 1e30; default 1e-8
 *   UPDATES          read only: steps since create or reset; a copy and a
 *                    restored optimizer have those of what they came from
 *   KIND, COUNT      read only: the arguments that the optimizer was made with
 * What must be below 1 must be so as a float: 1 - 2^-25 is not.
 *
 * RMSPROP and ADAM have their moments in floats. A decay becomes a float, and
 * so does its share, such as 1 - BETA2; and v stands still where it would move
 * by less than half its spacing. With 1 - 1e-6 a mean settles within 8 % of
 * what it should be, with 1 - 1e-7 anywhere from half to 2.5 times that.
 *
 * v gets nothing where (1 - decay) g^2 is below 7e-46: with the default BETA2,
 * below |g| = 8e-22. Then g is divided by EPSILON alone: if gradients are that
 * small, set EPSILON to 1e-20 or more. v stops at 3.4e38, so that above |g| =
 * 1.8e19 steps grow with g: clip first.
 *
 * Where g stays 0, moments decay to subnormal numbers. A step over these takes
 * two to three times as long on some processors. */
#define SRNN_OPTIMIZER_RATE 400u
#define SRNN_OPTIMIZER_MOMENTUM_FACTOR 401u
#define SRNN_OPTIMIZER_DECAY 402u
#define SRNN_OPTIMIZER_BETA1 403u
#define SRNN_OPTIMIZER_BETA2 404u
#define SRNN_OPTIMIZER_EPSILON 405u
#define SRNN_OPTIMIZER_UPDATES 450u
#define SRNN_OPTIMIZER_KIND 451u
#define SRNN_OPTIMIZER_COUNT 452u
SRNN_API
int32_t srnn_optimizer_set(srnn_optimizer *optimizer, uint32_t key,
                           double value);
SRNN_API
int32_t srnn_optimizer_get(const srnn_optimizer *optimizer, uint32_t key,
                           double *value);

/* One update of `parameters` [count] along `gradient` [count]; the two must not
 * overlap. Errors: SHAPE (count is not the optimizer's), ARGUMENT (overlap). */
SRNN_API
int32_t srnn_optimizer_step(srnn_optimizer *optimizer, float *parameters,
                            const float *gradient, size_t count);

/* Weight decay: w -= r weight_decay w for `count` parameters w, with r the
 * optimizer's RATE. It is apart from gradient and state, so that a call before
 * each step makes ADAM AdamW (Loshchilov and Hutter 2019). The parameters may
 * be a part of the optimizer's, such as one tensor: biases and an initial state
 * seldom decay.
 *
 * A float moves by multiples of its spacing. So with r weight_decay below 2^-25
 * (3e-8) no parameter changes. Up to 1e-7 some change twice as much as others,
 * or not at all; at 1e-6 each change is right to 6 %. With so little, decay at
 * every k-th step by k weight_decay.
 *
 * Errors: RANGE (weight_decay negative or not finite, or r weight_decay above
 * 1), SHAPE (count above the optimizer's). */
SRNN_API
int32_t srnn_optimizer_decay(const srnn_optimizer *optimizer,
                             float *parameters, size_t count,
                             double weight_decay);

/* Zero the state; options stay. */
SRNN_API
int32_t srnn_optimizer_reset(srnn_optimizer *optimizer);

/* Make `to` what `from` is: options and state. Errors: SHAPE (another kind or
 * count). */
SRNN_API
int32_t srnn_optimizer_copy(srnn_optimizer *to, const srnn_optimizer *from);

/* ------------------------------------------------------------------------
 * Options, listed
 *
 * What the comments above say of every option and statistic, for programs: a
 * binding makes its table of keys from it.
 * ------------------------------------------------------------------------ */

/* Traits of a key. */
#define SRNN_OPTION_READ_ONLY 131072u /* set refuses it: a statistic, or what
                                         the object holds or was made with */
#define SRNN_OPTION_WHOLE 262144u     /* its values are whole numbers */

/* The keys of all handles in ascending order, for `index` from 0 on; 0 for an
 * index after the last. Later versions may have more. Those of
 * srnn_checkpoint_get, which are of no handle, are not among them. */
SRNN_API
uint32_t srnn_option_key(uint32_t index);

/* Describe a key: the `handle` that has it ("clipper"), the `name` of its
 * constant ("SRNN_CLIP_TRUST"), the `minimum` and the `maximum`, its `preset`
 * in a new object, and its `traits`. Any result may be NULL. Both
 * bounds of an option are values that it may have. The maximum of a read-only
 * key without a bound is infinity. The presets are those of SRNN_OMEGA_PAPER,
 * and the bounds those of SRNN_CLIP_NORM. What an object was made with has its
 * least value as preset. SRNN_MODEL_INSTRUCTIONS has as maximum and preset what
 * this build and processor have. Errors: OPTION (no such key). */
SRNN_API
int32_t srnn_option_info(uint32_t key, const char **handle, const char **name,
                         double *minimum, double *maximum, double *preset,
                         uint32_t *traits);

/* ------------------------------------------------------------------------
 * Streaming
 *
 * One step at a time, on a state that the caller owns. It needs no workspace
 * and computes the same bits as forward. Start from srnn_initial_state or from
 * any other state.
 * ------------------------------------------------------------------------ */

/* Write the model's initial state to `state` [count], count = hidden.
 * Errors: SHAPE (count), STATE (not bound). */
SRNN_API
int32_t srnn_initial_state(const srnn_model *model, float *state, size_t count);

/* Compute the state `next` [hidden] and `logits` [outputs], which may be NULL,
 * from `state` [hidden] and the input: `values` [inputs], or an `id` below
 * `inputs` for a one-hot input. `next` must not overlap `state`: use two arrays
 * and swap them. Nor may it overlap `values` or `logits`. Errors: ARGUMENT
 * (next overlaps one of them), RANGE (id), STATE (not bound). */
SRNN_API
int32_t srnn_step(const srnn_model *model, const float *values,
                  const float *state, float *next, float *logits);
SRNN_API
int32_t srnn_step_id(const srnn_model *model, uint32_t id, const float *state,
                     float *next, float *logits);

/* ------------------------------------------------------------------------
 * Spectrum
 * ------------------------------------------------------------------------ */

/* Two numbers about a square `matrix` [size x size], such as w_rec. `scratch`
 * [count] must have at least 2 x size floats, and holds nothing of use
 * afterwards. Either result may be NULL, and is then not computed. Both come
 * from power iteration:
 *   radius          the largest absolute eigenvalue: about 6 digits when one
 *                   eigenvalue or one complex pair dominates, and about 3 when
 *                   many share the largest modulus; about 2 when it is that of
 *                   a defective eigenvalue of multiplicity up to 6, and fewer
 *                   beyond
 *   singular_value  the largest singular value: about 6 digits, about 4 when
 *                   the next is within 0.1 % of it
 * No digit is sure when the largest element is more than 10^20 times the
 * smallest that is not 0.
 * Errors: RANGE (size 0), SPACE (count), NONFINITE (an element of the
 * matrix). */
SRNN_API
int32_t srnn_spectrum(const float *matrix, size_t size, float *scratch,
                      size_t count, double *radius, double *singular_value);

/* ------------------------------------------------------------------------
 * Archive
 *
 * Models and checkpoints are safetensors files: little-endian float32 tensors
 * under their names, with the architecture and a checksum in __metadata__. The
 * same model makes the same bytes on every machine. Input may be hostile: every
 * length is checked against the bytes that are there. Errors of every function
 * that reads a file, or a part of an open one: FORMAT, VERSION (a newer version
 * wrote it, and marked something in it that a reader must know), CHECKSUM,
 * TRUNCATED, NONFINITE (a parameter, or a moment of an optimizer).
 *
 * If a file has a name twice, the calls that look for it return FORMAT, and
 * neither counts. The other parts of the file can still be read.
 * srnn_checkpoint_part lists such a name twice.
 *
 * Other programs may read a file and write it again, with its tensors and
 * metadata in another order or with further ones. Those are passed over, and
 * the checksum stays right. What the library itself wrote must not change,
 * except that a text may be escaped in another way. A name of the library's
 * with an escape is refused: FORMAT.
 *
 * srnn_X_save writes a file to `buffer` [capacity] and stores its size in
 * `bytes`, also when it returns SRNN_E_SPACE because the buffer is too small.
 * With `buffer` NULL and `capacity` 0 it only finds the size. The header,
 * which holds the texts, has at most 100,000,000 bytes: a file that needs more
 * is SRNN_E_OVERFLOW, and not written.
 * ------------------------------------------------------------------------ */

/* The callback of a stream. It stores `data` [size], the next bytes of a file,
 * and returns 0. Any other result ends the operation with SRNN_E_IO; what
 * earlier calls have stored is then a part of a file. */
typedef int32_t (*srnn_write_fn)(void *user, const void *data, size_t size);

/* Find the length in bytes of the file that begins a block of `bytes` bytes,
 * such as a partition of flash. It reads the header and not the checksum.
 * Errors, no others: FORMAT, TRUNCATED (the block ends before the file). */
SRNN_API
int32_t srnn_archive_length(const void *archive, size_t bytes, size_t *length);

/* Save a model, to a buffer as described above or through a callback. Errors:
 * STATE (not bound), SPACE (capacity), IO, NONFINITE (a parameter),
 * OVERFLOW. */
SRNN_API
int32_t srnn_model_save(const srnn_model *model, void *buffer, size_t capacity,
                        size_t *bytes);
SRNN_API
int32_t srnn_model_write(const srnn_model *model, srnn_write_fn write,
                         void *user);

/* Load a model from its file, or the model "model" from a checkpoint (FORMAT
 * if it has none), of exactly `bytes` bytes. load_size finds the size of the
 * block that the model needs with these `flags`, load makes the model in the
 * caller's memory, and load_create in a new block. `flags` is 0 or:
 *   VIEW  the model reads its parameters where they lie in the archive, such as
 *         flash, and its block has none. The model is as one that is made with
 *         SRNN_MODEL_EXTERNAL and bound by srnn_model_bind_const. The archive
 *         must be valid and unchanged while the model is used. This needs a
 *         little-endian machine and the tensors in the library's order (else
 *         UNSUPPORTED), and data aligned for float (else ALIGNMENT)
 * Errors: RANGE (flags), OVERFLOW; load SPACE, ALIGNMENT; create MEMORY; both
 * UNSUPPORTED, as srnn_model_init. */
#define SRNN_LOAD_VIEW 524288u
SRNN_API
int32_t srnn_model_load_size(const void *archive, size_t bytes, uint32_t flags,
                             size_t *block_bytes);
SRNN_API
int32_t srnn_model_load(void *memory, size_t size, const void *archive,
                        size_t bytes, uint32_t flags, srnn_model **model);
SRNN_API
int32_t srnn_model_load_create(srnn_allocate_fn allocate, void *user,
                               const void *archive, size_t bytes,
                               uint32_t flags, srnn_model **model);

/* ------------------------------------------------------------------------
 * Checkpoint
 *
 * The state of a training run in one file. A checkpoint is a list of parts:
 * objects under names of the caller's. The same list saves a run and restores
 * it. If every object that the run changes is in the list, the run then goes on
 * with the bits of one that never stopped:
 *
 *     srnn_checkpoint_create(NULL, NULL, 4, &checkpoint);
 *     srnn_checkpoint_add(checkpoint, "model", model);
 *     srnn_checkpoint_add(checkpoint, "optimizer", optimizer);
 *     srnn_checkpoint_add(checkpoint, "clipper", clipper);
 *     srnn_checkpoint_add_text(checkpoint, "labels", "cat\ndog");
 *     srnn_checkpoint_write(checkpoint, write, user);
 *
 *     srnn_checkpoint_open(checkpoint, archive, bytes);
 *     srnn_checkpoint_restore(checkpoint);
 * ------------------------------------------------------------------------ */

typedef struct srnn_checkpoint srnn_checkpoint;

/* The bytes of the longest name of a part, with its zero: the same in all
 * versions. */
#define SRNN_PART_NAME_BYTES 32u

/* Kinds of parts. */
#define SRNN_PART_MODEL 111u
#define SRNN_PART_OPTIMIZER 112u
#define SRNN_PART_CLIPPER 113u
#define SRNN_PART_REGULARIZER 114u
#define SRNN_PART_RANDOM 115u
#define SRNN_PART_WORKSPACE 116u
#define SRNN_PART_BYTES 117u
#define SRNN_PART_TEXT 118u

/* A checkpoint with room for `parts` parts, which may be 0 for one that only
 * reads. Its list is empty and no file is open. The list only grows: another
 * list is another checkpoint. Errors: OVERFLOW; init SPACE, ALIGNMENT; create
 * MEMORY. */
SRNN_API
int32_t srnn_checkpoint_size(uint32_t parts, size_t *bytes);
SRNN_API
int32_t srnn_checkpoint_init(void *memory, size_t size, uint32_t parts,
                             srnn_checkpoint **checkpoint);
SRNN_API
int32_t srnn_checkpoint_create(srnn_allocate_fn allocate, void *user,
                               uint32_t parts, srnn_checkpoint **checkpoint);
SRNN_API
void srnn_checkpoint_destroy(srnn_checkpoint *checkpoint);

/* Add a part to the list, under a `name` of 1 to 31 letters, digits, '_' and
 * '-'. The name is copied. `object`, `data` [bytes] and `text` are not: they
 * must be valid while the list is used. An object is a handle of one of the
 * first six kinds below, which the library tells from its memory; a batch, a
 * checkpoint and what is no handle are SRNN_E_ARGUMENT. What a part holds:
 *   model        shape, kinds and parameters. A checkpoint whose model is
 *                called "model" is that model's file too; no other kind of part
 *                can have this name
 *   optimizer    options and state
 *   clipper      options, statistics, and what its rules have learnt; not what
 *                srnn_clipper_tell was given
 *   regularizer  options, Omega and SIGNAL at the last apply
 *   random       state
 *   workspace    options and carried state; not its parallel-for, nor the last
 *                forward
 *   bytes        the caller's own
 *   text         UTF-8, terminated by a zero: labels, units, a vocabulary. It
 *                is metadata of the file, "user." and the name, which other
 *                programs can read
 * Errors: SPACE (no room), RANGE (a name that is malformed or taken; a text
 * that is not UTF-8). */
SRNN_API
int32_t srnn_checkpoint_add(srnn_checkpoint *checkpoint, const char *name,
                            void *object);
SRNN_API
int32_t srnn_checkpoint_add_bytes(srnn_checkpoint *checkpoint, const char *name,
                                  void *data, size_t bytes);
SRNN_API
int32_t srnn_checkpoint_add_text(srnn_checkpoint *checkpoint, const char *name,
                                 const char *text);

/* Save the parts of the list, which are only read, to a buffer as described
 * above or through a callback. Save between updates. Errors: STATE (a model
 * that is not bound; a regularizer between backward and apply), SPACE
 * (capacity), IO, NONFINITE (a parameter, a moment), RANGE (a text that is no
 * longer UTF-8), OVERFLOW. */
SRNN_API
int32_t srnn_checkpoint_save(const srnn_checkpoint *checkpoint, void *buffer,
                             size_t capacity, size_t *bytes);
SRNN_API
int32_t srnn_checkpoint_write(const srnn_checkpoint *checkpoint,
                              srnn_write_fn write, void *user);

/* Open a file of exactly `bytes` bytes, a checkpoint's or a model's, and check
 * it. During srnn_checkpoint_restore, _part, _get, _bytes and _text it must be
 * there unchanged, and what _bytes returned is valid as long as it is. No other
 * function reads it. On failure the file that was open stays open. */
SRNN_API
int32_t srnn_checkpoint_open(srnn_checkpoint *checkpoint, const void *archive,
                             size_t bytes);

/* Restore the parts of the list from those of the same names in the open file:
 * parameters, options, state and bytes. What is in the file only is passed
 * over, and so are texts in the list. An option that the file is too old to
 * have becomes its default. What a part does not hold is then as in a new
 * object: a workspace needs srnn_forward or srnn_forward_continue, the sums of
 * a regularizer are zero, and a clipper was told nothing. Only a workspace's
 * parallel-for stays. On failure nothing in any part has changed. Errors: STATE
 * (no file; a part that it lacks; a model that is not bound), SHAPE (a part of
 * another kind or shape, or another number of bytes), READ_ONLY (a model). */
SRNN_API
int32_t srnn_checkpoint_restore(const srnn_checkpoint *checkpoint);

/* The parts of the open file, texts included, by an `index` from 0 on: `kind`,
 * 0 for one that a later version made, and `name` [SRNN_PART_NAME_BYTES],
 * terminated. Both may be NULL. Errors: STATE (no file), RANGE (an index after
 * the last), which ends a loop over all parts. */
SRNN_API
int32_t srnn_checkpoint_part(const srnn_checkpoint *checkpoint, uint32_t index,
                             uint32_t *kind, char *name);

/* A number about the part `name` of the open file, which is not a text.
 *   KIND         SRNN_PART_MODEL to SRNN_PART_BYTES; 0 for a kind that a later
 *                version made.
 *   BYTES        bytes of its elements in the file.
 *   INPUTS, OUTPUTS, ACTIVATION, OUTPUT_KIND, FLAGS  of a model.
 *   HIDDEN       of a model, a regularizer, or a workspace with carried state.
 *   COUNT        parameters of a model or an optimizer.
 *   ALGORITHM    kind of an optimizer or a clipper: SRNN_OPTIMIZER_ADAM,
 *                SRNN_CLIP_NORM.
 *   SEQUENCES    of a workspace's carried state; 0 if it has none.
 * Errors: STATE (no file, no such part), OPTION (the part has no such
 * number). */
#define SRNN_STORED_KIND 500u
#define SRNN_STORED_BYTES 501u
#define SRNN_STORED_INPUTS 502u
#define SRNN_STORED_HIDDEN 503u
#define SRNN_STORED_OUTPUTS 504u
#define SRNN_STORED_ACTIVATION 505u
#define SRNN_STORED_OUTPUT_KIND 506u
#define SRNN_STORED_FLAGS 507u
#define SRNN_STORED_COUNT 508u
#define SRNN_STORED_ALGORITHM 509u
#define SRNN_STORED_SEQUENCES 510u
SRNN_API
int32_t srnn_checkpoint_get(const srnn_checkpoint *checkpoint, const char *name,
                            uint32_t key, double *value);

/* The bytes of the part `name` of the open file: a pointer into the file, at
 * any alignment, and their number. Errors: STATE (no file, no such part), SHAPE
 * (another kind). */
SRNN_API
int32_t srnn_checkpoint_bytes(const srnn_checkpoint *checkpoint,
                              const char *name, const void **data,
                              size_t *bytes);

/* Copy the text `name` of the open file to `text` [capacity], terminated.
 * `length` receives its bytes without the zero, also with SPACE. With `text`
 * NULL and `capacity` 0 it only finds the length. It is UTF-8 without a zero:
 * open refuses a file with any other text (FORMAT). Errors: STATE (no
 * file, no such text), SPACE (capacity). */
SRNN_API
int32_t srnn_checkpoint_text(const srnn_checkpoint *checkpoint,
                             const char *name, char *text, size_t capacity,
                             size_t *length);

/* ------------------------------------------------------------------------
 * PyTorch
 *
 * A model as the weights of PyTorch's modules, in a safetensors file:
 *
 *     rnn.weight_ih_l0  [hidden x inputs]   w_in, transposed
 *     rnn.weight_hh_l0  [hidden x hidden]   w_rec, transposed
 *     rnn.bias_ih_l0    [hidden]            b_rec
 *     rnn.bias_hh_l0    [hidden]            zeros
 *     head.weight       [outputs x hidden]  w_out, transposed
 *     head.bias         [outputs]           b_out
 *     h0                [hidden]            h0
 *
 * This is the state of a module with `rnn = torch.nn.RNN(inputs, hidden)` and
 * `head = torch.nn.Linear(hidden, outputs)`. A model without b_rec has neither
 * bias of rnn (bias=False), and a model without b_out no bias of head. The head
 * computes logits. Output kind and activation, which PyTorch has in code only,
 * are in __metadata__. There is no checksum, since other programs write such
 * files too.
 * ------------------------------------------------------------------------ */

/* Save a model for PyTorch, to a buffer or through a callback, as
 * srnn_model_save and srnn_model_write do. Errors: theirs; UNSUPPORTED (an
 * activation other than SRNN_HIDDEN_TANH and SRNN_HIDDEN_RELU, which
 * torch.nn.RNN lacks). */
SRNN_API
int32_t srnn_pytorch_save(const srnn_model *model, void *buffer,
                          size_t capacity, size_t *bytes);
SRNN_API
int32_t srnn_pytorch_write(const srnn_model *model, srnn_write_fn write,
                           void *user);

/* Load a model from such a file of `bytes` bytes: find the size of the block
 * that it needs, make it in the caller's memory, or make it in a new block.
 *
 * Tensors may come in any order. Those of rnn may have any one prefix, and
 * those of the head any other ("model.rnn.", "fc.", or none). Names of a
 * torch.nn.RNNCell, which are those of rnn without "_l0", are read too. h0 may
 * have sides of 1 before its own, as in [1 x 1 x hidden]. Elements are float32,
 * or float16 or bfloat16, which become the same numbers. b_rec becomes the sum
 * of both biases of rnn. `activation` (SRNN_HIDDEN_TANH or SRNN_HIDDEN_RELU)
 * and `output` override what the file says; 0 takes it from the file. Nothing
 * is skipped: a tensor of another name, a second layer or direction, gates,
 * several heads or none, or elements of another type are UNSUPPORTED.
 *
 * Errors: FORMAT, TRUNCATED, UNSUPPORTED, RANGE (a kind, or 0 where the file
 * says none), NONFINITE (a parameter, or the sum of two biases), OVERFLOW;
 * load SPACE, ALIGNMENT; create MEMORY. */
SRNN_API
int32_t srnn_pytorch_load_size(const void *archive, size_t bytes,
                               uint32_t activation, uint32_t output,
                               size_t *block_bytes);
SRNN_API
int32_t srnn_pytorch_load(void *memory, size_t size, const void *archive,
                          size_t bytes, uint32_t activation, uint32_t output,
                          srnn_model **model);
SRNN_API
int32_t srnn_pytorch_load_create(srnn_allocate_fn allocate, void *user,
                                 const void *archive, size_t bytes,
                                 uint32_t activation, uint32_t output,
                                 srnn_model **model);

#ifdef __cplusplus
}
#endif

#endif /* SRNN_H */
