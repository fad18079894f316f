/* test_rules.c - rules, kinds SMOOTH and UNIT, and statistics of gradients told
 *
 * The reference knows the whole run (history.h). */
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
#include "history.h"
#include "passes.h"

/* Of numbers that the library has in double. */
#define DOUBLE_TOLERANCE 1e-10

/* `key` is `expected`, relative to it or to `least`. */
static void check_statistic(const srnn_clipper *clipper, uint32_t key, double expected,
                            double least)
{
    double got = clipper_get(clipper, key);

    if (!(fabs(got - expected) <= DOUBLE_TOLERANCE * fmax(fabs(expected), least))) {
        fail_msg("key %u is %.17g, not %.17g", (unsigned)key, got, expected);
    }
}

/* All statistics that only gradients told have. */
static void check_told(const struct history *run, const srnn_clipper *clipper, double weights,
                       double w_rec_norm)
{
    double promised[UPDATES], automatic[UPDATES], longest = 0;

    for (size_t i = 0; i < run->told; i++) {
        promised[i] = run->rates[i] * pow(run->told_norms[i], 2) / fmax(run->losses[i], 1e-30);
        automatic[i] = fmin(history_polyak(run, i), history_trust(run, i, w_rec_norm));
        longest = fmax(longest, run->steps[i] / weights);
    }
    check_statistic(clipper, SRNN_CLIP_MEDIAN, tracked(run->told_norms, run->told, 0.5), 0);
    check_statistic(clipper, SRNN_CLIP_DECILE, tracked_above(run->told_norms, run->told, 0.9, 0.5),
                    0);
    check_statistic(clipper, SRNN_CLIP_PROMISED, tracked(promised, run->told, 0.5), 0);
    check_statistic(clipper, SRNN_CLIP_SUGGESTED, tracked(automatic, run->told, 0.5), 0);
    check_statistic(clipper, SRNN_CLIP_ALIGNMENT, history_alignment(run), 1);
    /* The library has the norm of the floats, the reference that of doubles. */
    assert_true(fabs(clipper_get(clipper, SRNN_CLIP_LONGEST_STEP) - longest) <=
                CLIP_TOLERANCE * longest);
}

/* One gradient through the library and the reference. */
static void check_update(struct group *group, struct history *run, srnn_clipper *clipper,
                         const struct test_case *test_case, const srnn_model *model,
                         float *gradient)
{
    double *expected = widen(gradient, run->count), *got,
           *w = widen(test_case->parameters, run->count);
    double norm = -1, before = reference_norm(expected, run->count), threshold, after, fired;

    run->norms[run->good++] = before;
    run->told_norms[run->told] = before;
    history_add_sums(run, expected);
    run->told++;
    threshold = history_threshold(run, test_case);
    fired = clipper_get(clipper, SRNN_CLIP_FIRED) +
            history_clip(run, test_case, expected, threshold);
    after = reference_norm(expected, run->count);
    run->steps[run->told - 1] = run->rates[run->told - 1] * after;

    OK(srnn_clipper_apply(clipper, model, gradient, run->count, &norm));
    got = widen(gradient, run->count);
    group_note(group, Q_NORM, fabs(norm - before) / fmax(before, FLT_MIN), test_case);
    group_note(group, Q_CLIPPED, relative_error(expected, got, run->count, FLT_MIN), test_case);
    check_statistic(clipper, SRNN_CLIP_USED, threshold, 0);
    assert_true(clipper_get(clipper, SRNN_CLIP_FIRED) == fired);
    assert_true(fabs(clipper_get(clipper, SRNN_CLIP_LAST_NORM_AFTER) - after) <=
                CLIP_TOLERANCE * fmax(after, 1e-35));
    check_told(run, clipper, reference_norm(w, run->count), recurrent_norm(test_case));
    group->cases++;
    free(w);
    free(got);
    free(expected);
}

/* What was told of the next gradient, and a gradient: of a wide range of sizes, now and then zero,
 * and related to the last one. Returns whether it is bad. */
