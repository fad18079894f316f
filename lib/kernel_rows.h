/* kernel_rows.h - what is done to rows between the matrix products
 *
 * A template: included by kernel_baseline.c, kernel_avx2.c, ... after
 * kernel_elementary.h, with the same SRNN__VARIANT and SRNN__FMA.
 *
 * Level 1. */

/* The sum of squares of row [n], in double: the product of two floats is exact
 * there. Eight partial sums, element i going to sum i mod 8, and a fixed tree
 * over them, so that vectors of any width give the same bits. */
double SRNN__VARIANT(sum_squares)(const float *row, size_t n);
double SRNN__VARIANT(sum_squares)(const float *row, size_t n)
{
    double part[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            const double x = (double)row[i + lane];
            part[lane] += x * x;
        }
    }
    for (size_t lane = 0; i + lane < n; lane++) {
        const double x = (double)row[i + lane];
        part[lane] += x * x;
    }
    return ((part[0] + part[4]) + (part[2] + part[6])) +
           ((part[1] + part[5]) + (part[3] + part[7]));
}

/* out = error * f'(a) for rows [n], with f' told from h = f(a): 1 - h^2 for
 * tanh, h (1 - h) for the logistic function, 1 or 0 for relu, 1 for linear.
 * `out` may be `error`. */
static inline void SRNN__VARIANT(slope)(uint32_t activation, const float *error,
                                        const float *hidden, float *out, size_t n)
{
    switch (activation) {
    case SRNN_TANH:
        for (size_t i = 0; i < n; i++) {
            out[i] = error[i] * SRNN__FMA(-hidden[i], hidden[i], 1.0f);
        }
        break;
    case SRNN_SIGMOID:
        for (size_t i = 0; i < n; i++) {
            out[i] = error[i] * (hidden[i] * (1.0f - hidden[i]));
        }
        break;
    case SRNN_RELU:
        for (size_t i = 0; i < n; i++) {
            out[i] = hidden[i] > 0.0f ? error[i] : 0.0f;
        }
        break;
    default:
        for (size_t i = 0; i < n; i++) {
            out[i] = error[i];
        }
        break;
    }
}

/* Bound every element of row [n] to +/- limit; NaN stays NaN. */
static inline void SRNN__VARIANT(bound)(float *row, float limit, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        row[i] = row[i] > limit ? limit : row[i] < -limit ? -limit : row[i];
    }
}

/* The element-wise part of one step of back-propagation, for the sequences in
 * `sweep->index`: d_t = g_t + q_{t+1} and v_t = d_t * f'(a_t) (paper, section
 * 2.1), with the rows told in kernels.h. */
void SRNN__VARIANT(sweep)(const struct srnn__sweep *sweep);
void SRNN__VARIANT(sweep)(const struct srnn__sweep *sweep)
{
    const size_t n = sweep->width;

    for (size_t r = 0; r < sweep->rows; r++) {
        const size_t row = sweep->index[r] * n;
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
        if (sweep->squares != NULL) {
            sweep->squares[sweep->index[r]] = SRNN__VARIANT(sum_squares)(error, n);
        }
        SRNN__VARIANT(slope)(sweep->activation, error, sweep->hidden + row, error, n);
    }
}

/* The factor of Omega's gradient for one pair and its term of Omega itself
 * (paper, equations 9 and 10): with norms N of what is propagated and D of what
 * it comes from, (sqrt(N/D) - 1)^2 or (N/D - 1)^2. A pair that propagates
 * nothing has no direction and gives a factor of 0. */
static inline double SRNN__VARIANT(omega_factor)(double numerator, double denominator,
                                                 uint32_t squared, double *term)
{
    const double squared_ratio = numerator / denominator;
    const double ratio = squared ? squared_ratio : srnn__sqrt(squared_ratio);

    *term = (ratio - 1.0) * (ratio - 1.0);
    if (numerator == 0.0) {
        return 0.0;
    }
    return squared ? 4.0 * (ratio - 1.0) / denominator
                   : 2.0 * (ratio - 1.0) / (ratio * denominator);
}

/* Omega's terms at one step, for the sequences in `omega->index`: adds to their
 * sums and writes the left factor of the gradient's outer product. With `before`
 * set, p = q_t * f'(a_{t-1}) is compared with v_t and the factor is c * f' * p;
 * otherwise q_t with d_t and c * q_t. Rows without signal become 0. */
void SRNN__VARIANT(omega)(const struct srnn__omega *omega);
void SRNN__VARIANT(omega)(const struct srnn__omega *omega)
{
    const size_t n = omega->width;

    for (size_t r = 0; r < omega->rows; r++) {
        const uint32_t sequence = omega->index[r];
        const size_t row = sequence * n;
        const float *propagated = omega->propagated + row;
        const float *before = omega->before == NULL ? NULL : omega->before + row;
        float *left = omega->left + row;
        double denominator, factor, term;

        if (before != NULL) {
            SRNN__VARIANT(slope)(omega->activation, propagated, before, left, n);
            denominator = SRNN__VARIANT(sum_squares)(omega->error + row, n);
        } else {
            memcpy(left, propagated, n * sizeof *left);
            denominator = omega->squares[sequence];
        }
        if (!(denominator >= omega->bound)) {
            memset(left, 0, n * sizeof *left);
            continue;
        }
        factor = SRNN__VARIANT(omega_factor)(SRNN__VARIANT(sum_squares)(left, n), denominator,
                                             omega->squared, &term);
        omega->terms[sequence] += term;
        omega->signals[sequence] += 1.0;
        if (before != NULL) {
            SRNN__VARIANT(slope)(omega->activation, left, before, left, n);
        }
        for (size_t i = 0; i < n; i++) {
            left[i] = (float)(factor * (double)left[i]);
        }
    }
}

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
    static const size_t zero[32] = {0};
    const float one = 1.0f;

    for (size_t k = 0; k < n; k += 32) {
        SRNN__VARIANT(outer)(&one, zero, rows, offset + k, n - k < 32 ? n - k : 32, 0, 1, columns,
                             out, columns);
    }
}

/* exp(z_i - max z) into `out` [n], which may be `logits`. Gives their sum, eight
 * partial sums as in sum_squares, and the maximum. */
static inline double SRNN__VARIANT(exponentials)(const float *logits, size_t n, float *out,
                                                 float *maximum)
{
    double part[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    float top = logits[0];

    for (size_t i = 1; i < n; i++) {
        top = logits[i] > top ? logits[i] : top;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = SRNN__VARIANT(exp)(logits[i] - top);
    }
    for (size_t i = 0; i < n; i++) {
        part[i % 8] += (double)out[i];
    }
    *maximum = top;
    return ((part[0] + part[4]) + (part[2] + part[6])) +
           ((part[1] + part[5]) + (part[3] + part[7]));
}

/* y = softmax(z) for a row [n], in place or not; gives log(sum_i exp(z_i)). */
double SRNN__VARIANT(softmax)(const float *logits, size_t n, float *out);
double SRNN__VARIANT(softmax)(const float *logits, size_t n, float *out)
{
    float maximum;
    const double sum = SRNN__VARIANT(exponentials)(logits, n, out, &maximum);
    const float share = (float)(1.0 / sum);

    for (size_t i = 0; i < n; i++) {
        out[i] *= share;
    }
    return (double)maximum + (double)SRNN__VARIANT(log)((float)sum);
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
