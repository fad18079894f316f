/* test_figures.c - the numbers behind the paper's figures 3 and 6
 *
 * Both are about one logistic unit without input, x_t = w s(x_{t-1}) + b (equation 8). The digits are
 * those of double arithmetic. They are tested on a direct evaluation here, on the reference, and on
 * the library as far as float goes. With h = s(x) the unit is the library's, h_t = s(w h_{t-1} + b),
 * so x_0 = 0.5 is the carried state h_0 = s(0.5), and fifty steps of the library end in
 * h_50 = s(x_50), from which the cost (s(x_50) - 0.7)^2 is the squared error of a linear output
 * with w_out = 1 and no bias: the logistic that the cost applies once more is the last step's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "groups.h"
#include "instructions.h"
#include "passes.h"

#define START 0.5
#define TARGET 0.7
enum { STEPS = 50 };

static double s(double x)
{
    return reference_activate(REFERENCE_SIGMOID, x);
}

/* Whether a number has the printed digits: half a unit of the last of `decimals`, and a little
 * for the decimal that lies exactly between. */
static int prints_as(double value, double printed, int decimals)
{
    return fabs(value - printed) <= 0.501 * pow(10, -decimals);
}

/* The library's one-unit model: one input that is always 0 (parameters w_in, w_rec, b_rec, w_out)
 * and a linear output. */
enum { P_W_IN, P_W_REC, P_B_REC, P_W_OUT, P_COUNT };

static srnn_model *unit_new(double w, double b, uint32_t instructions)
{
    srnn_model *model = NULL;
    float *parameters;

    OK(srnn_model_create(NULL, NULL, 1, 1, 1, SRNN_HIDDEN_SIGMOID, SRNN_OUTPUT_LINEAR,
                         SRNN_MODEL_NO_OUTPUT_BIAS, &model));
    OK(srnn_model_set(model, SRNN_MODEL_INSTRUCTIONS, instructions));
    assert_int_equal(srnn_model_parameter_count(model), P_COUNT);
    parameters = srnn_model_parameters(model);
    parameters[P_W_REC] = (float)w;
    parameters[P_B_REC] = (float)b;
    parameters[P_W_OUT] = 1;
    return model;
}

/* ------------------------------------------------------------------------
 * Section 2.3: figure 3
 * ------------------------------------------------------------------------ */

/* The folds of x = w s(x) + b, w > 4, where w s'(x) = 1: s(x) = (1 -/+ sqrt(1 - 4 / w)) / 2. The
 * first has the upper sign's x below zero: there the lower branch ends. */
struct fold {
    double s;
    double x;
    double b;
};

static struct fold fold_of(double w, int sign)
{
    struct fold fold;

    fold.s = (1 + sign * sqrt(1 - 4 / w)) / 2;
    fold.x = log(fold.s / (1 - fold.s));
    fold.b = fold.x - w * fold.s;
    return fold;
}

/* The fixed points of the map, ascending, by bisection of x - w s(x) - b between the points of a
 * grid; their number. */
