/* test_rules.c - rules, kinds SMOOTH and UNIT, and statistics of gradients told
 *
 * The reference keeps every norm, loss and rate of a run and computes all it knows from these
 * histories anew, quantiles by their logarithms. */
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

/* Of clipped gradients, and of numbers that the library has in double. */
#define CLIP_TOLERANCE 1e-6
#define DOUBLE_TOLERANCE 1e-10

#define UPDATES 150

/* ------------------------------------------------------------------------
 * The reference
 * ------------------------------------------------------------------------ */

/* A run of gradients: how they are clipped, and what has been seen. */
struct run {
    uint32_t kind;
    uint32_t rule;
    double threshold, quantile, factor, polyak, trust;
    size_t count; /* parameters */
    size_t good, told;
    double norms[UPDATES];                       /* [good] */
    double told_norms[UPDATES], losses[UPDATES]; /* [told] */
    double rates[UPDATES], steps[UPDATES];       /* [told]: rates, lengths of steps */
    uint32_t lengths[UPDATES];                   /* [told]: of the sequences */
    double sums[UPDATES][16];                    /* [told] */
};

/* The level of a tracked quantile, in logarithms, after value i: it moves by sums, and not beyond
 * the value. */
static double moved(double level, double value, double quantile, size_t i)
{
    double share = i < 20 ? 0.5 : quantile;
    double speed = fmax(0.02, 20 / (1 + (double)i));

    value = value < 1e-30 ? -INFINITY : log(value);
    if (isinf(level)) {
        level = value;
    } else if (value > level) {
        level = fmin(value, level + log1p(speed * share));
    } else {
        level = fmax(value, level - log1p(speed * (1 - share)));
    }
    return level < log(1e-30) ? -INFINITY : level;
}

/* The quantile that is tracked through some values, which is never below the quantile
 * `least`. */
static double tracked_above(const double *values, size_t n, double quantile, double least)
{
    double level = -INFINITY, least_level = -INFINITY;

    for (size_t i = 0; i < n; i++) {
        least_level = moved(least_level, values[i], least, i);
        level = fmax(moved(level, values[i], quantile, i), least_level);
    }
    return exp(level);
}

static double tracked(const double *values, size_t n, double quantile)
{
    return tracked_above(values, n, quantile, quantile);
}

static double bounded(double threshold)
{
    return fmin(fmax(threshold, 1e-30), 1e30);
}

/* The threshold of RULE POLYAK, at gradient i of those told. */
static double polyak_of(const struct run *run, size_t i)
{
    return bounded(sqrt(run->polyak * run->losses[i] / run->rates[i]));
}

/* The norm of w_rec, which does not change during a run. */
static double recurrent_norm(const struct test_case *test_case)
{
    size_t offset, size = reference_tensor_size(&test_case->model, REFERENCE_W_REC, &offset);
    double *w_rec = widen(test_case->parameters + offset, size);
    double norm = reference_norm(w_rec, size);

    free(w_rec);
    return norm;
}

/* The threshold of RULE TRUST, at gradient i of those told. */
static double trust_of(const struct run *run, size_t i, double w_rec_norm)
{
    return bounded(run->trust * w_rec_norm / run->lengths[i] / run->rates[i]);
}

/* The threshold of the last gradient seen. */
static double threshold_of(const struct run *run, const struct test_case *test_case)
{
    size_t last = run->told - 1;
    double sum = 0, trust = trust_of(run, last, recurrent_norm(test_case));

    switch (run->rule) {
    case SRNN_CLIP_RULE_QUANTILE:
        return bounded(last == 0 || tracked(run->told_norms, last, run->quantile) == 0
                           ? run->told_norms[last]
                           : tracked(run->told_norms, last, run->quantile));
    case SRNN_CLIP_RULE_MEAN:
        for (size_t i = 0; i < run->good; i++) {
            sum += run->norms[i];
        }
        return bounded(run->factor * sum / (double)run->good);
    case SRNN_CLIP_RULE_POLYAK:
        return polyak_of(run, last);
    case SRNN_CLIP_RULE_TRUST:
        return trust;
    case SRNN_CLIP_RULE_AUTO:
        return fmin(polyak_of(run, last), trust);
    default:
        return run->threshold;
    }
}

/* Add the elements of a unit to a sum of squares; and scale them. */
struct unit_visit {
    double square;
    double factor;
};

/* Visit a column of a tensor [rows x columns] of a vector of parameters. */
static void visit_column(const struct reference_model *model, int tensor, size_t rows,
                         size_t columns, size_t column, double *vector, struct unit_visit *visit)
{
    size_t offset;

    (void)reference_tensor_size(model, tensor, &offset);
    for (size_t i = 0; i < rows; i++) {
        double *element = vector + offset + i * columns + column;

        visit->square += *element * *element;
        *element *= visit->factor;
    }
}

