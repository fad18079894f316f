/* product.h - matrix products: tiles of accumulators over packed panels
 *
 * A template: included by baseline.c, avx2.c, ... after kernels.h,
 * with these macros defined:
 *
 *   SRNN__VARIANT(name)   the name with the variant's suffix
 *   SRNN__FMA(a, b, c)    a * b + c as floats, a link of a chain
 *   SRNN__TILE_ROWS       rows of a tile: 1, 2, 4, 6 or 8
 *   SRNN__TILE_COLUMNS    two vectors of the target; 4, 8, 16 or 32
 *   SRNN__TILE_VECTORS    the vectors of accumulators that a tile may have, when
 *                         that is not twice its rows
 *   SRNN__PACKS           0 where a wide layer's weight gradients are no faster by
 *                         multiply(), of packed and transposed factors, than by outer()
 *
 * Every result is one chain of SRNN__FMA over ascending k, whatever the tile,
 * so the macros decide the speed and never the bits.
 *
 * Columns are taken in vectors of SRNN__LANES. A tile is two vectors wide, and with
 * accumulators to spare four; what that leaves is taken by tiles three wide, which
 * are lower when they have to be. A last vector that would stick out of the row is
 * moved left until it does not: it then repeats some results of its neighbour in the
 * same tile, bit for bit, which is cheaper than a masked edge. Of matrices narrower than
 * one vector multiply() copies the rows; outer(), whose lanes may as well go down the
 * rows, has a path of its own for them, and takes a few columns that are left over as
 * such a matrix too.
 *
 * The loops over a tile are written for compilers to unroll, to turn the lanes
 * into vectors and to keep `sum` in registers; how they are brought to do so
 * differs. Look at the speed of both gcc and clang when touching them (make
 * bench, with CC=gcc and with CC=clang). */

#include <string.h>

#define SRNN__LANES (SRNN__TILE_COLUMNS / 2)

/* The vectors of accumulators of a tile: [rows x vectors] is at most that. */
#if !defined(SRNN__TILE_VECTORS)
#if SRNN__TILE_ROWS == 1
#define SRNN__TILE_VECTORS 3
#else
#define SRNN__TILE_VECTORS (2 * SRNN__TILE_ROWS)
#endif
#endif

/* Whether tiles of the full height can be four vectors wide. */
#define SRNN__FOUR_WIDE (SRNN__TILE_VECTORS >= 4 * SRNN__TILE_ROWS)

/* The vectors of outer()'s tiles of narrow matrices, which work on copies: few, lest
 * the copies take much of the stack. */
#if SRNN__TILE_VECTORS < 6
#define SRNN__NARROW_VECTORS SRNN__TILE_VECTORS
#elif SRNN__TILE_COLUMNS > 16
#define SRNN__NARROW_VECTORS 4
#else
#define SRNN__NARROW_VECTORS 6
#endif
#if SRNN__TILE_ROWS < 4
#define SRNN__NARROW_ROWS SRNN__TILE_ROWS
#elif SRNN__TILE_COLUMNS > 16
#define SRNN__NARROW_ROWS 2
#else
#define SRNN__NARROW_ROWS 3
#endif

/* Chains of that many links give time to fetch what the next tile begins with. */
#define SRNN__LONG 128

#if defined(__GNUC__)
#define SRNN__PREFETCH(at) __builtin_prefetch(at)
#else
#define SRNN__PREFETCH(at) ((void)(at))
#endif

#if !defined(SRNN__PACKS)
#define SRNN__PACKS 1
#endif

/* Tiles are unrolled for speed, unless the tile is so low that size is wanted. */
#if SRNN__TILE_ROWS > 2 && defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__)
#define SRNN__SHAPES 1
#define SRNN__INLINE static inline __attribute__((always_inline))
#else
#define SRNN__SHAPES 0
#define SRNN__INLINE static inline
#endif
/* Functions that run a tile stay apart only where they hold it themselves. */
#if SRNN__SHAPES && !defined(__clang__)
#define SRNN__RUN static
#else
#define SRNN__RUN SRNN__APART
#endif
#if SRNN__SHAPES && defined(__clang__)
#define SRNN__UNROLL _Pragma("clang loop unroll(full)")
#elif SRNN__SHAPES
#define SRNN__UNROLL _Pragma("GCC unroll 16")
#else
#define SRNN__UNROLL
#endif
/* Keeps the compiler from holding addresses in registers across the chain of a
 * tile, where it would rather spill those that the chain needs at every link. */
#if SRNN__SHAPES
#define SRNN__FORGET() __asm__ volatile("" : : : "memory")
#else
#define SRNN__FORGET() ((void)0)
#endif

/* One tile of multiply(). */
struct SRNN__VARIANT(tile) {
    const float *row[2][SRNN__TILE_ROWS]; /* of each term, the rows [inner] */
    const float *panel[2];                /* of each term [inner x vectors x SRNN__LANES] */
    size_t inner[2];
    uint32_t n_terms;
    const float *begin;          /* where the chains of all rows begin, or NULL: at `end` */
    float *end[SRNN__TILE_ROWS]; /* where they go */
    size_t last;                 /* column of the last vector */
};