static int fixed_points(double w, double b, double *points, int capacity)
{
    enum { CELLS = 20000 };
    int count = 0;

    for (int cell = 0; cell < CELLS && count < capacity; cell++) {
        double low = -10 + 20.0 * cell / CELLS + 1e-9;
        double high = low + 20.0 / CELLS;

        if ((low - w * s(low) - b < 0) == (high - w * s(high) - b < 0)) {
            continue;
        }
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;

            if ((low - w * s(low) - b < 0) == (middle - w * s(middle) - b < 0)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        points[count++] = (low + high) / 2;
    }
    return count;
}

static void test_folds(void **state)
{
    const struct fold lower = fold_of(5, -1), upper = fold_of(5, 1);
    double points[4];

    (void)state;
    assert_true(prints_as(lower.s, 0.276393, 6) && prints_as(upper.s, 0.723607, 6));
    assert_true(prints_as(lower.b, -2.344390, 6) && prints_as(upper.b, -2.655610, 6));
    assert_true(prints_as(lower.x, -0.962424, 6) && prints_as(upper.x, 0.962424, 6));
    assert_true(fabs((lower.b + upper.b) / 2 + 2.5) < 1e-12);
    /* a second attractor exists between them only */
    assert_int_equal(fixed_points(5, lower.b + 1e-5, points, 4), 1);
    assert_int_equal(fixed_points(5, lower.b - 1e-5, points, 4), 3);
    assert_int_equal(fixed_points(5, upper.b + 1e-5, points, 4), 3);
    assert_int_equal(fixed_points(5, upper.b - 1e-5, points, 4), 1);
    printf("folds at w = 5: b %.6f (x %.6f) and %.6f (x %.6f)\n", lower.b, lower.x, upper.b,
           upper.x);
}

/* Where the library's unit ends up from the state h = `from`: x after a hundred thousand streamed
 * steps, many more than it takes to pass the ghost of a fold 1e-4 away. */
static double attractor(double w, double b, float from, uint32_t instructions)
{
    srnn_model *model = unit_new(w, b, instructions);
    const float input = 0;
    float states[2];
    double x;

    states[0] = from;
    for (int i = 0; i < 100000; i++) {
        OK(srnn_step(model, &input, &states[i % 2], &states[(i + 1) % 2], NULL));
    }
    x = w * states[0] + b;
    srnn_model_destroy(model);
    return x;
}

/* The points of the curve in figure 3: by bisection, and where the library's unit goes from both
 * ends. One unit of the last printed digit is allowed: the sheet's 1.4499 is 1.449966, cut and not
 * rounded. */
static void test_curve(void **state)
{
    static const struct {
        double b;
        int count;
        double x[3];
    } curve[] = {
        {-3.0, 1, {-2.6789}},        {-2.8, 1, {-2.3742}},
        {-2.6, 3, {-2.0084, 0.4332, 1.4499}}, {-2.5, 3, {-1.7761, 0, 1.7761}},
        {-2.4, 3, {-1.4499, -0.4332, 2.0084}}, {-2.2, 1, {2.3742}},
        {-2.0, 1, {2.6789}},
    };
    double worst = 0;

    (void)state;
    for (size_t i = 0; i < sizeof curve / sizeof curve[0]; i++) {
        double points[4];

        assert_int_equal(fixed_points(5, curve[i].b, points, 4), curve[i].count);
        for (int k = 0; k < curve[i].count; k++) {
            assert_true(fabs(points[k] - curve[i].x[k]) < 1e-4);
        }
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            double low, high;

            low = attractor(5, curve[i].b, 0, *set);
            high = attractor(5, curve[i].b, 1, *set);
            worst = fmax(worst, fabs(low - points[0]));
            worst = fmax(worst, fabs(high - points[curve[i].count - 1]));
        }
    }
    printf("figure 3, library's attractors: worst error of x %.1e\n", worst);
    assert_true(worst < 1e-5);
}

/* The folds through the library: 1e-4 to one side of each, both ends lead to one attractor, 1e-4
 * to the other side to two. */
static void test_library_folds(void **state)
{
    const struct fold lower = fold_of(5, -1), upper = fold_of(5, 1);
    const double offset = 1e-4;
    const struct {
        double b;
        int attractors;
    } sides[] = {{lower.b + offset, 1},
                 {lower.b - offset, 2},
                 {upper.b + offset, 2},
                 {upper.b - offset, 1}};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            double low, high;

            low = attractor(5, sides[i].b, 0, *set);
            high = attractor(5, sides[i].b, 1, *set);
            assert_int_equal(high - low > 1 ? 2 : 1, sides[i].attractors);
        }
    }
}

/* ------------------------------------------------------------------------
 * Section 2.4: figure 6
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
        slope = s(x) * (1 - s(x));
        by_w = s(x) + w * slope * by_w;
        by_b = 1 + w * slope * by_b;
        x = w * s(x) + b;
    }
    slope = 2 * (s(x) - TARGET) * s(x) * (1 - s(x));
    cost.e = (s(x) - TARGET) * (s(x) - TARGET);
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
    const double target = TARGET, start = s(START);
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
    const float target = (float)TARGET, start = (float)s(START);
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
    double wall = START - w * s(START), best = wall, low, high;

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
    assert_true(prints_as(START - 5.0 * s(START), -2.612297, 6));
    assert_true(prints_as(START - 4.6 * s(START), -2.363313, 6));
    assert_true(prints_as(START - 5.4 * s(START), -2.861280, 6));
    assert_true(prints_as(1 / (s(START) * (1 - s(START))), 4.2553, 4));
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
        cmocka_unit_test(test_folds),        cmocka_unit_test(test_curve),
        cmocka_unit_test(test_library_folds), cmocka_unit_test(test_wall),
        cmocka_unit_test(test_around_the_wall), cmocka_unit_test(test_library_cost),
        cmocka_unit_test(test_clipping_demo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
