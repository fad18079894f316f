/* test_clipper_statistics.c - what a clipper learns of gradients, at the bounds of its numbers */
#include <math.h>
#include <string.h>

#include "clippers.h"

/* Tell of a gradient [count], which stays as it is. */
static void see(srnn_clipper *clipper, const srnn_model *model, const float *gradient, size_t count)
{
    float copy[512];

    assert_true(count <= sizeof copy / sizeof copy[0]);
    memcpy(copy, gradient, count * sizeof *copy);
    SUCCEEDS(srnn_clipper_tell(clipper, 0.5, 0.01, 10));
    SUCCEEDS(srnn_clipper_apply(clipper, model, copy, count, NULL));
}

/* After a thousand gradients a quantile q still moves: up by 1 + 0.02 q, and down by as much as
 * 1 + 0.02 (1 - q). */
static void late_quantiles(void **state)
{
    struct rig *rig = *state;
    float gradient[2] = {1.0f, 0.0f};

    for (int i = 0; i < 3000; i++) {
        see(rig->clipper, NULL, gradient, 2);
    }
    NEAR(1.0, clipper_value(rig->clipper, SRNN_CLIP_MEDIAN), 0.0);
    gradient[0] = 5.0f;
    see(rig->clipper, NULL, gradient, 2);
    NEAR(1.01, clipper_value(rig->clipper, SRNN_CLIP_MEDIAN), 1e-12);
    NEAR(1.018, clipper_value(rig->clipper, SRNN_CLIP_DECILE), 1e-12);
    gradient[0] = 0.0f;
    see(rig->clipper, NULL, gradient, 2);
    NEAR(1.0, clipper_value(rig->clipper, SRNN_CLIP_MEDIAN), 1e-12);
    NEAR(1.018 / 1.002, clipper_value(rig->clipper, SRNN_CLIP_DECILE), 1e-12);
}

/* The cosine of a gradient and a multiple of it is 1 or -1, whatever the rounding: a checkpoint
 * with one beyond that is refused. */
static void cosines_of_multiples(void **state)
{
    static const float factors[] = {3.0f, -7.0f, 5.0f, -3.0f};
    struct rig *rig = *state;
    float first[100], second[100];

    for (int round = 0; round < 200; round++) {
        const float factor = factors[round % 4];
        double cosine;

        for (size_t i = 0; i < 100; i++) {
            /* Of 20 bits, so that the multiples are exact; the products of their sums are not. */
            first[i] = ldexpf((float)srnn_random_below(rig->random, 1u << 20) - 524288.0f,
                              -(int)srnn_random_below(rig->random, 24));
            second[i] = factor * first[i];
        }
        SUCCEEDS(srnn_clipper_reset(rig->clipper));
        see(rig->clipper, NULL, first, 100);
        see(rig->clipper, NULL, second, 100);
        cosine = clipper_value(rig->clipper, SRNN_CLIP_ALIGNMENT);
        NEAR(factor > 0.0f ? 1.0 : -1.0, cosine, 1e-12);
        assert_true(cosine >= -1.0 && cosine <= 1.0);
    }
}

/* A rule that would set a threshold beyond 1e30, far from where numbers overflow, sets that. */
static void largest_threshold(void **state)
{
    const float gradient[2] = {3e35f, 4e35f};
    struct rig *rig = *state;

    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_MEAN));
    see(rig->clipper, NULL, gradient, 2);
    NEAR(1e30, clipper_value(rig->clipper, SRNN_CLIP_USED), 0.0);
    NEAR(5e35, clipper_value(rig->clipper, SRNN_CLIP_LAST_NORM), 1e29);
    NEAR(1e30, clipper_value(rig->clipper, SRNN_CLIP_LAST_NORM_AFTER), 1e24);
}

/* No step is longer than weights that are all 0. */
static void weights_of_zero(void **state)
{
    struct rig *rig = *state;

    memset(rig->parameters, 0, rig->count * sizeof *rig->parameters);
    for (size_t i = 0; i < rig->count; i++) {
        rig->gradient[i] = 0.5f;
    }
    see(rig->clipper, rig->model, rig->gradient, rig->count);
    NEAR(0.0, clipper_value(rig->clipper, SRNN_CLIP_LONGEST_STEP), 0.0);
    rig->parameters[3] = 2.0f;
    see(rig->clipper, rig->model, rig->gradient, rig->count);
    NEAR(0.01 * clipper_value(rig->clipper, SRNN_CLIP_LAST_NORM_AFTER) / 2.0,
         clipper_value(rig->clipper, SRNN_CLIP_LONGEST_STEP), 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(late_quantiles),
        RIG_TEST(cosines_of_multiples),
        RIG_TEST(largest_threshold),
        RIG_TEST(weights_of_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
