/* multiply.h - matrix products: rows times packed matrices, by tiles
 *
 * A template: comes after multiply_tile.h. */

/* Chains at least this long give prefetched results of the next tile the time to arrive from
 * memory. Trades that wait against two instructions per row of a tile. */
#define SRNN__LONG_CHAIN 128

/* A product of multiply() or multiply_and_own() (kernels.h), and its current stretch: the links
 * from skipped[t] to skipped[t] + inner[t] of the chains of each term t. */
struct product {
    const struct srnn__term *terms;
    uint32_t n_terms;
    uint32_t begin; /* SRNN__BEGIN_..., of the first stretch; the others begin at `out` */
    const float *start;
    const uint32_t *index;
    size_t n_rows;
    size_t n_columns;
    float *out;
    size_t out_stride;
    float *owned; /* NULL, or its lines are requested during the first stretch */
    size_t skipped[2];
    size_t inner[2];
};

/* Row i of the product is this row of `out` and of the terms. */
static inline size_t row_at(const struct product *product, size_t i)
{
    return product->index != NULL ? product->index[i] : i;
}

/* Prefetch the results [.. x width] of the rows from `row` to `end`, from `column` on. */
static inline void prefetch_rows(const struct product *product, size_t row, size_t end,
                                 size_t column, size_t width)
{
    for (; row < end && row < product->n_rows; row++) {
        const size_t s = row_at(product, row);
        const float *const next = product->out + s * product->out_stride + column;

        SRNN__PREFETCH(next);
        SRNN__PREFETCH(next + width - 1);
    }
}

/* Write to every cache line of a tile of `owned`, whose rows lie as those of out [rows] do. */
static SRNN__NOINLINE void own_tile(float *owned, float *const *out, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++) {
        float *const row = owned + (out[r] - out[0]);

        SRNN__LOOP_ROLLED
        for (size_t i = 0; i < width; i += SRNN__CACHE_LINE / sizeof *row) {
            row[i] = 0.0f;
        }
    }
}

/* The tiles of one panel: of all rows, and of `vectors` vectors of columns from `column` on. */
static inline void multiply_panel(const struct product *product, struct tile *tile, size_t column,
                                  size_t width, size_t vectors)
{
    const int is_long = product->inner[product->n_terms - 1] >= SRNN__LONG_CHAIN;
    size_t tiles;
    const size_t least = tile_height(product->n_rows, vectors, &tiles);
    const size_t more = product->n_rows % tiles;

    for (size_t i = 0, row = 0; i < tiles; i++) {
        const size_t height = least + (i < more);

        if (is_long) {
            prefetch_rows(product, row + height, row + 2 * height, column, width);
        }
        SRNN__LOOP_ROLLED
        for (size_t r = 0; r < height; r++, row++) {
            const size_t s = row_at(product, row);

            SRNN__LOOP_ROLLED
            for (uint32_t t = 0; t < product->n_terms; t++) {
                const struct srnn__term *const term = &product->terms[t];

                tile->row[t][r] = term->rows + s * term->stride + product->skipped[t];
            }
            tile->out[r] = product->out + s * product->out_stride + column;
        }
        if (product->owned != NULL) {
            own_tile(product->owned + (tile->out[0] - product->out), tile->out, height, width);
        }
        tile_run(tile, height, product->n_columns < SRNN__LANES ? 0 : vectors);
    }
}

/* One stretch of the chains of a product. */
static SRNN__NOINLINE void multiply_stretch(const struct product *product)
{
    static const float zeros[4 * SRNN__LANES] = {0.0f};
    const size_t n_columns = product->n_columns;
    const size_t n_vectors = (n_columns + SRNN__LANES - 1) / SRNN__LANES;
    struct tile tile;
    size_t vectors;

    tile.n_terms = product->n_terms;
    for (size_t first = 0; first < n_vectors; first += vectors) {
        const size_t column = first * SRNN__LANES;
        size_t width;

        vectors = tile_width(n_vectors - first);
        width = vectors * SRNN__LANES;
        if (width > n_columns - column) {
            width = n_columns - column;
        }
        tile.last = n_columns < SRNN__LANES ? width : width - SRNN__LANES;
        SRNN__LOOP_ROLLED
        for (uint32_t t = 0; t < product->n_terms; t++) {
            tile.panel[t] = product->terms[t].panels + column * product->terms[t].inner +
                            product->skipped[t] * vectors * SRNN__LANES;
            tile.inner[t] = product->inner[t];
        }
        tile.begin = product->begin == SRNN__BEGIN_OUT   ? NULL
                     : product->begin == SRNN__BEGIN_ROW ? product->start + column
                                                         : zeros;
        multiply_panel(product, &tile, column, width, vectors);
    }
}

/* A product in stretches of its chains, which run over the terms in their order. */
static SRNN__NOINLINE void multiply_stretches(struct product *product)
{
    size_t total = 0;
    size_t stretch;

    if (product->n_rows == 0) {
        return;
    }
    for (uint32_t t = 0; t < product->n_terms; t++) {
        total += product->terms[t].inner;
    }
    stretch = srnn__stretch(total);
    do {
        size_t room = stretch;

        for (uint32_t t = 0; t < product->n_terms; t++) {
            size_t inner;

            product->skipped[t] += product->inner[t];
            inner = product->terms[t].inner - product->skipped[t];
            product->inner[t] = inner < room ? inner : room;
            room -= product->inner[t];
        }
        multiply_stretch(product);
        product->begin = SRNN__BEGIN_OUT;
        product->owned = NULL;
        total -= stretch - room;
    } while (total > 0);
}

/* The multiply() of kernels.h. */
static void multiply(const struct srnn__term *terms, uint32_t n_terms, const uint32_t *index,
                     size_t n_rows, size_t n_columns, uint32_t begin, const float *start,
                     float *out, size_t out_stride)
{
    struct product product = {.terms = terms, .n_terms = n_terms, .begin = begin, .start = start,
                              .index = index, .n_rows = n_rows, .n_columns = n_columns,
                              .out = out, .out_stride = out_stride};

    multiply_stretches(&product);
}

/* The multiply_and_own() of kernels.h. Other cores have those cache lines, and a request for
 * ownership takes long. Here it overlaps the product, a tile at a time so that the store buffer
 * does not fill. */
static void multiply_and_own(const struct srnn__term *term, const uint32_t *index, size_t n_rows,
                             size_t n_columns, float *out, float *owned)
{
    struct product product = {.terms = term, .n_terms = 1, .begin = SRNN__BEGIN_ZERO,
                              .index = index, .n_rows = n_rows, .n_columns = n_columns,
                              .out = out, .out_stride = n_columns, .owned = owned};

    multiply_stretches(&product);
}
