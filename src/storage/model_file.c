/* model_file.c - models on the disk, with the encoding of their data */
#include "storage/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/record.h"
#include "support/file.h"
#include "support/message.h"
#include "support/try.h"

const char *kind_name(uint32_t kind)
{
    static const char *const hidden[] = {"tanh", "sigmoid", "relu", "linear"};
    static const char *const outputs[] = {"linear", "sigmoid", "softmax"};

    if (kind >= SRNN_HIDDEN_TANH && kind <= SRNN_HIDDEN_LINEAR) {
        return hidden[kind - SRNN_HIDDEN_TANH];
    }
    return kind >= SRNN_OUTPUT_LINEAR && kind <= SRNN_OUTPUT_SOFTMAX
               ? outputs[kind - SRNN_OUTPUT_LINEAR]
               : "?";
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

const unsigned char *model_file_field(const struct model_file *file, uint32_t tag, size_t *size)
{
    const unsigned char *data = NULL;

    *size = 0;
    if (file->record != NULL) {
        record_find(file->record, file->record_bytes, tag, &data, size);
    }
    return data;
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

/* Find the record, if there is one. Returns a status of the library. */
static int32_t find_record(struct model_file *file)
{
    srnn_checkpoint *reader = NULL;
    int32_t status = srnn_checkpoint_create(NULL, NULL, 0, &reader);

    if (status == SRNN_OK) {
        status = srnn_checkpoint_open(reader, file->archive, file->bytes);
    }
    if (status == SRNN_OK) {
        status =
            srnn_checkpoint_bytes(reader, MODEL_FILE_RECORD, &file->record, &file->record_bytes);
        status = status == SRNN_E_STATE ? SRNN_OK : status;
    }
    srnn_checkpoint_destroy(reader);
    return status;
}

int model_file_open(struct model_file *file, const char *path)
{
    const unsigned char *field;
    size_t size;
    int32_t status;

    memset(file, 0, sizeof *file);
    file->path = path;
    TRY(file_read(path, &file->archive, &file->bytes));
    status = srnn_model_load_create(NULL, NULL, file->archive, file->bytes, 0, &file->model);
    if (status == SRNN_OK) {
        status = find_record(file);
    }
    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot load the model", path);
    }
    if (file->record == NULL) {
        return 0;
    }
    if (record_find(file->record, file->record_bytes, RECORD_ALPHABET, &field, &size) != 0) {
        return fail("%s: its extra bytes are not a record of this program", path);
    }
    TRY(encoding_read(&file->encoding, file->record, file->record_bytes, path));
    return encoding_fits(file) ? 0 : fail("%s: the encoding does not fit the model", path);
}

void model_file_close(struct model_file *file)
{
    encoding_destroy(&file->encoding);
    srnn_model_destroy(file->model);
    free(file->archive);
}

/* Write a model and a record [bytes] as the parts of a checkpoint. Returns a status of the
 * library. */
static int32_t write_parts(srnn_checkpoint *parts, struct file_writer *writer, srnn_model *model,
                           void *record, size_t bytes)
{
    TRY(srnn_checkpoint_add(parts, "model", model));
    TRY(srnn_checkpoint_add_bytes(parts, MODEL_FILE_RECORD, record, bytes));
    return srnn_checkpoint_write(parts, file_write, writer);
}

/* Write the model, with the encoding in a record. */
static int32_t write_with_encoding(struct file_writer *writer, srnn_model *model,
                                   const struct encoding *encoding)
{
    const size_t capacity = RECORD_HEAD_BYTES + encoding_bytes(encoding);
    unsigned char *data = malloc(capacity);
    srnn_checkpoint *parts = NULL;
    struct record_writer record;
    int32_t status = srnn_checkpoint_create(NULL, NULL, 2, &parts);

    if (data == NULL) {
        status = SRNN_E_MEMORY;
    }
    if (status == SRNN_OK) {
        record_begin(&record, data, capacity);
        encoding_write(encoding, &record);
        status = write_parts(parts, writer, model, data, record.size);
    }
    srnn_checkpoint_destroy(parts);
    free(data);
    return status;
}

int model_file_save(const char *path, srnn_model *model, const struct encoding *encoding)
{
    struct file_writer writer;
    int32_t status;

    TRY(file_begin(&writer, path));
    status = encoding_present(encoding) ? write_with_encoding(&writer, model, encoding)
                                        : srnn_model_write(model, file_write, &writer);
    return file_finish(&writer, status, path, "save the model");
}
