/* pool.c - threads that wait for rounds of tasks */
#include "support/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/message.h"
#include "support/try.h"

/* A pass of the library is many short rounds of tasks, and waking a sleeping thread takes as
 * long as some of them. A thread that waits therefore polls this many times, some tens of
 * microseconds, before it sleeps: no thread sleeps during a pass, and an idle pool uses no
 * processor time. */
#define POLLS 10000

#if defined(__GNUC__) && defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE() ((void)0)
#endif

/* The bytes of a cache line. Members that different threads write are kept at least this far
 * apart, to avoid false sharing. */
#define CACHE_LINE 64

/* Members marked "atomic" are accessed by several threads at the same time, through the
 * functions atomic_* alone; the mutex protects falling asleep and waking up. */
struct pool {
    uint32_t threads;
    uint32_t workers_started; /* threads - 1, but fewer while the pool is created */
    int polls;                /* how often a thread polls before it sleeps */
    pthread_t *workers;       /* [threads - 1] */
    pthread_mutex_t mutex;
    pthread_cond_t round_began; /* or the pool ends */
    pthread_cond_t task_ended;  /* a worker has finished a task */
    uint32_t sleeping_workers;  /* atomic: how many wait for `round_began` */
    uint32_t caller_sleeps;     /* atomic: 1 while the caller waits for `task_ended` */
    uint32_t pool_ends;         /* atomic: 1 when the workers have to return */

    char before_round[CACHE_LINE];
    srnn_task_fn task_fn;
    void *task;
    uint32_t count;      /* the tasks of the round */
    uint32_t tasks_left; /* atomic: tasks that no thread has taken; wraps below 0 */
    uint32_t round;      /* atomic: the number of the round */

    char before_finished[CACHE_LINE];
    uint32_t tasks_finished; /* atomic: by workers, in this round */
    char after_finished[CACHE_LINE];
};

/* Atomic load, store and add; atomic_add returns the value before. They are sequentially
 * consistent: all threads see all of them in one order. Where the compiler has no such
 * operations, each of them takes a mutex. */
