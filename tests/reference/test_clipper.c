/* test_clipper.c - clipping against the reference and at its limits
 *
 * test_policies.c has the policies, options and statistics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "cases.h"
#include "groups.h"
#include "instructions.h"
#include "passes.h"

/* The relative error of clipped gradients. No floor: thresholds of any size are tested, so both
 * are first scaled to size 1 by the larger of their norms. */
static double clip_error(const double *expected, const float *got, size_t count)
{
    double *a = reference_allocate(count, sizeof *a);
    double *b = widen(got, count);
    double size = fmax(reference_norm(expected, count), reference_norm(b, count)), error;

    for (size_t i = 0; i < count && size > 0; i++) {
        a[i] = expected[i] / size;
        b[i] /= size;
    }
    error = relative_error(a, b, count, RELATIVE_FLOOR);
    free(a);
    free(b);
    return error;
}

/* Clip `gradient` [count] by norm through the library and check it against the reference. */
static void check_norm(struct group *group, float *gradient, size_t count, double threshold)
{
    srnn_clipper *clipper = clipper_new(SRNN_CLIP_NORM, threshold);
    double *expected = widen(gradient, count);
    double norm = -1, before = reference_clip_norm(expected, count, threshold);

    OK(srnn_clipper_apply(clipper, NULL, gradient, count, &norm));
    group_note(group, Q_NORM, before > 0 ? fabs(norm / before - 1) : norm, NULL);
    group_note(group, Q_CLIPPED, clip_error(expected, gradient, count), NULL);
    assert_true(clipper_get(clipper, SRNN_CLIP_LAST_NORM) == norm);
    assert_true(fabs(clipper_get(clipper, SRNN_CLIP_LAST_NORM_AFTER) / fmin(before, threshold) -
                     1) < CLIP_TOLERANCE);
    group->cases++;
    srnn_clipper_destroy(clipper);
    free(expected);
}

/* By hand: a threshold of 10 on a gradient of norm 50 leaves one of norm 10. */
static void test_ten_on_fifty(void **state)
{
    float gradient[] = {30, 0, -40};
    srnn_clipper *clipper = clipper_new(SRNN_CLIP_NORM, 10);
    double norm;

    (void)state;
    OK(srnn_clipper_apply(clipper, NULL, gradient, 3, &norm));
    assert_true(norm == 50);
    assert_true(fabs(gradient[0] - 6) < 1e-6 && gradient[1] == 0);
    assert_true(fabs(gradient[2] + 8) < 1e-6);
    assert_true(clipper_get(clipper, SRNN_CLIP_LAST_NORM) == 50);
    assert_true(fabs(clipper_get(clipper, SRNN_CLIP_LAST_NORM_AFTER) - 10) < 1e-5);
    assert_true(clipper_get(clipper, SRNN_CLIP_FIRED) == 1);
    assert_true(clipper_get(clipper, SRNN_CLIP_STEPS) == 1);
    srnn_clipper_destroy(clipper);
}

/* Algorithm 1 clips at |g| >= threshold. At equality the factor is 1 and the gradient the same
 * either way, so only the count of clipped gradients distinguishes >= from >. */
static void test_at_the_threshold(void **state)
{
    static const double thresholds[] = {50, 50.0001, 49.9999};
    static const double fired[] = {1, 0, 1};

    (void)state;
    for (int i = 0; i < 3; i++) {
        float gradient[] = {30, 40};
        srnn_clipper *clipper = clipper_new(SRNN_CLIP_NORM, thresholds[i]);

        OK(srnn_clipper_apply(clipper, NULL, gradient, 2, NULL));
        assert_true(clipper_get(clipper, SRNN_CLIP_FIRED) == fired[i]);
        assert_true((gradient[0] == 30 && gradient[1] == 40) == (i < 2));
        srnn_clipper_destroy(clipper);
    }
}

