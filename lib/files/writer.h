/* writer.h - writes a file of parts. */
#ifndef SRNN_WRITER_H
#define SRNN_WRITER_H

#include "files/parts.h"
#include "files/sink.h"

/* Write the file of `parts` [count] into `buffer` [capacity], or through a callback. memory stores
 * the size of the file, also with SPACE; with `buffer` NULL and no capacity it does nothing else. A
 * file that no reader would take is not written. Errors: ARGUMENT; those of srnn__part_ready;
 * OVERFLOW (also of the header); RANGE (a text that is not UTF-8); NONFINITE (a parameter, a
 * moment); memory SPACE; stream IO. */
int32_t srnn__write_memory(const struct srnn__part *parts, uint32_t count, void *buffer,
                           size_t capacity, size_t *bytes);
int32_t srnn__write_stream(const struct srnn__part *parts, uint32_t count, srnn_write_fn write,
                           void *user);

#endif
