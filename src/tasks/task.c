/* task.c - what all tasks have in common */
#include "tasks/task.h"

#include <string.h>

#include "support/exit_codes.h"
#include "support/message.h"
#include "tasks/task_sequences.h"
#include "tasks/task_text.h"

const struct choice reading_choices[] = {{"last", READING_LAST}, {"next", READING_NEXT}, {NULL, 0}};

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

int task_check_file(const struct task_kind *kind, const char *path)
{
    if (kind->needs_file == (path != NULL)) {
        return 0;
    }
    return path == NULL ? misuse("%s: needs a file", kind->name)
                        : misuse("%s: this task has no file", kind->name);
}

int task_open(struct task *task, const struct task_kind *kind, const struct task_options *options,
              const char *path, const struct encoding *encoding)
{
    memset(task, 0, sizeof *task);
    if (task_check_file(kind, path) != 0) {
        return EXIT_MISUSED;
    }
    if (kind->least_length > options->length.low ||
        (options->evaluate_length.low > 0 && kind->least_length > options->evaluate_length.low)) {
        return misuse("%s: sequences must have at least %lu steps, not %lu", kind->name,
                      (unsigned long)kind->least_length,
                      (unsigned long)(kind->least_length > options->length.low
                                          ? options->length.low
                                          : options->evaluate_length.low));
    }
    task->kind = kind;
    task->options = *options;
    task->max_steps = options->length.high - 1;
    task->output_kind = SRNN_SOFTMAX;
    return kind->open(task, path, encoding);
}

void task_close(struct task *task)
{
    corpus_destroy(task->corpus);
    task_sequences_destroy(task->sequences);
    encoding_destroy(&task->encoding);
    memset(task, 0, sizeof *task);
}

void task_for_evaluation(const struct task *task, struct task *evaluation)
{
    *evaluation = *task;
    if (task->kind == &permutation_task) {
        evaluation->options.reading = READING_LAST;
        evaluation->every_step = 0;
    }
    evaluation->shuffled = 0;
    evaluation->options.grow = 0;
    if (task->options.evaluate_length.low > 0) {
        evaluation->options.length = task->options.evaluate_length;
        evaluation->max_steps = evaluation->options.length.high - 1;
        (void)evaluation->kind->open(evaluation, NULL, NULL);
    }
    if (task->corpus != NULL) {
        text_select_held_out(evaluation);
    }
    if (task->sequences != NULL) {
        sequences_select_held_out(evaluation);
    }
}

void task_draw(const struct task *task, uint64_t index, srnn_random *random,
               struct samples *samples)
{
    samples->continues = 0;
    samples->ragged = 0;
    task->kind->draw(task, index, random, samples);
    if (!samples->ragged) {
        samples->targets = samples->sequences;
        samples->targets *= samples->every_step ? samples->steps : 1;
    }
}

uint64_t task_draws(const struct task *task, const struct samples *samples)
{
    return task->corpus != NULL      ? text_draws(task, samples->capacity)
           : task->sequences != NULL ? samples->schedule.draws
                                     : 0;
}

uint64_t task_fingerprint(const struct task *task)
{
    return task->corpus != NULL      ? task->corpus->fingerprint
           : task->sequences != NULL ? task->sequences->fingerprint
                                     : 0;
}

const char *task_path(const struct task *task)
{
    return task->corpus != NULL      ? task->corpus->path
           : task->sequences != NULL ? task->sequences->path
                                     : NULL;
}

/* What a kind of outputs is called in messages. */
static const char *output_name(uint32_t kind)
{
    return kind == SRNN_SOFTMAX ? "softmax" : kind == SRNN_SIGMOID ? "sigmoid" : "linear";
}

int task_check_model(const struct task *task, const srnn_model *model, const char *path)
{
    if (srnn_model_inputs(model) == task->inputs && srnn_model_outputs(model) == task->outputs &&
        srnn_model_output_kind(model) == task->output_kind) {
        return 0;
    }
    return fail(
        "%s: the model has %lu inputs and %lu %s outputs, but %s needs %lu and %lu %s", path,
        (unsigned long)srnn_model_inputs(model), (unsigned long)srnn_model_outputs(model),
        output_name(srnn_model_output_kind(model)), task->kind->name, (unsigned long)task->inputs,
        (unsigned long)task->outputs, output_name(task->output_kind));
}

uint32_t task_length(const struct task *task, uint64_t index, srnn_random *random)
{
    const struct range *length = &task->options.length;
    const uint64_t grow = task->options.grow;
    uint64_t lengths = length->high - length->low;

    if (index < grow) {
        lengths = 1 + (lengths - 1) * index / grow;
    }
    return length->low + srnn_random_below(random, (uint32_t)lengths);
}
