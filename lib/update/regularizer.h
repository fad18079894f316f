/* regularizer.h - Omega's options, and the sums of its terms. */
#ifndef SRNN_REGULARIZER_H
#define SRNN_REGULARIZER_H

#include "base/option.h"

/* Indices into `option`. The keys in srnn.h have the same order. */
enum {
    SRNN__OMEGA_WEIGHT,
    SRNN__OMEGA_RATIO,
    SRNN__OMEGA_STATE,
    SRNN__OMEGA_AVERAGE,
    SRNN__OMEGA_BOUND,
    SRNN__OMEGA_OPTIONS
};

/* Their bounds, and what a new object has there. */
extern const struct srnn__option srnn__omega_options[SRNN__OMEGA_OPTIONS];
extern const double srnn__omega_presets[SRNN__OMEGA_OPTIONS];

/* Indices into `sum`. */
enum {
    SRNN__OMEGA_TERMS,     /* sum of (ratio - 1)^2 */
    SRNN__OMEGA_SIGNALS,   /* number of pairs that carried signal */
    SRNN__OMEGA_PAIRS,     /* number of live pairs; first steps only where they can have a term */
    SRNN__OMEGA_SEQUENCES, /* number of sequences with a pair */
    SRNN__OMEGA_SUMS
};

/* Omega's gradient, a matrix [hidden x hidden], follows this struct in the block. */
struct srnn_regularizer {
    struct srnn__object object;
    uint32_t kind; /* SRNN_OMEGA_PAPER or SRNN_OMEGA_SCRIPT */
    uint32_t hidden;
    uint32_t gathering; /* 1 from a backward to the next apply */
    double option[SRNN__OMEGA_OPTIONS];
    double sum[SRNN__OMEGA_SUMS];
    double value;  /* Omega at the last apply */
    double signal; /* share of its pairs that carried signal */
};

/* Returns the summed, undivided gradient of Omega [hidden x hidden]. */
static inline float *srnn__regularizer_matrix(srnn_regularizer *regularizer)
{
    return (float *)(void *)(regularizer + 1);
}

#endif
