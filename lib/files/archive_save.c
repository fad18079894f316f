/* archive_save.c - saves a model: a file with one part. */
#include "files/writer.h"

/* Returns the only part of a model's file. */
static struct srnn__part only_part(const srnn_model *model)
{
    const struct srnn__part part = {SRNN_PART_MODEL, SRNN__MODEL_NAME, model, NULL, 0};

    return part;
}

int32_t srnn_model_save(const srnn_model *model, void *buffer, size_t capacity, size_t *bytes)
{
    const struct srnn__part part = only_part(model);

    return srnn__write_memory(&part, 1, buffer, capacity, bytes);
}

int32_t srnn_model_write(const srnn_model *model, srnn_write_fn write, void *user)
{
    const struct srnn__part part = only_part(model);

    return write == NULL ? SRNN_E_ARGUMENT : srnn__write_stream(&part, 1, write, user);
}
