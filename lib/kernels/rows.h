/* rows.h - small operations on rows
 *
 * A template: comes after outer(), of outer_narrow.h or compact_products.h, with SRNN__FMA. */

/* error * f'(a), with f' computed from h = f(a): 1 - h^2 for tanh, h (1 - h) for the logistic
 * function, 1 or 0 for relu, 1 for linear. */
static inline float slope_of(uint32_t activation, float error, float hidden)
{
    switch (activation) {
    case SRNN_HIDDEN_TANH:
        return error * SRNN__FMA(-hidden, hidden, 1.0f);
    case SRNN_HIDDEN_SIGMOID:
        return error * (hidden * (1.0f - hidden));
    case SRNN_HIDDEN_RELU:
        return hidden > 0.0f ? error : 0.0f;
    default:
        return error;
    }
}

/* out = error * f'(a) for rows [n]; `out` may be `error`. An error of -0 becomes 0, as it would in
 * a sum with 0. So sweep() may omit the sum where there is no g_t. */
static SRNN__INLINE void slope_each(uint32_t activation, const float *error, const float *hidden,
                                    float *out, size_t n)
{
    SRNN__LOOP_IN_PLACE
    for (size_t i = 0; i < n; i++) {
        out[i] = slope_of(activation, error[i] + 0.0f, hidden[i]);
    }
}

/* The same, with a loop for every activation where there are vectors. */
static inline void slope(uint32_t activation, const float *error, const float *hidden, float *out,
                         size_t n)
{
    if (SRNN__COMPACT) {
        slope_each(activation, error, hidden, out, n);
        return;
    }
    switch (activation) {
    case SRNN_HIDDEN_TANH:
        slope_each(SRNN_HIDDEN_TANH, error, hidden, out, n);
        break;
    case SRNN_HIDDEN_SIGMOID:
        slope_each(SRNN_HIDDEN_SIGMOID, error, hidden, out, n);
        break;
    case SRNN_HIDDEN_RELU:
        slope_each(SRNN_HIDDEN_RELU, error, hidden, out, n);
        break;
    default:
        slope_each(SRNN_HIDDEN_LINEAR, error, hidden, out, n);
        break;
    }
}

/* How many of index [rows] from r on are neighbours, whose rows lie one after the other. They go
 * in one loop, so that rows narrower than a vector fill it. 1 where there are no vectors. */
static inline size_t neighbours(const uint32_t *index, size_t rows, size_t r)
{
    size_t end = r + 1;

    while (!SRNN__COMPACT && end < rows && index[end] == index[end - 1] + 1) {
        end++;
    }
    return end - r;
}

/* row [n] times a factor, in double. */
static SRNN__NOINLINE void scale(double factor, float *row, size_t n)
{
    size_t i = 0;

    for (; !SRNN__COMPACT && i + 8 <= n; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            row[i + lane] = (float)(factor * (double)row[i + lane]);
        }
    }
    for (; i < n; i++) {
        row[i] = (float)(factor * (double)row[i]);
    }
}

/* The bound_rows() of kernels.h. NaN stays NaN. */
static void bound_rows(float *values, size_t n, const uint32_t *index, size_t rows, float limit)
{
    for (size_t r = 0; r < rows; r++) {
        float *const row = values + index[r] * n;

        for (size_t i = 0; i < n; i++) {
            row[i] = row[i] > limit ? limit : row[i] < -limit ? -limit : row[i];
        }
    }
}

/* The add_row() of kernels.h. */
static void add_row(const float *restrict row, size_t n, float *restrict out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] += row[i];
    }
}

/* The sum_rows() of kernels.h. Tiles keep the sums in registers: it is an outer product with ones,
 * since 1 * x + y rounds as y + x does. SRNN__SUM_ROWS rows at a time, for which there are offsets
 * of zero. */
#define SRNN__SUM_ROWS 32
static void sum_rows(const float *rows, const size_t *offset, size_t n, size_t columns, float *out)
{
    static const size_t zero[SRNN__SUM_ROWS] = {0};
    const float one = 1.0f;

    if (SRNN__COMPACT) {
        for (size_t k = 0; k < n; k++) {
            add_row(rows + offset[k], columns, out);
        }
        return;
    }
    for (size_t k = 0; k < n; k += SRNN__SUM_ROWS) {
        const size_t count = n - k < SRNN__SUM_ROWS ? n - k : SRNN__SUM_ROWS;

        outer(&one, zero, rows, offset + k, count, 0, 1, columns, out, columns);
    }
}
