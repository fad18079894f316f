/* exact.h - what a compiler must not do to the arithmetic
 *
 * Results are defined to the bit, so every operation rounds on its own, in the order that is
 * written. Each file of the library includes this header before it defines a function.
 *
 * Contraction, which rounds a * b + c once, is turned off here: clang, and gcc outside -std=c99, do
 * it unasked wherever the processor has the instruction. A user's flags that change more are
 * refused: here where the compiler tells of them, else by srnn_model_init (rounding.h). */
#ifndef SRNN_EXACT_H
#define SRNN_EXACT_H

#include "base/compiler.h"

#include <float.h>

/* gcc takes the options for all functions that follow, those with a target of their own too. The
 * others are parts of -ffast-math; where the checks below do not see them, they are turned off.
 *
 * Not with -std=c99 -Os, where gcc contracts nothing unasked: functions with options of their own
 * share less code, which takes 46 bytes of the training core on Cortex-M4F (gcc 12). There, parts
 * of -ffast-math pass unseen on processors other than x86-64 and arm64. */
#if SRNN__IS_GCC
#if !defined(__STRICT_ANSI__) || !defined(__OPTIMIZE_SIZE__)
#pragma GCC optimize("fp-contract=off", "no-unsafe-math-optimizations", "no-associative-math",     \
                     "no-reciprocal-math", "signed-zeros")
#endif
#elif defined(_MSC_VER) && !SRNN__IS_CLANG
#pragma fp_contract(off)
#else
#pragma STDC FP_CONTRACT OFF
#endif

#if FLT_RADIX != 2 || FLT_MANT_DIG != 24 || FLT_MAX_EXP != 128
#error "libsrnn needs float to be IEEE 754 binary32"
#endif
#if DBL_MANT_DIG != 53 || DBL_MAX_EXP != 1024
#error "libsrnn needs double to be IEEE 754 binary64"
#endif

/* 16, which gcc says of processors with half precision, is 0 for float and double. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#error                                                                                             \
    "libsrnn needs FLT_EVAL_METHOD 0: on i386 add -msse2 -mfpmath=sse, on s390x -fexcess-precision=fast"
#endif

/* gcc also tells of each part of -ffast-math. Not on microcontrollers, where __GCC_IEC_559 is
 * always 0. With -std=c99 it is 0 for -ffp-contract=fast too. */
#if defined(__GCC_IEC_559) && (defined(__x86_64__) || defined(__aarch64__))
#define SRNN__FLAGS_ARE_EXACT (__GCC_IEC_559 != 0)
#else
#define SRNN__FLAGS_ARE_EXACT 1
#endif
#if defined(__FAST_MATH__) || defined(_M_FP_FAST) ||                                               \
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || !SRNN__FLAGS_ARE_EXACT
#error                                                                                             \
    "libsrnn defines its results to the bit: build it without -ffast-math, any part of it, and -ffp-contract=fast"
#endif

#endif
