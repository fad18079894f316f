/* archive.h - a model as the contents of a file, both ways. */
#ifndef SRNN_ARCHIVE_H
#define SRNN_ARCHIVE_H

#include "files/header.h"

/* Sets `contents` to those of a model. They point into the model's parameters. Optimizer,
 * clipper, random and extra are absent. Errors: ARGUMENT, STATE. */
int32_t srnn__archive_describe(const srnn_model *model, struct srnn__contents *contents);

/* Finds the contents of a file; they point into `archive`. Checks that the file is
 * undamaged, that a model of its shape can exist, and that all parameters are finite.
 * The state of optimizer, clipper and random is not checked here. Errors: ARGUMENT,
 * FORMAT, VERSION, CHECKSUM, TRUNCATED, NONFINITE, OVERFLOW. */
int32_t srnn__archive_open(const void *archive, size_t bytes, struct srnn__contents *contents);

/* Copies the parameters of an opened file to `parameters` [count], the vector of
 * `model`, which has the shape of the file. */
void srnn__archive_parameters(const struct srnn__contents *contents, const srnn_model *model,
                              float *parameters);

#endif
