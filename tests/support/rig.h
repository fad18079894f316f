/* rig.h - all eight objects, ready to run
 *
 * A rig is made of a shape. Its objects, its arrays and the place for results all lie in a heap
 * of its own, so that REFUSES(&rig.heap, ...) proves that a failing call changed none of them. */
#ifndef RIG_H
#define RIG_H

#include "memory.h"

/* ------------------------------------------------------------------------
 * Handles
 * ------------------------------------------------------------------------ */

/* What the batch of a rig has beyond float inputs and, if the output kind takes them, float targets
 * at every step. */
#define WITH_IDS 1u        /* inputs are ids */
#define WITH_TARGET_IDS 2u /* targets are ids (softmax) */
#define WITH_LAST 4u       /* one target per sequence */
#define WITH_LENGTHS 8u    /* among them 0 */
#define WITH_MASK 16u
#define WITH_WEIGHTS 32u
#define WITH_BATCH_MAJOR 64u /* the sequence is the outer axis of the arrays */
#define WITHOUT_OMEGA 128u   /* rig_train() leaves the regularizer alone */
#define WITH_GROWTH 256u     /* rig_forward() limits the growth of errors to: */
#define RIG_GROWTH 1.1
#define WITH_RULE(rule) (((rule)-SRNN_CLIP_RULE_FIXED) << 9) /* RULE of the clipper; else FIXED */
#define RULE_OF(features) (((features) >> 9 & 7u) + SRNN_CLIP_RULE_FIXED)
#define WITH_TARGET_MASK 4096u /* some float targets are unknown, and NaN */

struct shape {
    uint32_t inputs;
    uint32_t hidden;
    uint32_t outputs;
    uint32_t activation;
    uint32_t output;
    uint32_t model_flags;
    uint32_t steps;
    uint32_t sequences;
    uint32_t workspace_flags;
    uint32_t features; /* WITH..._... */
    uint32_t regularizer_kind;
    uint32_t clipper_kind;
    uint32_t optimizer_kind;
};

/* A small network with everything: tanh, softmax, a learned state, all views, lengths, a mask and
 * weights, Omega, clipping by norm and Adam. */
extern const struct shape small_shape;

/* Shapes that between them have every kind, flag and feature, widths around those of vectors and
 * panels, and widths and lengths of 1. */
extern const struct shape shapes[];
extern const size_t shape_count;

#define RIG_PARTS 8u

/* The eight handles, in the order in which a rig makes them. */
enum handle_kind {
    HANDLE_RANDOM,
    HANDLE_MODEL,
    HANDLE_BATCH,
    HANDLE_WORKSPACE,
    HANDLE_REGULARIZER,
    HANDLE_CLIPPER,
    HANDLE_OPTIMIZER,
    HANDLE_CHECKPOINT,
    HANDLES
};

/* The four functions that make and destroy a handle, under one signature each. `model` is read
 * where a handle is made for one. `object` is written as the library writes it, and may be NULL. */
struct handle {
    const char *name;
    int32_t (*size)(const struct shape *shape, const srnn_model *model, size_t *bytes);
    int32_t (*init)(void *memory, size_t size, const struct shape *shape, const srnn_model *model,
                    void **object);
    int32_t (*create)(srnn_allocate_fn allocate, void *user, const struct shape *shape,
                      const srnn_model *model, void **object);
    void (*destroy)(void *object);
};

extern const struct handle handles[HANDLES];

/* The number of parameters of a model of this shape. */
size_t shape_parameters(const struct shape *shape);

/* ------------------------------------------------------------------------
 * Rig
 * ------------------------------------------------------------------------ */

/* A place for everything that a call may write through a pointer. Filled with arbitrary
 * bytes at first. */
struct results {
    size_t bytes;
    size_t offset;
    size_t step_stride;
    size_t sequence_stride;
    uint32_t rows;
    uint32_t columns;
    double value;
    double other;
    uint64_t counts[4];
    float *data;
    double *sums;
    const char *text;
    void *object;
};

struct rig {
    struct shape shape;
    struct heap heap;
    size_t count;      /* parameters */
    float *parameters; /* [count] */
    struct results *out;

    srnn_random *random;
    srnn_model *model;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    srnn_checkpoint *checkpoint; /* without parts, with room for RIG_PARTS */

    size_t step_stride; /* of the arrays of one element per pair */
    size_t sequence_stride;
    float *input;
    uint32_t *ids;
    uint32_t *lengths;
    uint8_t *mask;
    float *target;
    uint32_t *target_ids;
    uint8_t *known; /* one for each element of target */
    float *weights;
    float *gradient; /* [count] */
    float *state;    /* [sequences x hidden] */
};

/* Make an object of a handle: returns a live one or fails the test. */
typedef void *(*make_fn)(void *user, enum handle_kind kind, const struct shape *shape,
                         const srnn_model *model);

/* Make all objects through create and the rig's heap, or through `make`; fill parameters and
 * arrays from the rig's random numbers; describe the batch. */
void rig_open(struct rig *rig, const struct shape *shape);
void rig_open_with(struct rig *rig, const struct shape *shape, make_fn make, void *user);
void rig_close(struct rig *rig);

/* Describe the rig's arrays, from a sequence on, to a batch of `sequences`. */
void rig_describe(const struct rig *rig, srnn_batch *batch, uint32_t first, uint32_t sequences);

/* Whether the pair (step, sequence) of the rig's own batch is live. */
int rig_live(const struct rig *rig, uint32_t step, uint32_t sequence);

/* Forward and loss, which together are what backward needs. */
void rig_forward(struct rig *rig);

/* srnn_count_errors of the rig's own batch, into out->counts: wrong pairs, pairs, wrong sequences
 * and sequences. */
int32_t rig_count_errors(struct rig *rig, double tolerance);

/* One step of training, from forward to the optimizer. Returns a hash of all results on the way. */
uint64_t rig_train(struct rig *rig);

/* A view of the workspace and its row of (step, sequence). The test may write where srnn.h says
 * that the caller may. */
float *rig_view(struct rig *rig, uint32_t view, uint32_t step, uint32_t sequence);

/* A tensor of the model, by its name: where it lies, and through the last arguments, which may be
 * NULL, its rows and columns. */
float *rig_tensor(const struct rig *rig, const char *name, size_t *rows, size_t *columns);

/* An option of a model. All that a model has are whole numbers. */
uint32_t model_option(const srnn_model *model, uint32_t key);

/* A placed object of a handle in an array of the rig's heap, live or already dead. */
void *rig_placed(struct rig *rig, enum handle_kind kind);
void *rig_dead(struct rig *rig, enum handle_kind kind);

/* What no function may take for a live object of a handle: NULL, a dead one, and live ones of the
 * seven other handles. The loop runs its body for each. */
#define BAD_HANDLES (HANDLES + 1)
void rig_bad_handles(struct rig *rig, enum handle_kind kind, void *bad[BAD_HANDLES]);
#define FOR_BAD_HANDLES(rig, kind, name)                                                           \
    void *name##_all[BAD_HANDLES];                                                                 \
    void *name;                                                                                    \
    rig_bad_handles((rig), (kind), name##_all);                                                    \
    for (size_t name##_at = 0; name##_at < BAD_HANDLES && (name = name##_all[name##_at], 1);       \
         name##_at++)

/* A cmocka test whose *state is a rig of small_shape. */
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
int rig_setup(void **state);
int rig_teardown(void **state);

#endif
