/* flow.c - the command `flow`: how far back the gradient of a model's error reaches */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "srnn.h"
#include "storage/model_file.h"
#include "support/message.h"
#include "support/options.h"
#include "tasks/samples.h"
#include "tasks/task.h"

struct flow_settings {
    struct task_options task; /* its length is `length` */
    uint64_t length;
    uint64_t sequences;
    uint64_t seed;
    int csv;
};

#define SETTING(field) offsetof(struct flow_settings, field)

static const struct option rows[] = {
    {"length", OPTION_COUNT, SETTING(length), "N", "100", 1, 100000, NULL, KEEP_NOT, 0,
     "of the sequences"},
    {"sequences", OPTION_COUNT, SETTING(sequences), "N", "200", 1, 65536, NULL, KEEP_NOT, 0,
     "fresh ones to measure"},
    TASK_OPTION_ROWS(struct flow_settings),
    {"seed", OPTION_COUNT, SETTING(seed), "N", "1", 0, 1.8446744073709552e19, NULL, KEEP_NOT, 0,
     "of the sequences"},
    {"csv", OPTION_FLAG, SETTING(csv), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "every lag, as comma-separated values"},
};

static const struct option_table table = {
    "flow",
    "MODEL TASK [options]",
    "Measure the norm of dE/dh at each step before the last, for fresh sequences of a\n"
    "synthetic task: its median, and what a tenth of the sequences is below and above.\n"
    "Where it falls by decades the gradient vanishes, where it grows it explodes.",
    2,
    2,
    rows,
    sizeof rows / sizeof rows[0],
    NULL};

/* What the measurement needs, and gives. */
struct flow {
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_random *random;
    struct samples samples;
    float *gradient; /* [parameters], of no further use */
    float *norms;    /* [sequences], of one lag */
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

/* Gives 0, or EXIT_FAILED after a message. */
static int flow_create(struct flow *flow, const struct flow_settings *settings,
                       const struct task *task, const srnn_model *model)
{
    const uint32_t sequences = (uint32_t)settings->sequences;
    const uint32_t flags = SRNN_KEEP_FLOW | (task->every_step ? 0 : SRNN_LAST_OUTPUT);
    int32_t status;

    memset(flow, 0, sizeof *flow);
    flow->gradient = calloc(srnn_model_parameter_count(model), sizeof *flow->gradient);
    flow->norms = calloc(sequences, sizeof *flow->norms);
    if (flow->gradient == NULL || flow->norms == NULL) {
        return fail("no memory");
    }
    status = srnn_batch_create(NULL, NULL, &flow->batch);
    if (status == SRNN_OK) {
        status = srnn_workspace_create(NULL, NULL, model, task->max_steps, sequences, flags,
                                       &flow->workspace);
    }
    if (status == SRNN_OK) {
        status = srnn_random_create(NULL, NULL, settings->seed, 1, &flow->random);
    }
    if (status != SRNN_OK) {
        return fail_status(status, "cannot set up the measurement");
    }
    return task_create_samples(task, sequences, &flow->samples);
}

/* Forward, loss (the mean over the sequences) and backward. */
static int32_t measure(struct flow *flow, const struct task *task, const srnn_model *model)
{
    struct samples *samples = &flow->samples;
    int32_t status;

    samples->sequences = samples->capacity;
    task_draw(task, 0, flow->random, samples);
    status = samples_attach(samples, flow->batch);
    if (status == SRNN_OK) {
        status = srnn_forward(model, flow->workspace, flow->batch);
    }
    if (status == SRNN_OK) {
        status = srnn_loss(model, flow->workspace, flow->batch, 1.0, NULL, NULL);
    }
    return status == SRNN_OK ? srnn_backward(model, flow->workspace, NULL, flow->gradient,
                                             srnn_model_parameter_count(model))
                             : status;
}

static int compare_norms(const void *a, const void *b)
{
    const float left = *(const float *)a;
    const float right = *(const float *)b;

    return (left > right) - (left < right);
}

/* Print a line for the lag, or for some lags only in the table for people. */
static void print_lags(struct flow *flow, const float *norms, size_t step_stride, int csv)
{
    const size_t sequences = flow->samples.sequences;
    const size_t steps = flow->samples.steps;
    const size_t every = csv || steps <= 20 ? 1 : steps / 20;

    puts(csv ? "lag,median,low,high" : "lag     median      a tenth below  a tenth above");
    for (size_t lag = 0; lag < steps; lag += every) {
        memcpy(flow->norms, norms + (steps - 1 - lag) * step_stride,
               sequences * sizeof *flow->norms);
        qsort(flow->norms, sequences, sizeof *flow->norms, compare_norms);
        printf(csv ? "%lu,%.6g,%.6g,%.6g\n" : "%-6lu  %-10.4g  %-13.4g  %.4g\n", (unsigned long)lag,
               (double)flow->norms[sequences / 2], (double)flow->norms[sequences / 10],
               (double)flow->norms[sequences - 1 - sequences / 10]);
    }
}

/* Measure the model on an open task. Gives 0, or EXIT_FAILED after a message. */
static int run_flow(const struct flow_settings *settings, const struct model_file *file,
                    const struct task *task)
{
    struct flow flow;
    float *norms = NULL;
    size_t step_stride = 0;
    size_t sequence_stride;
    uint32_t width;
    int result = flow_create(&flow, settings, task, file->model);

    if (result == 0) {
        int32_t status = measure(&flow, task, file->model);

        if (status == SRNN_OK) {
            status = srnn_workspace_view(flow.workspace, SRNN_VIEW_FLOW, &norms, &step_stride,
                                         &sequence_stride, &width);
        }
        if (status != SRNN_OK) {
            result = fail_status(status, "%s: the measurement", file->path);
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
    options_default(&table, &settings);
    result = options_parse(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    kind = task_find(arguments.operands[1]);
    if (kind == NULL || kind->needs_file) {
        return misuse("flow: '%s' is no synthetic task; see srnn help train",
                      arguments.operands[1]);
    }
    if (options_scope(&table, &arguments, kind->scope, kind->name) != 0) {
        return EXIT_MISUSED;
    }
    settings.task.length.low = (uint32_t)settings.length;
    settings.task.length.high = (uint32_t)settings.length + 1;
    result = model_file_open(&file, arguments.operands[0]);
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
