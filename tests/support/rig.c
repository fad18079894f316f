/* rig.c - all eight objects, ready to run */
#include "rig.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

static void *make_by_create(void *user, enum handle_kind kind, const struct shape *shape,
                            const srnn_model *model)
{
    void *object = NULL;

    SUCCEEDS(handles[kind].create(heap_allocate, user, shape, model, &object));
    return object;
}

void rig_open(struct rig *rig, const struct shape *shape)
{
    rig_open_with(rig, shape, make_by_create, &rig->heap);
}

/* Uniform in [low, low + width). */
static float *random_floats(struct rig *rig, size_t count, float low, float width)
{
    float *values = heap_array(&rig->heap, count, sizeof *values);

    for (size_t i = 0; i < count; i++) {
        values[i] = low + width * srnn_random_uniform(rig->random);
    }
    return values;
}

static uint32_t *random_ids(struct rig *rig, size_t count, uint32_t bound)
{
    uint32_t *ids = heap_array(&rig->heap, count, sizeof *ids);

    for (size_t i = 0; i < count; i++) {
        ids[i] = srnn_random_below(rig->random, bound);
    }
    return ids;
}

/* The first sequence is full, and of several the last is empty. */
static void make_lengths(struct rig *rig)
{
    const uint32_t sequences = rig->shape.sequences;

    rig->lengths = random_ids(rig, sequences, rig->shape.steps + 1);
    rig->lengths[0] = rig->shape.steps;
    if (sequences > 1) {
        rig->lengths[sequences - 1] = 0;
    }
}

static void make_mask(struct rig *rig, size_t pairs)
{
    rig->mask = heap_array(&rig->heap, pairs, sizeof *rig->mask);
    for (size_t i = 0; i < pairs; i++) {
        rig->mask[i] = (uint8_t)srnn_random_below(rig->random, 4);
    }
}

/* A third of the targets are unknown, if any are, and those of the first two pairs. */
static void make_known(struct rig *rig, size_t targets)
{
    rig->known = heap_array(&rig->heap, targets, sizeof *rig->known);
    for (size_t i = 0; i < targets; i++) {
        rig->known[i] = i < 2 * rig->shape.outputs ? 0 : (uint8_t)srnn_random_below(rig->random, 3);
        if (rig->known[i] == 0 && (rig->shape.features & WITH_TARGET_MASK) != 0) {
            rig->target[i] = NAN;
        }
    }
}

static void make_parameters(struct rig *rig)
{
    const float width = 1.2f;

    if ((rig->shape.model_flags & SRNN_MODEL_EXTERNAL) != 0) {
        rig->parameters = random_floats(rig, rig->count, -width / 2.0f, width);
        SUCCEEDS(srnn_model_bind(rig->model, rig->parameters, rig->count));
        return;
    }
    rig->parameters = srnn_model_parameters(rig->model);
    for (size_t i = 0; i < rig->count; i++) {
        rig->parameters[i] = width * (srnn_random_uniform(rig->random) - 0.5f);
    }
}

void rig_open_with(struct rig *rig, const struct shape *shape, make_fn make, void *user)
{
    const size_t pairs = (size_t)shape->steps * shape->sequences;
    const int batch_major = (shape->features & WITH_BATCH_MAJOR) != 0;

    memset(rig, 0, sizeof *rig);
    heap_open(&rig->heap);
    rig->shape = *shape;
    rig->count = shape_parameters(shape);
    rig->out = heap_array(&rig->heap, 1, sizeof *rig->out);

    rig->random = make(user, HANDLE_RANDOM, shape, NULL);
    rig->model = make(user, HANDLE_MODEL, shape, NULL);
    rig->batch = make(user, HANDLE_BATCH, shape, rig->model);
    rig->workspace = make(user, HANDLE_WORKSPACE, shape, rig->model);
    rig->regularizer = make(user, HANDLE_REGULARIZER, shape, rig->model);
    rig->clipper = make(user, HANDLE_CLIPPER, shape, rig->model);
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_RULE, RULE_OF(shape->features)));
    rig->optimizer = make(user, HANDLE_OPTIMIZER, shape, rig->model);
    rig->checkpoint = make(user, HANDLE_CHECKPOINT, shape, rig->model);
    assert_int_equal(srnn_model_parameter_count(rig->model), rig->count);

    make_parameters(rig);
    rig->step_stride = batch_major ? 1 : shape->sequences;
    rig->sequence_stride = batch_major ? shape->steps : 1;
    rig->input = random_floats(rig, pairs * shape->inputs, -1.0f, 2.0f);
    rig->ids = random_ids(rig, pairs, shape->inputs);
    make_lengths(rig);
    make_mask(rig, pairs);
    rig->target = random_floats(rig, pairs * shape->outputs, 0.0f, 1.0f);
    rig->target_ids = random_ids(rig, pairs, shape->outputs);
    rig->weights = random_floats(rig, pairs, 0.5f, 1.0f);
    rig->gradient = random_floats(rig, rig->count, 0.0f, 0.0f);
    rig->state = random_floats(rig, (size_t)shape->sequences * shape->hidden, -1.0f, 2.0f);
    make_known(rig, pairs * shape->outputs);
    rig_describe(rig, rig->batch, 0, shape->sequences);
}

