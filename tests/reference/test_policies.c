/* test_policies.c - clippers: gradients that are not finite or too large, thresholds that are none,
 * statistics */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "groups.h"
#include "passes.h"

/* Apply a policy to `gradient` [model's n] that must meet it, and check what the header says. */
static void check_policy(uint32_t kind, uint32_t policy, double limit, const srnn_model *model,
                         const float *gradient)
{
    size_t count = srnn_model_parameter_count(model);
    const float *parameters = srnn_model_parameters_const(model);
    size_t from = 3 * 5, to = 3 * 5 + 5 * 5; /* w_rec of a 3-5-2 model */
    srnn_clipper *clipper = clipper_new(kind, 1);
    float *copy = reference_allocate(count, sizeof *copy);
    double *exact = widen(gradient, count);
    double norm = -1;
    int32_t status;

    memcpy(copy, gradient, count * sizeof *copy);
    OK(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, policy));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_LIMIT, limit));
    status = srnn_clipper_apply(clipper, model, copy, count, &norm);
    if (policy == SRNN_CLIP_POLICY_REFUSE) {
        assert_int_equal(status, isfinite(limit) ? SRNN_E_LIMIT : SRNN_E_NONFINITE);
        assert_memory_equal(copy, gradient, count * sizeof *copy);
    } else {
        assert_int_equal(status, SRNN_OK);
        for (size_t i = 0; i < count; i++) {
            int repaired = policy == SRNN_CLIP_POLICY_REPAIR && i >= from && i < to;
            double wanted = repaired ? 0.02 * parameters[i] : 0;

            assert_true(fabs(copy[i] - wanted) <= 1e-7 * fabs(wanted));
        }
    }
    assert_true(isfinite(limit) ? norm == reference_norm(exact, count) : !isfinite(norm));
    assert_true(clipper_get(clipper, SRNN_CLIP_BAD) == 1);
    assert_true(clipper_get(clipper, SRNN_CLIP_FIRED) == 0);
    srnn_clipper_destroy(clipper);
    free(copy);
    free(exact);
}

/* NaN and both infinities, at the first, the last and an inner element, alone and together, and
 * a finite norm above LIMIT, meet every policy of every kind. */
static void test_policies(void **state)
{
    static const uint32_t kinds[] = {SRNN_CLIP_NORM, SRNN_CLIP_VALUE, SRNN_CLIP_TENSOR,
                                     SRNN_CLIP_SMOOTH, SRNN_CLIP_UNIT};
    const float bad[] = {NAN, INFINITY, -INFINITY};
    static const struct plan plan = {REFERENCE_TANH, REFERENCE_SQUARED, 3, 5, 2, 1, 1, 0};
    struct draw draw = {44};
    struct test_case *test_case = case_new(&plan, &draw, 0);
    srnn_model *model = case_model(test_case, SRNN_INSTRUCTIONS_BASELINE);
    size_t count = test_case->parameter_count, places[3];
    float *gradient = reference_allocate(count, sizeof *gradient);

    (void)state;
    places[0] = 0;
    places[1] = count / 2;
    places[2] = count - 1;
    for (size_t i = 0; i < count; i++) {
        gradient[i] = (float)draw_normal(&draw);
    }
    for (size_t k = 0; k < 5; k++) {
        for (uint32_t policy = SRNN_CLIP_POLICY_REFUSE; policy <= SRNN_CLIP_POLICY_REPAIR;
             policy++) {
            for (size_t i = 0; i < 3; i++) {
                for (size_t p = 0; p < 3; p++) {
                    float kept = gradient[places[p]];

                    gradient[places[p]] = bad[i];
                    check_policy(kinds[k], policy, INFINITY, model, gradient);
                    gradient[places[p]] = kept;
                }
            }
            {
                float kept[2];

                kept[0] = gradient[1];
                kept[1] = gradient[2];
                gradient[1] = INFINITY;
                gradient[2] = NAN;
                check_policy(kinds[k], policy, INFINITY, model, gradient);
                gradient[1] = kept[0];
                gradient[2] = kept[1];
            }
        }
    }
    /* Above the limit, with a norm that is exact: 3-4-5 scaled. */
    memset(gradient, 0, count * sizeof *gradient);
    gradient[4] = 3e10f;
    gradient[20] = 4e10f;
    for (size_t k = 0; k < 5; k++) {
        for (uint32_t policy = SRNN_CLIP_POLICY_REFUSE; policy <= SRNN_CLIP_POLICY_REPAIR;
             policy++) {
            check_policy(kinds[k], policy, 1e10, model, gradient);
        }
    }
    srnn_model_destroy(model);
    case_free(test_case);
    free(gradient);
}

