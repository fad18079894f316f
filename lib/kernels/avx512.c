/* avx512.c - the kernels for x86-64 with AVX-512, F and VL
 *
 * The target is set here and not in the Makefile, so that the amalgamation has
 * these kernels too. */
#include "base/arithmetic.h"
#include "kernels/kernels.h"
#include "base/processor.h"

#if SRNN__HAVE_AVX512

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx2,fma"))),                 \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx2,fma,prefer-vector-width=512")
#endif

#define SRNN__VARIANT(name) srnn__##name##_avx512
#if defined(SRNN_ARITHMETIC_SEPARATE)
#define SRNN__FMA(a, b, c) srnn__fma(a, b, c)
#else
#define SRNN__FMA(a, b, c) __builtin_fmaf(a, b, c)
#endif
#define SRNN__TILE_ROWS 6
#define SRNN__TILE_COLUMNS 32
#define SRNN__TILE_VECTORS 24
/* Rows of four vectors are lines enough at a time, wherever they lie. */
#define SRNN__PACKS 0

#include "kernels/elementary.h"
#include "kernels/activate.h"
#include "kernels/product.h"
#define SRNN__ADD_SQUARE(sum, x) __builtin_fma(x, x, sum)
#include "kernels/rows.h"

/* The products again by vectors of eight, still with all the registers of AVX-512. gcc
 * would join their vectors to such of sixteen. */
#undef SRNN__VARIANT
#undef SRNN__TILE_COLUMNS
#define SRNN__VARIANT(name) srnn__##name##_avx512_half
#define SRNN__TILE_COLUMNS 16
#define SRNN__TILE_VECTORS 24
#if !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("prefer-vector-width=256")
#endif
#include "kernels/product.h"
#if !defined(__clang__)
#pragma GCC pop_options
#endif
#undef SRNN__VARIANT
#define SRNN__VARIANT(name) srnn__##name##_avx512

/* Whether a matrix is so narrow that the vectors of eight waste less than those of
 * sixteen, the last of which would be less than half full. */
static int narrow(size_t columns)
{
    return columns < 160 && columns % 16 != 0 && columns % 16 <= 8;
}

static void pack_by_width(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                          size_t column_stride, float *panels)
{
    (narrow(columns) ? srnn__pack_avx512_half : srnn__pack_avx512)(
        matrix, inner, columns, row_stride, column_stride, panels);
}

static void multiply_by_width(const struct srnn__term *terms, uint32_t n_terms,
                              const uint32_t *index, size_t n_rows, size_t n_columns,
                              uint32_t begin, const float *start, float *out, size_t out_stride)
{
    (narrow(n_columns) ? srnn__multiply_avx512_half : srnn__multiply_avx512)(
        terms, n_terms, index, n_rows, n_columns, begin, start, out, out_stride);
}

static void multiply_claiming_by_width(const struct srnn__term *term, const uint32_t *index,
                                       size_t n_rows, size_t n_columns, float *out, float *claim)
{
    (narrow(n_columns) ? srnn__multiply_claiming_avx512_half : srnn__multiply_claiming_avx512)(
        term, index, n_rows, n_columns, out, claim);
}

/* Where the last columns go down the rows, vectors of sixteen waste nothing. */
static void outer_by_width(const float *a, const size_t *a_offset, const float *b,
                           const size_t *b_offset, size_t n, size_t row_first, size_t row_end,
                           size_t n_columns, float *out, size_t out_stride)
{
    const int half = narrow(n_columns) && !srnn__goes_down_avx512(n_columns, row_end - row_first);

    (half ? srnn__outer_avx512_half : srnn__outer_avx512)(
        a, a_offset, b, b_offset, n, row_first, row_end, n_columns, out, out_stride);
}

#define SRNN__PRODUCT(name) name##_by_width
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
typedef int srnn__kernel_avx512_is_empty;
#endif
