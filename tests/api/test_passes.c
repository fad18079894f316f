/* test_passes.c - what all passes have in common: handles, shapes, dead pairs, NaN */
#include <math.h>
#include <string.h>

#include "passes.h"

static void no_handles(void **state)
{
    struct rig *rig = *state;
    const struct rig good = *rig;
    void *bad_all[3][BAD_HANDLES];

    rig_forward(rig);
    rig_bad_handles(rig, HANDLE_MODEL, bad_all[0]);
    rig_bad_handles(rig, HANDLE_WORKSPACE, bad_all[1]);
    rig_bad_handles(rig, HANDLE_BATCH, bad_all[2]);
    for (size_t i = 0; i < 3 * BAD_HANDLES; i++) {
        void *bad = bad_all[i / BAD_HANDLES][i % BAD_HANDLES];
        rig->model = i / BAD_HANDLES == 0 ? bad : good.model;
        rig->workspace = i / BAD_HANDLES == 1 ? bad : good.workspace;
        rig->batch = i / BAD_HANDLES == 2 ? bad : good.batch;
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, forward(rig));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, proceed(rig));
        both_refuse(rig, SRNN_E_ARGUMENT);
        if (i / BAD_HANDLES < 2) {
            REFUSES(&rig->heap, SRNN_E_ARGUMENT, backward(rig));
        }
    }
    rig->model = good.model;
    rig->workspace = good.workspace;
    rig->batch = good.batch;
    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad_model)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_outputs(bad_model, rig->target, 1, rig->gradient));
    }
    FOR_BAD_HANDLES(rig, HANDLE_REGULARIZER, bad_regularizer)
    {
        if (bad_regularizer != NULL) {
            REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                    srnn_backward(rig->model, rig->workspace, bad_regularizer, rig->gradient,
                                  rig->count));
        }
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_backward(rig->model, rig->workspace, NULL, NULL, rig->count));
    SUCCEEDS(backward(rig));
}

static void forward_of_another_shape(void **state)
{
    struct rig *rig = *state;
    srnn_model *const good = rig->model;
    srnn_model *const others[] = {
        model_of(rig, 4, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX),
        model_of(rig, 3, 6, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX),
        model_of(rig, 3, 5, 3, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX),
        model_of(rig, 3, 5, 4, SRNN_HIDDEN_RELU, SRNN_OUTPUT_SOFTMAX),
        model_of(rig, 3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SIGMOID),
    };

    rig_forward(rig);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        rig->model = others[i];
        REFUSES(&rig->heap, SRNN_E_SHAPE, forward(rig));
        REFUSES(&rig->heap, SRNN_E_SHAPE, proceed(rig));
        both_refuse(rig, SRNN_E_SHAPE);
        REFUSES(&rig->heap, SRNN_E_SHAPE,
                srnn_backward(others[i], rig->workspace, NULL, rig->gradient,
                              srnn_model_parameter_count(others[i])));
    }
    /* A copy of the model is as good as the model: the workspace remembers the shape alone. */
    rig->model = model_of(rig, 3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX);
    SUCCEEDS(loss(rig));
    SUCCEEDS(backward(rig));
    rig->model = good;
}

/* All pairs are dead: the loss, the gradient and Omega are 0. */
static void all_dead(void **state)
{
    struct rig *rig = *state;

    memset(rig->lengths, 0, rig->shape.sequences * sizeof *rig->lengths);
    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    SUCCEEDS(forward(rig));
    SUCCEEDS(loss(rig));
    NEAR(0.0, rig->out->value, 0.0);
    NEAR(0.0, rig->out->other, 0.0);
    SUCCEEDS(rig_count_errors(rig, 0.5));
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rig->out->counts[i], 0);
    }
    SUCCEEDS(backward(rig));
    SUCCEEDS(srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count,
                                    &rig->out->value));
    NEAR(0.0, rig->out->value, 0.0);
    for (size_t i = 0; i < rig->count; i++) {
        assert_true(rig->gradient[i] == 0.0f);
    }
}

/* NaN in the weights is no error of the passes; the clipper refuses the gradient. */
static void not_finite(void **state)
{
    struct rig *rig = *state;

    rig_tensor(rig, "w_out", NULL, NULL)[0] = NAN;
    SUCCEEDS(forward(rig));
    SUCCEEDS(loss(rig));
    SUCCEEDS(rig_count_errors(rig, 0.5));
    SUCCEEDS(backward(rig));
    RETURNS(SRNN_E_NONFINITE, srnn_clipper_apply(rig->clipper, rig->model, rig->gradient,
                                                 rig->count, &rig->out->value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(no_handles),
        RIG_TEST(forward_of_another_shape),
        RIG_TEST(all_dead),
        RIG_TEST(not_finite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
