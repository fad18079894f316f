/* losses.h - softmax and the logistic loss, in vectors
 *
 * A template: comes after elementary.h. Its reference is compact_losses.h. */

/* exp of the elements of row [n], in place. */
static SRNN__NOINLINE void exp_each(float *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        row[i] = float_exp(row[i]);
    }
}

/* log of the elements of row [n], in place. */
static SRNN__NOINLINE void log_each(float *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        row[i] = float_log(row[i]);
    }
}

/* exp_each(), with a remainder of fewer than eight filled up: one at a time they would cost as
 * much as several vectors. */
static SRNN__NOINLINE void exponentials(float *row, size_t n)
{
    const size_t whole = n - n % 8;
    float last[8] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};

    exp_each(row, whole);
    if (whole == n) {
        return;
    }
    memcpy(last, row + whole, (n - whole) * sizeof *last);
    exp_each(last, 8);
    memcpy(row + whole, last, (n - whole) * sizeof *last);
}

/* The largest element of row [n], by eight chains of comparisons, since each comparison waits for
 * the one before it. With a NaN in the row it may be any element: the softmax is NaN then. */
static inline float largest(const float *row, size_t n)
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

/* Divide row [n] by its sum and return the sum. It is added in double, in eight partial sums as
 * in sum_squares(). */
static inline float divide_by_sum(float *row, size_t n)
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
    sum = srnn__sum_parts(part);
    share = (float)(1.0 / sum);
    for (size_t i = 0; i < n; i++) {
        row[i] *= share;
    }
    return (float)sum;
}

/* Rows of at most SRNN__SOFTMAX_COLUMNS logits are computed SRNN__SOFTMAX_ROWS at a time: short
 * rows fill the vectors then and do not wait for each other. Longer rows gain nothing from it. On
 * one thread 2,000 rows of 4 logits took 50 us so, and 161 us one row at a time. */
#define SRNN__SOFTMAX_ROWS 8u
#define SRNN__SOFTMAX_COLUMNS 64u

/* The softmax() of kernels.h. */
static void softmax(const float *logits, size_t rows, size_t n, float *out, double *log_sums)
{
    const size_t most = n <= SRNN__SOFTMAX_COLUMNS ? SRNN__SOFTMAX_ROWS : 1;

    for (size_t count; rows > 0; rows -= count, logits += count * n, out += count * n) {
        float sums[SRNN__SOFTMAX_ROWS];

        count = rows < most ? rows : most;
        for (size_t r = 0; r < count; r++) {
            const float top = largest(logits + r * n, n);

            for (size_t i = r * n; i < (r + 1) * n; i++) {
                out[i] = logits[i] - top;
            }
            if (log_sums != NULL) {
                log_sums[r] = (double)top;
            }
        }
        exponentials(out, count * n);
        for (size_t r = 0; r < count; r++) {
            sums[r] = divide_by_sum(out + r * n, n);
        }
        if (log_sums == NULL) {
            continue;
        }
        for (size_t r = count; r < SRNN__SOFTMAX_ROWS; r++) {
            sums[r] = 1.0f;
        }
        log_each(sums, SRNN__SOFTMAX_ROWS);
        for (size_t r = 0; r < count; r++) {
            *log_sums++ += (double)sums[r];
        }
    }
}

/* The logistic losses [n] of logits z and targets: max(z, 0) - z target + log(1 + exp(-|z|)), which
 * cannot overflow. */
static SRNN__NOINLINE void logistic_terms(const float *logits, const float *target, size_t n,
                                          double *restrict terms)
{
    for (size_t i = 0; i < n; i++) {
        const float z = logits[i];
        const float positive = srnn__select(z > 0.0f, z, 0.0f);
        const float tail = float_log(1.0f + float_exp(-srnn__magnitude(z)));

        terms[i] = ((double)positive - (double)z * (double)target[i]) + (double)tail;
    }
}

/* The logistic losses that are computed before they are added: a multiple of eight, in 256 bytes
 * of stack. */
#define SRNN__LOGISTIC_TERMS 32u

/* The logistic_loss() of kernels.h. A remainder of fewer than eight is filled up. */
static double logistic_loss(const float *logits, const float *target, size_t n)
{
    double sum = 0.0;

    for (size_t count; n > 0; n -= count, logits += count, target += count) {
        double terms[SRNN__LOGISTIC_TERMS];
        const size_t most = n < SRNN__LOGISTIC_TERMS ? n : SRNN__LOGISTIC_TERMS;

        count = most < 8 ? most : most - most % 8;
        if (count % 8 == 0) {
            logistic_terms(logits, target, count, terms);
        } else {
            float last[2][8] = {{0.0f}};

            memcpy(last[0], logits, count * sizeof last[0][0]);
            memcpy(last[1], target, count * sizeof last[1][0]);
            logistic_terms(last[0], last[1], 8, terms);
        }
        for (size_t i = 0; i < count; i++) {
            sum += terms[i];
        }
    }
    return sum;
}
