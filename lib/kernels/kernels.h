/* kernels.h - the arithmetic of the network, in one table per instruction set
 *
 * The kernels are plain C99 loops, written once as templates (README.md) and compiled once for each
 * instruction set. All have the same bits: the lanes of a vector are independent results, and each
 * result is one chain in one order. */
#ifndef SRNN_KERNELS_H
#define SRNN_KERNELS_H

#include "base/arithmetic.h"
#include "base/base.h"
#include "base/compiler.h"
#include "base/processor.h"

#include <string.h>

/* One term of a product: row r of the result += the sum over k < inner, ascending, of
 * rows[r * stride + k] times row k of a packed matrix. */
struct srnn__term {
    const float *rows; /* [rows x inner], rows `stride` apart */
    size_t stride;
    size_t inner;
    const float *panels; /* the matrix [inner x columns], packed */
};

/* Where the chains of a product begin: at what `out` holds, at one row for all rows, or at zero. */
#define SRNN__BEGIN_OUT 0u
#define SRNN__BEGIN_ROW 1u
#define SRNN__BEGIN_ZERO 2u

/* Whether the compact kernels are the only ones of the build, as on microcontrollers. */
#define SRNN__ONLY_COMPACT (SRNN__COMPACT && !SRNN__HAVE_AVX2)

/* Whether passes take short cuts, which save time and cost code (passes/README.md). Builds for size
 * leave them out. Every result has the same bits without them. */
#define SRNN__SHORT_CUTS (!SRNN__ONLY_COMPACT)

/* Whether a layer is wide. The weights' gradients of a wide layer may be long products of packed
 * factors (packed_from, below): unpacked rows that long would fall on the same cache sets and on a
 * page each. From 60 to 84 % of the peak at 64-1024-64, together with the stretches below and with
 * AVX-512 kernels (a core of 117 GFLOP/s, gcc 12). */
#define SRNN__WIDE 256u
static inline int srnn__is_wide(uint32_t hidden)
{
    return !SRNN__ONLY_COMPACT && hidden >= SRNN__WIDE;
}

/* The columns of a packed matrix, padding included. A matrix with fewer columns than lanes is
 * padded to one vector, of at most 16 floats; compact kernels pad nothing. No overflow: the sizes
 * are those of a model. */
#define SRNN__PANEL_MULTIPLE (SRNN__ONLY_COMPACT ? (size_t)1 : (size_t)16)
static inline size_t srnn__panel_columns(size_t columns)
{
    return (columns + SRNN__PANEL_MULTIPLE - 1) & ~(SRNN__PANEL_MULTIPLE - 1);
}

/* Whether a packed matrix may be cut at every multiple of SRNN__CUT columns that leaves at least as
 * many. Tiles end at those columns, so that the parts, each packed alone, are together the same
 * floats in the same order: a task can pack and multiply each. A matrix of compact kernels cannot
 * be cut, as they pack row by row. Nor can one whose last part avx512.c would take for a narrow
 * matrix, which it packs in another way. */
#define SRNN__CUT 64u
static inline int srnn__packs_in_parts(uint32_t instructions, uint32_t columns)
{
    return !(SRNN__COMPACT && instructions == SRNN_INSTRUCTIONS_BASELINE) &&
           (columns % 16 == 0 || columns % 16 > 8);
}

/* The links of a chain of n that a product computes at a time, before it goes on to the next tile.
 * A longer stretch loads and stores the results less often; a shorter one keeps the factors in the
 * caches: a panel of 256 links takes 16 KiB with AVX2 and 64 KiB with AVX-512. A chain of at most
 * SRNN__STRETCH links is one stretch. A longer one is cut into stretches of about 256 links and at
 * most SRNN__STRETCH, all equal but for a shorter last one. */
#define SRNN__STRETCH 320u
static SRNN__INLINE_IN_KERNELS size_t srnn__stretch(size_t n)
{
    const size_t stretches = (n + (SRNN__STRETCH - 129)) / 256;

    return stretches <= 1 ? n : (n + stretches - 1) / stretches;
}

/* One step of back-propagation over some sequences. Arrays without a shape are [sequences x width];
 * the rows in `index` [rows] are read and written. */
struct srnn__sweep {
    uint32_t activation;
    size_t width;
    const uint32_t *index;
    size_t rows;
    const float *hidden;     /* h_t */
    float *carried;          /* in: q_{t+1}, the error that came through w_rec; out, if there is no
                                g_t: d_t */
    float *error;            /* in: g_t, the error that came from the logits; out: v_t */
    uint32_t no_logit_error; /* set if there is no g_t; then `error` is not read, and
                                hidden_gradient is NULL */
    float *hidden_gradient;  /* in: the caller's own error; out: d_t. Or NULL */
    double *squared_errors;  /* out: [sequences] |d_t|^2. Or NULL: then d_t has no bound either */
    double *squared_bounds;  /* [sequences] the most that |d_t|^2 may be; what enters at this step
                                raises it first. Or NULL: no bound */
    double squared_growth;   /* |d_t|^2 may be so many times the squared norm of what entered */
};

