/* option.c - a table of numeric options with bounds. */
#include "base/option.h"

/* Returns the row of a key, or `count` when no row has it. */
static size_t find_row(const struct srnn__option *options, size_t count, uint32_t key)
{
    size_t i = 0;
    while (i < count && options[i].key != key) {
        i++;
    }
    return i;
}

/* NaN fails both comparisons, so it is out of bounds for every option. */
int32_t srnn__options_set(const struct srnn__option *options, size_t count, double *values,
                          uint32_t key, double value)
{
    const size_t i = find_row(options, count, key);
    if (i == count) {
        return SRNN_E_OPTION;
    }
    if (!(value >= options[i].minimum && value <= options[i].maximum)) {
        return SRNN_E_RANGE;
    }
    if (options[i].integers_only && value != (double)(int32_t)value) {
        return SRNN_E_RANGE;
    }
    values[i] = value;
    return SRNN_OK;
}

int32_t srnn__options_get(const struct srnn__option *options, size_t count, const double *values,
                          uint32_t key, double *value)
{
    const size_t i = find_row(options, count, key);
    if (i == count) {
        return SRNN_E_OPTION;
    }
    *value = values[i];
    return SRNN_OK;
}
