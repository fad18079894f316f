/* pytorch_save.c - saves a model as PyTorch's weights; pytorch.h describes them. */
#include "files/elements.h"
#include "files/pytorch.h"
#include "files/sink.h"

static const struct srnn__pytorch entries[SRNN__PYTORCH_TENSORS] = {
    {"weight_ih_l0", SRNN__MODULE_RNN, SRNN__W_IN, SRNN__SIDE_HIDDEN, SRNN__SIDE_INPUTS},
    {"weight_hh_l0", SRNN__MODULE_RNN, SRNN__W_REC, SRNN__SIDE_HIDDEN, SRNN__SIDE_HIDDEN},
    {"bias_ih_l0", SRNN__MODULE_RNN, SRNN__B_REC, SRNN__SIDE_ONE, SRNN__SIDE_HIDDEN},
    {"bias_hh_l0", SRNN__MODULE_RNN, SRNN__TENSORS, SRNN__SIDE_ONE, SRNN__SIDE_HIDDEN},
    {"weight", SRNN__MODULE_HEAD, SRNN__W_OUT, SRNN__SIDE_OUTPUTS, SRNN__SIDE_HIDDEN},
    {"bias", SRNN__MODULE_HEAD, SRNN__B_OUT, SRNN__SIDE_ONE, SRNN__SIDE_OUTPUTS},
    {"h0", SRNN__MODULE_NONE, SRNN__H0, SRNN__SIDE_ONE, SRNN__SIDE_HIDDEN},
};

/* The prefix of each module in a file that the library writes. */
static const char prefixes[SRNN__MODULES][6] = {"rnn.", "head.", ""};

const struct srnn__pytorch *srnn__pytorch(void)
{
    return entries;
}

/* The layout of a file, known before its first byte is written. */
struct weights_plan {
    size_t header;  /* bytes of the header with its padding */
    size_t padding; /* spaces at the end of the header */
    size_t bytes;   /* bytes of the file */
};

/* Returns whether the file of a model has a tensor. A file has both biases of the layer, or
 * none. */
static int is_written(const srnn_model *model, uint32_t id)
{
    const uint32_t tensor = id == SRNN__BIAS_HH ? SRNN__B_REC : entries[id].tensor;

    return model->offset[tensor] != SRNN__ABSENT;
}

/* Returns the length of a side. */
static uint32_t side_of(const srnn_model *model, uint32_t side)
{
    switch (side) {
    case SRNN__SIDE_INPUTS:
        return model->inputs;
    case SRNN__SIDE_HIDDEN:
        return model->hidden;
    case SRNN__SIDE_OUTPUTS:
        return model->outputs;
    default:
        return 1;
    }
}

/* Returns the number of elements of a tensor. It fits in size_t, because the model has as
 * many parameters. */
static size_t count_of(const srnn_model *model, uint32_t id)
{
    return (size_t)side_of(model, entries[id].rows) * side_of(model, entries[id].columns);
}

/* Writes the description of a tensor whose data begin at `offset`. */
static void put_entry(struct srnn__sink *sink, const srnn_model *model, uint32_t id, size_t offset)
{
    const struct srnn__pytorch *entry = &entries[id];
    const uint32_t rows = entry->rows == SRNN__SIDE_ONE ? 0 : side_of(model, entry->rows);
    char name[sizeof prefixes[0] + sizeof entry->name];
    size_t length = 0;

    for (const char *at = prefixes[entry->module]; *at != '\0'; at++) {
        name[length++] = *at;
    }
    SRNN__ASSERT(length + sizeof entry->name <= sizeof name);
    memcpy(name + length, entry->name, sizeof entry->name);
    srnn__sink_tensor(sink, name, "F32", rows, side_of(model, entry->columns), offset,
                      offset + count_of(model, id) * sizeof(float));
}

/* Writes the text of the header, without its padding. PyTorch's own files have
 * "format":"pt" too. */
static void put_header(struct srnn__sink *sink, const srnn_model *model)
{
    size_t offset = 0;

    srnn__sink_text(sink, "{\"__metadata__\":{\"format\":\"pt\",\"srnn.activation\":\"");
    srnn__sink_text(sink, srnn__kind_word(model->activation));
    srnn__sink_text(sink, "\",\"srnn.output\":\"");
    srnn__sink_text(sink, srnn__kind_word(model->output));
    srnn__sink_text(sink, "\"}");
    for (uint32_t id = 0; id < SRNN__PYTORCH_TENSORS; id++) {
        if (is_written(model, id)) {
            put_entry(sink, model, id, offset);
            offset += count_of(model, id) * sizeof(float);
        }
    }
    srnn__sink_text(sink, "}");
}

