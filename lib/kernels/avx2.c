/* avx2.c - the kernels for x86-64 with AVX2 and FMA
 *
 * The target is set here and not in the Makefile, so that the amalgamation has these kernels too.
 * Headers come before it: their functions belong to all instruction sets. */
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "base/processor.h"
#include "kernels/common.h"
#include "kernels/kernels.h"
#include "kernels/scalar.h"
#include "kernels/variants.h"

#if SRNN__HAVE_AVX2

#if SRNN__IS_CLANG
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
SRNN__LEVEL_OF_KERNELS
#endif

#define SRNN__FMA(a, b, c) SRNN__FMA_OF_TARGET(a, b, c)
#define SRNN__ADD_SQUARE(sum, x) __builtin_fma(x, x, sum)
#define SRNN__TILE_ROWS 6
#define SRNN__TILE_COLUMNS 16

#include "kernels/exponential.h"
#include "kernels/elementary.h"
#include "kernels/activate.h"
#include "kernels/sum_squares.h"
#include "kernels/products.h"
#include "kernels/transpose.h"
#include "kernels/row.h"
#include "kernels/variant_table.h"

void srnn__kernels_avx2(struct srnn__kernels *kernels)
{
    fill_table(kernels);
    kernels->packed_from = SRNN__WIDE;
    kernels->pack_row = pack_row;
    kernels->transpose = transpose;
}

void srnn__step_kernels_avx2(struct srnn__step_kernels *kernels)
{
    kernels->multiply_row = multiply_row;
    kernels->activate = activate;
}

#if SRNN__IS_CLANG
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
