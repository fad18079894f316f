/* archive_save.c - saves a model: describes it as the contents of a file, which writer.c
 * writes. */
#include "files/archive.h"
#include "files/writer.h"

int32_t srnn__archive_describe(const srnn_model *model, struct srnn__contents *contents)
{
    const int32_t status = srnn__model_ready(model);
    const float *parameters;

    if (status != SRNN_OK) {
        return status;
    }
    parameters = srnn_model_parameters_const(model);
    SRNN__ASSERT(parameters != NULL);
    srnn__contents_begin(contents);
    contents->activation = model->activation;
    contents->output = model->output;
    contents->flags = model->flags & ~SRNN_EXTERNAL;
    contents->side[SRNN__SIDE_INPUTS] = model->inputs;
    contents->side[SRNN__SIDE_HIDDEN] = model->hidden;
    contents->side[SRNN__SIDE_OUTPUTS] = model->outputs;
    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        if (model->offset[tensor] != SRNN__ABSENT) {
            contents->data[SRNN__FILE_PARAMETERS + tensor] =
                (const unsigned char *)(parameters + model->offset[tensor]);
        }
    }
    return SRNN_OK;
}

int32_t srnn_model_save_size(const srnn_model *model, size_t *bytes)
{
    struct srnn__contents contents;
    const int32_t status =
        bytes == NULL ? SRNN_E_ARGUMENT : srnn__archive_describe(model, &contents);

    return status == SRNN_OK ? srnn__write_size(&contents, bytes) : status;
}

int32_t srnn_model_save(const srnn_model *model, void *buffer, size_t capacity, size_t *written)
{
    struct srnn__contents contents;
    const int32_t status = buffer == NULL || written == NULL
                               ? SRNN_E_ARGUMENT
                               : srnn__archive_describe(model, &contents);

    return status == SRNN_OK ? srnn__write_memory(&contents, buffer, capacity, written) : status;
}

int32_t srnn_model_write(const srnn_model *model, srnn_write_fn write, void *user)
{
    struct srnn__contents contents;
    const int32_t status =
        write == NULL ? SRNN_E_ARGUMENT : srnn__archive_describe(model, &contents);

    return status == SRNN_OK ? srnn__write_stream(&contents, write, user) : status;
}
