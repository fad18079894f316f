/* archive.c - models from files.
 *
 * header.c reads a file's header; here the file is vouched for and becomes a
 * model. Saving has a file of its own, archive_save.c, for images that only load. */
#include "files/archive.h"
#include "files/elements.h"

/* The checksum of a file whose own digits count as zeros. */
static uint32_t checksum_of(const unsigned char *archive, size_t bytes, const unsigned char *digits)
{
    const unsigned char *after = digits + SRNN__CHECKSUM_DIGITS;
    uint32_t checksum = srnn__checksum(0, archive, (size_t)(digits - archive));

    checksum = srnn__checksum(checksum, "00000000", SRNN__CHECKSUM_DIGITS);
    return srnn__checksum(checksum, after, bytes - (size_t)(after - archive));
}

/* A model of a file's shape: the size of its block, and making one. `flags` are
 * on top of the file's. */
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

static int has(const struct srnn__contents *contents, uint32_t tensor)
{
    return contents->data[SRNN__FILE_PARAMETERS + tensor] != NULL;
}

/* Check that the file is one of a model that can be made, and find its flags. */
static int32_t check_model(struct srnn__contents *contents)
{
    size_t block;
    int32_t status;

    if (!has(contents, SRNN__W_IN) || !has(contents, SRNN__W_REC) || !has(contents, SRNN__W_OUT)) {
        return SRNN_E_FORMAT;
    }
    for (uint32_t side = SRNN__SIDE_INPUTS; side <= SRNN__SIDE_OUTPUTS; side++) {
        if (contents->side[side] > SRNN_MAX_WIDTH) {
            return SRNN_E_FORMAT;
        }
    }
    contents->flags = (has(contents, SRNN__B_REC) ? 0 : SRNN_NO_RECURRENT_BIAS) |
                      (has(contents, SRNN__B_OUT) ? 0 : SRNN_NO_OUTPUT_BIAS) |
                      (has(contents, SRNN__H0) ? SRNN_LEARNED_STATE : 0);
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
    if (status == SRNN_OK && !srnn__parameters_finite(contents, 1)) {
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
    int32_t status =
        model == NULL ? SRNN_E_ARGUMENT : srnn__archive_open(archive, bytes, &contents);

    if (status == SRNN_OK) {
        status = model_init(&contents, 0, memory, size, model);
    }
    if (status == SRNN_OK) {
        srnn__archive_parameters(&contents, *model, srnn_model_parameters(*model));
    }
    return status;
}

/* The first parameter of a file if its tensors lie as in a model's vector, each
 * behind the last, where this machine can read them. */
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
    if ((uintptr_t)first % sizeof(float) != 0) {
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
    int32_t status =
        model == NULL ? SRNN_E_ARGUMENT : srnn__archive_open(archive, bytes, &contents);

    if (status == SRNN_OK) {
        status = view_parameters(&contents, &parameters);
    }
    if (status == SRNN_OK) {
        status = model_init(&contents, SRNN_EXTERNAL, memory, size, model);
    }
    return status == SRNN_OK ? srnn_model_bind_const(*model, parameters, (*model)->count) : status;
}
