/* task_series.c - series: the label of each sequence, or the next value
 *
 * Each number of a step is scaled to mean 0 and deviation 1 over the steps that are
 * trained on. A missing value is no target. A labelled sequence is read whole and has its target at
 * the last step; a plain series has a target at each step, the step after it. */
#include "storage/series.h"
#include "support/message.h"
#include "support/try.h"
#include "tasks/task_sequences.h"

/* Scale the numbers by `encoding`, or, when that is NULL, by the mean and deviation of the steps
 * that are trained on. */
static int scale(struct task *task, const struct encoding *encoding)
{
    struct sequences *sequences = task->data;

    if (encoding == NULL) {
        TRY(scaling_fit(&task->encoding.scaling, sequences->numbers,
                        sequences->first[task->part_size], sequences->width, sequences->path));
    }
    if (task->encoding.scaling.width == 0) {
        return fail("%s: the model does not say how the numbers of its steps were scaled",
                    sequences->path);
    }
    if (task->encoding.scaling.width != sequences->width) {
        return fail("%s: its steps have %lu numbers, those of the model %lu", sequences->path,
                    (unsigned long)sequences->width, (unsigned long)task->encoding.scaling.width);
    }
    TRY(sequences_scale(sequences, &task->encoding.scaling));
    task->masked = sequences->missing != NULL && sequences->label == NULL;
    return 0;
}

/* The number of steps of the longest sequence. */
static size_t longest(const struct sequences *sequences)
{
    size_t most = 0;

    for (size_t i = 0; i < sequences->count; i++) {
        const size_t steps = sequences_length(sequences, i);
        most = steps > most ? steps : most;
    }
    return most;
}

/* Set the shape of the network by what was read. Returns 0, or EXIT_FAILED after a message. */
static int set_shape(struct task *task)
{
    const struct sequences *sequences = task->data;
    const uint32_t labels = task->encoding.labels.count;

    /* The reader refuses labels where the model has none. */
    if (labels > 0 && sequences->label == NULL) {
        return fail("%s: the series has no labels, but the model was trained on them",
                    sequences->path);
    }
    task->inputs = sequences->width;
    task->numeric = 1;
    task->every_step = labels == 0;
    task->judge_steps = labels == 0;
    task->numeric_targets = labels == 0;
    task->tolerance = 0.5;
    task->outputs = labels > 0 ? labels : sequences->width;
    task->output_kind = labels > 0 ? SRNN_OUTPUT_SOFTMAX : SRNN_OUTPUT_LINEAR;
    task->max_steps = labels > 0 ? (uint32_t)longest(sequences) : (uint32_t)task->options.chunk;
    return 0;
}

static int open_series(struct task *task, const struct encoding *encoding)
{
    const struct task_file *file = &task->file;

    TRY(sequences_create(task));
    if (encoding != NULL) {
        TRY(encoding_copy(&task->encoding, encoding));
    }
    TRY(sequences_read_series(task->data, file->path, (const char *)file->data, file->size,
                              &task->options.series, &task->encoding,
                              encoding != NULL ? LABELS_FIXED : 0));
    sequences_describe(task->data, task->encoding.labels.count, task->summary,
                       sizeof task->summary);
    TRY(set_shape(task));
    TRY(sequences_select_training(task));
    return scale(task, encoding);
}

static const struct preset presets[] = {
    {"hidden", "128"},         {"init", "identity"},      {"omega", "0"},
    {"rate", "0.1"},           {"drop", "0.05"},          {"schedule", "linear"},
    {"weight-decay", "0.001"}, {"keep", "best"},          {"updates", "20000"},
    {"stop-error", "0"},       {"evaluate-every", "200"}, {NULL, NULL}};

const struct task_kind series_task = {
    .name = "series",
    .summary = "the label of each sequence of a FILE, or the next value",
    .scope = SCOPE_FILE | SCOPE_SEQUENCES | SCOPE_SERIES,
    .needs_file = 1,
    .presets = presets,
    .open = open_series,
    .draw = sequences_draw,
    .plan = sequences_plan,
    .for_evaluation = sequences_select_held_out,
    .close = sequences_close,
};
