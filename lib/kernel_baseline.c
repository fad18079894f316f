/* kernel_baseline.c - the kernels as the whole build's flags compile them
 *
 * The build may itself be for a processor with a fused multiply-add; where it
 * is not, the exact substitute gives the same bits. Level 1. */
#include "arithmetic.h"
#include "kernels.h"

#define SRNN__VARIANT(name) srnn__##name##_baseline
#define SRNN__FMA(a, b, c) srnn__fma(a, b, c)
#if defined(SRNN_SMALL)
#define SRNN__TILE_ROWS 1
#define SRNN__TILE_COLUMNS 4
#else
#define SRNN__TILE_ROWS 4
#define SRNN__TILE_COLUMNS 8
#endif

#include "kernel_elementary.h"
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
