/* arithmetic.h - one fused multiply-add, with the same bits everywhere
 *
 * The library defines its results, it does not merely approximate them: every
 * product sum is a chain of fused multiply-adds in a fixed order. This header
 * supplies the link of that chain, srnn__fma(), in the best way the target of
 * the current translation unit allows.
 *
 * Needs nothing but exact.h and the compiler's own headers. */
#ifndef SRNN_ARITHMETIC_H
#define SRNN_ARITHMETIC_H

#include "base/exact.h"

#include <stdint.h>

/* The bits of a float as an integer, and back. By a union, which C99 allows:
 * memcpy would be a call where -ffreestanding keeps the compiler from knowing it. */
static SRNN__INLINE_IN_KERNELS uint32_t srnn__float_bits(float value)
{
    union {
        float value;
        uint32_t bits;
    } both;
    both.value = value;
    return both.bits;
}

static SRNN__INLINE_IN_KERNELS float srnn__float_from_bits(uint32_t bits)
{
    union {
        float value;
        uint32_t bits;
    } both;
    both.bits = bits;
    return both.value;
}

static SRNN__INLINE_IN_KERNELS uint64_t srnn__double_bits(double value)
{
    union {
        double value;
        uint64_t bits;
    } both;
    both.value = value;
    return both.bits;
}

static SRNN__INLINE_IN_KERNELS double srnn__double_from_bits(uint64_t bits)
{
    union {
        double value;
        uint64_t bits;
    } both;
    both.bits = bits;
    return both.value;
}

/* Returns whether a number is neither infinite nor NaN. */
static SRNN__INLINE_IN_KERNELS int srnn__is_finite(double number)
{
    return (srnn__double_bits(number) >> 52 & 0x7ff) != 0x7ff;
}

/* a*b + c rounded once, in plain double arithmetic, for processors without a
 * fused multiply-add. The product of two floats is exact in a double. The sum
 * may not be, and rounding it twice could go wrong at a tie, so the sum is
 * rounded to odd first (Boldo and Melquiond, 2008): when the error term of
 * Knuth's two-sum is not zero and the sum is even, the sum moves one unit
 * towards the error, which makes it odd. 53 bits >= 24 + 2, so the final
 * rounding to float is then the rounding of the exact value. The choices are
 * made on integers, which compilers turn into vector code; an error that is an
 * infinity or NaN, as those of infinite operands are, does not count. */
static SRNN__INLINE_IN_KERNELS float srnn__fma_exact(float a, float b, float c)
{
    const uint64_t infinity = UINT64_C(0x7ff0000000000000);
    const double product = (double)a * (double)b;
    const double addend = (double)c;
    const double sum = product + addend;
    const double shadow = sum - product;
    const double error = (product - (sum - shadow)) + (addend - shadow);
    const uint64_t bits = srnn__double_bits(sum);
    const uint64_t off = srnn__double_bits(error);
    const uint64_t size = off & ~(UINT64_C(1) << 63);
    const uint64_t inexact = ((0u - size) & (size - infinity)) >> 63;
    const uint64_t inward = (off ^ bits) >> 63;
    const uint64_t move = ~bits & inexact;

    /* The sign is turned and turned back after the rounding, which changes
     * nothing, because gcc 12 at -O3 would otherwise join two links of a chain
     * without rounding to float between them. */
    const uint64_t opposite = (bits + move - 2u * (move & inward)) ^ (UINT64_C(1) << 63);
    const float negative = (float)srnn__double_from_bits(opposite);

    return -negative;
}

/* Whether __builtin_fmaf is an instruction. gcc says so itself, clang does not. */
#if defined(__FP_FAST_FMAF) || defined(__FMA__) ||                                                 \
    (defined(__clang__) && (defined(__aarch64__) || defined(__powerpc64__) ||                      \
                            defined(__s390x__) || defined(__riscv_flen)))
#define SRNN__FMA_IS_INSTRUCTION 1
#else
#define SRNN__FMA_IS_INSTRUCTION 0
#endif

/* The link of every chain, with the flags of the whole build. A file that sets a target of its own,
 * as avx2.c does, uses SRNN__FMA_OF_TARGET: that target has the instruction. */
#if defined(SRNN_NO_FMA)
#define SRNN__FMA_IS_COMPUTED 0
#define SRNN__FMA_OF_TARGET(a, b, c) srnn__fma(a, b, c)
static SRNN__INLINE_IN_KERNELS float srnn__fma(float a, float b, float c)
{
    const float product = a * b;
    return product + c;
}
#else
#define SRNN__FMA_OF_TARGET(a, b, c) __builtin_fmaf(a, b, c)
#if SRNN__FMA_IS_INSTRUCTION
#define SRNN__FMA_IS_COMPUTED 0
#define srnn__fma(a, b, c) SRNN__FMA_OF_TARGET(a, b, c)
#else
#define SRNN__FMA_IS_COMPUTED 1
#define srnn__fma(a, b, c) srnn__fma_exact(a, b, c)
#endif
#endif

#endif
