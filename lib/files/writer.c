/* writer.c - writes a file of parts, as header.h describes it
 *
 * One function, emit, makes the file. The size and the checksum come from the functions that it
 * calls, so size, save and write cannot disagree. */
#include "files/writer.h"
#include "base/compiler.h"
#include "files/elements.h"
#include "files/text.h"

/* The layout and the checksum of a file, known before its first byte is written. */
struct plan {
    const struct srnn__part *parts; /* [count] */
    uint32_t count;
    size_t header;     /* bytes of the header with its padding */
    size_t padding;    /* spaces at the end of the header */
    size_t bytes;      /* bytes of the file */
    uint32_t checksum; /* checksum of the file; 0 while it is being found */
};

/* A walk over the tensors of a file, in their order there: those of 8-byte elements first, then of
 * 4 and of 1, so that every tensor is aligned for its elements. All zero before the first. */
struct walk {
    uint32_t element; /* bytes of the elements */
    uint32_t part;
    uint32_t next; /* index of the part's next tensor */
    struct srnn__item item;
};

/* Moves to the next tensor. Returns whether there is one. */
static int walk_on(struct walk *walk, const struct plan *plan)
{
    if (walk->element == 0) {
        walk->element = 8;
    }
    for (; walk->element != 0; walk->element = walk->element == 8 ? 4 : walk->element / 4) {
        for (; walk->part < plan->count; walk->part++) {
            while (walk->next < SRNN__MAX_ITEMS) {
                srnn__part_item(&plan->parts[walk->part], walk->next++, &walk->item);
                if (walk->item.data != NULL && walk->item.element == walk->element) {
                    return 1;
                }
            }
            walk->next = 0;
        }
        walk->part = 0;
    }
    return 0;
}

/* A header that is being written. */
struct header {
    struct srnn__sink sink;
    uint32_t sum; /* checksum of the metadata so far */
};

/* Writes a string with the escapes that it needs. */
static void put_string(struct srnn__sink *sink, const char *text)
{
    srnn__sink_text(sink, "\"");
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte < ' ') {
            srnn__sink_text(sink, "\\u");
            srnn__sink_number(sink, byte, 16, 4);
            continue;
        }
        if (byte == '"' || byte == '\\') {
            srnn__sink_text(sink, "\\");
        }
        srnn__sink_put(sink, text, 1);
    }
    srnn__sink_text(sink, "\"");
}

/* Returns the bytes of a terminated text, its zero included. */
static size_t size_of(const char *text)
{
    return srnn__length(text) + 1;
}

/* Writes a pair of the metadata, and adds it to their checksum. */
static void put_pair(struct header *header, const char *key, const char *value)
{
    uint32_t sum = srnn__checksum(0, key, size_of(key));

    sum = srnn__checksum(sum, value, size_of(value));
    header->sum += sum;
    srnn__sink_text(&header->sink, ",");
    put_string(&header->sink, key);
    srnn__sink_text(&header->sink, ":");
    put_string(&header->sink, value);
}

/* Writes what the metadata say about a part. */
static void put_about(struct header *header, const struct srnn__part *part)
{
    char key[SRNN__KEY_BYTES];

    if (part->kind == SRNN_PART_TEXT) {
        srnn__text_key(key, part->name);
        put_pair(header, key, part->object);
        return;
    }
    if (!srnn__same_word(part->name, SRNN__MODEL_NAME)) {
        srnn__metadata_key(key, part->name, "kind");
        put_pair(header, key, srnn__part_word(part->kind));
    }
    if (part->kind == SRNN_PART_MODEL) {
        const srnn_model *const model = part->object;
        srnn__metadata_key(key, part->name, "activation");
        put_pair(header, key, srnn__kind_word(model->activation));
        srnn__metadata_key(key, part->name, "output");
        put_pair(header, key, srnn__kind_word(model->output));
    }
}

