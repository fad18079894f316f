/* threads.c - run the library's tasks on your own threads
 *
 * The library starts no threads: it divides each stage of a pass into tasks and calls a function
 * of the program to run them, here on a small pool of POSIX threads. The program trains twice, on
 * one thread and on four, and compares the bits. Unlike a real training (train.c), it does not
 * clip.
 *
 *     cc threads.c $(pkg-config --cflags --libs srnn) -pthread && ./a.out */
#include <srnn.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 40, BATCH = 32, INPUTS = 8, HIDDEN = 64, OUTPUTS = 4, UPDATES = 40, HELPERS = 3 };
enum { N = (INPUTS + HIDDEN + 1) * HIDDEN + (HIDDEN + 1) * OUTPUTS }; /* parameters */

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* The pool: helpers sleep until there are tasks; the thread that calls run works too. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    srnn_task_fn task_fn;
    void *task;
    uint32_t next, count; /* no thread has taken the tasks next .. count - 1 yet */
    uint32_t unfinished;  /* tasks that have not ended */
    unsigned long helped; /* number of tasks that helpers ran */
    int stop;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* Runs one task. The lock is held before and after; task_fn and task stay until all have ended. */
static void run_one(void)
{
    const uint32_t index = pool.next++;

    pthread_mutex_unlock(&pool.lock);
    pool.task_fn(pool.task, index);
    pthread_mutex_lock(&pool.lock);
    if (--pool.unfinished == 0) {
        pthread_cond_broadcast(&pool.changed);
    }
}

static void *help(void *unused)
{
    pthread_mutex_lock(&pool.lock);
    while (!pool.stop) {
        if (pool.next < pool.count) {
            pool.helped++;
            run_one();
        } else {
            pthread_cond_wait(&pool.changed, &pool.lock);
        }
    }
    pthread_mutex_unlock(&pool.lock);
    return unused;
}

/* An srnn_parallel_fn: runs each task once and returns when all have ended. Callers take turns. */
static int32_t run(void *unused, srnn_task_fn task_fn, void *task, uint32_t count)
{
    static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

    (void)unused;
    pthread_mutex_lock(&turn);
    pthread_mutex_lock(&pool.lock);
    pool.task_fn = task_fn;
    pool.task = task;
    pool.next = 0;
    pool.count = pool.unfinished = count;
    pthread_cond_broadcast(&pool.changed);
    while (pool.next < pool.count) {
        run_one();
    }
    while (pool.unfinished > 0) {
        pthread_cond_wait(&pool.changed, &pool.lock);
    }
    pthread_mutex_unlock(&pool.lock);
    pthread_mutex_unlock(&turn);
    return 0;
}

int main(void)
{
    static float x[STEPS * BATCH * INPUTS], start[N], gradient[N], result[2][N];
    static const uint32_t classes[BATCH] = {3, 1, 2, 2, 1, 3, 1, 1, 2, 3, 1, 2}; /* then 0 */
    pthread_t helpers[HELPERS];
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_optimizer *optimizer;

    must(srnn_model_create(NULL, NULL, INPUTS, HIDDEN, OUTPUTS, SRNN_HIDDEN_TANH,
                           SRNN_OUTPUT_SOFTMAX, 0, &model));
    must(srnn_random_create(NULL, NULL, 1, 0, &random));
    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random));
    memcpy(start, srnn_model_parameters(model), sizeof start);
    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++) {
        x[i] = srnn_random_normal(random);
    }
    must(srnn_batch_create(NULL, NULL, &batch));
    must(srnn_batch_begin(batch, STEPS, BATCH));
    must(srnn_batch_input(batch, x, BATCH * INPUTS, INPUTS));
    must(srnn_batch_target_ids(batch, classes, 0, 1));
    must(srnn_workspace_create(NULL, NULL, model, STEPS, BATCH, SRNN_WORKSPACE_LAST_OUTPUT,
                               &workspace));
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_ADAM, N, &optimizer));
    for (int i = 0; i < HELPERS; i++) {
        must(pthread_create(&helpers[i], NULL, help, NULL) != 0 ? SRNN_E_PARALLEL : SRNN_OK);
    }
    for (int pooled = 0; pooled <= 1; pooled++) {
        double loss = 0;
        must(srnn_workspace_parallel(workspace, pooled ? run : NULL, NULL, 2 * (HELPERS + 1)));
        must(srnn_optimizer_reset(optimizer));
        memcpy(srnn_model_parameters(model), start, sizeof start);
        for (int update = 0; update < UPDATES; update++) {
            memset(gradient, 0, sizeof gradient);
            must(srnn_forward(model, workspace, batch));
            must(srnn_loss(model, workspace, batch, 1.0 / BATCH, &loss, NULL));
            must(srnn_backward(model, workspace, NULL, gradient, N));
            must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, N));
        }
        memcpy(result[pooled], srnn_model_parameters(model), sizeof result[0]);
        printf("threads %d  loss %.9g\n", pooled ? HELPERS + 1 : 1, loss / BATCH);
    }
    const int same = memcmp(result[0], result[1], sizeof result[0]) == 0;
    printf("helpers ran %lu tasks: %s bits\n", pool.helped, same ? "the same" : "other");

    pthread_mutex_lock(&pool.lock);
    pool.stop = 1;
    pthread_cond_broadcast(&pool.changed);
    pthread_mutex_unlock(&pool.lock);
    for (int i = 0; i < HELPERS; i++) {
        pthread_join(helpers[i], NULL);
    }
    srnn_optimizer_destroy(optimizer);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_random_destroy(random);
    srnn_model_destroy(model);
    return same ? 0 : 1;
}
