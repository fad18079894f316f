/* option.c - a table of numeric options with bounds. */
#include "base/option.h"

/* By srnn__minimum and by srnn__maximum. */
static const double minima[] = {0.0, 0x1p-1074, 1e-37, 1e-30, 0.001, 0.01, 1.0};
static const double maxima[] = {1.0, 2.0,    4.0,  0.99,          0x1.fffffffffffffp-1,
                                1.0, 1000.0, 1e30, SRNN__INFINITY};

/* Returns whether an option may have this value. NaN fails both comparisons. */
static int may_be(const struct srnn__option *option, double value)
{
    return value >= minima[option->minimum] && value <= maxima[option->maximum] &&
           (option->maximum > SRNN__TO_INTEGER_4 || value == (double)(int32_t)value);
}

int32_t srnn__options_set(const struct srnn__option *options, uint32_t count, double *values,
                          uint32_t index, double value)
{
    if (index >= count) {
        return SRNN_E_OPTION;
    }
    if (!may_be(&options[index], value)) {
        return SRNN_E_RANGE;
    }
    values[index] = value;
    return SRNN_OK;
}

int32_t srnn__options_get(uint32_t count, const double *values, uint32_t index, double *value)
{
    if (index >= count) {
        return SRNN_E_OPTION;
    }
    *value = values[index];
    return SRNN_OK;
}
