/* calls_files.c - calls that save and restore a few of the objects */
#include <stdlib.h>
#include <string.h>

#include "../archive/forge.h"
#include "calls.h"

/* The kinds of objects that a list may have. */
static const enum handle_kind listed[] = {HANDLE_MODEL,       HANDLE_OPTIMIZER, HANDLE_CLIPPER,
                                          HANDLE_REGULARIZER, HANDLE_RANDOM,    HANDLE_WORKSPACE};
#define LISTED (sizeof listed / sizeof *listed)

/* A list of some objects, which are stored in `objects` [LISTED], NULL where there is none; and of
 * some floats. */
static srnn_checkpoint *make_list(struct world *world, const void *objects[LISTED])
{
    srnn_checkpoint *list = NULL;
    const uint32_t parts = choose(&world->choices, 128);

    SUCCEEDS(srnn_checkpoint_create(heap_allocate, &world->heap, RIG_PARTS, &list));
    for (size_t i = 0; i < LISTED; i++) {
        void *object = (parts >> i & 1u) != 0 ? world_handle(world, listed[i]) : NULL;
        const int32_t status = srnn_checkpoint_add(list, handles[listed[i]].name, object);

        /* An object of another kind takes its place in the list, if it has one. */
        objects[i] = status == SRNN_OK ? object : NULL;
        assert_true(status == SRNN_OK || status == SRNN_E_ARGUMENT || status == SRNN_E_RANGE);
    }
    if (parts >= 64) {
        SUCCEEDS(srnn_checkpoint_add_bytes(list, "state", world->state, 100));
        SUCCEEDS(srnn_checkpoint_add_text(list, "label", "a \"text\"\n\xc3\xa4"));
    }
    heap_remember_block(list);
    return list;
}

/* Saves a model alone, for PyTorch too: to memory, and through a callback that fails at a chosen
 * call. */
static void save_model(struct world *world, const srnn_model *model)
{
    uint8_t bytes[1 << 14];
    struct stream stream = {bytes, sizeof bytes, 0, 0, 0};
    size_t size = 0, found = 0;
    const int for_pytorch = choose_rarely(&world->choices, 2);
    int32_t status = for_pytorch ? srnn_pytorch_save(model, NULL, 0, &found)
                                 : srnn_model_save(model, NULL, 0, &found);

    world_check(world, status, MAY_CHANGE(NULL));
    if (found > sizeof bytes) {
        return;
    }
    if (status == SRNN_OK) {
        SUCCEEDS(for_pytorch ? srnn_pytorch_save(model, bytes, found, &size)
                             : srnn_model_save(model, bytes, found, &size));
        assert_int_equal(size, found);
    }
    stream.fail_at = choose(&world->choices, 6);
    status = for_pytorch ? srnn_pytorch_write(model, stream_write, &stream)
                         : srnn_model_write(model, stream_write, &stream);
    assert_true(status != SRNN_OK || (stream.at == size && stream.calls > 0));
    assert_true(status != SRNN_E_IO || stream.calls == stream.fail_at);
    world_check(world, status, MAY_CHANGE(NULL));
}

/* Saves a list of objects, and keeps the file for restores to come. */
static void save_list(struct world *world)
{
    const void *objects[LISTED];
    srnn_checkpoint *list = make_list(world, objects);
    size_t found = 0, size = 0;
    int32_t status = srnn_checkpoint_save(list, NULL, 0, &found);

    world_check(world, status, MAY_CHANGE(NULL));
    if (status == SRNN_OK && found < 1u << 16) {
        struct stream stream = {NULL, found, 0, 0, choose(&world->choices, 6)};

        world->file = heap_array(&world->heap, found, 1);
        world->file_bytes = found;
        stream.data = world->file;
        status = srnn_checkpoint_write(list, stream_write, &stream);
        assert_true(status == (stream.calls == stream.fail_at ? SRNN_E_IO : SRNN_OK));
        RETURNS(SRNN_E_SPACE, srnn_checkpoint_save(list, world->file, found - 1, &size));
        SUCCEEDS(srnn_checkpoint_save(list, world->file, found, &size));
        assert_int_equal(size, found);
        heap_remember_block(world->file);
    }
    srnn_checkpoint_destroy(list);
}

void call_save(struct world *world)
{
    if (choose_rarely(&world->choices, 3)) {
        save_model(world, world_handle(world, HANDLE_MODEL));
    } else {
        save_list(world);
    }
}

void call_restore(struct world *world)
{
    const void *objects[LISTED];
    srnn_checkpoint *list = make_list(world, objects);
    int32_t status;

    if (world->file != NULL && choose_rarely(&world->choices, 8)) {
        const uint32_t at = choose(&world->choices, 65536) % (uint32_t)world->file_bytes;

        world->file[at] ^= (uint8_t)(1u << choose(&world->choices, 8));
        forge_seal(world->file, world->file_bytes);
        heap_remember_block(world->file);
    }
    status = srnn_checkpoint_open(list, world->file, world->file_bytes);
    world_check(world, status, MAY_CHANGE(list));
    status = srnn_checkpoint_restore(list);
    world_check(world, status,
                MAY_CHANGE(objects[0], objects[1], objects[2], objects[3], objects[4], objects[5],
                           world->state, world->external));
    srnn_checkpoint_destroy(list);
}