/* Writes the elements of a tensor, transposed; zeros for the second bias. */
static void put_elements(struct srnn__sink *sink, const srnn_model *model, uint32_t id)
{
    const struct srnn__pytorch *entry = &entries[id];
    const size_t rows = side_of(model, entry->rows);
    const size_t columns = side_of(model, entry->columns);
    const float *from = NULL;

    if (entry->tensor != SRNN__TENSORS) {
        from = srnn_model_parameters_const(model) + model->offset[entry->tensor];
    }
    for (size_t row = 0; row < rows && sink->status == SRNN_OK; row++) {
        for (size_t column = 0; column < columns; column++) {
            const float value = from == NULL ? 0.0f : from[column * rows + row];
            unsigned char bytes[sizeof value];
            srnn__copy_elements(bytes, &value, 1, sizeof value);
            srnn__sink_put(sink, bytes, sizeof bytes);
        }
    }
}

/* Writes the file. Errors: IO. */
static int32_t emit(const srnn_model *model, const struct weights_plan *plan, srnn_write_fn write,
                    void *user)
{
    const uint64_t length = plan->header;
    unsigned char bytes[sizeof length];
    struct srnn__sink sink;

    srnn__sink_begin(&sink, write, user);
    srnn__copy_elements(bytes, &length, 1, sizeof length);
    srnn__sink_put(&sink, bytes, sizeof bytes);
    put_header(&sink, model);
    for (size_t padding = plan->padding; padding > 0; padding--) {
        srnn__sink_text(&sink, " ");
    }
    for (uint32_t id = 0; id < SRNN__PYTORCH_TENSORS; id++) {
        if (is_written(model, id)) {
            put_elements(&sink, model, id);
        }
    }
    srnn__sink_flush(&sink);
    return sink.status;
}

/* Returns the length of the header's text. */
static size_t measure_header(const srnn_model *model)
{
    struct srnn__sink sink;
    size_t length = 0;

    srnn__sink_begin(&sink, srnn__sink_count_header, &length);
    put_header(&sink, model);
    srnn__sink_flush(&sink);
    return length;
}

/* Lays out the file of a model. Errors: ARGUMENT, STATE, UNSUPPORTED, OVERFLOW. */
static int32_t plan_begin(const srnn_model *model, struct weights_plan *plan)
{
    const size_t prefix = sizeof(uint64_t);
    struct srnn__layout file = {prefix, 0};
    const int32_t status = srnn__model_ready(model);
    size_t text;

    if (status == SRNN_E_ARGUMENT) {
        return status;
    }
    if (model->activation != SRNN_HIDDEN_TANH && model->activation != SRNN_HIDDEN_RELU) {
        return SRNN_E_UNSUPPORTED;
    }
    if (status != SRNN_OK) {
        return status;
    }
    text = measure_header(model);
    (void)srnn__layout_take(&file, text, 1, 1);
    (void)srnn__layout_take(&file, 0, 1, SRNN__DATA_ALIGNMENT);
    plan->header = file.bytes - prefix;
    SRNN__ASSERT(file.overflow || plan->header >= text);
    plan->padding = plan->header - text;
    for (uint32_t id = 0; id < SRNN__PYTORCH_TENSORS; id++) {
        if (is_written(model, id)) {
            (void)srnn__layout_take(&file, count_of(model, id), sizeof(float), 1);
        }
    }
    plan->bytes = file.bytes;
    return file.overflow ? SRNN_E_OVERFLOW : SRNN_OK;
}

/* Checks that all parameters are finite. Errors: NONFINITE. */
static int32_t check_finite(const srnn_model *model)
{
    return srnn__floats_finite(srnn_model_parameters_const(model), model->count, 0)
               ? SRNN_OK
               : SRNN_E_NONFINITE;
}

int32_t srnn_pytorch_save(const srnn_model *model, void *buffer, size_t capacity, size_t *bytes)
{
    struct weights_plan plan;
    unsigned char *at = buffer;
    int32_t status =
        srnn__may_save(buffer, capacity, bytes) ? plan_begin(model, &plan) : SRNN_E_ARGUMENT;

    if (status == SRNN_OK && (buffer == NULL || plan.bytes > capacity)) {
        *bytes = plan.bytes;
        return buffer == NULL ? SRNN_OK : SRNN_E_SPACE;
    }
    if (status == SRNN_OK) {
        status = check_finite(model);
    }
    if (status == SRNN_OK) {
        (void)emit(model, &plan, srnn__sink_memory, &at);
        SRNN__ASSERT(at == (unsigned char *)buffer + plan.bytes);
        *bytes = plan.bytes;
    }
    return status;
}

int32_t srnn_pytorch_write(const srnn_model *model, srnn_write_fn write, void *user)
{
    struct weights_plan plan;
    int32_t status = write == NULL ? SRNN_E_ARGUMENT : plan_begin(model, &plan);

    if (status == SRNN_OK) {
        status = check_finite(model);
    }
    return status == SRNN_OK ? emit(model, &plan, write, user) : status;
}
