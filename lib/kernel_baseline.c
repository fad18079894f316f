/* kernel_baseline.c - the kernels as the whole build's flags compile them
 *
 * The build may itself be for a processor with a fused multiply-add; where it
 * is not, the exact substitute gives the same bits. Level 1. */
#include "arithmetic.h"
#include "kernels.h"

/* Where a multiply-add is computed, by twenty operations, a large tile would gain
 * nothing, and the elementary functions call it: inlined into a loop, their many
 * steps would take more stack than the library allows itself. */
#if SRNN__FMA_IS_COMPUTED
#define SRNN__TILE_ROWS 2
#define SRNN__TILE_COLUMNS 8
#else
#define SRNN__TILE_ROWS 4
#define SRNN__TILE_COLUMNS 8
#endif

#if SRNN__FMA_IS_COMPUTED
#if defined(__GNUC__)
__attribute__((noinline))
#endif
static float computed_fma(float a, float b, float c)
{
    return srnn__fma(a, b, c);
}
#else
#define computed_fma(a, b, c) srnn__fma(a, b, c)
#endif

#define SRNN__VARIANT(name) srnn__##name##_baseline
#define SRNN__FMA(a, b, c) computed_fma(a, b, c)
#include "kernel_elementary.h"
#undef SRNN__FMA
#define SRNN__FMA(a, b, c) srnn__fma(a, b, c)
#include "kernel_product.h"
#include "kernel_rows.h"
#include "kernel_table.h"

float srnn__exp(float x)
{
    return SRNN__VARIANT(exp)(x);
}

float srnn__log(float x)
{
    return SRNN__VARIANT(log)(x);
}

double srnn__root(double x)
{
    return srnn__sqrt(x);
}

double srnn__sum_squares(const float *row, size_t n)
{
    return SRNN__VARIANT(sum_squares)(row, n);
}

#undef SRNN__VARIANT
#undef SRNN__FMA
#undef SRNN__TILE_ROWS
#undef SRNN__TILE_COLUMNS
