/* model_file.h - models on the disk, with the encoding of their data
 *
 * A model is an archive of the library's, with texts: the task that it was trained on, which older
 * versions did not write, and the encoding of its data (encoding.h). The checkpoint of a run can be
 * read as a model too. */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "storage/encoding.h"

/* The texts besides the encoding: the name of the task; of a run, its settings as lines "name
 * value".
 */
#define MODEL_FILE_TASK "task"
#define MODEL_FILE_SETTINGS "settings"

struct model_file {
    const char *path; /* borrowed */
    unsigned char *archive;
    size_t bytes;
    srnn_checkpoint *parts; /* the archive, open */
    const void *record;     /* [record_bytes], in `archive`: of an older version; else NULL */
    size_t record_bytes;
    srnn_model *model;
    struct encoding encoding; /* empty when the file has none */
    char *task;               /* NULL when the file does not tell */
    char *settings;           /* of a run; NULL when the file is none of a run */
};

/* The name of an activation or a kind of outputs, one of SRNN_HIDDEN_ or SRNN_OUTPUT_. */
const char *kind_name(uint32_t kind);

/* What a model was made with: its SRNN_MODEL_ACTIVATION, SRNN_MODEL_OUTPUT_KIND or
 * SRNN_MODEL_FLAGS. */
uint32_t model_made_with(const srnn_model *model, uint32_t key);

/* Print the shape of a model on standard output, as lines "key value". */
void model_print_shape(const srnn_model *model);

/* Read and check the file at `path`. Returns 0, or EXIT_FAILED after a message. */
int model_file_open(struct model_file *file, const char *path);

/* What the model was trained on: the name of a task, or NULL when neither the file nor its encoding
 * tells. */
const char *model_file_trained_on(const struct model_file *file);

/* Whether the outputs of the model are the next values of a plain series. */
int model_file_forecasts(const struct model_file *file);

/* Free everything; also after a failed open, or of a zeroed struct. */
void model_file_close(struct model_file *file);

/* Write a model to `path`, with the encoding of its data, which may be empty, and the name of its
 * task, NULL when it is not known. Returns 0, or EXIT_FAILED after a message. */
int model_file_save(const char *path, srnn_model *model, const struct encoding *encoding,
                    const char *task);

#endif /* MODEL_FILE_H */
