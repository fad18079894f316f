/* test_batch.c - a view on the caller's arrays */
#include <string.h>

#include "support.h"

/* The setters under one signature: an array of the rig and the strides of a dense time-major one.
 * `optional` setters take NULL, which undoes what was set. */
static int32_t input(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_input(batch, null ? NULL : rig->input, 12, 3);
}

static int32_t input_ids(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_input_ids(batch, null ? NULL : rig->ids, 4, 1);
}

static int32_t restarts(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_restarts(batch, null ? NULL : rig->mask);
}

static int32_t lengths(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_lengths(batch, null ? NULL : rig->lengths);
}

static int32_t mask(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_mask(batch, null ? NULL : rig->mask, 4, 1);
}

static int32_t target(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_target(batch, null ? NULL : rig->target, 16, 4);
}

static int32_t target_ids(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_target_ids(batch, null ? NULL : rig->target_ids, 4, 1);
}

static int32_t target_mask(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_target_mask(batch, null ? NULL : rig->known, 16, 4);
}

static int32_t weights(srnn_batch *batch, const struct rig *rig, int null)
{
    return srnn_batch_weights(batch, null ? NULL : rig->weights, 4, 1);
}

static const struct {
    int32_t (*set)(srnn_batch *batch, const struct rig *rig, int null);
    int optional;
} setters[] = {
    {input, 0},      {input_ids, 0}, {lengths, 1},  {mask, 1},        {target, 0},
    {target_ids, 0}, {weights, 1},   {restarts, 1}, {target_mask, 1},
};
#define SETTERS (sizeof setters / sizeof setters[0])

/* Before begin, after it, with NULL, with what is no batch. */
static void setting(void **state)
{
    struct rig *rig = *state;
    srnn_batch *batch = rig_placed(rig, HANDLE_BATCH);

    for (size_t i = 0; i < SETTERS; i++) {
        REFUSES(&rig->heap, SRNN_E_STATE, setters[i].set(batch, rig, 0));
    }
    for (size_t i = 0; i < SETTERS; i++) {
        SUCCEEDS(srnn_batch_begin(batch, 6, 4));
        SUCCEEDS(setters[i].set(batch, rig, 0));
        if (setters[i].optional) {
            SUCCEEDS(setters[i].set(batch, rig, 1));
        } else {
            REFUSES(&rig->heap, SRNN_E_ARGUMENT, setters[i].set(batch, rig, 1));
        }
    }
    FOR_BAD_HANDLES(rig, HANDLE_BATCH, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_batch_begin(bad, 1, 1));
        for (size_t i = 0; i < SETTERS; i++) {
            REFUSES(&rig->heap, SRNN_E_ARGUMENT, setters[i].set(bad, rig, 0));
        }
    }
}

/* Arrays at an address that their elements may not have; bytes may be anywhere. */
static void misaligned(void **state)
{
    struct rig *rig = *state;
    srnn_batch *batch = rig->batch;

    for (size_t shift = 1; shift < 4; shift++) {
        void *odd = (char *)rig->input + shift;
        REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_batch_input(batch, odd, 12, 3));
        REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_batch_input_ids(batch, odd, 4, 1));
        REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_batch_lengths(batch, odd));
        REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_batch_target(batch, odd, 16, 4));
        REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_batch_target_ids(batch, odd, 4, 1));
        REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_batch_weights(batch, odd, 4, 1));
    }
    for (size_t shift = 1; shift < 4; shift++) {
        SUCCEEDS(srnn_batch_mask(batch, rig->mask + shift, 1, 0));
        SUCCEEDS(srnn_batch_restarts(batch, rig->mask + shift));
        SUCCEEDS(srnn_batch_target_mask(batch, rig->known + shift, 1, 0));
    }
}

/* A batch is a view: placed, placed again in the same memory, or created, it starts empty. */
static void starts_empty(void **state)
{
    struct rig *rig = *state;
    void *memory = heap_array(&rig->heap, srnn_batch_size(), 1);
    srnn_batch *batch = NULL;

    for (int round = 0; round < 2; round++) {
        SUCCEEDS(srnn_batch_init(memory, srnn_batch_size(), &batch));
        assert_ptr_equal(batch, memory);
        REFUSES(&rig->heap, SRNN_E_STATE, input(batch, rig, 0));
        SUCCEEDS(srnn_batch_begin(batch, 6, 4));
        SUCCEEDS(input(batch, rig, 0));
    }
    srnn_batch_destroy(batch);
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_batch_begin(batch, 6, 4));
    SUCCEEDS(srnn_batch_create(heap_allocate, &rig->heap, &batch));
    REFUSES(&rig->heap, SRNN_E_STATE, input(batch, rig, 0));
    srnn_batch_destroy(batch);
}

static void beginning(void **state)
{
    struct rig *rig = *state;

    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_batch_begin(rig->batch, 0, 1));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_batch_begin(rig->batch, 1, 0));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_batch_begin(rig->batch, 0, 0));
    SUCCEEDS(srnn_batch_begin(rig->batch, UINT32_MAX, UINT32_MAX));
    /* What was set before is forgotten: there is no input now. */
    SUCCEEDS(srnn_batch_begin(rig->batch, 6, 4));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(input(rig->batch, rig, 0));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, NULL, NULL));
}