/* Gradients of any size, lengths around those of vectors, thresholds on both sides. */
static void test_random_norms(void **state)
{
    struct group group = {"clip by norm", CLIP_TOLERANCE, {0}, 0, 0};
    struct draw draw = {41};

    (void)state;
    for (int i = 0; i < 500; i++) {
        size_t count = draw_between(&draw, 1, i % 10 ? 70 : 3000);
        double size = pow(10, -25 + 45 * draw_uniform(&draw));
        float *gradient = reference_allocate(count, sizeof *gradient);

        for (size_t k = 0; k < count; k++) {
            gradient[k] = (float)(size * draw_normal(&draw));
        }
        check_norm(&group, gradient, count, size * pow(10, 4 * draw_uniform(&draw) - 2));
        free(gradient);
    }
    group_end(&group);
}

/* Entries at the ends of what a float can hold: squares overflow or vanish in float, and the
 * factor threshold / norm too. */
static void test_extreme_entries(void **state)
{
    struct group group = {"clip extreme entries", CLIP_TOLERANCE, {0}, 0, 0};
    static const struct {
        float a, b;
        double threshold;
    } pairs[] = {
        {1e20f, 1e20f, 1},       {1e20f, 1e-30f, 1},      {1e-30f, 1e-30f, 1e-31},
        {1e-30f, -1e-30f, 1},    {FLT_MAX, FLT_MAX, 1},   {FLT_MAX, -FLT_MAX, 1e-5},
        {FLT_MAX, 1, 1e38},      {FLT_MIN, FLT_MIN, 1e3}, {1e20f, -1e20f, 1e-10},
        {FLT_MAX, 1e20f, 1e-30}, {1e-38f, 1e-38f, 1e-37}, {1e-20f, 1e20f, 1e19},
    };
    enum { COUNT = 1000 };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        float *gradient = reference_allocate(COUNT, sizeof *gradient);

        for (size_t k = 0; k < COUNT; k++) {
            gradient[k] = k % 2 ? pairs[i].a : pairs[i].b;
        }
        check_norm(&group, gradient, COUNT, pairs[i].threshold);
        free(gradient);
    }
    group_end(&group);
}

/* Each element apart. */
static void test_values(void **state)
{
    struct group group = {"clip by value", CLIP_TOLERANCE, {0}, 0, 0};
    struct draw draw = {42};

    (void)state;
    for (int i = 0; i < 200; i++) {
        size_t count = draw_between(&draw, 1, 90);
        double threshold = pow(10, 3 * draw_uniform(&draw) - 2), norm, before;
        srnn_clipper *clipper = clipper_new(SRNN_CLIP_VALUE, threshold);
        float *gradient = reference_allocate(count, sizeof *gradient);
        double *expected;

        for (size_t k = 0; k < count; k++) {
            gradient[k] = (float)draw_normal(&draw);
        }
        expected = widen(gradient, count);
        before = reference_norm(expected, count);
        reference_clip_value(expected, count, threshold);
        OK(srnn_clipper_apply(clipper, NULL, gradient, count, &norm));
        group_note(&group, Q_NORM, fabs(norm / before - 1), NULL);
        group_note(&group, Q_CLIPPED, clip_error(expected, gradient, count), NULL);
        for (size_t k = 0; k < count; k++) {
            assert_true(fabs(gradient[k]) <= (float)threshold);
        }
        group.cases++;
        srnn_clipper_destroy(clipper);
        free(gradient);
        free(expected);
    }
    group_end(&group);
}

/* Each tensor of a model apart; the norm that is returned is still that of all. */
static void test_tensors(void **state)
{
    struct group group = {"clip by tensor", CLIP_TOLERANCE, {0}, 0, 0};
    struct draw draw = {43};

    (void)state;
    for (int i = 0; i < 100; i++) {
        struct plan plan = draw_plan(&draw, REFERENCE_TANH, REFERENCE_SQUARED, 9, 1, 1);
        struct test_case *test_case = case_new(&plan, &draw, 0);
        srnn_model *model = case_model(test_case, SRNN_INSTRUCTIONS_BASELINE);
        double threshold = 3 * draw_uniform(&draw) + 0.01, norm, before;
        srnn_clipper *clipper = clipper_new(SRNN_CLIP_TENSOR, threshold);
        size_t count = test_case->parameter_count, offset, size;
        float *gradient = reference_allocate(count, sizeof *gradient);
        double *expected;

        for (size_t k = 0; k < count; k++) {
            gradient[k] = (float)draw_normal(&draw);
        }
        expected = widen(gradient, count);
        before = reference_norm(expected, count);
        OK(srnn_clipper_apply(clipper, model, gradient, count, &norm));
        group_note(&group, Q_NORM, fabs(norm / before - 1), NULL);
        for (int tensor = 0; tensor < REFERENCE_TENSORS; tensor++) {
            size = reference_tensor_size(&test_case->model, tensor, &offset);
            reference_clip_norm(expected + offset, size, threshold);
            group_note(&group, Q_CLIPPED, clip_error(expected + offset, gradient + offset, size),
                       test_case);
        }
        group.cases++;
        srnn_clipper_destroy(clipper);
        srnn_model_destroy(model);
        case_free(test_case);
        free(gradient);
        free(expected);
    }
    group_end(&group);
}

