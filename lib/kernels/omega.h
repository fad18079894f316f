/* omega.h - Omega's terms and the left factors of its gradient
 *
 * A template: comes after rows.h and sum_squares.h. Omega is the regularizer of the paper, section
 * 3.3, equations 9 and 10. */

/* The factor of a pair in Omega's gradient. The term of Omega itself replaces the numerator: with
 * squared norms N of what is propagated and D of what it comes from, (sqrt(N/D) - 1)^2 or, squared,
 * (N/D - 1)^2. A pair that propagates nothing has no direction, and its factor is 0. Where D is
 * not above 0 the caller drops the result; nothing is divided by it. */
static inline double omega_factor(uint32_t squared, double *numerator, double denominator)
{
    const double quotient = *numerator / srnn__select_double(denominator > 0.0, denominator, 1.0);
    const double ratio = squared         ? quotient
                         : SRNN__COMPACT ? srnn__root(quotient)
                                         : srnn__sqrt(quotient);
    const double excess = ratio - 1.0;
    const double divisor = squared ? denominator : ratio * denominator;
    const double factor =
        (squared ? 4.0 : 2.0) * excess / srnn__select_double(divisor > 0.0, divisor, 1.0);
    const double result = srnn__select_double(*numerator == 0.0, 0.0, factor);

    *numerator = excess * excess;
    return result;
}

/* The same for four pairs: one vector of doubles, or two. */
static SRNN__NOINLINE void omega_four(uint32_t squared, double *restrict numerator,
                                      const double *restrict denominator, double *restrict factor)
{
    if (squared) {
        SRNN__LOOP_LANES
        for (size_t lane = 0; lane < 4; lane++) {
            factor[lane] = omega_factor(1, numerator + lane, denominator[lane]);
        }
    } else {
        SRNN__LOOP_LANES
        for (size_t lane = 0; lane < 4; lane++) {
            factor[lane] = omega_factor(0, numerator + lane, denominator[lane]);
        }
    }
}

/* The same for pairs [rows]. A remainder of fewer than four is filled up: the divisions of one
 * pair take as long as those of four. */
static SRNN__NOINLINE void omega_factors(uint32_t squared, size_t rows, double *numerator,
                                         const double *denominator, double *factor)
{
    size_t r = 0;
    double rest[3][4];

    if (SRNN__COMPACT) {
        for (; r < rows; r++) {
            factor[r] = omega_factor(squared, numerator + r, denominator[r]);
        }
        return;
    }
    for (; r + 4 <= rows; r += 4) {
        omega_four(squared, numerator + r, denominator + r, factor + r);
    }
    if (r == rows) {
        return;
    }
    for (size_t lane = 0; lane < 4; lane++) {
        rest[0][lane] = r + lane < rows ? numerator[r + lane] : 1.0;
        rest[1][lane] = r + lane < rows ? denominator[r + lane] : 1.0;
    }
    omega_four(squared, rest[0], rest[1], rest[2]);
    for (size_t lane = 0; r + lane < rows; lane++) {
        numerator[r + lane] = rest[0][lane];
        factor[r + lane] = rest[2][lane];
    }
}

/* Rows of `to` = rows of `from`, which may be `to`, times f'(a_{t-1}). */
static inline void omega_slope(const struct srnn__omega *omega, const float *from, float *to)
{
    size_t count;

    for (size_t r = 0; r < omega->rows; r += count) {
        const size_t row = omega->index[r] * omega->width;

        count = neighbours(omega->index, omega->rows, r);
        slope(omega->activation, from + row, omega->hidden_before + row, to + row,
              count * omega->width);
    }
}

/* The omega() of kernels.h. With hidden_before set, p_t = q_t * f'(a_{t-1}) is compared with v_t,
 * and the left factor is c f' p_t, with the c of omega_factor(). Otherwise q_t is compared with
 * d_t, and the left factor is c q_t. Rows without signal become 0. */
static void omega(const struct srnn__omega *omega)
{
    const size_t width = omega->width;
    const size_t rows = omega->rows;
    double *const numerator = omega->scratch;
    double *const denominator = numerator + rows;
    double *const factor = denominator + rows;
    float *const compared = omega->error_before;

    if (omega->hidden_before != NULL) {
        omega_slope(omega, omega->propagated, compared);
    }
    for (size_t r = 0; r < rows; r++) {
        const uint32_t s = omega->index[r];

        if (omega->hidden_before == NULL) {
            memcpy(compared + s * width, omega->propagated + s * width, width * sizeof *compared);
        }
        numerator[r] = sum_squares(compared + s * width, width);
        if (omega->hidden_before == NULL) {
            denominator[r] = omega->squared_errors[s];
            continue;
        }
        denominator[r] = omega->squared_inputs[s];
        if (!(denominator[r] >= 0.0)) {
            denominator[r] = sum_squares(omega->error + s * width, width);
        }
        omega->squared_inputs[s] = numerator[r];
    }
    omega_factors(omega->compares_squares, rows, numerator, denominator, factor);
    if (omega->hidden_before != NULL) {
        omega_slope(omega, compared, omega->left_factor);
    }
    for (size_t r = 0; r < rows; r++) {
        const uint32_t s = omega->index[r];
        float *const left = omega->left_factor + s * width;

        if (!(denominator[r] >= omega->bound)) {
            memset(left, 0, width * sizeof *left);
            continue;
        }
        omega->terms[s] += numerator[r];
        omega->signals[s] += 1.0;
        scale(factor[r], left, width);
    }
}
