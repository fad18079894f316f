/* pack.h - matrices packed into the order in which the tiles of multiply.h read them
 *
 * A template: comes after tile.h.
 *
 * A packed matrix [inner x columns] is a row of panels, one for every tile's width of columns from
 * the left. A panel is [inner x vectors x SRNN__LANES]. A last vector that was moved left repeats
 * columns; the only vector of a matrix with fewer columns than lanes is padded with zeros. */

/* The columns, or rows, that a transpose takes at a time. */
#if SRNN__TILE_COLUMNS < 16
#define SRNN__TOGETHER SRNN__LANES
#else
#define SRNN__TOGETHER 8
#endif

/* Copy row k of a matrix [inner x columns] to its places in the packed one. */
static void pack_row(const float *row, size_t k, size_t inner, size_t columns, float *panels)
{
    const size_t n_vectors = (columns + SRNN__LANES - 1) / SRNN__LANES;
    size_t vectors;

    for (size_t first = 0; first < n_vectors; first += vectors) {
        float *to;

        vectors = tile_width(n_vectors - first);
        to = panels + (first * inner + k * vectors) * SRNN__LANES;
        if (columns < SRNN__LANES) {
            for (size_t lane = 0; lane < SRNN__LANES; lane++) {
                to[lane] = lane < columns ? row[lane] : 0.0f;
            }
            return;
        }
        for (size_t v = first; v < first + vectors; v++, to += SRNN__LANES) {
            memcpy(to, v + 1 < n_vectors ? row + v * SRNN__LANES : row + columns - SRNN__LANES,
                   SRNN__LANES * sizeof *to);
        }
    }
}

/* Pack the transpose of `matrix` [columns x inner], whose rows are `stride` apart. */
static SRNN__INLINE void pack_transpose(const float *matrix, size_t inner, size_t columns,
                                        size_t stride, float *panels)
{
    const size_t n_vectors = (columns + SRNN__LANES - 1) / SRNN__LANES;
    size_t vectors;

    for (size_t first = 0; first < n_vectors; first += vectors) {
        size_t width;

        vectors = tile_width(n_vectors - first);
        width = vectors * SRNN__LANES;
        for (size_t lane = 0; lane < width; lane += SRNN__TOGETHER) {
            const size_t j = first * SRNN__LANES + lane;
            const size_t moved =
                j < (n_vectors - 1) * SRNN__LANES ? 0 : n_vectors * SRNN__LANES - columns;
            const float *const from = matrix + (j - moved) * stride;
            float *restrict to = panels + lane;

            for (size_t k = 0; k < inner; k++, to += width) {
                for (size_t i = 0; i < SRNN__TOGETHER; i++) {
                    to[i] = from[k + i * stride];
                }
            }
        }
        panels += inner * width;
    }
}

/* The pack() of kernels.h; one of the strides is 1. */
static void pack(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                 size_t column_stride, float *panels)
{
    if (column_stride == 1) {
        for (size_t k = 0; k < inner; k++) {
            pack_row(matrix + k * row_stride, k, inner, columns, panels);
        }
    } else if (columns < SRNN__LANES) {
        for (size_t k = 0; k < inner; k++) {
            for (size_t lane = 0; lane < SRNN__LANES; lane++) {
                panels[k * SRNN__LANES + lane] =
                    lane < columns ? matrix[k + lane * column_stride] : 0.0f;
            }
        }
    } else {
        pack_transpose(matrix, inner, columns, column_stride, panels);
    }
}