/* The norm is over all parameters, after Omega's gradient was added: a whole training step, pass,
 * regularizer and clipper, against the reference's. */
static void check_after_omega(struct group *group, const struct test_case *test_case,
                              uint32_t instructions)
{
    const struct reference_form form = {0, 0, 0, 1e-20};
    size_t count = test_case->parameter_count, offset, square;
    float *gradient = reference_allocate(count, sizeof *gradient);
    struct reference_omega omega = {0, 0, 0, 0, NULL};
    struct reference_tape *expected, *got;
    srnn_regularizer *regularizer = NULL;
    double threshold, norm, before;
    struct reference_view view;
    struct library library;
    srnn_clipper *clipper;
    double *wide;

    view_new(&view, test_case);
    expected = reference_run(&test_case->model, view.parameters, &view.batch);
    square = reference_tensor_size(&test_case->model, REFERENCE_W_REC, &offset);
    omega.gradient = reference_allocate(square, sizeof *omega.gradient);
    reference_omega_gather(&test_case->model, view.parameters + offset, &view.batch, expected,
                           &form, &omega);
    for (size_t i = 0; i < square; i++) {
        expected->gradient[offset + i] +=
            4 * omega.gradient[i] / reference_omega_divisor(&form, &omega);
    }
    threshold = 0.3 * reference_norm(expected->gradient, count);
    before = reference_clip_norm(expected->gradient, count, threshold);

    library_open(&library, test_case, instructions);
    OK(srnn_regularizer_create(NULL, NULL, library.model, SRNN_OMEGA_PAPER, &regularizer));
    got = library_run(&library, test_case, START_AS_CASE, expected, regularizer, gradient);
    OK(srnn_regularizer_apply(regularizer, library.model, gradient, count, NULL));
    clipper = clipper_new(SRNN_CLIP_NORM, threshold);
    OK(srnn_clipper_apply(clipper, library.model, gradient, count, &norm));
    group_note(group, Q_NORM, fabs(norm / before - 1), test_case);
    wide = widen(gradient, count);
    group_compare(group, Q_CLIPPED, expected->gradient, wide, count, test_case);
    group->cases++;
    free(wide);
    srnn_clipper_destroy(clipper);
    srnn_regularizer_destroy(regularizer);
    reference_tape_free(got);
    reference_tape_free(expected);
    library_close(&library);
    view_free(&view);
    free(omega.gradient);
    free(gradient);
}

static void test_after_omega(void **state)
{
    struct group group = {"clip after Omega", LIBRARY_TOLERANCE, {0}, 0, 0};
    struct draw draw = {46};

    (void)state;
    for (int i = 0; i < 30; i++) {
        struct plan plan = {REFERENCE_TANH, REFERENCE_SOFTMAX, 4, 8, 3, 6, 4, CASE_LEARNED_STATE};
        struct test_case *test_case;

        plan.features |= i % 2 ? CASE_LAST | CASE_LENGTHS : 0;
        test_case = case_new(&plan, &draw, 0);
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            check_after_omega(&group, test_case, *set);
        }
        case_free(test_case);
    }
    group_end(&group);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_on_fifty),
        cmocka_unit_test(test_at_the_threshold),
        cmocka_unit_test(test_random_norms),
        cmocka_unit_test(test_extreme_entries),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_tensors),
        cmocka_unit_test(test_after_omega),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
