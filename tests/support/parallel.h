/* parallel.h - parallel-fors to hand to srnn_workspace_parallel */
#ifndef PARALLEL_H
#define PARALLEL_H

#include <pthread.h>

#include "srnn.h"

/* No parallel-for here has more threads. */
#define MAX_THREADS 16u

/* The tasks one after the other, the last first; `user` is not used. */
int32_t run_reversed(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* The tasks one after the other in an order drawn for each call; `user` is a uint64_t, the
 * state of the draws, not 0. */
int32_t run_shuffled(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* The tasks on POSIX threads; `user` is a uint32_t, their number, up to MAX_THREADS. */
int32_t run_threads(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* Fails without running anything, the `user`th time (a uint32_t, counted down to 0); runs the tasks
 * in order at every other time. */
int32_t run_failing(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* A thread pool, for many short stages: to start threads for each stage takes far longer than the
 * stage, above all under emulation. Each task goes to whichever thread is free, in an order drawn
 * for each stage. */
struct pool {
    pthread_mutex_t lock;
    pthread_cond_t begin;
    pthread_cond_t done;
    pthread_t ids[MAX_THREADS];
    uint32_t threads;
    uint64_t state; /* of the draws */
    srnn_task_fn task_fn;
    void *task;
    const uint32_t *order;
    uint32_t next; /* in the order */
    uint32_t count;
    uint32_t left; /* not done */
    int closing;
};

/* Start `threads` threads, up to MAX_THREADS, the orders being drawn from `state`, not 0. Returns
 * 0, or another number on failure; nothing is left to close then. */
int32_t pool_open(struct pool *pool, uint32_t threads, uint64_t state);

/* The tasks on a pool, which is `user`. */
int32_t run_pool(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* End the threads of a pool that is open and idle. */
void pool_close(struct pool *pool);

#endif
