/* avx2.c - the kernels for x86-64 with AVX2 and FMA
 *
 * The target is set here and not in the Makefile, so that the amalgamation has
 * these kernels too. */
#include "base/arithmetic.h"
#include "kernels/kernels.h"
#include "base/processor.h"

#if SRNN__HAVE_AVX2

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#define SRNN__VARIANT(name) srnn__##name##_avx2
#if defined(SRNN_ARITHMETIC_SEPARATE)
#define SRNN__FMA(a, b, c) srnn__fma(a, b, c)
#else
#define SRNN__FMA(a, b, c) __builtin_fmaf(a, b, c)
#endif
#define SRNN__TILE_ROWS 6
#define SRNN__TILE_COLUMNS 16

#include "kernels/elementary.h"
#include "kernels/activate.h"
#include "kernels/product.h"
#define SRNN__ADD_SQUARE(sum, x) __builtin_fma(x, x, sum)
#include "kernels/rows.h"
#include "kernels/variant_table.h"

#undef SRNN__VARIANT
#undef SRNN__FMA
#undef SRNN__TILE_ROWS
#undef SRNN__TILE_COLUMNS

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
typedef int srnn__kernel_avx2_is_empty;
#endif
