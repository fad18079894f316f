/* sink.h - bytes on their way out through a write callback. */
#ifndef SRNN_SINK_H
#define SRNN_SINK_H

#include "base/base.h"

#include <string.h>

/* The bytes that reach a callback at a time. */
#define SRNN__PIECE 256u

/* The elements begin at a multiple of this, for views on mapped files. */
#define SRNN__DATA_ALIGNMENT ((size_t)64)

/* Gathers bytes into pieces. The first error stays in `status`, and from then on
 * nothing is written. */
struct srnn__sink {
    srnn_write_fn write;
    void *user;
    int32_t status;
    size_t used;
    unsigned char piece[SRNN__PIECE];
};

void srnn__sink_begin(struct srnn__sink *sink, srnn_write_fn write, void *user);
void srnn__sink_put(struct srnn__sink *sink, const void *data, size_t size);
void srnn__sink_text(struct srnn__sink *sink, const char *text);

/* At least `digits` digits of a number, which may have 20; a size has no more than it
 * needs. */
void srnn__sink_number(struct srnn__sink *sink, uint64_t number, uint32_t base, uint32_t digits);
void srnn__sink_size(struct srnn__sink *sink, size_t size);

/* A member of the header: the comma before it, and a tensor that fills the bytes from
 * `from` to `to` of the data. `rows` is 0 for a vector. */
void srnn__sink_tensor(struct srnn__sink *sink, const char *name, const char *type, size_t rows,
                       size_t columns, size_t from, size_t to);

/* Bring out what is gathered. */
void srnn__sink_flush(struct srnn__sink *sink);

/* Write callbacks: one counts into a size_t, one moves an unsigned char * through a
 * buffer. */
int32_t srnn__sink_count(void *user, const void *data, size_t size);
int32_t srnn__sink_memory(void *user, const void *data, size_t size);

#endif
