/* common.h - what the kernels of all instruction sets share
 *
 * Choices without branches, the square root, the sum of eight partial sums. A loop over a function
 * that chooses with these becomes vector code. */
#ifndef SRNN_COMMON_H
#define SRNN_COMMON_H

#include "base/arithmetic.h"

#include <stddef.h>

/* The one quiet NaN of the library's results. */
#define SRNN__NAN_BITS 0x7fc00000u

/* `yes` when the condition is 1, `no` when it is 0. By a mask: gcc can turn ?: into a branch, and a
 * loop with a branch does not become vector code. Compact kernels have no vectors. */
static SRNN__INLINE_IN_KERNELS float srnn__select(int condition, float yes, float no)
{
    const uint32_t mask = 0u - (uint32_t)condition;

    if (SRNN__COMPACT) {
        return condition ? yes : no;
    }
    return srnn__float_from_bits((srnn__float_bits(yes) & mask) | (srnn__float_bits(no) & ~mask));
}

static SRNN__INLINE_IN_KERNELS double srnn__select_double(int condition, double yes, double no)
{
    const uint64_t mask = 0u - (uint64_t)condition;

    if (SRNN__COMPACT) {
        return condition ? yes : no;
    }
    return srnn__double_from_bits((srnn__double_bits(yes) & mask) |
                                  (srnn__double_bits(no) & ~mask));
}

/* `value`, or the NaN of this library when `argument` is a NaN. */
static SRNN__INLINE_IN_KERNELS float srnn__unless_nan(float argument, float value)
{
    return srnn__select(argument == argument, value, srnn__float_from_bits(SRNN__NAN_BITS));
}

/* |x|, also of a NaN. */
static SRNN__INLINE_IN_KERNELS float srnn__magnitude(float x)
{
    return srnn__float_from_bits(srnn__float_bits(x) & 0x7fffffffu);
}

/* The square root of a non-negative double, within 1 ulp for every argument, subnormal ones
 * included. For a float argument the result rounded to float is the correctly rounded square root:
 * a root of 24 bits or fewer is exact, and all others are farther than 1 ulp from a point halfway
 * between two floats. Zeros and +infinity map to themselves, negative numbers and NaN to NaN.
 *
 * Halving the bits halves the exponent, which starts within 4 %; each Heron step squares the
 * relative error and halves it: 2^-10, 2^-21, 2^-43, 2^-87. */
static SRNN__INLINE_IN_KERNELS double srnn__sqrt(double x)
{
    const int is_below_normal = x < DBL_MIN;
    const double scaled = x * srnn__select_double(is_below_normal, 0x1p54, 1.0);
    double root;

    root = srnn__double_from_bits((srnn__double_bits(scaled) >> 1) + UINT64_C(0x1ff7a3bea91d9b1b));
    for (int step = 0; step < 4; step++) {
        root = 0.5 * (root + scaled / root);
    }
    root *= srnn__select_double(is_below_normal, 0x1p-27, 1.0);
    root = srnn__select_double(x > DBL_MAX, x, root);
    root = srnn__select_double(x > 0.0, root, srnn__double_from_bits(UINT64_C(0x7ff8000000000000)));
    return srnn__select_double(x == 0.0, x, root);
}

/* The sum of part [8], by halves, as vectors of any width can add them. */
static SRNN__INLINE_IN_KERNELS double srnn__sum_parts(const double *part)
{
    double half[4];

    for (size_t lane = 0; lane < 4; lane++) {
        half[lane] = part[lane] + part[lane + 4];
    }
    return (half[0] + half[2]) + (half[1] + half[3]);
}

#endif
