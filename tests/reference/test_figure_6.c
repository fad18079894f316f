/* test_figure_6.c - the numbers behind the paper's figure 6: a cost, its wall, and clipping there
 *
 * The digits are those of double arithmetic. They are tested on a direct evaluation here, on the
 * reference, and on the library as far as float goes. x_0 = 0.5 is the carried state h_0 = s(0.5),
 * and fifty steps of the library end in h_50 = s(x_50). From this the cost (s(x_50) - 0.7)^2 is the
 * squared error of a linear output with w_out = 1 and no bias: the logistic that the cost applies
 * once more is the last step's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "groups.h"
#include "instructions.h"
#include "passes.h"
#include "unit.h"

#define START 0.5
#define TARGET 0.7

enum { STEPS = 50 };

/* ------------------------------------------------------------------------
 * The cost
 * ------------------------------------------------------------------------ */

/* The cost E = (s(x_50) - 0.7)^2 and its gradient by (w, b). */
struct cost {
    double e;
    double gradient[2];
    double norm;
};

/* Directly: the derivatives run forward with the map, x' = w s(x) + b. */
static struct cost cost_at(double w, double b)
{
    double x = START, by_w = 0, by_b = 0, slope;
    struct cost cost;

    for (int t = 0; t < STEPS; t++) {
        slope = logistic(x) * (1 - logistic(x));
        by_w = logistic(x) + w * slope * by_w;
        by_b = 1 + w * slope * by_b;
        x = w * logistic(x) + b;
    }
    slope = 2 * (logistic(x) - TARGET) * logistic(x) * (1 - logistic(x));
    cost.e = (logistic(x) - TARGET) * (logistic(x) - TARGET);
    cost.gradient[0] = slope * by_w;
    cost.gradient[1] = slope * by_b;
    cost.norm = reference_norm(cost.gradient, 2);
    return cost;
}

/* The same by the reference's network and its back-propagation. */
static struct cost cost_by_reference(double w, double b)
{
    const struct reference_model model = {1, 1, 1, REFERENCE_SIGMOID, REFERENCE_SQUARED, 1, 0, 0};
    const double inputs[STEPS] = {0};
    const double target = TARGET, start = logistic(START);
    struct reference_batch batch = {0};
    struct reference_tape *tape;
    double parameters[P_COUNT];
    struct cost cost;

    parameters[P_W_IN] = 0;
    parameters[P_W_REC] = w;
    parameters[P_B_REC] = b;
    parameters[P_W_OUT] = 1;
    batch.steps = STEPS;
    batch.sequences = 1;
    batch.inputs = inputs;
    batch.start = &start;
    batch.last_only = 1;
    batch.targets = &target;
    batch.scale = 1;
    batch.error_limit = INFINITY;
    batch.error_growth = INFINITY;
    tape = reference_run(&model, parameters, &batch);
    cost.e = tape->loss;
    cost.gradient[0] = tape->gradient[P_W_REC];
    cost.gradient[1] = tape->gradient[P_B_REC];
    cost.norm = reference_norm(cost.gradient, 2);
    reference_tape_free(tape);
    return cost;
}

/* The same by the library, at (w, b) rounded to float. */
static struct cost cost_by_library(double w, double b, uint32_t instructions)
{
    const float inputs[STEPS] = {0};
    const float target = (float)TARGET, start = (float)logistic(START);
    float gradient[P_COUNT] = {0};
    srnn_model *model = unit_new(w, b, instructions);
    srnn_workspace *workspace = NULL;
    srnn_batch *batch = NULL;
    struct cost cost;

    OK(srnn_workspace_create(NULL, NULL, model, STEPS, 1, 0, &workspace));
    OK(srnn_batch_create(NULL, NULL, &batch));
    OK(srnn_batch_begin(batch, STEPS, 1));
    OK(srnn_batch_input(batch, inputs, 1, 1));
    OK(srnn_batch_target(batch, &target, 0, 1));
    OK(srnn_workspace_set_state(workspace, &start, 1, 1));
    OK(srnn_forward_continue(model, workspace, batch));
    OK(srnn_loss(model, workspace, batch, 1, &cost.e, NULL));
    OK(srnn_backward(model, workspace, NULL, gradient, P_COUNT));
    cost.gradient[0] = gradient[P_W_REC];
    cost.gradient[1] = gradient[P_B_REC];
    cost.norm = reference_norm(cost.gradient, 2);
    srnn_batch_destroy(batch);
    srnn_workspace_destroy(workspace);
    srnn_model_destroy(model);
    return cost;
}

/* The b at which the norm of the gradient is largest for a w: on a grid of 1e-6 around the wall's
 * place in closed form, then by golden section between the neighbours of the best point. */
