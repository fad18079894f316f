/* archive.c - loads a model from a file
 *
 * Saving is in archive_save.c, so that a program which only loads does not link it. */
#include "files/archive.h"
#include "files/elements.h"

/* The sides of the tensors: rows and columns. */
static const uint8_t sides[SRNN__TENSORS][2] = {
    [SRNN__W_IN] = {SRNN__SIDE_INPUTS, SRNN__SIDE_HIDDEN},
    [SRNN__W_REC] = {SRNN__SIDE_HIDDEN, SRNN__SIDE_HIDDEN},
    [SRNN__B_REC] = {SRNN__SIDE_ONE, SRNN__SIDE_HIDDEN},
    [SRNN__W_OUT] = {SRNN__SIDE_HIDDEN, SRNN__SIDE_OUTPUTS},
    [SRNN__B_OUT] = {SRNN__SIDE_ONE, SRNN__SIDE_OUTPUTS},
    [SRNN__H0] = {SRNN__SIDE_ONE, SRNN__SIDE_HIDDEN},
};

size_t srnn__stored_count(const struct srnn__stored_model *stored, uint32_t tensor)
{
    return (size_t)stored->side[sides[tensor][0]] * stored->side[sides[tensor][1]];
}

/* Finds a tensor, if the model has it. Errors: FORMAT, NONFINITE. */
static int32_t find_tensor(const struct srnn__file *file, const char *part, uint32_t id,
                           struct srnn__stored_model *stored)
{
    const uint32_t rank = sides[id][0] == SRNN__SIDE_ONE ? 1 : 2;
    struct srnn__tensor tensor;
    int32_t status = srnn__file_tensor(file, part, id, "F32", rank, &tensor, &stored->data[id]);

    if (status == SRNN_E_STATE) {
        return SRNN_OK;
    }
    if (status == SRNN_OK &&
        (!srnn__match_side(stored->side, sides[id][0], rank == 1 ? 1 : tensor.shape[0]) ||
         !srnn__match_side(stored->side, sides[id][1], tensor.shape[rank - 1]))) {
        status = SRNN_E_FORMAT;
    }
    if (status == SRNN_OK &&
        !srnn__floats_finite(stored->data[id], srnn__stored_count(stored, id), 1)) {
        status = SRNN_E_NONFINITE;
    }
    return status;
}

/* Finds the activation or the output kind of a part, whose family begins with `first`. Errors:
 * FORMAT. */
static int32_t find_kind(const struct srnn__file *file, const char *part, const char *word,
                         uint32_t first, uint32_t *kind)
{
    char key[SRNN__KEY_BYTES];
    struct srnn__text value;

    srnn__metadata_key(key, part, word);
    *kind = srnn__file_value(file, key, &value) == SRNN_OK ? srnn__kind_of(&value, first) : 0;
    return *kind == 0 ? SRNN_E_FORMAT : SRNN_OK;
}

/* Call size and init for a model with the shape of `stored`. `flags` are added to the file's. */
static int32_t model_size(const struct srnn__stored_model *stored, uint32_t flags, size_t *bytes)
{
    const uint32_t *side = stored->side;

    return srnn_model_size(side[SRNN__SIDE_INPUTS], side[SRNN__SIDE_HIDDEN],
                           side[SRNN__SIDE_OUTPUTS], stored->activation, stored->output,
                           stored->flags | flags, bytes);
}

static int32_t model_init(const struct srnn__stored_model *stored, uint32_t flags, void *memory,
                          size_t size, srnn_model **model)
{
    const uint32_t *side = stored->side;

    return srnn_model_init(memory, size, side[SRNN__SIDE_INPUTS], side[SRNN__SIDE_HIDDEN],
                           side[SRNN__SIDE_OUTPUTS], stored->activation, stored->output,
                           stored->flags | flags, model);
}

int32_t srnn__stored_model(const struct srnn__file *file, const char *part,
                           struct srnn__stored_model *stored)
{
    size_t block;
    int32_t status;

    memset(stored, 0, sizeof *stored);
    status = find_kind(file, part, "activation", SRNN_HIDDEN_TANH, &stored->activation);
    if (status == SRNN_OK) {
        status = find_kind(file, part, "output", SRNN_OUTPUT_LINEAR, &stored->output);
    }
    for (uint32_t tensor = 0; tensor < SRNN__TENSORS && status == SRNN_OK; tensor++) {
        status = find_tensor(file, part, tensor, stored);
    }
    if (status != SRNN_OK) {
        return status;
    }
    if (stored->data[SRNN__W_IN] == NULL || stored->data[SRNN__W_REC] == NULL ||
        stored->data[SRNN__W_OUT] == NULL) {
        return SRNN_E_FORMAT;
    }
    stored->flags = (stored->data[SRNN__B_REC] != NULL ? 0 : SRNN_MODEL_NO_RECURRENT_BIAS) |
                    (stored->data[SRNN__B_OUT] != NULL ? 0 : SRNN_MODEL_NO_OUTPUT_BIAS) |
                    (stored->data[SRNN__H0] != NULL ? SRNN_MODEL_LEARNED_STATE : 0);
    /* Its sides and kinds are in their bounds: find_tensor and find_kind saw to that. */
    return model_size(stored, 0, &block);
}

