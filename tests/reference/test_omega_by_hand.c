/* test_omega_by_hand.c - Omega where it can be computed by hand, in all its forms */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "forms.h"
#include "passes.h"

/* The case by hand: two linear units, two sequences, w_rec a multiple of the identity, all errors
 * from outside and along the first unit. */
enum { HAND_STEPS = 5, HAND_SEQUENCES = 2 };

/* Omega by the library on the case by hand. `mask` [HAND_STEPS x HAND_SEQUENCES] may be NULL;
 * `carried`: start from a carried state; `gain` is w_rec's diagonal and `error` every error from
 * outside. The gathered pairs go to *pairs, the w_rec gradient's diagonal element to *slope. */
static double omega_by_hand(const struct reference_form *form, const uint8_t *mask, int carried,
                            float gain, double error, double *pairs, double *slope)
{
    static const float inputs[HAND_STEPS * HAND_SEQUENCES] = {0};
    static const float targets[HAND_STEPS * HAND_SEQUENCES * 2] = {0};
    static const float states[HAND_SEQUENCES * 2] = {1, 2, 3, 4};
    float gradient[16] = {0};
    srnn_regularizer *regularizer;
    srnn_workspace *workspace = NULL;
    srnn_batch *batch = NULL;
    srnn_model *model = NULL;
    float *matrix, *parameters, *errors;
    size_t step_stride, sequence_stride, count;
    double *sums, omega;
    uint32_t width;

    OK(srnn_model_create(NULL, NULL, 1, 2, 2, SRNN_HIDDEN_LINEAR, SRNN_OUTPUT_LINEAR,
                         SRNN_MODEL_NO_RECURRENT_BIAS | SRNN_MODEL_NO_OUTPUT_BIAS, &model));
    count = srnn_model_parameter_count(model); /* w_in 2, w_rec 4, w_out 4 */
    assert_int_equal(count, 10);
    parameters = srnn_model_parameters(model);
    parameters[2] = parameters[5] = gain;
    OK(srnn_batch_create(NULL, NULL, &batch));
    OK(srnn_batch_begin(batch, HAND_STEPS, HAND_SEQUENCES));
    OK(srnn_batch_input(batch, inputs, HAND_SEQUENCES, 1));
    OK(srnn_batch_target(batch, targets, HAND_SEQUENCES * 2, 2));
    OK(srnn_batch_mask(batch, mask, HAND_SEQUENCES, 1));
    OK(srnn_workspace_create(NULL, NULL, model, HAND_STEPS, HAND_SEQUENCES,
                             SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT, &workspace));
    regularizer = regularizer_new(model, form, 1);
    if (carried) {
        OK(srnn_workspace_set_state(workspace, states, 2, HAND_SEQUENCES));
        OK(srnn_forward_continue(model, workspace, batch));
    } else {
        OK(srnn_forward(model, workspace, batch));
    }
    OK(srnn_loss(model, workspace, batch, 0, NULL, NULL));
    /* w_out is zero: all errors come from outside. */
    OK(srnn_workspace_view(workspace, SRNN_VIEW_HIDDEN_GRADIENT, &errors, &step_stride,
                           &sequence_stride, &width));
    for (size_t t = 0; t < HAND_STEPS; t++) {
        for (size_t s = 0; s < HAND_SEQUENCES; s++) {
            if (mask == NULL || mask[t * HAND_SEQUENCES + s]) {
                errors[t * step_stride + s * sequence_stride] = (float)error;
            }
        }
    }
    OK(srnn_backward(model, workspace, regularizer, gradient, count));
    OK(srnn_regularizer_gathered(regularizer, &matrix, &sums));
    *pairs = sums[2];
    memset(gradient, 0, sizeof gradient);
    OK(srnn_regularizer_apply(regularizer, model, gradient, count, &omega));
    *slope = gradient[2];
    srnn_regularizer_destroy(regularizer);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_model_destroy(model);
    return omega;
}

/* Let w_rec be g times the identity, and all errors along the first unit. Then every ratio is g or
 * g^2. A term is (g - 1)^2, whose derivative by w_rec[0][0] is 2 (g - 1), or (g^2 - 1)^2, with
 * 4 (g^2 - 1) g. Omega and its gradient are those times the number of counted transitions per
 * sequence, or once with AVERAGE 1. */
