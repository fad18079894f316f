/* bench_sections.c - what `bench` measures after the table of shapes */
#include "commands/bench_sections.h"

#include <stdio.h>

#include "srnn.h"
#include "support/clock.h"
#include "support/message.h"
#include "support/try.h"

void allocations_add(struct allocations *allocations, const struct training *training)
{
    if (training->creation_calls > allocations->creation_calls) {
        allocations->creation_calls = training->creation_calls;
    }
    allocations->training_calls += training->allocator_calls - training->creation_calls;
    allocations->training_steps += training->steps_done;
}

void allocations_print(const struct allocations *allocations)
{
    printf("\nallocator calls: %lu at most to create the objects of a training, "
           "%lu in %lu steps of training\n",
           (unsigned long)allocations->creation_calls, (unsigned long)allocations->training_calls,
           (unsigned long)allocations->training_steps);
}

/* ------------------------------------------------------------------------
 * Two ways of training, measured in turns
 * ------------------------------------------------------------------------ */

/* Measure and print a row: full lengths and mixed lengths. */
static int compare_lengths(const struct shape *shape, double seconds,
                           struct allocations *allocations)
{
    const struct plan plan = {*shape, 0.0, 0, NULL};
    struct training training;
    struct timing times[2];
    struct timing ratio;
    int failed = training_open(&training, &plan);

    if (!failed) {
        const struct side sides[2] = {{&training, 0}, {&training, 1}};
        failed = training_compare(sides, seconds, times, &ratio);
    }
    if (!failed) {
        const double full_steps = training_pairs(&training, 0);
        const double mixed_steps = training_pairs(&training, 1);
        const double per_step = full_steps / mixed_steps; /* from times to times per step */

        shape_print(shape);
        printf(" %9.0f %9.0f %9.2f %9.2f  %5.3f (%.3f to %.3f)\n", full_steps, mixed_steps,
               times[0].median / full_steps * 1e9, times[1].median / mixed_steps * 1e9,
               ratio.median * per_step, ratio.least * per_step, ratio.most * per_step);
    }
    allocations_add(allocations, &training);
    training_close(&training);
    return failed;
}

int bench_mixed(const struct shape *shapes, size_t count, double seconds,
                struct allocations *allocations)
{
    printf("\nmixed lengths, T / 4 to T steps, compared with full lengths, T steps, in turns:\n"
           "full, mixed: steps of all sequences; ns: nanoseconds for each of these steps;\n"
           "ratio: ns mixed / ns full, median (min to max)\n\n" SHAPE_HEAD
           "      full     mixed   ns full  ns mixed  ratio\n");
    for (size_t i = 0; i < count; i++) {
        TRY(compare_lengths(&shapes[i], seconds, allocations));
    }
    return 0;
}

/* Measure and print a row: the ordinary workspace and the frugal one. */
static int compare_frugal(const struct shape *shape, double seconds,
                          struct allocations *allocations)
{
    const struct plan ordinary = {*shape, 0.0, 0, NULL};
    const struct plan frugal = {*shape, 0.0, 1, NULL};
    struct training trainings[2];
    struct timing times[2];
    struct timing ratio;
    int failed = training_open(&trainings[0], &ordinary);
    const int frugal_failed = training_open(&trainings[1], &frugal);

    failed = failed ? failed : frugal_failed;
    if (!failed) {
        const struct side sides[2] = {{&trainings[0], 0}, {&trainings[1], 0}};
        failed = training_compare(sides, seconds, times, &ratio);
    }
    if (!failed) {
        const size_t ordinary_bytes = trainings[0].workspace_bytes;
        const size_t frugal_bytes = trainings[1].workspace_bytes;

        shape_print(shape);
        printf(" %8.3f %8.3f  %5.3f (%.3f to %.3f) %9lu %9lu  %5.3f\n", times[0].median * 1e3,
               times[1].median * 1e3, ratio.median, ratio.least, ratio.most,
               (unsigned long)ordinary_bytes, (unsigned long)frugal_bytes,
               (double)frugal_bytes / (double)ordinary_bytes);
    }
    for (size_t i = 0; i < 2; i++) {
        allocations_add(allocations, &trainings[i]);
        training_close(&trainings[i]);
    }
    return failed;
}

