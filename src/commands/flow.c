/* flow.c - the command `flow`: how far back in time a model's gradient reaches */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "srnn.h"
#include "storage/model_file.h"
#include "support/message.h"
#include "support/number.h"
#include "support/options.h"
#include "support/try.h"
#include "tasks/samples.h"
#include "tasks/task.h"

struct flow_settings {
    struct task_options task; /* task.length is set from `length` */
    uint64_t length;
    uint64_t sequences;
    uint64_t seed;
    int csv;
};

#define SETTING(field) offsetof(struct flow_settings, field)

static const struct option rows[] = {
    {"length", OPTION_COUNT, SETTING(length), "N", "100", 1, 100000, NULL, KEEP_NOT, 0,
     "number of steps of a sequence"},
    {"sequences", OPTION_COUNT, SETTING(sequences), "N", "200", 1, 65536, NULL, KEEP_NOT, 0,
     "number of new sequences"},
    READING_ROW(struct flow_settings),
    MEMORIZATION_ROWS(struct flow_settings),
    {"seed", OPTION_COUNT, SETTING(seed), "N", "1", 0, (double)UINT64_MAX, NULL, KEEP_NOT, 0,
     "seed of the sequences"},
    {"csv", OPTION_FLAG, SETTING(csv), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "print every lag, as comma-separated values"},
};

static const struct option_table table = {
    "flow",
    "MODEL TASK [options]",
    "Measure how far back in time the gradient reaches, with new sequences of a synthetic\n"
    "task: the norm of dE/dh, the derivative of the loss by the hidden state, at each lag.\n"
    "The lag is the number of steps between that state and the last step. A line has the\n"
    "median over the sequences, and the 10 % and 90 % quantiles. Where the norm falls by\n"
    "orders of magnitude the gradient vanishes; where it grows, the gradient explodes.",
    2,
    2,
    rows,
    OPTIONS_IN(rows),
    NULL};

/* What the measurement needs. */
struct flow {
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_random *random;
    struct samples samples;
    float *gradient; /* [parameters]; srnn_backward adds to it, and it is not read */
    float *norms;    /* [sequences]: the norms at one lag, sorted */
};

static void flow_destroy(struct flow *flow)
{
    srnn_workspace_destroy(flow->workspace);
    srnn_batch_destroy(flow->batch);
    srnn_random_destroy(flow->random);
    samples_destroy(&flow->samples);
    free(flow->gradient);
    free(flow->norms);
}

/* Create the library's objects. Returns a status of the library. */
static int32_t create_objects(struct flow *flow, const struct flow_settings *settings,
                              const struct task *task, const srnn_model *model)
{
    const uint32_t flags =
        SRNN_WORKSPACE_KEEP_FLOW | (task->every_step ? 0 : SRNN_WORKSPACE_LAST_OUTPUT);

    TRY(srnn_batch_create(NULL, NULL, &flow->batch));
    TRY(srnn_workspace_create(NULL, NULL, model, task->max_steps, (uint32_t)settings->sequences,
                              flags, &flow->workspace));
    return srnn_random_create(NULL, NULL, settings->seed, 1, &flow->random);
}

/* Returns 0, or EXIT_FAILED after a message; call flow_destroy in both cases. */
static int flow_create(struct flow *flow, const struct flow_settings *settings,
                       const struct task *task, const srnn_model *model)
{
    const uint32_t sequences = (uint32_t)settings->sequences;
    int32_t status;

    memset(flow, 0, sizeof *flow);
    flow->gradient = calloc(srnn_model_parameter_count(model), sizeof *flow->gradient);
    flow->norms = calloc(sequences, sizeof *flow->norms);
    if (flow->gradient == NULL || flow->norms == NULL) {
        return fail("flow: no memory for the gradient and its norms");
    }
    status = create_objects(flow, settings, task, model);
    if (status != SRNN_OK) {
        return fail_status(status, "flow: cannot set up the measurement");
    }
    return task_create_samples(task, sequences, &flow->samples);
}

/* Draw sequences, and run forward, loss and backward on them. The loss has the factor 1 for
 * each sequence, so that the norms are those of single sequences. Returns a status. */
