/* compact.h - matrix products in little code
 *
 * A template: what product.h is to the others, to the baseline where
 * SRNN__COMPACT says that tiles would gain nothing or cost too much code. With
 * the macros SRNN__VARIANT and SRNN__FMA of elementary.h. Products of rows
 * are step_kernels.c's. A packed matrix is the matrix, row by row.
 *
 * Every result is one chain of SRNN__FMA over ascending k, as everywhere. */

/* Pack [inner x columns], element (k, j) at matrix[k * row_stride + j *
 * column_stride]. */
void SRNN__VARIANT(pack)(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                         size_t column_stride, float *panels);
void SRNN__VARIANT(pack)(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                         size_t column_stride, float *panels)
{
    for (size_t k = 0; k < inner; k++) {
        for (size_t j = 0; j < columns; j++) {
            *panels++ = matrix[k * row_stride + j * column_stride];
        }
    }
}

/* The multiply() of kernels.h, row by row. */
void SRNN__VARIANT(multiply)(const struct srnn__term *terms, uint32_t n_terms,
                             const uint32_t *index, size_t n_rows, size_t n_columns, uint32_t begin,
                             const float *start, float *out, size_t out_stride);
void SRNN__VARIANT(multiply)(const struct srnn__term *terms, uint32_t n_terms,
                             const uint32_t *index, size_t n_rows, size_t n_columns, uint32_t begin,
                             const float *start, float *out, size_t out_stride)
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
            srnn__multiply_row_step(terms[t].rows + s * terms[t].stride, terms[t].inner,
                                    terms[t].panels, n_columns, row);
        }
    }
}

#if !SRNN__ONLY_COMPACT
/* The multiply_claiming() of kernels.h, which has no use for small code: it claims nothing. */
void SRNN__VARIANT(multiply_claiming)(const struct srnn__term *term, const uint32_t *index,
                                      size_t n_rows, size_t n_columns, float *out, float *claim);
void SRNN__VARIANT(multiply_claiming)(const struct srnn__term *term, const uint32_t *index,
                                      size_t n_rows, size_t n_columns, float *out, float *claim)
{
    (void)claim;
    SRNN__VARIANT(multiply)(term, 1, index, n_rows, n_columns, SRNN__BEGIN_ZERO, NULL, out,
                            n_columns);
}
#endif

/* out[column] += the sum over k below n, in list order, of a[a_offset[k]] *
 * b[b_offset[k] + column], for a constant number of columns. */
static inline SRNN__ALWAYS void SRNN__VARIANT(outer_chains)(const float *a, const size_t *a_offset,
                                                            const float *b, const size_t *b_offset,
                                                            size_t n, size_t columns, float *out)
{
    float sum[4];

    SRNN__UNROLLED
    for (size_t j = 0; j < columns; j++) {
        sum[j] = out[j];
    }
    for (size_t k = 0; k < n; k++) {
        const float factor = a[a_offset[k]];
        const float *const row = b + b_offset[k];

        SRNN__UNROLLED
        for (size_t j = 0; j < columns; j++) {
            sum[j] = SRNN__FMA(factor, row[j], sum[j]);
        }
    }
    SRNN__UNROLLED
    for (size_t j = 0; j < columns; j++) {
        out[j] = sum[j];
    }
}

/* The outer() of kernels.h: four columns at a time, then one. */
void SRNN__VARIANT(outer)(const float *a, const size_t *a_offset, const float *b,
                          const size_t *b_offset, size_t n, size_t row_first, size_t row_end,
                          size_t n_columns, float *out, size_t out_stride);
void SRNN__VARIANT(outer)(const float *a, const size_t *a_offset, const float *b,
                          const size_t *b_offset, size_t n, size_t row_first, size_t row_end,
                          size_t n_columns, float *out, size_t out_stride)
{
    for (size_t row = row_first; row < row_end; row++) {
        float *const to = out + row * out_stride;
        size_t j = 0;

        for (; j + 4 <= n_columns; j += 4) {
            SRNN__VARIANT(outer_chains)(a + row, a_offset, b + j, b_offset, n, 4, to + j);
        }
        for (; j < n_columns; j++) {
            SRNN__VARIANT(outer_chains)(a + row, a_offset, b + j, b_offset, n, 1, to + j);
        }
    }
}
