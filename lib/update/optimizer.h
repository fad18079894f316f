/* optimizer.h - an optimizer's options and state. */
#ifndef SRNN_OPTIMIZER_H
#define SRNN_OPTIMIZER_H

#include "base/option.h"

/* Indices into `option`. The keys in srnn.h have the same order, from SRNN_OPTIMIZER_RATE
 * on. */
enum {
    SRNN__RATE,
    SRNN__MOMENTUM_FACTOR,
    SRNN__DECAY,
    SRNN__BETA1,
    SRNN__BETA2,
    SRNN__EPSILON,
    SRNN__OPTIMIZER_OPTIONS
};

/* Their bounds, and what a new object has there. */
extern const struct srnn__option srnn__optimizer_options[SRNN__OPTIMIZER_OPTIONS];
extern const double srnn__optimizer_presets[SRNN__OPTIMIZER_OPTIONS];

/* The moments, [moments x count] floats, follow this struct in the block. */
struct srnn_optimizer {
    struct srnn__object object;
    uint32_t kind;    /* SRNN_OPTIMIZER_SGD to SRNN_OPTIMIZER_ADAM */
    uint32_t moments; /* vectors of moments: 0, 1 or 2 */
    size_t count;     /* parameters */
    double option[SRNN__OPTIMIZER_OPTIONS];
    double updates;  /* updates since create or reset */
    double power[2]; /* products of beta1 and of beta2 over the updates; 1 unless Adam */
};

/* Returns the moments [moments x count]. */
static inline float *srnn__optimizer_moments(srnn_optimizer *optimizer)
{
    return (float *)(void *)(optimizer + 1);
}

static inline const float *srnn__optimizer_moments_const(const srnn_optimizer *optimizer)
{
    return (const float *)(const void *)(optimizer + 1);
}

#endif
