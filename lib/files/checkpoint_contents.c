/* checkpoint_contents.c - what is in the open file of a checkpoint. */
#include "files/archive.h"
#include "files/checkpoint.h"
#include "files/stored.h"
#include "files/text.h"

#include <string.h>

/* Finds the open file. Errors: ARGUMENT, STATE. */
static int32_t open_file(const srnn_checkpoint *checkpoint, const struct srnn__file **file)
{
    if (!srnn__alive(checkpoint, SRNN__TAG_CHECKPOINT)) {
        return SRNN_E_ARGUMENT;
    }
    *file = &checkpoint->file;
    return checkpoint->file.archive == NULL ? SRNN_E_STATE : SRNN_OK;
}

/* ------------------------------------------------------------------------
 * The list of parts
 * ------------------------------------------------------------------------ */

/* A part that is listed. */
struct listed {
    uint32_t kind;
    struct srnn__text name;
};

/* Takes a beginning and an end from a text. Returns whether it has both and a part's name between
 * them. */
static int strip(struct srnn__text *text, const char *beginning, const char *end)
{
    const size_t before = srnn__length(beginning), after = srnn__length(end);
    struct srnn__text tail;

    if (!srnn__text_begins(text, beginning) || text->length <= before + after ||
        text->length - before - after >= SRNN_PART_NAME_BYTES) {
        return 0;
    }
    tail.at = text->at + text->length - after;
    tail.length = after;
    text->at += before;
    text->length -= before + after;
    for (size_t i = 0; i < text->length; i++) {
        if (!srnn__is_name(text->at[i])) {
            return 0;
        }
    }
    return srnn__text_is(&tail, end);
}

/* Returns whether a pair of the metadata tells of a part. Each part of format 2 has one such pair;
 * format 1 has them of its model and of texts only. */
static int tells_of_part(uint32_t format, const struct srnn__text *key,
                         const struct srnn__text *value, struct listed *listed)
{
    listed->name = *key;
    if (srnn__text_is(key, "srnn.activation")) {
        listed->kind = SRNN_PART_MODEL;
        listed->name.at = (const unsigned char *)SRNN__MODEL_NAME;
        listed->name.length = srnn__length(SRNN__MODEL_NAME);
        return 1;
    }
    if (format != SRNN__OLD_FORMAT && strip(&listed->name, "srnn.", ".kind")) {
        listed->kind = srnn__part_kind(value);
        return !srnn__text_is(&listed->name, SRNN__MODEL_NAME); /* a model alone has this name */
    }
    listed->name = *key;
    listed->kind = SRNN_PART_TEXT;
    return strip(&listed->name, "user.", "");
}

/* Finds part `wanted` of a file. Returns the number of parts up to there: `wanted` + 1, or that of
 * all parts, of which a file has fewer than UINT32_MAX. */
static uint32_t list(const struct srnn__file *file, uint32_t wanted, struct listed *listed)
{
    struct srnn__reader reader;
    struct srnn__text key, value;
    uint32_t count = 0;

    srnn__file_metadata(file, &reader);
    for (uint32_t i = 0; count <= wanted && srnn__reader_key(&reader, i, &key); i++) {
        srnn__reader_string(&reader, &value);
        count += (uint32_t)tells_of_part(file->format, &key, &value, listed);
    }
    for (uint32_t i = 0; file->format == SRNN__OLD_FORMAT && i < SRNN__OLD_PARTS && count <= wanted;
         i++) {
        const char *const name = srnn__old_part(i, &listed->kind);
        listed->name.at = (const unsigned char *)name;
        listed->name.length = srnn__length(name);
        count += srnn__stored_kind(file, name, &listed->kind) == SRNN_OK;
    }
    return count;
}

int32_t srnn_checkpoint_part(const srnn_checkpoint *checkpoint, uint32_t index, uint32_t *kind,
                             char *name)
{
    const struct srnn__file *file;
    struct listed listed;
    const int32_t status = open_file(checkpoint, &file);

    if (status != SRNN_OK) {
        return status;
    }
    if (list(file, index, &listed) <= index) {
        return SRNN_E_RANGE;
    }
    if (kind != NULL) {
        *kind = listed.kind;
    }
    if (name != NULL) {
        memcpy(name, listed.name.at, listed.name.length);
        name[listed.name.length] = '\0';
    }
    return SRNN_OK;
}

/* ------------------------------------------------------------------------
 * One part
 * ------------------------------------------------------------------------ */

/* Finds the kind of the part `name` of the open file. Errors: ARGUMENT, STATE (no file, no such
 * part), FORMAT. */
