/* test_gradient.c - forward, loss and back-propagation against the reference
 *
 * Every output of a pass and the gradient of every parameter, for every activation and output, in
 * random combinations of everything that a batch can have and in edge cases by name.
 * test_differences.c holds the reference. */
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
#include "instructions.h"
#include "passes.h"

/* One case on every instruction set, against the reference. */
static void check_case(struct group *group, const struct test_case *test_case)
{
    struct reference_view view;
    struct reference_tape *expected;

    view_new(&view, test_case);
    expected = reference_run(&test_case->model, view.parameters, &view.batch);
    for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
        float *gradient;
        struct library library;
        struct reference_tape *got;

        gradient = reference_allocate(test_case->parameter_count, sizeof *gradient);
        library_open(&library, test_case, *set);
        got = library_run(&library, test_case, START_AS_CASE, expected, NULL, gradient);
        compare_tapes(group, test_case, expected, got);
        reference_tape_free(got);
        library_close(&library);
        free(gradient);
    }
    reference_tape_free(expected);
    view_free(&view);
}

/* `count` random cases for each activation and output, one line of results for each pair. */
static void check_random(const char *what, uint64_t seed, int count, size_t largest, size_t steps,
                         size_t sequences)
{
    static const char *const activations[] = {"tanh", "sigmoid", "relu", "linear"};
    static const char *const outputs[] = {"linear", "sigmoid", "softmax"};
    struct draw draw;

    draw.state = seed;
    for (int activation = 0; activation < REFERENCE_ACTIVATIONS; activation++) {
        for (int output = 0; output < REFERENCE_OUTPUTS; output++) {
            char name[64];
            struct group group = {name, LIBRARY_TOLERANCE, {0}, 0, 0};

            snprintf(name, sizeof name, "%s: %s, %s", what, activations[activation],
                     outputs[output]);
            for (int i = 0; i < count; i++) {
                struct plan plan = draw_plan(&draw, (enum reference_activation)activation,
                                             (enum reference_output)output, largest, steps,
                                             sequences);
                struct test_case *test_case = case_new(&plan, &draw, FLOAT_KINK);

                check_case(&group, test_case);
                case_free(test_case);
            }
            group_end(&group);
        }
    }
}

static void test_random_cases(void **state)
{
    (void)state;
    /* A seed without errors that ERROR_LIMIT has made equal and opposite: they cancel out. */
    check_random("random", 102, 300, 9, 9, 6);
}

/* Widths on both sides of every vector and tile, batches of more sequences than a tile has. */
static void test_wide_cases(void **state)
{
    (void)state;
    check_random("wide", 3, 8, 70, 5, 37);
}

