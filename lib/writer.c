/* writer.c - contents on their way into a file. Level 5; header.h describes the
 * format.
 *
 * One routine, emit, makes a file. It runs once to find the checksum and once to
 * write, and the size is that of the header which it measures and of the tensors
 * which it writes, so that size, save and write cannot disagree. */
#include "writer.h"

#include <string.h>

/* The bytes that reach a write callback at a time. */
#define PIECE 256u

/* The elements begin at a multiple of this, for views on mapped files. */
#define DATA_ALIGNMENT ((size_t)64)

/* On its way out through a callback, gathered into pieces. The first error stays
 * in `status`, and from then on nothing is written. */
struct sink {
    srnn_write_fn write;
    void *user;
    int32_t status;
    size_t used;
    unsigned char piece[PIECE];
};

/* What must be known before the first byte is written. */
struct plan {
    size_t header; /* bytes of the header, with its padding */
    size_t padding;
    size_t bytes;
    uint32_t checksum;
};

void srnn__copy_elements(void *to, const void *from, size_t count, size_t element)
{
    unsigned char *bytes = to;

    memcpy(to, from, count * element);
    if (srnn__little_endian()) {
        return;
    }
    for (; count > 0; count--, bytes += element) {
        for (size_t i = 0; i < element / 2; i++) {
            const unsigned char swapped = bytes[i];
            bytes[i] = bytes[element - 1 - i];
            bytes[element - 1 - i] = swapped;
        }
    }
}

/* A callback that counts into a size_t. */
static int32_t write_count(void *user, const void *data, size_t size)
{
    (void)data;
    *(size_t *)user += size;
    return 0;
}

/* A callback that moves an unsigned char * through a buffer. */
static int32_t write_memory(void *user, const void *data, size_t size)
{
    unsigned char **at = user;

    memcpy(*at, data, size);
    *at += size;
    return 0;
}

/* Half a byte at a time, so that the table stays small. The polynomial is
 * 0x82f63b78, its bits reflected. */
uint32_t srnn__checksum(uint32_t checksum, const void *data, size_t size)
{
    static const uint32_t table[16] = {
        0x00000000u, 0x105ec76fu, 0x20bd8edeu, 0x30e349b1u, 0x417b1dbcu, 0x5125dad3u,
        0x61c69362u, 0x7198540du, 0x82f63b78u, 0x92a8fc17u, 0xa24bb5a6u, 0xb21572c9u,
        0xc38d26c4u, 0xd3d3e1abu, 0xe330a81au, 0xf36e6f75u,
    };
    const unsigned char *byte = data;

    checksum = ~checksum;
    for (; size > 0; size--, byte++) {
        checksum ^= *byte;
        checksum = checksum >> 4 ^ table[checksum & 15u];
        checksum = checksum >> 4 ^ table[checksum & 15u];
    }
    return ~checksum;
}

/* A callback that goes on with the checksum in a uint32_t. */
static int32_t write_checksum(void *user, const void *data, size_t size)
{
    *(uint32_t *)user = srnn__checksum(*(uint32_t *)user, data, size);
    return 0;
}

static void flush(struct sink *sink)
{
    if (sink->status == SRNN_OK && sink->used != 0 &&
        sink->write(sink->user, sink->piece, sink->used) != 0) {
        sink->status = SRNN_E_IO;
    }
    sink->used = 0;
}

static void put(struct sink *sink, const void *data, size_t size)
{
    const unsigned char *bytes = data;

    while (size > 0) {
        const size_t room = PIECE - sink->used;
        const size_t now = size < room ? size : room;
        memcpy(sink->piece + sink->used, bytes, now);
        sink->used += now;
        bytes += now;
        size -= now;
        if (sink->used == PIECE) {
            flush(sink);
        }
    }
}

static void put_text(struct sink *sink, const char *text)
{
    for (; *text != '\0'; text++) {
        put(sink, text, 1);
    }
}