/* Writes the text of the header, without its padding, and adds its metadata to the sum. */
static SRNN__NOINLINE void put_header(struct header *header, const struct plan *plan)
{
    struct walk walk = {0};
    char key[SRNN__KEY_BYTES];
    size_t offset = 0;

    srnn__sink_text(&header->sink, "{\"__metadata__\":{\"srnn.checksum\":\"");
    srnn__sink_number(&header->sink, plan->checksum, 16, SRNN__CHECKSUM_DIGITS);
    srnn__sink_text(&header->sink, "\"");
    put_pair(header, "srnn.format", "2");
    for (uint32_t i = 0; i < plan->count; i++) {
        put_about(header, &plan->parts[i]);
    }
    srnn__sink_text(&header->sink, "}");
    while (walk_on(&walk, plan)) {
        const size_t bytes = srnn__item_count(&walk.item) * walk.item.element;
        srnn__tensor_key(key, plan->parts[walk.part].name, srnn__leaf(walk.item.leaf));
        srnn__sink_tensor(&header->sink, key, walk.item.type, walk.item.rows, walk.item.columns,
                          offset, offset + bytes);
        offset += bytes;
    }
    srnn__sink_text(&header->sink, "}");
}

/* Writes the elements of a tensor, in the file's byte order. */
static SRNN__NOINLINE void put_tensor(struct srnn__sink *sink, const struct srnn__item *item)
{
    const unsigned char *data = item->data;
    size_t left = srnn__item_count(item);
    unsigned char bytes[64];

    SRNN__ASSERT(sizeof bytes % item->element == 0);
    while (left > 0 && sink->status == SRNN_OK) {
        const size_t most = sizeof bytes / item->element;
        const size_t now = left < most ? left : most;
        srnn__copy_elements(bytes, data, now, item->element);
        srnn__sink_put(sink, bytes, now * item->element);
        data += now * item->element;
        left -= now;
    }
}

/* A write callback that adds bytes to the checksum in the uint32_t at `user`. */
static int32_t write_checksum(void *user, const void *data, size_t size)
{
    *(uint32_t *)user = srnn__checksum(*(uint32_t *)user, data, size);
    return 0;
}

/* Returns the checksum of a tensor of a part: of its name, type, shape and elements. */
static SRNN__NOINLINE uint32_t sum_of(const char *part, const struct srnn__item *item)
{
    const uint64_t rows = item->rows, columns = item->columns;
    char key[SRNN__KEY_BYTES];
    struct srnn__sink sink;
    unsigned char side[8];
    uint32_t sum = 0;

    srnn__sink_begin(&sink, write_checksum, &sum);
    srnn__tensor_key(key, part, srnn__leaf(item->leaf));
    srnn__sink_put(&sink, key, size_of(key));
    srnn__sink_put(&sink, item->type, size_of(item->type));
    if (rows != 0) {
        srnn__copy_elements(side, &rows, 1, sizeof rows);
        srnn__sink_put(&sink, side, sizeof side);
    }
    srnn__copy_elements(side, &columns, 1, sizeof columns);
    srnn__sink_put(&sink, side, sizeof side);
    put_tensor(&sink, item);
    srnn__sink_flush(&sink);
    return sum;
}

/* Makes the header without writing it. Stores the length of its text, which no checksum changes,
 * and the checksum of the metadata. Counting stops above SRNN__MAX_HEADER. */
static SRNN__NOINLINE void measure_header(const struct plan *plan, size_t *length, uint32_t *sum)
{
    struct header header;

    *length = 0;
    header.sum = 0;
    srnn__sink_begin(&header.sink, srnn__sink_count_header, length);
    put_header(&header, plan);
    srnn__sink_flush(&header.sink);
    *sum = header.sum;
}

/* Writes the file. Errors: IO. */
static SRNN__NOINLINE int32_t emit(const struct plan *plan, srnn_write_fn write, void *user)
{
    const uint64_t length = plan->header;
    unsigned char bytes[sizeof length];
    struct header header;
    struct walk walk = {0};

    header.sum = 0;
    srnn__sink_begin(&header.sink, write, user);
    srnn__copy_elements(bytes, &length, 1, sizeof length);
    srnn__sink_put(&header.sink, bytes, sizeof bytes);
    put_header(&header, plan);
    for (size_t padding = plan->padding; padding > 0; padding--) {
        srnn__sink_text(&header.sink, " ");
    }
    while (walk_on(&walk, plan)) {
        put_tensor(&header.sink, &walk.item);
    }
    srnn__sink_flush(&header.sink);
    return header.sink.status;
}

