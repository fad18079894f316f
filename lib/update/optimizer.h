/* optimizer.h - an optimizer's options and state. */
#ifndef SRNN_OPTIMIZER_H
#define SRNN_OPTIMIZER_H

#include "base/base.h"

/* The order of the options' values, that of their keys from SRNN_RATE on. */
enum {
    SRNN__RATE,
    SRNN__MOMENTUM_FACTOR,
    SRNN__DECAY,
    SRNN__BETA1,
    SRNN__BETA2,
    SRNN__EPSILON,
    SRNN__OPTIMIZER_OPTIONS
};

/* The state, moments x [count] floats, follows this header. `power` holds beta1
 * and beta2 to the number of updates. */
struct srnn_optimizer {
    struct srnn__object object;
    uint32_t kind;
    uint32_t moments;
    size_t count;
    double option[SRNN__OPTIMIZER_OPTIONS];
    double updates;
    double power[2];
};

static inline float *srnn__optimizer_state(srnn_optimizer *optimizer)
{
    return (float *)(void *)(optimizer + 1);
}

static inline const float *srnn__optimizer_state_const(const srnn_optimizer *optimizer)
{
    return (const float *)(const void *)(optimizer + 1);
}

#endif
