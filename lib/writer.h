/* writer.h - contents on their way into a file, and what both ways share. Level 5. */
#ifndef SRNN_WRITER_H
#define SRNN_WRITER_H

#include "header.h"
#include "sink.h"

/* The size of the file that holds `contents`, and writing it into a buffer or
 * through a callback. Nothing is written when a parameter is not finite.
 * Errors: OVERFLOW; memory and stream NONFINITE; memory SPACE; stream IO. */
int32_t srnn__write_size(const struct srnn__contents *contents, size_t *bytes);
int32_t srnn__write_memory(const struct srnn__contents *contents, void *buffer, size_t capacity,
                           size_t *written);
int32_t srnn__write_stream(const struct srnn__contents *contents, srnn_write_fn write, void *user);

/* The CRC-32C of what has the checksum `checksum` (nothing has 0) and of `size`
 * bytes behind it. */
#define SRNN__CHECKSUM_DIGITS 8u
uint32_t srnn__checksum(uint32_t checksum, const void *data, size_t size);

/* Whether all parameters are finite, in the machine's order or in the file's. */
int srnn__parameters_finite(const struct srnn__contents *contents, int from_file);

#endif