static int next_gradient(struct history *run, srnn_clipper *clipper, struct draw *draw, float *gradient)
{
    double size = draw_between(draw, 0, 30) == 0 ? 0 : exp(1.5 * draw_normal(draw));
    double kept = draw_uniform(draw) - 0.5;

    run->losses[run->told] = draw_between(draw, 0, 20) == 0 ? 0 : exp(draw_normal(draw));
    run->rates[run->told] = 0.01 * exp(draw_normal(draw));
    run->lengths[run->told] = (uint32_t)draw_between(draw, 1, 300);
    OK(srnn_clipper_tell(clipper, 1, 1, 1)); /* replaced by the next */
    OK(srnn_clipper_tell(clipper, run->losses[run->told], run->rates[run->told],
                         run->lengths[run->told]));
    for (size_t i = 0; i < run->count; i++) {
        gradient[i] = (float)(size * (kept * gradient[i] + draw_normal(draw)));
    }
    if (draw_between(draw, 0, 25) == 0) {
        gradient[draw_between(draw, 0, run->count - 1)] = INFINITY;
        return 1;
    }
    return 0;
}

/* A run of one kind and rule on a random network. */
static void check_run(struct group *group, struct draw *draw, uint32_t kind, uint32_t rule)
{
    struct plan plan = draw_plan(draw, REFERENCE_TANH, REFERENCE_SQUARED, 9, 1, 1);
    struct test_case *test_case = case_new(&plan, draw, 0);
    srnn_model *model = case_model(test_case, SRNN_INSTRUCTIONS_BASELINE);
    size_t count = test_case->parameter_count;
    float *gradient = reference_allocate(count, sizeof *gradient);
    struct history *run = reference_allocate(1, sizeof *run);
    srnn_clipper *clipper = NULL;

    memset(run, 0, sizeof *run);
    memset(gradient, 0, count * sizeof *gradient);
    run->kind = kind;
    run->rule = rule;
    run->count = count;
    run->threshold = exp(draw_normal(draw)) * (kind == SRNN_CLIP_UNIT ? 0.5 : 2);
    run->quantile = 0.01 + 0.98 * draw_uniform(draw);
    run->factor = exp(draw_normal(draw));
    run->polyak = 0.01 + 0.9 * draw_uniform(draw);
    run->trust = 0.1 + 10 * draw_uniform(draw);
    OK(srnn_clipper_create(NULL, NULL, kind, &clipper));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_SKIP));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_RULE, rule));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, run->threshold));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_QUANTILE, run->quantile));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_FACTOR, run->factor));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_POLYAK, run->polyak));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_TRUST, run->trust));
    for (int i = 0; i < UPDATES; i++) {
        if (next_gradient(run, clipper, draw, gradient)) {
            OK(srnn_clipper_apply(clipper, model, gradient, count, NULL));
        } else {
            check_update(group, run, clipper, test_case, model, gradient);
        }
    }
    assert_true(clipper_get(clipper, SRNN_CLIP_STEPS) == UPDATES);
    assert_true(clipper_get(clipper, SRNN_CLIP_BAD) == UPDATES - (double)run->good);
    srnn_clipper_destroy(clipper);
    srnn_model_destroy(model);
    case_free(test_case);
    free(gradient);
    free(run);
}

static void test_rules(void **state)
{
    static const uint32_t kinds[] = {SRNN_CLIP_NORM, SRNN_CLIP_SMOOTH};
    struct group group = {"rules", CLIP_TOLERANCE, {0}, 0, 0};
    struct draw draw = {51};

    (void)state;
    for (int round = 0; round < 4; round++) {
        for (size_t k = 0; k < 2; k++) {
            for (uint32_t rule = SRNN_CLIP_RULE_FIXED; rule <= SRNN_CLIP_RULE_AUTO; rule++) {
                check_run(&group, &draw, kinds[k], rule);
            }
        }
    }
    group_end(&group);
}

