/* rows.h - what is done to rows between the matrix products
 *
 * A template: included by baseline.c, avx2.c, ... after
 * elementary.h, with the same SRNN__VARIANT and SRNN__FMA. */

/* sum + x * x for an x that was a float, whose square is exact in double: fused or
 * not, the same bits. */
#if !defined(SRNN__ADD_SQUARE)
#define SRNN__ADD_SQUARE(sum, x) ((sum) + (x) * (x))
#endif

/* The sum of eight partial sums. */
static inline double SRNN__VARIANT(tree)(const double *part)
{
    double half[4];

    for (size_t lane = 0; lane < 4; lane++) {
        half[lane] = part[lane] + part[lane + 4];
    }
    return (half[0] + half[2]) + (half[1] + half[3]);
}

/* The sum of squares of row [n], in double. Eight partial sums, element i going to
 * sum i mod 8, and a fixed tree over them, so that vectors of any width give the
 * same bits; a rest of fewer than eight is filled up with zeros, which add nothing. */
double SRNN__VARIANT(sum_squares)(const float *row, size_t n);
double SRNN__VARIANT(sum_squares)(const float *row, size_t n)
{
    double part[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    size_t i = 0;

#if SRNN__COMPACT
    for (; i < n; i++) {
        const double x = (double)row[i];
        part[i % 8] = SRNN__ADD_SQUARE(part[i % 8], x);
    }
#else
    for (; i + 8 <= n; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            const double x = (double)row[i + lane];
            part[lane] = SRNN__ADD_SQUARE(part[lane], x);
        }
    }
    if (i < n) {
        float rest[8];

        for (size_t lane = 0; lane < 8; lane++) {
            rest[lane] = i + lane < n ? row[i + lane] : 0.0f;
        }
        for (size_t lane = 0; lane < 8; lane++) {
            const double x = (double)rest[lane];
            part[lane] = SRNN__ADD_SQUARE(part[lane], x);
        }
    }
#endif
    return SRNN__VARIANT(tree)(part);
}

/* error * f'(a), with f' told from h = f(a): 1 - h^2 for tanh, h (1 - h) for the
 * logistic function, 1 or 0 for relu, 1 for linear. */
static inline float SRNN__VARIANT(slope_of)(uint32_t activation, float error, float hidden)
{
    switch (activation) {
    case SRNN_TANH:
        return error * SRNN__FMA(-hidden, hidden, 1.0f);
    case SRNN_SIGMOID:
        return error * (hidden * (1.0f - hidden));
    case SRNN_RELU:
        return hidden > 0.0f ? error : 0.0f;
    default:
        return error;
    }
}

/* Before loops whose output may be one of their inputs, which no compiler can see. */
#if SRNN__COMPACT
#define SRNN__IN_PLACE
#elif defined(__clang__)
#define SRNN__IN_PLACE _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define SRNN__IN_PLACE _Pragma("GCC ivdep")
#else
#define SRNN__IN_PLACE
#endif

/* out = error * f'(a) for rows [n]; `out` may be `error`. A -0 counts as 0, as a sum
 * with an error of 0 has it, so that such a sum may be left out. */
static inline void SRNN__VARIANT(slope)(uint32_t activation, const float *error,
                                        const float *hidden, float *out, size_t n)
{
#if SRNN__COMPACT
    for (size_t i = 0; i < n; i++) {
        out[i] = SRNN__VARIANT(slope_of)(activation, error[i] + 0.0f, hidden[i]);
    }
#else
    switch (activation) {
    case SRNN_TANH:
        SRNN__IN_PLACE
        for (size_t i = 0; i < n; i++) {
            out[i] = SRNN__VARIANT(slope_of)(SRNN_TANH, error[i] + 0.0f, hidden[i]);
        }
        break;
    case SRNN_SIGMOID:
        SRNN__IN_PLACE
        for (size_t i = 0; i < n; i++) {
            out[i] = SRNN__VARIANT(slope_of)(SRNN_SIGMOID, error[i] + 0.0f, hidden[i]);
        }
        break;
    case SRNN_RELU:
        SRNN__IN_PLACE
        for (size_t i = 0; i < n; i++) {
            out[i] = SRNN__VARIANT(slope_of)(SRNN_RELU, error[i] + 0.0f, hidden[i]);
        }
        break;
    default:
        SRNN__IN_PLACE
        for (size_t i = 0; i < n; i++) {
            out[i] = SRNN__VARIANT(slope_of)(SRNN_LINEAR, error[i] + 0.0f, hidden[i]);
        }
        break;
    }
#endif
}

