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

/* ALIGNMENT after 300 gradients [count]: `size` times a direction that all have, turned round from
 * one to the next if `turns`, and `own` times noise. */
static double alignment_of(struct draw *draw, const double *direction, size_t count, double size,
                           int turns, double own)
{
    float *gradient = reference_allocate(count, sizeof *gradient);
    srnn_clipper *clipper = measuring();
    double alignment;

    for (int n = 0; n < 300; n++) {
        double sign = turns && n % 2 ? -1 : 1;

        for (size_t k = 0; k < count; k++) {
            gradient[k] = (float)(sign * size * direction[k] + own * draw_normal(draw));
        }
        OK(srnn_clipper_tell(clipper, 1, 0.01, 10));
        OK(srnn_clipper_apply(clipper, NULL, gradient, count, NULL));
    }
    alignment = clipper_get(clipper, SRNN_CLIP_ALIGNMENT);
    srnn_clipper_destroy(clipper);
    free(gradient);
    return alignment;
}

/* The mean cosine of gradients that repeat is 1, that turn round is -1, and of random ones is 0,
 * with a standard error of about 0.025. Each is a random vector of 5000 elements beside a part that
 * all have. */
static void test_alignment(void **state)
{
    static const double shared[] = {1, -1, 0, 0.6};
    enum { COUNT = 5000 };
    struct draw draw = {56};
    double *direction = reference_allocate(COUNT, sizeof *direction);

    (void)state;
    for (int i = 0; i < 4; i++) {
        double size = fabs(shared[i]), own = sqrt(1 - size * size), alignment;

        for (int k = 0; k < COUNT; k++) {
            direction[k] = draw_normal(&draw);
        }
        alignment = alignment_of(&draw, direction, COUNT, size, shared[i] < 0, own);
        assert_true(fabs(alignment - shared[i] * size) < (own > 0 ? 0.1 : 1e-12));
    }
    free(direction);
}

/* A matrix [width x width] whose elements are alike, or alike in each column, of mean square 1. */
static void fill_pattern(struct draw *draw, double *direction, size_t width, int has_columns)
{
    double norm;

    for (size_t i = 0; i < width * width; i++) {
        direction[i] = !has_columns ? 1 : i < width ? draw_normal(draw) : direction[i % width];
    }
    norm = reference_norm(direction, width * width);
    for (size_t i = 0; i < width * width; i++) {
        direction[i] *= (double)width / norm;
    }
}

/* A direction with a pattern counts as a random one does: the signs of the sums have none. At a
 * cosine of 0.9 an estimate from 16 sums has a standard error of 0.03 that no number of gradients
 * takes away, and at 0.5 one of 0.09. The mean over the 14 matrices has one of 0.024: 0.08 is
 * three of these. */
static void test_alignment_of_patterns(void **state)
{
    static const size_t widths[] = {20, 32, 50, 55, 64, 89, 100};
    enum { WIDTHS = sizeof widths / sizeof widths[0] };
    struct draw draw = {58};
    double *direction = reference_allocate(100 * 100, sizeof *direction);
    double error = 0;

    (void)state;
    for (int i = 0; i < 2 * WIDTHS; i++) {
        size_t width = widths[i / 2], count = width * width;
        double half, most;

        fill_pattern(&draw, direction, width, i % 2);
        most = alignment_of(&draw, direction, count, 3, 0, 1);
        half = alignment_of(&draw, direction, count, 1, 0, 1);
        if (!(fabs(most - 0.9) < 0.1 && fabs(half - 0.5) < 0.3)) {
            fail_msg("width %u: %g and %g, not 0.9 and 0.5", (unsigned)width, most, half);
        }
        error += (half - 0.5) / (2 * WIDTHS);
    }
    assert_true(fabs(error) < 0.08);
    free(direction);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share_below),
        cmocka_unit_test(test_wrong_first),
        cmocka_unit_test(test_zero_gradients),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_alignment_of_patterns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
