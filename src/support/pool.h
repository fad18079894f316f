/* pool.h - a pool of threads that runs rounds of tasks and sleeps between them
 *
 * Only one thread at a time may call pool_run. The calling thread works too, so a pool of n
 * threads starts n - 1. */
#ifndef POOL_H
#define POOL_H

#include <stdint.h>

#include "srnn.h"

struct pool;

#define MAX_THREADS 256

/* Create a pool of `threads`, from 1 to MAX_THREADS, the caller counted. Returns 0, or
 * EXIT_FAILED after a message. */
int pool_create(uint32_t threads, struct pool **pool);

/* End the threads and free the pool. NULL is ignored. */
void pool_destroy(struct pool *pool);

/* Call task_fn(task, i) once for every i below `count`, spread over the threads, and return
 * when all calls have returned. Always returns 0. An srnn_parallel_fn; `pool` is a struct
 * pool. */
int32_t pool_run(void *pool, srnn_task_fn task_fn, void *task, uint32_t count);

/* Have the passes of a workspace run on the pool, by as many of its threads as pay. `pool` may be
 * NULL: the passes then have no threads. Returns a status of the library. */
int32_t pool_serve(struct pool *pool, srnn_workspace *workspace);

/* The number of threads, up to `threads` but at least 1, that pay for passes over batches of
 * [steps x sequences] through so many hidden units. */
uint32_t threads_that_pay(uint32_t threads, double steps, double sequences, double hidden);

/* The number of threads, the caller counted. */
uint32_t pool_threads(const struct pool *pool);

#endif /* POOL_H */
