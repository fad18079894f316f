/* model_file.c - models on the disk, with the encoding of their data */
#include "storage/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/foreign.h"
#include "storage/old_record.h"
#include "storage/texts.h"
#include "support/file.h"
#include "support/message.h"
#include "support/try.h"

const char *kind_name(uint32_t kind)
{
    static const char *const hidden[] = {"tanh", "sigmoid", "relu", "linear"};
    static const char *const outputs[] = {"linear", "sigmoid", "softmax"};

    return kind <= SRNN_HIDDEN_LINEAR ? hidden[kind - SRNN_HIDDEN_TANH]
                                      : outputs[kind - SRNN_OUTPUT_LINEAR];
}

uint32_t model_made_with(const srnn_model *model, uint32_t key)
{
    double value = 0.0;

    (void)srnn_model_get(model, key, &value);
    return (uint32_t)value;
}

void model_print_shape(const srnn_model *model)
{
    printf("inputs %lu\nhidden %lu\noutputs %lu\nactivation %s\noutput-kind %s\n",
           (unsigned long)srnn_model_inputs(model), (unsigned long)srnn_model_hidden(model),
           (unsigned long)srnn_model_outputs(model),
           kind_name(model_made_with(model, SRNN_MODEL_ACTIVATION)),
           kind_name(model_made_with(model, SRNN_MODEL_OUTPUT_KIND)));
}

/* Whether the encoding fits the model: a symbol for each input and output, a label for each output,
 * a scale for each input. */
static int encoding_fits(const struct model_file *file)
{
    const uint32_t inputs = srnn_model_inputs(file->model);
    const uint32_t outputs = srnn_model_outputs(file->model);
    const int softmax = model_made_with(file->model, SRNN_MODEL_OUTPUT_KIND) == SRNN_OUTPUT_SOFTMAX;
    const struct encoding *encoding = &file->encoding;

    if (encoding->alphabet.count > 0 &&
        (encoding->alphabet.count != inputs || encoding->alphabet.count != outputs || !softmax)) {
        return 0;
    }
    if (encoding->labels.count > 0 && (encoding->labels.count != outputs || !softmax)) {
        return 0;
    }
    return encoding->scaling.width == 0 || encoding->scaling.width == inputs;
}

/* Make the model, open the file, and find the record if there is one: a part of its name may be
 * another program's, of any kind. Returns a status of the library. */
static int32_t open_parts(struct model_file *file)
{
    const void *part;
    size_t bytes;
    int32_t status;

    TRY(srnn_model_load_create(NULL, NULL, file->archive, file->bytes, 0, &file->model));
    TRY(srnn_checkpoint_create(NULL, NULL, 0, &file->parts));
    TRY(srnn_checkpoint_open(file->parts, file->archive, file->bytes));
    status = srnn_checkpoint_bytes(file->parts, RECORD_PART, &part, &bytes);
    if (status == SRNN_OK && record_begins(part, bytes)) {
        file->record = part;
        file->record_bytes = bytes;
    }
    return status == SRNN_E_STATE || status == SRNN_E_SHAPE ? SRNN_OK : status;
}

/* Read the encoding, and the texts of a run. Returns 0, or EXIT_FAILED after a message. */
static int read_texts(struct model_file *file)
{
    const char *path = file->path;
    int32_t status;

    if (file->record == NULL) {
        TRY(encoding_read(&file->encoding, file->parts, path));
        TRY(text_read(file->parts, MODEL_FILE_TASK, path, &file->task));
        return text_read(file->parts, MODEL_FILE_SETTINGS, path, &file->settings);
    }
    status = record_read(file->record, file->record_bytes, &file->encoding, &file->task,
                         &file->settings);
    if (status == SRNN_E_MEMORY) {
        return fail_status(status, "%s: cannot load the model", path);
    }
    return status == SRNN_OK ? 0
                             : fail("%s: its extra bytes are not a record of this program", path);
}

int model_file_open(struct model_file *file, const char *path)
{
    int32_t status;

    memset(file, 0, sizeof *file);
    file->path = path;
    TRY(file_read_checked(path, foreign_check, &file->archive, &file->bytes));
    status = open_parts(file);
    if (status != SRNN_OK) {
        return fail_foreign(status, path, file->archive, file->bytes);
    }
    TRY(read_texts(file));
    return encoding_valid(&file->encoding) && encoding_fits(file)
               ? 0
               : fail("%s: the encoding does not fit the model", path);
}

const char *model_file_trained_on(const struct model_file *file)
{
    if (file->task != NULL) {
        return file->task;
    }
    return file->encoding.alphabet.count > 0  ? "text"
           : file->encoding.scaling.width > 0 ? "series"
                                              : NULL;
}

int model_file_forecasts(const struct model_file *file)
{
    return file->encoding.scaling.width > 0 && file->encoding.labels.count == 0 &&
           srnn_model_outputs(file->model) == file->encoding.scaling.width;
}

void model_file_close(struct model_file *file)
{
    free(file->task);
    free(file->settings);
    encoding_destroy(&file->encoding);
    srnn_checkpoint_destroy(file->parts);
    srnn_model_destroy(file->model);
    free(file->archive);
}

/* Write the model with texts; `task` may be NULL. Returns a status of the library. */
static int32_t write_parts(struct file_writer *writer, srnn_checkpoint *parts, srnn_model *model,
                           const struct encoding *encoding, const char *task,
                           struct encoding_texts *texts)
{
    TRY(srnn_checkpoint_add(parts, "model", model));
    if (task != NULL) {
        TRY(srnn_checkpoint_add_text(parts, MODEL_FILE_TASK, task));
    }
    TRY(encoding_add(encoding, parts, texts));
    return srnn_checkpoint_write(parts, file_write, writer);
}

int model_file_save(const char *path, srnn_model *model, const struct encoding *encoding,
                    const char *task)
{
    struct encoding_texts texts = {NULL, NULL, NULL, NULL, NULL};
    srnn_checkpoint *parts = NULL;
    struct file_writer writer;
    int32_t status;

    TRY(file_begin(&writer, path));
    status = srnn_checkpoint_create(NULL, NULL, 2 + ENCODING_TEXTS, &parts);
    if (status == SRNN_OK) {
        status = write_parts(&writer, parts, model, encoding, task, &texts);
    }
    srnn_checkpoint_destroy(parts);
    encoding_texts_destroy(&texts);
    return file_finish(&writer, status, path, "save the model");
}