static void check_by_hand(const uint8_t *mask, int carried, float gain, double error, double steps,
                          double transitions)
{
    for (int number = 0; number < FORMS; number++) {
        struct reference_form form = form_of(number);
        double g = gain, pairs, slope;
        double counted = form.after ? steps : transitions;
        double term = form.squared ? pow(g * g - 1, 2) : pow(g - 1, 2);
        double by_gain = form.squared ? 4 * (g * g - 1) * g : 2 * (g - 1);
        double times = form.average ? counted > 0 : counted;
        double omega = omega_by_hand(&form, mask, carried, gain, error, &pairs, &slope);

        assert_true(pairs == counted * HAND_SEQUENCES);
        assert_true(fabs(omega - times * term) < 1e-6);
        assert_true(fabs(slope - times * by_gain) < 1e-5);
    }
}

/* From the initial state the transition into the first step is no transition between states
 * before the nonlinearity; from a carried state it is. */
static void test_transitions_by_hand(void **state)
{
    (void)state;
    check_by_hand(NULL, 0, 0.5f, 0.125, HAND_STEPS, HAND_STEPS - 1);
    check_by_hand(NULL, 1, 0.5f, 0.125, HAND_STEPS, HAND_STEPS);
    check_by_hand(NULL, 0, 1.0f, 0.125, HAND_STEPS, HAND_STEPS - 1); /* the norm is kept: Omega 0 */
    check_by_hand(NULL, 0, 3.0f, 0.125, HAND_STEPS, HAND_STEPS - 1);
}

/* Dead steps are no transitions, but the state passes through them. Dead first steps pass the
 * initial state on, which still is no f(a). */
static void test_dead_steps_by_hand(void **state)
{
    static const uint8_t inner[HAND_STEPS * HAND_SEQUENCES] = {1, 1, 1, 0, 0, 0, 0, 1, 1, 1};
    static const uint8_t late[HAND_STEPS * HAND_SEQUENCES] = {0, 0, 0, 0, 1, 1, 1, 1, 1, 1};

    (void)state;
    check_by_hand(inner, 0, 0.5f, 0.125, 3, 2);
    check_by_hand(inner, 1, 0.5f, 0.125, 3, 3);
    check_by_hand(late, 1, 0.5f, 0.125, 3, 3);
    check_by_hand(late, 0, 0.5f, 0.125, 3, 2);
}

/* The first step alone, of both sequences. */
static const uint8_t one_step[HAND_STEPS * HAND_SEQUENCES] = {1, 1};

/* Errors of 1/2 that become 1: a squared norm of 1 is one as any other. */
static void test_norm_of_one_by_hand(void **state)
{
    (void)state;
    check_by_hand(one_step, 1, 2.0f, 0.5, 1, 1);
}

/* A pair whose squared norm is the bound itself counts, one just below it does not. One step and
 * a single error of 1/8: the denominator is 1/64 for both pairs. */
static void test_bound_by_hand(void **state)
{
    struct reference_form form = {1, 1, 1, 0};
    double pairs, slope;

    (void)state;
    form.bound = 1.0 / 64;
    assert_true(fabs(omega_by_hand(&form, one_step, 1, 0.5f, 0.125, &pairs, &slope) - 0.5625) <
                1e-6);
    form.bound = 1.0 / 64 + 1e-9;
    assert_true(omega_by_hand(&form, one_step, 1, 0.5f, 0.125, &pairs, &slope) == 0);
    assert_true(slope == 0 && pairs == HAND_SEQUENCES);
}

/* No error at all: no signal, Omega and its gradient are zero, not NaN, in every form. */
static void test_no_signal(void **state)
{
    (void)state;
    for (int number = 0; number < FORMS; number++) {
        struct reference_form form = form_of(number);
        double pairs, slope;

        assert_true(omega_by_hand(&form, NULL, 0, 0.5f, 0, &pairs, &slope) == 0);
        assert_true(slope == 0);
    }
}

/* W_rec zero: the error dies at once, Omega is 1 per pair and its gradient is taken as 0. */
static void test_zero_matrix(void **state)
{
    (void)state;
    for (int number = 0; number < FORMS; number++) {
        struct reference_form form = form_of(number);
        double pairs, slope, times = form.average ? 1 : form.after ? HAND_STEPS : HAND_STEPS - 1;

        assert_true(fabs(omega_by_hand(&form, NULL, 0, 0, 0.125, &pairs, &slope) - times) < 1e-6);
        assert_true(slope == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transitions_by_hand), cmocka_unit_test(test_dead_steps_by_hand),
        cmocka_unit_test(test_norm_of_one_by_hand), cmocka_unit_test(test_bound_by_hand),
        cmocka_unit_test(test_no_signal),           cmocka_unit_test(test_zero_matrix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
