/* parallel.c - parallel-fors to hand to srnn_workspace_parallel */
#include "parallel.h"

#include <pthread.h>
#include <stdlib.h>

#define MAX_THREADS 16u

int32_t run_reversed(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    (void)user;
    while (count > 0) {
        task_fn(task, --count);
    }
    return 0;
}

static uint64_t xorshift(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Fisher and Yates. */
int32_t run_shuffled(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    uint32_t *order = malloc(count * sizeof *order);

    if (order == NULL) {
        return -1;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t other = (uint32_t)(xorshift(user) % (i + 1u));
        order[i] = order[other];
        order[other] = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        task_fn(task, order[i]);
    }
    free(order);
    return 0;
}

/* What one thread does: every `stride`th task from `first` on. */
struct share {
    srnn_task_fn task_fn;
    void *task;
    uint32_t first;
    uint32_t stride;
    uint32_t count;
};

static void *run_share(void *argument)
{
    const struct share *share = argument;

    for (uint32_t i = share->first; i < share->count; i += share->stride) {
        share->task_fn(share->task, i);
    }
    return NULL;
}

int32_t run_threads(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    const uint32_t threads = *(const uint32_t *)user;
    struct share shares[MAX_THREADS];
    pthread_t ids[MAX_THREADS];
    uint32_t started = 0;
    int failed = threads == 0 || threads > MAX_THREADS;

    while (!failed && started < threads) {
        const struct share share = {task_fn, task, started, threads, count};
        shares[started] = share;
        failed = pthread_create(&ids[started], NULL, run_share, &shares[started]) != 0;
        started += failed ? 0u : 1u;
    }
    for (uint32_t i = 0; i < started; i++) {
        failed |= pthread_join(ids[i], NULL) != 0;
    }
    return failed ? -1 : 0;
}

int32_t run_failing(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    uint32_t *left = user;

    if (*left == 0 || --*left == 0) {
        return 7;
    }
    for (uint32_t i = 0; i < count; i++) {
        task_fn(task, i);
    }
    return 0;
}
