/* test_clipper.c - making clippers, options, policies and statistics
 *
 * What clipping does to a gradient is tested in tests/reference. */
#include <math.h>
#include <string.h>

#include "clippers.h"
#include "options.h"

static int needs_model(uint32_t kind)
{
    return kind == SRNN_CLIP_TENSOR || kind == SRNN_CLIP_UNIT;
}

static void options(void **state)
{
    struct option_row rows[] = {
        {SRNN_CLIP_THRESHOLD, 1.0, 4, {1e-300, 0.5, 1e300, INFINITY}, 3, {0.0, -1.0, -INFINITY}},
        {SRNN_CLIP_POLICY,
         SRNN_CLIP_POLICY_REFUSE,
         3,
         {SRNN_CLIP_POLICY_REFUSE, SRNN_CLIP_POLICY_SKIP, SRNN_CLIP_POLICY_REPAIR},
         5,
         {0.0, SRNN_CLIP_POLICY_REFUSE - 1, SRNN_CLIP_POLICY_REFUSE + 0.5,
          SRNN_CLIP_POLICY_REPAIR + 1, INFINITY}},
        {SRNN_CLIP_LIMIT, INFINITY, 4, {1e-300, 1e10, 1e300, INFINITY}, 3, {0.0, -1.0, -INFINITY}},
        {SRNN_CLIP_QUANTILE, 0.9, 3, {0.01, 0.5, 0.99}, 4, {0.0, 0.00999, 0.991, 1.0}},
        {SRNN_CLIP_FACTOR, 1.0, 3, {0.001, 2.5, 1000.0}, 4, {0.0, -1.0, 0.000999, 1001.0}},
        {SRNN_CLIP_POLYAK, 0.1, 3, {1e-300, 0.5, 1.0}, 3, {0.0, -0.1, 1.001}},
        {SRNN_CLIP_TRUST, 0.5, 3, {1e-300, 0.01, 1000.0}, 3, {0.0, -0.1, 1001.0}},
        {SRNN_CLIP_RULE,
         SRNN_CLIP_RULE_FIXED,
         1,
         {SRNN_CLIP_RULE_FIXED},
         4,
         {0.0, SRNN_CLIP_RULE_FIXED + 0.5, SRNN_CLIP_RULE_AUTO + 1, INFINITY}},
    };
    static const uint32_t statistics[] = {
        SRNN_CLIP_STEPS,        SRNN_CLIP_FIRED,           SRNN_CLIP_BAD,
        SRNN_CLIP_LAST_NORM,    SRNN_CLIP_LAST_NORM_AFTER, SRNN_CLIP_MEAN_NORM,
        SRNN_CLIP_LARGEST_NORM, SRNN_CLIP_SUGGESTED,       SRNN_CLIP_USED,
        SRNN_CLIP_MEDIAN,       SRNN_CLIP_DECILE,          SRNN_CLIP_PROMISED,
        SRNN_CLIP_LONGEST_STEP, SRNN_CLIP_ALIGNMENT,
    };
    struct option_argument kind = {SRNN_CLIP_KIND, 0.0};
    const struct option_table table = {
        &option_handles[OPTIONS_OF_CLIPPER], rows, 8, statistics, 14, &kind, 1};

    for (size_t k = 0; k < CLIPPER_KINDS; k++) {
        /* Between two integers other kinds may answer either RANGE or UNSUPPORTED. */
        rows[7].bad[1] = has_rules(clipper_kinds[k]) ? SRNN_CLIP_RULE_FIXED + 0.5 : -2.0;
        /* VALUE compares with the threshold as a float. */
        rows[0].good[0] = clipper_kinds[k] == SRNN_CLIP_VALUE ? 0x1.000001p-150 : 1e-300;
        rows[0].bad[0] = clipper_kinds[k] == SRNN_CLIP_VALUE ? 0x1p-150 : 0.0;
        kind.value = clipper_kinds[k];
        check_options(*state, clipper_of(*state, clipper_kinds[k]), &table);
    }
}

