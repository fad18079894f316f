/* test_allocation.c - objects made through an allocator
 *
 * Every create requests one block, and none if it refuses its arguments; it fails cleanly when the
 * allocator does. Every destroy frees that block. No other function allocates. */
#include <string.h>

#include "support.h"

/* A create whose allocator fails: MEMORY, nothing written, nothing leaked. */
static void create_without_memory(void **state)
{
    struct rig *rig = *state;
    struct heap empty;

    for (int i = 0; i < HANDLES; i++) {
        heap_open(&empty);
        empty.fail_from = 1;
        empty.fail_count = 1;
        REFUSES(
            &rig->heap, SRNN_E_MEMORY,
            handles[i].create(heap_allocate, &empty, &rig->shape, rig->model, &rig->out->object));
        assert_int_equal(empty.requests, 1);
        heap_close(&empty);
    }
}

/* A create that refuses its arguments does not allocate, or frees what it got. */
static void create_with_bad_arguments(void **state)
{
    struct rig *rig = *state;
    struct shape bad = rig->shape;
    struct heap heap;

    bad.activation = 99;
    bad.regularizer_kind = 99;
    bad.clipper_kind = 99;
    bad.optimizer_kind = 99;
    bad.workspace_flags = 0x80000000u;
    heap_open(&heap);
    for (int i = 0; i < HANDLES; i++) {
        if (i != HANDLE_RANDOM && i != HANDLE_BATCH && i != HANDLE_CHECKPOINT) {
            REFUSES(&rig->heap, SRNN_E_RANGE,
                    handles[i].create(heap_allocate, &heap, &bad, rig->model, &rig->out->object));
        }
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                handles[i].create(heap_allocate, &heap, &rig->shape, rig->model, NULL));
    }
    assert_int_equal(heap.objects, 0);
    assert_int_equal(heap.requests, heap.returns);
    heap_close(&heap);
}

/* An allocator whose blocks begin 4 bytes too late. */
static void *allocate_late(void *user, void *block, size_t old_size, size_t new_size)
{
    if (block != NULL) {
        return heap_allocate(user, (char *)block - 4, old_size + 4, 0);
    }
    return (char *)heap_allocate(user, NULL, 0, new_size + 4) + 4;
}

/* A create whose allocator returns such a block: ALIGNMENT, and the block goes back. */
static void create_misaligned(void **state)
{
    struct rig *rig = *state;
    struct heap heap;

    for (int i = 0; i < HANDLES; i++) {
        heap_open(&heap);
        REFUSES(
            &rig->heap, SRNN_E_ALIGNMENT,
            handles[i].create(allocate_late, &heap, &rig->shape, rig->model, &rig->out->object));
        assert_int_equal(heap.requests, 1);
        assert_int_equal(heap.returns, 1);
        heap_close(&heap);
    }
}

/* One request of exactly the size that X_size returns, and one return of the same. */
static void one_block_each(void **state)
{
    struct rig *rig = *state;
    struct heap heap;

    for (int i = 0; i < HANDLES; i++) {
        void *object = NULL;
        size_t bytes = 0;
        heap_open(&heap);
        SUCCEEDS(handles[i].size(&rig->shape, rig->model, &bytes));
        SUCCEEDS(handles[i].create(heap_allocate, &heap, &rig->shape, rig->model, &object));
        assert_int_equal(heap.requests, 1);
        assert_int_equal(heap_bytes(object), bytes);
        handles[i].destroy(object);
        assert_int_equal(heap.returns, 1);
        heap_close(&heap);
    }
}

/* Without an allocator the C library's is used. */
static void default_allocator(void **state)
{
    struct rig *rig = *state;

    for (int i = 0; i < HANDLES; i++) {
        void *object = NULL;
        SUCCEEDS(handles[i].create(NULL, NULL, &rig->shape, rig->model, &object));
        assert_non_null(object);
        handles[i].destroy(object);
    }
}

/* Making all eight objects with the k-th request failing, for every k: what was made before is
 * freed, and the failing create has written nothing. */
static void every_request_fails_once(void **state)
{
    struct rig *rig = *state;
    struct heap heap;

    for (int failing = 0; failing < HANDLES; failing++) {
        void *objects[HANDLES] = {NULL};
        int made = 0;
        heap_open(&heap);
        heap.fail_from = (size_t)failing + 1;
        heap.fail_count = SIZE_MAX;
        while (made < HANDLES && handles[made].create(heap_allocate, &heap, &rig->shape, rig->model,
                                                      &objects[made]) == SRNN_OK) {
            made++;
        }
        assert_int_equal(made, failing);
        assert_null(objects[failing]);
        while (made > 0) {
            made--;
            handles[made].destroy(objects[made]);
        }
        heap_close(&heap);
    }
}

/* destroy of NULL, of a foreign handle, of a dead one: nothing happens. */
static void destroy_of_what_is_not_there(void **state)
{
    struct rig *rig = *state;

    for (int i = 0; i < HANDLES; i++) {
        void *dead = rig_dead(rig, (enum handle_kind)i);
        const int other = (i + 1) % HANDLES;
        void *foreign = rig_placed(rig, (enum handle_kind)other);
        heap_remember(&rig->heap);
        handles[i].destroy(NULL);
        handles[i].destroy(dead);
        handles[i].destroy(foreign);
        heap_unchanged(&rig->heap, handles[i].name, __FILE__, __LINE__);
    }
}

/* No function but create allocates. */
static void nothing_else_allocates(void **state)
{
    struct rig *rig = *state;
    const size_t requests = rig->heap.requests;
    uint64_t counts[4];

    for (int step = 0; step < 3; step++) {
        (void)rig_train(rig);
    }
    SUCCEEDS(srnn_model_initialize(rig->model, SRNN_START_SMART_TANH, rig->random));
    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_count_errors(rig->model, rig->workspace, rig->batch, 0.5, &counts[0], &counts[1],
                               &counts[2], &counts[3]));
    SUCCEEDS(srnn_step(rig->model, rig->input, rig->state, rig->gradient, NULL));
    assert_int_equal(rig->heap.requests, requests);
    assert_int_equal(rig->heap.returns, 0);
}

/* Objects in arbitrary bytes and objects in zeros train to the same bits: nothing is read before it
 * is written. */
static void *make_in_zeros(void *user, enum handle_kind kind, const struct shape *shape,
                           const srnn_model *model)
{
    struct heap *heap = user;
    void *object = NULL;
    void *memory;
    size_t bytes = 0;

    SUCCEEDS(handles[kind].size(shape, model, &bytes));
    memory = heap_array(heap, bytes, 1);
    memset(memory, 0, bytes);
    SUCCEEDS(handles[kind].init(memory, bytes, shape, model, &object));
    return object;
}

static void what_was_in_the_memory_does_not_matter(void **state)
{
    struct rig *rig = *state;
    struct rig zeros;
    struct heap heap;

    heap_open(&heap);
    rig_open_with(&zeros, &rig->shape, make_in_zeros, &heap);
    for (int step = 0; step < 3; step++) {
        assert_true(rig_train(rig) == rig_train(&zeros));
    }
    rig_close(&zeros);
    heap_close(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(create_without_memory),
        RIG_TEST(create_with_bad_arguments),
        RIG_TEST(create_misaligned),
        RIG_TEST(one_block_each),
        RIG_TEST(default_allocator),
        RIG_TEST(every_request_fails_once),
        RIG_TEST(destroy_of_what_is_not_there),
        RIG_TEST(nothing_else_allocates),
        RIG_TEST(what_was_in_the_memory_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
