/* compact_products.h - matrix products in little code, row by row
 *
 * A template of the baseline where SRNN__COMPACT is set, with SRNN__FMA. A packed matrix is the
 * matrix itself, row by row; products of one row are those of step_kernels.c.
 *
 * Also the reference of pack.h, multiply.h and outer.h: every result is one chain of SRNN__FMA over
 * ascending k, and tiles must equal it to the bit. tests/exact compares them. */

/* The pack() of kernels.h. */
static void pack(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                 size_t column_stride, float *panels)
{
    for (size_t k = 0; k < inner; k++) {
        for (size_t j = 0; j < columns; j++) {
            *panels++ = matrix[k * row_stride + j * column_stride];
        }
    }
}

/* The multiply() of kernels.h. */
static void multiply(const struct srnn__term *terms, uint32_t n_terms, const uint32_t *index,
                     size_t n_rows, size_t n_columns, uint32_t begin, const float *start,
                     float *out, size_t out_stride)
{
    for (size_t r = 0; r < n_rows; r++) {
        const size_t s = index == NULL ? r : index[r];
        float *const row = out + s * out_stride;

        if (begin == SRNN__BEGIN_ROW) {
            memcpy(row, start, n_columns * sizeof *row);
        } else if (begin == SRNN__BEGIN_ZERO) {
            memset(row, 0, n_columns * sizeof *row);
        }
        for (uint32_t t = 0; t < n_terms; t++) {
            srnn__multiply_row_compact(terms[t].rows + s * terms[t].stride, terms[t].inner,
                                       terms[t].panels, n_columns, row);
        }
    }
}

/* The multiply_and_own() of kernels.h, beside tiled kernels of other instruction sets. Small code
 * has no use for it: it owns nothing in advance. */
static inline void multiply_and_own(const struct srnn__term *term, const uint32_t *index,
                                    size_t n_rows, size_t n_columns, float *out, float *owned)
{
    (void)owned;
    multiply(term, 1, index, n_rows, n_columns, SRNN__BEGIN_ZERO, NULL, out, n_columns);
}

/* out [columns] += the sum over k < n, in list order, of a[a_offset[k]] * b[b_offset[k] + column],
 * for a constant number of columns. */
static SRNN__INLINE void outer_chains(const float *a, const size_t *a_offset, const float *b,
                                      const size_t *b_offset, size_t n, size_t columns, float *out)
{
    float sum[4];

    SRNN__LOOP_UNROLLED
    for (size_t j = 0; j < columns; j++) {
        sum[j] = out[j];
    }
    for (size_t k = 0; k < n; k++) {
        const float factor = a[a_offset[k]];
        const float *const row = b + b_offset[k];

        SRNN__LOOP_UNROLLED
        for (size_t j = 0; j < columns; j++) {
            sum[j] = SRNN__FMA(factor, row[j], sum[j]);
        }
    }
    SRNN__LOOP_UNROLLED
    for (size_t j = 0; j < columns; j++) {
        out[j] = sum[j];
    }
}

/* The outer() of kernels.h: four columns at a time, then one. */
static void outer(const float *a, const size_t *a_offset, const float *b, const size_t *b_offset,
                  size_t n, size_t row_first, size_t row_end, size_t n_columns, float *out,
                  size_t out_stride)
{
    for (size_t row = row_first; row < row_end; row++) {
        float *const to = out + row * out_stride;
        size_t j = 0;

        for (; j + 4 <= n_columns; j += 4) {
            outer_chains(a + row, a_offset, b + j, b_offset, n, 4, to + j);
        }
        for (; j < n_columns; j++) {
            outer_chains(a + row, a_offset, b + j, b_offset, n, 1, to + j);
        }
    }
}
