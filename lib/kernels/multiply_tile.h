/* multiply_tile.h - one tile of multiply(): rows times a packed panel
 *
 * A template: comes after tile.h. */

/* A tile of [rows x vectors]; its last vector begins at column `last`. In a tile of a matrix with
 * fewer columns than lanes `last` is the number of columns. */
struct tile {
    const float *row[2][SRNN__TILE_ROWS]; /* the left factor's rows [inner], for each term */
    const float *panel[2];                /* [inner x vectors x SRNN__LANES], for each term */
    size_t inner[2];
    uint32_t n_terms;
    const float *begin;          /* where the chains of all rows begin; NULL: at `out` */
    float *out[SRNN__TILE_ROWS]; /* the result's rows */
    size_t last;
};

/* sum [rows x vectors] += x [rows][inner] times panel [inner x vectors x SRNN__LANES], in ascending
 * order of k. */
static SRNN__TILE_INLINE void tile_chain(const float *const *x, const float *restrict panel,
                                         size_t inner, size_t rows, size_t vectors,
                                         vector *restrict sum)
{
    for (size_t k = 0; k < inner; k++) {
        SRNN__TILE_LOOP
        for (size_t r = 0; r < rows; r++) {
            const float factor = x[r][k];
            SRNN__TILE_LOOP
            for (size_t v = 0; v < vectors; v++) {
                add_product(&sum[r * vectors + v], factor, panel + v * SRNN__LANES);
            }
        }
        panel += vectors * SRNN__LANES;
    }
}

/* The chains of all terms. */
static SRNN__TILE_INLINE void tile_chains(const struct tile *tile, size_t rows, size_t vectors,
                                          vector *restrict sum)
{
    SRNN__TILE_BARRIER();
    for (uint32_t t = 0; t < tile->n_terms; t++) {
        tile_chain(tile->row[t], tile->panel[t], tile->inner[t], rows, vectors, sum);
        SRNN__TILE_BARRIER();
    }
}

/* A tile of any shape. `sum` [rows x vectors] is the caller's, who knows the shape and so how
 * much stack it takes. */
static SRNN__TILE_INLINE void tile_any(const struct tile *tile, size_t rows, size_t vectors,
                                       vector *restrict sum)
{
    const size_t last = tile->last;

    SRNN__TILE_LOOP
    for (size_t r = 0; r < rows; r++) {
        SRNN__TILE_LOOP
        for (size_t v = 0; v < vectors; v++) {
            load_vector(&sum[r * vectors + v], (tile->begin == NULL ? tile->out[r] : tile->begin) +
                                                   SRNN__COLUMN(v, vectors, last));
        }
    }
    tile_chains(tile, rows, vectors, sum);
    SRNN__TILE_LOOP
    for (size_t r = 0; r < rows; r++) {
        SRNN__TILE_LOOP
        for (size_t v = 0; v < vectors; v++) {
            store_vector(tile->out[r] + SRNN__COLUMN(v, vectors, last), &sum[r * vectors + v]);
        }
    }
}

/* A tile of a matrix with fewer columns than lanes. Only its columns are read and written; the
 * other lanes compute nothing of use. */
static SRNN__TILE_INLINE void narrow_any(const struct tile *tile, size_t rows, vector *restrict sum)
{
    const size_t columns = tile->last;
    float row[SRNN__LANES] = {0.0f};

    if (tile->begin != NULL) {
        SRNN__LOOP_ROLLED
        for (size_t j = 0; j < columns; j++) {
            row[j] = tile->begin[j];
        }
        SRNN__TILE_LOOP
        for (size_t r = 0; r < rows; r++) {
            load_vector(&sum[r], row);
        }
    } else {
        SRNN__TILE_LOOP
        for (size_t r = 0; r < rows; r++) {
            SRNN__LOOP_ROLLED
            for (size_t j = 0; j < columns; j++) {
                row[j] = tile->out[r][j];
            }
            load_vector(&sum[r], row);
        }
    }
    tile_chains(tile, rows, 1, sum);
    SRNN__TILE_LOOP
    for (size_t r = 0; r < rows; r++) {
        store_vector(row, &sum[r]);
        SRNN__LOOP_ROLLED
        for (size_t j = 0; j < columns; j++) {
            tile->out[r][j] = row[j];
        }
    }
}

/* A function for every shape. */
#if SRNN__SHAPES
#define SRNN__FUNCTION(rows, vectors)                                                              \
    static SRNN__NOINLINE void tile_##rows##_##vectors(const struct tile *tile)                    \
    {                                                                                              \
        vector sum[(rows) * (vectors)];                                                            \
                                                                                                   \
        tile_any(tile, rows, vectors, sum);                                                        \
    }
SRNN__ALL_SHAPES(SRNN__FUNCTION)
#undef SRNN__FUNCTION
#define SRNN__FUNCTION(rows)                                                                       \
    static SRNN__NOINLINE void narrow_##rows(const struct tile *tile)                              \
    {                                                                                              \
        vector sum[rows];                                                                          \
                                                                                                   \
        narrow_any(tile, rows, sum);                                                               \
    }
SRNN__NARROW_SHAPES(SRNN__FUNCTION)
#undef SRNN__FUNCTION
#endif

/* Compute a tile; `vectors` is 0 for that of a matrix with fewer columns than lanes. */
static SRNN__TILE_CHOICE void tile_run(const struct tile *tile, size_t rows, size_t vectors)
{
#if SRNN__SHAPES
#define SRNN__CASE(rows, vectors)                                                                  \
    case SRNN__SHAPE(rows, vectors):                                                               \
        tile_##rows##_##vectors(tile);                                                             \
        break;
#define SRNN__NARROW_CASE(rows)                                                                    \
    case SRNN__SHAPE(rows, 0):                                                                     \
        narrow_##rows(tile);                                                                       \
        break;
    switch (SRNN__SHAPE(rows, vectors)) {
        SRNN__ALL_SHAPES(SRNN__CASE)
        SRNN__NARROW_SHAPES(SRNN__NARROW_CASE)
    default:
        break;
    }
#undef SRNN__NARROW_CASE
#undef SRNN__CASE
#else
    vector sum[SRNN__TILE_VECTORS];

    if (vectors == 0) {
        narrow_any(tile, rows, sum);
    } else {
        tile_any(tile, rows, vectors, sum);
    }
#endif
}
