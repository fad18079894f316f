/* task_arithmetic.c - addition and multiplication of two marked numbers
 *
 * Each step has a mark (input 0) and a number uniform in [0, 1) (input 1). Two
 * numbers are marked with 1: one in the first tenth, one in the four tenths
 * after it. The target is half their sum, or their product. Wrong, as in the
 * script: a squared error above 0.04. The sequences of a batch are up to a tenth
 * longer than their length says. */
#include "tasks/task.h"

static int open_arithmetic(struct task *task, const struct encoding *encoding)
{
    (void)encoding;
    task->inputs = 2;
    task->outputs = 1;
    task->output_kind = SRNN_OUTPUT_LINEAR;
    task->numeric = 1;
    task->numeric_targets = 1;
    task->tolerance = 0.2;
    task->max_steps += task->max_steps / 10;
    return 0;
}

static void draw_arithmetic(const struct task *task, uint64_t index, srnn_random *random,
                            struct samples *samples)
{
    const uint32_t length = task_length(task, index, random);
    const uint32_t steps = length + srnn_random_below(random, length / 10);
    const uint32_t tenth = steps / 10;
    const size_t sequences = samples->sequences;

    samples->steps = steps;
    for (size_t s = 0; s < sequences; s++) {
        const uint32_t first = srnn_random_below(random, tenth);
        const uint32_t second = tenth + srnn_random_below(random, 4 * steps / 10);
        float numbers[2] = {0.0f, 0.0f};

        for (uint32_t t = 0; t < steps; t++) {
            float *input = samples->values + 2 * (t * sequences + s);

            input[0] = t == first || t == second ? 1.0f : 0.0f;
            input[1] = srnn_random_uniform(random);
            if (input[0] != 0.0f) {
                numbers[t != first] = input[1];
            }
        }
        samples->goal_values[s] = task->kind == &addition_task ? (numbers[0] + numbers[1]) / 2.0f
                                                               : numbers[0] * numbers[1];
    }
}

static const struct preset presets[] = {{"init", "orthogonal"},     {"omega", "0.001"},
                                        {"optimizer", "nesterov"},  {"schedule", "linear"},
                                        {"grow", "60000"},          {"updates", "150000"},
                                        {"evaluate-every", "2000"}, {NULL, NULL}};
static const struct preset published[] = {
    {"init", "basic-tanh"}, {"omega", "0.5"}, {"clip", "norm:6"}, {NULL, NULL}};

const struct task_kind addition_task = {
    .name = "addition",
    .summary = "half the sum of the two marked numbers",
    .scope = SCOPE_SYNTHETIC,
    .least_length = 10,
    .presets = presets,
    .published = published,
    .open = open_arithmetic,
    .draw = draw_arithmetic,
};

const struct task_kind multiplication_task = {
    .name = "multiplication",
    .summary = "the product of the two marked numbers",
    .scope = SCOPE_SYNTHETIC,
    .least_length = 10,
    .presets = presets,
    .published = published,
    .open = open_arithmetic,
    .draw = draw_arithmetic,
};