/* Edge cases by name. One line of results for all. */
static void test_named_cases(void **state)
{
    static const struct plan plans[] = {
        /* one of everything: a unit, an input, an output, a step, a sequence */
        {REFERENCE_TANH, REFERENCE_SQUARED, 1, 1, 1, 1, 1, 0},
        {REFERENCE_SIGMOID, REFERENCE_LOGISTIC, 1, 1, 1, 1, 1, CASE_LEARNED_STATE},
        /* softmax over one class: the gradient is zero */
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 4, 1, 5, 2, 0},
        /* one step, with and without an initial state to learn, and carried */
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 5, 4, 1, 6, 0},
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 5, 4, 1, 6, CASE_LEARNED_STATE},
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 5, 4, 1, 6, CASE_LEARNED_STATE | CASE_CARRIED},
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 5, 4, 1, 6,
         CASE_LEARNED_STATE | CASE_CARRIED | CASE_RESTARTS},
        /* streams that begin anew, through lengths of zero, dead first steps and tasks */
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 9, 4, 9, 12,
         CASE_LEARNED_STATE | CASE_CARRIED | CASE_RESTARTS | CASE_LENGTHS | CASE_MASK |
             CASE_OUTSIDE | CASE_TASKS},
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 9, 4, 9, 12,
         CASE_CARRIED | CASE_RESTARTS | CASE_LAST | CASE_LAST_OUTPUT | CASE_LEAN},
        /* one unit over many steps */
        {REFERENCE_SIGMOID, REFERENCE_SQUARED, 2, 1, 1, 60, 3, CASE_LAST},
        /* no biases, one-hot in and out: the paper's character models */
        {REFERENCE_SIGMOID, REFERENCE_SOFTMAX, 12, 20, 12, 30, 4,
         CASE_NO_RECURRENT_BIAS | CASE_NO_OUTPUT_BIAS | CASE_IDS | CASE_TARGET_IDS | CASE_CARRIED},
        /* the paper's temporal order: one class at the end */
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 6, 50, 4, 40, 20,
         CASE_IDS | CASE_TARGET_IDS | CASE_LAST | CASE_LAST_OUTPUT},
        /* the addition problem, with different lengths: one number at each end */
        {REFERENCE_TANH, REFERENCE_SQUARED, 2, 50, 1, 30, 20, CASE_LAST | CASE_LENGTHS},
        /* music: 88 notes, each on or off */
        {REFERENCE_SIGMOID, REFERENCE_LOGISTIC, 88, 30, 88, 10, 4, CASE_LENGTHS},
        /* wider than any panel that is packed at a time */
        {REFERENCE_TANH, REFERENCE_LOGISTIC, 88, 200, 88, 4, 9, CASE_LENGTHS},
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 300, 130, 150, 3, 21, CASE_IDS | CASE_TARGET_IDS},
        /* so wide that the gradients' factors are packed: several chunks, several stretches */
        {REFERENCE_TANH, REFERENCE_LOGISTIC, 20, 300, 18, 13, 40,
         CASE_LENGTHS | CASE_MASK | CASE_TASKS},
        {REFERENCE_SIGMOID, REFERENCE_SOFTMAX, 300, 257, 5, 2, 330, CASE_LAST | CASE_LENGTHS},
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 30, 256, 33, 3, 7, CASE_IDS | CASE_TARGET_IDS},
        /* every layout */
        {REFERENCE_TANH, REFERENCE_SQUARED, 3, 7, 2, 8, 5, CASE_BATCH_MAJOR},
        {REFERENCE_TANH, REFERENCE_SQUARED, 3, 7, 2, 8, 5, CASE_BATCH_MAJOR | CASE_PADDED},
        {REFERENCE_TANH, REFERENCE_SQUARED, 3, 7, 2, 8, 5, CASE_PADDED | CASE_LAST | CASE_WEIGHTS},
        /* masks with a last-step loss: the last live step is where the mask says */
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 7, 3, 9, 8,
         CASE_MASK | CASE_LENGTHS | CASE_LAST | CASE_WEIGHTS | CASE_LEARNED_STATE},
        /* the error limit with everything that it may meet */
        {REFERENCE_RELU, REFERENCE_SQUARED, 3, 9, 3, 12, 4,
         CASE_LIMIT | CASE_MASK | CASE_LEARNED_STATE | CASE_OUTSIDE},
        /* the limit on growth: with everything, where the loss is at the last step only, and with
         * sequences of one step */
        {REFERENCE_LINEAR, REFERENCE_SQUARED, 3, 9, 3, 12, 4,
         CASE_GROWTH | CASE_LIMIT | CASE_MASK | CASE_LENGTHS | CASE_LEARNED_STATE | CASE_OUTSIDE |
             CASE_TASKS},
        {REFERENCE_LINEAR, REFERENCE_SOFTMAX, 3, 20, 3, 30, 5,
         CASE_GROWTH | CASE_LAST | CASE_LAST_OUTPUT | CASE_LEAN},
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 5, 4, 1, 6, CASE_GROWTH | CASE_LEARNED_STATE},
        /* unknown targets: at every step, at the last, one output, many, with gaps and tasks */
        {REFERENCE_TANH, REFERENCE_SQUARED, 3, 9, 7, 8, 5, CASE_UNKNOWN},
        {REFERENCE_TANH, REFERENCE_LOGISTIC, 3, 9, 40, 8, 5,
         CASE_UNKNOWN | CASE_MASK | CASE_WEIGHTS | CASE_PADDED | CASE_TASKS},
        {REFERENCE_RELU, REFERENCE_SQUARED, 3, 9, 1, 8, 5, CASE_UNKNOWN | CASE_BATCH_MAJOR},
        {REFERENCE_SIGMOID, REFERENCE_LOGISTIC, 3, 9, 5, 8, 9,
         CASE_UNKNOWN | CASE_LAST | CASE_LENGTHS | CASE_LAST_OUTPUT},
        /* a loss of the caller's own, at every step and at the last */
        {REFERENCE_TANH, REFERENCE_SQUARED, 3, 9, 3, 12, 4, CASE_OWN_LOSS | CASE_MASK},
        {REFERENCE_TANH, REFERENCE_SQUARED, 3, 9, 3, 12, 4,
         CASE_OWN_LOSS | CASE_LAST | CASE_LENGTHS},
        /* the least workspace */
        {REFERENCE_TANH, REFERENCE_SOFTMAX, 5, 33, 4, 7, 9,
         CASE_LEAN | CASE_LAST | CASE_LAST_OUTPUT},
    };
    struct group group = {"named cases", LIBRARY_TOLERANCE, {0}, 0, 0};
    struct draw draw = {4};

    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        struct test_case *test_case = case_new(&plans[i], &draw, FLOAT_KINK);

        check_case(&group, test_case);
        case_free(test_case);
    }
    group_end(&group);
}

