/* overlap.c - the overlapped schedule
 *
 * In the plain schedule every task writes errors in one round and reads those of all tasks in the
 * next: each cache line goes to another core and comes back to be written. Here some tasks sweep a
 * chunk while the others read the errors of the chunk swept before it, in the other buffer. So a
 * line mostly goes one way. With two threads that saves 3 % of a training step at 6-100-4 with 20
 * sequences, 9 % at 6-50-4 and 12 % with one sequence of 100 hidden units (two cores of 118 GFLOP/s
 * each, gcc 12). */
#include "passes/overlap.h"

#if SRNN__SHORT_CUTS

int srnn__overlap_pays(const struct srnn__schedule *schedule)
{
    const srnn_workspace *w = schedule->gradient.recurrence->workspace;

    return w->run != NULL && w->tasks > 1 && schedule->gradient.omega == NULL &&
           !srnn__is_wide(w->shape.hidden);
}

/* Work of a pair in a hidden unit, in sixteenths of a multiply-add of the sweep. A multiply-add of
 * the weights' gradients costs 17: their rows come from another core. What the sweep does once for
 * every value (slope, sums) costs as much as 16 multiply-adds. So the sweep is 50.7 % of the work
 * at 6-100-4; 237 of 467 us were measured on the cores named above. */
#define SWEEP_COST UINT64_C(16)
#define GRADIENT_COST UINT64_C(17)
#define VALUE_COST (16 * SWEEP_COST)

/* Divide a round evenly among its tasks. The number of tasks that sweep is the sweep's part of the
 * work, rounded; the rounding is made up by how many rows of the gradients they own. */
static void divide_round(struct srnn__schedule *schedule)
{
    const srnn_workspace *w = schedule->gradient.recurrence->workspace;
    const srnn_batch *batch = schedule->gradient.recurrence->batch;
    const struct srnn__shape *shape = &w->shape;
    const uint64_t logits = w->tape.last_only ? 0 : shape->outputs;
    const uint64_t inputs = batch->input_ids == NULL ? shape->inputs : 0;
    const uint64_t inputs_back = w->views.input_gradient == NULL ? 0 : shape->inputs;
    const uint64_t sweep = SWEEP_COST * (shape->hidden + logits + inputs_back) + VALUE_COST;
    const uint64_t all = sweep + GRADIENT_COST * (shape->hidden + logits + inputs);
    /* No more tasks than sequences and recurrent rows have use for. */
    const uint32_t tasks = srnn__task_count(w, srnn__task_count(w, batch->sequences) +
                                                   srnn__task_count(w, shape->hidden));
    uint64_t sweeping = (2 * sweep * tasks + all) / (2 * all);

    if (sweeping < 1) {
        sweeping = 1;
    } else if (sweeping > batch->sequences) {
        sweeping = batch->sequences;
    }
    schedule->sweepers = (uint32_t)sweeping;
    schedule->gradient.tasks = tasks;
    schedule->gradient.sweepers = sweeping < tasks ? (uint32_t)sweeping : 0;
    /* Each task does all / tasks. A sweeping one does sweep / sweeping of it in the sweep. */
    schedule->gradient.sweeper_share = 1.0 - (double)(tasks * sweep) / (double)(sweeping * all);
    if (schedule->gradient.sweeper_share < 0.0) {
        schedule->gradient.sweeper_share = 0.0;
    }
    SRNN__ASSERT(schedule->gradient.sweeper_share < 1.0 && schedule->sweepers <= tasks);
}

/* Task: its share of the sweep, if it is one of the first, and of the gradients. */
static void overlapped_task(void *argument, uint32_t task)
{
    const struct srnn__schedule *schedule = argument;

    if (task < schedule->sweepers) {
        srnn__schedule_sweep_share(schedule, task);
    }
    srnn__weight_gradient_share(&schedule->gradient, task);
}

int32_t srnn__overlap_run(struct srnn__schedule *schedule)
{
    srnn_workspace *w = schedule->gradient.recurrence->workspace;
    struct srnn__chunk *chunk = &schedule->chunk;
    int gradients_pending = 0; /* set if those of schedule->gradient.chunk are not added yet */
    int second_buffer = 0;

    for (uint32_t end = w->tape.batch->steps; end > 0; end = chunk->first) {
        int32_t status;

        srnn__schedule_cut(schedule, end, w->shape.chunk_steps);
        second_buffer = gradients_pending && !second_buffer;
        chunk->errors = w->backward.error_buffers[second_buffer];
        if (gradients_pending) {
            srnn__weight_gradient_list(&schedule->gradient);
            divide_round(schedule);
            status = srnn__parallel(w, overlapped_task, schedule, schedule->gradient.tasks);
        } else {
            status = srnn__schedule_sweep(schedule);
        }
        if (status != SRNN_OK) {
            return status;
        }
        schedule->gradient.chunk = *chunk;
        /* The last chunk swept of a segment does not wait for another sweep: that runs the segment
         * before it forward again, over the states that these gradients need. */
        gradients_pending = chunk->first > chunk->segment;
        if (!gradients_pending) {
            status = srnn__weight_gradient_add(&schedule->gradient);
            if (status != SRNN_OK) {
                return status;
            }
        }
    }
    return SRNN_OK;
}
#endif