static void making(void **state)
{
    static const uint32_t unknown[] = {0, SRNN_CLIP_NORM - 1, SRNN_CLIP_UNIT + 1, 99, UINT32_MAX};
    struct rig *rig = *state;
    void *memory = heap_array(&rig->heap, srnn_clipper_size(), 1);
    srnn_clipper *clipper = NULL;

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        RETURNS(SRNN_E_RANGE, srnn_clipper_init(memory, srnn_clipper_size(), unknown[i], &clipper));
        RETURNS(SRNN_E_RANGE, srnn_clipper_create(heap_allocate, &rig->heap, unknown[i], &clipper));
    }
    assert_null(clipper);
}

static void apply_refuses(void **state)
{
    struct rig *rig = *state;
    double *norm = &rig->out->value;
    const size_t counts[] = {0, 1, rig->count - 1, rig->count + 1, SIZE_MAX};

    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    for (size_t k = 0; k < CLIPPER_KINDS; k++) {
        srnn_clipper *clipper = clipper_of(rig, clipper_kinds[k]);
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            REFUSES(&rig->heap, SRNN_E_SHAPE,
                    srnn_clipper_apply(clipper, rig->model, rig->gradient, counts[i], norm));
        }
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_clipper_apply(clipper, rig->model, NULL, rig->count, norm));
        if (needs_model(clipper_kinds[k])) {
            REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                    srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, norm));
        } else {
            SUCCEEDS(srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, norm));
            SUCCEEDS(srnn_clipper_apply(clipper, NULL, rig->gradient, 1, NULL));
        }
        SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_REPAIR));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, norm));
        SUCCEEDS(srnn_clipper_apply(clipper, rig->model, rig->gradient, rig->count, norm));
    }
    FOR_BAD_HANDLES(rig, HANDLE_CLIPPER, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_clipper_apply(bad, rig->model, rig->gradient, rig->count, norm));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_clipper_reset(bad));
    }
    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad_model)
    {
        if (bad_model != NULL) {
            REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                    srnn_clipper_apply(rig->clipper, bad_model, rig->gradient, rig->count, norm));
        }
    }
}

/* A refused gradient stays as it is and moves no rule, but it counts, and its norm is told. */
static void check_refused(struct rig *rig, srnn_clipper *clipper, int32_t expected)
{
    static const uint32_t counts[] = {SRNN_CLIP_STEPS, SRNN_CLIP_BAD};
    const size_t bytes = rig->count * sizeof *rig->gradient;
    float *before = heap_array(&rig->heap, rig->count, sizeof *before);
    double statistic[14], norm = -1.0;

    memcpy(before, rig->gradient, bytes);
    for (uint32_t i = 0; i < 14; i++) {
        statistic[i] = clipper_value(clipper, SRNN_CLIP_STEPS + i);
    }
    for (uint32_t i = 0; i < 2; i++) {
        statistic[counts[i] - SRNN_CLIP_STEPS] += 1.0;
    }
    RETURNS(expected, srnn_clipper_apply(clipper, rig->model, rig->gradient, rig->count, &norm));
    assert_memory_equal(before, rig->gradient, bytes);
    assert_true(isfinite(rig->gradient[0]) ? norm > 1e10 && norm < 1e12 : !isfinite(norm));
    for (uint32_t i = 0; i < 14; i++) {
        NEAR(statistic[i], clipper_value(clipper, SRNN_CLIP_STEPS + i), 0.0);
    }
}

/* What each policy does with NaN, infinities and norms above the limit. */
static void policies(void **state)
{
    const float bad[] = {NAN, INFINITY, -INFINITY, 1e11f};
    struct rig *rig = *state;
    const float *w_rec = rig_tensor(rig, "w_rec", NULL, NULL);
    const size_t at = (size_t)(w_rec - rig->parameters);
    const size_t elements = (size_t)rig->shape.hidden * rig->shape.hidden;

    for (size_t k = 0; k < CLIPPER_KINDS; k++) {
        srnn_clipper *clipper = clipper_of(rig, clipper_kinds[k]);
        double met = 0.0;
        SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_LIMIT, 1e10));
        for (size_t b = 0; b < 4; b++) {
            double norm = -1.0;
            SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_REFUSE));
            fill_gradient(rig, bad[b], 4.0f);
            check_refused(rig, clipper, b < 3 ? SRNN_E_NONFINITE : SRNN_E_LIMIT);
            SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_SKIP));
            SUCCEEDS(srnn_clipper_apply(clipper, rig->model, rig->gradient, rig->count, &norm));
            assert_false(norm <= 1e10);
            for (size_t i = 0; i < rig->count; i++) {
                assert_true(rig->gradient[i] == 0.0f);
            }
            SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_REPAIR));
            fill_gradient(rig, bad[b], 4.0f);
            SUCCEEDS(srnn_clipper_apply(clipper, rig->model, rig->gradient, rig->count, NULL));
            for (size_t i = 0; i < rig->count; i++) {
                const int inside = i >= at && i < at + elements;
                NEAR(inside ? 0.02 * (double)rig->parameters[i] : 0.0, (double)rig->gradient[i],
                     1e-8);
            }
            met += 3.0;
        }
        NEAR(met, clipper_value(clipper, SRNN_CLIP_BAD), 0.0);
        NEAR(met, clipper_value(clipper, SRNN_CLIP_STEPS), 0.0);
        NEAR(0.0, clipper_value(clipper, SRNN_CLIP_FIRED), 0.0);
        NEAR(0.0, clipper_value(clipper, SRNN_CLIP_LARGEST_NORM), 0.0);
    }
}

