/* task_permutation.c - random permutation: the last symbol repeats the first
 *
 * There are 100 symbols. The first of a sequence is 0 or 1, those after it are random from 2 to
 * 99, and the symbol after the sequence is the first again. The target of the authors' script is
 * that symbol alone; the targets of the paper (section 4.1) are the next symbol at each step, of
 * which only the last can be predicted. Evaluations judge the last symbol in both cases. */
#include "tasks/task.h"

#define PERMUTATION_SYMBOLS 100u
#define PERMUTATION_RELEVANT 2u

static int open_permutation(struct task *task, const struct encoding *encoding)
{
    (void)encoding;
    task->inputs = PERMUTATION_SYMBOLS;
    task->outputs = PERMUTATION_SYMBOLS;
    task->every_step = task->options.reading == READING_NEXT;
    return 0;
}

static void draw_permutation(const struct task *task, uint64_t index, srnn_random *random,
                             struct samples *samples)
{
    const uint32_t steps = task_length(task, index, random);
    const size_t sequences = samples->sequences;

    samples->steps = steps;
    for (size_t s = 0; s < sequences; s++) {
        const uint32_t first = srnn_random_below(random, PERMUTATION_RELEVANT);
        const size_t last_goal = samples->every_step ? (steps - 1) * sequences : 0;

        samples->ids[s] = first;
        for (uint32_t t = 1; t < steps; t++) {
            const uint32_t symbol =
                PERMUTATION_RELEVANT +
                srnn_random_below(random, PERMUTATION_SYMBOLS - PERMUTATION_RELEVANT);

            samples->ids[t * sequences + s] = symbol;
            if (samples->every_step) {
                samples->goal_ids[(t - 1) * sequences + s] = symbol;
            }
        }
        samples->goal_ids[last_goal + s] = first;
    }
}

static void judge_last_symbol(struct task *task)
{
    task->options.reading = READING_LAST;
    task->every_step = 0;
}

static const struct preset presets[] = {{"hidden", "100"}, {"init", "orthogonal"}, {"omega", "0.1"},
                                        {"rate", "0.1"},   {"grow", "20000"},      {NULL, NULL}};
static const struct preset published[] = {
    {"hidden", "100"}, {"omega", "1"}, {"rate", "0.001"}, {"clip", "norm:6"}, {NULL, NULL}};

const struct task_kind permutation_task = {
    .name = "permutation",
    .summary = "the symbol after the sequence, which repeats its first symbol",
    .scope = SCOPE_SYNTHETIC | SCOPE_PERMUTATION,
    .least_length = 2,
    .presets = presets,
    .published = published,
    .open = open_permutation,
    .draw = draw_permutation,
    .for_evaluation = judge_last_symbol,
};
