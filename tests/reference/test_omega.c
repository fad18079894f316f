/* test_omega.c - the regularizer Omega against the reference, in all its forms
 *
 * test_omega_by_hand.c has cases that can be computed without it.
 *
 * Omega's gradient is that of equation 10: only the W_rec in q = v W_rec^T is differentiated, the
 * states and errors are constants. So the central differences that hold the reference do the
 * same: a pass is run once, and reference_omega_gather is called on that tape with the entries of
 * its explicit W_rec moved, while states and errors stay those of the pass. Differencing the whole
 * pass would give another gradient, with the second-order terms that the paper leaves out. */
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
#include "forms.h"
#include "groups.h"
#include "instructions.h"
#include "passes.h"

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* A bound that about half of a tape's pairs are below, in a gap between two denominators so that
 * rounding puts none of them on another side; the form's own bound when there is no gap. */
static double bound_between(const struct test_case *test_case, const struct reference_tape *tape,
                            const struct reference_form *form)
{
    size_t pairs = test_case->plan.steps * test_case->plan.sequences;
    size_t n = test_case->plan.hidden;
    double *squares = reference_allocate(pairs, sizeof *squares);
    double bound = form->bound;

    for (size_t pair = 0; pair < pairs; pair++) {
        const double *errors = form->after ? tape->hidden_gradient : tape->local;

        squares[pair] = tape->live[pair] ? pow(reference_norm(errors + pair * n, n), 2) : 0;
    }
    qsort(squares, pairs, sizeof *squares, compare_doubles);
    for (size_t i = pairs / 2; i > 0 && i < pairs; i++) {
        if (squares[i - 1] > 1e-12 && squares[i] > 1.05 * squares[i - 1]) {
            bound = sqrt(squares[i - 1] * squares[i]);
            break;
        }
    }
    free(squares);
    return bound;
}

/* A random case in which every error is either zero or well above rounding: a softmax over one
 * class with soft targets has errors that are nothing but rounding, and a ratio of those means
 * nothing. */
static struct test_case *omega_case(struct draw *draw, int activation, int output)
{
    struct plan plan = draw_plan(draw, (enum reference_activation)activation,
                                 (enum reference_output)output, 7, 8, 5);

    if (plan.output == REFERENCE_SOFTMAX && plan.outputs == 1) {
        plan.features |= CASE_TARGET_IDS;
    }
    return case_new(&plan, draw, FLOAT_KINK);
}

/* ------------------------------------------------------------------------
 * The reference against its own central differences
 * ------------------------------------------------------------------------ */

struct omega_context {
    const struct reference_model *model;
    const struct reference_batch *batch;
    const struct reference_tape *tape;
    const struct reference_form *form;
    double *w_rec; /* [hidden x hidden], the only variable */
};

/* The undivided Omega as a function of an omega_context: a reference_function. */
static double omega_of(void *context)
{
    const struct omega_context *c = context;
    struct reference_omega omega = {0, 0, 0, 0, NULL};

    reference_omega_gather(c->model, c->w_rec, c->batch, c->tape, c->form, &omega);
    return omega.sum;
}

static void test_reference_against_differences(void **state)
{
    struct group group = {"Omega, reference / differences", DIFFERENCE_TOLERANCE, {0}, 0, 0};
    struct draw draw = {21};

    (void)state;
    for (int i = 0; i < 60; i++) {
        struct test_case *test_case =
            omega_case(&draw, i % REFERENCE_ACTIVATIONS, i % REFERENCE_OUTPUTS);
        size_t square = test_case->plan.hidden * test_case->plan.hidden, offset;
        struct reference_view view;
        struct reference_tape *tape;

        view_new(&view, test_case);
        tape = reference_run(&test_case->model, view.parameters, &view.batch);
        reference_tensor_size(&test_case->model, REFERENCE_W_REC, &offset);
        for (int number = 0; number < FORMS; number++) {
            struct reference_form form = form_of(number);
            struct omega_context context;
            struct reference_omega omega = {0, 0, 0, 0, NULL};
            double *slopes = reference_allocate(square, sizeof *slopes);

            context.model = &test_case->model;
            context.batch = &view.batch;
            context.tape = tape;
            context.form = &form;
            context.w_rec = view.parameters + offset;
            omega.gradient = reference_allocate(square, sizeof *omega.gradient);
            reference_omega_gather(context.model, context.w_rec, context.batch, tape, &form,
                                   &omega);
            reference_difference(omega_of, &context, context.w_rec, square, slopes);
            group_compare(&group, Q_OMEGA_MATRIX, omega.gradient, slopes, square, test_case);
            group.cases++;
            free(omega.gradient);
            free(slopes);
        }
        reference_tape_free(tape);
        view_free(&view);
        case_free(test_case);
    }
    group_end(&group);
}

/* ------------------------------------------------------------------------
 * The library against the reference
 * ------------------------------------------------------------------------ */

