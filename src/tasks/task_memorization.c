/* task_memorization.c - noiseless memorization: repeat a pattern after a delay
 *
 * The inputs are P values, L blanks, a trigger, and P - 1 blanks: L + 2 P steps. Each step has a
 * target: a blank, and from the trigger on the P values again. A sequence with any step wrong is
 * wrong. 5 bits: --values 2 --positions 5; the script's "20 bits": --values 5 --positions 10. */
#include "tasks/task.h"

static int open_memorization(struct task *task, const struct encoding *encoding)
{
    (void)encoding;
    task->inputs = (uint32_t)task->options.values + 2;
    task->outputs = (uint32_t)task->options.values + 1;
    task->every_step = 1;
    task->max_steps += 2 * (uint32_t)task->options.positions;
    return 0;
}

static void draw_memorization(const struct task *task, uint64_t index, srnn_random *random,
                              struct samples *samples)
{
    const uint32_t positions = (uint32_t)task->options.positions;
    const uint32_t blank = (uint32_t)task->options.values;
    const uint32_t trigger = blank + 1;
    const uint32_t recall = positions + task_length(task, index, random);
    const size_t sequences = samples->sequences;

    samples->steps = recall + positions;
    for (size_t s = 0; s < sequences; s++) {
        for (uint32_t t = 0; t < samples->steps; t++) {
            samples->ids[t * sequences + s] = t == recall ? trigger : blank;
            samples->goal_ids[t * sequences + s] = blank;
        }
        for (uint32_t t = 0; t < positions; t++) {
            const uint32_t value = srnn_random_below(random, blank);

            samples->ids[t * sequences + s] = value;
            samples->goal_ids[(recall + t) * sequences + s] = value;
        }
    }
}

static const struct preset presets[] = {
    {"length", "50"}, {"init", "orthogonal"}, {"schedule", "settle"}, {NULL, NULL}};

const struct task_kind memorization_task = {
    .name = "memorization",
    .summary = "repeat a pattern after a delay",
    .scope = SCOPE_SYNTHETIC | SCOPE_MEMORIZATION,
    .least_length = 1,
    .presets = presets,
    .open = open_memorization,
    .draw = draw_memorization,
};
