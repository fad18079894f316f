/* outer_narrow.h - outer() with the lanes down the rows, and the choice among its ways
 *
 * A template: comes after outer.h. */

/* The shape of the tiles of outer_narrow(): most vectors, and most columns of the result where
 * there is one vector. The tile is a copy on the stack, at most 4 vectors of 16 lanes or 6 of 8:
 * 256 and 192 bytes of a frame that must stay below 512. */
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

/* to[r * to_row + j * to_column] = from[r * from_row + j * from_column]. */
static SRNN__INLINE void copy_block(const float *from, size_t from_row, size_t from_column,
                                    float *to, size_t to_row, size_t to_column, size_t rows,
                                    size_t columns)
{
    SRNN__LOOP_ROLLED
    for (size_t r = 0; r < rows; r++) {
        SRNN__LOOP_ROLLED
        for (size_t j = 0; j < columns; j++) {
            to[r * to_row + j * to_column] = from[r * from_row + j * from_column];
        }
    }
}

/* A tile of the transposed result. tile->out is a copy [columns][rows], of the block of the result
 * whose rows are `stride` apart. */
static SRNN__NOINLINE void outer_narrow_tile(const struct outer_tile *tile, size_t columns,
                                             size_t vectors, float *block, size_t stride)
{
    const size_t rows = tile->out_stride;

    copy_block(block, stride, 1, tile->out, 1, rows, rows, columns);
    outer_run(tile, columns, vectors);
    copy_block(tile->out, 1, rows, block, stride, 1, rows, columns);
}

/* outer() of few columns and at least as many rows as lanes: the factors swap places, so that the
 * lanes go down the rows. */
static SRNN__NOINLINE void outer_narrow(const struct outer_tile *part, size_t n_rows,
                                        size_t n_columns)
{
    const size_t n_vectors = (n_rows + SRNN__LANES - 1) / SRNN__LANES;
    const size_t stride = part->out_stride;
    float copy[SRNN__NARROW_VECTORS * SRNN__LANES];
    struct outer_tile tile = {.a_offset = part->b_offset, .b_offset = part->a_offset,
                              .n = part->n, .out = copy};
    size_t vectors;

    for (size_t first = 0; first < n_vectors; first += vectors) {
        const size_t row = first * SRNN__LANES;
        const size_t remaining = n_vectors - first;
        size_t most;
        size_t tiles;

        vectors = remaining == 1 || remaining == 3 ? remaining : 2;
        most = vectors == 1 ? SRNN__NARROW_ROWS : SRNN__NARROW_VECTORS / vectors;
        tiles = (n_columns + most - 1) / most;
        tile.b = part->a + row;
        tile.out_stride = vectors * SRNN__LANES;
        if (tile.out_stride > n_rows - row) {
            tile.out_stride = n_rows - row;
        }
        tile.last = tile.out_stride - SRNN__LANES;
        for (size_t i = 0, column = 0; i < tiles; i++) {
            const size_t columns = n_columns / tiles + (i < n_columns % tiles);

            tile.a = part->b + column;
            outer_narrow_tile(&tile, columns, vectors, part->out + row * stride + column, stride);
            column += columns;
        }
    }
}

/* The last columns of outer() that are computed as a narrow matrix of their own: those that would
 * fill at most a quarter of a vector (of 50 columns the last 2) where the rows fill one. */
static inline size_t narrow_remainder(size_t n_columns, size_t n_rows)
{
    const size_t remainder = n_columns % SRNN__LANES;

    return n_columns > SRNN__LANES && remainder <= SRNN__LANES / 4 && n_rows >= SRNN__LANES
               ? remainder
               : 0;
}

/* The outer() of kernels.h. */
static void outer(const float *a, const size_t *a_offset, const float *b, const size_t *b_offset,
                  size_t n, size_t row_first, size_t row_end, size_t n_columns, float *out,
                  size_t out_stride)
{
    struct outer_tile part = {.a = a + row_first, .a_offset = a_offset, .b = b,
                              .b_offset = b_offset, .n = n, .out = out + row_first * out_stride,
                              .out_stride = out_stride};
    const size_t n_rows = row_end - row_first;
    size_t narrow;

    if (row_first >= row_end) {
        return;
    }
    if (n_columns >= SRNN__LANES) {
        narrow = narrow_remainder(n_columns, n_rows);
        outer_wide(part, n_rows, n_columns - narrow);
    } else if (n_rows >= SRNN__LANES) {
        narrow = n_columns;
    } else {
        narrow = 0;
        outer_small(&part, n_rows, n_columns);
    }
    if (narrow > 0) {
        part.b += n_columns - narrow;
        part.out += n_columns - narrow;
        outer_narrow(&part, n_rows, narrow);
    }
}
