/* sink.h - a buffered writer over a write callback. */
#ifndef SRNN_SINK_H
#define SRNN_SINK_H

#include "base/base.h"

/* The largest number of bytes of one call of the callback. Larger pieces mean fewer calls
 * and a larger stack frame, since a sink is on the stack. */
#define SRNN__PIECE 256u

/* The alignment of the tensors' elements in a file, for models that read them in a mapped
 * file. */
#define SRNN__DATA_ALIGNMENT ((size_t)64)

/* A writer that collects bytes into pieces. After an error it writes nothing more. */
struct srnn__sink {
    srnn_write_fn write;              /* the caller's callback */
    void *user;                       /* first argument of `write` */
    int32_t status;                   /* SRNN_OK, or SRNN_E_IO once the callback failed */
    size_t piece_bytes;               /* bytes of `piece` in use */
    unsigned char piece[SRNN__PIECE]; /* bytes not written yet */
};

/* Makes a sink that writes to `write`. */
void srnn__sink_begin(struct srnn__sink *sink, srnn_write_fn write, void *user);

/* Writes `data` [size], or a terminated text. */
void srnn__sink_put(struct srnn__sink *sink, const void *data, size_t size);
void srnn__sink_text(struct srnn__sink *sink, const char *text);

/* Writes a number in base 10 to 16 with at least `digits` digits, at most 20. */
void srnn__sink_number(struct srnn__sink *sink, uint64_t number, uint32_t base, uint32_t digits);

/* Writes a member of a header, with the comma before it: a tensor that fills the bytes from
 * `from` to `to` of the data. `rows` is 0 for a vector. */
void srnn__sink_tensor(struct srnn__sink *sink, const char *name, const char *type, size_t rows,
                       size_t columns, size_t from, size_t to);

/* Writes the bytes that are still in the sink. */
void srnn__sink_flush(struct srnn__sink *sink);

/* Returns whether a save to a buffer may have these arguments. Without buffer and capacity it only
 * finds the size. */
static inline int srnn__may_save(const void *buffer, size_t capacity, const size_t *bytes)
{
    return bytes != NULL && (buffer != NULL || capacity == 0);
}

/* Write callbacks. The first adds the number of bytes to the size_t at `user`, and fails beyond
 * SRNN__MAX_HEADER, so that the sum cannot wrap. The second copies them to the unsigned char *
 * at `user` and moves it past them. */
int32_t srnn__sink_count_header(void *user, const void *data, size_t size);
int32_t srnn__sink_memory(void *user, const void *data, size_t size);

#endif
