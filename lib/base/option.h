/* option.h - a table of numeric options with bounds
 *
 * The keys of a handle's options follow one another, and their order is that of three arrays: a
 * constant table of bounds, a constant one of presets, and the values in each object. Presets are
 * apart from bounds, so that an image that sets no option of a handle does without the bounds. */
#ifndef SRNN_OPTION_H
#define SRNN_OPTION_H

#include "base/base.h"
#include "base/compiler.h"

/* The bounds that options have, by number, so that a row of a table is two bytes. Both bounds of an
 * option are values that it may have. An option whose maximum is one of the first three has
 * integers only (srnn__is_whole). */
enum srnn__bound {
    SRNN__BOUND_INTEGER_1, /* 1 */
    SRNN__BOUND_LAST_POLICY,
    SRNN__BOUND_LAST_RULE,
    SRNN__BOUND_FIRST_POLICY, /* from here on the order does not matter */
    SRNN__BOUND_FIRST_RULE,
    SRNN__BOUND_0,
    SRNN__BOUND_ABOVE_0, /* the smallest double above it */
    SRNN__BOUND_1E_37,
    SRNN__BOUND_1E_30,
    SRNN__BOUND_0_001,
    SRNN__BOUND_0_01,
    SRNN__BOUND_0_99,
    SRNN__BOUND_BELOW_1, /* the largest double that is below it as a float too */
    SRNN__BOUND_1,
    SRNN__BOUND_1000,
    SRNN__BOUND_1E30,
    SRNN__BOUND_NONE,
    SRNN__BOUNDS
};

/* What each of them is. */
extern const double srnn__bounds[SRNN__BOUNDS];

/* One option of a handle. */
struct srnn__option {
    uint8_t minimum; /* an srnn__bound */
    uint8_t maximum; /* an srnn__bound */
};

/* Returns whether an option may have integers only. */
static inline int srnn__is_whole(const struct srnn__option *option)
{
    return option->maximum <= SRNN__BOUND_LAST_RULE;
}

/* +infinity, also in the initialiser of a constant. Other compilers take the product, as their own
 * headers do; a division by 0 is an error to Visual Studio's, which warns of the overflow. */
#if SRNN__IS_GCC || SRNN__IS_CLANG
#define SRNN__INFINITY __builtin_inf()
#else
#define SRNN__INFINITY (1e300 * 1e300)
#if defined(_MSC_VER)
#pragma warning(disable : 4056 4756)
#endif
#endif

/* Stores `value` in values[index], or reads it. `index` is a key less that of the first of the
 * handle's `count` options. A failed set leaves `values` [count] as it is; with `values` NULL, set
 * only checks. Errors: OPTION (`index` is not below `count`); set RANGE. */
int32_t srnn__options_set(const struct srnn__option *options, uint32_t count, double *values,
                          uint32_t index, double value);
int32_t srnn__options_get(uint32_t count, const double *values, uint32_t index, double *value);

#endif