/* Compare what has been gathered with the reference's, then apply to a gradient of zeros and
 * compare Omega, its gradient and the share of pairs with signal. Every tensor but w_rec must
 * stay zero, and after apply everything must be forgotten. */
static void check_apply(struct group *group, const struct test_case *test_case,
                        const srnn_model *model, srnn_regularizer *regularizer, double weight,
                        const struct reference_form *form, const struct reference_omega *expected)
{
    size_t count = test_case->parameter_count, offset;
    size_t square = reference_tensor_size(&test_case->model, REFERENCE_W_REC, &offset);
    float *gradient = reference_allocate(count, sizeof *gradient);
    double *wanted = reference_allocate(count, sizeof *wanted);
    double divisor = reference_omega_divisor(form, expected);
    double sums_wanted[4], omega, omega_wanted = expected->sum / divisor;
    double value, signal, share = expected->pairs > 0 ? expected->signal / expected->pairs : 0;
    double *wide, *sums;
    float *matrix;

    OK(srnn_regularizer_gathered(regularizer, &matrix, &sums));
    sums_wanted[0] = expected->sum;
    sums_wanted[1] = expected->signal;
    sums_wanted[2] = expected->pairs;
    sums_wanted[3] = expected->sequences;
    for (size_t i = 0; i < 4; i++) {
        group_compare(group, Q_OMEGA_SUMS, &sums_wanted[i], &sums[i], 1, test_case);
    }
    wide = widen(matrix, square);
    group_compare(group, Q_OMEGA_MATRIX, expected->gradient, wide, square, test_case);
    free(wide);

    OK(srnn_regularizer_apply(regularizer, model, gradient, count, &omega));
    OK(srnn_regularizer_get(regularizer, SRNN_OMEGA_VALUE, &value));
    OK(srnn_regularizer_get(regularizer, SRNN_OMEGA_SIGNAL, &signal));
    group_compare(group, Q_OMEGA, &omega_wanted, &omega, 1, test_case);
    assert_true(value == omega);
    group_compare(group, Q_OMEGA_SUMS, &share, &signal, 1, test_case);
    for (size_t i = 0; i < square; i++) {
        wanted[offset + i] = weight * expected->gradient[i] / divisor;
    }
    wide = widen(gradient, count);
    group_compare(group, Q_OMEGA_GRADIENT, wanted, wide, count, test_case);
    for (size_t i = 0; i < count; i++) {
        assert_true((i >= offset && i < offset + square) || gradient[i] == 0);
    }
    free(wide);

    memset(gradient, 0, count * sizeof *gradient);
    OK(srnn_regularizer_apply(regularizer, model, gradient, count, &omega));
    assert_true(omega == 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(gradient[i] == 0);
    }
    free(gradient);
    free(wanted);
    group->cases++;
}

/* `passes` passes over batches of one model, gathered into one Omega, on one instruction set: the
 * first as its case says, the others continuing. The gradients of E must be what they are
 * without a regularizer. */
static void check_passes(struct group *group, struct test_case *const *cases, int passes,
                         const struct reference_form *form, uint32_t instructions)
{
    const struct test_case *first = cases[0];
    size_t square = first->plan.hidden * first->plan.hidden, offset;
    size_t states = first->plan.steps * first->plan.sequences * first->plan.hidden;
    struct reference_omega omega = {0, 0, 0, 0, NULL};
    struct reference_tape *before = NULL;
    srnn_regularizer *regularizer;
    struct library library;
    double weight = 0.7;

    reference_tensor_size(&first->model, REFERENCE_W_REC, &offset);
    omega.gradient = reference_allocate(square, sizeof *omega.gradient);
    library_open(&library, first, instructions);
    regularizer = regularizer_new(library.model, form, weight);
    for (int i = 0; i < passes; i++) {
        float *gradient = reference_allocate(cases[i]->parameter_count, sizeof *gradient);
        struct reference_view view;
        struct reference_tape *expected, *got;

        view_new(&view, cases[i]);
        if (before != NULL) {
            view.batch.start = before->hidden + states;
        }
        expected = reference_run(&cases[i]->model, view.parameters, &view.batch);
        reference_omega_gather(&cases[i]->model, view.parameters + offset, &view.batch, expected,
                               form, &omega);
        OK(srnn_workspace_set(library.workspace, SRNN_WORKSPACE_ERROR_LIMIT,
                              cases[i]->error_limit));
        OK(srnn_workspace_set(library.workspace, SRNN_WORKSPACE_ERROR_GROWTH,
                              cases[i]->error_growth));
        got = library_run(&library, cases[i], i > 0 ? START_CONTINUE : START_AS_CASE, expected,
                          regularizer, gradient);
        compare_gradients(group, cases[i], expected, got->gradient);
        reference_tape_free(got);
        reference_tape_free(before);
        before = expected;
        view_free(&view);
        free(gradient);
    }
    check_apply(group, first, library.model, regularizer, weight, form, &omega);
    reference_tape_free(before);
    srnn_regularizer_destroy(regularizer);
    library_close(&library);
    free(omega.gradient);
}

