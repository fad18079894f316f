/* task_sequences.c - what music and series have in common */
#include "tasks/task_sequences.h"

#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "support/try.h"
#include "tasks/hold_out.h"

int sequences_create(struct task *task)
{
    task->data = calloc(1, sizeof(struct sequences));
    return task->data != NULL ? 0 : fail("%s: no memory", task->file.path);
}

void sequences_close(struct task *task)
{
    if (task->data != NULL) {
        sequences_destroy(task->data);
        free(task->data);
    }
}

/* The number of steps of sequence `i` that are drawn: those with an input and a target. */
static size_t drawn_steps(const struct task *task, size_t i)
{
    const size_t steps = sequences_length(task->data, i);

    return task->every_step && !task->lead ? steps - 1 : steps;
}

int sequences_select_training(struct task *task)
{
    const struct sequences *sequences = task->data;
    size_t held;

    free(task->file.data);
    task->file.data = NULL;
    for (size_t i = 0; i < sequences->count; i++) {
        if (drawn_steps(task, i) == 0) {
            return fail("%s: sequence %lu has a single step, and nothing to predict",
                        sequences->path, (unsigned long)i + 1);
        }
    }
    TRY(hold_out(task, &held));
    task->part_begin = 0;
    task->part_size = sequences->count - held;
    hold_out_warn(task, task->part_size);
    return 0;
}

void sequences_select_held_out(struct task *task)
{
    task->part_begin = task->part_size;
    task->part_size = ((const struct sequences *)task->data)->count - task->part_begin;
}

/* Whether a step of the part has a target that is known. The first steps of sequences are none. */
static int has_target(const struct task *task)
{
    const struct sequences *sequences = task->data;
    const size_t width = sequences->width;
    int found = !task->masked;

    for (size_t i = task->part_begin; !found && i < task->part_begin + task->part_size; i++) {
        const unsigned char *missing = sequences->missing + (sequences->first[i] + 1) * width;

        found = memchr(missing, 0, drawn_steps(task, i) * width) != NULL;
    }
    return found;
}

int sequences_plan(const struct task *task, struct samples *samples)
{
    const char *const use = task->shuffled ? "train on" : "judge by";
    size_t *lengths;
    int result;

    if (task->part_size == 0) {
        return fail("%s: no sequence to %s", task->file.path, use);
    }
    if (!has_target(task)) { /* a loss of 0 would be the lowest */
        const int is_cut = task->part_begin > 0;

        return fail("%s: all values to %s are missing%s%s", task->file.path, use,
                    is_cut ? "; --hold-out sets how many there are, " : "",
                    is_cut ? hold_out_advice(task) : "");
    }
    lengths = calloc(task->part_size, sizeof *lengths);
    if (lengths == NULL) {
        return fail("%s: no memory for the lengths of its sequences", task->file.path);
    }
    for (size_t i = 0; i < task->part_size; i++) {
        lengths[i] = drawn_steps(task, task->part_begin + i);
    }
    result = epoch_plan_create(&samples->plan, lengths, (uint32_t)task->part_begin, task->part_size,
                               samples->capacity, task->max_steps);
    samples->draws = samples->plan.draws;
    free(lengths);
    return result;
}

/* Copy `steps` steps of a sequence, from step `from` on, into column `lane` of array [steps x
 * lanes x width]. With `before` a step of zeros comes before the first of the sequence. */
static void copy_steps(const struct sequences *sequences, const float *values, size_t from,
                       int before, size_t steps, size_t lane, size_t lanes, float *array)
{
    const size_t width = sequences->width;

    for (size_t t = 0; t < steps; t++) {
        float *to = array + (t * lanes + lane) * width;

        if (before && from + t == 0) {
            memset(to, 0, width * sizeof *to);
        } else {
            memcpy(to, values + (from + t - (before != 0)) * width, width * sizeof *to);
        }
    }
}

/* Copy which of the values of `steps` steps, from step `from` of sequence `i` on, the file has into
 * column `lane` of known [steps x lanes x width]. Returns the number of steps with one. */
static size_t copy_known(const struct sequences *sequences, size_t i, size_t from, size_t steps,
                         size_t lane, size_t lanes, unsigned char *known)
{
    const size_t width = sequences->width;
    const unsigned char *missing = sequences->missing + (sequences->first[i] + from) * width;
    size_t targets = 0;

    for (size_t t = 0; t < steps; t++) {
        size_t count = 0;

        for (size_t k = 0; k < width; k++) {
            const unsigned char there = !*missing++;

            known[(t * lanes + lane) * width + k] = there;
            count += there;
        }
        targets += count > 0;
    }
    return targets;
}

void sequences_draw(const struct task *task, uint64_t index, srnn_random *random,
                    struct samples *samples)
{
    const struct sequences *sequences = task->data;
    struct epoch_plan *plan = &samples->plan;
    struct passage passage;

    (void)random;
    epoch_plan_find(plan, index, task->shuffled ? &task->options.seed : NULL, &passage);
    samples->sequences = (uint32_t)(passage.end - passage.first);
    samples->steps = (uint32_t)passage.steps;
    samples->continues = passage.begin > 0;
    samples->ragged = 1;
    samples->targets = 0;
    for (size_t lane = 0; lane < samples->sequences; lane++) {
        const uint32_t i = plan->sorted[passage.first + lane];
        const size_t all = plan->steps[passage.first + lane];
        const size_t rest = all > passage.begin ? all - passage.begin : 0;
        const size_t steps = rest < passage.steps ? rest : passage.steps;
        const float *values = sequences->values + sequences->first[i] * sequences->width;

        copy_steps(sequences, values, passage.begin, task->lead, steps, lane, samples->sequences,
                   samples->values);
        if (sequences->label != NULL) {
            samples->goal_ids[lane] = sequences->label[i];
        } else {
            copy_steps(sequences, values, passage.begin + !task->lead, 0, steps, lane,
                       samples->sequences, samples->goal_values);
        }
        samples->lengths[lane] = (uint32_t)steps;
        samples->targets += samples->known != NULL
                                ? copy_known(sequences, i, passage.begin + 1, steps, lane,
                                             samples->sequences, samples->known)
                            : task->every_step ? steps
                                               : 1;
    }
}
