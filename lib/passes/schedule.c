/* schedule.c - the plain schedule: a round of tasks sweeps a chunk, another adds its gradients */
#include "passes/schedule.h"

void srnn__schedule_cut(struct srnn__schedule *schedule, uint32_t end, uint32_t max_steps)
{
    const srnn_workspace *w = schedule->gradient.recurrence->workspace;
    struct srnn__chunk *chunk = &schedule->chunk;
    uint32_t steps_left, chunks_left;

    SRNN__ASSERT(end > 0 && end <= w->tape.batch->steps && max_steps > 0);
    chunk->segment = (end - 1) / w->shape.segment_steps * w->shape.segment_steps;
    steps_left = end - chunk->segment;
    chunks_left = (steps_left - 1) / max_steps + 1;
    chunk->first = end - ((steps_left - 1) / chunks_left + 1);
    chunk->end = end;
    SRNN__ASSERT(chunk->first >= chunk->segment && chunk->first < end);
}

void srnn__schedule_sweep_share(const struct srnn__schedule *schedule, uint32_t task)
{
    const uint32_t sequences = schedule->gradient.recurrence->batch->sequences;

    SRNN__ASSERT(task < schedule->sweepers && schedule->sweepers <= sequences);
    schedule->sweep(schedule->backward, &schedule->chunk,
                    srnn__task_first(sequences, task, schedule->sweepers),
                    srnn__task_first(sequences, task + 1, schedule->sweepers));
}

/* Task: its share of a round that only sweeps. */
static void sweep_task(void *argument, uint32_t task)
{
    srnn__schedule_sweep_share(argument, task);
}

int32_t srnn__schedule_sweep(struct srnn__schedule *schedule)
{
    srnn_workspace *w = schedule->gradient.recurrence->workspace;
    int32_t status;

    if (SRNN__SHORT_CUTS && schedule->columns.tasks > 0) {
        status = srnn__columns_sweep(&schedule->columns, &schedule->chunk);
    } else {
        schedule->sweepers = srnn__task_count(w, w->tape.batch->sequences);
        status = srnn__parallel(w, sweep_task, schedule, schedule->sweepers);
    }
    w->tape.states_start = schedule->chunk.segment;
    return status;
}

/* A chunk's errors fill the first of the two buffers, and with Omega its left factors the second.
 * Without Omega a chunk is twice as long and fills both; but not that of a wide layer, whose length
 * suits the long products. */
int32_t srnn__schedule_run(struct srnn__schedule *schedule)
{
    const srnn_workspace *w = schedule->gradient.recurrence->workspace;
    const int has_omega = schedule->gradient.omega != NULL;
    const uint32_t max_steps =
        w->shape.chunk_steps * (has_omega || srnn__is_wide(w->shape.hidden) ? 1 : 2);
    struct srnn__chunk *chunk = &schedule->chunk;

    chunk->errors = w->backward.error_buffers[0];
    chunk->left_factors = w->backward.error_buffers[1];
    for (uint32_t end = w->tape.batch->steps; end > 0; end = chunk->first) {
        int32_t status;

        srnn__schedule_cut(schedule, end, max_steps);
        status = srnn__schedule_sweep(schedule);
        if (status != SRNN_OK) {
            return status;
        }
        schedule->gradient.chunk = *chunk;
        status = srnn__weight_gradient_add(&schedule->gradient);
        if (status != SRNN_OK) {
            return status;
        }
    }
    return SRNN_OK;
}