void rig_close(struct rig *rig)
{
    srnn_checkpoint_destroy(rig->checkpoint);
    srnn_optimizer_destroy(rig->optimizer);
    srnn_clipper_destroy(rig->clipper);
    srnn_regularizer_destroy(rig->regularizer);
    srnn_workspace_destroy(rig->workspace);
    srnn_batch_destroy(rig->batch);
    srnn_model_destroy(rig->model);
    srnn_random_destroy(rig->random);
    heap_close(&rig->heap);
}

void rig_describe(const struct rig *rig, srnn_batch *batch, uint32_t first, uint32_t sequences)
{
    const struct shape *shape = &rig->shape;
    const uint32_t features = shape->features;
    const size_t step = rig->step_stride;
    const size_t sequence = rig->sequence_stride;
    const size_t at = first * sequence;
    /* With one target per sequence, targets and weights are dense in the sequences. */
    const int last = (features & WITH_LAST) != 0;
    const size_t target_step = last ? 0 : step;
    const size_t target_sequence = last ? 1 : sequence;
    const size_t target_at = first * target_sequence;

    SUCCEEDS(srnn_batch_begin(batch, shape->steps, sequences));
    if ((features & WITH_IDS) != 0) {
        SUCCEEDS(srnn_batch_input_ids(batch, rig->ids + at, step, sequence));
    } else {
        SUCCEEDS(srnn_batch_input(batch, rig->input + at * shape->inputs, step * shape->inputs,
                                  sequence * shape->inputs));
    }
    if ((features & WITH_LENGTHS) != 0) {
        SUCCEEDS(srnn_batch_lengths(batch, rig->lengths + first));
    }
    if ((features & WITH_MASK) != 0) {
        SUCCEEDS(srnn_batch_mask(batch, rig->mask + at, step, sequence));
    }
    if ((features & WITH_TARGET_IDS) != 0) {
        SUCCEEDS(srnn_batch_target_ids(batch, rig->target_ids + target_at, target_step,
                                       target_sequence));
    } else {
        SUCCEEDS(srnn_batch_target(batch, rig->target + target_at * shape->outputs,
                                   target_step * shape->outputs, target_sequence * shape->outputs));
    }
    if ((features & WITH_TARGET_MASK) != 0) {
        SUCCEEDS(srnn_batch_target_mask(batch, rig->known + target_at * shape->outputs,
                                        target_step * shape->outputs,
                                        target_sequence * shape->outputs));
    }
    if ((features & WITH_WEIGHTS) != 0) {
        SUCCEEDS(srnn_batch_weights(batch, rig->weights + target_at, target_step, target_sequence));
    }
}

int rig_live(const struct rig *rig, uint32_t step, uint32_t sequence)
{
    const uint32_t features = rig->shape.features;
    const size_t pair = step * rig->step_stride + sequence * rig->sequence_stride;

    return ((features & WITH_LENGTHS) == 0 || step < rig->lengths[sequence]) &&
           ((features & WITH_MASK) == 0 || rig->mask[pair] != 0);
}

void rig_forward(struct rig *rig)
{
    if ((rig->shape.features & WITH_GROWTH) != 0) {
        SUCCEEDS(srnn_workspace_set(rig->workspace, SRNN_WORKSPACE_ERROR_GROWTH, RIG_GROWTH));
    }
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.25, &rig->out->value,
                       &rig->out->other));
}

