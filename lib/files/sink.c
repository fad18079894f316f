/* sink.c - a buffered writer over a write callback. */
#include "files/sink.h"
#include "files/safetensors.h"

#include <string.h>

void srnn__sink_begin(struct srnn__sink *sink, srnn_write_fn write, void *user)
{
    sink->write = write;
    sink->user = user;
    sink->status = SRNN_OK;
    sink->piece_bytes = 0;
}

void srnn__sink_flush(struct srnn__sink *sink)
{
    if (sink->status == SRNN_OK && sink->piece_bytes != 0 &&
        sink->write(sink->user, sink->piece, sink->piece_bytes) != 0) {
        sink->status = SRNN_E_IO;
    }
    sink->piece_bytes = 0;
}

void srnn__sink_put(struct srnn__sink *sink, const void *data, size_t size)
{
    const unsigned char *bytes = data;

    SRNN__ASSERT(sink->piece_bytes < SRNN__PIECE);
    while (size > 0) {
        const size_t room = SRNN__PIECE - sink->piece_bytes;
        const size_t now = size < room ? size : room;
        memcpy(sink->piece + sink->piece_bytes, bytes, now);
        sink->piece_bytes += now;
        bytes += now;
        size -= now;
        if (sink->piece_bytes == SRNN__PIECE) {
            srnn__sink_flush(sink);
        }
    }
}

void srnn__sink_text(struct srnn__sink *sink, const char *text)
{
    for (; *text != '\0'; text++) {
        srnn__sink_put(sink, text, 1);
    }
}

void srnn__sink_number(struct srnn__sink *sink, uint64_t number, uint32_t base, uint32_t digits)
{
    char text[20]; /* 2^64 - 1 has 20 decimal digits */
    uint32_t first = (uint32_t)sizeof text;

    SRNN__ASSERT(base >= 10 && base <= 16 && digits <= sizeof text);
    while (number != 0 || first > sizeof text - digits) {
        text[--first] = "0123456789abcdef"[number % base];
        number /= base;
    }
    srnn__sink_put(sink, text + first, sizeof text - first);
}

/* Writes a size in base 10. */
static void put_size(struct srnn__sink *sink, size_t size)
{
    srnn__sink_number(sink, size, 10, 1);
}

void srnn__sink_tensor(struct srnn__sink *sink, const char *name, const char *type, size_t rows,
                       size_t columns, size_t from, size_t to)
{
    srnn__sink_text(sink, ",\"");
    srnn__sink_text(sink, name);
    srnn__sink_text(sink, "\":{\"dtype\":\"");
    srnn__sink_text(sink, type);
    srnn__sink_text(sink, "\",\"shape\":[");
    if (rows != 0) {
        put_size(sink, rows);
        srnn__sink_text(sink, ",");
    }
    put_size(sink, columns);
    srnn__sink_text(sink, "],\"data_offsets\":[");
    put_size(sink, from);
    srnn__sink_text(sink, ",");
    put_size(sink, to);
    srnn__sink_text(sink, "]}");
}

int32_t srnn__sink_count_header(void *user, const void *data, size_t size)
{
    (void)data;
    *(size_t *)user += size;
    return *(size_t *)user > SRNN__MAX_HEADER;
}

int32_t srnn__sink_memory(void *user, const void *data, size_t size)
{
    unsigned char **at = user;

    memcpy(*at, data, size);
    *at += size;
    return 0;
}
