/* row.h - a product of one row with a matrix as it lies, for streamed steps
 *
 * A template: comes after tile.h. Packing a matrix for a single row would cost more than it
 * saves. */

/* Most vectors of a row that are computed together. */
#define SRNN__ROW_VECTORS 8

/* out [vectors] += x [inner] times columns of matrix [inner, stride apart]; the last vector begins
 * at column `last`. */
static SRNN__TILE_INLINE void row_chain(const float *restrict x, size_t inner,
                                        const float *restrict matrix, size_t stride, size_t last,
                                        size_t vectors, float *restrict out)
{
    vector sum[SRNN__ROW_VECTORS];

    SRNN__TILE_LOOP
    for (size_t v = 0; v < vectors; v++) {
        load_vector(&sum[v], out + SRNN__COLUMN(v, vectors, last));
    }
    for (size_t k = 0; k < inner; k++) {
        const float factor = x[k];
        SRNN__TILE_LOOP
        for (size_t v = 0; v < vectors; v++) {
            for (size_t lane = 0; lane < SRNN__LANES; lane++) {
                sum[v][lane] =
                    SRNN__FMA(factor, matrix[SRNN__COLUMN(v, vectors, last) + lane], sum[v][lane]);
            }
        }
        matrix += stride;
    }
    SRNN__TILE_LOOP
    for (size_t v = 0; v < vectors; v++) {
        store_vector(out + SRNN__COLUMN(v, vectors, last), &sum[v]);
    }
}

/* A function for every number of vectors. */
#if SRNN__SHAPES
#define SRNN__ALL_WIDTHS(of) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8)
#define SRNN__FUNCTION(vectors)                                                                    \
    static SRNN__NOINLINE void row_##vectors(const float *x, size_t inner, const float *matrix,    \
                                             size_t stride, size_t last, float *out)               \
    {                                                                                              \
        row_chain(x, inner, matrix, stride, last, vectors, out);                                   \
    }
SRNN__ALL_WIDTHS(SRNN__FUNCTION)
#undef SRNN__FUNCTION
#endif

/* row_chain() for a number of vectors from 1 to SRNN__ROW_VECTORS. */
static SRNN__TILE_CHOICE void row_run(const float *x, size_t inner, const float *matrix,
                                      size_t stride, size_t last, size_t vectors, float *out)
{
#if SRNN__SHAPES
#define SRNN__CASE(vectors)                                                                        \
    case vectors:                                                                                  \
        row_##vectors(x, inner, matrix, stride, last, out);                                        \
        break;
    switch (vectors) {
        SRNN__ALL_WIDTHS(SRNN__CASE)
    default:
        break;
    }
#undef SRNN__CASE
#else
    row_chain(x, inner, matrix, stride, last, vectors, out);
#endif
}

/* multiply_row() for fewer columns than lanes: four chains at a time, then one. */
static SRNN__NOINLINE void multiply_narrow_row(const float *restrict x, size_t inner,
                                               const float *restrict matrix, size_t columns,
                                               float *restrict out)
{
    size_t column = 0;

    for (; column + 4 <= columns; column += 4) {
        float sum[4];

        for (size_t lane = 0; lane < 4; lane++) {
            sum[lane] = out[column + lane];
        }
        for (size_t k = 0; k < inner; k++) {
            for (size_t lane = 0; lane < 4; lane++) {
                sum[lane] = SRNN__FMA(x[k], matrix[k * columns + column + lane], sum[lane]);
            }
        }
        for (size_t lane = 0; lane < 4; lane++) {
            out[column + lane] = sum[lane];
        }
    }
    for (; column < columns; column++) {
        float sum = out[column];

        for (size_t k = 0; k < inner; k++) {
            sum = SRNN__FMA(x[k], matrix[k * columns + column], sum);
        }
        out[column] = sum;
    }
}

/* The multiply_row() of kernels.h. */
static void multiply_row(const float *x, size_t inner, const float *matrix, size_t columns,
                         float *out)
{
    if (columns < SRNN__LANES) {
        multiply_narrow_row(x, inner, matrix, columns, out);
        return;
    }
    for (size_t column = 0; column < columns;) {
        const size_t remaining = columns - column;
        size_t vectors = (remaining + SRNN__LANES - 1) / SRNN__LANES;
        size_t width = remaining;

        /* Nine vectors are 4 and 5: after 8 there might not be a whole vector left. */
        if (vectors > SRNN__ROW_VECTORS) {
            vectors = vectors == SRNN__ROW_VECTORS + 1 ? 4 : SRNN__ROW_VECTORS;
            width = vectors * SRNN__LANES;
        }
        row_run(x, inner, matrix + column, columns, width - SRNN__LANES, vectors, out + column);
        column += width;
    }
}