/* Visit all of a vector of parameters that belongs to hidden unit j, by name. */
static void visit_hidden(const struct reference_model *model, double *vector, size_t j,
                         struct unit_visit *visit)
{
    size_t hidden = model->hidden;

    visit_column(model, REFERENCE_W_IN, model->inputs, hidden, j, vector, visit);
    visit_column(model, REFERENCE_W_REC, hidden, hidden, j, vector, visit);
    if (model->has_recurrent_bias) {
        visit_column(model, REFERENCE_B_REC, 1, hidden, j, vector, visit);
    }
    if (model->has_learned_state) {
        visit_column(model, REFERENCE_H0, 1, hidden, j, vector, visit);
    }
}

/* The same of output k. */
static void visit_output(const struct reference_model *model, double *vector, size_t k,
                         struct unit_visit *visit)
{
    visit_column(model, REFERENCE_W_OUT, model->hidden, model->outputs, k, vector, visit);
    if (model->has_output_bias) {
        visit_column(model, REFERENCE_B_OUT, 1, model->outputs, k, vector, visit);
    }
}

/* Clip each unit of a gradient; returns whether any was. */
static int clip_units(const struct reference_model *model, const float *parameters, size_t count,
                      double *gradient, double threshold)
{
    double *w = widen(parameters, count);
    int fired = 0;

    for (size_t u = 0; u < model->hidden + model->outputs; u++) {
        struct unit_visit of_w = {0, 1}, of_g = {0, 1}, scaled = {0, 1};
        int hidden = u < model->hidden;
        size_t i = hidden ? u : u - model->hidden;
        double bound;

        (hidden ? visit_hidden : visit_output)(model, w, i, &of_w);
        (hidden ? visit_hidden : visit_output)(model, gradient, i, &of_g);
        bound = threshold * fmax(sqrt(of_w.square), 0.001);
        if (sqrt(of_g.square) >= bound && of_g.square > 0) {
            scaled.factor = bound / sqrt(of_g.square);
            (hidden ? visit_hidden : visit_output)(model, gradient, i, &scaled);
            fired = 1;
        }
    }
    free(w);
    return fired;
}

/* Clip a gradient in place; returns whether it was. */
static int clip(const struct run *run, const struct test_case *test_case, double *gradient,
                double threshold)
{
    double norm = reference_norm(gradient, run->count);
    size_t offset, size;
    int fired = 0;

    switch (run->kind) {
    case SRNN_CLIP_VALUE:
        for (size_t i = 0; i < run->count; i++) {
            fired |= fabs(gradient[i]) > threshold;
        }
        reference_clip_value(gradient, run->count, threshold);
        return fired;
    case SRNN_CLIP_TENSOR:
        for (int tensor = 0; tensor < REFERENCE_TENSORS; tensor++) {
            size = reference_tensor_size(&test_case->model, tensor, &offset);
            fired |=
                size > 0 && reference_clip_norm(gradient + offset, size, threshold) >= threshold;
        }
        return fired;
    case SRNN_CLIP_UNIT:
        return clip_units(&test_case->model, test_case->parameters, run->count, gradient,
                          threshold);
    case SRNN_CLIP_SMOOTH:
        for (size_t i = 0; i < run->count; i++) {
            gradient[i] *= 1 / (1 + norm / threshold);
        }
        return 1;
    default:
        return reference_clip_norm(gradient, run->count, threshold) >= threshold;
    }
}

/* The 16 sums that stand for a gradient: the hash of an index is the low half of a product of 64
 * bits. */
static void add_sums(struct run *run, const double *gradient)
{
    double *sums = run->sums[run->told];

    memset(sums, 0, sizeof run->sums[0]);
    for (size_t i = 0; i < run->count; i++) {
        uint64_t hash = (uint64_t)i * 2654435769u % ((uint64_t)1 << 32);

        sums[hash / ((uint64_t)1 << 28)] +=
            hash / ((uint64_t)1 << 27) % 2 ? -gradient[i] : gradient[i];
    }
}

/* The mean cosine of the sums of successive gradients. */
static double alignment_of(const struct run *run)
{
    double mean = 0, pairs = 0;

    for (size_t i = 1; i < run->told; i++) {
        const double *a = run->sums[i - 1], *b = run->sums[i];
        double product = 0, weight;

        if (reference_norm(a, 16) == 0 || reference_norm(b, 16) == 0) {
            continue;
        }
        for (int k = 0; k < 16; k++) {
            product += a[k] / reference_norm(a, 16) * (b[k] / reference_norm(b, 16));
        }
        pairs++;
        weight = fmax(0.01, 1 / pairs);
        mean = (1 - weight) * mean + weight * product;
    }
    return mean;
}

