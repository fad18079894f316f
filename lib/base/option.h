/* option.h - a table of numeric options with bounds
 *
 * A handle keeps one table of these rows, constant, an array of values with one double for each
 * row in the same order, and another of what a new object has there. That one is apart so that an
 * image that sets no option of a handle does without its table. */
#ifndef SRNN_OPTION_H
#define SRNN_OPTION_H

#include "base/base.h"

/* One option of a handle. */
struct srnn__option {
    uint32_t key;           /* key in srnn.h */
    uint32_t integers_only; /* 1 when the value must be an integer */
    double minimum;         /* smallest value allowed */
    double maximum;         /* largest value allowed */
};

/* The smallest double above 0 and the largest below 1: the bounds of an open
 * interval, since `minimum` and `maximum` are themselves allowed. */
#define SRNN__ABOVE_ZERO 0x1p-1074
#define SRNN__BELOW_ONE 0x1.fffffffffffffp-1
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