static int32_t find_part(const srnn_checkpoint *checkpoint, const char *name,
                         const struct srnn__file **file, uint32_t *kind)
{
    const int32_t status = open_file(checkpoint, file);

    if (status != SRNN_OK) {
        return status;
    }
    return srnn__is_part_name(name) ? srnn__stored_kind(*file, name, kind) : SRNN_E_STATE;
}

/* Returns the size of a part's elements. A model's other leaves would have no prefix, and so
 * could be tensors of another program. Bytes have one tensor; in format 1 every leaf is its name.
 */
static double bytes_of(const struct srnn__file *file, const char *part, uint32_t kind)
{
    const uint32_t first = kind == SRNN_PART_BYTES ? SRNN__LEAF_BYTES : 0;
    const uint32_t end = kind == SRNN_PART_MODEL ? SRNN__TENSORS : SRNN__LEAVES;
    struct srnn__tensor tensor;
    uint64_t bytes = 0;

    for (uint32_t leaf = first; leaf < end; leaf++) {
        if (srnn__file_tensor(file, part, leaf, NULL, 0, &tensor, NULL) == SRNN_OK) {
            bytes += tensor.offsets[1] - tensor.offsets[0];
        }
    }
    return (double)bytes;
}

/* The get functions find a number about a part of their kind. Errors: OPTION, FORMAT. */

static int32_t get_model(const struct srnn__file *file, const char *part, uint32_t key,
                         double *value)
{
    struct srnn__stored_model stored;
    const int32_t status = srnn__stored_model(file, part, &stored);
    size_t count = 0;

    if (status != SRNN_OK) {
        return status;
    }
    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        count += stored.data[tensor] == NULL ? 0 : srnn__stored_count(&stored, tensor);
    }
    switch (key) {
    case SRNN_STORED_INPUTS:
        *value = stored.side[SRNN__SIDE_INPUTS];
        return SRNN_OK;
    case SRNN_STORED_HIDDEN:
        *value = stored.side[SRNN__SIDE_HIDDEN];
        return SRNN_OK;
    case SRNN_STORED_OUTPUTS:
        *value = stored.side[SRNN__SIDE_OUTPUTS];
        return SRNN_OK;
    case SRNN_STORED_ACTIVATION:
        *value = stored.activation;
        return SRNN_OK;
    case SRNN_STORED_OUTPUT_KIND:
        *value = stored.output;
        return SRNN_OK;
    case SRNN_STORED_FLAGS:
        *value = stored.flags;
        return SRNN_OK;
    case SRNN_STORED_COUNT:
        *value = (double)count;
        return SRNN_OK;
    default:
        return SRNN_E_OPTION;
    }
}

static int32_t get_optimizer(const struct srnn__file *file, const char *part, uint32_t key,
                             double *value)
{
    struct srnn__stored_optimizer stored;
    int32_t status = SRNN_E_OPTION;

    if (key == SRNN_STORED_COUNT || key == SRNN_STORED_ALGORITHM) {
        status = srnn__stored_optimizer(file, part, &stored);
    }
    if (status == SRNN_OK) {
        *value = key == SRNN_STORED_COUNT ? stored.count : stored.kind;
    }
    return status;
}

static int32_t get_clipper(const struct srnn__file *file, const char *part, uint32_t key,
                           double *value)
{
    struct srnn__stored_clipper stored;
    const int32_t status =
        key == SRNN_STORED_ALGORITHM ? srnn__stored_clipper(file, part, &stored) : SRNN_E_OPTION;

    if (status == SRNN_OK) {
        *value = stored.kind;
    }
    return status;
}

static int32_t get_regularizer(const struct srnn__file *file, const char *part, uint32_t key,
                               double *value)
{
    struct srnn__numbers state;
    const int32_t status =
        key == SRNN_STORED_HIDDEN
            ? srnn__stored_numbers(file, part, SRNN__LEAF_STATE, SRNN__OMEGA_STATE_NUMBERS, &state)
            : SRNN_E_OPTION;

    if (status == SRNN_OK) {
        *value = srnn__number_at(&state, SRNN__OMEGA_HIDDEN);
    }
    return status;
}

