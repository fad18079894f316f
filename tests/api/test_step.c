/* test_step.c - streaming: errors, states, one step by hand
 *
 * That a stream computes the bits of forward is tested in tests/exact/test_pieces.c. */
#include <math.h>
#include <string.h>

#include "support.h"

static void initial_state(void **state)
{
    struct rig *rig = *state;
    const size_t hidden = rig->shape.hidden;
    const size_t counts[] = {0, hidden - 1, hidden + 1, SIZE_MAX};

    for (size_t i = 0; i < 4; i++) {
        REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_initial_state(rig->model, rig->state, counts[i]));
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_initial_state(rig->model, NULL, hidden));
    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_initial_state(bad, rig->state, hidden));
    }
    SUCCEEDS(srnn_initial_state(rig->model, rig->state, hidden));
    SAME_FLOATS(rig_tensor(rig, "h0", NULL, NULL), rig->state, hidden);
    /* Without a learned state it is zero. */
    rig->shape.model_flags = 0;
    SUCCEEDS(srnn_initial_state(rig_placed(rig, HANDLE_MODEL), rig->state, hidden));
    for (size_t i = 0; i < hidden; i++) {
        assert_true(rig->state[i] == 0.0f);
    }
}

static void step_refuses(void **state)
{
    struct rig *rig = *state;
    const size_t hidden = rig->shape.hidden;
    float *now = heap_array(&rig->heap, 2 * hidden, sizeof *now);
    float *next = now + hidden;
    float *logits = rig->gradient;
    const srnn_model *model = rig->model;

    memcpy(now, rig->state, 2 * hidden * sizeof *now);
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step(model, NULL, now, next, logits));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step(model, rig->input, NULL, next, logits));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step(model, rig->input, now, NULL, logits));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step_id(model, 0, NULL, next, logits));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step_id(model, 0, now, NULL, logits));
    /* The new state over the old one, wholly or in part. */
    for (size_t shift = 0; shift < hidden; shift++) {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_step(model, rig->input, now, now + shift, logits));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_step(model, rig->input, now + shift, now, logits));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step_id(model, 0, now, now + shift, logits));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step_id(model, 0, now + shift, now, logits));
    }
    /* The new state over the input or over the logits. */
    for (size_t shift = 0; shift < rig->shape.inputs; shift++) {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step(model, next + shift, now, next, logits));
    }
    for (size_t shift = 0; shift < hidden; shift++) {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step(model, rig->input, now, next, next + shift));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step_id(model, 0, now, next, next + shift));
    }
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_step_id(model, rig->shape.inputs, now, next, logits));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_step_id(model, UINT32_MAX, now, next, logits));
    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step(bad, rig->input, now, next, logits));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step_id(bad, 0, now, next, logits));
    }
    SUCCEEDS(srnn_step(model, rig->input, now, next, logits));
    SUCCEEDS(srnn_step(model, rig->input, next, now, logits));
    SUCCEEDS(srnn_step_id(model, rig->shape.inputs - 1, now, next, NULL));
}

/* tanh(b + x W_in + h W_rec), and the logits, against doubles. */
static void one_step(void **state)
{
    struct rig *rig = *state;
    const size_t hidden = rig->shape.hidden;
    const size_t inputs = rig->shape.inputs;
    const size_t outputs = rig->shape.outputs;
    const float *w_in = rig_tensor(rig, "w_in", NULL, NULL);
    const float *w_rec = rig_tensor(rig, "w_rec", NULL, NULL);
    const float *b_rec = rig_tensor(rig, "b_rec", NULL, NULL);
    const float *w_out = rig_tensor(rig, "w_out", NULL, NULL);
    const float *b_out = rig_tensor(rig, "b_out", NULL, NULL);
    float *next = heap_array(&rig->heap, hidden, sizeof *next);
    float *same = heap_array(&rig->heap, hidden, sizeof *same);
    float *logits = heap_array(&rig->heap, outputs, sizeof *logits);

    SUCCEEDS(srnn_step(rig->model, rig->input, rig->state, next, logits));
    for (size_t j = 0; j < hidden; j++) {
        double sum = (double)b_rec[j];
        for (size_t i = 0; i < inputs; i++) {
            sum += (double)rig->input[i] * (double)w_in[i * hidden + j];
        }
        for (size_t i = 0; i < hidden; i++) {
            sum += (double)rig->state[i] * (double)w_rec[i * hidden + j];
        }
        NEAR(tanh(sum), (double)next[j], 1e-6);
    }
    for (size_t k = 0; k < outputs; k++) {
        double sum = (double)b_out[k];
        for (size_t j = 0; j < hidden; j++) {
            sum += (double)next[j] * (double)w_out[j * outputs + k];
        }
        NEAR(sum, (double)logits[k], 1e-6);
    }
    /* Logits are not needed for the state. */
    SUCCEEDS(srnn_step(rig->model, rig->input, rig->state, same, NULL));
    SAME_FLOATS(next, same, hidden);
    /* An id is a one-hot input. */
    for (uint32_t id = 0; id < inputs; id++) {
        for (size_t i = 0; i < inputs; i++) {
            rig->input[i] = i == id ? 1.0f : 0.0f;
        }
        SUCCEEDS(srnn_step(rig->model, rig->input, rig->state, next, NULL));
        SUCCEEDS(srnn_step_id(rig->model, id, rig->state, same, logits));
        SAME_FLOATS(next, same, hidden);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(initial_state),
        RIG_TEST(step_refuses),
        RIG_TEST(one_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
