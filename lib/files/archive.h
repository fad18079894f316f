/* archive.h - from a model to the contents of a file, and back. */
#ifndef SRNN_ARCHIVE_H
#define SRNN_ARCHIVE_H

#include "files/header.h"

/* Fill in a model's part of `contents`. The others' is empty.
 * Errors: ARGUMENT, STATE. */
int32_t srnn__archive_describe(const srnn_model *model, struct srnn__contents *contents);

/* Find the contents of a file and vouch for them: undamaged, the shape of a
 * model that can be made, all parameters finite. What other objects make of
 * their tensors is theirs to check. Errors: FORMAT, VERSION, CHECKSUM, TRUNCATED,
 * NONFINITE, OVERFLOW. */
int32_t srnn__archive_open(const void *archive, size_t bytes, struct srnn__contents *contents);

/* Copy an opened file's parameters into `parameters`, the vector of a `model` of
 * the same shape. */
void srnn__archive_parameters(const struct srnn__contents *contents, const srnn_model *model,
                              float *parameters);

#endif
