/* copy.c - copies the contents of an object to another that was made with the same arguments
 *
 * The header of the other's block stays: it says whose memory that is. */
#include "model/model.h"
#include "update/clipper.h"
#include "update/optimizer.h"

#include <string.h>

int32_t srnn_model_copy(srnn_model *to, const srnn_model *from)
{
    const int32_t to_status = srnn__model_ready(to), from_status = srnn__model_ready(from);

    if (to_status == SRNN_E_ARGUMENT || from_status == SRNN_E_ARGUMENT) {
        return SRNN_E_ARGUMENT;
    }
    if (to->inputs != from->inputs || to->hidden != from->hidden || to->outputs != from->outputs ||
        to->activation != from->activation || to->output != from->output ||
        ((to->flags ^ from->flags) & ~SRNN_MODEL_EXTERNAL) != 0) {
        return SRNN_E_SHAPE;
    }
    if (to_status != SRNN_OK || from_status != SRNN_OK) {
        return SRNN_E_STATE;
    }
    if (srnn_model_parameters(to) == NULL) {
        return SRNN_E_READ_ONLY;
    }
    /* Both may be bound to the same memory. */
    memmove(srnn_model_parameters(to), srnn_model_parameters_const(from),
            from->count * sizeof(float));
    return SRNN_OK;
}

int32_t srnn_clipper_copy(srnn_clipper *to, const srnn_clipper *from)
{
    struct srnn__object object;

    if (!srnn__alive(to, SRNN__TAG_CLIPPER) || !srnn__alive(from, SRNN__TAG_CLIPPER)) {
        return SRNN_E_ARGUMENT;
    }
    if (to->kind != from->kind) {
        return SRNN_E_SHAPE;
    }
    object = to->object;
    *to = *from;
    to->object = object;
    return SRNN_OK;
}

int32_t srnn_optimizer_copy(srnn_optimizer *to, const srnn_optimizer *from)
{
    struct srnn__object object;

    if (!srnn__alive(to, SRNN__TAG_OPTIMIZER) || !srnn__alive(from, SRNN__TAG_OPTIMIZER)) {
        return SRNN_E_ARGUMENT;
    }
    if (to->kind != from->kind || to->count != from->count) {
        return SRNN_E_SHAPE;
    }
    object = to->object;
    *to = *from;
    to->object = object;
    memmove(srnn__optimizer_moments(to), srnn__optimizer_moments_const(from),
            from->moments * from->count * sizeof(float));
    return SRNN_OK;
}
