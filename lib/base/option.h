/* option.h - a table of numeric options with bounds
 *
 * A handle keeps one table of these rows, constant, an array of values with one double for each
 * row in the same order, and another of what a new object has there. That one is apart so that an
 * image that sets no option of a handle does without its table. */
#ifndef SRNN_OPTION_H
#define SRNN_OPTION_H

#include "base/base.h"

/* The bounds that options have. They share them, so that a row is short. Both bounds of an option
 * are values that it may have. */
enum srnn__minimum {
    SRNN__FROM_0,
    SRNN__FROM_ABOVE_0, /* the smallest double above it */
    SRNN__FROM_1E_37,
    SRNN__FROM_1E_30,
    SRNN__FROM_0_001,
    SRNN__FROM_0_01,
    SRNN__FROM_1,
};
enum srnn__maximum {
    SRNN__TO_INTEGER_1, /* only integers, up to 1 */
    SRNN__TO_INTEGER_2,
    SRNN__TO_INTEGER_4,
    SRNN__TO_0_99,
    SRNN__TO_BELOW_1, /* the largest double below it */
    SRNN__TO_1,
    SRNN__TO_1000,
    SRNN__TO_1E30,
    SRNN__TO_INFINITY,
};

/* One option of a handle. */
struct srnn__option {
    uint32_t key;     /* key in srnn.h */
    uint16_t minimum; /* an srnn__minimum */
    uint16_t maximum; /* an srnn__maximum */
};

#if defined(__GNUC__)
#define SRNN__INFINITY __builtin_inf()
#else
#define SRNN__INFINITY (1.0 / 0.0)
#endif

/* Stores `value` under `key` in `values` [count], or reads it. A failed set leaves
 * `values` as it is. Errors: OPTION (no row has the key); set RANGE. */
int32_t srnn__options_set(const struct srnn__option *options, size_t count, double *values,
                          uint32_t key, double value);
int32_t srnn__options_get(const struct srnn__option *options, size_t count, const double *values,
                          uint32_t key, double *value);

#endif
