/* model.c - a model's shape, its vector of parameters and the table of its tensors. */
#include "model/model.h"
#include "base/processor.h"
#include "base/rounding.h"

#include <string.h>

/* The tensors' names. Arrays, because a table of pointers would have to be relocated at load
 * time. */
static const char tensor_names[SRNN__TENSORS][6] = {"w_in",  "w_rec", "b_rec",
                                                    "w_out", "b_out", "h0"};

/* Returns whether a number of inputs, hidden units or outputs is allowed. */
static int width_valid(uint32_t width)
{
    return width >= 1 && width <= SRNN_MODEL_MAX_WIDTH;
}

/* Returns whether the model's flags include a tensor. */
static int has_tensor(const srnn_model *model, uint32_t tensor)
{
    switch (tensor) {
    case SRNN__B_REC:
        return (model->flags & SRNN_MODEL_NO_RECURRENT_BIAS) == 0;
    case SRNN__B_OUT:
        return (model->flags & SRNN_MODEL_NO_OUTPUT_BIAS) == 0;
    case SRNN__H0:
        return (model->flags & SRNN_MODEL_LEARNED_STATE) != 0;
    default:
        return 1;
    }
}

void srnn__tensor_shape(const srnn_model *model, uint32_t tensor, uint32_t *rows, uint32_t *columns)
{
    SRNN__ASSERT(tensor < SRNN__TENSORS);
    *rows = tensor == SRNN__W_IN                             ? model->inputs
            : tensor == SRNN__W_REC || tensor == SRNN__W_OUT ? model->hidden
                                                             : 1;
    *columns = tensor == SRNN__W_OUT || tensor == SRNN__B_OUT ? model->outputs : model->hidden;
}

/* Fills in the shape of `model`, whose header is left alone, and finds the size of
 * its block. Size, init and create all learn the layout here.
 * Errors: RANGE, OVERFLOW. */
static int32_t describe(srnn_model *model, uint32_t inputs, uint32_t hidden, uint32_t outputs,
                        uint32_t activation, uint32_t output, uint32_t flags, size_t *bytes)
{
    struct srnn__layout block = {sizeof(srnn_model), 0};
    struct srnn__layout vector = {0, 0};

    if (!width_valid(inputs) || !width_valid(hidden) || !width_valid(outputs) ||
        activation < SRNN_HIDDEN_TANH || activation > SRNN_HIDDEN_LINEAR ||
        output < SRNN_OUTPUT_LINEAR || output > SRNN_OUTPUT_SOFTMAX ||
        (flags & ~SRNN__MODEL_FLAGS) != 0) {
        return SRNN_E_RANGE;
    }
    model->inputs = inputs;
    model->hidden = hidden;
    model->outputs = outputs;
    model->activation = activation;
    model->output = output;
    model->flags = flags;
    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        uint32_t rows, columns;
        size_t count;
        model->offset[tensor] = SRNN__ABSENT;
        if (!has_tensor(model, tensor)) {
            continue;
        }
        srnn__tensor_shape(model, tensor, &rows, &columns);
        if (srnn__multiply_sizes(rows, columns, &count)) {
            return SRNN_E_OVERFLOW;
        }
        model->offset[tensor] =
            srnn__layout_take(&vector, count, sizeof(float), sizeof(float)) / sizeof(float);
    }
    SRNN__ASSERT(vector.bytes % sizeof(float) == 0);
    model->count = vector.bytes / sizeof(float);
    block.overflow = vector.overflow;
    if ((flags & SRNN_MODEL_EXTERNAL) == 0) {
        (void)srnn__layout_take(&block, model->count, sizeof(float), SRNN__ALIGNMENT);
    }
    return srnn__layout_end(&block, bytes);
}

int32_t srnn_model_size(uint32_t inputs, uint32_t hidden, uint32_t outputs, uint32_t activation,
                        uint32_t output, uint32_t flags, size_t *bytes)
{
    srnn_model shape;

    return bytes == NULL
               ? SRNN_E_ARGUMENT
               : describe(&shape, inputs, hidden, outputs, activation, output, flags, bytes);
}

int32_t srnn_model_init(void *memory, size_t size, uint32_t inputs, uint32_t hidden,
                        uint32_t outputs, uint32_t activation, uint32_t output, uint32_t flags,
                        srnn_model **model)
{
    srnn_model *new_model = memory;
    size_t need;
    int32_t status =
        model == NULL ? SRNN_E_ARGUMENT
                      : srnn_model_size(inputs, hidden, outputs, activation, output, flags, &need);

    if (status == SRNN_OK && !srnn__rounds_each()) {
        status = SRNN_E_UNSUPPORTED;
    }
    if (status == SRNN_OK) {
        status = srnn__object_begin(memory, size, need, need, SRNN__TAG_MODEL);
    }
    if (status != SRNN_OK) {
        return status;
    }
    (void)describe(new_model, inputs, hidden, outputs, activation, output, flags, &need);
    new_model->instructions = srnn__instructions_best();
    *model = new_model;
    return SRNN_OK;
}

void srnn_model_destroy(srnn_model *model)
{
    srnn__object_end(model, SRNN__TAG_MODEL);
}

uint32_t srnn_model_inputs(const srnn_model *model)
{
    return srnn__model_alive(model) ? model->inputs : 0;
}

uint32_t srnn_model_hidden(const srnn_model *model)
{
    return srnn__model_alive(model) ? model->hidden : 0;
}