/* From recurrent weights that are not finite REPAIR makes no gradient: it refuses then. */
static void repair_without_weights(void **state)
{
    const float bad[] = {NAN, INFINITY, -INFINITY, 1e11f};
    struct rig *rig = *state;
    float *w_rec = rig_tensor(rig, "w_rec", NULL, NULL);
    const size_t last = (size_t)rig->shape.hidden * rig->shape.hidden - 1;

    for (size_t k = 0; k < CLIPPER_KINDS; k++) {
        srnn_clipper *clipper = clipper_of(rig, clipper_kinds[k]);
        SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_LIMIT, 1e10));
        SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_REPAIR));
        for (size_t i = 0; i < 12; i++) {
            float *const weight = i % 2 == 0 ? w_rec : w_rec + last;
            const float kept = *weight;
            *weight = bad[i % 3];
            fill_gradient(rig, bad[i / 3], 4.0f);
            check_refused(rig, clipper, SRNN_E_NONFINITE);
            *weight = kept;
            SUCCEEDS(apply_clipper(rig, clipper));
            assert_true(rig->gradient[0] == 0.0f);
        }
    }
}

/* Norms 5, 10 and 1 against a threshold of 2, and one that meets the policy. */
static void statistics(void **state)
{
    struct rig *rig = *state;
    srnn_clipper *clipper = clipper_of(rig, SRNN_CLIP_NORM);
    double norm = NAN;

    SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, 2.0));
    SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_SKIP));
    fill_gradient(rig, 3.0f, 4.0f);
    SUCCEEDS(srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, &norm));
    NEAR(5.0, norm, 1e-9);
    NEAR(1.2, (double)rig->gradient[0], 1e-6);
    NEAR(1.6, (double)rig->gradient[rig->count - 1], 1e-6);
    fill_gradient(rig, 6.0f, -8.0f);
    SUCCEEDS(srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, &norm));
    fill_gradient(rig, 0.0f, 1.0f);
    SUCCEEDS(srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, &norm));
    NEAR(1.0, (double)rig->gradient[rig->count - 1], 0.0);
    fill_gradient(rig, 0.0f, INFINITY);
    SUCCEEDS(srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, &norm));
    NEAR((double)INFINITY, norm, 0.0);

    NEAR(4.0, clipper_value(clipper, SRNN_CLIP_STEPS), 0.0);
    NEAR(2.0, clipper_value(clipper, SRNN_CLIP_FIRED), 0.0);
    NEAR(1.0, clipper_value(clipper, SRNN_CLIP_BAD), 0.0);
    NEAR(1.0, clipper_value(clipper, SRNN_CLIP_LAST_NORM), 1e-9);
    NEAR(1.0, clipper_value(clipper, SRNN_CLIP_LAST_NORM_AFTER), 1e-9);
    NEAR(16.0 / 3.0, clipper_value(clipper, SRNN_CLIP_MEAN_NORM), 1e-9);
    NEAR(10.0, clipper_value(clipper, SRNN_CLIP_LARGEST_NORM), 1e-9);
    NEAR(16.0 / 3.0, clipper_value(clipper, SRNN_CLIP_SUGGESTED), 1e-9);

    SUCCEEDS(srnn_clipper_reset(clipper));
    for (uint32_t key = SRNN_CLIP_STEPS; key <= SRNN_CLIP_ALIGNMENT; key++) {
        NEAR(0.0, clipper_value(clipper, key), 0.0);
    }
    NEAR(2.0, clipper_value(clipper, SRNN_CLIP_THRESHOLD), 0.0);
    NEAR(SRNN_CLIP_POLICY_SKIP, clipper_value(clipper, SRNN_CLIP_POLICY), 0.0);
}

