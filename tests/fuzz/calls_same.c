/* calls_same.c - the same bits, however a training step is run */
#include <math.h>
#include <string.h>

#include "calls.h"

#define WAYS 3u

/* What a training step computes. */
struct step {
    int32_t status;
    double loss, weight, omega;
    uint64_t counts[4];
    float gradient[FLOATS];
};

/* A way of running it. */
struct way {
    struct hook hook;
    uint32_t tasks, instructions, flags;
    uint32_t more_steps, more_sequences; /* of the workspace */
};

/* The same bits, or NaN in the same places. */
static int same_bits(const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(isnan(a[i]) && isnan(b[i])) && memcmp(&a[i], &b[i], sizeof *a) != 0) {
            return 0;
        }
    }
    return 1;
}

static int same_doubles(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

/* What a step has besides its way of running. */
struct task_of_step {
    srnn_model *model;
    const srnn_batch *batch;
    uint32_t omega; /* kind of a regularizer, or 0 */
    double limit, growth;
    size_t count;
};

/* Runs forward, loss, the counts and, unless the workspace is for forward only, backward and Omega.
 */
static void run_passes(const struct task_of_step *task, srnn_workspace *workspace,
                       srnn_regularizer *regularizer, int is_forward, struct step *step)
{
    step->status = srnn_forward(task->model, workspace, task->batch);
    if (step->status == SRNN_OK) {
        step->status =
            srnn_loss(task->model, workspace, task->batch, 0.5, &step->loss, &step->weight);
    }
    if (step->status == SRNN_OK) {
        step->status = srnn_count_errors(task->model, workspace, task->batch, 0.5, &step->counts[0],
                                         &step->counts[1], &step->counts[2], &step->counts[3]);
    }
    if (step->status == SRNN_OK && !is_forward) {
        SUCCEEDS(srnn_backward(task->model, workspace, regularizer, step->gradient, task->count));
        if (regularizer != NULL) {
            SUCCEEDS(srnn_regularizer_apply(regularizer, task->model, step->gradient, task->count,
                                            &step->omega));
        }
    }
}

static void run_step(const struct task_of_step *task, struct way *way, struct step *step)
{
    const int is_forward = way->flags == SRNN_WORKSPACE_FORWARD_ONLY;
    srnn_workspace *workspace = NULL;
    srnn_regularizer *regularizer = NULL;
    double instructions = 0.0;

    memset(step, 0, sizeof *step);
    SUCCEEDS(srnn_workspace_create(
        NULL, NULL, task->model, srnn_batch_steps(task->batch) + way->more_steps,
        srnn_batch_sequences(task->batch) + way->more_sequences, way->flags, &workspace));
    SUCCEEDS(srnn_workspace_set(workspace, SRNN_WORKSPACE_ERROR_LIMIT, task->limit));
    SUCCEEDS(srnn_workspace_set(workspace, SRNN_WORKSPACE_ERROR_GROWTH, task->growth));
    SUCCEEDS(srnn_workspace_parallel(workspace, world_run, &way->hook, way->tasks));
    if (task->omega != 0) {
        SUCCEEDS(srnn_regularizer_create(NULL, NULL, task->model, task->omega, &regularizer));
    }
    SUCCEEDS(srnn_model_get(task->model, SRNN_MODEL_INSTRUCTIONS, &instructions));
    (void)srnn_model_set(task->model, SRNN_MODEL_INSTRUCTIONS, way->instructions);
    run_passes(task, workspace, regularizer, is_forward, step);
    SUCCEEDS(srnn_model_set(task->model, SRNN_MODEL_INSTRUCTIONS, instructions));
    srnn_regularizer_destroy(regularizer);
    srnn_workspace_destroy(workspace);
}

/* The first way is the plainest; FORWARD_ONLY goes with no other flag. */
static void choose_way(struct world *world, uint32_t flags, struct way *way)
{
    static const uint32_t tasks[] = {1, 2, 3, 4, 5, 8, 17, 64, 4096};
    struct choices *choices = &world->choices;

    way->hook.order = (enum hook_order)choose(choices, HOOK_REFUSES);
    way->hook.state = 1 + choose(choices, 256);
    way->tasks = tasks[choose(choices, 9)];
    way->instructions = SRNN_INSTRUCTIONS_BASELINE + choose(choices, 4);
    way->more_steps = choose(choices, 4);
    way->more_sequences = choose(choices, 4);
    way->flags = flags;
    if (choose(choices, 2) == 1) {
        way->flags ^= SRNN_WORKSPACE_FRUGAL;
    } else if (choose_rarely(choices, 4)) {
        way->flags = SRNN_WORKSPACE_FORWARD_ONLY;
    }
}

void call_same(struct world *world)
{
    struct choices *choices = &world->choices;
    srnn_model *model = world_handle(world, HANDLE_MODEL);
    const srnn_batch *batch = world_handle(world, HANDLE_BATCH);
    const uint32_t flags = choose(choices, 16) * SRNN_WORKSPACE_LAST_OUTPUT;
    struct task_of_step task = {model,    batch,    choose(choices, 3),
                                INFINITY, INFINITY, srnn_model_parameter_count(model)};
    struct way way = {{HOOK_FIRST, 1, 0}, 1, SRNN_INSTRUCTIONS_BASELINE, flags, 0, 0};
    struct step *steps = heap_array(&world->heap, 2, sizeof *steps);

    task.omega = task.omega == 0 ? 0 : SRNN_OMEGA_PAPER + task.omega - 1;
    if (choose(choices, 2) == 1) {
        task.limit = 0.01;
        task.growth = 1.1;
    }
    if (task.count == 0 || task.count > FLOATS || srnn_batch_steps(batch) == 0 ||
        srnn_batch_steps(batch) > 64 || srnn_batch_sequences(batch) > 64 ||
        srnn_model_parameters_const(model) == NULL || !world_can_pass(model, NULL, batch)) {
        heap_remember_block(steps);
        return;
    }
    run_step(&task, &way, &steps[0]);
    for (uint32_t i = 1; i < WAYS; i++) {
        const struct step *first = &steps[0], *other = &steps[1];

        choose_way(world, flags, &way);
        run_step(&task, &way, &steps[1]);
        if (way.flags == SRNN_WORKSPACE_FORWARD_ONLY && (flags & SRNN_WORKSPACE_LAST_OUTPUT) != 0) {
            continue; /* it has logits at every step, and so takes other targets */
        }
        RETURNS(first->status, other->status);
        assert_true(same_doubles(first->loss, other->loss));
        assert_true(same_doubles(first->weight, other->weight));
        assert_memory_equal(first->counts, other->counts, sizeof first->counts);
        if (way.flags != SRNN_WORKSPACE_FORWARD_ONLY) {
            assert_true(same_doubles(first->omega, other->omega));
            assert_true(same_bits(first->gradient, other->gradient, task.count));
        }
    }
    heap_remember_block(steps);
    world_check(world, SRNN_OK, MAY_CHANGE(NULL));
}
