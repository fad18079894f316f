/* baseline.c - the kernels as the whole build's flags compile them
 *
 * The build may itself be for a processor with a fused multiply-add; where it is not, the exact
 * substitute has the same bits. */
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "kernels/common.h"
#include "kernels/kernels.h"
#include "kernels/scalar.h"
#include "kernels/variants.h"

#if SRNN__COMPACT
/* The functions of scalar.c and step_kernels.c are compiled with the same flags. */
static inline float float_exp(float x)
{
    return srnn__exp(x);
}

static inline float float_log(float x)
{
    return srnn__log(x);
}

static inline double sum_squares(const float *row, size_t n)
{
    return srnn__sum_squares(row, n);
}

static inline void activate(uint32_t kind, float *row, size_t n)
{
    srnn__activate_compact(kind, row, n);
}

#define SRNN__FMA(a, b, c) srnn__fma_call(a, b, c)
#include "kernels/compact_products.h"
#else
#if SRNN__IS_GCC
#pragma GCC push_options
SRNN__LEVEL_OF_KERNELS
#endif

/* Tiles fill the registers of the target: 16 of 4 or 8 lanes, 32 of 4 or 16. Where a multiply-add
 * is computed, by twenty operations, a large tile would gain nothing, and the elementary functions
 * call it: inlined into a loop, their many links would take more stack than a frame may. */
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
static SRNN__NOINLINE float computed_fma(float a, float b, float c)
{
    return srnn__fma(a, b, c);
}
#else
#define computed_fma(a, b, c) srnn__fma(a, b, c)
#endif

#define SRNN__FMA(a, b, c) computed_fma(a, b, c)
#include "kernels/exponential.h"
#include "kernels/elementary.h"
#include "kernels/activate.h"
#include "kernels/sum_squares.h"
#undef SRNN__FMA
#define SRNN__FMA(a, b, c) srnn__fma(a, b, c)
#include "kernels/products.h"
#include "kernels/transpose.h"
#include "kernels/row.h"
#endif
#include "kernels/variant_table.h"

void srnn__kernels_baseline(struct srnn__kernels *kernels)
{
    fill_table(kernels);
#if !SRNN__COMPACT
    kernels->packed_from = SRNN__WIDE;
    kernels->pack_row = pack_row;
    kernels->transpose = transpose;
#endif
}

#if !SRNN__COMPACT
void srnn__step_kernels_baseline(struct srnn__step_kernels *kernels)
{
    kernels->multiply_row = multiply_row;
    kernels->activate = activate;
}

#if SRNN__IS_GCC
#pragma GCC pop_options
#endif
#endif
