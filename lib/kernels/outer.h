/* outer.h - sums of outer products, by tiles: the gradients of weights
 *
 * A template: comes after tile.h. The factors are not packed: rows k of both lie anywhere. */

/* A part of the result of outer(), a tile or several: out [row][column] += the sum over k < n of
 * a[a_offset[k] + row] * b[b_offset[k] + column]. Rows of `out` are out_stride apart. The last
 * vector of a tile begins at its column `last`. */
struct outer_tile {
    const float *a;
    const size_t *a_offset; /* [n] */
    const float *b;
    const size_t *b_offset; /* [n] */
    size_t n;
    float *out;
    size_t out_stride;
    size_t last;
};

/* sum [rows x vectors] += the sum over k < n of a[a_offset[k] + row] * b[b_offset[k] + column]. */
static SRNN__TILE_INLINE void outer_chain(const float *restrict a, const size_t *restrict a_offset,
                                          const float *restrict b, const size_t *restrict b_offset,
                                          size_t n, size_t last, size_t rows, size_t vectors,
                                          vector *restrict sum)
{
    for (size_t k = 0; k < n; k++) {
        const float *restrict x = a + a_offset[k];
        const float *restrict y = b + b_offset[k];
        SRNN__TILE_LOOP
        for (size_t r = 0; r < rows; r++) {
            const float factor = x[r];
            SRNN__TILE_LOOP
            for (size_t v = 0; v < vectors; v++) {
                add_product(&sum[r * vectors + v], factor, y + SRNN__COLUMN(v, vectors, last));
            }
        }
    }
}

/* A tile of any shape; `sum` [rows x vectors] is the caller's. */
static SRNN__TILE_INLINE void outer_any(const struct outer_tile *tile, size_t rows, size_t vectors,
                                        vector *restrict sum)
{
    const size_t last = tile->last;

    SRNN__TILE_LOOP
    for (size_t r = 0; r < rows; r++) {
        SRNN__TILE_LOOP
        for (size_t v = 0; v < vectors; v++) {
            load_vector(&sum[r * vectors + v],
                        tile->out + r * tile->out_stride + SRNN__COLUMN(v, vectors, last));
        }
    }
    SRNN__TILE_BARRIER();
    outer_chain(tile->a, tile->a_offset, tile->b, tile->b_offset, tile->n, last, rows, vectors,
                sum);
    SRNN__TILE_BARRIER();
    SRNN__TILE_LOOP
    for (size_t r = 0; r < rows; r++) {
        SRNN__TILE_LOOP
        for (size_t v = 0; v < vectors; v++) {
            store_vector(tile->out + r * tile->out_stride + SRNN__COLUMN(v, vectors, last),
                         &sum[r * vectors + v]);
        }
    }
}

/* A function for every shape. */
#if SRNN__SHAPES
#define SRNN__FUNCTION(rows, vectors)                                                              \
    static SRNN__NOINLINE void outer_##rows##_##vectors(const struct outer_tile *tile)             \
    {                                                                                              \
        vector sum[(rows) * (vectors)];                                                            \
                                                                                                   \
        outer_any(tile, rows, vectors, sum);                                                       \
    }
SRNN__ALL_SHAPES(SRNN__FUNCTION)
#undef SRNN__FUNCTION
#endif

/* Compute a tile. */
static SRNN__TILE_CHOICE void outer_run(const struct outer_tile *tile, size_t rows, size_t vectors)
{
#if SRNN__SHAPES
#define SRNN__CASE(rows, vectors)                                                                  \
    case SRNN__SHAPE(rows, vectors):                                                               \
        outer_##rows##_##vectors(tile);                                                            \
        break;
    switch (SRNN__SHAPE(rows, vectors)) {
        SRNN__ALL_SHAPES(SRNN__CASE)
    default:
        break;
    }
#undef SRNN__CASE
#else
    vector sum[SRNN__TILE_VECTORS];

    outer_any(tile, rows, vectors, sum);
#endif
}

/* The tiles of one stretch of the chains. `part` is the whole result [n_rows][n_columns], of at
 * least one whole vector. */
static inline void outer_stretch(struct outer_tile part, size_t n_rows, size_t n_columns)
{
    const size_t n_vectors = (n_columns + SRNN__LANES - 1) / SRNN__LANES;
    struct outer_tile tile = {.a_offset = part.a_offset, .b_offset = part.b_offset,
                              .n = part.n, .out_stride = part.out_stride};
    size_t vectors;

    for (size_t first = 0; first < n_vectors; first += vectors) {
        const size_t column = first * SRNN__LANES;
        size_t tiles;
        size_t least;
        size_t more;

        vectors = tile_width(n_vectors - first);
        least = tile_height(n_rows, vectors, &tiles);
        more = n_rows % tiles;
        tile.b = part.b + column;
        tile.last = (vectors - 1) * SRNN__LANES;
        if (first + vectors == n_vectors) {
            tile.last = n_columns - SRNN__LANES - column;
        }
        for (size_t i = 0, row = 0; i < tiles; i++) {
            const size_t height = least + (i < more);

            tile.a = part.a + row;
            tile.out = part.out + row * part.out_stride + column;
            outer_run(&tile, height, vectors);
            row += height;
        }
    }
}

/* outer() of rows of at least one whole vector: by tiles, in stretches of the chains. */
static inline void outer_wide(struct outer_tile part, size_t n_rows, size_t n_columns)
{
    const size_t stretch = srnn__stretch(part.n);

    for (size_t remaining = part.n; remaining > 0; remaining -= part.n) {
        part.n = remaining < stretch ? remaining : stretch;
        outer_stretch(part, n_rows, n_columns);
        part.a_offset += part.n;
        part.b_offset += part.n;
    }
}

/* outer() of fewer columns and rows than lanes: element by element. */
static inline void outer_small(const struct outer_tile *part, size_t n_rows, size_t n_columns)
{
    for (size_t k = 0; k < part->n; k++) {
        const float *const b = part->b + part->b_offset[k];

        for (size_t i = 0; i < n_rows; i++) {
            const float factor = part->a[part->a_offset[k] + i];
            float *const row = part->out + i * part->out_stride;

            for (size_t j = 0; j < n_columns; j++) {
                row[j] = SRNN__FMA(factor, b[j], row[j]);
            }
        }
    }
}
