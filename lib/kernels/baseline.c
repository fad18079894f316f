/* baseline.c - the kernels as the whole build's flags compile them
 *
 * The build may itself be for a processor with a fused multiply-add; where it
 * is not, the exact substitute gives the same bits. */
#include "base/arithmetic.h"
#include "kernels/kernels.h"

/* Tiles fill the registers of the target: 16 of 4 or 8 lanes, 32 of 4 or 16.
 * Where a multiply-add is computed, by twenty operations, a large tile would gain
 * nothing, and the elementary functions call it: inlined into a loop, their many
 * steps would take more stack than the library allows itself. */
#if SRNN__FMA_IS_COMPUTED
#define SRNN__TILE_ROWS 2
#define SRNN__TILE_COLUMNS 8
#elif defined(__AVX512F__)
#define SRNN__TILE_ROWS 6
#define SRNN__TILE_COLUMNS 32
#elif defined(__AVX2__)
#define SRNN__TILE_ROWS 6
#define SRNN__TILE_COLUMNS 16
#elif defined(__aarch64__)
#define SRNN__TILE_ROWS 8
#define SRNN__TILE_COLUMNS 8
#else
#define SRNN__TILE_ROWS 4
#define SRNN__TILE_COLUMNS 8
#endif

#if SRNN__FMA_IS_COMPUTED
SRNN__APART float computed_fma(float a, float b, float c)
{
    return srnn__fma(a, b, c);
}
#else
#define computed_fma(a, b, c) srnn__fma(a, b, c)
#endif

#define SRNN__VARIANT(name) srnn__##name##_baseline
#define SRNN__FMA(a, b, c) computed_fma(a, b, c)
#include "kernels/elementary.h"
#if SRNN__COMPACT
#define SRNN__ACTIVATE srnn__activate_step
#define SRNN__PACKS 0
#include "kernels/compact.h"
#else
#include "kernels/activate.h"
#undef SRNN__FMA
#define SRNN__FMA(a, b, c) srnn__fma(a, b, c)
#include "kernels/product.h"
#endif
#include "kernels/rows.h"
#include "kernels/variant_table.h"

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

/* Square roots of row [n] in place, correctly rounded. The processor's own are
 * that by IEEE 754; elsewhere the root in double, rounded to float, is, as
 * tests/exact/sweep_elementary.c has tried for every float. */
void srnn__root_row(float *row, size_t n)
{
    size_t i = 0;

#if defined(__x86_64__) && defined(__GNUC__)
    for (; i + 4 <= n; i += 4) {
        __asm__("movups %0, %%xmm0\n\tsqrtps %%xmm0, %%xmm0\n\tmovups %%xmm0, %0"
                : "+m"(*(float(*)[4])(void *)(row + i))
                :
                : "xmm0");
    }
#endif
    for (; i < n; i++) {
        row[i] = (float)srnn__sqrt((double)row[i]);
    }
}

double srnn__sum_squares(const float *row, size_t n)
{
    return SRNN__VARIANT(sum_squares)(row, n);
}

#undef SRNN__VARIANT
#undef SRNN__FMA
#undef SRNN__TILE_ROWS
#undef SRNN__TILE_COLUMNS
