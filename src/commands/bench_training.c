/* bench_training.c - the training that `bench` measures, and how its time is taken
 *
 * Useful operations are the multiply-adds of the equations, two operations each. Padding,
 * activation functions and what is computed a second time do not count. */
#include "commands/bench_training.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/clock.h"
#include "support/message.h"
#include "support/try.h"

void shape_name(const struct shape *shape, char *name)
{
    snprintf(name, SHAPE_NAME_SIZE, "%lu-%lu-%lu", (unsigned long)shape->inputs,
             (unsigned long)shape->hidden, (unsigned long)shape->outputs);
}

void shape_print(const struct shape *shape)
{
    char name[SHAPE_NAME_SIZE];

    shape_name(shape, name);
    printf("%15s %4lu %3lu %5s", name, (unsigned long)shape->steps, (unsigned long)shape->batch,
           shape->last_step_only ? "last" : "every");
}

double shape_state_bytes(const struct shape *shape)
{
    return (double)shape->steps * shape->batch * shape->hidden * sizeof(float);
}

/* At each step: forward x W_in and h W_rec, backward v W_rec^T and the outer products of the
 * gradients of W_in and W_rec, and that of Omega. At steps with a loss: h W_out, its transpose
 * and the outer product of the gradient of W_out. */
double plan_operations(const struct plan *plan)
{
    const struct shape *s = &plan->shape;
    const double pairs = (double)s->steps * s->batch;
    const double losses = s->last_step_only ? (double)s->batch : pairs;
    const double in = (double)s->inputs * s->hidden;
    const double recurrent = (double)s->hidden * s->hidden;
    const double out = (double)s->hidden * s->outputs;

    return 2.0 *
           (pairs * (2.0 * in + (plan->omega > 0 ? 4.0 : 3.0) * recurrent) + losses * 3.0 * out);
}

/* Report that a plan failed with `status`. Returns EXIT_FAILED. */
static int fail_plan(const struct plan *plan, int32_t status)
{
    char name[SHAPE_NAME_SIZE];

    shape_name(&plan->shape, name);
    return fail_status(status, "bench: %s, %lu steps, %lu sequences", name,
                       (unsigned long)plan->shape.steps, (unsigned long)plan->shape.batch);
}

/* ------------------------------------------------------------------------
 * Memory
 * ------------------------------------------------------------------------ */

/* The memory of the machine in bytes, at most what one process can address; only the latter
 * where the system does not report its memory. */
static double machine_bytes(void)
{
    double bytes = (double)SIZE_MAX;

#ifdef _SC_PHYS_PAGES
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page = sysconf(_SC_PAGESIZE);

    if (pages > 0 && page > 0 && (double)pages * (double)page < bytes) {
        bytes = (double)pages * (double)page;
    }
#endif
    return bytes;
}

/* The flags with which a plan's workspace is created. */
static uint32_t workspace_flags(const struct plan *plan)
{
    return (plan->shape.last_step_only ? SRNN_WORKSPACE_LAST_OUTPUT : 0u) |
           (plan->frugal_workspace ? SRNN_WORKSPACE_FRUGAL : 0u);
}

/* Add the sizes of the objects to *needed. `model` has the plan's shape but no parameters.
 * Returns a status of the library: SRNN_E_OVERFLOW when one object alone is larger than what
 * can be addressed. */
static int32_t add_objects(const struct plan *plan, const srnn_model *model, double *needed)
{
    const struct shape *s = &plan->shape;
    size_t model_bytes = 0;
    size_t workspace = 0;
    size_t regularizer = 0;
    size_t optimizer = 0;

    TRY(srnn_model_size(s->inputs, s->hidden, s->outputs, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                        &model_bytes));
    TRY(srnn_workspace_size(model, s->steps, s->batch, workspace_flags(plan), &workspace));
    if (plan->omega > 0) {
        TRY(srnn_regularizer_size(model, SRNN_OMEGA_PAPER, &regularizer));
    }
    TRY(srnn_optimizer_size(SRNN_OPTIMIZER_SGD, srnn_model_parameter_count(model), &optimizer));
    *needed += (double)model_bytes + (double)workspace + (double)regularizer + (double)optimizer;
    return SRNN_OK;
}

