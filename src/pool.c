/* pool.c - threads that wait for work without spinning */
#define _POSIX_C_SOURCE 200809L
#include "pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* All fields below the mutex are its. A round of work is over when every index
 * was handed out and `pending` tasks came back. */
struct pool {
    uint32_t threads;
    uint32_t started;   /* how many of `workers` run */
    pthread_t *workers; /* [threads - 1] */
    pthread_mutex_t mutex;
    pthread_cond_t work; /* there is an index to take, or the end has come */
    pthread_cond_t done; /* pending fell to 0 */
    srnn_task_fn task_fn;
    void *task;
    uint32_t next; /* the first index that nobody took */
    uint32_t count;
    uint32_t pending; /* tasks that are not finished */
    int ending;
};

/* Takes and runs tasks until none is left. Called and left with the mutex held,
 * which is open while a task runs. */
static void run_tasks(struct pool *pool)
{
    while (pool->next < pool->count) {
        const uint32_t index = pool->next++;
        const srnn_task_fn task_fn = pool->task_fn;
        void *task = pool->task;

        pthread_mutex_unlock(&pool->mutex);
        task_fn(task, index);
        pthread_mutex_lock(&pool->mutex);
        if (--pool->pending == 0) {
            pthread_cond_signal(&pool->done);
        }
    }
}

static void *worker_main(void *user)
{
    struct pool *pool = user;

    pthread_mutex_lock(&pool->mutex);
    while (!pool->ending) {
        if (pool->next < pool->count) {
            run_tasks(pool);
        } else {
            pthread_cond_wait(&pool->work, &pool->mutex);
        }
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

int pool_create(uint32_t threads, struct pool **pool)
{
    struct pool *made = calloc(1, sizeof *made);
    int error = 0;

    if (made != NULL) {
        made->workers = calloc(threads, sizeof *made->workers);
    }
    if (made == NULL || made->workers == NULL) {
        free(made);
        return fail("no memory for %lu threads", (unsigned long)threads);
    }
    made->threads = threads;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->work, NULL);
    pthread_cond_init(&made->done, NULL);
    while (error == 0 && made->started < threads - 1) {
        error = pthread_create(&made->workers[made->started], NULL, worker_main, made);
        if (error == 0) {
            made->started++;
        }
    }
    if (error != 0) {
        pool_destroy(made);
        return fail("cannot start %lu threads: %s", (unsigned long)threads, strerror(error));
    }
    *pool = made;
    return 0;
}

void pool_destroy(struct pool *pool)
{
    uint32_t i;

    if (pool == NULL) {
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->ending = 1;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    for (i = 0; i < pool->started; i++) {
        pthread_join(pool->workers[i], NULL);
    }
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->workers);
    free(pool);
}

int32_t pool_run(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    struct pool *pool = user;

    pthread_mutex_lock(&pool->mutex);
    pool->task_fn = task_fn;
    pool->task = task;
    pool->next = 0;
    pool->count = count;
    pool->pending = count;
    if (count > 1) {
        pthread_cond_broadcast(&pool->work);
    }
    run_tasks(pool);
    while (pool->pending > 0) {
        pthread_cond_wait(&pool->done, &pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    return 0;
}

uint32_t pool_threads(const struct pool *pool)
{
    return pool->threads;
}