/* Lays out the file of `parts` [count], and finds the checksum of its metadata.
 * Errors: ARGUMENT, STATE, OVERFLOW. */
static int32_t plan_begin(struct plan *plan, const struct srnn__part *parts, uint32_t count)
{
    const size_t prefix = sizeof(uint64_t);
    struct srnn__layout file = {prefix, 0};
    struct walk walk = {0};
    size_t text;

    plan->parts = parts;
    plan->count = count;
    plan->checksum = 0;
    if (!srnn__parts_alive(parts, count)) {
        return SRNN_E_ARGUMENT;
    }
    for (uint32_t i = 0; i < count; i++) {
        const int32_t status = srnn__part_ready(&parts[i]);
        if (status != SRNN_OK) {
            return status;
        }
    }
    measure_header(plan, &text, &plan->checksum);
    (void)srnn__layout_take(&file, text, 1, 1);
    (void)srnn__layout_take(&file, 0, 1, SRNN__DATA_ALIGNMENT);
    plan->header = file.bytes - prefix;
    SRNN__ASSERT(file.overflow || plan->header >= text);
    plan->padding = plan->header - text;
    while (walk_on(&walk, plan)) {
        (void)srnn__layout_take(&file, srnn__item_count(&walk.item), walk.item.element, 1);
    }
    plan->bytes = file.bytes;
    return file.overflow || plan->header > SRNN__MAX_HEADER ? SRNN_E_OVERFLOW : SRNN_OK;
}

/* Adds the tensors to the checksum of a file that is laid out, unless it has what no reader takes.
 * Errors: RANGE (a text that was UTF-8 when it was added); NONFINITE (a parameter or a moment). */
static int32_t plan_seal(struct plan *plan)
{
    struct walk walk = {0};

    for (uint32_t i = 0; i < plan->count; i++) {
        if (plan->parts[i].kind == SRNN_PART_TEXT && !srnn__is_utf8(plan->parts[i].object)) {
            return SRNN_E_RANGE;
        }
    }
    while (walk_on(&walk, plan)) {
        if (srnn__leaf_is_finite(walk.item.leaf) &&
            !srnn__floats_finite(walk.item.data, srnn__item_count(&walk.item), 0)) {
            return SRNN_E_NONFINITE;
        }
        plan->checksum += sum_of(plan->parts[walk.part].name, &walk.item);
    }
    return SRNN_OK;
}

int32_t srnn__write_memory(const struct srnn__part *parts, uint32_t count, void *buffer,
                           size_t capacity, size_t *bytes)
{
    struct plan plan;
    unsigned char *at = buffer;
    int32_t status =
        srnn__may_save(buffer, capacity, bytes) ? plan_begin(&plan, parts, count) : SRNN_E_ARGUMENT;

    if (status == SRNN_OK && (buffer == NULL || plan.bytes > capacity)) {
        *bytes = plan.bytes;
        return buffer == NULL ? SRNN_OK : SRNN_E_SPACE;
    }
    if (status == SRNN_OK) {
        status = plan_seal(&plan);
    }
    if (status == SRNN_OK) {
        (void)emit(&plan, srnn__sink_memory, &at);
        SRNN__ASSERT(at == (unsigned char *)buffer + plan.bytes);
        *bytes = plan.bytes;
    }
    return status;
}

int32_t srnn__write_stream(const struct srnn__part *parts, uint32_t count, srnn_write_fn write,
                           void *user)
{
    struct plan plan;
    int32_t status = plan_begin(&plan, parts, count);

    if (status == SRNN_OK) {
        status = plan_seal(&plan);
    }
    return status == SRNN_OK ? emit(&plan, write, user) : status;
}