int plan_check(const struct plan *plan)
{
    const struct shape *s = &plan->shape;
    const double pairs = (double)s->steps * s->batch;
    const double available = machine_bytes();
    double needed = pairs * ((double)s->inputs * sizeof(float) + sizeof(uint32_t));
    srnn_model *model = NULL;
    char name[SHAPE_NAME_SIZE];
    int32_t status =
        srnn_model_create(NULL, NULL, s->inputs, s->hidden, s->outputs, SRNN_HIDDEN_TANH,
                          SRNN_OUTPUT_SOFTMAX, SRNN_MODEL_EXTERNAL, &model);

    if (status == SRNN_OK) {
        needed += (double)srnn_model_parameter_count(model) * sizeof(float); /* the gradient */
        status = add_objects(plan, model, &needed);
    }
    srnn_model_destroy(model);
    if (status == SRNN_E_OVERFLOW) {
        needed += (double)SIZE_MAX;
        status = SRNN_OK;
    }
    if (status != SRNN_OK) {
        return fail_plan(plan, status);
    }
    if (needed > available) {
        shape_name(s, name);
        return fail("bench: %s, %lu steps, %lu sequences: needs at least %.1f GB of memory, but "
                    "the machine has %.1f GB",
                    name, (unsigned long)s->steps, (unsigned long)s->batch, needed * 1e-9,
                    available * 1e-9);
    }
    return 0;
}

/* The allocator of the library's objects, an srnn_allocate_fn: counts bytes and calls. */
static void *count_allocation(void *user, void *block, size_t old_size, size_t new_size)
{
    struct training *training = user;

    training->allocator_calls++;
    if (block != NULL) {
        training->bytes -= old_size;
        free(block);
        return NULL;
    }
    training->bytes += new_size;
    return malloc(new_size);
}

/* ------------------------------------------------------------------------
 * A training
 * ------------------------------------------------------------------------ */

/* Create the library's objects, all with the counting allocator. The initial weights are
 * those of Glorot: they are drawn quickly for wide networks too. */
static int32_t create_objects(struct training *t)
{
    const struct plan *plan = &t->plan;
    const struct shape *s = &plan->shape;

    TRY(srnn_model_create(count_allocation, t, s->inputs, s->hidden, s->outputs, SRNN_HIDDEN_TANH,
                          SRNN_OUTPUT_SOFTMAX, 0, &t->model));
    t->count = srnn_model_parameter_count(t->model);
    TRY(srnn_random_create(count_allocation, t, 1, 0, &t->random));
    TRY(srnn_model_initialize(t->model, SRNN_START_GLOROT, t->random));
    TRY(srnn_batch_create(count_allocation, t, &t->batch));
    TRY(srnn_workspace_size(t->model, s->steps, s->batch, workspace_flags(plan),
                            &t->workspace_bytes));
    TRY(srnn_workspace_create(count_allocation, t, t->model, s->steps, s->batch,
                              workspace_flags(plan), &t->workspace));
    TRY(pool_serve(plan->pool, t->workspace));
    if (plan->omega > 0) {
        TRY(srnn_regularizer_create(count_allocation, t, t->model, SRNN_OMEGA_PAPER,
                                    &t->regularizer));
        TRY(srnn_regularizer_set(t->regularizer, SRNN_OMEGA_WEIGHT, plan->omega));
    }
    TRY(srnn_clipper_create(count_allocation, t, SRNN_CLIP_NORM, &t->clipper));
    return srnn_optimizer_create(count_allocation, t, SRNN_OPTIMIZER_SGD, t->count, &t->optimizer);
}

/* Draw the mixed lengths: spread evenly from a quarter of the steps to all of them, in random
 * order. A batch of one sequence has the full length. */
static void draw_lengths(struct training *t)
{
    const uint32_t steps = t->plan.shape.steps;
    const uint32_t batch = t->plan.shape.batch;
    const uint32_t least = steps / 4 + (steps % 4 != 0);

    t->lengths[0] = steps;
    for (uint32_t s = 1; s < batch; s++) {
        const uint32_t length =
            least + (uint32_t)((uint64_t)(steps - least) * (s - 1) / (batch - 1));
        const uint32_t partner = srnn_random_below(t->random, s + 1);

        t->lengths[s] = t->lengths[partner];
        t->lengths[partner] = length;
    }
}

/* Create the random inputs and classes, and attach them to the batch. */
static int32_t create_data(struct training *t)
{
    const struct shape *s = &t->plan.shape;
    const size_t pairs = (size_t)s->steps * s->batch;

    t->gradient = malloc(t->count * sizeof *t->gradient);
    t->inputs = malloc(pairs * s->inputs * sizeof *t->inputs);
    t->targets = malloc(pairs * sizeof *t->targets);
    t->lengths = malloc(s->batch * sizeof *t->lengths);
    if (t->gradient == NULL || t->inputs == NULL || t->targets == NULL || t->lengths == NULL) {
        return SRNN_E_MEMORY;
    }
    t->bytes += t->count * sizeof *t->gradient;
    for (size_t i = 0; i < pairs * s->inputs; i++) {
        t->inputs[i] = srnn_random_uniform(t->random);
    }
    for (size_t i = 0; i < pairs; i++) {
        t->targets[i] = srnn_random_below(t->random, s->outputs);
    }
    draw_lengths(t);
    TRY(srnn_batch_begin(t->batch, s->steps, s->batch));
    TRY(srnn_batch_input(t->batch, t->inputs, (size_t)s->batch * s->inputs, s->inputs));
    return srnn_batch_target_ids(t->batch, t->targets, s->last_step_only ? 0 : s->batch, 1);
}

