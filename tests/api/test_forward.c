/* test_forward.c - forward: errors, order, dead pairs */
#include <string.h>

#include "passes.h"

static void forward_out_of_order(void **state)
{
    struct rig *rig = *state;
    srnn_batch *ready = rig->batch;

    rig->batch = rig_placed(rig, HANDLE_BATCH);
    REFUSES(&rig->heap, SRNN_E_STATE, forward(rig));
    SUCCEEDS(srnn_batch_begin(rig->batch, 1, 1));
    REFUSES(&rig->heap, SRNN_E_STATE, forward(rig));
    rig->batch = ready;
    REFUSES(&rig->heap, SRNN_E_STATE, proceed(rig));
    SUCCEEDS(forward(rig));
    SUCCEEDS(proceed(rig));
    /* Another number of sequences has no state to go on from. */
    rig_describe(rig, rig->batch, 0, 3);
    REFUSES(&rig->heap, SRNN_E_SHAPE, proceed(rig));
    SUCCEEDS(forward(rig));
    SUCCEEDS(proceed(rig));
}

static void forward_beyond_the_workspace(void **state)
{
    struct rig *rig = *state;
    const uint32_t sizes[][2] = {{7, 4}, {6, 5}, {UINT32_MAX, 1}, {1, UINT32_MAX}};

    SUCCEEDS(forward(rig));
    for (size_t i = 0; i < 4; i++) {
        SUCCEEDS(srnn_batch_begin(rig->batch, sizes[i][0], sizes[i][1]));
        SUCCEEDS(srnn_batch_input(rig->batch, rig->input, 0, 0));
        REFUSES(&rig->heap, SRNN_E_SPACE, forward(rig));
    }
}

/* Ids and lengths of the batch are checked before anything runs; ids of dead pairs are not read. */
static void forward_out_of_range(void **state)
{
    struct shape shape = small_shape;
    struct rig rig;

    (void)state;
    shape.features |= WITH_IDS;
    shape.features &= ~(uint32_t)WITH_MASK;
    rig_open(&rig, &shape);
    for (uint32_t s = 0; s < shape.sequences; s++) {
        const uint32_t ready = rig.lengths[s];
        rig.lengths[s] = shape.steps + 1;
        REFUSES(&rig.heap, SRNN_E_RANGE, forward(&rig));
        rig.lengths[s] = UINT32_MAX;
        REFUSES(&rig.heap, SRNN_E_RANGE, forward(&rig));
        rig.lengths[s] = ready;
    }
    for (uint32_t t = 0; t < shape.steps; t++) {
        for (uint32_t s = 0; s < shape.sequences; s++) {
            uint32_t *id = &rig.ids[t * rig.step_stride + s * rig.sequence_stride];
            const uint32_t ready = *id;
            *id = t % 2 == 0 ? shape.inputs : UINT32_MAX;
            if (t < rig.lengths[s]) {
                REFUSES(&rig.heap, SRNN_E_RANGE, forward(&rig));
                *id = ready;
            }
        }
    }
    SUCCEEDS(forward(&rig));
    rig_close(&rig);
}

/* With SRNN_WORKSPACE_LAST_OUTPUT there is no room for targets at every step. */
static void forward_with_last_output(void **state)
{
    const struct shape shape =
        shape_with(SRNN_OUTPUT_SOFTMAX, WITH_TARGET_IDS | WITH_LENGTHS, SRNN_WORKSPACE_LAST_OUTPUT);
    struct shape last = shape;
    struct rig rig;

    (void)state;
    last.features |= WITH_LAST;
    rig_open(&rig, &shape);
    REFUSES(&rig.heap, SRNN_E_UNSUPPORTED, forward(&rig));
    SUCCEEDS(srnn_workspace_set_state(rig.workspace, rig.state, shape.hidden, shape.sequences));
    REFUSES(&rig.heap, SRNN_E_UNSUPPORTED, proceed(&rig));
    SUCCEEDS(srnn_batch_target(rig.batch, rig.target, 1, 4));
    REFUSES(&rig.heap, SRNN_E_UNSUPPORTED, forward(&rig));
    /* Without targets it runs, and with one per sequence. */
    SUCCEEDS(srnn_batch_begin(rig.batch, shape.steps, shape.sequences));
    SUCCEEDS(srnn_batch_input(rig.batch, rig.input, 12, 3));
    SUCCEEDS(forward(&rig));
    both_refuse(&rig, SRNN_E_STATE);
    SUCCEEDS(srnn_batch_target_ids(rig.batch, rig.target_ids, 0, 1));
    SUCCEEDS(loss(&rig));
    SUCCEEDS(backward(&rig));
    rig_close(&rig);
}

/* A dead pair passes its state on; the first steps start from h0. */
static void dead_pairs(void **state)
{
    struct rig *rig = *state;
    const size_t hidden = rig->shape.hidden;
    const float *h0 = rig_tensor(rig, "h0", NULL, NULL);

    memset(rig->lengths, 0, rig->shape.sequences * sizeof *rig->lengths);
    rig->lengths[1] = 3;
    rig->lengths[2] = rig->shape.steps;
    memset(rig->mask, 1, (size_t)rig->shape.steps * rig->shape.sequences);
    rig->mask[4 * rig->step_stride + 2] = 0;
    SUCCEEDS(forward(rig));
    for (uint32_t t = 0; t < rig->shape.steps; t++) {
        SAME_FLOATS(h0, rig_view(rig, SRNN_VIEW_HIDDEN, t, 0), hidden);
        SAME_FLOATS(h0, rig_view(rig, SRNN_VIEW_HIDDEN, t, 3), hidden);
        if (t > 2) {
            SAME_FLOATS(rig_view(rig, SRNN_VIEW_HIDDEN, 2, 1),
                        rig_view(rig, SRNN_VIEW_HIDDEN, t, 1), hidden);
        }
    }
    SAME_FLOATS(rig_view(rig, SRNN_VIEW_HIDDEN, 3, 2), rig_view(rig, SRNN_VIEW_HIDDEN, 4, 2),
                hidden);
    assert_memory_not_equal(rig_view(rig, SRNN_VIEW_HIDDEN, 4, 2),
                            rig_view(rig, SRNN_VIEW_HIDDEN, 5, 2), hidden * sizeof *h0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(forward_out_of_order),
        RIG_TEST(forward_beyond_the_workspace),
        cmocka_unit_test(forward_out_of_range),
        cmocka_unit_test(forward_with_last_output),
        RIG_TEST(dead_pairs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