static double steepest(double w)
{
    const double ratio = (sqrt(5) - 1) / 2;
    double wall = START - w * logistic(START), best = wall, low, high;

    for (int i = -2000; i <= 2000; i++) {
        double b = wall + 1e-6 * i;

        if (cost_at(w, b).norm > cost_at(w, best).norm) {
            best = b;
        }
    }
    low = best - 1e-6;
    high = best + 1e-6;
    while (high - low > 1e-12) {
        double left = high - ratio * (high - low), right = low + ratio * (high - low);

        if (cost_at(w, left).norm > cost_at(w, right).norm) {
            high = right;
        } else {
            low = left;
        }
    }
    return (low + high) / 2;
}

/* The table of the wall. */
static void test_wall(void **state)
{
    static const struct {
        double w, b, norm, unit; /* unit: half of the printed norm's last digit */
    } table[] = {
        {4.6, -2.364276, 3.157e2, 0.05}, {4.8, -2.488023, 1.396e3, 0.5},
        {5.0, -2.612341, 6.773e3, 0.5},  {5.2, -2.736797, 3.424e4, 5},
        {5.4, -2.861282, 1.737e5, 50},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double b = steepest(table[i].w);
        struct cost direct = cost_at(table[i].w, b);
        struct cost network = cost_by_reference(table[i].w, b);

        printf("wall at w = %.1f: b %.6f norm %.4g, reference's network %.4g\n", table[i].w, b,
               direct.norm, network.norm);
        assert_true(prints_as(b, table[i].b, 6));
        assert_true(fabs(direct.norm - table[i].norm) <= 1.01 * table[i].unit);
        assert_true(relative_error(direct.gradient, network.gradient, 2, RELATIVE_FLOOR) < 1e-7);
        assert_true(fabs(direct.e - network.e) < 1e-9);
    }
}

/* Where the wall is in closed form, how much the cost drops there, and that a grid of 0.01 in b
 * steps over it. */
static void test_around_the_wall(void **state)
{
    double largest = 0, least = 1, highest = 0;

    (void)state;
    assert_true(prints_as(START - 5.0 * logistic(START), -2.612297, 6));
    assert_true(prints_as(START - 4.6 * logistic(START), -2.363313, 6));
    assert_true(prints_as(START - 5.4 * logistic(START), -2.861280, 6));
    assert_true(prints_as(1 / (logistic(START) * (1 - logistic(START))), 4.2553, 4));
    assert_true(prints_as(cost_at(5, -2.613).e, 0.34157, 5));
    assert_true(prints_as(cost_at(5, -2.612).e, 0.00848, 5));
    for (int i = 0; i <= 80; i++) {
        largest = fmax(largest, cost_at(5, -2.8 + 0.01 * i).norm);
        for (int k = 0; k <= 80; k++) {
            double e = cost_at(4.6 + 0.01 * k, -2.8 + 0.01 * i).e;

            least = fmin(least, e);
            highest = fmax(highest, e);
        }
    }
    printf("grid of 0.01: largest norm at w = 5 %.4g, cost from %.2g to %.4g\n", largest, least,
           highest);
    assert_true(prints_as(largest, 0.278, 3));
    assert_true(least < 1e-5 && prints_as(highest, 0.383, 3));
}

/* The library's cost and gradient. Away from the wall they are the reference's to the 1e-4 that
 * every gradient has to keep. At the wall the map amplifies what float rounds at each of 50 steps
 * by up to the gradient's own size, so there the digits depend on the last bits of every state;
 * the reference is taken at the same rounded (w, b), and what is left is only what float
 * arithmetic does. */
static void test_library_cost(void **state)
{
    static const struct {
        double w, b, tolerance;
    } points[] = {
        {5, -2.0, LIBRARY_TOLERANCE},   {5, -2.5, LIBRARY_TOLERANCE},
        {5, -2.8, LIBRARY_TOLERANCE},   {4, -2.2, LIBRARY_TOLERANCE},
        {4.6, -2.6, LIBRARY_TOLERANCE}, {5.4, -2.4, LIBRARY_TOLERANCE},
        {3, -1, LIBRARY_TOLERANCE},     {4.7, -2.2, LIBRARY_TOLERANCE},
        {4.6, -2.364276, 0.02},         {5.0, -2.612341, 0.02},
        {5.4, -2.861282, 0.5},
    };

    (void)state;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        float w = (float)points[i].w, b = (float)points[i].b;
        struct cost expected = cost_by_reference(w, b);

        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            struct cost got;
            double error;

            got = cost_by_library(w, b, *set);
            error = relative_error(expected.gradient, got.gradient, 2, RELATIVE_FLOOR);
            printf("library at (%g, %g): norm %.5g, reference %.5g, relative error %.1e\n",
                   points[i].w, points[i].b, got.norm, expected.norm, error);
            assert_true(error <= points[i].tolerance);
            assert_true(fabs(got.e - expected.e) <= points[i].tolerance);
        }
    }
}