int training_open(struct training *training, const struct plan *plan)
{
    int32_t status;

    memset(training, 0, sizeof *training);
    training->plan = *plan;
    status = create_objects(training);
    training->creation_calls = training->allocator_calls;
    if (status == SRNN_OK) {
        status = create_data(training);
    }
    return status == SRNN_OK ? 0 : fail_plan(plan, status);
}

void training_close(struct training *training)
{
    srnn_optimizer_destroy(training->optimizer);
    srnn_clipper_destroy(training->clipper);
    srnn_regularizer_destroy(training->regularizer);
    srnn_workspace_destroy(training->workspace);
    srnn_batch_destroy(training->batch);
    srnn_random_destroy(training->random);
    srnn_model_destroy(training->model);
    free(training->gradient);
    free(training->inputs);
    free(training->targets);
    free(training->lengths);
}

double training_pairs(const struct training *training, int mixed)
{
    double pairs = 0.0;

    for (uint32_t s = 0; s < training->plan.shape.batch; s++) {
        pairs += mixed ? training->lengths[s] : training->plan.shape.steps;
    }
    return pairs;
}

/* One training step, on full sequences or on the mixed lengths. Returns a status of the
 * library. */
static int32_t train_once(const struct side *side)
{
    struct training *t = side->training;
    const double scale = 1.0 / t->plan.shape.batch;
    double loss, weight, norm;

    t->steps_done++;
    TRY(srnn_batch_lengths(t->batch, side->mixed ? t->lengths : NULL));
    memset(t->gradient, 0, t->count * sizeof *t->gradient);
    TRY(srnn_forward(t->model, t->workspace, t->batch));
    TRY(srnn_loss(t->model, t->workspace, t->batch, scale, &loss, &weight));
    TRY(srnn_backward(t->model, t->workspace, t->regularizer, t->gradient, t->count));
    if (t->regularizer != NULL) {
        TRY(srnn_regularizer_apply(t->regularizer, t->model, t->gradient, t->count, NULL));
    }
    TRY(srnn_clipper_apply(t->clipper, t->model, t->gradient, t->count, &norm));
    return srnn_optimizer_step(t->optimizer, srnn_model_parameters(t->model), t->gradient,
                               t->count);
}

/* ------------------------------------------------------------------------
 * Taking the time
 * ------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

void timing_of(double *numbers, size_t count, struct timing *timing)
{
    qsort(numbers, count, sizeof *numbers, by_size);
    timing->least = numbers[0];
    timing->median = numbers[count / 2];
    timing->most = numbers[count - 1];
}

/* seconds_of[i][k]: the seconds of run k of side i. */
#define MAX_RUNS 100000
static double seconds_of[2][MAX_RUNS];

/* Time one training step. Returns 0, or EXIT_FAILED after a message. */
static int run_once(const struct side *side, double *seconds)
{
    const double start = clock_seconds();
    const int32_t status = train_once(side);

    *seconds = clock_seconds() - start;
    return status == SRNN_OK ? 0 : fail_plan(&side->training->plan, status);
}

/* Run the sides [count] in turns until `seconds` are over, but at least `least` and at most
 * `most` turns. Their times are stored in seconds_of, their number in *turns. Returns 0, or
 * EXIT_FAILED after a message. */
static int run_turns(const struct side *sides, size_t count, double seconds, size_t least,
                     size_t most, size_t *turns)
{
    const double end = clock_seconds() + seconds;

    for (*turns = 0; *turns < most && (*turns < least || clock_seconds() < end); ++*turns) {
        for (size_t i = 0; i < count; i++) {
            TRY(run_once(&sides[i], &seconds_of[i][*turns]));
        }
    }
    return 0;
}

/* Warm up with one to three turns, then measure for `seconds`. Arguments and result are those of
 * run_turns. */
static int measure(const struct side *sides, size_t count, double seconds, size_t *turns)
{
    TRY(run_turns(sides, count, seconds, 1, 3, turns));
    return run_turns(sides, count, seconds, LEAST_RUNS, MAX_RUNS, turns);
}

int training_time(struct training *training, double seconds, struct timing *timing)
{
    const struct side side = {training, 0};
    size_t turns;

    TRY(measure(&side, 1, seconds, &turns));
    timing_of(seconds_of[0], turns, timing);
    return 0;
}

int training_compare(const struct side sides[2], double seconds, struct timing times[2],
                     struct timing *ratio)
{
    static double ratios[MAX_RUNS];
    size_t turns;

    TRY(measure(sides, 2, seconds, &turns));
    for (size_t i = 0; i < turns; i++) {
        ratios[i] = seconds_of[1][i] / seconds_of[0][i];
    }
    timing_of(ratios, turns, ratio);
    timing_of(seconds_of[0], turns, &times[0]);
    timing_of(seconds_of[1], turns, &times[1]);
    return 0;
}
