/* parallel.c - parallel-fors to hand to srnn_workspace_parallel */
#include "parallel.h"

#include <pthread.h>
#include <stdlib.h>

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

/* The numbers below `count` in an order drawn by Fisher and Yates, for the caller to free; NULL
 * when there is no memory. */
static uint32_t *draw_order(uint64_t *state, uint32_t count)
{
    uint32_t *order = malloc(count * sizeof *order);

    for (uint32_t i = 0; order != NULL && i < count; i++) {
        const uint32_t other = (uint32_t)(xorshift(state) % (i + 1u));
        order[i] = order[other];
        order[other] = i;
    }
    return order;
}

int32_t run_shuffled(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    uint32_t *order = draw_order(user, count);

    if (order == NULL) {
        return -1;
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

    if (*left > 0 && --*left == 0) {
        return 7;
    }
    for (uint32_t i = 0; i < count; i++) {
        task_fn(task, i);
    }
    return 0;
}

/* A thread of a pool: takes the next task of the order until the pool is closed. */
static void *work(void *argument)
{
    struct pool *pool = argument;

    pthread_mutex_lock(&pool->lock);
    while (!pool->closing) {
        if (pool->next == pool->count) {
            pthread_cond_wait(&pool->begin, &pool->lock);
            continue;
        }
        const uint32_t index = pool->order[pool->next++];
        pthread_mutex_unlock(&pool->lock);
        pool->task_fn(pool->task, index);
        pthread_mutex_lock(&pool->lock);
        if (--pool->left == 0) {
            pthread_cond_signal(&pool->done);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

int32_t pool_open(struct pool *pool, uint32_t threads, uint64_t state)
{
    const struct pool empty = {.state = state};

    *pool = empty;
    if (threads == 0 || threads > MAX_THREADS || pthread_mutex_init(&pool->lock, NULL) != 0 ||
        pthread_cond_init(&pool->begin, NULL) != 0 || pthread_cond_init(&pool->done, NULL) != 0) {
        return -1;
    }
    while (pool->threads < threads) {
        if (pthread_create(&pool->ids[pool->threads], NULL, work, pool) != 0) {
            pool_close(pool);
            return -1;
        }
        pool->threads++;
    }
    return 0;
}

int32_t run_pool(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    struct pool *pool = user;
    uint32_t *order = draw_order(&pool->state, count);

    if (order == NULL) {
        return -1;
    }
    pthread_mutex_lock(&pool->lock);
    pool->task_fn = task_fn;
    pool->task = task;
    pool->order = order;
    pool->next = 0;
    pool->count = pool->left = count;
    pthread_cond_broadcast(&pool->begin);
    while (pool->left != 0) {
        pthread_cond_wait(&pool->done, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    free(order);
    return 0;
}

void pool_close(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->closing = 1;
    pthread_cond_broadcast(&pool->begin);
    pthread_mutex_unlock(&pool->lock);
    while (pool->threads > 0) {
        pthread_join(pool->ids[--pool->threads], NULL);
    }
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->begin);
    pthread_mutex_destroy(&pool->lock);
}
