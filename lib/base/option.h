/* option.h - keyed options with bounds, shared by all handles that have them. */
#ifndef SRNN_OPTION_H
#define SRNN_OPTION_H

#include "base/base.h"

/* One option: its key, the value it starts with, its bounds (both inclusive)
 * and whether it takes whole numbers only. */
struct srnn__option {
    uint32_t key;
    uint32_t whole;
    double preset;
    double low;
    double high;
};

/* The smallest double above 0 and the largest below 1, for open bounds. */
#define SRNN__ABOVE_ZERO 0x1p-1074
#define SRNN__BELOW_ONE 0x1.fffffffffffffp-1
#if defined(__GNUC__)
#define SRNN__INFINITY __builtin_inf()
#else
#define SRNN__INFINITY (1.0 / 0.0)
#endif

/* Presets into `values` [count]. */
void srnn__options_reset(const struct srnn__option *options, size_t count, double *values);

/* Check and store, or look up, the value of a key. OPTION when no row has it. */
int32_t srnn__options_set(const struct srnn__option *options, size_t count, double *values,
                          uint32_t key, double value);
int32_t srnn__options_get(const struct srnn__option *options, size_t count, const double *values,
                          uint32_t key, double *value);

#endif
