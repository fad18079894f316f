/* groups.c - how far two results are apart: see groups.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"

static const char *const activation_names[REFERENCE_ACTIVATIONS] = {"tanh", "sigmoid", "relu",
                                                                    "linear"};
static const char *const output_names[REFERENCE_OUTPUTS] = {"linear", "sigmoid", "softmax"};
static const char *const quantity_names[QUANTITIES] = {
    "loss", "weight",   "hidden", "logits", "outputs", "dlogits", "dhidden", "dinput",
    "flow", "dinitial", "omega",  "sums",   "matrix",  "domega",  "norm",    "clipped",
    "way",  "w_in",     "w_rec",  "b_rec",  "w_out",   "b_out",   "h0"};

double relative_error(const double *a, const double *b, size_t count, double least)
{
    double *difference = reference_allocate(count, sizeof *difference);
    double size = fmax(least, fmax(reference_norm(a, count), reference_norm(b, count)));
    double distance;

    for (size_t i = 0; i < count; i++) {
        difference[i] = a[i] - b[i];
    }
    distance = reference_norm(difference, count);
    free(difference);
    return isfinite(distance) ? distance / size : INFINITY;
}

void group_note(struct group *group, enum quantity quantity, double error,
                const struct test_case *test_case)
{
    if (error > group->worst[quantity]) {
        group->worst[quantity] = error;
    }
    if (error <= group->tolerance) {
        return;
    }
    group->failures++;
    if (group->failures <= 10) {
        fprintf(stderr, "%s: case %zu: %s differs by %.3g", group->name, group->cases,
                quantity_names[quantity], error);
        if (test_case != NULL) {
            const struct plan *plan = &test_case->plan;

            fprintf(stderr, " (%zu-%zu-%zu %s %s, %zu steps, %zu sequences, features 0x%x)",
                    plan->inputs, plan->hidden, plan->outputs,
                    activation_names[plan->activation], output_names[plan->output], plan->steps,
                    plan->sequences, plan->features);
        }
        fprintf(stderr, "\n");
    }
}

void group_compare(struct group *group, enum quantity quantity, const double *expected,
                   const double *got, size_t count, const struct test_case *test_case)
{
    group_note(group, quantity, relative_error(expected, got, count, RELATIVE_FLOOR), test_case);
}

void compare_gradients(struct group *group, const struct test_case *test_case,
                       const struct reference_tape *expected, const double *got)
{
    size_t offset, size;

    for (int tensor = 0; tensor < REFERENCE_TENSORS; tensor++) {
        size = reference_tensor_size(&test_case->model, tensor, &offset);
        group_compare(group, (enum quantity)(Q_PARAMETER_GRADIENT + tensor),
                      expected->gradient + offset, got + offset, size, test_case);
    }
}

/* Set the rows [count x width] of `values` that are not `chosen` to zero. */
static void keep_chosen(double *values, const unsigned char *chosen, size_t count, size_t width)
{
    for (size_t row = 0; row < count; row++) {
        for (size_t i = 0; !chosen[row] && i < width; i++) {
            values[row * width + i] = 0;
        }
    }
}

/* Compare one array of a pass, only at the chosen pairs unless `chosen` is NULL. */
static void compare_array(struct group *group, enum quantity quantity,
                          const struct test_case *test_case, const double *expected,
                          const double *got, const unsigned char *chosen, size_t width)
{
    size_t pairs = test_case->plan.steps * test_case->plan.sequences;
    double *a = reference_allocate(pairs * width, sizeof *a);
    double *b = reference_allocate(pairs * width, sizeof *b);

    memcpy(a, expected, pairs * width * sizeof *a);
    memcpy(b, got, pairs * width * sizeof *b);
    if (chosen != NULL) {
        keep_chosen(a, chosen, pairs, width);
        keep_chosen(b, chosen, pairs, width);
    }
    group_compare(group, quantity, a, b, pairs * width, test_case);
    free(a);
    free(b);
}

void compare_tapes(struct group *group, const struct test_case *test_case,
                   const struct reference_tape *expected, const struct reference_tape *got)
{
    const struct plan *plan = &test_case->plan;
    size_t start = plan->sequences * plan->hidden;

    group_compare(group, Q_LOSS, &expected->loss, &got->loss, 1, test_case);
    group_compare(group, Q_WEIGHT, &expected->weight, &got->weight, 1, test_case);
    compare_array(group, Q_HIDDEN, test_case, expected->hidden + start, got->hidden + start, NULL,
                  plan->hidden);
    compare_array(group, Q_LOGITS, test_case, expected->logits, got->logits, expected->scored,
                  plan->outputs);
    compare_array(group, Q_OUTPUTS, test_case, expected->outputs, got->outputs, expected->scored,
                  plan->outputs);
    compare_array(group, Q_LOGIT_GRADIENT, test_case, expected->logit_gradient,
                  got->logit_gradient, expected->scored, plan->outputs);
    if (!(plan->features & CASE_LEAN)) {
        compare_array(group, Q_HIDDEN_GRADIENT, test_case, expected->hidden_gradient,
                      got->hidden_gradient, NULL, plan->hidden);
        compare_array(group, Q_INPUT_GRADIENT, test_case, expected->input_gradient,
                      got->input_gradient, NULL, plan->inputs);
        compare_array(group, Q_FLOW, test_case, expected->flow, got->flow, NULL, 1);
    }
    group_compare(group, Q_INITIAL_GRADIENT, expected->initial_gradient, got->initial_gradient,
                  start, test_case);
    compare_gradients(group, test_case, expected, got->gradient);
    group->cases++;
}

void group_end(const struct group *group)
{
    printf("%-34s %5zu cases, worst:", group->name, group->cases);
    for (int quantity = 0; quantity < QUANTITIES; quantity++) {
        if (group->worst[quantity] > 0) {
            printf(" %s %.1e", quantity_names[quantity], group->worst[quantity]);
        }
    }
    printf("\n");
    if (group->failures > 0) {
        fail_msg("%s: %zu differences beyond %g", group->name, group->failures,
                 group->tolerance);
    }
}