int32_t rig_count_errors(struct rig *rig, double tolerance)
{
    uint64_t *counts = rig->out->counts;

    return srnn_count_errors(rig->model, rig->workspace, rig->batch, tolerance, &counts[0],
                             &counts[1], &counts[2], &counts[3]);
}

uint64_t rig_train(struct rig *rig)
{
    srnn_regularizer *const regularizer =
        (rig->shape.features & WITHOUT_OMEGA) != 0 ? NULL : rig->regularizer;
    uint64_t hash = HASH_START;
    double results[4] = {0.0}, statistics[14], rate;

    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    rig_forward(rig);
    results[0] = rig->out->value;
    results[1] = rig->out->other;
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, regularizer, rig->gradient, rig->count));
    if (regularizer != NULL) {
        SUCCEEDS(srnn_regularizer_apply(regularizer, rig->model, rig->gradient, rig->count,
                                        &results[2]));
    }
    SUCCEEDS(srnn_optimizer_get(rig->optimizer, SRNN_OPTIMIZER_RATE, &rate));
    SUCCEEDS(srnn_clipper_tell(rig->clipper, results[0], rate, 10));
    SUCCEEDS(srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, &results[3]));
    for (uint32_t i = 0; i < 14; i++) {
        SUCCEEDS(srnn_clipper_get(rig->clipper, SRNN_CLIP_STEPS + i, &statistics[i]));
    }
    SUCCEEDS(srnn_optimizer_step(rig->optimizer, rig->parameters, rig->gradient, rig->count));
    assert_false(holds_nan(rig->parameters, rig->count));
    hash = hash_doubles(hash, results, 4);
    hash = hash_doubles(hash, statistics, 14);
    hash = hash_floats(hash, rig->gradient, rig->count);
    return hash_floats(hash, rig->parameters, rig->count);
}

float *rig_view(struct rig *rig, uint32_t view, uint32_t step, uint32_t sequence)
{
    size_t step_stride, sequence_stride;
    uint32_t width;
    float *data;

    SUCCEEDS(
        srnn_workspace_view(rig->workspace, view, &data, &step_stride, &sequence_stride, &width));
    return data + step * step_stride + sequence * sequence_stride;
}

uint32_t model_option(const srnn_model *model, uint32_t key)
{
    double value = -1.0;

    SUCCEEDS(srnn_model_get(model, key, &value));
    return (uint32_t)value;
}

float *rig_tensor(const struct rig *rig, const char *name, size_t *rows, size_t *columns)
{
    const char *its_name;
    size_t offset;
    uint32_t shape[2];

    for (uint32_t i = 0;
         srnn_model_tensor(rig->model, i, &its_name, &offset, &shape[0], &shape[1]) == SRNN_OK;
         i++) {
        if (strcmp(name, its_name) != 0) {
            continue;
        }
        if (rows != NULL) {
            *rows = shape[0];
        }
        if (columns != NULL) {
            *columns = shape[1];
        }
        return rig->parameters + offset;
    }
    fail_msg("the model has no %s", name);
    return NULL;
}

void *rig_placed(struct rig *rig, enum handle_kind kind)
{
    void *object = NULL;
    void *memory;
    size_t bytes;

    SUCCEEDS(handles[kind].size(&rig->shape, rig->model, &bytes));
    memory = heap_array(&rig->heap, bytes, 1);
    SUCCEEDS(handles[kind].init(memory, bytes, &rig->shape, rig->model, &object));
    return object;
}

void *rig_dead(struct rig *rig, enum handle_kind kind)
{
    void *object = rig_placed(rig, kind);

    handles[kind].destroy(object);
    return object;
}

void rig_bad_handles(struct rig *rig, enum handle_kind kind, void *bad[BAD_HANDLES])
{
    size_t used = 0;

    bad[used++] = NULL;
    bad[used++] = rig_dead(rig, kind);
    for (int other = 0; other < HANDLES; other++) {
        if (other != (int)kind) {
            bad[used++] = rig_placed(rig, (enum handle_kind)other);
        }
    }
    assert_int_equal(used, BAD_HANDLES);
}

int rig_setup(void **state)
{
    struct rig *rig = malloc(sizeof *rig);

    if (rig == NULL) {
        return -1;
    }
    rig_open(rig, &small_shape);
    *state = rig;
    return 0;
}

int rig_teardown(void **state)
{
    rig_close(*state);
    free(*state);
    return 0;
}