/* At least `digits` digits of a number, which may have 20. */
static void put_number(struct sink *sink, uint64_t number, uint32_t base, uint32_t digits)
{
    char text[20];
    uint32_t first = (uint32_t)sizeof text;

    while (number != 0 || first > sizeof text - digits) {
        text[--first] = "0123456789abcdef"[number % base];
        number /= base;
    }
    put(sink, text + first, sizeof text - first);
}

static void put_checksum(struct sink *sink, uint32_t checksum)
{
    put_number(sink, checksum, 16, SRNN__CHECKSUM_DIGITS);
}

static void put_size(struct sink *sink, size_t size)
{
    put_number(sink, size, 10, 1);
}

/* A tensor that begins at `offset` of the data. */
static void put_entry(struct sink *sink, const struct srnn__contents *contents, uint32_t id,
                      size_t offset)
{
    const struct srnn__entry *entry = srnn__entry(id);

    put_text(sink, ",\"");
    put_text(sink, entry->name);
    put_text(sink, "\":{\"dtype\":\"");
    put_text(sink, entry->type);
    put_text(sink, "\",\"shape\":[");
    if (entry->rows != SRNN__SIDE_ONE) {
        put_size(sink, contents->side[entry->rows]);
        put_text(sink, ",");
    }
    put_size(sink, contents->side[entry->columns]);
    put_text(sink, "],\"data_offsets\":[");
    put_size(sink, offset);
    put_text(sink, ",");
    put_size(sink, offset + srnn__contents_bytes(contents, id));
    put_text(sink, "]}");
}

/* The header's text without its padding. */
static void put_header(struct sink *sink, const struct srnn__contents *contents, uint32_t checksum)
{
    size_t offset = 0;

    put_text(sink, "{\"__metadata__\":{\"srnn.format\":\"1\",\"srnn.checksum\":\"");
    put_checksum(sink, checksum);
    put_text(sink, "\",\"srnn.activation\":\"");
    put_text(sink, srnn__kind_word(contents->activation));
    put_text(sink, "\",\"srnn.output\":\"");
    put_text(sink, srnn__kind_word(contents->output));
    put_text(sink, "\"}");
    for (uint32_t id = 0; id < SRNN__FILE_TENSORS; id++) {
        if (contents->data[id] != NULL) {
            put_entry(sink, contents, id, offset);
            offset += srnn__contents_bytes(contents, id);
        }
    }
    put_text(sink, "}");
}

/* A tensor's elements in the file's order. */
static void put_tensor(struct sink *sink, const struct srnn__contents *contents, uint32_t id)
{
    const size_t element = srnn__entry(id)->element;
    const unsigned char *data = contents->data[id];
    size_t left = srnn__contents_count(contents, id);
    unsigned char bytes[64];

    while (left > 0 && sink->status == SRNN_OK) {
        const size_t most = sizeof bytes / element;
        const size_t now = left < most ? left : most;
        srnn__copy_elements(bytes, data, now, element);
        put(sink, bytes, now * element);
        data += now * element;
        left -= now;
    }
}

static void sink_begin(struct sink *sink, srnn_write_fn write, void *user)
{
    sink->write = write;
    sink->user = user;
    sink->status = SRNN_OK;
    sink->used = 0;
}

/* The length of the header's text, which is that of every checksum. */
static size_t measure_header(const struct srnn__contents *contents)
{
    struct sink sink;
    size_t length = 0;

    sink_begin(&sink, write_count, &length);
    put_header(&sink, contents, 0);
    flush(&sink);
    return length;
}

