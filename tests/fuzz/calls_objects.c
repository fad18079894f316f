/* calls_objects.c - calls that make objects and end them, and that fill the arrays */
#include <string.h>

#include "calls.h"

static uint32_t one_of(struct world *world, uint32_t first, uint32_t count)
{
    const uint32_t choice = choose(&world->choices, count + 1);

    return choice < count ? first + choice : choose_size(&world->choices);
}

static struct shape choose_shape(struct world *world, enum handle_kind kind)
{
    struct choices *choices = &world->choices;
    struct shape shape;

    memset(&shape, 0, sizeof shape);
    shape.inputs = choose_size(choices);
    shape.hidden = choose_size(choices);
    shape.outputs = choose_size(choices);
    shape.optimizer_kind = one_of(world, SRNN_OPTIMIZER_SGD, 5);
    shape.clipper_kind = one_of(world, SRNN_CLIP_NORM, 5);
    shape.regularizer_kind = one_of(world, SRNN_OMEGA_PAPER, 2);
    if (kind == HANDLE_MODEL) {
        shape.activation = one_of(world, SRNN_HIDDEN_TANH, 4);
        shape.output = one_of(world, SRNN_OUTPUT_LINEAR, 3);
        shape.model_flags = choose(choices, 17) * SRNN_MODEL_NO_RECURRENT_BIAS;
    } else if (kind == HANDLE_WORKSPACE) {
        shape.steps = choose_size(choices);
        shape.sequences = choose_size(choices);
        shape.workspace_flags = choose_rarely(choices, 6)
                                    ? SRNN_WORKSPACE_FORWARD_ONLY
                                    : choose(choices, 33) * SRNN_WORKSPACE_LAST_OUTPUT;
    }
    return shape;
}

/* Makes an object in memory of the caller's, which may be too small or wrongly aligned. */
static int32_t make_placed(struct world *world, enum handle_kind kind, const struct shape *shape,
                           const srnn_model *model, size_t need, void **object)
{
    const uint32_t fault = choose(&world->choices, 16);
    const size_t shift = fault == 14 ? srnn_alignment() / 2 : 0;
    char *memory = heap_array(&world->heap, need + shift, 1);
    const int32_t status =
        handles[kind].init(memory + shift, fault == 15 ? need - 1 : need, shape, model, object);

    heap_remember_block(memory); /* an init that fails may have written there */
    assert_int_equal(status, fault == 15 ? SRNN_E_SPACE : fault == 14 ? SRNN_E_ALIGNMENT : SRNN_OK);
    return status;
}

/* Makes an object by create, whose allocator may fail. */
static int32_t make_created(struct world *world, enum handle_kind kind, const struct shape *shape,
                            const srnn_model *model, void **object)
{
    struct heap *heap = &world->heap;
    const int fails = choose_rarely(&world->choices, 8);
    const size_t objects = heap->objects, requests = heap->requests;
    int32_t status;

    heap->fail_from = requests + 1;
    heap->fail_count = fails ? 1 : 0;
    status = handles[kind].create(heap_allocate, heap, shape, model, object);
    heap->fail_count = 0;
    assert_int_equal(status, fails ? SRNN_E_MEMORY : SRNN_OK);
    assert_int_equal(heap->objects, objects + (status == SRNN_OK ? 1 : 0));
    assert_int_equal(heap->requests, requests + 1);
    return status;
}