/* Bound every element of row [n] to +/- limit; NaN stays NaN. */
static inline void SRNN__VARIANT(bound)(float *row, float limit, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        row[i] = row[i] > limit ? limit : row[i] < -limit ? -limit : row[i];
    }
}

/* How many of index [rows] from r on are neighbours, whose rows lie one after the
 * other: they go in one loop, so that rows narrower than a vector fill it. One where
 * there are no vectors. */
static inline size_t SRNN__VARIANT(neighbours)(const uint32_t *index, size_t rows, size_t r)
{
    size_t end = r + 1;

    while (!SRNN__COMPACT && end < rows && index[end] == index[end - 1] + 1) {
        end++;
    }
    return end - r;
}

/* d_t = g_t + q_{t+1}, with the caller's own error, for n elements from `row` on. */
static inline void SRNN__VARIANT(join)(const struct srnn__sweep *sweep, size_t row, size_t n)
{
    float *restrict error = sweep->error + row;
    const float *restrict carried = sweep->carried + row;

    if (sweep->limit > 0.0f) {
        SRNN__VARIANT(bound)(error, sweep->limit, n);
    }
    for (size_t i = 0; i < n; i++) {
        error[i] += carried[i];
    }
    if (sweep->kept != NULL) {
        float *kept = sweep->kept + row;
        for (size_t i = 0; i < n; i++) {
            error[i] += kept[i];
            kept[i] = error[i];
        }
    }
}

/* The element-wise part of one step of back-propagation, for the sequences in
 * `sweep->index`: d_t = g_t + q_{t+1} and v_t = d_t * f'(a_t) (paper, section
 * 2.1), with the rows told in kernels.h. Where there is no g_t, d_t is q_{t+1}. */
void SRNN__VARIANT(sweep)(const struct srnn__sweep *sweep);
void SRNN__VARIANT(sweep)(const struct srnn__sweep *sweep)
{
    const size_t width = sweep->width;
    size_t count;

    for (size_t r = 0; r < sweep->rows; r += count) {
        const size_t row = sweep->index[r] * width;
        const float *const whole = (sweep->silent ? sweep->carried : sweep->error) + row;

        count = SRNN__VARIANT(neighbours)(sweep->index, sweep->rows, r);
        if (!sweep->silent) {
            SRNN__VARIANT(join)(sweep, row, count * width);
        }
        for (size_t s = 0; sweep->squares != NULL && s < count; s++) {
            sweep->squares[sweep->index[r + s]] =
                SRNN__VARIANT(sum_squares)(whole + s * width, width);
        }
        SRNN__VARIANT(slope)(sweep->activation, whole, sweep->hidden + row, sweep->error + row,
                             count * width);
    }
}

/* clang would unroll short loops before it could make vectors of them. */
#if defined(__clang__) && !SRNN__COMPACT
#define SRNN__LANEWISE _Pragma("clang loop unroll(disable) vectorize(enable)")
#else
#define SRNN__LANEWISE
#endif

/* The factor of a pair in Omega's gradient and, in the place of the numerator, the
 * term of Omega itself (paper, equations 9 and 10): with squared norms N of what is
 * propagated and D of what it comes from, (sqrt(N/D) - 1)^2 or (N/D - 1)^2. A pair
 * that propagates nothing has no direction and gives a factor of 0. A D that is not
 * above 0, which the caller leaves out, is not divided by. */