int bench_frugal(double seconds, struct allocations *allocations)
{
    static const struct shape shapes[] = {{6, 50, 4, 1000, 20, 1}, {6, 50, 4, 1000, 20, 0}};

    printf("\nfrugal workspace, which computes states again to save memory, compared with the\n"
           "ordinary one, in turns: milliseconds of a step and their ratio, median (min to max),\n"
           "then bytes of the workspace and their ratio\n\n" SHAPE_HEAD
           " ordinary   frugal  ratio                   ordinary    frugal  ratio\n");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        TRY(compare_frugal(&shapes[i], seconds, allocations));
    }
    return 0;
}

/* ------------------------------------------------------------------------
 * Memory and streaming
 * ------------------------------------------------------------------------ */

int bench_memory(void)
{
    static const struct shape shapes[] = {{6, 50, 4, 100, 20, 1}, {6, 50, 4, 100, 20, 0}};
    int failed = 0;

    printf("\nmemory in use: bytes of the states of all steps; of all objects, parameters and\n"
           "gradient, and of the workspace among them, each with its ratio to the "
           "states\n\n" SHAPE_HEAD "    states       all  ratio workspace  ratio\n");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && !failed; i++) {
        const struct plan plan = {shapes[i], 0.0, 0, NULL};
        const double states = shape_state_bytes(&shapes[i]);
        struct training training;

        failed = training_open(&training, &plan);
        if (!failed) {
            shape_print(&shapes[i]);
            printf(" %9.0f %9lu  %5.3f %9lu  %5.3f\n", states, (unsigned long)training.bytes,
                   (double)training.bytes / states, (unsigned long)training.workspace_bytes,
                   (double)training.workspace_bytes / states);
        }
        training_close(&training);
    }
    return failed;
}

/* Measure the seconds of one streamed step, the mean of each of several rounds. Returns a
 * status of the library; `timing` is written only when it is SRNN_OK. */
#define STREAM_INPUTS 6
#define STREAM_MOST_HIDDEN 128
#define STREAM_OUTPUTS 4
static int32_t time_stream(uint32_t hidden, struct timing *timing)
{
    enum { ROUNDS = 25, STEPS = 4000 };
    float state[2][STREAM_MOST_HIDDEN] = {{0.0f}};
    float logits[STREAM_OUTPUTS];
    const float input[STREAM_INPUTS] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};
    double times[ROUNDS];
    srnn_model *model = NULL;
    srnn_random *random = NULL;
    int32_t status = srnn_model_create(NULL, NULL, STREAM_INPUTS, hidden, STREAM_OUTPUTS,
                                       SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0, &model);

    if (status == SRNN_OK) {
        status = srnn_random_create(NULL, NULL, 1, 0, &random);
    }
    if (status == SRNN_OK) {
        status = srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random);
    }
    for (int round = 0; round < ROUNDS && status == SRNN_OK; round++) {
        const double start = clock_seconds();
        for (int step = 0; step < STEPS && status == SRNN_OK; step++) {
            status = srnn_step(model, input, state[step % 2], state[1 - step % 2], logits);
        }
        times[round] = (clock_seconds() - start) / STEPS;
    }
    srnn_random_destroy(random);
    srnn_model_destroy(model);
    if (status == SRNN_OK) {
        timing_of(times, ROUNDS, timing);
    }
    return status;
}

int bench_stream(void)
{
    static const uint32_t widths[] = {16, STREAM_MOST_HIDDEN};

    printf("\na streamed step, one sequence: nanoseconds, median (min to max)\n\n");
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        const struct shape shape = {STREAM_INPUTS, widths[i], STREAM_OUTPUTS, 1, 1, 0};
        char name[SHAPE_NAME_SIZE];
        struct timing timing = {0.0, 0.0, 0.0};
        const int32_t status = time_stream(widths[i], &timing);

        if (status != SRNN_OK) {
            return fail_status(status, "bench: streaming");
        }
        shape_name(&shape, name);
        printf("%15s %.0f (%.0f to %.0f)\n", name, timing.median * 1e9, timing.least * 1e9,
               timing.most * 1e9);
    }
    return 0;
}