/* The same on every instruction set. */
static void check_everywhere(struct group *group, struct test_case *const *cases, int passes,
                             const struct reference_form *form)
{
    for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
        check_passes(group, cases, passes, form, *set);
    }
}

/* Random cases in every form, with the default bound and with one that half of the pairs fall
 * below: one line of results for each form. */
static void test_random_cases(void **state)
{
    (void)state;
    for (int number = 0; number < FORMS; number++) {
        struct draw draw = {22};
        char name[64];
        struct group group = {name, LIBRARY_TOLERANCE, {0}, 0, 0};
        struct reference_form form = form_of(number);

        snprintf(name, sizeof name, "Omega: ratio %d, state %d, average %d", form.squared,
                 form.after, form.average);
        for (int i = 0; i < 120; i++) {
            struct test_case *test_case =
                omega_case(&draw, i % REFERENCE_ACTIVATIONS, i / 4 % REFERENCE_OUTPUTS);
            struct reference_form bounded = form;
            struct reference_view view;
            struct reference_tape *tape;

            view_new(&view, test_case);
            tape = reference_run(&test_case->model, view.parameters, &view.batch);
            bounded.bound = bound_between(test_case, tape, &form);
            check_everywhere(&group, &test_case, 1, &form);
            check_everywhere(&group, &test_case, 1, &bounded);
            reference_tape_free(tape);
            view_free(&view);
            case_free(test_case);
        }
        group_end(&group);
    }
}

/* Wide units, as many as fill vectors and tiles. */
static void test_wide_cases(void **state)
{
    struct group group = {"Omega: wide", LIBRARY_TOLERANCE, {0}, 0, 0};
    struct draw draw = {23};

    (void)state;
    for (int number = 0; number < FORMS; number++) {
        struct reference_form form = form_of(number);
        struct plan plan = {REFERENCE_TANH, REFERENCE_SOFTMAX, 5, 0, 7, 6, 13, CASE_LENGTHS};
        struct test_case *test_case;

        plan.hidden = 15 + 9 * (size_t)number;
        test_case = case_new(&plan, &draw, 0);
        check_everywhere(&group, &test_case, 1, &form);
        case_free(test_case);
    }
    group_end(&group);
}

/* Three passes gathered before one apply, the second and third with carried states: then the
 * transition into their first step counts in every form. */
static void test_three_passes(void **state)
{
    struct group group = {"Omega: three passes", LIBRARY_TOLERANCE, {0}, 0, 0};
    /* The later passes continue with other parameters and states than case_new has tried: a seed
     * without gradients whose terms cancel out. */
    struct draw draw = {25};

    (void)state;
    for (int number = 0; number < FORMS; number++) {
        struct reference_form form = form_of(number);

        for (int i = 0; i < 6; i++) {
            struct test_case *cases[3];
            struct plan plan = draw_plan(&draw, REFERENCE_TANH,
                                         (enum reference_output)(i % 2 * REFERENCE_LOGISTIC), 7,
                                         5, 4);

            plan.features &= ~CASE_CARRIED;
            for (int k = 0; k < 3; k++) {
                cases[k] = case_new(&plan, &draw, 0);
                memcpy(cases[k]->parameters, cases[0]->parameters,
                       cases[0]->parameter_count * sizeof(float));
            }
            check_everywhere(&group, cases, 3, &form);
            for (int k = 0; k < 3; k++) {
                case_free(cases[k]);
            }
        }
    }
    group_end(&group);
}

/* The two kinds: as published, and as in the authors' script. */
static void test_kinds(void **state)
{
    static const uint32_t keys[] = {SRNN_OMEGA_RATIO, SRNN_OMEGA_STATE, SRNN_OMEGA_AVERAGE};
    static const uint32_t kinds[] = {SRNN_OMEGA_PAPER, SRNN_OMEGA_SCRIPT};
    srnn_model *model = NULL;

    (void)state;
    OK(srnn_model_create(NULL, NULL, 1, 2, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0, &model));
    for (size_t k = 0; k < 2; k++) {
        srnn_regularizer *regularizer = NULL;
        double value;

        OK(srnn_regularizer_create(NULL, NULL, model, kinds[k], &regularizer));
        for (size_t i = 0; i < 3; i++) {
            OK(srnn_regularizer_get(regularizer, keys[i], &value));
            assert_true(value == (double)k);
        }
        OK(srnn_regularizer_get(regularizer, SRNN_OMEGA_WEIGHT, &value));
        assert_true(value == 4);
        OK(srnn_regularizer_get(regularizer, SRNN_OMEGA_BOUND, &value));
        assert_true(value == 1e-20);
        srnn_regularizer_destroy(regularizer);
    }
    srnn_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_against_differences),
        cmocka_unit_test(test_random_cases),
        cmocka_unit_test(test_wide_cases),
        cmocka_unit_test(test_three_passes),
        cmocka_unit_test(test_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