static inline double SRNN__VARIANT(omega_factor)(uint32_t squared, double *numerator,
                                                 double denominator)
{
    const double quotient = *numerator / srnn__select_double(denominator > 0.0, denominator, 1.0);
    const double ratio = squared ? quotient : srnn__sqrt(quotient);
    const double excess = ratio - 1.0;
    const double divisor = squared ? denominator : ratio * denominator;
    const double factor =
        (squared ? 4.0 : 2.0) * excess / srnn__select_double(divisor > 0.0, divisor, 1.0);
    const double known = srnn__select_double(*numerator == 0.0, 0.0, factor);

    *numerator = excess * excess;
    return known;
}

#if !SRNN__COMPACT
/* The same for four pairs, a vector of doubles or a half. */
SRNN__APART void SRNN__VARIANT(omega_four)(uint32_t squared, double *restrict numerator,
                                           const double *restrict denominator,
                                           double *restrict factor)
{
    if (squared) {
        SRNN__LANEWISE
        for (size_t lane = 0; lane < 4; lane++) {
            factor[lane] = SRNN__VARIANT(omega_factor)(1, numerator + lane, denominator[lane]);
        }
    } else {
        SRNN__LANEWISE
        for (size_t lane = 0; lane < 4; lane++) {
            factor[lane] = SRNN__VARIANT(omega_factor)(0, numerator + lane, denominator[lane]);
        }
    }
}
#endif

/* The same for pairs [rows]. A rest of fewer than four is filled up: the divisions of one
 * pair take as long as those of four. */
SRNN__APART void SRNN__VARIANT(omega_factors)(uint32_t squared, size_t rows, double *numerator,
                                              const double *denominator, double *factor)
{
    size_t r = 0;

#if SRNN__COMPACT
    for (; r < rows; r++) {
        factor[r] = SRNN__VARIANT(omega_factor)(squared, numerator + r, denominator[r]);
    }
#else
    double rest[3][4];

    for (; r + 4 <= rows; r += 4) {
        SRNN__VARIANT(omega_four)(squared, numerator + r, denominator + r, factor + r);
    }
    if (r == rows) {
        return;
    }
    for (size_t lane = 0; lane < 4; lane++) {
        rest[0][lane] = r + lane < rows ? numerator[r + lane] : 1.0;
        rest[1][lane] = r + lane < rows ? denominator[r + lane] : 1.0;
    }
    SRNN__VARIANT(omega_four)(squared, rest[0], rest[1], rest[2]);
    for (size_t lane = 0; r + lane < rows; lane++) {
        numerator[r + lane] = rest[0][lane];
        factor[r + lane] = rest[2][lane];
    }
#endif
}

/* Rows of `to` = rows of `from`, which may be `to`, times f'(a_{t-1}). */
static inline void SRNN__VARIANT(omega_slope)(const struct srnn__omega *omega, const float *from,
                                              float *to)
{
    size_t count;

    for (size_t r = 0; r < omega->rows; r += count) {
        const size_t row = omega->index[r] * omega->width;

        count = SRNN__VARIANT(neighbours)(omega->index, omega->rows, r);
        SRNN__VARIANT(slope)(omega->activation, from + row, omega->before + row, to + row,
                             count * omega->width);
    }
}

/* row [n] times a factor, in double. */
static inline void SRNN__VARIANT(scale)(double factor, float *row, size_t n)
{
    size_t i = 0;

#if !SRNN__COMPACT
    for (; i + 8 <= n; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            row[i + lane] = (float)(factor * (double)row[i + lane]);
        }
    }
#endif
    for (; i < n; i++) {
        row[i] = (float)(factor * (double)row[i]);
    }
}

