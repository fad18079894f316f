/* pool.c - threads that wait for work */
#define _POSIX_C_SOURCE 200809L
#include "pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

/* A pass of the library is many short rounds of tasks, and waking a sleeping
 * thread takes as long as some of them. Who waits therefore looks for this many
 * times, some tens of microseconds, before it sleeps: through a pass nobody
 * sleeps, and an idle pool takes no time. */
#define LOOKS 10000

#if defined(__GNUC__)
#define LOOK(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define SHOW(field, value) __atomic_store_n(&(field), value, __ATOMIC_RELEASE)
#else /* nobody looks: all fields are the mutex's */
#define LOOK(field) (field)
#define SHOW(field, value) ((void)((field) = (value)))
#endif
#if defined(__GNUC__) && defined(__x86_64__)
#define BREATHE() __builtin_ia32_pause()
#else
#define BREATHE() ((void)0)
#endif

/* All fields below the mutex are its; `round`, `pending` and `ending` may be
 * looked at without it. A round of work is over when every index was handed out
 * and `pending` tasks came back. */
struct pool {
    uint32_t threads;
    uint32_t started;   /* how many of `workers` run */
    int looks;          /* before who waits sleeps */
    pthread_t *workers; /* [threads - 1] */
    pthread_mutex_t mutex;
    pthread_cond_t work; /* there is an index to take, or the end has come */
    pthread_cond_t done; /* pending fell to 0 */
    srnn_task_fn task_fn;
    void *task;
    uint32_t next; /* the first index that nobody took */
    uint32_t count;
    uint32_t round;   /* changes with every round */
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
        SHOW(pool->pending, pool->pending - 1);
        if (pool->pending == 0) {
            pthread_cond_signal(&pool->done);
        }
    }
}

/* Looks for a while, without the mutex, whether there is a round after `seen`. */
static void look_for_work(struct pool *pool, uint32_t seen)
{
    for (int i = 0; i < pool->looks && LOOK(pool->round) == seen && !LOOK(pool->ending); i++) {
        BREATHE();
    }
}

static void *worker_main(void *user)
{
    struct pool *pool = user;

    pthread_mutex_lock(&pool->mutex);
    while (!pool->ending) {
        const uint32_t seen = pool->round;

        if (pool->next < pool->count) {
            run_tasks(pool);
        }
        pthread_mutex_unlock(&pool->mutex);
        look_for_work(pool, seen);
        pthread_mutex_lock(&pool->mutex);
        while (!pool->ending && pool->round == seen) {
            pthread_cond_wait(&pool->work, &pool->mutex);
        }
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* How often to look: never when the threads have to share the processors, for
 * then looking takes the time of those who work. */
static int looks_for(uint32_t threads)
{
#if defined(__GNUC__) && defined(_SC_NPROCESSORS_ONLN)
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors >= (long)threads ? LOOKS : 0;
#else
    (void)threads;
    return 0;
#endif
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
    made->looks = looks_for(threads);
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
    SHOW(pool->ending, 1);
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
    SHOW(pool->pending, count);
    SHOW(pool->round, pool->round + 1);
    if (count > 1) {
        pthread_cond_broadcast(&pool->work);
    }
    run_tasks(pool);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->looks && LOOK(pool->pending) > 0; i++) {
        BREATHE();
    }
    pthread_mutex_lock(&pool->mutex);
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