static int32_t get_workspace(const struct srnn__file *file, const char *part, uint32_t key,
                             double *value)
{
    const int asks_sequences = key == SRNN_STORED_SEQUENCES;
    const unsigned char *data;
    struct srnn__tensor carried;
    int32_t status = SRNN_E_OPTION;

    if (asks_sequences || key == SRNN_STORED_HIDDEN) {
        status = srnn__file_tensor(file, part, SRNN__LEAF_CARRIED, "F32", 2, &carried, &data);
    }
    if (status == SRNN_OK) {
        *value = (double)carried.shape[asks_sequences ? 0 : 1];
    }
    if (status == SRNN_E_STATE && asks_sequences) {
        *value = 0.0;
        return SRNN_OK;
    }
    return status == SRNN_E_STATE ? SRNN_E_OPTION : status;
}

/* Finds a number of a part of this kind, as the file has it. Errors: OPTION, FORMAT. */
static int32_t get(const struct srnn__file *file, const char *part, uint32_t kind, uint32_t key,
                   double *value)
{
    switch (kind) {
    case SRNN_PART_MODEL:
        return get_model(file, part, key, value);
    case SRNN_PART_OPTIMIZER:
        return get_optimizer(file, part, key, value);
    case SRNN_PART_CLIPPER:
        return get_clipper(file, part, key, value);
    case SRNN_PART_REGULARIZER:
        return get_regularizer(file, part, key, value);
    case SRNN_PART_WORKSPACE:
        return get_workspace(file, part, key, value);
    default:
        return SRNN_E_OPTION;
    }
}

int32_t srnn_checkpoint_get(const srnn_checkpoint *checkpoint, const char *name, uint32_t key,
                            double *value)
{
    const struct srnn__file *file;
    double number = 0.0;
    uint32_t kind;
    int32_t status =
        name == NULL || value == NULL ? SRNN_E_ARGUMENT : find_part(checkpoint, name, &file, &kind);

    if (status != SRNN_E_ARGUMENT && (key < SRNN_STORED_KIND || key > SRNN_STORED_SEQUENCES)) {
        status = SRNN_E_OPTION;
    }
    if (status != SRNN_OK) {
        return status;
    }
    if (key == SRNN_STORED_KIND || key == SRNN_STORED_BYTES) {
        number = key == SRNN_STORED_KIND ? kind : bytes_of(file, name, kind);
    } else {
        status = get(file, name, kind, key, &number);
    }
    /* Kinds, sizes and widths are counts: a caller may make integers of them. */
    if (status == SRNN_OK && !srnn__is_count(number)) {
        status = SRNN_E_FORMAT;
    }
    if (status == SRNN_OK) {
        *value = number;
    }
    return status;
}

int32_t srnn_checkpoint_bytes(const srnn_checkpoint *checkpoint, const char *name,
                              const void **data, size_t *bytes)
{
    const struct srnn__file *file;
    const unsigned char *found;
    struct srnn__tensor tensor;
    uint32_t kind;
    int32_t status = name == NULL || data == NULL || bytes == NULL
                         ? SRNN_E_ARGUMENT
                         : find_part(checkpoint, name, &file, &kind);

    if (status == SRNN_OK && kind != SRNN_PART_BYTES) {
        status = SRNN_E_SHAPE;
    }
    if (status == SRNN_OK) {
        status = srnn__file_tensor(file, name, SRNN__LEAF_BYTES, "U8", 1, &tensor, &found);
        status = status == SRNN_E_STATE ? SRNN_E_FORMAT : status;
    }
    if (status == SRNN_OK) {
        *data = found;
        *bytes = (size_t)tensor.shape[0];
    }
    return status;
}

int32_t srnn_checkpoint_text(const srnn_checkpoint *checkpoint, const char *name, char *text,
                             size_t capacity, size_t *length)
{
    const struct srnn__file *file;
    char key[SRNN__KEY_BYTES];
    struct srnn__text value;
    size_t bytes;
    int32_t status = name == NULL || length == NULL || (text == NULL && capacity != 0)
                         ? SRNN_E_ARGUMENT
                         : open_file(checkpoint, &file);

    if (status == SRNN_OK && !srnn__is_part_name(name)) {
        status = SRNN_E_STATE;
    }
    if (status == SRNN_OK) {
        srnn__text_key(key, name);
        status = srnn__file_value(file, key, &value);
    }
    if (status != SRNN_OK) {
        return status;
    }
    bytes = srnn__text_decode(&value, NULL, 0);
    if (bytes == SIZE_MAX) {
        return SRNN_E_FORMAT;
    }
    *length = bytes;
    if (text == NULL || bytes >= capacity) {
        return text == NULL ? SRNN_OK : SRNN_E_SPACE;
    }
    (void)srnn__text_decode(&value, text, capacity);
    text[bytes] = '\0';
    return SRNN_OK;
}
