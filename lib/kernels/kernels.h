/* kernels.h - the arithmetic of the network, in one table per instruction set
 *
 * The kernels are plain C99 loops, written once (product.h,
 * elementary.h, rows.h) and compiled once for each instruction
 * set. Every variant gives the same bits: vector lanes go across independent
 * results, and each result is one chain in one order. */
#ifndef SRNN_KERNELS_H
#define SRNN_KERNELS_H

#include "base/arithmetic.h"
#include "base/base.h"
#include "base/compiler.h"
#include "base/processor.h"
#include "kernels/scalar.h"

#include <string.h>

/* One term of a product: row r of the result gains rows[r * stride + k] times
 * row k of a packed matrix, for k ascending below `inner`. */
struct srnn__term {
    const float *rows; /* [rows x inner], rows `stride` apart */
    size_t stride;
    size_t inner;
    const float *panels; /* the matrix [inner x columns], packed */
};

/* Where the chains of a product begin: at what `out` holds, at one row for all
 * rows, or at zero. */
#define SRNN__BEGIN_OUT 0u
#define SRNN__BEGIN_ROW 1u
#define SRNN__BEGIN_ZERO 2u

/* Whether the compact kernels are the only ones of the build: no tiles, so nothing is
 * padded, and no products so long that it would pay to pack them. */
#define SRNN__ONLY_COMPACT (SRNN__COMPACT && !SRNN__HAVE_AVX2)

/* Whether the weights' gradients of a layer of so many hidden units are long products of packed
 * factors, in kernels that have pack_row: rows that far apart fall on the same cache sets and on a
 * page each. Chosen with `make bench`. Small code has no such products. */
static inline int srnn__long_products(uint32_t hidden)
{
    return !SRNN__ONLY_COMPACT && hidden >= 256;
}

/* Whether multiply_claiming() differs from multiply(). */
static inline int srnn__claims_lines(void)
{
    return !SRNN__ONLY_COMPACT;
}

/* How many of n rows softmax takes at a time: all, since they fill vectors together; small code has
 * no vectors. */
static inline uint32_t srnn__softmax_rows(uint32_t n)
{
    return SRNN__ONLY_COMPACT ? 1 : n;
}

/* The floats that a packed matrix [inner x columns] takes, in every variant of
 * the build; the sizes are those of a model and do not overflow when the columns
 * are rounded up to a multiple of 16. */
static inline size_t srnn__panel_columns(size_t columns)
{
    return SRNN__ONLY_COMPACT ? columns : (columns + 15) & ~(size_t)15;
}

/* How many of n links of its chains a long product takes at a time, between a load and
 * a store of their results, so that what they read stays in the caches: the fewest even
 * parts that are no longer than SRNN__STRETCH, all of about 256. */
#define SRNN__STRETCH 320u
static inline size_t srnn__stretch(size_t n)
{
    const size_t parts = (n + (SRNN__STRETCH - 129)) / 256;
    return parts <= 1 ? n : (n + parts - 1) / parts;
}

/* One step of back-propagation over some sequences; all rows [sequences x
 * width], those in `index` [rows] are touched. */
struct srnn__sweep {
    uint32_t activation;
    size_t width;
    const uint32_t *index;
    size_t rows;
    const float *hidden;  /* h_t */
    const float *carried; /* q_{t+1}: the error that came through w_rec */
    float *error;         /* in: g_t, the error that came from the logits; out: v_t */
    uint32_t silent;      /* no g_t came, `error` is not read; `kept` is NULL then */
    float *kept;          /* in: the caller's error, out: d_t; or NULL */
    double *squares;      /* [sequences] |d_t|^2, or NULL */
    float limit;          /* bound on the error from the logits; 0: none */
};

