/* task_order.c - temporal order: which symbols came, and in which order
 *
 * There are six symbols. Two or three steps, each at a random place in a window of a tenth of
 * the sequence, have symbol 0 or 1; all other steps have one of the distractors 2 to 5. The
 * symbols 0 and 1 are the bits of the class, the first in time the lowest bit. Script and paper
 * differ in the second window of the task with two symbols; this is the script's. */
#include "tasks/task.h"

#define ORDER_SYMBOLS 6u
#define ORDER_RELEVANT 2u /* symbols below this one matter */

/* Beginnings of the windows, in tenths of the sequence. */
static const uint32_t windows_2[] = {1, 5};
static const uint32_t windows_3[] = {1, 3, 6};

static int open_order(struct task *task, const struct encoding *encoding)
{
    (void)encoding;
    task->inputs = ORDER_SYMBOLS;
    task->outputs = task->kind == &temporal_order_task ? 4 : 8;
    task->every_step = task->weighted = task->options.targets == TARGETS_KNOWN;
    return 0;
}

/* Give sequence `s` its targets: the class, at each step from `at` on or at the last step. */
static void set_targets(struct samples *samples, size_t s, uint32_t at, uint32_t class)
{
    const size_t sequences = samples->sequences;

    if (samples->weights == NULL) {
        samples->goal_ids[s] = class;
        return;
    }
    for (uint32_t t = 0; t < samples->steps; t++) {
        samples->goal_ids[t * sequences + s] = class;
        samples->weights[t * sequences + s] = t >= at ? 1.0f : 0.0f;
    }
    samples->targets += samples->steps - at;
}

static void draw_order(const struct task *task, uint64_t index, srnn_random *random,
                       struct samples *samples)
{
    const int three = task->kind == &temporal_order_3bit_task;
    const uint32_t *windows = three ? windows_3 : windows_2;
    const uint32_t count = three ? 3 : 2;
    const uint32_t steps = task_length(task, index, random);
    const size_t sequences = samples->sequences;

    samples->steps = steps;
    samples->targets = 0;
    for (size_t s = 0; s < sequences; s++) {
        uint32_t class = 0, last = 0;

        for (uint32_t t = 0; t < steps; t++) {
            samples->ids[t * sequences + s] =
                ORDER_RELEVANT + srnn_random_below(random, ORDER_SYMBOLS - ORDER_RELEVANT);
        }
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t begin = (uint32_t)((uint64_t)windows[i] * steps / 10);
            const uint32_t at = begin + srnn_random_below(random, steps / 10);
            const uint32_t value = srnn_random_below(random, ORDER_RELEVANT);

            samples->ids[at * sequences + s] = value;
            class |= value << i;
            last = at;
        }
        set_targets(samples, s, last, class);
    }
}

static void judge_last_step(struct task *task)
{
    task->options.targets = TARGETS_LAST;
    (void)open_order(task, NULL); /* it cannot fail */
}

static const struct preset presets[] = {{"grow", "20000"}, {"schedule", "settle"}, {NULL, NULL}};
static const struct preset published[] = {{"clip", "norm:1"}, {NULL, NULL}};

static const struct preset presets_3bit[] = {
    {"hidden", "100"}, {"grow", "20000"}, {"schedule", "settle"}, {NULL, NULL}};
static const struct preset published_3bit[] = {{"hidden", "100"}, {"clip", "norm:1"}, {NULL, NULL}};

const struct task_kind temporal_order_task = {
    .name = "temporal-order",
    .summary = "which two symbols came in which order (4 classes)",
    .scope = SCOPE_SYNTHETIC | SCOPE_ORDER,
    .least_length = 10,
    .presets = presets,
    .published = published,
    .open = open_order,
    .draw = draw_order,
    .for_evaluation = judge_last_step,
};

const struct task_kind temporal_order_3bit_task = {
    .name = "temporal-order-3bit",
    .summary = "which three symbols came in which order (8 classes)",
    .scope = SCOPE_SYNTHETIC | SCOPE_ORDER,
    .least_length = 10,
    .presets = presets_3bit,
    .published = published_3bit,
    .open = open_order,
    .draw = draw_order,
    .for_evaluation = judge_last_step,
};