/* Omega's terms at one step, for the sequences in `omega->index`: adds to their
 * sums and writes the left factor of the gradient's outer product. With `before`
 * set, p = q_t * f'(a_{t-1}), which goes to `reached`, is compared with v_t and the
 * factor is c * f' * p; otherwise q_t with d_t and c * q_t. Rows without signal
 * become 0. */
void SRNN__VARIANT(omega)(const struct srnn__omega *omega);
void SRNN__VARIANT(omega)(const struct srnn__omega *omega)
{
    const size_t width = omega->width;
    const size_t rows = omega->rows;
    double *const numerator = omega->scratch;
    double *const denominator = numerator + rows;
    double *const factor = denominator + rows;
    float *const reached = omega->reached;

    if (omega->before != NULL) {
        SRNN__VARIANT(omega_slope)(omega, omega->propagated, reached);
    }
    for (size_t r = 0; r < rows; r++) {
        const uint32_t s = omega->index[r];

        if (omega->before == NULL) {
            memcpy(reached + s * width, omega->propagated + s * width, width * sizeof *reached);
        }
        numerator[r] = SRNN__VARIANT(sum_squares)(reached + s * width, width);
        if (omega->before == NULL) {
            denominator[r] = omega->squares[s];
            continue;
        }
        denominator[r] = omega->norms[s];
        if (!(denominator[r] >= 0.0)) {
            denominator[r] = SRNN__VARIANT(sum_squares)(omega->error + s * width, width);
        }
        omega->norms[s] = numerator[r];
    }
    SRNN__VARIANT(omega_factors)(omega->squared, rows, numerator, denominator, factor);
    if (omega->before != NULL) {
        SRNN__VARIANT(omega_slope)(omega, reached, omega->left);
    }
    for (size_t r = 0; r < rows; r++) {
        const uint32_t s = omega->index[r];
        float *const left = omega->left + s * width;

        if (!(denominator[r] >= omega->bound)) {
            memset(left, 0, width * sizeof *left);
            continue;
        }
        omega->terms[s] += numerator[r];
        omega->signals[s] += 1.0;
        SRNN__VARIANT(scale)(factor[r], left, width);
    }
}

#undef SRNN__LANEWISE
#undef SRNN__IN_PLACE

/* Bound the propagated error of the sequences in `index` [rows]. */
void SRNN__VARIANT(bound_rows)(float *values, size_t n, const uint32_t *index, size_t rows,
                               float limit);
void SRNN__VARIANT(bound_rows)(float *values, size_t n, const uint32_t *index, size_t rows,
                               float limit)
{
    for (size_t r = 0; r < rows; r++) {
        SRNN__VARIANT(bound)(values + index[r] * n, limit, n);
    }
}

/* out [n] += row [n]. */
void SRNN__VARIANT(add_row)(const float *restrict row, size_t n, float *restrict out);
void SRNN__VARIANT(add_row)(const float *restrict row, size_t n, float *restrict out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] += row[i];
    }
}

/* out [columns] += row, for the n rows at `rows` + offset[k], in list order: an
 * outer product with ones, some rows at a time, since that keeps its sums in
 * registers. 1 * x + y rounds as y + x does. */
void SRNN__VARIANT(sum_rows)(const float *rows, const size_t *offset, size_t n, size_t columns,
                             float *out);
void SRNN__VARIANT(sum_rows)(const float *rows, const size_t *offset, size_t n, size_t columns,
                             float *out)
{
#if SRNN__COMPACT
    for (size_t k = 0; k < n; k++) {
        SRNN__VARIANT(add_row)(rows + offset[k], columns, out);
    }
#else
    static const size_t zero[32] = {0};
    const float one = 1.0f;

    for (size_t k = 0; k < n; k += 32) {
        SRNN__VARIANT(outer)(&one, zero, rows, offset + k, n - k < 32 ? n - k : 32, 0, 1, columns,
                             out, columns);
    }
#endif
}

#if SRNN__COMPACT
/* y = softmax(z) for rows [rows x n], in place or not; log(sum_i exp(z_i)) of each goes to
 * log_sums [rows], unless that is NULL. */