/* ------------------------------------------------------------------------
 * The clipping demo
 * ------------------------------------------------------------------------ */

#define DEMO_W 5.0
#define DEMO_B (-2.61234136)
#define DEMO_RATE 0.1

/* One clipped update from the demo's start with a gradient, through the library's clipper and
 * optimizer, into parameters [2]. */
static void demo_update(const double *gradient, double threshold, float *parameters)
{
    srnn_optimizer *optimizer = NULL;
    srnn_clipper *clipper = NULL;
    float g[2];

    g[0] = (float)gradient[0];
    g[1] = (float)gradient[1];
    parameters[0] = (float)DEMO_W;
    parameters[1] = (float)DEMO_B;
    OK(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, threshold));
    OK(srnn_clipper_apply(clipper, NULL, g, 2, NULL));
    OK(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_SGD, 2, &optimizer));
    OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, DEMO_RATE));
    OK(srnn_optimizer_step(optimizer, parameters, g, 2));
    srnn_optimizer_destroy(optimizer);
    srnn_clipper_destroy(clipper);
}

/* The demo's start, and where one update goes: without clipping, with a threshold of 1 and of
 * 0.1. In double; through the library's clipper and optimizer on the reference's gradient, to
 * float's digits; and on the library's own gradient, whose length at the wall is good to a few
 * per mille only, but not its direction, so that the clipped updates have their digits and the
 * unclipped one has not. The cost after each is the library's. */
static void test_clipping_demo(void **state)
{
    static const struct {
        double threshold, w, b, e;
        int w_decimals, e_decimals;
    } updates[] = {
        {INFINITY, 362.772, 572.498, 0.09, 3, 6},
        {1, 5.052822, -2.527431, 0.025865, 6, 6},
        {0.1, 5.005282, -2.603850, 0.012158, 6, 6},
    };
    const struct cost start = cost_by_reference(DEMO_W, DEMO_B);

    (void)state;
    printf("demo starts at E %.6f, gradient (%.2f, %.2f), norm %.3f\n", start.e,
           start.gradient[0], start.gradient[1], start.norm);
    assert_true(prints_as(start.e, 0.149604, 6));
    assert_true(prints_as(start.gradient[0], -3577.72, 2));
    assert_true(prints_as(start.gradient[1], -5751.10, 2));
    assert_true(prints_as(start.norm, 6773.125, 3));
    for (size_t i = 0; i < sizeof updates / sizeof updates[0]; i++) {
        double exact[2], w, b, spacing;
        float moved[2];

        memcpy(exact, start.gradient, sizeof exact);
        reference_clip_norm(exact, 2, updates[i].threshold);
        w = DEMO_W - DEMO_RATE * exact[0];
        b = DEMO_B - DEMO_RATE * exact[1];
        printf("threshold %g: (%.6f, %.6f), E %.6f\n", updates[i].threshold, w, b,
               cost_at(w, b).e);
        assert_true(prints_as(w, updates[i].w, updates[i].w_decimals));
        assert_true(prints_as(b, updates[i].b, updates[i].w_decimals));
        assert_true(prints_as(cost_at(w, b).e, updates[i].e, updates[i].e_decimals));

        demo_update(start.gradient, updates[i].threshold, moved);
        spacing = 1.2e-7 * fmax(fabs(w), fabs(b)); /* of floats of this size, at most */
        assert_true(fabs(moved[0] - w) <= spacing && fabs(moved[1] - b) <= spacing);
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            struct cost own;

            own = cost_by_library(moved[0], moved[1], *set);
            assert_true(fabs(own.e - updates[i].e) < 1e-5);
            if (isfinite(updates[i].threshold)) {
                own = cost_by_library(DEMO_W, DEMO_B, *set);
                demo_update(own.gradient, updates[i].threshold, moved);
                printf("  by the library's gradient (%.1f, %.1f): (%.6f, %.6f)\n",
                       own.gradient[0], own.gradient[1], moved[0], moved[1]);
                assert_true(fabs(moved[0] - w) < 1e-6 && fabs(moved[1] - b) < 1e-6);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wall),
        cmocka_unit_test(test_around_the_wall),
        cmocka_unit_test(test_library_cost),
        cmocka_unit_test(test_clipping_demo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