uint32_t srnn_model_outputs(const srnn_model *model)
{
    return srnn__model_alive(model) ? model->outputs : 0;
}

size_t srnn_model_parameter_count(const srnn_model *model)
{
    return srnn__model_alive(model) ? model->count : 0;
}

float *srnn_model_parameters(srnn_model *model)
{
    if (!srnn__model_alive(model)) {
        return NULL;
    }
    return (model->flags & SRNN_MODEL_EXTERNAL) != 0 ? model->bound : (float *)(void *)(model + 1);
}

const float *srnn_model_parameters_const(const srnn_model *model)
{
    if (!srnn__model_alive(model)) {
        return NULL;
    }
    return (model->flags & SRNN_MODEL_EXTERNAL) != 0 ? model->bound_const
                                                     : (const float *)(const void *)(model + 1);
}

/* Binds `parameters` [count]. `writable` is NULL, or the same array. Errors: ARGUMENT, ALIGNMENT,
 * SHAPE, STATE. */
static int32_t bind(srnn_model *model, float *writable, const float *parameters, size_t count)
{
    if (!srnn__model_alive(model) || parameters == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (srnn__misaligned(parameters)) {
        return SRNN_E_ALIGNMENT;
    }
    if (count != model->count) {
        return SRNN_E_SHAPE;
    }
    if ((model->flags & SRNN_MODEL_EXTERNAL) == 0) {
        return SRNN_E_STATE;
    }
    model->bound = writable;
    model->bound_const = parameters;
    return SRNN_OK;
}

int32_t srnn_model_bind(srnn_model *model, float *parameters, size_t count)
{
    return bind(model, parameters, parameters, count);
}

int32_t srnn_model_bind_const(srnn_model *model, const float *parameters, size_t count)
{
    return bind(model, NULL, parameters, count);
}

int32_t srnn_model_tensor(const srnn_model *model, uint32_t index, const char **name,
                          size_t *offset, uint32_t *rows, uint32_t *columns)
{
    uint32_t tensor = 0;
    uint32_t shape[2];

    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    while (tensor < SRNN__TENSORS && (model->offset[tensor] == SRNN__ABSENT || index-- != 0)) {
        tensor++;
    }
    if (tensor == SRNN__TENSORS) {
        return SRNN_E_RANGE;
    }
    srnn__tensor_shape(model, tensor, &shape[0], &shape[1]);
    if (name != NULL) {
        *name = tensor_names[tensor];
    }
    if (offset != NULL) {
        *offset = model->offset[tensor];
    }
    if (rows != NULL) {
        *rows = shape[0];
    }
    if (columns != NULL) {
        *columns = shape[1];
    }
    return SRNN_OK;
}

int32_t srnn_model_set(srnn_model *model, uint32_t key, double value)
{
    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    if (key >= SRNN_MODEL_ACTIVATION && key <= SRNN_MODEL_FLAGS) {
        return SRNN_E_READ_ONLY;
    }
    if (key != SRNN_MODEL_INSTRUCTIONS) {
        return SRNN_E_OPTION;
    }
    /* NaN fails the first comparison. */
    if (!(value >= SRNN_INSTRUCTIONS_BASELINE && value <= SRNN_INSTRUCTIONS_AVX512_DUAL &&
          value == (double)(uint32_t)value)) {
        return SRNN_E_RANGE;
    }
    if (!srnn__instructions_available((uint32_t)value)) {
        return SRNN_E_UNSUPPORTED;
    }
    model->instructions = (uint32_t)value;
    return SRNN_OK;
}

int32_t srnn_model_get(const srnn_model *model, uint32_t key, double *value)
{
    if (!srnn__model_alive(model) || value == NULL) {
        return SRNN_E_ARGUMENT;
    }
    switch (key) {
    case SRNN_MODEL_INSTRUCTIONS:
        *value = model->instructions;
        return SRNN_OK;
    case SRNN_MODEL_ACTIVATION:
        *value = model->activation;
        return SRNN_OK;
    case SRNN_MODEL_OUTPUT_KIND:
        *value = model->output;
        return SRNN_OK;
    case SRNN_MODEL_FLAGS:
        *value = model->flags;
        return SRNN_OK;
    default:
        return SRNN_E_OPTION;
    }
}

int32_t srnn__model_ready(const srnn_model *model)
{
    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    return srnn_model_parameters_const(model) == NULL ? SRNN_E_STATE : SRNN_OK;
}

/* Returns a tensor of the vector `base` [parameters], NULL when the model lacks it. */
static const float *tensor_at(const srnn_model *model, const float *base, uint32_t tensor)
{
    return model->offset[tensor] == SRNN__ABSENT ? NULL : base + model->offset[tensor];
}

void srnn__model_split(const srnn_model *model, struct srnn__parameters *parts)
{
    const float *base = srnn_model_parameters_const(model);

    SRNN__ASSERT(base != NULL);
    parts->w_in = base + model->offset[SRNN__W_IN];
    parts->w_rec = base + model->offset[SRNN__W_REC];
    parts->b_rec = tensor_at(model, base, SRNN__B_REC);
    parts->w_out = base + model->offset[SRNN__W_OUT];
    parts->b_out = tensor_at(model, base, SRNN__B_OUT);
    parts->h0 = tensor_at(model, base, SRNN__H0);
}