/* An infinite threshold measures and never clips. */
static void measuring_alone(void **state)
{
    struct rig *rig = *state;

    for (size_t k = 0; k < CLIPPER_KINDS; k++) {
        srnn_clipper *clipper = clipper_of(rig, clipper_kinds[k]);
        SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, (double)INFINITY));
        fill_gradient(rig, 3e30f, 4e30f);
        SUCCEEDS(
            srnn_clipper_apply(clipper, rig->model, rig->gradient, rig->count, &rig->out->value));
        NEAR(5e30, rig->out->value, 5e23);
        assert_true(rig->gradient[0] == 3e30f && rig->gradient[rig->count - 1] == 4e30f);
        NEAR(0.0, clipper_value(clipper, SRNN_CLIP_FIRED), 0.0);
    }
}

/* Options of rules mean nothing to a clipper with RULE FIXED, whatever its kind: they may be set,
 * and change no bit. */
static void options_without_use(void **state)
{
    static const uint32_t unused[] = {SRNN_CLIP_QUANTILE, SRNN_CLIP_FACTOR, SRNN_CLIP_POLYAK,
                                      SRNN_CLIP_TRUST};
    struct rig *rig = *state;
    float *expected = heap_array(&rig->heap, rig->count, sizeof *expected);

    for (size_t k = 0; k < CLIPPER_KINDS; k++) {
        srnn_clipper *clipper = clipper_of(rig, clipper_kinds[k]);
        fill_gradient(rig, 3.0f, 4.0f);
        SUCCEEDS(apply_clipper(rig, clipper));
        memcpy(expected, rig->gradient, rig->count * sizeof *expected);
        for (size_t i = 0; i < 4; i++) {
            SUCCEEDS(srnn_clipper_set(clipper, unused[i], 0.7));
        }
        fill_gradient(rig, 3.0f, 4.0f);
        SUCCEEDS(apply_clipper(rig, clipper));
        SAME_FLOATS(expected, rig->gradient, rig->count);
    }
}

/* Clip an element and its negative by value, and expect another magnitude, or the same bits. */
static void check_value(struct rig *rig, double threshold, float element, float expected)
{
    srnn_clipper *clipper = clipper_of(rig, SRNN_CLIP_VALUE);

    SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, threshold));
    fill_gradient(rig, element, -element);
    SUCCEEDS(apply_clipper(rig, clipper));
    assert_true(rig->gradient[0] == expected && rig->gradient[rig->count - 1] == -expected);
    NEAR(element == expected ? 0.0 : 1.0, clipper_value(clipper, SRNN_CLIP_FIRED), 0.0);
    NEAR(threshold, clipper_value(clipper, SRNN_CLIP_THRESHOLD), 0.0);
}

/* The threshold of VALUE counts as a float, be that above or below it. An element of its size is
 * not clipped, the next float is. */
static void value_as_a_float(void **state)
{
    static const double thresholds[] = {0.1, 0.3, 0.7, 1.0, 1e-40, 1e30, 0x1.000001p-150};

    for (size_t i = 0; i < sizeof thresholds / sizeof thresholds[0]; i++) {
        const float limit = (float)thresholds[i];
        check_value(*state, thresholds[i], limit, limit);
        check_value(*state, thresholds[i], nextafterf(limit, 0.0f), nextafterf(limit, 0.0f));
        check_value(*state, thresholds[i], nextafterf(limit, INFINITY), limit);
        check_value(*state, thresholds[i], 3e38f, limit);
    }
    check_value(*state, 1e300, 3e38f, 3e38f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(options),
        RIG_TEST(making),
        RIG_TEST(apply_refuses),
        RIG_TEST(policies),
        RIG_TEST(repair_without_weights),
        RIG_TEST(statistics),
        RIG_TEST(measuring_alone),
        RIG_TEST(value_as_a_float),
        RIG_TEST(options_without_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