/* ------------------------------------------------------------------------
 * Runs
 * ------------------------------------------------------------------------ */

static double get(const srnn_clipper *clipper, uint32_t key)
{
    double value = NAN;

    OK(srnn_clipper_get(clipper, key, &value));
    return value;
}

/* `key` is `expected`, relative to it or to `least`. */
static void check_statistic(const srnn_clipper *clipper, uint32_t key, double expected,
                            double least)
{
    double got = get(clipper, key);

    if (!(fabs(got - expected) <= DOUBLE_TOLERANCE * fmax(fabs(expected), least))) {
        fail_msg("key %u is %.17g, not %.17g", (unsigned)key, got, expected);
    }
}

/* All statistics that only gradients told have. */
static void check_told(const struct run *run, const srnn_clipper *clipper, double weights,
                       double w_rec_norm)
{
    double promised[UPDATES], automatic[UPDATES], longest = 0;

    for (size_t i = 0; i < run->told; i++) {
        promised[i] = run->rates[i] * pow(run->told_norms[i], 2) / fmax(run->losses[i], 1e-30);
        automatic[i] = fmin(polyak_of(run, i), trust_of(run, i, w_rec_norm));
        longest = fmax(longest, run->steps[i] / weights);
    }
    check_statistic(clipper, SRNN_CLIP_MEDIAN, tracked(run->told_norms, run->told, 0.5), 0);
    check_statistic(clipper, SRNN_CLIP_DECILE, tracked_above(run->told_norms, run->told, 0.9, 0.5),
                    0);
    check_statistic(clipper, SRNN_CLIP_PROMISED, tracked(promised, run->told, 0.5), 0);
    check_statistic(clipper, SRNN_CLIP_SUGGESTED, tracked(automatic, run->told, 0.5), 0);
    check_statistic(clipper, SRNN_CLIP_ALIGNMENT, alignment_of(run), 1);
    /* The library has the norm of the floats, the reference that of doubles. */
    assert_true(fabs(get(clipper, SRNN_CLIP_LONGEST_STEP) - longest) <= CLIP_TOLERANCE * longest);
}

/* One gradient through the library and the reference. */
static void check_update(struct group *group, struct run *run, srnn_clipper *clipper,
                         const struct test_case *test_case, const srnn_model *model,
                         float *gradient)
{
    double *expected = widen(gradient, run->count), *got,
           *w = widen(test_case->parameters, run->count);
    double norm = -1, before = reference_norm(expected, run->count), threshold, after, fired;

    run->norms[run->good++] = before;
    run->told_norms[run->told] = before;
    add_sums(run, expected);
    run->told++;
    threshold = threshold_of(run, test_case);
    fired = get(clipper, SRNN_CLIP_FIRED) + clip(run, test_case, expected, threshold);
    after = reference_norm(expected, run->count);
    run->steps[run->told - 1] = run->rates[run->told - 1] * after;

    OK(srnn_clipper_apply(clipper, model, gradient, run->count, &norm));
    got = widen(gradient, run->count);
    group_note(group, Q_NORM, fabs(norm - before) / fmax(before, FLT_MIN), test_case);
    group_note(group, Q_CLIPPED, relative_error(expected, got, run->count, FLT_MIN), test_case);
    check_statistic(clipper, SRNN_CLIP_USED, threshold, 0);
    assert_true(get(clipper, SRNN_CLIP_FIRED) == fired);
    assert_true(fabs(get(clipper, SRNN_CLIP_LAST_NORM_AFTER) - after) <=
                CLIP_TOLERANCE * fmax(after, 1e-35));
    check_told(run, clipper, reference_norm(w, run->count), recurrent_norm(test_case));
    group->cases++;
    free(w);
    free(got);
    free(expected);
}

/* What was told of the next gradient, and a gradient: of a wide range of sizes, now and then zero,
 * and related to the last one. Returns whether it is bad. */
static int next_gradient(struct run *run, srnn_clipper *clipper, struct draw *draw, float *gradient)
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
    struct run *run = reference_allocate(1, sizeof *run);
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
    assert_true(get(clipper, SRNN_CLIP_STEPS) == UPDATES);
    assert_true(get(clipper, SRNN_CLIP_BAD) == UPDATES - (double)run->good);
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
        assert_true(get(clipper, SRNN_CLIP_FIRED) == (i > 0));
        assert_true(fabs(get(clipper, SRNN_CLIP_LAST_NORM_AFTER) - 5 * left[i]) <=
                    fmax(1e-6 * 5 * left[i], 1e-299));
        gradient[0] = gradient[1] = 0;
        OK(srnn_clipper_apply(clipper, NULL, gradient, 2, NULL));
        assert_true(gradient[0] == 0 && gradient[1] == 0);
        assert_true(get(clipper, SRNN_CLIP_LAST_NORM_AFTER) == 0);
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
