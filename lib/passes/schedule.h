/* schedule.h - the order in which backward's tasks sweep chunks and add the weights' gradients
 *
 * To sweep a chunk is to compute its errors v_t, t descending (backward.c). The schedule cuts the
 * tape into chunks and hands each its buffers. It divides a sweep among tasks by sequences, and has
 * the weights' gradients of a chunk added after its sweep. No division changes a bit. */
#ifndef SRNN_SCHEDULE_H
#define SRNN_SCHEDULE_H

#include "passes/columns.h"
#include "passes/weight_gradient.h"

/* Sweep the sequences from `first` to before `end` down the chunk's steps. */
typedef void (*srnn__sweep_fn)(const void *backward, const struct srnn__chunk *chunk,
                               uint32_t first, uint32_t end);

struct srnn__schedule {
    srnn__sweep_fn sweep;
    const void *backward; /* the argument of `sweep` */
    struct srnn__weight_gradient gradient;
    struct srnn__chunk chunk;           /* the chunk that is swept */
    uint32_t sweepers;                  /* tasks that sweep it, each a share of the sequences */
    struct srnn__columns_sweep columns; /* how to sweep by columns, if it has tasks */
};

/* The plain schedule: sweep all steps of the tape, last to first, one chunk in a round, and add its
 * weights' gradients in another. The caller has set `sweep` and `backward` and begun `gradient`.
 * Returns SRNN_E_PARALLEL if the caller's parallel-for fails. */
int32_t srnn__schedule_run(struct srnn__schedule *schedule);

/* For schedules: set the bounds of the next chunk. It ends before step `end` and has at most
 * `max_steps` steps, all of one segment. The chunks of a segment are as even as can be. Buffers
 * stay as they are. */
void srnn__schedule_cut(struct srnn__schedule *schedule, uint32_t end, uint32_t max_steps);

/* For schedules: sweep the chunk in a round of its own. */
int32_t srnn__schedule_sweep(struct srnn__schedule *schedule);

/* For schedules: a task's share of the sweep, for task < schedule->sweepers. */
void srnn__schedule_sweep_share(const struct srnn__schedule *schedule, uint32_t task);

#endif
