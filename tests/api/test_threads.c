/* test_threads.c - threads of the caller's that share what they only read */
#include <pthread.h>
#include <string.h>

#include "support.h"

enum { THREADS = 4, ROUNDS = 5 };

/* What one thread has of its own. The model and the batch of the rig are const to it. */
struct worker {
    const struct rig *rig;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer;
    float *gradient; /* [count] */
    float *streamed; /* [2 x hidden + outputs] the state, the next one and the logits */
    uint64_t hash;   /* of everything that the thread has computed */
    int32_t failed;  /* the first status that is not SRNN_OK */
};

static void note(struct worker *worker, int32_t status)
{
    worker->failed = worker->failed != SRNN_OK ? worker->failed : status;
}

/* A pass over the whole batch: its losses, errors, gradient and Omega. */
static void whole_pass(struct worker *worker)
{
    const struct rig *rig = worker->rig;
    double results[3] = {0.0};
    uint64_t wrong = 0, steps = 0;

    memset(worker->gradient, 0, rig->count * sizeof *worker->gradient);
    note(worker, srnn_forward(rig->model, worker->workspace, rig->batch));
    note(worker,
         srnn_loss(rig->model, worker->workspace, rig->batch, 0.5, &results[0], &results[1]));
    note(worker, srnn_count_errors(rig->model, worker->workspace, rig->batch, 0.5, &wrong, &steps,
                                   NULL, NULL));
    note(worker, srnn_backward(rig->model, worker->workspace, worker->regularizer, worker->gradient,
                               rig->count));
    note(worker, srnn_regularizer_apply(worker->regularizer, rig->model, worker->gradient,
                                        rig->count, &results[2]));
    worker->hash = hash_doubles(worker->hash, results, 3);
    worker->hash = hash_u64(hash_u64(worker->hash, wrong), steps);
    worker->hash = hash_floats(worker->hash, worker->gradient, rig->count);
}

/* One sequence, step by step. */
static void stream(struct worker *worker)
{
    const struct shape *shape = &worker->rig->shape;
    float *state = worker->streamed, *next = state + shape->hidden, *logits = next + shape->hidden;

    note(worker, srnn_initial_state(worker->rig->model, state, shape->hidden));
    for (uint32_t t = 0; t < shape->steps; t++) {
        note(worker, srnn_step(worker->rig->model,
                               worker->rig->input + t * shape->sequences * shape->inputs, state,
                               next, logits));
        worker->hash = hash_floats(worker->hash, logits, shape->outputs);
        memcpy(state, next, shape->hidden * sizeof *state);
    }
}

static void *work(void *user)
{
    struct worker *worker = user;

    for (int round = 0; round < ROUNDS; round++) {
        whole_pass(worker);
        stream(worker);
    }
    return NULL;
}

static void worker_open(struct worker *worker, struct rig *rig)
{
    memset(worker, 0, sizeof *worker);
    worker->rig = rig;
    worker->hash = HASH_START;
    worker->workspace = rig_placed(rig, HANDLE_WORKSPACE);
    worker->regularizer = rig_placed(rig, HANDLE_REGULARIZER);
    worker->gradient = heap_array(&rig->heap, rig->count, sizeof *worker->gradient);
    worker->streamed =
        heap_array(&rig->heap, 2 * rig->shape.hidden + rig->shape.outputs, sizeof(float));
}

/* Threads with a workspace and a regularizer each, at the same time on one const model and one
 * const batch, compute what one thread does. check-tsan looks on. */
static void const_objects_are_shared(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct worker workers[THREADS + 1];
        pthread_t threads[THREADS];
        struct rig rig;

        rig_open(&rig, &shapes[i]);
        for (size_t k = 0; k <= THREADS; k++) {
            worker_open(&workers[k], &rig);
        }
        (void)work(&workers[THREADS]);
        for (size_t k = 0; k < THREADS; k++) {
            assert_int_equal(pthread_create(&threads[k], NULL, work, &workers[k]), 0);
        }
        for (size_t k = 0; k < THREADS; k++) {
            assert_int_equal(pthread_join(threads[k], NULL), 0);
        }
        for (size_t k = 0; k <= THREADS; k++) {
            assert_int_equal(workers[k].failed, SRNN_OK);
            assert_true(workers[k].hash == workers[THREADS].hash);
        }
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(const_objects_are_shared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
