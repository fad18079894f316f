/* avx512.c - the kernels for x86-64 with AVX-512, F and VL
 *
 * The target is set here as in avx2.c. */
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "base/processor.h"
#include "kernels/common.h"
#include "kernels/kernels.h"
#include "kernels/scalar.h"
#include "kernels/variants.h"

#if SRNN__HAVE_AVX512

#if SRNN__IS_CLANG
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx2,fma"))),                 \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx2,fma,prefer-vector-width=512")
SRNN__LEVEL_OF_KERNELS
#endif

#define SRNN__FMA(a, b, c) SRNN__FMA_OF_TARGET(a, b, c)
#define SRNN__ADD_SQUARE(sum, x) __builtin_fma(x, x, sum)
#define SRNN__TILE_ROWS 6
#define SRNN__TILE_COLUMNS 32
#define SRNN__TILE_VECTORS 24

#include "kernels/exponential.h"
#include "kernels/elementary.h"
#include "kernels/activate.h"
#include "kernels/sum_squares.h"
#include "kernels/products.h"
#include "kernels/transpose.h"
#include "kernels/row.h"
#include "kernels/variant_table.h"

/* Vectors of sixteen read whole cache lines of the factors wherever they lie. So packing pays only
 * where a row is a page or more. It costs 3 % of a step at 64-256-64 and nothing at 512 units, and
 * saves 10 to 11 % at 2,048. At 1,024 it saved 2 to 7 % in runs some of which had another change
 * in, and 1 %, which is noise, in the last one (a core of 117 GFLOP/s, gcc 12; README.md). */
#define PACKED_FROM 1024u

/* Whether a matrix is so narrow that vectors of eight waste less than those of sixteen, the last of
 * which would be at most half full. From 160 columns on that is at most a twentieth. For processors
 * with one 512-bit multiply-add unit, which compute two vectors of eight in the time of one of
 * sixteen. */
static int is_narrow(size_t columns)
{
    return columns < 160 && columns % 16 != 0 && columns % 16 <= 8;
}

static void pack_by_width(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                          size_t column_stride, float *panels)
{
    (is_narrow(columns) ? srnn__pack_avx512_half : pack)(matrix, inner, columns, row_stride,
                                                         column_stride, panels);
}

static void pack_row_by_width(const float *row, size_t k, size_t inner, size_t columns,
                              float *panels)
{
    (is_narrow(columns) ? srnn__pack_row_avx512_half : pack_row)(row, k, inner, columns, panels);
}

static void multiply_by_width(const struct srnn__term *terms, uint32_t n_terms,
                              const uint32_t *index, size_t n_rows, size_t n_columns,
                              uint32_t begin, const float *start, float *out, size_t out_stride)
{
    (is_narrow(n_columns) ? srnn__multiply_avx512_half : multiply)(
        terms, n_terms, index, n_rows, n_columns, begin, start, out, out_stride);
}

static void multiply_and_own_by_width(const struct srnn__term *term, const uint32_t *index,
                                      size_t n_rows, size_t n_columns, float *out, float *owned)
{
    (is_narrow(n_columns) ? srnn__multiply_and_own_avx512_half
                          : multiply_and_own)(term, index, n_rows, n_columns, out, owned);
}

/* Where the lanes go down the rows for the last columns, vectors of sixteen waste nothing. */
static void outer_by_width(const float *a, const size_t *a_offset, const float *b,
                           const size_t *b_offset, size_t n, size_t row_first, size_t row_end,
                           size_t n_columns, float *out, size_t out_stride)
{
    const int half = is_narrow(n_columns) && narrow_remainder(n_columns, row_end - row_first) == 0;

    (half ? srnn__outer_avx512_half : outer)(a, a_offset, b, b_offset, n, row_first, row_end,
                                             n_columns, out, out_stride);
}

void srnn__kernels_avx512(struct srnn__kernels *kernels)
{
    fill_table(kernels);
    kernels->pack = pack_by_width;
    kernels->packed_from = PACKED_FROM;
    kernels->pack_row = pack_row_by_width;
    kernels->transpose = transpose;
    kernels->multiply = multiply_by_width;
    kernels->multiply_and_own = multiply_and_own_by_width;
    kernels->outer = outer_by_width;
}

/* With two 512-bit units a vector of sixteen takes no longer than one of eight. */
void srnn__kernels_avx512_dual(struct srnn__kernels *kernels)
{
    fill_table(kernels);
    kernels->packed_from = PACKED_FROM;
    kernels->pack_row = pack_row;
    kernels->transpose = transpose;
}

void srnn__step_kernels_avx512(struct srnn__step_kernels *kernels)
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
