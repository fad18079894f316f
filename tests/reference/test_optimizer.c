/* test_optimizer.c - a hundred steps of every optimizer against the reference */
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
#include "passes.h"

enum { STEPS = 100 };

static const char *const method_names[REFERENCE_METHODS] = {"SGD", "momentum", "Nesterov",
                                                            "RMSProp", "Adam"};
static const uint32_t method_kinds[REFERENCE_METHODS] = {
    SRNN_OPTIMIZER_SGD, SRNN_OPTIMIZER_MOMENTUM, SRNN_OPTIMIZER_NESTEROV, SRNN_OPTIMIZER_RMSPROP,
    SRNN_OPTIMIZER_ADAM};

/* The reference's optimizer for `count` parameters with the library's defaults. */
static struct reference_optimizer defaults(enum reference_method method, size_t count)
{
    struct reference_optimizer optimizer = {REFERENCE_SGD, 0.01, 0.9, 0.9,  0.9,
                                            0.999,         1e-8, 0,   NULL, NULL};

    optimizer.method = method;
    optimizer.m = reference_allocate(count, sizeof(double));
    optimizer.v = reference_allocate(count, sizeof(double));
    return optimizer;
}

/* Run STEPS steps of `wanted`, a fresh optimizer of the reference's, and of `optimizer`, the
 * library's with the same options, side by side on `count` parameters. Every parameter has
 * gradients of its own size, 10^-`decades` to 10^`decades`, some of them zero; after half of the
 * steps the rate is halved. The parameters start from zero, so that they are the way made and no
 * step hides behind their size. */
static void check_steps(struct group *group, struct reference_optimizer *wanted,
                        srnn_optimizer *optimizer, size_t count, double decades, struct draw *draw)
{
    float *parameters = reference_allocate(count, sizeof *parameters);
    float *gradient = reference_allocate(count, sizeof *gradient);
    double *expected = reference_allocate(count, sizeof *expected);
    double *sizes = reference_allocate(count, sizeof *sizes);
    double updates, *got;

    for (size_t i = 0; i < count; i++) {
        sizes[i] = pow(10, decades * (2 * draw_uniform(draw) - 1));
    }
    for (int step = 0; step < STEPS; step++) {
        double *exact;

        if (step == STEPS / 2) {
            wanted->rate /= 2;
            OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, wanted->rate));
        }
        for (size_t i = 0; i < count; i++) {
            int zero = draw_uniform(draw) < 0.1;

            gradient[i] = zero ? 0 : (float)(sizes[i] * (draw_normal(draw) + 0.5));
        }
        exact = widen(gradient, count);
        reference_optimizer_step(wanted, expected, exact, count);
        OK(srnn_optimizer_step(optimizer, parameters, gradient, count));
        free(exact);
    }
    got = widen(parameters, count);
    group_compare(group, Q_WAY, expected, got, count, NULL);
    OK(srnn_optimizer_get(optimizer, SRNN_OPTIMIZER_UPDATES, &updates));
    assert_true(updates == STEPS);
    group->cases++;
    free(parameters);
    free(gradient);
    free(expected);
    free(got);
    free(sizes);
}

/* One method over several counts and sizes of gradients, with default and with drawn options,
 * and once more after a reset. */
static void check_method(enum reference_method method)
{
    static const size_t counts[] = {1, 2, 7, 16, 33, 500};
    static const double decades[] = {0, 3, 8};
    struct group group = {method_names[method], LIBRARY_TOLERANCE, {0}, 0, 0};
    struct draw draw = {31};
    int changed;

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        for (size_t k = 0; k < 2 * sizeof decades / sizeof decades[0]; k++) {
            struct reference_optimizer wanted = defaults(method, counts[i]);
            double rate;
            srnn_optimizer *optimizer = NULL;

            changed = k % 2 == 1;
            OK(srnn_optimizer_create(NULL, NULL, method_kinds[method], counts[i], &optimizer));
            if (changed) {
                wanted.rate = 0.001 + draw_uniform(&draw);
                wanted.momentum = 0.98 * draw_uniform(&draw);
                wanted.decay = 0.98 * draw_uniform(&draw);
                wanted.beta1 = 0.98 * draw_uniform(&draw);
                wanted.beta2 = 0.998 * draw_uniform(&draw);
                wanted.epsilon = pow(10, -8 * draw_uniform(&draw));
                OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, wanted.rate));
                OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_MOMENTUM_FACTOR, wanted.momentum));
                OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_DECAY, wanted.decay));
                OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_BETA1, wanted.beta1));
                OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_BETA2, wanted.beta2));
                OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_EPSILON, wanted.epsilon));
            }
            rate = wanted.rate;
            check_steps(&group, &wanted, optimizer, counts[i], decades[k / 2], &draw);

            OK(srnn_optimizer_reset(optimizer));
            OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, rate));
            wanted.rate = rate;
            wanted.step = 0;
            memset(wanted.m, 0, counts[i] * sizeof *wanted.m);
            memset(wanted.v, 0, counts[i] * sizeof *wanted.v);
            check_steps(&group, &wanted, optimizer, counts[i], decades[k / 2], &draw);
            srnn_optimizer_destroy(optimizer);
            free(wanted.m);
            free(wanted.v);
        }
    }
    group_end(&group);
}

static void test_methods(void **state)
{
    (void)state;
    for (int method = 0; method < REFERENCE_METHODS; method++) {
        check_method((enum reference_method)method);
    }
}

/* Adam's first step, by hand: m' = g and v' = g^2, so every parameter moves by the rate, whatever
 * its gradient's size; RMSProp's moves by rate / sqrt(1 - decay). */
static void test_first_step_by_hand(void **state)
{
    static const uint32_t kinds[] = {SRNN_OPTIMIZER_ADAM, SRNN_OPTIMIZER_RMSPROP};
    static const double factors[] = {1, 3.16227766};
    const float gradient[] = {1e-3f, -20, 3e5f};

    (void)state;
    for (int k = 0; k < 2; k++) {
        float parameters[] = {0, 0, 0};
        srnn_optimizer *optimizer = NULL;

        OK(srnn_optimizer_create(NULL, NULL, kinds[k], 3, &optimizer));
        OK(srnn_optimizer_step(optimizer, parameters, gradient, 3));
        for (int i = 0; i < 3; i++) {
            double moved = gradient[i] > 0 ? -parameters[i] : parameters[i];

            assert_true(fabs(moved / (0.01 * factors[k]) - 1) < 1e-4);
        }
        srnn_optimizer_destroy(optimizer);
    }
}

/* Decay in double: w (1 - rate x decay), for the part of the vector that is given, and no other. */
static void test_decay(void **state)
{
    static const double rates[] = {0.01, 1e-5, 0.5, 0.0};
    static const double decays[] = {0.1, 0.0, 2.0, 1e30};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        float parameters[] = {1, -3, 1e-20f, -0.0f, 7};
        const float before[] = {1, -3, 1e-20f, -0.0f, 7};
        srnn_optimizer *optimizer = NULL;

        OK(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_ADAM, 5, &optimizer));
        OK(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, rates[i]));
        OK(srnn_optimizer_decay(optimizer, parameters, 4, decays[i]));
        for (size_t k = 0; k < 4; k++) {
            const double wanted = (double)before[k] * (1 - rates[i] * decays[i]);
            assert_true(fabs((double)parameters[k] - wanted) <= 1e-7 * fabs((double)before[k]));
        }
        assert_true(parameters[4] == before[4]);
        srnn_optimizer_destroy(optimizer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_first_step_by_hand),
        cmocka_unit_test(test_decay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