void SRNN__VARIANT(softmax)(const float *logits, size_t rows, size_t n, float *out,
                            double *log_sums);
void SRNN__VARIANT(softmax)(const float *logits, size_t rows, size_t n, float *out,
                            double *log_sums)
{
    for (; rows > 0; rows--, logits += n, out += n) {
        double part[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
        float top = logits[0];
        double sum;
        float share;

        for (size_t i = 1; i < n; i++) {
            top = logits[i] > top ? logits[i] : top;
        }
        for (size_t i = 0; i < n; i++) {
            out[i] = SRNN__VARIANT(exp)(logits[i] - top);
            part[i % 8] += (double)out[i];
        }
        sum = SRNN__VARIANT(tree)(part);
        share = (float)(1.0 / sum);
        for (size_t i = 0; i < n; i++) {
            out[i] *= share;
        }
        if (log_sums != NULL) {
            *log_sums++ = (double)top + (double)SRNN__VARIANT(log)((float)sum);
        }
    }
}

/* The logistic losses of one row against targets [n] in [0, 1], summed in order:
 * max(z, 0) - z target + log(1 + exp(-|z|)), which cannot overflow. */
double SRNN__VARIANT(logistic_loss)(const float *logits, const float *target, size_t n);
double SRNN__VARIANT(logistic_loss)(const float *logits, const float *target, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        const float z = logits[i];
        const float size = z < 0.0f ? -z : z;
        const float tail = SRNN__VARIANT(log)(1.0f + SRNN__VARIANT(exp)(-size));
        sum += ((double)(z > 0.0f ? z : 0.0f) - (double)z * (double)target[i]) + (double)tail;
    }
    return sum;
}
#else
/* exp of the elements of row [n], in place. */
SRNN__APART void SRNN__VARIANT(exp_each)(float *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        row[i] = SRNN__VARIANT(exp)(row[i]);
    }
}

/* log of the elements of row [n], in place. */
SRNN__APART void SRNN__VARIANT(log_each)(float *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        row[i] = SRNN__VARIANT(log)(row[i]);
    }
}

/* exp of the elements of row [n], in place. A rest of fewer than eight is filled up, since
 * one at a time would cost as much as several vectors. */
SRNN__APART void SRNN__VARIANT(exponentials)(float *row, size_t n)
{
    const size_t whole = n - n % 8;
    float last[8] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};

    SRNN__VARIANT(exp_each)(row, whole);
    if (whole == n) return;
    memcpy(last, row + whole, (n - whole) * sizeof *last);
    SRNN__VARIANT(exp_each)(last, 8);
    memcpy(row + whole, last, (n - whole) * sizeof *last);
}

/* The largest element of row [n], by eight chains of comparisons, since each waits for the
 * one before it. With a NaN in the row it may be any: the softmax is NaN then. */
static inline float SRNN__VARIANT(largest)(const float *row, size_t n)
{
    float top[8];
    float all = row[0];
    size_t i = 0;

    for (size_t lane = 0; lane < 8; lane++) {
        top[lane] = all;
    }
    for (; i + 8 <= n; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            top[lane] = row[i + lane] > top[lane] ? row[i + lane] : top[lane];
        }
    }
    for (size_t lane = 0; n >= 8 && lane < 8; lane++) {
        all = top[lane] > all ? top[lane] : all;
    }
    for (; i < n; i++) {
        all = row[i] > all ? row[i] : all;
    }
    return all;
}

/* Divides row [n] by its sum, which it gives; in double, eight partial sums as in
 * sum_squares. */
static inline float SRNN__VARIANT(share_out)(float *row, size_t n)
{
    double part[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    const size_t whole = n - n % 8;
    double sum;
    float share;

    for (size_t i = 0; i < whole; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            part[lane] += (double)row[i + lane];
        }
    }
    for (size_t lane = 0; whole + lane < n; lane++) {
        part[lane] += (double)row[whole + lane];
    }
    sum = SRNN__VARIANT(tree)(part);
    share = (float)(1.0 / sum);
    for (size_t i = 0; i < n; i++) {
        row[i] *= share;
    }
    return (float)sum;
}

