/* archive.c - loads a model from a file
 *
 * header.c reads the header of the file. This file checks the checksum, the shape and
 * the parameters, and makes the model. Saving is in archive_save.c, so that a program
 * which only loads does not link it. */
#include "files/archive.h"
#include "files/elements.h"

/* Returns the checksum of a file. Its own digits, at `digits` in the file, count as
 * zeros. */
static uint32_t checksum_of(const unsigned char *archive, size_t bytes, const unsigned char *digits)
{
    const unsigned char *after = digits + SRNN__CHECKSUM_DIGITS;
    uint32_t checksum;

    SRNN__ASSERT(digits > archive && after <= archive + bytes);
    checksum = srnn__checksum(0, archive, (size_t)(digits - archive));

    checksum = srnn__checksum(checksum, "00000000", SRNN__CHECKSUM_DIGITS);
    return srnn__checksum(checksum, after, bytes - (size_t)(after - archive));
}

/* Size and init of a model with the shape in `contents`. `flags` are added to those of
 * the file. */
static int32_t model_size(const struct srnn__contents *contents, uint32_t flags, size_t *bytes)
{
    const size_t *side = contents->side;

    return srnn_model_size((uint32_t)side[SRNN__SIDE_INPUTS], (uint32_t)side[SRNN__SIDE_HIDDEN],
                           (uint32_t)side[SRNN__SIDE_OUTPUTS], contents->activation,
                           contents->output, contents->flags | flags, bytes);
}

static int32_t model_init(const struct srnn__contents *contents, uint32_t flags, void *memory,
                          size_t size, srnn_model **model)
{
    const size_t *side = contents->side;

    return srnn_model_init(memory, size, (uint32_t)side[SRNN__SIDE_INPUTS],
                           (uint32_t)side[SRNN__SIDE_HIDDEN], (uint32_t)side[SRNN__SIDE_OUTPUTS],
                           contents->activation, contents->output, contents->flags | flags, model);
}

/* Returns whether the file has a tensor of the model, SRNN__W_IN to SRNN__H0. */
static int has_tensor(const struct srnn__contents *contents, uint32_t tensor)
{
    return contents->data[SRNN__FILE_PARAMETERS + tensor] != NULL;
}

/* Checks that a model of the file's shape can exist, and finds its flags from the
 * tensors that the file has. Errors: FORMAT, OVERFLOW. */
static int32_t check_model(struct srnn__contents *contents)
{
    size_t block;
    int32_t status;

    if (!has_tensor(contents, SRNN__W_IN) || !has_tensor(contents, SRNN__W_REC) ||
        !has_tensor(contents, SRNN__W_OUT)) {
        return SRNN_E_FORMAT;
    }
    for (uint32_t side = SRNN__SIDE_INPUTS; side <= SRNN__SIDE_OUTPUTS; side++) {
        if (contents->side[side] > SRNN_MAX_WIDTH) {
            return SRNN_E_FORMAT;
        }
    }
    contents->flags = (has_tensor(contents, SRNN__B_REC) ? 0 : SRNN_NO_RECURRENT_BIAS) |
                      (has_tensor(contents, SRNN__B_OUT) ? 0 : SRNN_NO_OUTPUT_BIAS) |
                      (has_tensor(contents, SRNN__H0) ? SRNN_LEARNED_STATE : 0);
    status = model_size(contents, 0, &block);
    return status == SRNN_E_RANGE ? SRNN_E_FORMAT : status;
}

int32_t srnn__archive_open(const void *archive, size_t bytes, struct srnn__contents *contents)
{
    const unsigned char *digits;
    uint32_t checksum;
    int32_t status;

    if (archive == NULL) {
        return SRNN_E_ARGUMENT;
    }
    status = srnn__header_read(archive, bytes, contents, &digits, &checksum);
    if (status == SRNN_OK && checksum_of(archive, bytes, digits) != checksum) {
        status = SRNN_E_CHECKSUM;
    }
    if (status == SRNN_OK) {
        status = check_model(contents);
    }
    if (status == SRNN_OK && !srnn__floats_finite(contents, 1)) {
        status = SRNN_E_NONFINITE;
    }
    return status;
}

void srnn__archive_parameters(const struct srnn__contents *contents, const srnn_model *model,
                              float *parameters)
{
    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        const uint32_t id = SRNN__FILE_PARAMETERS + tensor;
        if (contents->data[id] != NULL) {
            SRNN__ASSERT(model->offset[tensor] != SRNN__ABSENT);
            srnn__copy_elements(parameters + model->offset[tensor], contents->data[id],
                                srnn__contents_count(contents, id), sizeof *parameters);
        }
    }
}

int32_t srnn_model_load_size(const void *archive, size_t bytes, size_t *block_bytes)
{
    struct srnn__contents contents;
    const int32_t status =
        block_bytes == NULL ? SRNN_E_ARGUMENT : srnn__archive_open(archive, bytes, &contents);

    return status == SRNN_OK ? model_size(&contents, 0, block_bytes) : status;
}

int32_t srnn_model_load(void *memory, size_t size, const void *archive, size_t bytes,
                        srnn_model **model)
{
    struct srnn__contents contents;
    int32_t status = memory == NULL || model == NULL
                         ? SRNN_E_ARGUMENT
                         : srnn__archive_open(archive, bytes, &contents);

    if (status == SRNN_OK) {
        status = model_init(&contents, 0, memory, size, model);
    }
    if (status == SRNN_OK) {
        srnn__archive_parameters(&contents, *model, srnn_model_parameters(*model));
    }
    return status;
}

/* Finds the parameters in the file, for a model that reads them there. This needs the
 * tensors in the model's order and without gaps, the machine's byte order, and
 * alignment for float. Errors: UNSUPPORTED, ALIGNMENT. */
static int32_t view_parameters(const struct srnn__contents *contents, const float **parameters)
{
    const unsigned char *first = contents->data[SRNN__FILE_PARAMETERS];
    const unsigned char *next = first;

    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        const uint32_t id = SRNN__FILE_PARAMETERS + tensor;
        if (contents->data[id] != NULL) {
            if (contents->data[id] != next) {
                return SRNN_E_UNSUPPORTED;
            }
            next += srnn__contents_bytes(contents, id);
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

int32_t srnn_model_load_view(void *memory, size_t size, const void *archive, size_t bytes,
                             srnn_model **model)
{
    struct srnn__contents contents;
    const float *parameters = NULL;
    int32_t status = memory == NULL || model == NULL
                         ? SRNN_E_ARGUMENT
                         : srnn__archive_open(archive, bytes, &contents);

    if (status == SRNN_OK) {
        status = view_parameters(&contents, &parameters);
    }
    if (status == SRNN_OK) {
        status = model_init(&contents, SRNN_EXTERNAL, memory, size, model);
    }
    return status == SRNN_OK ? srnn_model_bind_const(*model, parameters, (*model)->count) : status;
}