/* Accumulators, a vector of them. clang keeps in registers only what has the type of a
 * vector, gcc arrays of floats too; subscripts read the same. Where the product is rounded
 * by itself, gcc takes such arrays apart before it sees the vectors (a tile then fills
 * 300 KB), and has to be told of whole ones. */
#if SRNN__SHAPES && !defined(__clang__) && defined(SRNN_ARITHMETIC_SEPARATE)
#define SRNN__WHOLE_VECTORS 1
#else
#define SRNN__WHOLE_VECTORS 0
#endif
#if SRNN__SHAPES && (defined(__clang__) || SRNN__WHOLE_VECTORS)
typedef float SRNN__VARIANT(vector) __attribute__((vector_size(SRNN__LANES * sizeof(float))));
#else
typedef float SRNN__VARIANT(vector)[SRNN__LANES];
#endif

SRNN__INLINE void SRNN__VARIANT(load_vector)(SRNN__VARIANT(vector) *restrict to,
                                             const float *restrict from)
{
#if SRNN__WHOLE_VECTORS
    memcpy(to, from, sizeof *to);
#else
    for (size_t lane = 0; lane < SRNN__LANES; lane++) {
        (*to)[lane] = from[lane];
    }
#endif
}

SRNN__INLINE void SRNN__VARIANT(store_vector)(float *restrict to,
                                              SRNN__VARIANT(vector) *restrict from)
{
#if SRNN__WHOLE_VECTORS
    memcpy(to, from, sizeof *from);
#else
    for (size_t lane = 0; lane < SRNN__LANES; lane++) {
        to[lane] = (*from)[lane];
    }
#endif
}

/* sum += factor * from [SRNN__LANES], a link of the chain of every lane. */
SRNN__INLINE void SRNN__VARIANT(add_product)(SRNN__VARIANT(vector) *restrict sum, float factor,
                                             const float *restrict from)
{
#if SRNN__WHOLE_VECTORS
    SRNN__VARIANT(vector) product;

    SRNN__VARIANT(load_vector)(&product, from);
    product *= factor;
    *sum += product;
#else
    for (size_t lane = 0; lane < SRNN__LANES; lane++) {
        (*sum)[lane] = SRNN__FMA(factor, from[lane], (*sum)[lane]);
    }
#endif
}

/* The number of vectors of the tiles that begin `left` vectors before the end. */
static inline size_t SRNN__VARIANT(tile_width)(size_t left)
{
#if SRNN__FOUR_WIDE
    return left <= 4 ? left : left <= 6 ? 3 : 4;
#else
    return left == 1 || left == 3 ? left : 2;
#endif
}

/* Rows of the tiles `vectors` wide into which n_rows are split as evenly as
 * can be: the first n_rows % *tiles have one row more than the result. */
static inline size_t SRNN__VARIANT(tile_height)(size_t n_rows, size_t vectors, size_t *tiles)
{
    const size_t room = SRNN__TILE_VECTORS / vectors;
    const size_t most = room < SRNN__TILE_ROWS ? room : SRNN__TILE_ROWS;

    *tiles = (n_rows + most - 1) / most;
    return n_rows / *tiles;
}

/* sum [rows x vectors x SRNN__LANES] += x [rows][inner] times panel [inner x
 * vectors x SRNN__LANES], in ascending order of k. */
SRNN__INLINE void SRNN__VARIANT(tile_chain)(const float *const *x, const float *restrict panel,
                                            size_t inner, size_t rows, size_t vectors,
                                            SRNN__VARIANT(vector) *restrict sum)
{
    for (size_t k = 0; k < inner; k++) {
        SRNN__UNROLL
        for (size_t r = 0; r < rows; r++) {
            const float factor = x[r][k];
            SRNN__UNROLL
            for (size_t v = 0; v < vectors; v++) {
                SRNN__VARIANT(add_product)(&sum[r * vectors + v], factor, panel + v * SRNN__LANES);
            }
        }
        panel += vectors * SRNN__LANES;
    }
}

/* A tile of any shape; `sum` [rows x vectors] is the caller's, which knows the
 * shape and so how much stack it takes. */
SRNN__INLINE void SRNN__VARIANT(tile_any)(const struct SRNN__VARIANT(tile) *tile, size_t rows,
                                          size_t vectors, SRNN__VARIANT(vector) *restrict sum)
{
    const size_t last = tile->last;

    SRNN__UNROLL
    for (size_t r = 0; r < rows; r++) {
        SRNN__UNROLL
        for (size_t v = 0; v < vectors; v++) {
            SRNN__VARIANT(load_vector)(&sum[r * vectors + v],
                                       (tile->begin == NULL ? tile->end[r] : tile->begin) +
                                           (v + 1 < vectors ? v * SRNN__LANES : last));
        }
    }
    SRNN__FORGET();
    for (uint32_t t = 0; t < tile->n_terms; t++) {
        SRNN__VARIANT(tile_chain)(tile->row[t], tile->panel[t], tile->inner[t], rows, vectors, sum);
        SRNN__FORGET();
    }
    SRNN__UNROLL
    for (size_t r = 0; r < rows; r++) {
        SRNN__UNROLL
        for (size_t v = 0; v < vectors; v++) {
            SRNN__VARIANT(store_vector)(tile->end[r] + (v + 1 < vectors ? v * SRNN__LANES : last),
                                        &sum[r * vectors + v]);
        }
    }
}

