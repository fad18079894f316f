/* option.c - keyed options with bounds. */
#include "base/option.h"

static size_t find(const struct srnn__option *options, size_t count, uint32_t key)
{
    size_t i = 0;
    while (i < count && options[i].key != key) {
        i++;
    }
    return i;
}

void srnn__options_reset(const struct srnn__option *options, size_t count, double *values)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = options[i].preset;
    }
}

/* NaN fails both comparisons and so is out of every bound. */
int32_t srnn__options_set(const struct srnn__option *options, size_t count, double *values,
                          uint32_t key, double value)
{
    const size_t i = find(options, count, key);
    if (i == count) {
        return SRNN_E_OPTION;
    }
    if (!(value >= options[i].low && value <= options[i].high)) {
        return SRNN_E_RANGE;
    }
    if (options[i].whole && value != (double)(int32_t)value) {
        return SRNN_E_RANGE;
    }
    values[i] = value;
    return SRNN_OK;
}

int32_t srnn__options_get(const struct srnn__option *options, size_t count, const double *values,
                          uint32_t key, double *value)
{
    const size_t i = find(options, count, key);
    if (i == count) {
        return SRNN_E_OPTION;
    }
    *value = values[i];
    return SRNN_OK;
}
