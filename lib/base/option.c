/* option.c - a table of numeric options with bounds. */
#include "base/option.h"

const double srnn__bounds[SRNN__BOUNDS] = {
    [SRNN__BOUND_INTEGER_1] = 1.0,
    [SRNN__BOUND_LAST_POLICY] = SRNN_CLIP_POLICY_REPAIR,
    [SRNN__BOUND_LAST_RULE] = SRNN_CLIP_RULE_AUTO,
    [SRNN__BOUND_FIRST_POLICY] = SRNN_CLIP_POLICY_REFUSE,
    [SRNN__BOUND_FIRST_RULE] = SRNN_CLIP_RULE_FIXED,
    [SRNN__BOUND_0] = 0.0,
    [SRNN__BOUND_ABOVE_0] = 0x1p-1074,
    [SRNN__BOUND_1E_37] = 1e-37,
    [SRNN__BOUND_1E_30] = 1e-30,
    [SRNN__BOUND_0_001] = 0.001,
    [SRNN__BOUND_0_01] = 0.01,
    [SRNN__BOUND_0_99] = 0.99,
    [SRNN__BOUND_BELOW_1] = 0x1.fffffefffffffp-1,
    [SRNN__BOUND_1] = 1.0,
    [SRNN__BOUND_1000] = 1000.0,
    [SRNN__BOUND_1E30] = 1e30,
    [SRNN__BOUND_NONE] = SRNN__INFINITY,
};

/* Returns whether an option may have this value. NaN fails both comparisons. */
static int may_be(const struct srnn__option *option, double value)
{
    return value >= srnn__bounds[option->minimum] && value <= srnn__bounds[option->maximum] &&
           (!srnn__is_whole(option) || value == (double)(int32_t)value);
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
    if (values != NULL) {
        values[index] = value;
    }
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
