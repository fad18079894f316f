/* pool.c - threads that wait for work */
#include "support/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/message.h"

/* A pass of the library is many short rounds of tasks, and waking a sleeping
 * thread takes as long as some of them. Who waits therefore looks for this many
 * times, some tens of microseconds, before it sleeps: through a pass nobody
 * sleeps, and an idle pool takes no time. */
#define LOOKS 10000

#if defined(__GNUC__) && defined(__x86_64__)
#define BREATHE() __builtin_ia32_pause()
#else
#define BREATHE() ((void)0)
#endif

/* Keeps what threads write at the same time on lines of the caches of their own. */
#define APART 64

/* The mutex is for who falls asleep and who wakes him; what else two threads can reach
 * at the same time is a word for look, show and add. */
struct pool {
    uint32_t threads;
    uint32_t started;   /* how many of `workers` run */
    int looks;          /* before who waits sleeps */
    pthread_t *workers; /* [threads - 1] */
    pthread_mutex_t mutex;
    pthread_cond_t work; /* there is a round, or the end has come */
    pthread_cond_t done; /* the workers finished their tasks */
    uint32_t asleep;     /* word: workers that wait for `work` */
    uint32_t waiting;    /* word: whether the caller waits for `done` */
    uint32_t ending;     /* word */

    char before_round[APART];
    srnn_task_fn task_fn;
    void *task;
    uint32_t count;
    uint32_t left;  /* word: indices that nobody took; counts on downwards from 0 */
    uint32_t round; /* word: changes with every round */

    char before_finished[APART];
    uint32_t finished; /* word: the tasks that workers finished in this round */
    char at_the_end[APART];
};

/* Words: what is there; let it be `value`; add n, giving what was there. All threads
 * see all of it in one order. A compiler that cannot do it takes a mutex for each. */
#if defined(__GNUC__)
static uint32_t look(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static void show(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static uint32_t add(uint32_t *word, uint32_t n)
{
    return __atomic_fetch_add(word, n, __ATOMIC_SEQ_CST);
}
#else
static pthread_mutex_t words = PTHREAD_MUTEX_INITIALIZER;

static uint32_t look(const uint32_t *word)
{
    uint32_t value;

    pthread_mutex_lock(&words);
    value = *word;
    pthread_mutex_unlock(&words);
    return value;
}

static void show(uint32_t *word, uint32_t value)
{
    pthread_mutex_lock(&words);
    *word = value;
    pthread_mutex_unlock(&words);
}

static uint32_t add(uint32_t *word, uint32_t n)
{
    uint32_t value;

    pthread_mutex_lock(&words);
    value = *word;
    *word = value + n;
    pthread_mutex_unlock(&words);
    return value;
}
#endif

/* Takes an index of the round; gives 0 when there is none left. Who has one finds the
 * round's function, task and count in place until he is finished. */
static int take(struct pool *pool, uint32_t *index)
{
    const uint32_t left = add(&pool->left, UINT32_MAX);

    if (left == 0 || left > INT32_MAX) {
        return 0;
    }
    *index = pool->count - left;
    return 1;
}

/* Waits until there is another round than `seen`. */
static void wait_for_round(struct pool *pool, uint32_t seen)
{
    for (int i = 0; i < pool->looks; i++) {
        if (look(&pool->round) != seen) {
            return;
        }
        BREATHE();
    }
    pthread_mutex_lock(&pool->mutex);
    add(&pool->asleep, 1);
    while (look(&pool->round) == seen) {
        pthread_cond_wait(&pool->work, &pool->mutex);
    }
    add(&pool->asleep, UINT32_MAX);
    pthread_mutex_unlock(&pool->mutex);
}

/* Waits until the workers have finished `count` tasks of the round. */
static void wait_for_workers(struct pool *pool, uint32_t count)
{
    for (int i = 0; i < pool->looks; i++) {
        if (look(&pool->finished) == count) {
            return;
        }
        BREATHE();
    }
    pthread_mutex_lock(&pool->mutex);
    show(&pool->waiting, 1);
    while (look(&pool->finished) != count) {
        pthread_cond_wait(&pool->done, &pool->mutex);
    }
    show(&pool->waiting, 0);
    pthread_mutex_unlock(&pool->mutex);
}

/* Begins a round. Who falls asleep counts himself before he looks at the round for the
 * last time: either he sees this one, or he is seen here. */
static void call_workers(struct pool *pool)
{
    add(&pool->round, 1);
    if (look(&pool->asleep) > 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->work);
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
        seen = look(&pool->round);
        if (look(&pool->ending)) {
            return NULL;
        }
        while (take(pool, &index)) {
            pool->task_fn(pool->task, index);
            add(&pool->finished, 1);
            if (look(&pool->waiting)) {
                pthread_mutex_lock(&pool->mutex);
                pthread_cond_signal(&pool->done);
                pthread_mutex_unlock(&pool->mutex);
            }
        }
    }
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
    show(&pool->ending, 1);
    call_workers(pool);
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
    uint32_t mine = 1;
    uint32_t index;

    if (count == 0) {
        return 0;
    }
    if (count == 1 || pool->threads == 1) {
        for (index = 0; index < count; index++) {
            task_fn(task, index);
        }
        return 0;
    }
    pool->task_fn = task_fn;
    pool->task = task;
    pool->count = count;
    show(&pool->finished, 0);
    show(&pool->left, count - 1);
    call_workers(pool);
    task_fn(task, 0);
    while (take(pool, &index)) {
        task_fn(task, index);
        mine++;
    }
    wait_for_workers(pool, count - mine);
    return 0;
}

uint32_t pool_threads(const struct pool *pool)
{
    return pool->threads;
}
