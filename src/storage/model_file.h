/* model_file.h - models on the disk, with the encoding of their data
 *
 * A model of a synthetic task is an archive of the library's. A model that was trained on
 * a file is a checkpoint of it and of a record, which holds the encoding (see record.h).
 * The checkpoint of a run can be read as a model too. */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "storage/encoding.h"

/* The part of a checkpoint that is the program's record: the name that the library gives the
 * caller's bytes of a file of format 1. */
#define MODEL_FILE_RECORD "extra"

struct model_file {
    const char *path; /* borrowed */
    unsigned char *archive;
    size_t bytes;
    const void *record; /* [record_bytes]: in `archive`; NULL when it has none */
    size_t record_bytes;
    srnn_model *model;
    struct encoding encoding; /* empty when the file has none */
};

/* The name of an activation or a kind of outputs. */
const char *kind_name(uint32_t kind);

/* What a model was made with: its SRNN_MODEL_ACTIVATION, SRNN_MODEL_OUTPUT_KIND or
 * SRNN_MODEL_FLAGS. */
uint32_t model_made_with(const srnn_model *model, uint32_t key);

/* Print the shape of a model on standard output, as lines "key value". */
void model_print_shape(const srnn_model *model);

/* Read and check the file at `path`. Returns 0, or EXIT_FAILED after a message. */
int model_file_open(struct model_file *file, const char *path);

/* Free everything; also after a failed open, or of a zeroed struct. */
void model_file_close(struct model_file *file);

/* A field of the file's record (see record.h) and its size; NULL and 0 when there is none. */
const unsigned char *model_file_field(const struct model_file *file, uint32_t tag, size_t *size);

/* Write a model to `path`, with the encoding of its data, which may be empty. Returns 0, or
 * EXIT_FAILED after a message. */
int model_file_save(const char *path, srnn_model *model, const struct encoding *encoding);

#endif /* MODEL_FILE_H */
