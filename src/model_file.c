/* model_file.c - models on the disk, with their alphabet */
#include "model_file.h"

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "file.h"
#include "message.h"
#include "record.h"

const unsigned char *model_file_field(const struct model_file *file, uint32_t tag, size_t *size)
{
    const unsigned char *data = NULL;

    *size = 0;
    if (file->record != NULL) {
        record_find(file->record, file->record_bytes, tag, &data, size);
    }
    return data;
}

/* Whether the alphabet is one of this model: as many symbols as it has inputs and
 * outputs, bytes that ascend. */
static int alphabet_fits(const struct model_file *file)
{
    uint32_t i;

    if (file->symbols != srnn_model_inputs(file->model) ||
        file->symbols != srnn_model_outputs(file->model) ||
        srnn_model_output_kind(file->model) != SRNN_SOFTMAX) {
        return 0;
    }
    for (i = 1; i < file->symbols; i++) {
        if (file->alphabet[i - 1] >= file->alphabet[i]) {
            return 0;
        }
    }
    return 1;
}

int model_file_open(struct model_file *file, const char *path)
{
    const unsigned char *field;
    size_t symbols;
    int32_t status;

    memset(file, 0, sizeof *file);
    file->path = path;
    if (file_read(path, &file->archive, &file->bytes) != 0) {
        return EXIT_FAILED;
    }
    status = srnn_model_load_create(NULL, NULL, file->archive, file->bytes, &file->model);
    if (status == SRNN_OK) {
        status =
            srnn_checkpoint_extra(file->archive, file->bytes, &file->record, &file->record_bytes);
    }
    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot load the model", path);
    }
    if (file->record != NULL &&
        record_find(file->record, file->record_bytes, RECORD_ALPHABET, &field, &symbols) != 0) {
        return fail("%s: its extra bytes are not a record of this program", path);
    }
    file->alphabet = model_file_field(file, RECORD_ALPHABET, &symbols);
    file->symbols = symbols <= 256 ? (uint32_t)symbols : 0;
    if (file->alphabet != NULL && !alphabet_fits(file)) {
        return fail("%s: the alphabet does not fit the model", path);
    }
    return 0;
}

void model_file_close(struct model_file *file)
{
    srnn_model_destroy(file->model);
    free(file->archive);
}

/* The model with an alphabet in a record, through `writer`. */
static int32_t write_with_alphabet(struct file_writer *writer, const srnn_model *model,
                                   const unsigned char *alphabet, uint32_t symbols)
{
    unsigned char data[RECORD_HEAD_BYTES + RECORD_FIELD_BYTES + 256];
    struct record_writer record;

    record_begin(&record, data, sizeof data);
    memcpy(record_add(&record, RECORD_ALPHABET, symbols), alphabet, symbols);
    return srnn_checkpoint_write(model, NULL, NULL, NULL, data, record.size, file_write, writer);
}

int model_file_save(const char *path, const srnn_model *model, const unsigned char *alphabet,
                    uint32_t symbols)
{
    struct file_writer writer;
    int32_t status;

    if (file_begin(&writer, path) != 0) {
        return EXIT_FAILED;
    }
    status = alphabet != NULL ? write_with_alphabet(&writer, model, alphabet, symbols)
                              : srnn_model_write(model, file_write, &writer);
    if (status != SRNN_OK && status != SRNN_E_IO) {
        file_abandon(&writer);
        return fail_status(status, "%s: cannot save the model", path);
    }
    return file_commit(&writer);
}
