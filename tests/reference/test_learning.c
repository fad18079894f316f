/* test_learning.c - what a clipper learns of gradients that it is told of, against what it should
 * say
 *
 * The norms are drawn from a distribution whose quantiles are known. tests/reference/test_rules.c
 * has the formulas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "cases.h"
#include "passes.h"

/* A clipper of NORM that only measures. */
static srnn_clipper *measuring(void)
{
    return clipper_new(SRNN_CLIP_NORM, INFINITY);
}

static void apply_one(srnn_clipper *clipper, double norm)
{
    float gradient = (float)norm;

    OK(srnn_clipper_tell(clipper, 1, 0.01, 10));
    OK(srnn_clipper_apply(clipper, NULL, &gradient, 1, NULL));
}

/* The share of log-normal norms that RULE QUANTILE leaves alone is QUANTILE, also some thousand
 * gradients after the norms have become a hundred times larger or smaller. */
static void test_share_below(void **state)
{
    static const double quantiles[] = {0.1, 0.5, 0.75, 0.9};
    static const double scales[] = {1, 100, 1};
    struct draw draw = {53};

    (void)state;
    for (int i = 0; i < 4; i++) {
        srnn_clipper *clipper = measuring();

        OK(srnn_clipper_set(clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_QUANTILE));
        OK(srnn_clipper_set(clipper, SRNN_CLIP_QUANTILE, quantiles[i]));
        for (int k = 0; k < 3; k++) {
            double fired;

            for (int n = 0; n < 5000; n++) {
                apply_one(clipper, scales[k] * exp(draw_normal(&draw)));
            }
            fired = clipper_get(clipper, SRNN_CLIP_FIRED);
            for (int n = 0; n < 5000; n++) {
                apply_one(clipper, scales[k] * exp(draw_normal(&draw)));
            }
            fired = clipper_get(clipper, SRNN_CLIP_FIRED) - fired;
            assert_true(fabs(1 - fired / 5000 - quantiles[i]) < 0.02);
        }
        srnn_clipper_destroy(clipper);
    }
}

/* A first norm that is wrong by any factor up to 1e6 is forgotten within 100 gradients: MEDIAN and
 * DECILE are then within a factor of 2 of those of the log-normal distribution. */
static void test_wrong_first(void **state)
{
    struct draw draw = {54};

    (void)state;
    for (int power = -6; power <= 6; power++) {
        for (int round = 0; round < 20; round++) {
            srnn_clipper *clipper = measuring();

            apply_one(clipper, pow(10, power));
            for (int n = 0; n < 99; n++) {
                apply_one(clipper, exp(0.6 * draw_normal(&draw)));
            }
            assert_true(fabs(log(clipper_get(clipper, SRNN_CLIP_MEDIAN))) < log(2));
            assert_true(fabs(log(clipper_get(clipper, SRNN_CLIP_DECILE)) - 0.6 * 1.2816) < log(2));
            srnn_clipper_destroy(clipper);
        }
    }
}

/* Gradients of zero lower a quantile, and those that come before it has begun do not count: no
 * number of them keeps it from following the others. */
static void test_zero_gradients(void **state)
{
    srnn_clipper *clipper = measuring();
    struct draw draw = {55};

    (void)state;
    OK(srnn_clipper_set(clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_QUANTILE));
    for (int round = 0; round < 2; round++) {
        for (int n = 0; n < 60000; n++) {
            apply_one(clipper, 0);
        }
        assert_true(clipper_get(clipper, SRNN_CLIP_MEDIAN) == 0);
        assert_true(clipper_get(clipper, SRNN_CLIP_DECILE) == 0);
        assert_true(clipper_get(clipper, SRNN_CLIP_USED) == 1e-30);
        for (int n = 0; n < 2000; n++) {
            apply_one(clipper, exp(0.1 * draw_normal(&draw)));
        }
        assert_true(fabs(clipper_get(clipper, SRNN_CLIP_MEDIAN) - 1) < 0.1);
        assert_true(fabs(clipper_get(clipper, SRNN_CLIP_DECILE) - 1.137) < 0.1);
    }
    srnn_clipper_destroy(clipper);
}

/* The mean cosine of gradients that repeat is 1, that turn round is -1, and of random ones is 0.
 * Each is a random vector of 5000 elements beside a part that all have. The estimate from 16 sums
 * has a standard error of 1/4 for one pair, hence here of about 0.025. */
static void test_alignment(void **state)
{
    static const double shared[] = {1, -1, 0, 0.6};
    enum { COUNT = 5000 };
    struct draw draw = {56};

    (void)state;
    for (int i = 0; i < 4; i++) {
        float *gradient = reference_allocate(COUNT, sizeof *gradient);
        double *direction = reference_allocate(COUNT, sizeof *direction);
        srnn_clipper *clipper = measuring();
        double size = fabs(shared[i]), own = sqrt(1 - size * size);

        for (int k = 0; k < COUNT; k++) {
            direction[k] = draw_normal(&draw);
        }
        for (int n = 0; n < 300; n++) {
            double sign = shared[i] < 0 && n % 2 ? -1 : 1;

            for (int k = 0; k < COUNT; k++) {
                gradient[k] = (float)(sign * size * direction[k] + own * draw_normal(&draw));
            }
            OK(srnn_clipper_tell(clipper, 1, 0.01, 10));
            OK(srnn_clipper_apply(clipper, NULL, gradient, COUNT, NULL));
        }
        assert_true(fabs(clipper_get(clipper, SRNN_CLIP_ALIGNMENT) - shared[i] * size) <
                    (own > 0 ? 0.1 : 1e-12));
        srnn_clipper_destroy(clipper);
        free(direction);
        free(gradient);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share_below),
        cmocka_unit_test(test_wrong_first),
        cmocka_unit_test(test_zero_gradients),
        cmocka_unit_test(test_alignment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