/* A case with every optional array, for tests that change one of them. */
static struct test_case *full_case(uint64_t seed)
{
    static const struct plan plan = {
        REFERENCE_TANH, REFERENCE_SOFTMAX, 4, 6, 3, 7, 5,
        CASE_LEARNED_STATE | CASE_LENGTHS | CASE_MASK | CASE_WEIGHTS};
    struct draw draw;

    draw.state = seed;
    return case_new(&plan, &draw, 0);
}

/* The library's gradient of a case must be zero to the bit, and so its loss. */
static void check_nothing(const struct test_case *test_case)
{
    float *gradient = reference_allocate(test_case->parameter_count, sizeof *gradient);
    struct group group = {"nothing", LIBRARY_TOLERANCE, {0}, 0, 0};
    struct reference_tape *expected, *got;
    struct reference_view view;
    struct library library;

    view_new(&view, test_case);
    expected = reference_run(&test_case->model, view.parameters, &view.batch);
    library_open(&library, test_case, SRNN_INSTRUCTIONS_BASELINE);
    got = library_run(&library, test_case, START_AS_CASE, expected, NULL, gradient);
    compare_tapes(&group, test_case, expected, got);
    assert_int_equal(group.failures, 0);
    assert_true(got->loss == 0 && got->weight == 0);
    for (size_t i = 0; i < test_case->parameter_count; i++) {
        assert_true(gradient[i] == 0);
    }
    reference_tape_free(expected);
    reference_tape_free(got);
    library_close(&library);
    view_free(&view);
    free(gradient);
}

static void test_all_lengths_zero(void **state)
{
    struct test_case *test_case = full_case(5);

    (void)state;
    memset(test_case->lengths, 0, test_case->plan.sequences * sizeof *test_case->lengths);
    check_nothing(test_case);
    case_free(test_case);
}

static void test_all_masked(void **state)
{
    struct test_case *test_case = full_case(6);

    (void)state;
    memset(test_case->mask, 0, test_case->plan.steps * test_case->plan.sequences);
    check_nothing(test_case);
    case_free(test_case);
}

static void test_all_weights_zero(void **state)
{
    struct test_case *test_case = full_case(7);

    (void)state;
    for (size_t i = 0; i < test_case->plan.steps * test_case->plan.sequences; i++) {
        test_case->weights[i] = 0;
    }
    check_nothing(test_case);
    case_free(test_case);
}

/* A dead pair has no part in anything: NaN in its inputs must not be seen. The reference reads
 * nothing there. */
static void test_garbage_at_dead_pairs(void **state)
{
    struct test_case *test_case = full_case(8);
    struct group group = {"NaN inputs at dead pairs", LIBRARY_TOLERANCE, {0}, 0, 0};

    (void)state;
    for (size_t pair = 0; pair < test_case->plan.steps * test_case->plan.sequences; pair++) {
        int dead = !test_case->mask[pair] || pair / test_case->plan.sequences >=
                                                 test_case->lengths[pair %
                                                                    test_case->plan.sequences];

        for (size_t i = 0; dead && i < test_case->plan.inputs; i++) {
            test_case->inputs[pair * test_case->plan.inputs + i] = NAN;
        }
    }
    check_case(&group, test_case);
    case_free(test_case);
    group_end(&group);
}

/* Ids stand for one-hot vectors: the same case with ids and with the vectors. */
static void test_ids_equal_one_hot(void **state)
{
    struct group group = {"ids / one-hot", LIBRARY_TOLERANCE, {0}, 0, 0};
    struct draw draw = {9};

    (void)state;
    for (int i = 0; i < 20; i++) {
        struct plan plan = draw_plan(&draw, REFERENCE_TANH, REFERENCE_SOFTMAX, 9, 9, 6);
        struct test_case *test_case;
        uint32_t *input_ids, *target_ids;

        plan.features |= CASE_IDS | CASE_TARGET_IDS;
        test_case = case_new(&plan, &draw, 0);
        check_case(&group, test_case);
        input_ids = test_case->input_ids;
        target_ids = test_case->target_ids;
        test_case->input_ids = NULL;
        test_case->target_ids = NULL;
        check_case(&group, test_case);
        test_case->input_ids = input_ids;
        test_case->target_ids = target_ids;
        case_free(test_case);
    }
    group_end(&group);
}

