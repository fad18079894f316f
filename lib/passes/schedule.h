/* schedule.h - when backward sweeps which steps, in which buffers, and by which tasks
 *
 * To sweep a chunk is to compute its errors v_t, t descending: backward.c does that, for some of
 * the sequences at a time. The schedule cuts the tape into chunks, hands each its buffers, divides
 * a sweep among tasks by sequences, and has the weights' gradients of the chunk added after it. No
 * division changes a bit. */
#ifndef SRNN_SCHEDULE_H
#define SRNN_SCHEDULE_H

#include "passes/weight_gradient.h"

/* Sweep the sequences from `first` to before `end` down the chunk's steps. */
typedef void (*srnn__sweep_fn)(const void *backward, const struct srnn__chunk *chunk,
                               uint32_t first, uint32_t end);

struct srnn__schedule {
    srnn__sweep_fn sweep;
    const void *backward; /* the argument of `sweep` */
    struct srnn__weight_gradient gradient;
    struct srnn__chunk chunk; /* the chunk that is swept */
    uint32_t sweepers;        /* tasks that sweep it, each a share of the sequences */
};

/* The plain schedule: sweep all steps of the tape, last to first, and add the weights' gradients.
 * `sweep`, `backward` and the first members of `gradient` are set. Returns SRNN_E_PARALLEL if the
 * caller's parallel-for fails. */
int32_t srnn__schedule_run(struct srnn__schedule *schedule);

/* For schedules: the chunk of `max_steps`, or what is left of the segment, that ends before step
 * `end`, without its buffers. */
void srnn__schedule_cut(struct srnn__schedule *schedule, uint32_t end, uint32_t max_steps);

/* For schedules: sweep the chunk in a round of its own. */
int32_t srnn__schedule_sweep(struct srnn__schedule *schedule);

/* For schedules: a task's share of the sweep, for task < schedule->sweepers. */
void srnn__schedule_sweep_share(const struct srnn__schedule *schedule, uint32_t task);

#endif
