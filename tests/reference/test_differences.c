/* test_differences.c - the reference's back-propagation against its own central differences, and
 * its limits by hand */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "groups.h"

/* What the differentiated cost depends on. */
struct cost_context {
    const struct reference_model *model;
    struct reference_view view;
};

/* E as a function of a cost_context: a reference_function. */
static double cost_of(void *context)
{
    const struct cost_context *cost = context;

    return reference_cost(cost->model, cost->view.parameters, &cost->view.batch);
}

/* The gradients by parameters, inputs and a carried start of one case, analytic against central
 * differences. */
static void check_differences(struct group *group, const struct test_case *test_case)
{
    const struct plan *plan = &test_case->plan;
    size_t inputs = plan->steps * plan->sequences * plan->inputs;
    double *by_parameters = reference_allocate(test_case->parameter_count, sizeof(double));
    double *by_inputs = reference_allocate(inputs, sizeof(double));
    double *by_start = reference_allocate(plan->sequences * plan->hidden, sizeof(double));
    struct cost_context context;
    struct reference_tape *tape;

    context.model = &test_case->model;
    view_new(&context.view, test_case);
    tape = reference_run(context.model, context.view.parameters, &context.view.batch);
    reference_difference(cost_of, &context, context.view.parameters, test_case->parameter_count,
                         by_parameters);
    reference_difference(cost_of, &context, context.view.inputs, inputs, by_inputs);
    compare_gradients(group, test_case, tape, by_parameters);
    group_compare(group, Q_INPUT_GRADIENT, tape->input_gradient, by_inputs, inputs, test_case);
    if (test_case->start != NULL) {
        reference_difference(cost_of, &context, context.view.start, plan->sequences * plan->hidden,
                             by_start);
        for (size_t s = 0; test_case->restarts != NULL && s < plan->sequences; s++) {
            if (test_case->restarts[s]) { /* nothing depends on its carried state */
                memcpy(by_start + s * plan->hidden, tape->initial_gradient + s * plan->hidden,
                       plan->hidden * sizeof *by_start);
            }
        }
        group_compare(group, Q_INITIAL_GRADIENT, tape->initial_gradient, by_start,
                      plan->sequences * plan->hidden, test_case);
    }
    group->cases++;
    reference_tape_free(tape);
    view_free(&context.view);
    free(by_parameters);
    free(by_inputs);
    free(by_start);
}

static void test_reference_against_differences(void **state)
{
    struct draw draw = {1};
    struct group group = {"reference / central differences", DIFFERENCE_TOLERANCE, {0}, 0, 0};

    (void)state;
    for (int activation = 0; activation < REFERENCE_ACTIVATIONS; activation++) {
        for (int output = 0; output < REFERENCE_OUTPUTS; output++) {
            for (int i = 0; i < 40; i++) {
                struct plan plan = draw_plan(&draw, (enum reference_activation)activation,
                                             (enum reference_output)output, 4, 6, 3);
                struct test_case *test_case;

                /* a limited gradient is no derivative */
                plan.features &= ~(CASE_LIMIT | CASE_GROWTH);
                test_case = case_new(&plan, &draw, DIFFERENCE_KINK);
                check_differences(&group, test_case);
                case_free(test_case);
            }
        }
    }
    group_end(&group);
}

/* The limits, which no difference can check, by hand: one linear unit, two steps, w_rec = 3,
 * w_out = 2, dE/dz = 2 (z - target). With h_0 = 0 and inputs 1, 1 through w_in = 1: h = 1, 4 and
 * z = 2, 8; targets 1 and 7.5 give dz = 2, 1. A limit of 2.5: from the output 4 -> 2.5 at t = 1
 * and 2 at t = 2. q_2 = 2 x 3 = 6 -> 2.5, so d = 5, 2. Hence dw_in = 7, dw_rec = 2 x 1 = 2, as
 * h_0 = 0, and dw_out = 2 x 1 + 1 x 4 = 6. What leaves for h_0 is 5 x 3 = 15 -> 2.5; q_1 is 15.
 * A growth of at most 1.5 instead: d_1 = 4 + 6 -> 1.5 x 4. Both: d_1 = 2.5 + 2.5 -> 1.5 x 2.5. */
static void test_limits_by_hand(void **state)
{
    struct reference_model model = {1, 1, 1, REFERENCE_LINEAR, REFERENCE_SQUARED, 0, 0, 1};
    const double parameters[] = {1, 3, 2, 0};
    const double inputs[] = {1, 1};
    const double targets[] = {1, 7.5};
    static const struct {
        double limit, growth, d[2], q[2], gradient[4];
    } expected[] = {
        {2.5, INFINITY, {5, 2}, {15, 6}, {7, 2, 6, 2.5}},
        {INFINITY, 1.5, {6, 2}, {18, 6}, {8, 2, 6, 18}},
        {2.5, 1.5, {3.75, 2}, {11.25, 6}, {5.75, 2, 6, 2.5}},
    };
    struct reference_batch batch = {0};
    struct reference_tape *tape;

    (void)state;
    batch.steps = 2;
    batch.sequences = 1;
    batch.inputs = inputs;
    batch.targets = targets;
    batch.scale = 1;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        batch.error_limit = expected[i].limit;
        batch.error_growth = expected[i].growth;
        tape = reference_run(&model, parameters, &batch);
        assert_true(tape->hidden_gradient[0] == expected[i].d[0]);
        assert_true(tape->hidden_gradient[1] == expected[i].d[1]);
        assert_true(tape->back[0] == expected[i].q[0] && tape->back[1] == expected[i].q[1]);
        assert_memory_equal(tape->gradient, expected[i].gradient, sizeof expected[i].gradient);
        reference_tape_free(tape);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_against_differences),
        cmocka_unit_test(test_limits_by_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