/* Omega's terms at one step, with arrays as above. */
struct srnn__omega {
    uint32_t activation;
    size_t width;
    const uint32_t *index;
    size_t rows;
    const float *propagated;      /* q_t */
    const float *hidden_before;   /* h_{t-1}; NULL: compare after the nonlinearity */
    const float *error;           /* v_t */
    const double *squared_errors; /* [sequences] |d_t|^2, read when hidden_before is NULL */
    double *squared_inputs;       /* [sequences] used when hidden_before is set. In: |v_t|^2, or
                                     negative if it is to be computed; out: |p_t|^2 */
    float *error_before; /* out: p_t, which may go to left_factor, and does when hidden_before is
                            NULL */
    float *left_factor;  /* out: the left factor of the outer product with v_t */
    double *scratch;     /* [3 x rows] */
    uint32_t compares_squares; /* set if Omega compares squared norms */
    double bound;              /* least |v_t|^2 or |d_t|^2 that counts as signal */
    double *terms;             /* [sequences] += the term of Omega where there is signal */
    double *signals;           /* [sequences] += 1 where there is signal */
};

struct srnn__kernels {
    /* Pack a matrix [inner x columns] with element (k, j) at matrix[k * row_stride + j *
     * column_stride]; one of the strides is 1, so that swapped strides pack the transpose. `panels`
     * has inner * srnn__panel_columns(columns) floats. */
    void (*pack)(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                 size_t column_stride, float *panels);
    /* Wide layers of at least so many hidden units compute their weights' gradients by pack_row(),
     * transpose() and multiply(); others by outer(). UINT32_MAX: none does, and the two functions
     * are not set. None of the three is set where all kernels are compact. */
    uint32_t packed_from;
    /* Copy row k of a matrix [inner x columns] to its places in the packed one. */
    void (*pack_row)(const float *row, size_t k, size_t inner, size_t columns, float *panels);
    /* out[(i - first) * out_stride + k] = a[a_offset[k] + i] for k < n and i from `first` to
     * `end`. */
    void (*transpose)(const float *a, const size_t *a_offset, size_t n, size_t first, size_t end,
                      float *out, size_t out_stride);
    /* out row s [n_columns] = the beginning + the one or two terms in their order, for s in index
     * [n_rows], which names no row twice, or for s < n_rows if that is NULL. `start` [n_columns] is
     * read for SRNN__BEGIN_ROW. `out` shares no memory with the rest. */
    void (*multiply)(const struct srnn__term *terms, uint32_t n_terms, const uint32_t *index,
                     size_t n_rows, size_t n_columns, uint32_t begin, const float *start,
                     float *out, size_t out_stride);
    /* multiply() of one term, from zero, to rows without gaps. Meanwhile it requests ownership of
     * the cache lines of the same rows of owned [.. x n_columns], by writing something to each:
     * other cores have read them, and the caller writes them next. Not set where all kernels are
     * compact. */
    void (*multiply_and_own)(const struct srnn__term *term, const uint32_t *index, size_t n_rows,
                             size_t n_columns, float *out, float *owned);
    /* out[i * out_stride + j] += the sum over k < n, in list order, of a[a_offset[k] + i] *
     * b[b_offset[k] + j], for i from row_first to row_end and j < n_columns. `out` shares no
     * memory with the rest. */
    void (*outer)(const float *a, const size_t *a_offset, const float *b, const size_t *b_offset,
                  size_t n, size_t row_first, size_t row_end, size_t n_columns, float *out,
                  size_t out_stride);
    /* The activation `kind` of row [n], in place. */
    void (*activate)(uint32_t kind, float *row, size_t n);
    void (*sweep)(const struct srnn__sweep *sweep);
    void (*omega)(const struct srnn__omega *omega);
    /* Bound the elements of the rows in `index` [rows] of values [.. x n] to +/- limit. */
    void (*bound_rows)(float *values, size_t n, const uint32_t *index, size_t rows, float limit);
    /* out [n] += row [n]. */
    void (*add_row)(const float *row, size_t n, float *out);
    /* out [columns] += the n rows at `rows` + offset[k], in list order. */
    void (*sum_rows)(const float *rows, const size_t *offset, size_t n, size_t columns, float *out);
    /* out = softmax(logits) for rows [rows x n], in place or not. log_sums [rows] = log(sum_i
     * exp(z_i)) of each row, unless it is NULL. */
    void (*softmax)(const float *logits, size_t rows, size_t n, float *out, double *log_sums);
    /* The logistic losses of a row against targets [n] in [0, 1], added in order:
     * max(z, 0) - z target + log(1 + exp(-|z|)). */
    double (*logistic_loss)(const float *logits, const float *target, size_t n);
};

/* Fill in the table of an available instruction set. A table lives on the stack of a pass: a
 * constant one would need relocation, and the library keeps no data. */
void srnn__kernels_load(uint32_t instructions, struct srnn__kernels *kernels);

/* The kernels of a streamed step, which has one row and packs nothing. */
struct srnn__step_kernels {
    /* out [columns] += x [inner] times matrix [inner x columns], not packed. `out` shares no memory
     * with the rest. */
    void (*multiply_row)(const float *x, size_t inner, const float *matrix, size_t columns,
                         float *out);
    void (*activate)(uint32_t kind, float *row, size_t n);
};

void srnn__step_kernels_load(uint32_t instructions, struct srnn__step_kernels *kernels);

#endif
