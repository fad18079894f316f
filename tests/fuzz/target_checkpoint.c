/* target_checkpoint.c - checkpoints, restored into live objects
 *
 * An input is a file. Its parts are asked for, and then restored into objects of their shapes. Such
 * a restore changes all or nothing, leaves options that their own set function takes, and saves as
 * a file that restores to the same. Then one of its parts, which the bytes of the file choose,
 * meets an object of another shape and one of another kind: that fails, and no object changes. */
#include <string.h>

#include "../archive/forge.h"
#include "live_parts.h"
#include "mutate_archive.h"

/* What the open file says of a part: numbers, bytes that lie in the file, or a text. */
static void ask(const srnn_checkpoint *file, const char *name, uint32_t kind, const uint8_t *bytes,
                size_t size)
{
    const void *data = NULL;
    size_t count = 0, length = 0, again = 0;
    char text[4096];
    double value;
    int32_t status = srnn_checkpoint_bytes(file, name, &data, &count);

    for (uint32_t key = SRNN_STORED_KIND; key <= SRNN_STORED_SEQUENCES + 1; key++) {
        value = -1.0;
        if (srnn_checkpoint_get(file, name, key, &value) == SRNN_OK) {
            assert_true(value >= 0.0 && value <= 0x1p52 && value == (double)(uint64_t)value);
        } else {
            assert_true(value == -1.0);
        }
    }
    if (kind != 0 && kind != SRNN_PART_TEXT) {
        const int32_t known = srnn_checkpoint_get(file, name, SRNN_STORED_KIND, &value);

        assert_true(known == SRNN_E_FORMAT || (known == SRNN_OK && value == kind));
    }
    if (kind == SRNN_PART_BYTES && status == SRNN_OK) {
        assert_true(count == 0 || ((const uint8_t *)data >= bytes && count <= size &&
                                   (const uint8_t *)data <= bytes + size - count));
    } else {
        assert_int_not_equal(status, SRNN_OK);
    }
    status = srnn_checkpoint_text(file, name, NULL, 0, &length);
    if (status == SRNN_OK && length < sizeof text) {
        SUCCEEDS(srnn_checkpoint_text(file, name, text, length + 1, &again));
        assert_int_equal(strlen(text), length);
        assert_int_equal(again, length);
        RETURNS(SRNN_E_SPACE, srnn_checkpoint_text(file, name, text, length, &again));
    }
}

/* All parts of the open file, and one that it lacks. */
static void ask_all(const srnn_checkpoint *file, const uint8_t *bytes, size_t size)
{
    char name[SRNN_PART_NAME_BYTES];
    uint32_t kind, count = 0;

    while (srnn_checkpoint_part(file, count, &kind, name) == SRNN_OK) {
        assert_non_null(memchr(name, '\0', sizeof name));
        ask(file, name, kind, bytes, size);
        count++;
    }
    ask(file, "no such part", 0, bytes, size);
}

/* A list of objects for the open file, with the file open in it. */
static srnn_checkpoint *list_of(struct heap *heap, const struct live_parts *parts,
                                const uint8_t *bytes, size_t size)
{
    srnn_checkpoint *list = NULL;

    SUCCEEDS(srnn_checkpoint_create(heap_allocate, heap, parts->count, &list));
    live_parts_add(parts, list);
    SUCCEEDS(srnn_checkpoint_open(list, bytes, size));
    return list;
}

/* All is restored: what the objects were before does not show. */
static void restore_again(struct heap *heap, const struct live_parts *parts,
                          const srnn_checkpoint *list)
{
    heap_remember(heap);
    live_parts_disturb(parts, 1.25);
    SUCCEEDS(srnn_checkpoint_restore(list));
    heap_unchanged(heap, "restore after a change", __FILE__, __LINE__);
}

/* What was restored is saved, and restored again: nothing changes. */
static void save_again(struct heap *heap, srnn_checkpoint *list)
{
    size_t size;
    unsigned char *saved = forge_saved_by(forge_save_list, heap, list, &size);

    SUCCEEDS(srnn_checkpoint_open(list, saved, size));
    REFUSES(heap, SRNN_OK, srnn_checkpoint_restore(list));
}