/* The whole file. */
static int32_t emit(const struct srnn__contents *contents, const struct plan *plan,
                    srnn_write_fn write, void *user)
{
    const uint64_t length = plan->header;
    unsigned char bytes[sizeof length];
    struct sink sink;

    sink_begin(&sink, write, user);
    srnn__copy_elements(bytes, &length, 1, sizeof length);
    put(&sink, bytes, sizeof bytes);
    put_header(&sink, contents, plan->checksum);
    for (size_t padding = plan->padding; padding > 0; padding--) {
        put_text(&sink, " ");
    }
    for (uint32_t id = 0; id < SRNN__FILE_TENSORS; id++) {
        if (contents->data[id] != NULL) {
            put_tensor(&sink, contents, id);
        }
    }
    flush(&sink);
    return sink.status;
}

/* Lay the file out. The checksum is yet to be found. */
static int32_t plan_begin(const struct srnn__contents *contents, struct plan *plan)
{
    const size_t prefix = sizeof(uint64_t);
    const size_t text = measure_header(contents);
    struct srnn__layout file = {prefix, 0};

    (void)srnn__layout_take(&file, text, 1, 1);
    (void)srnn__layout_take(&file, 0, 1, DATA_ALIGNMENT);
    plan->header = file.bytes - prefix;
    plan->padding = plan->header - text;
    plan->checksum = 0;
    for (uint32_t id = 0; id < SRNN__FILE_TENSORS; id++) {
        if (contents->data[id] != NULL) {
            (void)srnn__layout_take(&file, srnn__contents_count(contents, id),
                                    srnn__entry(id)->element, 1);
        }
    }
    plan->bytes = file.bytes;
    return file.overflow ? SRNN_E_OVERFLOW : SRNN_OK;
}

static int is_parameter(uint32_t id)
{
    return id >= SRNN__FILE_PARAMETERS && id < SRNN__FILE_PARAMETERS + SRNN__TENSORS;
}

int srnn__parameters_finite(const struct srnn__contents *contents, int from_file)
{
    for (uint32_t id = 0; id < SRNN__FILE_TENSORS; id++) {
        const unsigned char *data = contents->data[id];
        if (data == NULL || !is_parameter(id)) {
            continue;
        }
        for (size_t left = srnn__contents_count(contents, id); left > 0; left--) {
            float value;
            if (from_file) {
                srnn__copy_elements(&value, data, 1, sizeof value);
            } else {
                memcpy(&value, data, sizeof value);
            }
            if (!(value - value == 0.0f)) {
                return 0;
            }
            data += sizeof value;
        }
    }
    return 1;
}

/* Find the checksum of a file to be written, if it may be. */
static int32_t plan_seal(const struct srnn__contents *contents, struct plan *plan)
{
    uint32_t checksum = 0;

    if (!srnn__parameters_finite(contents, 0)) {
        return SRNN_E_NONFINITE;
    }
    (void)emit(contents, plan, write_checksum, &checksum);
    plan->checksum = checksum;
    return SRNN_OK;
}

int32_t srnn__write_size(const struct srnn__contents *contents, size_t *bytes)
{
    struct plan plan;
    const int32_t status = plan_begin(contents, &plan);

    if (status == SRNN_OK) {
        *bytes = plan.bytes;
    }
    return status;
}

int32_t srnn__write_memory(const struct srnn__contents *contents, void *buffer, size_t capacity,
                           size_t *written)
{
    struct plan plan;
    unsigned char *at = buffer;
    int32_t status = plan_begin(contents, &plan);

    if (status == SRNN_OK && plan.bytes > capacity) {
        status = SRNN_E_SPACE;
    }
    if (status == SRNN_OK) {
        status = plan_seal(contents, &plan);
    }
    if (status == SRNN_OK) {
        (void)emit(contents, &plan, write_memory, &at);
        *written = plan.bytes;
    }
    return status;
}

int32_t srnn__write_stream(const struct srnn__contents *contents, srnn_write_fn write, void *user)
{
    struct plan plan;
    int32_t status = plan_begin(contents, &plan);

    if (status == SRNN_OK) {
        status = plan_seal(contents, &plan);
    }
    return status == SRNN_OK ? emit(contents, &plan, write, user) : status;
}