void srnn__stored_parameters(const struct srnn__stored_model *stored, const srnn_model *model,
                             float *parameters)
{
    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        if (stored->data[tensor] != NULL) {
            SRNN__ASSERT(model->offset[tensor] != SRNN__ABSENT);
            srnn__copy_elements(parameters + model->offset[tensor], stored->data[tensor],
                                srnn__stored_count(stored, tensor), sizeof *parameters);
        }
    }
}

/* Reads the header as if all data were there, and then compares the data's length with what is. */
int32_t srnn_archive_length(const void *archive, size_t bytes, size_t *length)
{
    struct srnn__reader reader;
    uint64_t header, data;
    int32_t status;

    if (archive == NULL || length == NULL) {
        return SRNN_E_ARGUMENT;
    }
    status = srnn__reader_begin(&reader, archive, bytes);
    if (status == SRNN_OK) {
        header = (uint64_t)(bytes - reader.data_bytes);
        status = srnn__reader_length(&reader, &data);
    }
    if (status != SRNN_OK) {
        return status;
    }
    if (data > (uint64_t)bytes - header) {
        return SRNN_E_TRUNCATED;
    }
    *length = (size_t)(header + data);
    return SRNN_OK;
}

/* Finds the parameters in the file, for a model that reads them there. This needs the
 * tensors in the model's order and without gaps, the machine's byte order, and
 * alignment for float. Errors: UNSUPPORTED, ALIGNMENT. */
static int32_t view_parameters(const struct srnn__stored_model *stored, const float **parameters)
{
    const unsigned char *first = stored->data[SRNN__W_IN];
    const unsigned char *next = first;

    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        if (stored->data[tensor] != NULL) {
            if (stored->data[tensor] != next) {
                return SRNN_E_UNSUPPORTED;
            }
            next += srnn__stored_count(stored, tensor) * sizeof(float);
        }
    }
    if (!srnn__little_endian()) {
        return SRNN_E_UNSUPPORTED;
    }
    if (srnn__misaligned(first)) {
        return SRNN_E_ALIGNMENT;
    }
    *parameters = (const float *)(const void *)first;
    return SRNN_OK;
}

/* Opens a model's file to load it with SRNN_LOAD `flags`. A file that has no model is FORMAT. With
 * VIEW, finds the parameters; without, *parameters is NULL. Errors: those of srnn__file_open,
 * srnn__stored_model and view_parameters; RANGE (flags). */
static int32_t open_model(const void *archive, size_t bytes, uint32_t flags,
                          struct srnn__stored_model *stored, const float **parameters)
{
    struct srnn__file file;
    int32_t status;

    *parameters = NULL;
    if (archive == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if ((flags & ~SRNN_LOAD_VIEW) != 0) {
        return SRNN_E_RANGE;
    }
    status = srnn__file_open(archive, bytes, &file);
    if (status == SRNN_OK) {
        status = srnn__stored_model(&file, SRNN__MODEL_NAME, stored);
    }
    return status == SRNN_OK && flags != 0 ? view_parameters(stored, parameters) : status;
}

int32_t srnn_model_load_size(const void *archive, size_t bytes, uint32_t flags, size_t *block_bytes)
{
    struct srnn__stored_model stored;
    const float *parameters;
    const int32_t status = block_bytes == NULL
                               ? SRNN_E_ARGUMENT
                               : open_model(archive, bytes, flags, &stored, &parameters);

    return status == SRNN_OK
               ? model_size(&stored, parameters != NULL ? SRNN_MODEL_EXTERNAL : 0, block_bytes)
               : status;
}

int32_t srnn_model_load(void *memory, size_t size, const void *archive, size_t bytes,
                        uint32_t flags, srnn_model **model)
{
    struct srnn__stored_model stored;
    const float *parameters;
    int32_t status = memory == NULL || model == NULL
                         ? SRNN_E_ARGUMENT
                         : open_model(archive, bytes, flags, &stored, &parameters);

    if (status == SRNN_OK) {
        status =
            model_init(&stored, parameters != NULL ? SRNN_MODEL_EXTERNAL : 0, memory, size, model);
    }
    if (status != SRNN_OK) {
        return status;
    }
    if (parameters != NULL) {
        return srnn_model_bind_const(*model, parameters, (*model)->count);
    }
    srnn__stored_parameters(&stored, *model, srnn_model_parameters(*model));
    return SRNN_OK;
}