/* A finite norm, however large, meets no policy while LIMIT is infinite. */
static void test_large_is_not_bad(void **state)
{
    float gradient[] = {FLT_MAX, FLT_MAX, -FLT_MAX, FLT_MAX};
    srnn_clipper *clipper = clipper_new(SRNN_CLIP_NORM, 2);

    (void)state;
    OK(srnn_clipper_apply(clipper, NULL, gradient, 4, NULL));
    assert_true(clipper_get(clipper, SRNN_CLIP_BAD) == 0);
    for (int i = 0; i < 4; i++) {
        assert_true(fabs(fabs(gradient[i]) - 1) < CLIP_TOLERANCE);
    }
    srnn_clipper_destroy(clipper);
}

/* Thresholds and limits that are none are refused and change nothing; infinity measures only. */
static void test_refused_thresholds(void **state)
{
    const double refused[] = {0, -0.0, -1, NAN, -INFINITY};
    static const uint32_t keys[] = {SRNN_CLIP_THRESHOLD, SRNN_CLIP_LIMIT};
    srnn_clipper *clipper = clipper_new(SRNN_CLIP_NORM, 7);
    float gradient[] = {3e9f, 4e9f};
    double norm;

    (void)state;
    OK(srnn_clipper_set(clipper, SRNN_CLIP_LIMIT, 1e10));
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
            assert_int_equal(srnn_clipper_set(clipper, keys[k], refused[i]), SRNN_E_RANGE);
        }
    }
    assert_true(clipper_get(clipper, SRNN_CLIP_THRESHOLD) == 7);
    assert_true(clipper_get(clipper, SRNN_CLIP_LIMIT) == 1e10);
    OK(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, INFINITY));
    OK(srnn_clipper_apply(clipper, NULL, gradient, 2, &norm));
    assert_true(norm == 5e9 && gradient[0] == 3e9f && gradient[1] == 4e9f);
    assert_true(clipper_get(clipper, SRNN_CLIP_FIRED) == 0);
    srnn_clipper_destroy(clipper);
}

/* The statistics over a run of gradients, three of them bad, against plain sums. */
static void test_statistics(void **state)
{
    srnn_clipper *clipper = clipper_new(SRNN_CLIP_NORM, 2);
    double sum = 0, largest = 0, fired = 0, finite = 0, last = 0;
    struct draw draw = {45};

    (void)state;
    OK(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_SKIP));
    for (int i = 0; i < 100; i++) {
        float gradient[3];
        double norm;

        for (int k = 0; k < 3; k++) {
            gradient[k] = (float)draw_normal(&draw);
        }
        if (i == 0 || i == 50 || i == 99) {
            gradient[1] = NAN;
        } else {
            double *wide = widen(gradient, 3);

            last = reference_norm(wide, 3);
            sum += last;
            largest = fmax(largest, last);
            fired += last > 2;
            finite += 1;
            free(wide);
        }
        OK(srnn_clipper_apply(clipper, NULL, gradient, 3, &norm));
    }
    assert_true(clipper_get(clipper, SRNN_CLIP_STEPS) == 100);
    assert_true(clipper_get(clipper, SRNN_CLIP_BAD) == 3);
    assert_true(clipper_get(clipper, SRNN_CLIP_FIRED) == fired);
    assert_true(fabs(clipper_get(clipper, SRNN_CLIP_MEAN_NORM) / (sum / finite) - 1) < 1e-12);
    assert_true(fabs(clipper_get(clipper, SRNN_CLIP_SUGGESTED) / (sum / finite) - 1) < 1e-12);
    assert_true(fabs(clipper_get(clipper, SRNN_CLIP_LARGEST_NORM) / largest - 1) < 1e-12);
    assert_true(fabs(clipper_get(clipper, SRNN_CLIP_LAST_NORM) / last - 1) < 1e-12);
    OK(srnn_clipper_reset(clipper));
    assert_true(clipper_get(clipper, SRNN_CLIP_STEPS) == 0);
    assert_true(clipper_get(clipper, SRNN_CLIP_BAD) == 0);
    assert_true(clipper_get(clipper, SRNN_CLIP_THRESHOLD) == 2);
    srnn_clipper_destroy(clipper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_large_is_not_bad),
        cmocka_unit_test(test_refused_thresholds),
        cmocka_unit_test(test_statistics),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
