/* task.c - what all tasks have in common */
#include "tasks/task.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "storage/model_file.h"
#include "support/bytes.h"
#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"
#include "support/ranks.h"
#include "support/try.h"

const struct choice reading_choices[] = {{"last", READING_LAST}, {"next", READING_NEXT}, {NULL, 0}};
const struct choice target_choices[] = {
    {"last", TARGETS_LAST}, {"known", TARGETS_KNOWN}, {NULL, 0}};
const struct choice hold_out_choices[] = {
    {"drawn", HOLD_OUT_DRAWN}, {"end", HOLD_OUT_END}, {NULL, 0}};

const struct task_kind *const task_kinds[] = {&temporal_order_task, &temporal_order_3bit_task,
                                              &addition_task,       &multiplication_task,
                                              &permutation_task,    &memorization_task,
                                              &text_task,           &music_task,
                                              &series_task,         NULL};

const struct task_kind *task_find(const char *name)
{
    const struct task_kind *const *kind = task_kinds;

    while (*kind != NULL && strcmp((*kind)->name, name) != 0) {
        kind++;
    }
    return *kind;
}

const char *task_name(size_t index)
{
    return task_kinds[index] != NULL ? task_kinds[index]->name : NULL;
}

const char *synthetic_task_name(size_t index)
{
    for (const struct task_kind *const *kind = task_kinds; *kind != NULL; kind++) {
        if (!(*kind)->needs_file && index-- == 0) {
            return (*kind)->name;
        }
    }
    return NULL;
}

int task_unknown(const char *command, const char *name)
{
    char hint[NEAREST_HINT];
    struct nearest nearest;
    struct stat status;

    if (stat(name, &status) == 0 && S_ISREG(status.st_mode)) {
        return misuse(
            "%s: '%s' is a file, no task; the task comes before it: series, text or music", command,
            name);
    }
    nearest_begin(&nearest, name, strlen(name));
    for (const struct task_kind *const *kind = task_kinds; *kind != NULL; kind++) {
        nearest_try(&nearest, (*kind)->name);
    }
    return misuse("%s: unknown task '%s'; %ssrnn help train lists the tasks", command, name,
                  nearest_hint(&nearest, "", hint, sizeof hint));
}

int task_check_file(const char *command, const struct task_kind *kind, const char *path)
{
    if (kind->needs_file == (path != NULL)) {
        return 0;
    }
    return misuse(path == NULL ? "%s: %s needs a file" : "%s: %s is a task without a file", command,
                  kind->name);
}

/* Read the file of a task, "-" for standard input. Returns 0, or EXIT_FAILED after a message. */
static int read_file(struct task_file *file, const char *path)
{
    file->path = path;
    TRY(file_read_input(&file->path, &file->data, &file->size));
    if (file->size == 0) {
        return fail("%s: is empty", file->path);
    }
    file->fingerprint = bytes_hash(BYTES_HASH, file->data, file->size);
    return 0;
}

/* Whether evaluations have lengths of their own: 0 is read as the range 0:1, and one that was never
 * set is 0:0. */
static int has_evaluate_length(const struct task_options *options)
{
    return options->evaluate_length.high > 1;
}

/* Check the lengths of the options. Returns 0, or EXIT_MISUSED after a message. */
static int check_lengths(const struct task_kind *kind, const struct task_options *options)
{
    const uint32_t low = options->length.low;
    const uint32_t evaluate_low = options->evaluate_length.low;

    if (kind->least_length <= low &&
        (!has_evaluate_length(options) || kind->least_length <= evaluate_low)) {
        return 0;
    }
    return misuse("%s: sequences must have at least %lu steps, not %lu", kind->name,
                  (unsigned long)kind->least_length,
                  (unsigned long)(kind->least_length > low ? low : evaluate_low));
}

