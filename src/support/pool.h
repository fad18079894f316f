/* pool.h - threads that work on rounds of tasks, and sleep when there are none
 *
 * One thread calls pool_run at a time. The calling thread works too, so a pool
 * of n threads starts n - 1. */
#ifndef POOL_H
#define POOL_H

#include <stdint.h>

#include "srnn.h"

struct pool;

#define MAX_THREADS 256

/* A pool of `threads`, from 1 to MAX_THREADS, with the caller counted. Gives 0,
 * or EXIT_FAILED after a message. */
int pool_create(uint32_t threads, struct pool **pool);

/* End the threads and give back the memory; NULL is passed over. */
void pool_destroy(struct pool *pool);

/* Call task_fn(task, i) once for every i below `count`, on all threads, and
 * return when all are done. Gives 0. An srnn_parallel_fn; `pool` is a struct
 * pool. */
int32_t pool_run(void *pool, srnn_task_fn task_fn, void *task, uint32_t count);

/* The number of threads, the caller counted. */
uint32_t pool_threads(const struct pool *pool);

#endif /* POOL_H */
