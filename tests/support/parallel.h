/* parallel.h - parallel-fors to hand to srnn_workspace_parallel */
#ifndef PARALLEL_H
#define PARALLEL_H

#include "srnn.h"

/* The tasks one after the other, the last first; `user` is not used. */
int32_t run_reversed(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* The tasks one after the other in an order drawn anew each time; `user` is a uint64_t, the
 * state of the draws, not 0. */
int32_t run_shuffled(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* The tasks on POSIX threads; `user` is a uint32_t, their number, up to 16. */
int32_t run_threads(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* Fails without running anything, the `user`th time (a uint32_t, counted down) and after; runs
 * the tasks in order before that. */
int32_t run_failing(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

#endif
