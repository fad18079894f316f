/* calls.c - the world that calls work on */
#include "calls.h"

#include <string.h>

static float *floats(struct world *world, float value)
{
    float *array = heap_array(&world->heap, FLOATS, sizeof *array);

    for (size_t i = 0; i < FLOATS; i++) {
        array[i] = value;
    }
    return array;
}

static void *items(struct world *world, size_t element, int byte)
{
    void *array = heap_array(&world->heap, ITEMS, element);

    memset(array, byte, ITEMS * element);
    return array;
}

void world_open(struct world *world, const uint8_t *data, size_t size)
{
    memset(world, 0, sizeof *world);
    heap_open(&world->heap);
    world->choices = choices_of(data, size);
    world->out = heap_array(&world->heap, 1, sizeof *world->out);
    world->input = floats(world, 0.5f);
    world->target = floats(world, 0.25f);
    world->weights = floats(world, 1.0f);
    world->state = floats(world, 0.0f);
    world->other_state = floats(world, 0.0f);
    world->gradient = floats(world, 0.0f);
    world->external = floats(world, 0.125f);
    world->ids = items(world, sizeof *world->ids, 0);
    world->target_ids = items(world, sizeof *world->target_ids, 0);
    world->lengths = items(world, sizeof *world->lengths, 0);
    world->mask = items(world, 1, 1);
    world->target_mask = items(world, 1, 1);
    world->restarts = items(world, 1, 0);
    heap_remember(&world->heap);
}

void world_close(struct world *world)
{
    for (int kind = 0; kind < HANDLES; kind++) {
        for (uint32_t i = 0; i < SLOTS; i++) {
            if (world->slot[kind][i].is_live) {
                handles[kind].destroy(world->slot[kind][i].object);
            }
        }
    }
    heap_close(&world->heap);
}

void *world_handle(struct world *world, enum handle_kind kind)
{
    const uint32_t choice = choose(&world->choices, 256);
    const uint32_t first = choice % SLOTS;

    if (choice < 248) {
        for (uint32_t i = 0; i < SLOTS; i++) {
            const struct slot *slot = &world->slot[kind][(first + i) % SLOTS];

            if (slot->is_live) {
                return slot->object;
            }
        }
        return NULL;
    }
    return world->slot[choice % HANDLES][first].object;
}

/* The `changed` blocks may have changed; all others have not. A static array is no block. */
static void check_others(struct world *world, const void *const *changed, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (changed[i] != NULL) {
            heap_remember_block(changed[i]);
        }
    }
    heap_unchanged(&world->heap, "a call", __FILE__, __LINE__);
}

void world_check_broken(struct world *world, int32_t status, const void *const *changed,
                        size_t count)
{
    assert_true(status <= SRNN_OK && status >= SRNN_E_LIMIT);
    check_others(world, changed, count);
}

void world_check(struct world *world, int32_t status, const void *const *changed, size_t count)
{
    world_check_broken(world, status, changed, status == SRNN_OK ? count : 0);
}

/* Whether an object has sizes at all, which one of another kind has not. */
static double limit_of(const srnn_workspace *workspace, uint32_t key)
{
    double limit = 0.0;

    (void)srnn_workspace_get(workspace, key, &limit);
    return limit;
}

int world_can_pass(const srnn_model *model, const srnn_workspace *workspace,
                   const srnn_batch *batch)
{
    const uint32_t steps = srnn_batch_steps(batch), sequences = srnn_batch_sequences(batch);

    if (srnn_model_inputs(model) > WIDEST || srnn_model_outputs(model) > WIDEST) {
        return 0;
    }
    return (uint64_t)steps * sequences <= MOST_PAIRS ||
           steps > limit_of(workspace, SRNN_WORKSPACE_MAX_STEPS) ||
           sequences > limit_of(workspace, SRNN_WORKSPACE_MAX_SEQUENCES);
}

size_t world_count(struct world *world, const srnn_model *model)
{
    const size_t count = srnn_model_parameter_count(model);
    const uint32_t other = choose(&world->choices, 256);

    return other < 240 && count <= FLOATS ? count : other % 16 * 100;
}

int32_t world_run(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    struct hook *hook = user;

    if (hook->order >= HOOK_REFUSES && hook->state % 8 > 0) {
        hook->state--;
        return run_reversed(NULL, task_fn, task, count);
    }
    hook->has_failed = hook->order >= HOOK_REFUSES;
    switch (hook->order) {
    case HOOK_LAST_FIRST:
        return run_reversed(NULL, task_fn, task, count);
    case HOOK_SHUFFLED:
        return run_shuffled(&hook->state, task_fn, task, count);
    case HOOK_REFUSES:
        return 5;
    case HOOK_FIRST:
    case HOOK_HALF:
    default:
        for (uint32_t i = 0; i < (hook->order == HOOK_HALF ? count / 2 : count); i++) {
            task_fn(task, i);
        }
        return hook->order == HOOK_FIRST ? 0 : -1;
    }
}

int world_parallel_failed(struct world *world)
{
    const int has_failed = world->hook[0].has_failed || world->hook[1].has_failed;

    world->hook[0].has_failed = world->hook[1].has_failed = 0;
    return has_failed;
}
