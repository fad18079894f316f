/* avx512_half.c - the products for AVX-512 by vectors of eight lanes
 *
 * For matrices so narrow that vectors of sixteen would waste more (avx512.c), still with all 32
 * registers. gcc would join the vectors of eight to such of sixteen, if it did not prefer half
 * ones. */
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "base/processor.h"
#include "kernels/common.h"
#include "kernels/kernels.h"
#include "kernels/variants.h"

#if SRNN__HAVE_AVX512

#if SRNN__IS_CLANG
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx2,fma"))),                 \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx2,fma,prefer-vector-width=256")
SRNN__LEVEL_OF_KERNELS
#endif

#define SRNN__FMA(a, b, c) SRNN__FMA_OF_TARGET(a, b, c)
#define SRNN__TILE_ROWS 6
#define SRNN__TILE_COLUMNS 16
#define SRNN__TILE_VECTORS 24

#include "kernels/products.h"

void srnn__pack_avx512_half(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                            size_t column_stride, float *panels)
{
    pack(matrix, inner, columns, row_stride, column_stride, panels);
}

void srnn__pack_row_avx512_half(const float *row, size_t k, size_t inner, size_t columns,
                                float *panels)
{
    pack_row(row, k, inner, columns, panels);
}

void srnn__multiply_avx512_half(const struct srnn__term *terms, uint32_t n_terms,
                                const uint32_t *index, size_t n_rows, size_t n_columns,
                                uint32_t begin, const float *start, float *out, size_t out_stride)
{
    multiply(terms, n_terms, index, n_rows, n_columns, begin, start, out, out_stride);
}

void srnn__multiply_and_own_avx512_half(const struct srnn__term *term, const uint32_t *index,
                                        size_t n_rows, size_t n_columns, float *out, float *owned)
{
    multiply_and_own(term, index, n_rows, n_columns, out, owned);
}

void srnn__outer_avx512_half(const float *a, const size_t *a_offset, const float *b,
                             const size_t *b_offset, size_t n, size_t row_first, size_t row_end,
                             size_t n_columns, float *out, size_t out_stride)
{
    outer(a, a_offset, b, b_offset, n, row_first, row_end, n_columns, out, out_stride);
}

#if SRNN__IS_CLANG
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