/* Three chunks of a longer sequence on one instruction set: the first from the model's initial
 * state, the others from the state that the one before left, all adding into one gradient. The
 * reference does the same on its own states. */
static void check_chunks(struct group *group, const struct plan *plan, struct draw *draw,
                         uint32_t instructions)
{
    enum { CHUNKS = 3 };
    struct test_case *chunks[CHUNKS];
    struct reference_tape *expected[CHUNKS];
    struct reference_view view;
    struct library library;
    float *gradient;
    double *sum;
    size_t count;

    for (int k = 0; k < CHUNKS; k++) {
        chunks[k] = case_new(plan, draw, 0);
        memcpy(chunks[k]->parameters, chunks[0]->parameters,
               chunks[0]->parameter_count * sizeof(float));
    }
    count = chunks[0]->parameter_count;
    gradient = reference_allocate(count, sizeof *gradient);
    sum = reference_allocate(count, sizeof *sum);
    library_open(&library, chunks[0], instructions);
    for (int k = 0; k < CHUNKS; k++) {
        struct reference_tape *got;

        view_new(&view, chunks[k]);
        if (k > 0) {
            view.batch.start =
                expected[k - 1]->hidden + plan->steps * plan->sequences * plan->hidden;
        }
        expected[k] = reference_run(&chunks[k]->model, view.parameters, &view.batch);
        for (size_t i = 0; i < count; i++) {
            sum[i] += expected[k]->gradient[i];
            expected[k]->gradient[i] = sum[i];
        }
        OK(srnn_workspace_set(library.workspace, SRNN_WORKSPACE_ERROR_LIMIT,
                              chunks[k]->error_limit));
        OK(srnn_workspace_set(library.workspace, SRNN_WORKSPACE_ERROR_GROWTH,
                              chunks[k]->error_growth));
        got = library_run(&library, chunks[k], k > 0 ? START_CONTINUE : START_AS_CASE,
                          expected[k], NULL, gradient);
        compare_tapes(group, chunks[k], expected[k], got);
        reference_tape_free(got);
        view_free(&view);
    }
    library_close(&library);
    for (int k = 0; k < CHUNKS; k++) {
        reference_tape_free(expected[k]);
        case_free(chunks[k]);
    }
    free(gradient);
    free(sum);
}

static void test_continue_over_three_chunks(void **state)
{
    struct group group = {"three chunks", LIBRARY_TOLERANCE, {0}, 0, 0};
    struct draw draw = {10};

    (void)state;
    for (int i = 0; i < 40; i++) {
        struct plan plan = draw_plan(&draw, i % 2 ? REFERENCE_TANH : REFERENCE_SIGMOID,
                                     (enum reference_output)(i % REFERENCE_OUTPUTS), 9, 9, 6);

        plan.features &= ~(CASE_CARRIED | CASE_UNKNOWN);
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            check_chunks(&group, &plan, &draw, *set);
        }
    }
    group_end(&group);
}

/* A hundred steps: errors that come a long way. */
static void test_long_sequences(void **state)
{
    struct group group = {"100 steps", LIBRARY_TOLERANCE, {0}, 0, 0};
    struct draw draw = {11};

    (void)state;
    for (int i = 0; i < 10; i++) {
        struct plan plan = {REFERENCE_TANH, REFERENCE_SOFTMAX, 3, 12, 3, 100, 3, CASE_LAST};
        struct test_case *test_case;

        plan.features |= i % 2 ? CASE_MASK : 0;
        plan.activation = i % 3 ? REFERENCE_TANH : REFERENCE_SIGMOID;
        test_case = case_new(&plan, &draw, 0);
        check_case(&group, test_case);
        case_free(test_case);
    }
    group_end(&group);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_cases),
        cmocka_unit_test(test_wide_cases),
        cmocka_unit_test(test_named_cases),
        cmocka_unit_test(test_all_lengths_zero),
        cmocka_unit_test(test_all_masked),
        cmocka_unit_test(test_all_weights_zero),
        cmocka_unit_test(test_garbage_at_dead_pairs),
        cmocka_unit_test(test_ids_equal_one_hot),
        cmocka_unit_test(test_continue_over_three_chunks),
        cmocka_unit_test(test_long_sequences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