/* y = softmax(z) for rows [rows x n], in place or not; log(sum_i exp(z_i)) of each goes to
 * log_sums [rows], unless that is NULL. Some rows are done together, so that short ones
 * fill the vectors and do not wait for each other. */
#define SRNN__SOFT_ROWS 8u
#define SRNN__SOFT_COLUMNS 64u
void SRNN__VARIANT(softmax)(const float *logits, size_t rows, size_t n, float *out,
                            double *log_sums);
void SRNN__VARIANT(softmax)(const float *logits, size_t rows, size_t n, float *out,
                            double *log_sums)
{
    const size_t most = n <= SRNN__SOFT_COLUMNS ? SRNN__SOFT_ROWS : 1;

    for (size_t count; rows > 0; rows -= count, logits += count * n, out += count * n) {
        float sums[SRNN__SOFT_ROWS];

        count = rows < most ? rows : most;
        for (size_t r = 0; r < count; r++) {
            const float top = SRNN__VARIANT(largest)(logits + r * n, n);

            for (size_t i = r * n; i < (r + 1) * n; i++) {
                out[i] = logits[i] - top;
            }
            if (log_sums != NULL) log_sums[r] = (double)top;
        }
        SRNN__VARIANT(exponentials)(out, count * n);
        for (size_t r = 0; r < count; r++) {
            sums[r] = SRNN__VARIANT(share_out)(out + r * n, n);
        }
        if (log_sums == NULL) continue;
        for (size_t r = count; r < SRNN__SOFT_ROWS; r++) {
            sums[r] = 1.0f;
        }
        SRNN__VARIANT(log_each)(sums, SRNN__SOFT_ROWS);
        for (size_t r = 0; r < count; r++) {
            *log_sums++ += (double)sums[r];
        }
    }
}

/* The logistic losses of elements [n] against targets in [0, 1],
 * max(z, 0) - z target + log(1 + exp(-|z|)), which cannot overflow. */
SRNN__APART void SRNN__VARIANT(logistic_terms)(const float *logits, const float *target, size_t n,
                                               double *restrict terms)
{
    for (size_t i = 0; i < n; i++) {
        const float z = logits[i];
        const float positive = srnn__select(z > 0.0f, z, 0.0f);
        const float tail = SRNN__VARIANT(log)(1.0f + SRNN__VARIANT(exp)(-srnn__magnitude(z)));

        terms[i] = ((double)positive - (double)z * (double)target[i]) + (double)tail;
    }
}

/* Their sum over one row [n], in order. A rest of fewer than eight is filled up. */
#define SRNN__LOGISTIC_ROOM 32u
double SRNN__VARIANT(logistic_loss)(const float *logits, const float *target, size_t n);
double SRNN__VARIANT(logistic_loss)(const float *logits, const float *target, size_t n)
{
    double sum = 0.0;

    for (size_t count; n > 0; n -= count, logits += count, target += count) {
        double terms[SRNN__LOGISTIC_ROOM];
        const size_t most = n < SRNN__LOGISTIC_ROOM ? n : SRNN__LOGISTIC_ROOM;

        count = most < 8 ? most : most - most % 8;
        if (count % 8 == 0) {
            SRNN__VARIANT(logistic_terms)(logits, target, count, terms);
        } else {
            float last[2][8] = {{0.0f}};

            memcpy(last[0], logits, count * sizeof last[0][0]);
            memcpy(last[1], target, count * sizeof last[1][0]);
            SRNN__VARIANT(logistic_terms)(last[0], last[1], 8, terms);
        }
        for (size_t i = 0; i < count; i++) {
            sum += terms[i];
        }
    }
    return sum;
}
#endif

#undef SRNN__ADD_SQUARE
