/* writer.h - writes the contents of a file. */
#ifndef SRNN_WRITER_H
#define SRNN_WRITER_H

#include "files/header.h"
#include "files/sink.h"

/* Finds the size of the file with these contents, or writes it into `buffer` [capacity] or
 * through a callback. A file with a parameter that is not finite is not written.
 * Errors: OVERFLOW; memory and stream NONFINITE; memory SPACE; stream IO. */
int32_t srnn__write_size(const struct srnn__contents *contents, size_t *bytes);
int32_t srnn__write_memory(const struct srnn__contents *contents, void *buffer, size_t capacity,
                           size_t *written);
int32_t srnn__write_stream(const struct srnn__contents *contents, srnn_write_fn write, void *user);

#endif
