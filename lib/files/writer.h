/* writer.h - writes a file of parts. */
#ifndef SRNN_WRITER_H
#define SRNN_WRITER_H

#include "files/parts.h"
#include "files/sink.h"

/* Find the size of the file of `parts` [count], or write it into `buffer` [capacity] or through a
 * callback. A file with a parameter that is not finite is not written. Errors: those of
 * srnn__part_ready; OVERFLOW; memory and stream NONFINITE; memory SPACE; stream IO. */
int32_t srnn__write_size(const struct srnn__part *parts, uint32_t count, size_t *bytes);
int32_t srnn__write_memory(const struct srnn__part *parts, uint32_t count, void *buffer,
                           size_t capacity, size_t *written);
int32_t srnn__write_stream(const struct srnn__part *parts, uint32_t count, srnn_write_fn write,
                           void *user);

#endif