static int32_t measure(struct flow *flow, const struct task *task, const srnn_model *model)
{
    struct samples *samples = &flow->samples;

    samples->sequences = samples->capacity;
    task_draw(task, 0, flow->random, samples);
    TRY(samples_forward(samples, model, flow->workspace, flow->batch));
    TRY(srnn_loss(model, flow->workspace, flow->batch, 1.0, NULL, NULL));
    return srnn_backward(model, flow->workspace, NULL, flow->gradient,
                         srnn_model_parameter_count(model));
}

static int compare_norms(const void *a, const void *b)
{
    const float left = *(const float *)a;
    const float right = *(const float *)b;

    return (left > right) - (left < right);
}

/* Print the line of a lag, whose norms [sequences] are sorted. */
static void print_lag(size_t lag, const float *norms, size_t sequences, int csv)
{
    const size_t places[] = {sequences / 2, sequences / 10, sequences - 1 - sequences / 10};
    char texts[3][32];

    for (size_t i = 0; i < 3; i++) {
        rounded_describe((double)norms[places[i]], csv ? 6 : 4, texts[i], sizeof texts[i]);
    }
    printf(csv ? "%lu,%s,%s,%s\n" : "%-6lu  %-10s  %-13s  %s\n", (unsigned long)lag, texts[0],
           texts[1], texts[2]);
}

/* Print the quantiles of norms [steps x sequences], whose steps are `step_stride` apart: a line for
 * each lag with `csv`, else for about twenty of them. */
static void print_lags(struct flow *flow, const float *norms, size_t step_stride, int csv)
{
    const size_t sequences = flow->samples.sequences;
    const size_t steps = flow->samples.steps;
    const size_t every = csv || steps <= 20 ? 1 : steps / 20;

    puts(csv ? "lag,median,low,high" : "lag     median      10 % quantile  90 % quantile");
    for (size_t lag = 0; lag < steps; lag += every) {
        memcpy(flow->norms, norms + (steps - 1 - lag) * step_stride,
               sequences * sizeof *flow->norms);
        qsort(flow->norms, sequences, sizeof *flow->norms, compare_norms);
        print_lag(lag, flow->norms, sequences, csv);
    }
}

/* Measure the model on an open task and print the result. Returns 0, or EXIT_FAILED after a
 * message. */
static int run_flow(const struct flow_settings *settings, const struct model_file *file,
                    const struct task *task)
{
    struct flow flow;
    const float *norms = NULL;
    size_t step_stride = 0;
    size_t sequence_stride;
    uint32_t width;
    int result = flow_create(&flow, settings, task, file->model);

    if (result == 0) {
        int32_t status = measure(&flow, task, file->model);

        if (status == SRNN_OK) {
            status = srnn_workspace_view_const(flow.workspace, SRNN_VIEW_FLOW, &norms, &step_stride,
                                               &sequence_stride, &width);
        }
        if (status != SRNN_OK) {
            result = fail_status(status, "%s: the gradient cannot be measured", file->path);
        }
    }
    if (result == 0) {
        print_lags(&flow, norms, step_stride, settings->csv);
    }
    flow_destroy(&flow);
    return result;
}

int command_flow(int argc, char **argv)
{
    struct flow_settings settings;
    struct arguments arguments;
    struct model_file file;
    struct task task;
    const struct task_kind *kind;
    int result;

    memset(&settings, 0, sizeof settings);
    memset(&task, 0, sizeof task);
    result = options_read(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    kind = task_find(arguments.operands[1]);
    if (kind == NULL) {
        return task_unknown("flow", arguments.operands[1]);
    }
    if (kind->needs_file) {
        return misuse("flow: '%s' is not a synthetic task; srnn help train lists them", kind->name);
    }
    TRY(options_scope(&table, &arguments, kind->scope, kind->name));
    settings.task.length.low = (uint32_t)settings.length;
    settings.task.length.high = (uint32_t)settings.length + 1;
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0) {
        result = task_check_trained(kind, &file);
    }
    if (result == 0) {
        result = task_open(&task, kind, &settings.task, NULL, NULL);
    }
    if (result == 0) {
        result = task_check_model(&task, file.model, file.path);
    }
    if (result == 0) {
        result = run_flow(&settings, &file, &task);
    }
    task_close(&task);
    model_file_close(&file);
    return finish_output(result);
}