#if defined(__GNUC__)
static uint32_t atomic_get(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static void atomic_set(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static uint32_t atomic_add(uint32_t *word, uint32_t n)
{
    return __atomic_fetch_add(word, n, __ATOMIC_SEQ_CST);
}
#else
static pthread_mutex_t atomic_mutex = PTHREAD_MUTEX_INITIALIZER;

static uint32_t atomic_get(const uint32_t *word)
{
    uint32_t value;

    pthread_mutex_lock(&atomic_mutex);
    value = *word;
    pthread_mutex_unlock(&atomic_mutex);
    return value;
}

static void atomic_set(uint32_t *word, uint32_t value)
{
    pthread_mutex_lock(&atomic_mutex);
    *word = value;
    pthread_mutex_unlock(&atomic_mutex);
}

static uint32_t atomic_add(uint32_t *word, uint32_t n)
{
    uint32_t value;

    pthread_mutex_lock(&atomic_mutex);
    value = *word;
    *word = value + n;
    pthread_mutex_unlock(&atomic_mutex);
    return value;
}
#endif

/* Take a task of the round. Returns 1 and writes its index, or returns 0 when none is left.
 * The round's task_fn, task and count do not change until every task taken has finished. */
static int take_task(struct pool *pool, uint32_t *index)
{
    const uint32_t tasks_left = atomic_add(&pool->tasks_left, UINT32_MAX);

    if (tasks_left == 0 || tasks_left > INT32_MAX) {
        return 0;
    }
    *index = pool->count - tasks_left;
    return 1;
}

/* Wait, as a worker, for the round after `seen`. */
static void wait_for_round(struct pool *pool, uint32_t seen)
{
    for (int i = 0; i < pool->polls; i++) {
        if (atomic_get(&pool->round) != seen) {
            return;
        }
        PAUSE();
    }
    pthread_mutex_lock(&pool->mutex);
    atomic_add(&pool->sleeping_workers, 1);
    while (atomic_get(&pool->round) == seen) {
        pthread_cond_wait(&pool->round_began, &pool->mutex);
    }
    atomic_add(&pool->sleeping_workers, UINT32_MAX);
    pthread_mutex_unlock(&pool->mutex);
}

/* Wait, as the caller, until workers have finished `count` tasks of the round. */
static void wait_for_workers(struct pool *pool, uint32_t count)
{
    for (int i = 0; i < pool->polls; i++) {
        if (atomic_get(&pool->tasks_finished) == count) {
            return;
        }
        PAUSE();
    }
    pthread_mutex_lock(&pool->mutex);
    atomic_set(&pool->caller_sleeps, 1);
    while (atomic_get(&pool->tasks_finished) != count) {
        pthread_cond_wait(&pool->task_ended, &pool->mutex);
    }
    atomic_set(&pool->caller_sleeps, 0);
    pthread_mutex_unlock(&pool->mutex);
}

/* Begin a round and wake the sleeping workers. No wake-up is lost: a worker counts itself
 * among sleeping_workers before it reads `round` for the last time, so that either the worker
 * sees the new round, or its count is seen here. */
static void begin_round(struct pool *pool)
{
    atomic_add(&pool->round, 1);
    if (atomic_get(&pool->sleeping_workers) > 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->round_began);
        pthread_mutex_unlock(&pool->mutex);
    }
}

static void *worker_main(void *user)
{
    struct pool *pool = user;
    uint32_t seen = 0;
    uint32_t index;

    for (;;) {
        wait_for_round(pool, seen);
        seen = atomic_get(&pool->round);
        if (atomic_get(&pool->pool_ends)) {
            return NULL;
        }
        while (take_task(pool, &index)) {
            pool->task_fn(pool->task, index);
            atomic_add(&pool->tasks_finished, 1);
            if (atomic_get(&pool->caller_sleeps)) {
                pthread_mutex_lock(&pool->mutex);
                pthread_cond_signal(&pool->task_ended);
                pthread_mutex_unlock(&pool->mutex);
            }
        }
    }
}

/* How often a thread of the pool polls before it sleeps. Never with more threads than processors:
 * polling would take time from the threads that work. POSIX does not tell how many of them the
 * process may use, which `taskset` and mpirun limit. */
static int polls_for(uint32_t threads)
{
#if defined(__GNUC__) && defined(_SC_NPROCESSORS_ONLN)
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors >= (long)threads ? POLLS : 0;
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
    made->polls = polls_for(threads);
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->round_began, NULL);
    pthread_cond_init(&made->task_ended, NULL);
    while (error == 0 && made->workers_started < threads - 1) {
        error = pthread_create(&made->workers[made->workers_started], NULL, worker_main, made);
        if (error == 0) {
            made->workers_started++;
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
    if (pool == NULL) {
        return;
    }
    atomic_set(&pool->pool_ends, 1);
    begin_round(pool);
    for (uint32_t i = 0; i < pool->workers_started; i++) {
        pthread_join(pool->workers[i], NULL);
    }
    pthread_cond_destroy(&pool->task_ended);
    pthread_cond_destroy(&pool->round_began);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->workers);
    free(pool);
}

int32_t pool_run(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    struct pool *pool = user;
    uint32_t tasks_of_caller = 1;
    uint32_t index;

    if (count == 0) {
        return 0;
    }
    if (count == 1 || pool->threads == 1) {
        for (uint32_t i = 0; i < count; i++) {
            task_fn(task, i);
        }
        return 0;
    }
    pool->task_fn = task_fn;
    pool->task = task;
    pool->count = count;
    atomic_set(&pool->tasks_finished, 0);
    atomic_set(&pool->tasks_left, count - 1); /* without task 0, the caller's own */
    begin_round(pool);
    task_fn(task, 0);
    while (take_task(pool, &index)) {
        task_fn(task, index);
        tasks_of_caller++;
    }
    wait_for_workers(pool, count - tasks_of_caller);
    return 0;
}

/* The work below which a thread costs more time than it saves, in multiply-adds of a forward pass.
 * A value of a hidden unit costs as much as 30 of them: its activation, and what backward does once
 * for it. A step of a sequence costs as much as 500.
 *
 * Measured with 100 steps on two cores of 117 GFLOP/s, where a round of two tasks takes 0.1 us.
 * With a second thread all shapes of more than 400,000 were faster: 8 units and 5 sequences 1.09
 * times, 32 units and 2 sequences 1.08 times. All others were slower: 24 units and 2 sequences 0.87
 * times as fast, 32 units and 1 sequence 0.97 times. On two cores that need 178 ns for a cache
 * line, 200 steps of 48 units and 20 sequences, which are 17 million, were still 1.04 times as
 * fast. */
#define LEAST_WORK 200000.0
#define VALUE_WORK 30.0
#define PAIR_WORK 500.0

uint32_t threads_that_pay(uint32_t threads, double steps, double sequences, double hidden)
{
    const double work = steps * sequences * (hidden * (hidden + VALUE_WORK) + PAIR_WORK);

    if (work >= LEAST_WORK * threads) {
        return threads;
    }
    return work < 2.0 * LEAST_WORK ? 1 : (uint32_t)(work / LEAST_WORK);
}

int32_t pool_serve(struct pool *pool, srnn_workspace *workspace)
{
    double steps, sequences, hidden;

    if (pool == NULL) {
        return SRNN_OK;
    }
    TRY(srnn_workspace_get(workspace, SRNN_WORKSPACE_MAX_STEPS, &steps));
    TRY(srnn_workspace_get(workspace, SRNN_WORKSPACE_MAX_SEQUENCES, &sequences));
    TRY(srnn_workspace_get(workspace, SRNN_WORKSPACE_HIDDEN, &hidden));
    return srnn_workspace_parallel(workspace, pool_run, pool,
                                   threads_that_pay(pool->threads, steps, sequences, hidden));
}

uint32_t pool_threads(const struct pool *pool)
{
    return pool->threads;
}
