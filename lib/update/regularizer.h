/* regularizer.h - what Omega has gathered. */
#ifndef SRNN_REGULARIZER_H
#define SRNN_REGULARIZER_H

#include "base/base.h"

/* The order of the options' values. */
enum {
    SRNN__OMEGA_WEIGHT,
    SRNN__OMEGA_RATIO,
    SRNN__OMEGA_STATE,
    SRNN__OMEGA_AVERAGE,
    SRNN__OMEGA_BOUND,
    SRNN__OMEGA_OPTIONS
};

/* The order of the sums. */
enum {
    SRNN__OMEGA_TERMS,     /* sum of (ratio - 1)^2 */
    SRNN__OMEGA_SIGNALS,   /* pairs that carried signal */
    SRNN__OMEGA_PAIRS,     /* pairs */
    SRNN__OMEGA_SEQUENCES, /* sequences with a pair */
    SRNN__OMEGA_SUMS
};

/* The matrix [hidden x hidden] follows this header. */
struct srnn_regularizer {
    struct srnn__object object;
    uint32_t hidden;
    uint32_t gathering; /* something has been gathered since the last apply */
    double option[SRNN__OMEGA_OPTIONS];
    double sum[SRNN__OMEGA_SUMS];
    double value;
    double signal;
};

static inline float *srnn__regularizer_matrix(srnn_regularizer *regularizer)
{
    return (float *)(void *)(regularizer + 1);
}

#endif
