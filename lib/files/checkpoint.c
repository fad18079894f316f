/* checkpoint.c - a list of parts: makes it, saves it, and opens a file for it
 *
 * The list is bounded when the checkpoint is made. Links in the objects instead would make an
 * object part of one checkpoint at a time, and leave a dangling pointer in the list where one is
 * destroyed first. checkpoint_restore.c and checkpoint_contents.c read the file. */
#include "files/checkpoint.h"
#include "files/text.h"
#include "files/writer.h"

#include <string.h>

static int alive(const srnn_checkpoint *checkpoint)
{
    return srnn__alive(checkpoint, SRNN__TAG_CHECKPOINT);
}

int32_t srnn_checkpoint_size(uint32_t parts, size_t *bytes)
{
    struct srnn__layout block = {sizeof(srnn_checkpoint), 0};

    if (bytes == NULL) {
        return SRNN_E_ARGUMENT;
    }
    (void)srnn__layout_take(&block, parts, sizeof(struct srnn__part), SRNN__ALIGNMENT);
    return srnn__layout_end(&block, bytes);
}

int32_t srnn_checkpoint_init(void *memory, size_t size, uint32_t parts,
                             srnn_checkpoint **checkpoint)
{
    srnn_checkpoint *made = memory;
    size_t need;
    int32_t status = checkpoint == NULL ? SRNN_E_ARGUMENT : srnn_checkpoint_size(parts, &need);

    if (status == SRNN_OK) {
        status = srnn__object_begin(memory, size, need, sizeof *made, SRNN__TAG_CHECKPOINT);
    }
    if (status == SRNN_OK) {
        made->capacity = parts;
        *checkpoint = made;
    }
    return status;
}

void srnn_checkpoint_destroy(srnn_checkpoint *checkpoint)
{
    srnn__object_end(checkpoint, SRNN__TAG_CHECKPOINT);
}

/* Returns whether a part of the kind may have this name. */
static int may_be_called(const srnn_checkpoint *checkpoint, uint32_t kind, const char *name)
{
    const struct srnn__part *const parts = srnn__parts_const(checkpoint);

    if (!srnn__is_part_name(name) ||
        (kind != SRNN_PART_MODEL && srnn__same_word(name, SRNN__MODEL_NAME))) {
        return 0;
    }
    for (uint32_t i = 0; i < checkpoint->count; i++) {
        if (srnn__same_word(parts[i].name, name)) {
            return 0;
        }
    }
    return 1;
}

/* Adds a part to the list. Its kind is 0 for an object that makes none. Errors: ARGUMENT, SPACE,
 * RANGE. */
static int32_t add(srnn_checkpoint *checkpoint, uint32_t kind, const char *name, const void *object,
                   void *target, size_t bytes)
{
    struct srnn__part part;

    /* Padding too: a block has no bytes that were never written. */
    memset(&part, 0, sizeof part);
    part.kind = kind;
    part.object = object;
    part.target = target;
    part.bytes = bytes;
    if (!alive(checkpoint) || name == NULL || object == NULL || kind == 0) {
        return SRNN_E_ARGUMENT;
    }
    if (checkpoint->count == checkpoint->capacity) {
        return SRNN_E_SPACE;
    }
    if (!may_be_called(checkpoint, kind, name) ||
        (kind == SRNN_PART_TEXT && !srnn__is_utf8(object))) {
        return SRNN_E_RANGE;
    }
    memcpy(part.name, name, srnn__length(name));
    srnn__parts(checkpoint)[checkpoint->count++] = part;
    return SRNN_OK;
}

int32_t srnn_checkpoint_add(srnn_checkpoint *checkpoint, const char *name, void *object)
{
    return add(checkpoint, srnn__part_kind_of(object), name, object, object, 0);
}

int32_t srnn_checkpoint_add_bytes(srnn_checkpoint *checkpoint, const char *name, void *data,
                                  size_t bytes)
{
    return add(checkpoint, SRNN_PART_BYTES, name, data, data, bytes);
}

int32_t srnn_checkpoint_add_text(srnn_checkpoint *checkpoint, const char *name, const char *text)
{
    return add(checkpoint, SRNN_PART_TEXT, name, text, NULL, 0);
}

int32_t srnn_checkpoint_save(const srnn_checkpoint *checkpoint, void *buffer, size_t capacity,
                             size_t *bytes)
{
    return !alive(checkpoint) ? SRNN_E_ARGUMENT
                              : srnn__write_memory(srnn__parts_const(checkpoint), checkpoint->count,
                                                   buffer, capacity, bytes);
}

int32_t srnn_checkpoint_write(const srnn_checkpoint *checkpoint, srnn_write_fn write, void *user)
{
    return !alive(checkpoint) || write == NULL
               ? SRNN_E_ARGUMENT
               : srnn__write_stream(srnn__parts_const(checkpoint), checkpoint->count, write, user);
}

int32_t srnn_checkpoint_open(srnn_checkpoint *checkpoint, const void *archive, size_t bytes)
{
    struct srnn__file file;
    int32_t status = SRNN_E_ARGUMENT;

    memset(&file, 0, sizeof file);
    if (alive(checkpoint)) {
        status = srnn__file_open(archive, bytes, &file);
    }
    if (status == SRNN_OK) {
        checkpoint->file = file;
    }
    return status;
}