int task_open(struct task *task, const struct task_kind *kind, const struct task_options *options,
              const char *path, const struct encoding *encoding)
{
    memset(task, 0, sizeof *task);
    TRY(check_lengths(kind, options));
    task->kind = kind;
    task->options = *options;
    task->max_steps = options->length.high - 1;
    task->output_kind = SRNN_OUTPUT_SOFTMAX;
    if (path != NULL && read_file(&task->file, path) != 0) {
        return EXIT_FAILED;
    }
    return kind->open(task, encoding);
}

void task_close(struct task *task)
{
    if (task->kind != NULL && task->kind->close != NULL) {
        task->kind->close(task);
    }
    free(task->file.data);
    encoding_destroy(&task->encoding);
    memset(task, 0, sizeof *task);
}

void task_for_evaluation(const struct task *task, struct task *evaluation)
{
    *evaluation = *task;
    evaluation->shuffled = 0;
    evaluation->options.grow = 0;
    if (has_evaluate_length(&task->options)) {
        /* Only synthetic tasks have lengths, and opening one again cannot fail. */
        evaluation->options.length = task->options.evaluate_length;
        evaluation->max_steps = evaluation->options.length.high - 1;
        (void)evaluation->kind->open(evaluation, NULL);
    }
    if (task->kind->for_evaluation != NULL) {
        task->kind->for_evaluation(evaluation);
    }
}

int task_create_samples(const struct task *task, uint32_t capacity, struct samples *samples)
{
    memset(samples, 0, sizeof *samples);
    samples->capacity = capacity;
    samples->inputs = task->inputs;
    samples->outputs = task->outputs;
    samples->every_step = task->every_step;
    samples->masked = task->masked;
    if (task->kind->plan != NULL && task->kind->plan(task, samples) != 0) {
        return EXIT_FAILED;
    }
    samples->cells = samples->plan.cells;
    if (samples->cells == 0) { /* no plan: all batches may be as large as they can */
        samples->cells = (size_t)task->max_steps * capacity;
    }
    return samples_allocate(samples, task->numeric, task->numeric_targets, task->weighted);
}

void task_draw(const struct task *task, uint64_t index, srnn_random *random,
               struct samples *samples)
{
    samples->continues = 0;
    samples->ragged = 0;
    task->kind->draw(task, index, random, samples);
    if (!samples->ragged && samples->weights == NULL) {
        samples->targets = samples->sequences;
        samples->targets *= samples->every_step ? samples->steps : 1;
    }
    ranks_divide(samples->sequences, &samples->own_first, &samples->own_sequences);
}

int task_check_trained(const struct task_kind *kind, const struct model_file *file)
{
    const char *const name = model_file_trained_on(file);
    const struct task_kind *trained = name != NULL ? task_find(name) : NULL;

    if (trained == NULL || trained == kind || (!trained->needs_file && !kind->needs_file)) {
        return 0;
    }
    return fail("%s: the model was trained on %s, not on %s", file->path, trained->name,
                kind->name);
}

int task_check_model(const struct task *task, const srnn_model *model, const char *path)
{
    const uint32_t output_kind = model_made_with(model, SRNN_MODEL_OUTPUT_KIND);

    if (srnn_model_inputs(model) == task->inputs && srnn_model_outputs(model) == task->outputs &&
        output_kind == task->output_kind) {
        return 0;
    }
    return fail("%s: the model has %lu inputs and %lu %s outputs, but %s needs %lu and %lu %s",
                path, (unsigned long)srnn_model_inputs(model),
                (unsigned long)srnn_model_outputs(model), kind_name(output_kind), task->kind->name,
                (unsigned long)task->inputs, (unsigned long)task->outputs,
                kind_name(task->output_kind));
}

uint32_t task_length(const struct task *task, uint64_t index, srnn_random *random)
{
    const uint64_t grow = task->options.grow;
    const uint64_t least = task->kind->least_length;
    uint64_t low = task->options.length.low;
    uint64_t longest = task->options.length.high - 1;

    if (index < grow) {
        low = least + (low - least) * index / grow;
        longest = least + (longest - least) * index / grow;
    }
    return (uint32_t)(low + srnn_random_below(random, (uint32_t)(longest - low + 1)));
}
