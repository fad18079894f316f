/* step.c - a streamed step: one step on a state of the caller's */
#include "kernels/kernels.h"
#include "model/model.h"

#include <string.h>

/* Begin row [n] as `start` [n], a bias or h0, or as zero if that is NULL. */
static void begin(float *row, const float *start, size_t n)
{
    if (start != NULL) {
        memcpy(row, start, n * sizeof *row);
    } else {
        memset(row, 0, n * sizeof *row);
    }
}

int32_t srnn_initial_state(const srnn_model *model, float *state, size_t count)
{
    struct srnn__parameters parameters;
    const int32_t status = srnn__model_ready(model);

    if (status == SRNN_E_ARGUMENT || state == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (count != model->hidden) {
        return SRNN_E_SHAPE;
    }
    if (status != SRNN_OK) {
        return status;
    }
    srnn__model_split(model, &parameters);
    begin(state, parameters.h0, count);
    return SRNN_OK;
}

/* What both steps check. `next` is written before `state` has been read, and read after `logits`
 * were begun. */
static int32_t check(const srnn_model *model, const float *state, const float *next,
                     const float *logits)
{
    const int32_t status = srnn__model_ready(model);
    size_t hidden;

    if (status == SRNN_E_ARGUMENT || state == NULL || next == NULL) {
        return SRNN_E_ARGUMENT;
    }
    hidden = model->hidden;
    if (srnn__overlap(next, state, hidden, hidden) ||
        (logits != NULL && srnn__overlap(next, logits, hidden, model->outputs))) {
        return SRNN_E_ARGUMENT;
    }
    return status;
}

/* The rest of a step, once `next` holds b_rec + x_t W_in: the chains go on in the order of
 * forward. */
static void finish(const srnn_model *model, const struct srnn__step_kernels *kernels,
                   const struct srnn__parameters *parameters, const float *state, float *next,
                   float *logits)
{
    const size_t hidden = model->hidden;

    kernels->multiply_row(state, hidden, parameters->w_rec, hidden, next);
    kernels->activate(model->activation, next, hidden);
    if (logits != NULL) {
        begin(logits, parameters->b_out, model->outputs);
        kernels->multiply_row(next, hidden, parameters->w_out, model->outputs, logits);
    }
}

int32_t srnn_step(const srnn_model *model, const float *values, const float *state, float *next,
                  float *logits)
{
    struct srnn__step_kernels kernels;
    struct srnn__parameters parameters;
    const int32_t status = values == NULL ? SRNN_E_ARGUMENT : check(model, state, next, logits);

    if (status != SRNN_E_ARGUMENT && srnn__overlap(next, values, model->hidden, model->inputs)) {
        return SRNN_E_ARGUMENT;
    }
    if (status != SRNN_OK) {
        return status;
    }
    srnn__step_kernels_load(model->instructions, &kernels);
    srnn__model_split(model, &parameters);
    begin(next, parameters.b_rec, model->hidden);
    kernels.multiply_row(values, model->inputs, parameters.w_in, model->hidden, next);
    finish(model, &kernels, &parameters, state, next, logits);
    return SRNN_OK;
}

int32_t srnn_step_id(const srnn_model *model, uint32_t id, const float *state, float *next,
                     float *logits)
{
    struct srnn__step_kernels kernels;
    struct srnn__parameters parameters;
    const float *restrict weights;
    const int32_t status = check(model, state, next, logits);

    if (status != SRNN_E_ARGUMENT && id >= model->inputs) {
        return SRNN_E_RANGE;
    }
    if (status != SRNN_OK) {
        return status;
    }
    srnn__step_kernels_load(model->instructions, &kernels);
    srnn__model_split(model, &parameters);
    weights = parameters.w_in + (size_t)id * model->hidden;
    if (parameters.b_rec == NULL) {
        memcpy(next, weights, model->hidden * sizeof *next);
    } else {
        for (size_t i = 0; i < model->hidden; i++) {
            next[i] = parameters.b_rec[i] + weights[i];
        }
    }
    finish(model, &kernels, &parameters, state, next, logits);
    return SRNN_OK;
}