/* The other kinds with a fixed threshold; what is told gives the statistics alone. */
static void test_kinds(void **state)
{
    static const uint32_t kinds[] = {SRNN_CLIP_VALUE, SRNN_CLIP_TENSOR, SRNN_CLIP_UNIT};
    struct group group = {"kinds, told", CLIP_TOLERANCE, {0}, 0, 0};
    struct draw draw = {52};

    (void)state;
    for (int round = 0; round < 10; round++) {
        for (size_t k = 0; k < 3; k++) {
            check_run(&group, &draw, kinds[k], SRNN_CLIP_RULE_FIXED);
        }
    }
    group_end(&group);
}

/* ------------------------------------------------------------------------
 * At their limits
 * ------------------------------------------------------------------------ */

/* The threshold may be infinite or very small: SMOOTH then measures, or leaves next to nothing. */
static void test_smooth_limits(void **state)
{
    static const double thresholds[] = {INFINITY, DBL_MAX, 1, 1e-30, 1e-300};
    static const double left[] = {1, 1, 1.0 / 6, 2e-31, 0};

    (void)state;
    for (int i = 0; i < 5; i++) {
        float gradient[] = {3, 4};
        srnn_clipper *clipper = NULL;

        OK(srnn_clipper_create(NULL, NULL, SRNN_CLIP_SMOOTH, &clipper));
        OK(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, thresholds[i]));
        OK(srnn_clipper_apply(clipper, NULL, gradient, 2, NULL));
        assert_true(fabs(gradient[0] - 3 * left[i]) <= 1e-6 * 3 * left[i]);
        assert_true(clipper_get(clipper, SRNN_CLIP_FIRED) == (i > 0));
        assert_true(fabs(clipper_get(clipper, SRNN_CLIP_LAST_NORM_AFTER) - 5 * left[i]) <=
                    fmax(1e-6 * 5 * left[i], 1e-299));
        gradient[0] = gradient[1] = 0;
        OK(srnn_clipper_apply(clipper, NULL, gradient, 2, NULL));
        assert_true(gradient[0] == 0 && gradient[1] == 0);
        assert_true(clipper_get(clipper, SRNN_CLIP_LAST_NORM_AFTER) == 0);
        srnn_clipper_destroy(clipper);
    }
}

/* A unit is clipped as a whole, so that a bias of zero can move as long as its weights are not
 * zero; and units whose parameters are all zero can too. */
static void test_zero_units(void **state)
{
    static const struct plan plan = {REFERENCE_TANH, REFERENCE_SQUARED, 2, 3, 2, 1, 1, 0};
    struct draw draw = {57};
    struct test_case *test_case = case_new(&plan, &draw, 0);
    srnn_model *model = case_model(test_case, SRNN_INSTRUCTIONS_BASELINE);
    float *parameters = srnn_model_parameters(model), gradient[64] = {0};
    size_t count = test_case->parameter_count, bias;
    srnn_clipper *clipper = NULL;

    (void)state;
    (void)reference_tensor_size(&test_case->model, REFERENCE_B_REC, &bias);
    OK(srnn_clipper_create(NULL, NULL, SRNN_CLIP_UNIT, &clipper));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, 0.1));
    memset(parameters, 0, count * sizeof *parameters);
    parameters[1] = 3; /* of unit 1, as is the element one row on */
    parameters[4] = -4;
    for (size_t unit = 0; unit < 3; unit++) {
        gradient[bias + unit] = 10;
    }
    OK(srnn_clipper_apply(clipper, model, gradient, count, NULL));
    assert_true(fabs(gradient[bias] - 1e-4) < 1e-10);
    assert_true(fabs(gradient[bias + 1] - 0.5) < 1e-6);
    assert_true(fabs(gradient[bias + 2] - 1e-4) < 1e-10);
    srnn_clipper_destroy(clipper);
    srnn_model_destroy(model);
    case_free(test_case);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_smooth_limits),
        cmocka_unit_test(test_zero_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
