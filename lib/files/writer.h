/* writer.h - contents on their way into a file. */
#ifndef SRNN_WRITER_H
#define SRNN_WRITER_H

#include "files/header.h"
#include "files/sink.h"

/* The size of the file that holds `contents`, and writing it into a buffer or
 * through a callback. Nothing is written when a parameter is not finite.
 * Errors: OVERFLOW; memory and stream NONFINITE; memory SPACE; stream IO. */
int32_t srnn__write_size(const struct srnn__contents *contents, size_t *bytes);
int32_t srnn__write_memory(const struct srnn__contents *contents, void *buffer, size_t capacity,
                           size_t *written);
int32_t srnn__write_stream(const struct srnn__contents *contents, srnn_write_fn write, void *user);

#endif
