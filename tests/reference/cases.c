/* cases.c - random test cases: see cases.h */
#include "cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"

/* ------------------------------------------------------------------------
 * Random numbers
 * ------------------------------------------------------------------------ */

uint64_t draw_bits(struct draw *draw)
{
    uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t draw_between(struct draw *draw, size_t low, size_t high)
{
    return low + (size_t)(draw_bits(draw) % (high - low + 1));
}

double draw_uniform(struct draw *draw)
{
    return ldexp((double)(draw_bits(draw) >> 11), -53);
}

double draw_normal(struct draw *draw)
{
    double radius = sqrt(-2 * log(1 - draw_uniform(draw)));

    return radius * cos(6.283185307179586 * draw_uniform(draw));
}

/* ------------------------------------------------------------------------
 * Cases
 * ------------------------------------------------------------------------ */

struct plan draw_plan(struct draw *draw, enum reference_activation activation,
                      enum reference_output output, size_t largest, size_t steps,
                      size_t sequences)
{
    struct plan plan;

    plan.activation = activation;
    plan.output = output;
    plan.inputs = draw_between(draw, 1, largest);
    plan.hidden = draw_between(draw, 1, largest);
    plan.outputs = draw_between(draw, 1, largest);
    plan.steps = draw_between(draw, 1, steps);
    plan.sequences = draw_between(draw, 1, sequences);
    plan.features = (unsigned)draw_bits(draw) & CASE_FEATURES;
    return plan;
}

/* Leave out the features that do not go with the others. */
static unsigned fitting_features(const struct plan *plan)
{
    unsigned features = plan->features;

    if (plan->output != REFERENCE_SOFTMAX) {
        features &= ~(CASE_TARGET_IDS | CASE_SOFT_MASS);
    } else {
        features &= ~CASE_UNKNOWN;
    }
    if (!(features & CASE_LAST)) {
        features &= ~CASE_LAST_OUTPUT;
    }
    if (features & CASE_OUTSIDE) {
        features &= ~CASE_LEAN;
    }
    if (features & CASE_TARGET_IDS) {
        features &= ~CASE_SOFT_MASS;
    }
    return features;
}

/* The number of pairs that may have a target and a weight of their own. */
static size_t item_count(const struct plan *plan)
{
    return plan->features & CASE_LAST ? plan->sequences : plan->steps * plan->sequences;
}

/* `count` normal variates of standard deviation `deviation`; the caller's to free. */
static float *draw_floats(struct draw *draw, size_t count, double deviation)
{
    float *values = reference_allocate(count, sizeof *values);

    for (size_t i = 0; i < count; i++) {
        values[i] = (float)(deviation * draw_normal(draw));
    }
    return values;
}

/* `count` ids below `bound`; the caller's to free. */
static uint32_t *draw_ids(struct draw *draw, size_t count, size_t bound)
{
    uint32_t *ids = reference_allocate(count, sizeof *ids);

    for (size_t i = 0; i < count; i++) {
        ids[i] = (uint32_t)draw_between(draw, 0, bound - 1);
    }
    return ids;
}

/* Parameters: every matrix with a spread that keeps sums of its products at size 1, w_rec from
 * 0.5 to 1.3 of that; sigmoid units pass on a quarter at most, so theirs is larger. */
static void draw_parameters(struct test_case *test_case, struct draw *draw)
{
    const struct reference_model *model = &test_case->model;
    double gain = 0.5 + 0.8 * draw_uniform(draw);
    double deviations[REFERENCE_TENSORS];
    size_t size, offset;

    gain *= model->activation == REFERENCE_SIGMOID ? 3 : 1;
    deviations[REFERENCE_W_IN] = 0.7 / sqrt((double)model->inputs);
    deviations[REFERENCE_W_REC] = gain / sqrt((double)model->hidden);
    deviations[REFERENCE_B_REC] = 0.3;
    deviations[REFERENCE_W_OUT] = 1 / sqrt((double)model->hidden);
    deviations[REFERENCE_B_OUT] = 0.3;
    deviations[REFERENCE_H0] = 0.5;
    test_case->parameters = reference_allocate(test_case->parameter_count, sizeof(float));
    for (int tensor = 0; tensor < REFERENCE_TENSORS; tensor++) {
        size = reference_tensor_size(model, tensor, &offset);
        for (size_t i = 0; i < size; i++) {
            test_case->parameters[offset + i] = (float)(deviations[tensor] * draw_normal(draw));
        }
    }
}

/* Targets that the output kind allows: any numbers, numbers in [0, 1], or distributions. */
static void draw_targets(struct test_case *test_case, struct draw *draw)
{
    const struct plan *plan = &test_case->plan;
    size_t items = item_count(plan), width = plan->outputs;

    test_case->targets = draw_floats(draw, items * width, 1);
    if (plan->features & CASE_TARGET_IDS) {
        test_case->target_ids = draw_ids(draw, items, width);
    }
    for (size_t item = 0; plan->output != REFERENCE_SQUARED && item < items; item++) {
        float *row = test_case->targets + item * width;
        double mass = 0;

        for (size_t i = 0; i < width; i++) {
            row[i] = (float)draw_uniform(draw);
            mass += row[i];
        }
        for (size_t i = 0; plan->output == REFERENCE_SOFTMAX && i < width; i++) {
            if (test_case->target_ids != NULL) {
                row[i] = test_case->target_ids[item] == i ? 1.0f : 0.0f;
            } else if (!(plan->features & CASE_SOFT_MASS)) {
                row[i] = (float)(row[i] / mass);
            }
        }
    }
}

/* Inputs, which the ids repeat when there are any. */
static void draw_inputs(struct test_case *test_case, struct draw *draw)
{
    const struct plan *plan = &test_case->plan;
    size_t pairs = plan->steps * plan->sequences;

    test_case->inputs = draw_floats(draw, pairs * plan->inputs, 1);
    if (!(plan->features & CASE_IDS)) {
        return;
    }
    test_case->input_ids = draw_ids(draw, pairs, plan->inputs);
    for (size_t pair = 0; pair < pairs; pair++) {
        for (size_t i = 0; i < plan->inputs; i++) {
            test_case->inputs[pair * plan->inputs + i] =
                test_case->input_ids[pair] == i ? 1.0f : 0.0f;
        }
    }
}

/* Lengths, mask and weights: some sequences of length 0, a third of the pairs masked, weights
 * from -0.5 to 1.5 with some zeros. */
static void draw_selection(struct test_case *test_case, struct draw *draw)
{
    const struct plan *plan = &test_case->plan;
    size_t pairs = plan->steps * plan->sequences;

    if (plan->features & CASE_LENGTHS) {
        test_case->lengths = draw_ids(draw, plan->sequences, plan->steps + 1);
    }
    if (plan->features & CASE_MASK) {
        test_case->mask = reference_allocate(pairs, 1);
        for (size_t i = 0; i < pairs; i++) {
            test_case->mask[i] = (uint8_t)(draw_uniform(draw) < 0.35 ? 0 : 1 + i % 255);
        }
    }
    if (plan->features & CASE_WEIGHTS) {
        test_case->weights = reference_allocate(item_count(plan), sizeof(float));
        for (size_t i = 0; i < item_count(plan); i++) {
            test_case->weights[i] =
                (float)(draw_uniform(draw) < 0.1 ? 0 : 2 * draw_uniform(draw) - 0.5);
        }
    }
}

/* Everything in a pass that is left: carried state (values of f), errors from
 * outside, scale, limits, tasks, restarts. */
static void draw_circumstances(struct test_case *test_case, struct draw *draw)
{
    static const double scales[4] = {1, 0.05, 0.37, -2};
    const struct plan *plan = &test_case->plan;
    size_t states = plan->sequences * plan->hidden;

    if (plan->features & CASE_CARRIED) {
        test_case->start = draw_floats(draw, states, 1);
        for (size_t i = 0; i < states; i++) {
            test_case->start[i] =
                (float)reference_activate(plan->activation, test_case->start[i]);
        }
    }
    if (plan->features & CASE_OUTSIDE) {
        test_case->outside = draw_floats(draw, plan->steps * states, 0.5);
    }
    test_case->scale = scales[draw_between(draw, 0, 3)];
    test_case->error_limit = INFINITY;
    if (plan->features & CASE_LIMIT) {
        test_case->error_limit = fabs(test_case->scale) * (0.05 + 0.5 * draw_uniform(draw));
    }
    test_case->error_growth = INFINITY;
    if (plan->features & CASE_GROWTH) {
        test_case->error_growth = 1 + 0.3 * draw_uniform(draw);
    }
    test_case->tasks = (uint32_t)draw_between(draw, 1, 9);
    if (plan->features & CASE_RESTARTS) {
        struct draw own = *draw; /* a copy: what follows is drawn as without restarts */

        test_case->restarts = reference_allocate(plan->sequences, 1);
        for (size_t s = 0; s < plan->sequences; s++) {
            test_case->restarts[s] = (uint8_t)(draw_uniform(&own) < 0.5 ? 0 : 1 + s % 255);
        }
    }
}

/* Make a third of the targets unknown, and all of every fourth pair. */
static void forget_targets(struct test_case *test_case, struct draw *draw)
{
    size_t width = test_case->plan.outputs, items = item_count(&test_case->plan);
    struct draw own = *draw; /* a copy: what follows is drawn as without unknown targets */

    if (!(test_case->plan.features & CASE_UNKNOWN)) {
        return;
    }
    test_case->known = reference_allocate(items * width, 1);
    for (size_t i = 0; i < items * width; i++) {
        test_case->known[i] =
            (uint8_t)(i / width % 4 == 3 || draw_uniform(&own) < 0.33 ? 0 : 1 + i % 255);
        if (test_case->known[i] == 0) {
            test_case->targets[i] = NAN;
        }
    }
}

/* One draw of a case, whatever the distance to a kink. */
static struct test_case *case_once(const struct plan *plan, struct draw *draw)
{
    struct test_case *test_case = reference_allocate(1, sizeof *test_case);
    struct reference_model *model = &test_case->model;

    test_case->plan = *plan;
    test_case->plan.features = fitting_features(plan);
    model->inputs = plan->inputs;
    model->hidden = plan->hidden;
    model->outputs = plan->outputs;
    model->activation = plan->activation;
    model->output = plan->output;
    model->has_recurrent_bias = !(plan->features & CASE_NO_RECURRENT_BIAS);
    model->has_output_bias = !(plan->features & CASE_NO_OUTPUT_BIAS);
    model->has_learned_state = (plan->features & CASE_LEARNED_STATE) != 0;
    test_case->parameter_count = reference_parameter_count(model);
    draw_parameters(test_case, draw);
    draw_inputs(test_case, draw);
    draw_targets(test_case, draw);
    draw_selection(test_case, draw);
    draw_circumstances(test_case, draw);
    forget_targets(test_case, draw);
    return test_case;
}

/* Whether the reference's results stand small changes of the parameters. */
static int is_stable(const struct test_case *test_case, struct reference_view *view,
                     const struct reference_tape *tape)
{
    enum { TRIALS = 3 };
    struct group group = {"", INFINITY, {0}, 0, 0};
    struct draw signs = {TRIALS};

    for (int trial = 0; trial < TRIALS; trial++) {
        struct reference_tape *moved;

        for (size_t i = 0; i < test_case->parameter_count; i++) {
            double change = draw_uniform(&signs) < 0.5 ? -1e-6 : 1e-6;

            view->parameters[i] = test_case->parameters[i] * (1 + change);
        }
        moved = reference_run(&test_case->model, view->parameters, &view->batch);
        compare_tapes(&group, test_case, tape, moved);
        reference_tape_free(moved);
    }
    for (int quantity = 0; quantity < QUANTITIES; quantity++) {
        if (group.worst[quantity] > 2e-5) {
            return 0;
        }
    }
    return 1;
}

/* Whether every tensor of a tape's gradient is zero or large enough to have digits in float. */
static int has_digits(const struct reference_model *model, const struct reference_tape *tape)
{
    size_t offset, size;

    for (int tensor = 0; tensor < REFERENCE_TENSORS; tensor++) {
        double norm;

        size = reference_tensor_size(model, tensor, &offset);
        norm = reference_norm(tape->gradient + offset, size);
        if (norm > 0 && norm < 1e-4) {
            return 0;
        }
    }
    return 1;
}

/* Whether a case says something about an implementation: see case_new. */
static int is_sound(const struct test_case *test_case, double kink)
{
    struct reference_view view;
    struct reference_tape *tape;
    int sound;

    view_new(&view, test_case);
    tape = reference_run(&test_case->model, view.parameters, &view.batch);
    sound = (test_case->plan.activation != REFERENCE_RELU ||
             reference_kink_distance(&test_case->model, &view.batch, tape) >= kink) &&
            has_digits(&test_case->model, tape) && is_stable(test_case, &view, tape);
    reference_tape_free(tape);
    view_free(&view);
    return sound;
}

struct test_case *case_new(const struct plan *plan, struct draw *draw, double kink)
{
    struct test_case *test_case = case_once(plan, draw);

    while (!is_sound(test_case, kink)) {
        case_free(test_case);
        test_case = case_once(plan, draw);
    }
    return test_case;
}

void case_free(struct test_case *test_case)
{
    free(test_case->parameters);
    free(test_case->inputs);
    free(test_case->input_ids);
    free(test_case->targets);
    free(test_case->target_ids);
    free(test_case->known);
    free(test_case->weights);
    free(test_case->lengths);
    free(test_case->mask);
    free(test_case->start);
    free(test_case->restarts);
    free(test_case->outside);
    free(test_case);
}

double *widen(const float *values, size_t count)
{
    double *wide = values != NULL ? reference_allocate(count, sizeof *wide) : NULL;

    for (size_t i = 0; wide != NULL && i < count; i++) {
        wide[i] = values[i];
    }
    return wide;
}

void view_new(struct reference_view *view, const struct test_case *test_case)
{
    const struct plan *plan = &test_case->plan;
    size_t pairs = plan->steps * plan->sequences, items = item_count(plan);

    view->parameters = widen(test_case->parameters, test_case->parameter_count);
    view->inputs = widen(test_case->inputs, pairs * plan->inputs);
    view->targets = widen(test_case->targets, items * plan->outputs);
    view->weights = widen(test_case->weights, items);
    view->start = widen(test_case->start, plan->sequences * plan->hidden);
    view->outside = widen(test_case->outside, pairs * plan->hidden);
    view->lengths = NULL;
    if (test_case->lengths != NULL) {
        view->lengths = reference_allocate(plan->sequences, sizeof *view->lengths);
        for (size_t s = 0; s < plan->sequences; s++) {
            view->lengths[s] = test_case->lengths[s];
        }
    }
    view->batch.steps = plan->steps;
    view->batch.sequences = plan->sequences;
    view->batch.inputs = view->inputs;
    view->batch.lengths = view->lengths;
    view->batch.mask = test_case->mask;
    view->batch.start = view->start;
    view->batch.restarts = test_case->restarts;
    view->batch.last_only = (plan->features & CASE_LAST) != 0;
    view->batch.targets = view->targets;
    view->batch.known = test_case->known;
    view->batch.weights = view->weights;
    view->batch.scale = test_case->scale;
    view->batch.outside = view->outside;
    view->batch.error_limit = test_case->error_limit;
    view->batch.error_growth = test_case->error_growth;
}

void view_free(struct reference_view *view)
{
    free(view->parameters);
    free(view->inputs);
    free(view->targets);
    free(view->weights);
    free(view->start);
    free(view->outside);
    free(view->lengths);
}