/* Restores into objects of the right shapes. Returns their number. */
static uint32_t restore_all(struct heap *heap, const srnn_checkpoint *file, const uint8_t *bytes,
                            size_t size)
{
    struct live_parts parts;
    srnn_checkpoint *list;
    int32_t status;

    (void)live_parts_make(&parts, heap, file, LIVE_PARTS, LIVE_RIGHT);
    list = list_of(heap, &parts, bytes, size);
    heap_remember(heap);
    status = srnn_checkpoint_restore(list);
    if (status != SRNN_OK) {
        assert_true(status == SRNN_E_FORMAT || status == SRNN_E_NONFINITE);
        heap_unchanged(heap, "restore", __FILE__, __LINE__);
    } else {
        restore_again(heap, &parts, list);
        live_parts_check_options(&parts);
        save_again(heap, list);
    }
    srnn_checkpoint_destroy(list);
    live_parts_destroy(&parts);
    return parts.count;
}

/* The same with object `odd` of the list being of another shape or kind, if it can be. */
static void restore_odd(struct heap *heap, const srnn_checkpoint *file, const uint8_t *bytes,
                        size_t size, uint32_t odd, enum live_shape shape)
{
    struct live_parts parts;
    const int is_odd = live_parts_make(&parts, heap, file, odd, shape);
    srnn_checkpoint *list = list_of(heap, &parts, bytes, size);

    heap_remember(heap);
    if (is_odd) {
        const int32_t status = srnn_checkpoint_restore(list);

        assert_true(status == SRNN_E_SHAPE || status == SRNN_E_FORMAT ||
                    status == SRNN_E_NONFINITE);
        heap_unchanged(heap, "restore", __FILE__, __LINE__);
    }
    srnn_checkpoint_destroy(list);
    live_parts_destroy(&parts);
}

/* A file that is no checkpoint leaves the one open that was. */
static void refuse(struct heap *heap, const uint8_t *bytes, size_t size, int32_t expected)
{
    const unsigned char extra[] = {1, 2, 3};
    unsigned char copy[3];
    srnn_checkpoint *file = NULL;
    unsigned char *saved;
    size_t saved_size;

    memcpy(copy, extra, sizeof copy);
    SUCCEEDS(srnn_checkpoint_create(heap_allocate, heap, 1, &file));
    SUCCEEDS(srnn_checkpoint_add_bytes(file, "extra", copy, sizeof copy));
    saved = forge_saved_by(forge_save_list, heap, file, &saved_size);
    SUCCEEDS(srnn_checkpoint_open(file, saved, saved_size));
    REFUSES(heap, expected, srnn_checkpoint_open(file, bytes, size));
    memset(copy, 0, sizeof copy);
    SUCCEEDS(srnn_checkpoint_restore(file));
    assert_memory_equal(copy, extra, sizeof copy);
    srnn_checkpoint_destroy(file);
}

static void run(const uint8_t *data, size_t size)
{
    struct heap heap;
    srnn_checkpoint *file = NULL;
    uint8_t *bytes;
    uint32_t count, odd;
    int32_t status;

    heap_open(&heap);
    bytes = heap_array(&heap, size, 1);
    memcpy(bytes, data, size);
    SUCCEEDS(srnn_checkpoint_create(heap_allocate, &heap, 0, &file));
    status = srnn_checkpoint_open(file, bytes, size);
    assert_true(status <= SRNN_OK && status >= SRNN_E_LIMIT);
    if (status != SRNN_OK) {
        RETURNS(SRNN_E_STATE, srnn_checkpoint_restore(file));
        RETURNS(SRNN_E_STATE, srnn_checkpoint_part(file, 0, NULL, NULL));
        refuse(&heap, bytes, size, status);
    } else {
        ask_all(file, bytes, size);
        count = restore_all(&heap, file, bytes, size);
        odd = count == 0 ? 0 : (uint32_t)(hash_bytes(HASH_START, data, size) % count);
        restore_odd(&heap, file, bytes, size, odd, LIVE_OTHER_SHAPE);
        restore_odd(&heap, file, bytes, size, odd, LIVE_OTHER_KIND);
    }
    srnn_checkpoint_destroy(file);
    assert_memory_equal(bytes, data, size);
    heap_close(&heap);
}

const struct fuzz_target fuzz_target = {run, mutate_archive};