/* Omega's terms at one step; rows as above. */
struct srnn__omega {
    uint32_t activation;
    size_t width;
    const uint32_t *index;
    size_t rows;
    const float *propagated; /* q_t */
    const float *before;     /* h_{t-1}, or NULL: compare after the nonlinearity */
    const float *error;      /* v_t */
    const double *squares;   /* [sequences] |d_t|^2; read when before is NULL */
    double *norms;           /* [sequences] |v_t|^2 where known, else negative; out: that of
                                p_t. When before is set */
    float *reached;          /* out: p_t; may be `left`, which it is when before is NULL and
                                where all kernels are compact */
    float *left;             /* out: left factor of the outer product with v_t */
    double *scratch;         /* [3 x rows] for numerators, denominators and factors */
    uint32_t squared;
    double bound;
    double *terms;   /* [sequences] += (ratio - 1)^2 */
    double *signals; /* [sequences] += 1 where there is signal */
};

struct srnn__kernels {
    /* Pack [inner x columns], element (k, j) at matrix[k * row_stride + j *
     * column_stride], so that swapped strides pack the transpose. */
    void (*pack)(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                 size_t column_stride, float *panels);
    /* Put row k of a matrix [inner x columns] to its places in the packed one. This and
     * the next are NULL where a wide layer's weight gradients are no faster by multiply(),
     * of packed and transposed factors, than by outer(). */
    void (*pack_row)(const float *row, size_t k, size_t inner, size_t columns, float *panels);
    /* out[(i - first) * out_stride + k] = a[a_offset[k] + i] for k below n and i
     * from first to end. */
    void (*transpose)(const float *a, const size_t *a_offset, size_t n, size_t first, size_t end,
                      float *out, size_t out_stride);
    /* out row s = begin + sum over terms, for s in index [rows]. */
    void (*multiply)(const struct srnn__term *terms, uint32_t n_terms, const uint32_t *index,
                     size_t n_rows, size_t n_columns, uint32_t begin, const float *start,
                     float *out, size_t out_stride);
    /* The same of one term, from zero, out [.. x n_columns]; beside it the rows in `index` of
     * claim [.. x n_columns], which the caller writes next and other threads have read, are
     * asked for, by writing something to them. */
    void (*multiply_claiming)(const struct srnn__term *term, const uint32_t *index, size_t n_rows,
                              size_t n_columns, float *out, float *claim);
    /* out[i][j] += sum over k in list order of a[a_offset[k] + i] *
     * b[b_offset[k] + j], for rows i from row_first to row_end. */
    void (*outer)(const float *a, const size_t *a_offset, const float *b, const size_t *b_offset,
                  size_t n, size_t row_first, size_t row_end, size_t n_columns, float *out,
                  size_t out_stride);
    void (*activate)(uint32_t kind, float *row, size_t n);
    void (*sweep)(const struct srnn__sweep *sweep);
    void (*omega)(const struct srnn__omega *omega);
    void (*bound_rows)(float *values, size_t n, const uint32_t *index, size_t rows, float limit);
    void (*add_row)(const float *row, size_t n, float *out);
    void (*sum_rows)(const float *rows, const size_t *offset, size_t n, size_t columns, float *out);
    void (*softmax)(const float *logits, size_t rows, size_t n, float *out, double *log_sums);
    double (*logistic_loss)(const float *logits, const float *target, size_t n);
};

/* Fill in the table of an available instruction set. A table lives on the stack
 * of a stage: a constant one would need relocation, and the library keeps no
 * data. */
void srnn__kernels_load(uint32_t instructions, struct srnn__kernels *kernels);

/* The kernels of a streamed step, which has one row and packs nothing. */
struct srnn__step_kernels {
    /* out [columns] += x [inner] times matrix [inner x columns], not packed. */
    void (*multiply_row)(const float *x, size_t inner, const float *matrix, size_t columns,
                         float *out);
    void (*activate)(uint32_t kind, float *row, size_t n);
};

void srnn__step_kernels_load(uint32_t instructions, struct srnn__step_kernels *kernels);

#endif
