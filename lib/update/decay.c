/* decay.c - weight decay, apart from the gradient. */
#include "update/optimizer.h"

int32_t srnn_optimizer_decay(const srnn_optimizer *optimizer, float *parameters, size_t count,
                             double weight_decay)
{
    float factor;

    if (!srnn__alive(optimizer, SRNN__TAG_OPTIMIZER) || parameters == NULL) {
        return SRNN_E_ARGUMENT;
    }
    factor = (float)(optimizer->option[SRNN__RATE] * weight_decay);
    if (!(weight_decay >= 0.0 && factor <= 1.0f)) {
        return SRNN_E_RANGE;
    }
    if (count > optimizer->count) {
        return SRNN_E_SHAPE;
    }
    if (factor == 0.0f) {
        return SRNN_OK; /* no bit changes; w - 0 w would turn infinity into NaN */
    }
    for (size_t i = 0; i < count; i++) {
        parameters[i] -= factor * parameters[i];
    }
    return SRNN_OK;
}
