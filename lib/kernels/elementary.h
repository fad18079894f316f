/* elementary.h - exp and log, the same bits everywhere
 *
 * A template: comes after exponential.h. activate.h has tanh and the logistic function, of which
 * the following holds as well.
 *
 * The functions choose by masks instead of branches (common.h), so that a loop over any of them
 * becomes vector code. They consist of IEEE 754 operations in one fixed order, so that neither
 * compiler nor vector width shows in a result. Every NaN in comes out as the one quiet NaN
 * 0x7fc00000, since processors differ in what they make of one.
 *
 * Error bounds are in units in the last place (ulp). They and monotonicity are measured over all
 * 2^32 arguments (tests/exact/sweep_elementary.c). The comments give those of fused arithmetic.
 * Where SRNN__FMA rounds the product before it adds, the bounds are larger:
 *
 *     exp 0.90    log 0.97    tanh 1.11    sigmoid 1.75
 *
 * There tanh is not monotone: near 0.91 ten pairs of neighbours are in the wrong order. So are
 * their mirror images near -0.91.
 *
 * Coefficients are minimax. They were rounded to float one by one, and after each rounding the
 * others were fitted anew. */

/* exp(x), within 0.88 ulp, subnormal results included; monotone. exp(0) = 1,
 * +infinity from 88.72284 on, 0 below -103.9721.
 *
 * t is summed with the rounding error of r. A power of two up to 2^128 or down to
 * 2^-150 is no float, hence two factors, of which only the second can round. The
 * bits of SRNN__ROUNDER, 0x4b400000, are shifted out on the left. */
static inline float float_exp(float x)
{
    const float above = srnn__select(x > -104.0f, x, -104.0f);
    const float inside = srnn__select(above < 89.0f, above, 89.0f);
    const float exponent = exp_exponent(inside);
    const float n = exponent - SRNN__ROUNDER;
    const float high = SRNN__FMA(n, -SRNN__LN2_HIGH, inside);
    const float r = SRNN__FMA(n, -SRNN__LN2_LOW, high);
    const float error = SRNN__FMA(n, -SRNN__LN2_LOW, high - r);
    const float t = r + SRNN__FMA(r * r, exp_series(r), error);
    const uint32_t bits = srnn__float_bits(exponent);
    const uint32_t half = bits >> 1;
    const float first = srnn__float_from_bits((half + 127u) << 23);
    const float second = srnn__float_from_bits((bits - half + 127u) << 23);
    return srnn__unless_nan(x, (1.0f + t) * first * second);
}

/* log(x), within 0.88 ulp; monotone. log(1) = +0, log(+-0) = -infinity, NaN for
 * negative x.
 *
 * x = 2^k (1 + f) with -1/3 <= f < 1/3, after a scaling if x is subnormal, and
 * log(x) = k ln 2 + f + f^2 P(f), summed from the smallest term up. P has
 * degree 8, the relative error of log(1 + f) is 2^-27.6, and its constant term is
 * -1/2. */
static inline float float_log(float x)
{
    const int is_below_normal = x < FLT_MIN;
    const float scaled = x * srnn__select(is_below_normal, 0x1p24f, 1.0f);
    const uint32_t bits = srnn__float_bits(scaled) + (0x3f800000u - 0x3f2aaaabu);
    const float k = (float)(int32_t)(bits >> 23) - srnn__select(is_below_normal, 151.0f, 127.0f);
    const float f = srnn__float_from_bits((bits & 0x007fffffu) + 0x3f2aaaabu) - 1.0f;
    float p = -0x1.ff45b0p-4f, result;
    p = SRNN__FMA(p, f, 0x1.1ffe78p-3f);
    p = SRNN__FMA(p, f, -0x1.f6b870p-4f);
    p = SRNN__FMA(p, f, 0x1.1e825cp-3f);
    p = SRNN__FMA(p, f, -0x1.557e2ep-3f);
    p = SRNN__FMA(p, f, 0x1.99d58ap-3f);
    p = SRNN__FMA(p, f, -0x1.ffff94p-3f);
    p = SRNN__FMA(p, f, 0x1.5554fap-2f);
    p = SRNN__FMA(p, f, -0.5f);
    result = SRNN__FMA(k, SRNN__LN2_HIGH, SRNN__FMA(f * f, p, k * SRNN__LN2_LOW) + f);
    result = srnn__select(x <= FLT_MAX, result, x);
    result = srnn__select(x > 0.0f, result, srnn__float_from_bits(0xff800000u));
    return srnn__select(x >= 0.0f, result, srnn__float_from_bits(SRNN__NAN_BITS));
}
