/* test_long_sums.c - gradients are one float sum over all pairs, as srnn_backward says
 *
 * A sum of 2^24 terms 1 gains nothing from another 1. Instead of as many pairs, the tests begin
 * with a gradient of 2^24. A sum that had a second level would grow. */
#include <string.h>

#include "support.h"

#define LIMIT 16777216.0f

/* A linear network without weights, whose states are 1, outputs 0 and targets -1. The gradient on
 * each logit is 1, and so is each term of the gradients of w_out and b_out. */
static void open_ones(struct rig *rig, uint32_t hidden, uint32_t steps, uint32_t sequences)
{
    struct shape shape = small_shape;

    shape.hidden = hidden;
    shape.outputs = 1;
    shape.activation = SRNN_HIDDEN_LINEAR;
    shape.output = SRNN_OUTPUT_LINEAR;
    shape.steps = steps;
    shape.sequences = sequences;
    shape.workspace_flags = 0;
    shape.features = 0;
    rig_open(rig, &shape);
    memset(rig->parameters, 0, rig->count * sizeof *rig->parameters);
    for (uint32_t i = 0; i < hidden; i++) {
        rig_tensor(rig, "b_rec", NULL, NULL)[i] = 1.0f;
    }
    for (size_t pair = 0; pair < (size_t)steps * sequences; pair++) {
        rig->target[pair] = -1.0f;
    }
}

/* The gradient of b_out, and of every element of w_out, after a backward that begins with `start`
 * there. */
static float sum_from(struct rig *rig, float start)
{
    float *const w_out = rig->gradient + (rig_tensor(rig, "w_out", NULL, NULL) - rig->parameters);
    float *const b_out = rig->gradient + (rig_tensor(rig, "b_out", NULL, NULL) - rig->parameters);

    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    *b_out = start;
    for (uint32_t i = 0; i < rig->shape.hidden; i++) {
        w_out[i] = start;
    }
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.5, NULL, NULL));
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
    for (uint32_t i = 0; i < rig->shape.hidden; i++) {
        assert_true(w_out[i] == *b_out);
    }
    return *b_out;
}

static void check_sums(uint32_t hidden, uint32_t set)
{
    const uint32_t steps = 50, sequences = 20;
    const float pairs = (float)(steps * sequences);
    struct rig rig;

    open_ones(&rig, hidden, steps, sequences);
    SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, set));
    assert_true(sum_from(&rig, 0.0f) == pairs);
    assert_true(sum_from(&rig, LIMIT - pairs) == LIMIT);
    assert_true(sum_from(&rig, LIMIT - 1.0f) == LIMIT);
    assert_true(sum_from(&rig, LIMIT) == LIMIT);
    rig_close(&rig);
}

/* Narrow and wide layers, in many chunks and stretches. */
static void one_sum(void **state)
{
    (void)state;
    for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
        check_sums(4, *set);
        check_sums(260, *set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_sum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