/* A tile one vector wide of a matrix that has fewer columns than lanes, tile->last of
 * them: so much of every row is read and written, the other lanes work for nothing. */
SRNN__INLINE void SRNN__VARIANT(narrow_any)(const struct SRNN__VARIANT(tile) *tile, size_t rows,
                                            SRNN__VARIANT(vector) *restrict sum)
{
    const size_t columns = tile->last;
    float row[SRNN__LANES] = {0.0f};

    if (tile->begin != NULL) {
        SRNN__ROLLED
        for (size_t j = 0; j < columns; j++) {
            row[j] = tile->begin[j];
        }
        SRNN__UNROLL
        for (size_t r = 0; r < rows; r++) {
            SRNN__VARIANT(load_vector)(&sum[r], row);
        }
    } else {
        SRNN__UNROLL
        for (size_t r = 0; r < rows; r++) {
            SRNN__ROLLED
            for (size_t j = 0; j < columns; j++) {
                row[j] = tile->end[r][j];
            }
            SRNN__VARIANT(load_vector)(&sum[r], row);
        }
    }
    SRNN__FORGET();
    for (uint32_t t = 0; t < tile->n_terms; t++) {
        SRNN__VARIANT(tile_chain)(tile->row[t], tile->panel[t], tile->inner[t], rows, 1, sum);
        SRNN__FORGET();
    }
    SRNN__UNROLL
    for (size_t r = 0; r < rows; r++) {
        SRNN__VARIANT(store_vector)(row, &sum[r]);
        SRNN__ROLLED
        for (size_t j = 0; j < columns; j++) {
            tile->end[r][j] = row[j];
        }
    }
}

/* One tile of outer(): out [rows, out_stride apart][columns] += the sum over
 * k < n of a[a_offset[k] + row] * b[b_offset[k] + column]. */
struct SRNN__VARIANT(outer_tile) {
    const float *a;
    const size_t *a_offset; /* [n] */
    const float *b;
    const size_t *b_offset; /* [n] */
    size_t n;
    float *out;
    size_t out_stride;
    size_t last; /* column of the last vector */
};

SRNN__INLINE void SRNN__VARIANT(outer_chain)(const float *restrict a,
                                             const size_t *restrict a_offset,
                                             const float *restrict b,
                                             const size_t *restrict b_offset, size_t n,
                                             size_t last, size_t rows, size_t vectors,
                                             SRNN__VARIANT(vector) *restrict sum)
{
    for (size_t k = 0; k < n; k++) {
        const float *restrict x = a + a_offset[k];
        const float *restrict y = b + b_offset[k];
        SRNN__UNROLL
        for (size_t r = 0; r < rows; r++) {
            const float factor = x[r];
            SRNN__UNROLL
            for (size_t v = 0; v < vectors; v++) {
                SRNN__VARIANT(add_product)(&sum[r * vectors + v], factor,
                                           y + (v + 1 < vectors ? v * SRNN__LANES : last));
            }
        }
    }
}

SRNN__INLINE void SRNN__VARIANT(outer_any)(const struct SRNN__VARIANT(outer_tile) *tile,
                                           size_t rows, size_t vectors,
                                           SRNN__VARIANT(vector) *restrict sum)
{
    const size_t last = tile->last;

    SRNN__UNROLL
    for (size_t r = 0; r < rows; r++) {
        SRNN__UNROLL
        for (size_t v = 0; v < vectors; v++) {
            SRNN__VARIANT(load_vector)(&sum[r * vectors + v],
                                       tile->out + r * tile->out_stride +
                                           (v + 1 < vectors ? v * SRNN__LANES : last));
        }
    }
    SRNN__FORGET();
    SRNN__VARIANT(outer_chain)(tile->a, tile->a_offset, tile->b, tile->b_offset, tile->n, last,
                               rows, vectors, sum);
    SRNN__FORGET();
    SRNN__UNROLL
    for (size_t r = 0; r < rows; r++) {
        SRNN__UNROLL
        for (size_t v = 0; v < vectors; v++) {
            SRNN__VARIANT(store_vector)(tile->out + r * tile->out_stride +
                                            (v + 1 < vectors ? v * SRNN__LANES : last),
                                        &sum[r * vectors + v]);
        }
    }
}

