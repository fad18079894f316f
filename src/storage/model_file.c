/* model_file.c - models on the disk, with the encoding of their data */
#include "storage/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/old_record.h"
#include "storage/texts.h"
#include "support/file.h"
#include "support/message.h"
#include "support/try.h"

/* The longest header of a safetensors file, as in its reference implementation. */
#define MOST_HEADER 100000000u

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

/* Make the model, open the file, and find the record if there is one. Returns a status of the
 * library. */
static int32_t open_parts(struct model_file *file)
{
    int32_t status;

    TRY(srnn_model_load_create(NULL, NULL, file->archive, file->bytes, 0, &file->model));
    TRY(srnn_checkpoint_create(NULL, NULL, 0, &file->parts));
    TRY(srnn_checkpoint_open(file->parts, file->archive, file->bytes));
    status = srnn_checkpoint_bytes(file->parts, RECORD_PART, &file->record, &file->record_bytes);
    return status == SRNN_E_STATE ? SRNN_OK : status;
}

/* Read the encoding, and the texts of a run. Returns 0, or EXIT_FAILED after a message. */
static int read_texts(struct model_file *file)
{
    const char *path = file->path;

    if (file->record == NULL) {
        TRY(encoding_read(&file->encoding, file->parts, path));
        TRY(text_read(file->parts, MODEL_FILE_TASK, path, &file->task));
        return text_read(file->parts, MODEL_FILE_SETTINGS, path, &file->settings);
    }
    return record_read(file->record, file->record_bytes, &file->encoding, &file->task,
                       &file->settings) == 0
               ? 0
               : fail("%s: its extra bytes are not a record of this program", path);
}

int model_file_check(const char *path, const unsigned char *head, size_t count)
{
    uint64_t header = 0;

    /* A zip archive, or a pickle of protocol 2 to 5. */
    if (count >= 2 &&
        ((head[0] == 'P' && head[1] == 'K') || (head[0] == 0x80 && head[1] >= 2 && head[1] <= 5))) {
        return fail("%s: not safetensors, but perhaps of torch.save; its weights become "
                    "safetensors by: python3 -c 'import sys, torch, safetensors.torch as s; "
                    "s.save_file(torch.load(sys.argv[1], map_location=\"cpu\", "
                    "weights_only=True), sys.argv[2])' %s NEW; then: srnn convert NEW --to srnn",
                    path, path);
    }
    for (size_t i = 8; count > 8 && i > 0; i--) {
        header = header << 8 | head[i - 1];
    }
    return count <= 8 || (header > 0 && header <= MOST_HEADER && head[8] == '{')
               ? 0
               : fail("%s: cannot load the model: not a safetensors file", path);
}

/* Report why the library could not load the model. Returns EXIT_FAILED. */
static int fail_load(const struct model_file *file, int32_t status)
{
    size_t bytes;
    const int32_t weights = srnn_pytorch_load_size(file->archive, file->bytes, SRNN_HIDDEN_TANH,
                                                   SRNN_OUTPUT_LINEAR, &bytes);

    return weights == SRNN_OK && status == SRNN_E_FORMAT
               ? fail("%s: weights of PyTorch, not a model; srnn convert %s --to srnn --output "
                      "FILE makes one",
                      file->path, file->path)
               : fail_status(status, "%s: cannot load the model", file->path);
}

int model_file_open(struct model_file *file, const char *path)
{
    int32_t status;

    memset(file, 0, sizeof *file);
    file->path = path;
    TRY(file_read_checked(path, model_file_check, &file->archive, &file->bytes));
    status = open_parts(file);
    if (status != SRNN_OK) {
        return fail_load(file, status);
    }
    TRY(read_texts(file));
    return encoding_valid(&file->encoding) && encoding_fits(file)
               ? 0
               : fail("%s: the encoding does not fit the model", path);
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

/* Write the model with texts. Returns a status of the library. */
static int32_t write_parts(struct file_writer *writer, srnn_checkpoint *parts, srnn_model *model,
                           const struct encoding *encoding, struct encoding_texts *texts)
{
    TRY(srnn_checkpoint_add(parts, "model", model));
    TRY(encoding_add(encoding, parts, texts));
    return srnn_checkpoint_write(parts, file_write, writer);
}

/* Write the model, with the encoding as texts. Returns a status of the library. */
static int32_t write_with_encoding(struct file_writer *writer, srnn_model *model,
                                   const struct encoding *encoding)
{
    struct encoding_texts texts = {NULL, NULL, NULL};
    srnn_checkpoint *parts = NULL;
    int32_t status = srnn_checkpoint_create(NULL, NULL, 1 + ENCODING_TEXTS, &parts);

    if (status == SRNN_OK) {
        status = write_parts(writer, parts, model, encoding, &texts);
    }
    srnn_checkpoint_destroy(parts);
    encoding_texts_destroy(&texts);
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