/* The last state of every sequence, hashed. */
static uint64_t states_of(struct rig *rig)
{
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_workspace_get_state(rig->workspace, rig->state, rig->shape.hidden, 4));
    return hash_floats(HASH_START, rig->state, 4 * (size_t)rig->shape.hidden);
}

/* The later of two calls counts, for inputs and for targets. */
static void the_later_counts(void **state)
{
    struct rig *rig = *state;
    uint64_t by_floats, by_ids;
    double loss_by_floats, loss_by_ids;

    SUCCEEDS(srnn_batch_begin(rig->batch, 6, 4));
    SUCCEEDS(input(rig->batch, rig, 0));
    by_floats = states_of(rig);
    SUCCEEDS(input_ids(rig->batch, rig, 0));
    by_ids = states_of(rig);
    assert_true(by_floats != by_ids);
    SUCCEEDS(input(rig->batch, rig, 0));
    assert_true(states_of(rig) == by_floats);

    SUCCEEDS(target(rig->batch, rig, 0));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &loss_by_floats, NULL));
    SUCCEEDS(target_ids(rig->batch, rig, 0));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &loss_by_ids, NULL));
    assert_true(loss_by_floats != loss_by_ids);
    SUCCEEDS(target(rig->batch, rig, 0));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &rig->out->value, NULL));
    NEAR(loss_by_floats, rig->out->value, 0.0);
}

/* A failing setter leaves what was set; NULL for lengths, mask and weights undoes theirs. */
static void taking_back(void **state)
{
    struct rig *rig = *state;
    uint64_t full;

    SUCCEEDS(srnn_batch_begin(rig->batch, 6, 4));
    SUCCEEDS(input(rig->batch, rig, 0));
    full = states_of(rig);
    RETURNS(SRNN_E_ARGUMENT, input(rig->batch, rig, 1));
    RETURNS(SRNN_E_ARGUMENT, input_ids(rig->batch, rig, 1));
    assert_true(states_of(rig) == full);
    for (size_t i = 2; i < 4; i++) { /* lengths and mask */
        SUCCEEDS(setters[i].set(rig->batch, rig, 0));
        assert_true(states_of(rig) != full);
        SUCCEEDS(setters[i].set(rig->batch, rig, 1));
        assert_true(states_of(rig) == full);
    }
    SUCCEEDS(target_ids(rig->batch, rig, 0));
    SUCCEEDS(weights(rig->batch, rig, 0));
    SUCCEEDS(weights(rig->batch, rig, 1));
    (void)states_of(rig);
    /* No mask is no mask, whatever its strides are: these are the pairs of the forward. */
    SUCCEEDS(srnn_batch_mask(rig->batch, NULL, 5, 1));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, NULL, &rig->out->value));
    NEAR(24.0, rig->out->value, 0.0);
}

/* Time-major, batch-major, with gaps, and one row for all: strides describe every layout. */
static void strides(void **state)
{
    struct rig *rig = *state;
    float *moved = heap_array(&rig->heap, 4096, sizeof *moved);
    uint64_t expected;

    SUCCEEDS(srnn_batch_begin(rig->batch, 6, 4));
    SUCCEEDS(input(rig->batch, rig, 0));
    expected = states_of(rig);
    for (size_t gap = 0; gap < 3; gap++) {
        const size_t sequence_stride = 6 * (3 + gap) + gap;
        for (size_t t = 0; t < 6; t++) {
            for (size_t s = 0; s < 4; s++) {
                memcpy(moved + t * (3 + gap) + s * sequence_stride, rig->input + t * 12 + s * 3,
                       3 * sizeof *moved);
            }
        }
        SUCCEEDS(srnn_batch_input(rig->batch, moved, 3 + gap, sequence_stride));
        assert_true(states_of(rig) == expected);
    }
    /* Stride 0: all sequences read the same. */
    SUCCEEDS(srnn_batch_input(rig->batch, rig->input, 12, 0));
    (void)states_of(rig);
    SAME_FLOATS(rig->state, rig->state + 3 * rig->shape.hidden, rig->shape.hidden);
}

/* Under targets at every step, weights with step_stride 0 are one for each sequence, at all of its
 * steps: the same bits as with that weight written at each. */
static void one_weight_per_sequence(void **state)
{
    struct rig *rig = *state;
    double *const loss = &rig->out->value, *const weight = &rig->out->other;
    double loss_of_each, weight_of_each;

    for (size_t pair = 4; pair < 24; pair++) {
        rig->weights[pair] = rig->weights[pair % 4];
    }
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, loss, weight));
    loss_of_each = *loss;
    weight_of_each = *weight;
    for (size_t pair = 4; pair < 24; pair++) {
        rig->weights[pair] = 100.0f;
    }
    SUCCEEDS(srnn_batch_weights(rig->batch, rig->weights, 0, 1));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, loss, weight));
    NEAR(loss_of_each, *loss, 0.0);
    NEAR(weight_of_each, *weight, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(setting),          RIG_TEST(misaligned),
        RIG_TEST(starts_empty),     RIG_TEST(beginning),
        RIG_TEST(the_later_counts), RIG_TEST(taking_back),
        RIG_TEST(strides),          RIG_TEST(one_weight_per_sequence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