/* A function for every shape of a tile, and the choice among them. */
#if SRNN__SHAPES
#if SRNN__TILE_ROWS > 6
#define SRNN__NARROW_SHAPES(of) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8)
#elif SRNN__TILE_ROWS > 4
#define SRNN__NARROW_SHAPES(of) of(1) of(2) of(3) of(4) of(5) of(6)
#else
#define SRNN__NARROW_SHAPES(of) of(1) of(2) of(3) of(4)
#endif
#define SRNN__FUNCTION(rows)                                                                   \
    SRNN__APART void SRNN__VARIANT(narrow_##rows)(const struct SRNN__VARIANT(tile) *tile)      \
    {                                                                                          \
        SRNN__VARIANT(vector) sum[rows];                                                       \
                                                                                               \
        SRNN__VARIANT(narrow_any)(tile, rows, sum);                                            \
    }
SRNN__NARROW_SHAPES(SRNN__FUNCTION)
#undef SRNN__FUNCTION
#if SRNN__TILE_ROWS > 6
#define SRNN__HIGH_SHAPES(of)                                                                \
    of(5, 1) of(6, 1) of(7, 1) of(8, 1) of(5, 2) of(6, 2) of(7, 2) of(8, 2) of(3, 3) of(4, 3) \
    of(5, 3)
#elif SRNN__FOUR_WIDE
#define SRNN__HIGH_SHAPES(of)                                                                 \
    of(5, 1) of(6, 1) of(5, 2) of(6, 2) of(3, 3) of(4, 3) of(5, 3) of(6, 3) of(1, 4) of(2, 4) \
    of(3, 4) of(4, 4) of(5, 4) of(6, 4)
#elif SRNN__TILE_ROWS > 4
#define SRNN__HIGH_SHAPES(of) of(5, 1) of(6, 1) of(5, 2) of(6, 2) of(3, 3) of(4, 3)
#else
#define SRNN__HIGH_SHAPES(of)
#endif
#define SRNN__ALL_SHAPES(of)                                                                 \
    of(1, 1) of(2, 1) of(3, 1) of(4, 1) of(1, 2) of(2, 2) of(3, 2) of(4, 2) of(1, 3) of(2, 3) \
    SRNN__HIGH_SHAPES(of)

#define SRNN__FUNCTIONS(rows, vectors)                                                 \
    SRNN__APART void SRNN__VARIANT(tile_##rows##_##vectors)(                           \
        const struct SRNN__VARIANT(tile) *tile)                                        \
    {                                                                                  \
        SRNN__VARIANT(vector) sum[(rows) * (vectors)];                                 \
                                                                                       \
        SRNN__VARIANT(tile_any)(tile, rows, vectors, sum);                             \
    }                                                                                  \
    SRNN__APART void SRNN__VARIANT(outer_##rows##_##vectors)(                          \
        const struct SRNN__VARIANT(outer_tile) *tile)                                  \
    {                                                                                  \
        SRNN__VARIANT(vector) sum[(rows) * (vectors)];                                 \
                                                                                       \
        SRNN__VARIANT(outer_any)(tile, rows, vectors, sum);                            \
    }
SRNN__ALL_SHAPES(SRNN__FUNCTIONS)
#undef SRNN__FUNCTIONS
#endif

/* Runs a tile; `vectors` is 0 for that of a narrow matrix. */
SRNN__RUN void SRNN__VARIANT(tile_run)(const struct SRNN__VARIANT(tile) *tile, size_t rows,
                                    size_t vectors)
{
#if SRNN__SHAPES
#define SRNN__CASE(rows, vectors)                         \
    case 16 * vectors + rows:                             \
        SRNN__VARIANT(tile_##rows##_##vectors)(tile);     \
        break;
#define SRNN__NARROW_CASE(rows)                           \
    case rows:                                            \
        SRNN__VARIANT(narrow_##rows)(tile);               \
        break;
    switch (16 * vectors + rows) {
        SRNN__ALL_SHAPES(SRNN__CASE)
        SRNN__NARROW_SHAPES(SRNN__NARROW_CASE)
    default:
        break;
    }
#undef SRNN__NARROW_CASE
#undef SRNN__CASE
#else
    SRNN__VARIANT(vector) sum[SRNN__TILE_VECTORS];

    if (vectors == 0) {
        SRNN__VARIANT(narrow_any)(tile, rows, sum);
    } else {
        SRNN__VARIANT(tile_any)(tile, rows, vectors, sum);
    }
#endif
}

SRNN__RUN void SRNN__VARIANT(outer_run)(const struct SRNN__VARIANT(outer_tile) *tile, size_t rows,
                                     size_t vectors)
{
#if SRNN__SHAPES
#define SRNN__CASE(rows, vectors)                          \
    case 16 * vectors + rows:                              \
        SRNN__VARIANT(outer_##rows##_##vectors)(tile);     \
        break;
    switch (16 * vectors + rows) {
        SRNN__ALL_SHAPES(SRNN__CASE)
    default:
        break;
    }
#undef SRNN__CASE
#else
    SRNN__VARIANT(vector) sum[SRNN__TILE_VECTORS];

    SRNN__VARIANT(outer_any)(tile, rows, vectors, sum);
#endif
}

/* Lanes that a transpose takes together, each from a row of its own. */
#if SRNN__TILE_COLUMNS < 16
#define SRNN__TOGETHER SRNN__LANES
#else
#define SRNN__TOGETHER 8
#endif

/* Put row k of a matrix [inner x columns] to its places in the packed one: for
 * every tile's width of columns, from the left, [inner x vectors x SRNN__LANES]. A
 * last vector that was moved left repeats columns; one vector alone is padded
 * with zeros. */
void SRNN__VARIANT(pack_row)(const float *row, size_t k, size_t inner, size_t columns,
                             float *panels);
void SRNN__VARIANT(pack_row)(const float *row, size_t k, size_t inner, size_t columns,
                             float *panels)
{
    const size_t n_vectors = (columns + SRNN__LANES - 1) / SRNN__LANES;
    size_t vectors;

    for (size_t first = 0; first < n_vectors; first += vectors) {
        float *to;

        vectors = SRNN__VARIANT(tile_width)(n_vectors - first);
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

/* Pack B [inner x columns], element (k, j) at matrix[k * row_stride + j *
 * column_stride], one of the strides being 1: swapped strides pack a transpose.
 * `panels` takes inner * srnn__panel_columns(columns) floats at most. */
void SRNN__VARIANT(pack)(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                         size_t column_stride, float *panels);
void SRNN__VARIANT(pack)(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                         size_t column_stride, float *panels)
{
    const size_t n_vectors = (columns + SRNN__LANES - 1) / SRNN__LANES;
    size_t vectors;

    if (column_stride == 1) {
        for (size_t k = 0; k < inner; k++) {
            SRNN__VARIANT(pack_row)(matrix + k * row_stride, k, inner, columns, panels);
        }
        return;
    }
    if (columns < SRNN__LANES) {
        for (size_t k = 0; k < inner; k++) {
            for (size_t lane = 0; lane < SRNN__LANES; lane++) {
                panels[k * SRNN__LANES + lane] =
                    lane < columns ? matrix[k + lane * column_stride] : 0.0f;
            }
        }
        return;
    }
    for (size_t first = 0; first < n_vectors; first += vectors) {
        size_t width;

        vectors = SRNN__VARIANT(tile_width)(n_vectors - first);
        width = vectors * SRNN__LANES;
        for (size_t lane = 0; lane < width; lane += SRNN__TOGETHER) {
            const size_t j = first * SRNN__LANES + lane;
            const size_t moved =
                j < (n_vectors - 1) * SRNN__LANES ? 0 : n_vectors * SRNN__LANES - columns;
            const float *const from = matrix + (j - moved) * column_stride;
            float *restrict to = panels + lane;

            for (size_t k = 0; k < inner; k++, to += width) {
                for (size_t i = 0; i < SRNN__TOGETHER; i++) {
                    to[i] = from[k + i * column_stride];
                }
            }
        }
        panels += inner * width;
    }
}

#if SRNN__PACKS
/* out [end - first, out_stride apart][n] = the transpose of rows k < n of `a`,
 * columns from first to end: out[(i - first) * out_stride + k] = a[a_offset[k] +
 * i]. Some rows at a time, so that what is read and what is written comes in
 * pieces of lines. */
void SRNN__VARIANT(transpose)(const float *a, const size_t *a_offset, size_t n, size_t first,
                              size_t end, float *out, size_t out_stride);
void SRNN__VARIANT(transpose)(const float *a, const size_t *a_offset, size_t n, size_t first,
                              size_t end, float *out, size_t out_stride)
{
    size_t k = 0;

    for (; k + SRNN__TOGETHER <= n; k += SRNN__TOGETHER) {
        const size_t *const at = a_offset + k;
        float *restrict to = out + k;

        for (size_t i = first; i < end; i++, to += out_stride) {
            for (size_t lane = 0; lane < SRNN__TOGETHER; lane++) {
                to[lane] = a[at[lane] + i];
            }
        }
    }
    for (; k < n; k++) {
        for (size_t i = first; i < end; i++) {
            out[(i - first) * out_stride + k] = a[a_offset[k] + i];
        }
    }
}
#endif

/* Write to the lines of a tile of `claim`, whose rows lie as those of `end` [rows] do. */
SRNN__APART void SRNN__VARIANT(claim_tile)(float *claim, float *const *end, size_t rows,
                                      size_t width)
{
    for (size_t r = 0; r < rows; r++) {
        float *const row = claim + (end[r] - end[0]);

        SRNN__ROLLED
        for (size_t i = 0; i < width; i += SRNN__CACHE_LINE / sizeof *row) {
            row[i] = 0.0f;
        }
    }
}

/* What multiply() does for one stretch of the chains: terms [n_terms], from
 * the second call on beginning with what `out` holds. When there are fewer
 * columns than lanes, the tiles work on copies of the rows. `claim`, unless NULL, has
 * rows where `out` has them: those of a tile are written to before it. */
SRNN__APART void SRNN__VARIANT(multiply_stretch)(const struct srnn__term *terms, uint32_t n_terms,
                                            const size_t *skipped, const size_t *inner,
                                            const uint32_t *index, size_t n_rows, size_t n_columns,
                                            uint32_t begin, const float *start, float *out,
                                            size_t out_stride, float *claim)
{
    const size_t n_vectors = (n_columns + SRNN__LANES - 1) / SRNN__LANES;
    const int narrow = n_columns < SRNN__LANES;
    static const float zeros[4 * SRNN__LANES] = {0.0f};
    struct SRNN__VARIANT(tile) tile;
    size_t vectors;

    tile.n_terms = n_terms;
    for (size_t first = 0; first < n_vectors; first += vectors) {
        const size_t column = first * SRNN__LANES;
        size_t width;
        size_t tiles;
        size_t rows;
        size_t more;

        vectors = SRNN__VARIANT(tile_width)(n_vectors - first);
        rows = SRNN__VARIANT(tile_height)(n_rows, vectors, &tiles);
        more = n_rows % tiles;
        width = n_columns - column < vectors * SRNN__LANES ? n_columns - column
                                                           : vectors * SRNN__LANES;
        tile.last = narrow ? width : width - SRNN__LANES;
        SRNN__ROLLED
        for (uint32_t t = 0; t < n_terms; t++) {
            tile.panel[t] = terms[t].panels + column * terms[t].inner +
                            skipped[t] * vectors * SRNN__LANES;
            tile.inner[t] = inner[t];
        }
        tile.begin = begin == SRNN__BEGIN_OUT   ? NULL
                     : begin == SRNN__BEGIN_ROW ? start + column
                                                : zeros;
        for (size_t i = 0, row = 0; i < tiles; i++) {
            const size_t height = rows + (i < more);

            if (inner[n_terms - 1] >= SRNN__LONG) {
                /* The next tile's results, which may come from far. */
                for (size_t r = row + height; r < row + 2 * height && r < n_rows; r++) {
                    const float *const next =
                        out + (index ? index[r] : r) * out_stride + column;

                    SRNN__PREFETCH(next);
                    SRNN__PREFETCH(next + width - 1);
                }
            }
            SRNN__ROLLED
            for (size_t r = 0; r < height; r++, row++) {
                const size_t s = index ? index[row] : row;
                float *const end = out + s * out_stride + column;

                SRNN__ROLLED
                for (uint32_t t = 0; t < n_terms; t++) {
                    tile.row[t][r] = terms[t].rows + s * terms[t].stride + skipped[t];
                }
                tile.end[r] = end;
            }
            if (claim != NULL) {
                SRNN__VARIANT(claim_tile)(claim + (tile.end[0] - out), tile.end, height, width);
            }
            SRNN__VARIANT(tile_run)(&tile, height, narrow ? 0 : vectors);
        }
    }
}

/* What multiply() and multiply_claiming() share. */
SRNN__APART void SRNN__VARIANT(multiply_all)(const struct srnn__term *terms, uint32_t n_terms,
                                        const uint32_t *index, size_t n_rows, size_t n_columns,
                                        uint32_t begin, const float *start, float *out,
                                        size_t out_stride, float *claim)
{
    size_t skipped[2] = {0, 0};
    size_t inner[2] = {0, 0};
    size_t total = 0;
    size_t stretch;

    if (n_rows == 0 || n_columns == 0) {
        return;
    }
    for (uint32_t t = 0; t < n_terms; t++) {
        total += terms[t].inner;
    }
    stretch = srnn__stretch(total);
    do {
        /* What is left of the terms, in their order, until the stretch is full. */
        size_t room = stretch;
        for (uint32_t t = 0; t < n_terms; t++) {
            skipped[t] += inner[t];
            inner[t] = terms[t].inner - skipped[t] < room ? terms[t].inner - skipped[t] : room;
            room -= inner[t];
        }
        SRNN__VARIANT(multiply_stretch)(terms, n_terms, skipped, inner, index, n_rows, n_columns,
                                        begin, start, out, out_stride, claim);
        begin = SRNN__BEGIN_OUT;
        claim = NULL;
        total -= stretch - room;
    } while (total > 0);
}

/* For s = index[0], ..., index[n_rows - 1] (0, ..., n_rows - 1 when index is
 * NULL): out [s][n_columns] = the beginning, then for each of the one or two
 * terms in order, for k ascending, a link rows[s][k] * B[k][column]. `begin`
 * says where the chains begin: at what `out` holds, at start [n_columns] for
 * every row, or at +0; `start` is read only for SRNN__BEGIN_ROW. `out` shares
 * no memory with the rest, and index names no row twice. */
void SRNN__VARIANT(multiply)(const struct srnn__term *terms, uint32_t n_terms,
                             const uint32_t *index, size_t n_rows, size_t n_columns, uint32_t begin,
                             const float *start, float *out, size_t out_stride);
void SRNN__VARIANT(multiply)(const struct srnn__term *terms, uint32_t n_terms,
                             const uint32_t *index, size_t n_rows, size_t n_columns, uint32_t begin,
                             const float *start, float *out, size_t out_stride)
{
    SRNN__VARIANT(multiply_all)(terms, n_terms, index, n_rows, n_columns, begin, start, out,
                                out_stride, NULL);
}

/* multiply() of one term, from +0, to rows without gaps. Beside it the rows in the index
 * of claim [.. x n_columns] are written to, each line once: other threads have read them,
 * and to get them back for writing takes long, which is thus done beside the product. A
 * tile's lines at a time, since a processor lets only so many stores wait. */
void SRNN__VARIANT(multiply_claiming)(const struct srnn__term *term, const uint32_t *index,
                                      size_t n_rows, size_t n_columns, float *out, float *claim);
void SRNN__VARIANT(multiply_claiming)(const struct srnn__term *term, const uint32_t *index,
                                      size_t n_rows, size_t n_columns, float *out, float *claim)
{
    SRNN__VARIANT(multiply_all)(term, 1, index, n_rows, n_columns, SRNN__BEGIN_ZERO, NULL, out,
                                n_columns, claim);
}

/* Some of the chains of multiply_row(), up to eight vectors: out [..] += x
 * [inner] times columns of matrix [inner, stride apart]. `last` is the column
 * of the last vector. */
SRNN__INLINE void SRNN__VARIANT(row_chain)(const float *restrict x, size_t inner,
                                           const float *restrict matrix, size_t stride,
                                           size_t last, size_t vectors, float *restrict out)
{
    SRNN__VARIANT(vector) sum[8];

    SRNN__UNROLL
    for (size_t v = 0; v < vectors; v++) {
        SRNN__VARIANT(load_vector)(&sum[v], out + (v + 1 < vectors ? v * SRNN__LANES : last));
    }
    for (size_t k = 0; k < inner; k++) {
        const float factor = x[k];
        SRNN__UNROLL
        for (size_t v = 0; v < vectors; v++) {
            for (size_t lane = 0; lane < SRNN__LANES; lane++) {
                sum[v][lane] =
                    SRNN__FMA(factor, matrix[(v + 1 < vectors ? v * SRNN__LANES : last) + lane],
                              sum[v][lane]);
            }
        }
        matrix += stride;
    }
    SRNN__UNROLL
    for (size_t v = 0; v < vectors; v++) {
        SRNN__VARIANT(store_vector)(out + (v + 1 < vectors ? v * SRNN__LANES : last), &sum[v]);
    }
}

/* A function for every number of vectors, and the choice among them. */
#if SRNN__SHAPES
#define SRNN__ALL_WIDTHS(of) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8)
#define SRNN__FUNCTION(vectors)                                                               \
    SRNN__APART void SRNN__VARIANT(row_##vectors)(const float *x, size_t inner,               \
                                                  const float *matrix, size_t stride,         \
                                                  size_t last, float *out)                    \
    {                                                                                         \
        SRNN__VARIANT(row_chain)(x, inner, matrix, stride, last, vectors, out);               \
    }
SRNN__ALL_WIDTHS(SRNN__FUNCTION)
#undef SRNN__FUNCTION
#endif

SRNN__RUN void SRNN__VARIANT(row_run)(const float *x, size_t inner, const float *matrix,
                                   size_t stride, size_t last, size_t vectors, float *out)
{
#if SRNN__SHAPES
#define SRNN__CASE(vectors)                                               \
    case vectors:                                                         \
        SRNN__VARIANT(row_##vectors)(x, inner, matrix, stride, last, out); \
        break;
    switch (vectors) {
        SRNN__ALL_WIDTHS(SRNN__CASE)
    default:
        break;
    }
#undef SRNN__CASE
#undef SRNN__ALL_WIDTHS
#else
    SRNN__VARIANT(row_chain)(x, inner, matrix, stride, last, vectors, out);
#endif
}

/* multiply_row() for fewer columns than lanes: four chains at a time, then one. */
SRNN__APART void SRNN__VARIANT(multiply_narrow_row)(const float *restrict x, size_t inner,
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

/* out [columns] += x [inner] times matrix [inner x columns], which is not
 * packed: for a single row packing would cost more than it gains. `out` shares
 * no memory with the rest. */
void SRNN__VARIANT(multiply_row)(const float *x, size_t inner, const float *matrix, size_t columns,
                                 float *out);
void SRNN__VARIANT(multiply_row)(const float *x, size_t inner, const float *matrix, size_t columns,
                                 float *out)
{
    if (columns < SRNN__LANES) {
        SRNN__VARIANT(multiply_narrow_row)(x, inner, matrix, columns, out);
        return;
    }
    for (size_t column = 0; column < columns;) {
        const size_t left = columns - column;
        size_t vectors = (left + SRNN__LANES - 1) / SRNN__LANES;
        size_t width = left;

        /* Leave no less than one whole vector for the last time. */
        if (vectors > 8) {
            vectors = vectors == 9 ? 4 : 8;
            width = vectors * SRNN__LANES;
        }
        SRNN__VARIANT(row_run)(x, inner, matrix + column, columns, width - SRNN__LANES, vectors,
                               out + column);
        column += width;
    }
}

/* outer() for fewer columns than lanes: the lanes go down the rows instead,
 * over a transposed copy of the results. */
SRNN__APART void SRNN__VARIANT(outer_narrow)(const float *a, const size_t *a_offset, const float *b,
                                        const size_t *b_offset, size_t n, size_t row_first,
                                        size_t row_end, size_t n_columns, float *out,
                                        size_t out_stride)
{
    const size_t n_vectors = (row_end - row_first + SRNN__LANES - 1) / SRNN__LANES;
    float copy[SRNN__NARROW_VECTORS * SRNN__LANES];
    struct SRNN__VARIANT(outer_tile) tile;
    size_t vectors;

    tile.a_offset = b_offset;
    tile.b_offset = a_offset;
    tile.n = n;
    tile.out = copy;
    for (size_t first = 0; first < n_vectors; first += vectors) {
        const size_t row = row_first + first * SRNN__LANES;
        size_t most;
        size_t tiles;
        size_t height;
        size_t more;
        size_t length;

        vectors = n_vectors - first == 1 || n_vectors - first == 3 ? n_vectors - first : 2;
        most = vectors == 1 ? SRNN__NARROW_ROWS : SRNN__NARROW_VECTORS / vectors;
        tiles = (n_columns + most - 1) / most;
        height = n_columns / tiles;
        more = n_columns % tiles;
        length = vectors * SRNN__LANES;
        if (length > row_end - row) {
            length = row_end - row;
        }
        tile.b = a + row;
        tile.out_stride = length;
        tile.last = length - SRNN__LANES;
        for (size_t i = 0, column = 0; i < tiles; i++) {
            const size_t count = height + (i < more);
            float *const corner = out + row * out_stride + column;

            SRNN__ROLLED
            for (size_t r = 0; r < length; r++) {
                SRNN__ROLLED
                for (size_t j = 0; j < count; j++) {
                    copy[j * length + r] = corner[r * out_stride + j];
                }
            }
            tile.a = b + column;
            SRNN__VARIANT(outer_run)(&tile, count, vectors);
            SRNN__ROLLED
            for (size_t r = 0; r < length; r++) {
                SRNN__ROLLED
                for (size_t j = 0; j < count; j++) {
                    corner[r * out_stride + j] = copy[j * length + r];
                }
            }
            column += count;
        }
    }
}

/* Whether outer() takes the last columns with lanes down the rows: when they would
 * fill at most a quarter of a vector (50 columns are 48 and 2) and the rows one. */
static inline int SRNN__VARIANT(goes_down)(size_t n_columns, size_t n_rows)
{
    const size_t rest = n_columns % SRNN__LANES;

    return n_columns > SRNN__LANES && rest > 0 && rest <= SRNN__LANES / 4 &&
           n_rows >= SRNN__LANES;
}

/* out [row][n_columns] += sum over k, in list order, of a[a_offset[k] + row] *
 * b[b_offset[k] + column], for rows from row_first to row_end; rows of `out`
 * are out_stride apart. `out` shares no memory with the rest. */
void SRNN__VARIANT(outer)(const float *a, const size_t *a_offset, const float *b,
                          const size_t *b_offset, size_t n, size_t row_first, size_t row_end,
                          size_t n_columns, float *out, size_t out_stride);
void SRNN__VARIANT(outer)(const float *a, const size_t *a_offset, const float *b,
                          const size_t *b_offset, size_t n, size_t row_first, size_t row_end,
                          size_t n_columns, float *out, size_t out_stride)
{
    const size_t stretch = srnn__stretch(n);
    size_t n_vectors;
    struct SRNN__VARIANT(outer_tile) tile;

    if (row_first >= row_end || n_columns == 0) {
        return;
    }
    if (SRNN__VARIANT(goes_down)(n_columns, row_end - row_first)) {
        const size_t rest = n_columns % SRNN__LANES;

        n_columns -= rest;
        SRNN__VARIANT(outer_narrow)(a, a_offset, b + n_columns, b_offset, n, row_first, row_end,
                                    rest, out + n_columns, out_stride);
    }
    n_vectors = (n_columns + SRNN__LANES - 1) / SRNN__LANES;
    if (n_columns < SRNN__LANES && row_end - row_first >= SRNN__LANES) {
        SRNN__VARIANT(outer_narrow)(a, a_offset, b, b_offset, n, row_first, row_end, n_columns, out,
                                    out_stride);
        return;
    }
    if (n_columns < SRNN__LANES) {
        for (size_t k = 0; k < n; k++) {
            for (size_t i = row_first; i < row_end; i++) {
                const float factor = a[a_offset[k] + i];
                for (size_t j = 0; j < n_columns; j++) {
                    out[i * out_stride + j] =
                        SRNN__FMA(factor, b[b_offset[k] + j], out[i * out_stride + j]);
                }
            }
        }
        return;
    }
    tile.out_stride = out_stride;
    for (size_t k = 0; k < n; k += tile.n) {
        size_t vectors;

        tile.n = n - k < stretch ? n - k : stretch;
        tile.a_offset = a_offset + k;
        tile.b_offset = b_offset + k;
        for (size_t first = 0; first < n_vectors; first += vectors) {
            const size_t column = first * SRNN__LANES;
            size_t tiles;
            size_t rows;
            size_t more;

            vectors = SRNN__VARIANT(tile_width)(n_vectors - first);
            rows = SRNN__VARIANT(tile_height)(row_end - row_first, vectors, &tiles);
            more = (row_end - row_first) % tiles;
            tile.b = b + column;
            tile.last = (vectors - 1) * SRNN__LANES;
            if (first + vectors == n_vectors) {
                tile.last = n_columns - SRNN__LANES - column;
            }
            for (size_t i = 0, row = row_first; i < tiles; i++) {
                const size_t height = rows + (i < more);

                tile.a = a + row;
                tile.out = out + row * out_stride + column;
                SRNN__VARIANT(outer_run)(&tile, height, vectors);
                row += height;
            }
        }
    }
}

#if SRNN__SHAPES
#undef SRNN__HIGH_SHAPES
#undef SRNN__ALL_SHAPES
#undef SRNN__NARROW_SHAPES
#endif
#undef SRNN__LANES
#undef SRNN__TILE_VECTORS
#undef SRNN__FOUR_WIDE
#undef SRNN__NARROW_ROWS
#undef SRNN__NARROW_VECTORS
#undef SRNN__TOGETHER
#undef SRNN__LONG
#undef SRNN__PREFETCH
#undef SRNN__SHAPES
#undef SRNN__WHOLE_VECTORS
#undef SRNN__INLINE
#undef SRNN__UNROLL
#undef SRNN__FORGET
#undef SRNN__RUN