void world_make(struct world *world, enum handle_kind kind)
{
    struct slot *slot = &world->slot[kind][choose(&world->choices, SLOTS)];
    const struct shape shape = choose_shape(world, kind);
    const srnn_model *model = kind == HANDLE_WORKSPACE || kind == HANDLE_REGULARIZER
                                  ? world_handle(world, HANDLE_MODEL)
                                  : NULL;
    const int created = (int)choose(&world->choices, 2);
    void *object = world;
    size_t need = 12345;
    int32_t status = handles[kind].size(&shape, model, &need);

    if (kind == HANDLE_CLIPPER &&
        (shape.clipper_kind < SRNN_CLIP_NORM || shape.clipper_kind > SRNN_CLIP_UNIT)) {
        status = SRNN_E_RANGE; /* all clippers have the same size */
    } else {
        assert_true((need == 12345) == (status != SRNN_OK));
    }
    if (status != SRNN_OK) {
        assert_int_equal(handles[kind].create(heap_allocate, &world->heap, &shape, model, &object),
                         status);
    } else if (need > MOST_OBJECT) {
        return;
    } else {
        status = created ? make_created(world, kind, &shape, model, &object)
                         : make_placed(world, kind, &shape, model, need, &object);
    }
    assert_true(status == SRNN_OK || object == world);
    world_check(world, status, MAY_CHANGE(status == SRNN_OK ? object : NULL));
    if (status == SRNN_OK) {
        if (slot->is_live) {
            handles[kind].destroy(slot->object);
            heap_remember(&world->heap);
        }
        slot->object = object;
        slot->created = created;
        slot->is_live = 1;
    }
}

void call_make(struct world *world)
{
    world_make(world, (enum handle_kind)choose(&world->choices, HANDLES));
}

void call_destroy(struct world *world)
{
    const enum handle_kind kind = (enum handle_kind)choose(&world->choices, HANDLES);
    struct slot *slot = &world->slot[kind][choose(&world->choices, SLOTS)];

    if (slot->is_live) {
        handles[kind].destroy(slot->object);
        slot->is_live = 0;
        if (slot->created) {
            slot->object = NULL;
        } else {
            heap_remember_block(slot->object);
        }
        world_check(world, SRNN_OK, MAY_CHANGE(NULL));
    }
}

/* The next of a series of numbers below 65536. */
static uint32_t draw(uint32_t *drawn)
{
    *drawn = *drawn * 1664525u + 1013904223u;
    return *drawn >> 16;
}

/* Fills an array with floats of one of several kinds, and puts some odd ones among them. */
static void fill_floats(struct world *world, float *array)
{
    const uint32_t kind = choose(&world->choices, 4);
    uint32_t drawn = choose(&world->choices, 256);

    for (size_t i = 0; i < FLOATS; i++) {
        const uint32_t bits = draw(&drawn);

        array[i] = kind == 0 ? (float)(bits >> 15) : ((float)bits - 32768.0f) / 30000.0f;
        array[i] *= kind == 3 ? 5.0f : 1.0f;
    }
    for (uint32_t odd = choose(&world->choices, 4); odd > 0; odd--) {
        array[choose(&world->choices, FLOATS)] = choose_float(&world->choices);
    }
}

static void fill_numbers(struct world *world, uint32_t *array)
{
    const uint32_t bound = 1 + choose(&world->choices, 12);
    uint32_t drawn = choose(&world->choices, 256);

    for (size_t i = 0; i < ITEMS; i++) {
        array[i] = draw(&drawn) % bound;
    }
    if (choose_rarely(&world->choices, 4)) {
        array[choose(&world->choices, ITEMS)] = choose_size(&world->choices);
    }
}

static void fill_bytes(struct world *world, uint8_t *array)
{
    const uint32_t bound = 1 + choose(&world->choices, 4);
    uint32_t drawn = choose(&world->choices, 256);

    for (size_t i = 0; i < ITEMS; i++) {
        array[i] = (uint8_t)(draw(&drawn) % bound);
    }
}

void call_fill(struct world *world)
{
    float *const of_floats[] = {world->input, world->target,   world->weights,
                                world->state, world->gradient, world->external};
    uint32_t *const of_numbers[] = {world->ids, world->target_ids, world->lengths};
    uint8_t *const of_bytes[] = {world->mask, world->target_mask, world->restarts};
    const uint32_t which = choose(&world->choices, 12);

    if (which < 6) {
        fill_floats(world, of_floats[which]);
        heap_remember_block(of_floats[which]);
    } else if (which < 9) {
        fill_numbers(world, of_numbers[which - 6]);
        heap_remember_block(of_numbers[which - 6]);
    } else {
        fill_bytes(world, of_bytes[which - 9]);
        heap_remember_block(of_bytes[which - 9]);
    }
}
