/* activate.h - tanh, the logistic function, and the activations of rows
 *
 * A template: comes after exponential.h. elementary.h says what holds of its functions. */

/* t, given x and its exp_exponent. */
static inline float exp_fraction(float x, float exponent)
{
    const float n = exponent - SRNN__ROUNDER;
    const float r = SRNN__FMA(n, -SRNN__LN2_LOW, SRNN__FMA(n, -SRNN__LN2_HIGH, x));
    return SRNN__FMA(r * r, exp_series(r), r);
}

/* tanh(x), within 0.95 ulp; monotone, odd to the bit, so tanh(-0) = -0.
 *
 * With a = |x|: below 0.925, a + a^3 P(a^2), P of degree 6, relative error
 * 2^-29.1; from there on 1 - 2 / (exp(2 a) + 1), which is 1 from 9.011 on, so
 * that a may stop at 10. The sum exp(2 a) + 1 = 2^n t + (2^n + 1) is rounded
 * once. Changing over earlier would cost precision: the error of the quotient
 * grows. */
static inline float float_tanh(float x)
{
    const float magnitude = srnn__magnitude(x);
    const float a = srnn__select(magnitude < 10.0f, magnitude, 10.0f);
    const float square = a * a;
    const float exponent = exp_exponent(a + a);
    const float fraction = exp_fraction(a + a, exponent);
    const float power = srnn__float_from_bits((srnn__float_bits(exponent) + 127u) << 23);
    const float large = 1.0f - 2.0f / SRNN__FMA(power, fraction, power + 1.0f);
    float p = -0x1.c48f38p-12f, small, result;
    p = SRNN__FMA(p, square, 0x1.4a4070p-9f);
    p = SRNN__FMA(p, square, -0x1.0cb33ap-7f);
    p = SRNN__FMA(p, square, 0x1.626960p-6f);
    p = SRNN__FMA(p, square, -0x1.b9b97cp-5f);
    p = SRNN__FMA(p, square, 0x1.110ec2p-3f);
    p = SRNN__FMA(p, square, -0x1.55554cp-2f);
    small = SRNN__FMA(a * square, p, a);
    result = srnn__select(a < 0.925f, small, large);
    result = srnn__float_from_bits(srnn__float_bits(result) | (srnn__float_bits(x) & 0x80000000u));
    return srnn__unless_nan(x, result);
}

/* 1 / (1 + exp(-x)), within 1.70 ulp, subnormal results included; monotone.
 * sigmoid(0) = 0.5, 0 below -103.9721, 1 from 16.6356 on (exactly: 17.329).
 *
 * 1 + exp(-x) = 2^n t + (2^n + 1); what the sum in brackets loses to rounding,
 * at n = 24 half a unit in the last place, is added to the product. Where 2^n is
 * so large that the 1 has no weight, 2^(n - 60) takes its place, lest it overflow,
 * and the quotient is multiplied by 2^-60 at the end. */
static inline float float_sigmoid(float x)
{
    const float above = srnn__select(-x > -30.0f, -x, -30.0f);
    const float inside = srnn__select(above < 104.0f, above, 104.0f);
    const float exponent = exp_exponent(inside);
    const float fraction = exp_fraction(inside, exponent);
    const int is_huge = inside > 70.0f;
    const float shifted = exponent - srnn__select(is_huge, 60.0f, 0.0f);
    const float power = srnn__float_from_bits((srnn__float_bits(shifted) + 127u) << 23);
    const float sum = power + 1.0f;
    const float lost = (power - sum) + 1.0f;
    const float quotient = 1.0f / (sum + SRNN__FMA(power, fraction, lost));
    return srnn__unless_nan(x, quotient * srnn__select(is_huge, 0x1p-60f, 1.0f));
}

/* The activation `kind` of the elements of row [n], in place, one at a time. */
static inline void activate_each(uint32_t kind, float *row, size_t n)
{
    switch (kind) {
    case SRNN_HIDDEN_TANH:
        for (size_t i = 0; i < n; i++) {
            row[i] = float_tanh(row[i]);
        }
        break;
    case SRNN_HIDDEN_SIGMOID:
        for (size_t i = 0; i < n; i++) {
            row[i] = float_sigmoid(row[i]);
        }
        break;
    case SRNN_HIDDEN_RELU:
        for (size_t i = 0; i < n; i++) {
            row[i] = srnn__select(row[i] <= 0.0f, 0.0f, row[i]);
        }
        break;
    default:
        break;
    }
}

/* Apply the activation `kind` to the elements of row [n], in place. relu maps negative numbers
 * and -0 to +0 and leaves a NaN as it is.
 *
 * A remainder of 1 to 7 elements would cost as much as several vectors. Instead the last 8, copied
 * before they change, are computed as one vector; where they overlap the others, both results are
 * the same. Compact kernels have no vectors and need none of this. */
static inline void activate(uint32_t kind, float *row, size_t n)
{
    const size_t remainder = SRNN__COMPACT || n < 8 ? 0 : n % 8;
    float last[8];

    if (remainder != 0) {
        memcpy(last, row + n - 8, sizeof last);
    }
    activate_each(kind, row, n - remainder);
    if (remainder != 0) {
        activate_each(kind, last, 8);
        memcpy(row + n - 8, last, sizeof last);
    }
}
