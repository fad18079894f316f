/* elementary.h - exp, log, tanh, sigmoid and sqrt with results that are
 * the same bits everywhere
 *
 * A template: each kernel file defines
 *
 *     SRNN__VARIANT(name)    the name with the suffix of the variant
 *     SRNN__FMA(a, b, c)     the float multiply-add of the variant
 *
 * and includes this file once. The scalar functions choose by masks instead of
 * branches, so that a loop over any of them becomes vector code, and consist of
 * IEEE 754 operations in one fixed order, so that neither compiler nor vector
 * width shows in a result. A NaN comes out as the one quiet NaN 0x7fc00000,
 * whichever NaN went in, since processors differ in what they make of one.
 *
 * The error bounds below, in units in the last place, and monotonicity are
 * those of fused arithmetic, found by tests/exact/sweep_elementary.c, which
 * tries all 2^32 arguments. Where SRNN__FMA multiplies, rounds and adds, exp,
 * log, tanh and sigmoid stay within 0.90, 0.97, 1.11 and 1.75, and ten pairs of
 * neighbours near 0.91, and their mirror images, have tanh in the wrong
 * order. Coefficients are minimax, rounded to float one by one, the remaining
 * ones fitted anew each time. */
#ifndef SRNN__ELEMENTARY_COMMON
#define SRNN__ELEMENTARY_COMMON

#include <stddef.h>

#include "base/arithmetic.h"
#include "srnn.h"

#define SRNN__NAN_BITS 0x7fc00000u

/* Adding 1.5 * 2^23 to a float smaller than 2^22 rounds it to an integer, which
 * the low bits of the sum then hold in two's complement. */
#define SRNN__ROUNDER 0x1.8p23f

/* ln 2 in two parts. The high one has 15 bits, so that its product with an
 * exponent is exact, even where the multiply-add is not fused. */
#define SRNN__LN2_HIGH 0x1.62e4p-1f
#define SRNN__LN2_LOW 0x1.7f7d1cp-20f

/* `yes` when the condition is 1, `no` when it is 0. A mask, because gcc turns ?:
 * into a branch, to compute only the operand that is needed or to use that the
 * other one is constant, and then does not vectorise the loop. */
static inline float srnn__select(int condition, float yes, float no)
{
#if SRNN__COMPACT
    return condition ? yes : no;
#else
    const uint32_t mask = 0u - (uint32_t)condition;
    return srnn__float_from_bits((srnn__float_bits(yes) & mask)
                                 | (srnn__float_bits(no) & ~mask));
#endif
}

static inline double srnn__select_double(int condition, double yes, double no)
{
#if SRNN__COMPACT
    return condition ? yes : no;
#else
    const uint64_t mask = 0u - (uint64_t)condition;
    return srnn__double_from_bits((srnn__double_bits(yes) & mask)
                                  | (srnn__double_bits(no) & ~mask));
#endif
}

/* `value`, or the NaN of this library when `argument` is a NaN. */
static inline float srnn__unless_nan(float argument, float value)
{
    return srnn__select(argument == argument, value, srnn__float_from_bits(SRNN__NAN_BITS));
}

static inline float srnn__magnitude(float x)
{
    return srnn__float_from_bits(srnn__float_bits(x) & 0x7fffffffu);
}

/* The square root of a non-negative double, within 1 ulp for every argument,
 * subnormal ones included. For a float argument the result rounded to float is
 * the correctly rounded square root: a root of 24 bits or fewer comes out
 * exactly, and all others are farther than 1 ulp from a point halfway between
 * two floats. Zeros and +infinity map to themselves, negative numbers and NaN to
 * NaN.
 *
 * Halving the bits halves the exponent and gives a start within 4 %; each Heron
 * step squares the relative error and halves it: 2^-10, 2^-21, 2^-43, 2^-87. */
static inline double srnn__sqrt(double x)
{
    const int tiny = x < DBL_MIN;
    const double scaled = x * srnn__select_double(tiny, 0x1p54, 1.0);
    double root;

    root = srnn__double_from_bits((srnn__double_bits(scaled) >> 1) + UINT64_C(0x1ff7a3bea91d9b1b));
    for (int step = 0; step < 4; step++) root = 0.5 * (root + scaled / root);
    root *= srnn__select_double(tiny, 0x1p-27, 1.0);
    root = srnn__select_double(x > DBL_MAX, x, root);
    root = srnn__select_double(x > 0.0, root,
                               srnn__double_from_bits(UINT64_C(0x7ff8000000000000)));
    return srnn__select_double(x == 0.0, x, root);
}

#endif

/* The exponential comes in parts, which tanh and sigmoid use on their own. With
 * n the integer next to x / ln 2 and r = x - n ln 2,
 *
 *     exp(x) = 2^n (1 + t),    t = exp(r) - 1 = r + r^2 P(r),    |r| <= 0.3466.
 *
 * exp_exponent gives n + SRNN__ROUNDER, for |x| up to 2^20. */
static inline float SRNN__VARIANT(exp_exponent)(float x)
{
    return SRNN__FMA(x, 0x1.715476p0f, SRNN__ROUNDER);
}

/* P(r), of degree 4, which gives 1 + t a relative error of 2^-28.2. */
static inline float SRNN__VARIANT(exp_series)(float r)
{
    float p = 0x1.6ac74ap-10f;
    p = SRNN__FMA(p, r, 0x1.123de0p-7f);
    p = SRNN__FMA(p, r, 0x1.555858p-5f);
    p = SRNN__FMA(p, r, 0x1.55548cp-3f);
    return SRNN__FMA(p, r, 0x1.fffffcp-2f);
}

/* t, given x and its exp_exponent. */
static inline float SRNN__VARIANT(exp_fraction)(float x, float exponent)
{
    const float n = exponent - SRNN__ROUNDER;
    const float r = SRNN__FMA(n, -SRNN__LN2_LOW, SRNN__FMA(n, -SRNN__LN2_HIGH, x));
    return SRNN__FMA(r * r, SRNN__VARIANT(exp_series)(r), r);
}

/* exp(x), within 0.88 ulp, subnormal results included; monotone. exp(0) = 1,
 * +infinity from 88.72284 on, 0 below -103.9721.
 *
 * t is summed with the rounding error of r. A power of two up to 2^128 or down to
 * 2^-150 is no float, hence two factors, of which only the second can round. The
 * bits of SRNN__ROUNDER, 0x4b400000, leave on the left when they are shifted. */
static inline float SRNN__VARIANT(exp)(float x)
{
    const float above = srnn__select(x > -104.0f, x, -104.0f);
    const float inside = srnn__select(above < 89.0f, above, 89.0f);
    const float exponent = SRNN__VARIANT(exp_exponent)(inside);
    const float n = exponent - SRNN__ROUNDER;
    const float high = SRNN__FMA(n, -SRNN__LN2_HIGH, inside);
    const float r = SRNN__FMA(n, -SRNN__LN2_LOW, high);
    const float error = SRNN__FMA(n, -SRNN__LN2_LOW, high - r);
    const float t = r + SRNN__FMA(r * r, SRNN__VARIANT(exp_series)(r), error);
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
 * degree 8 and gives log(1 + f) a relative error of 2^-27.6; its constant term
 * is -1/2. */
static inline float SRNN__VARIANT(log)(float x)
{
    const int tiny = x < FLT_MIN;
    const float scaled = x * srnn__select(tiny, 0x1p24f, 1.0f);
    const uint32_t bits = srnn__float_bits(scaled) + (0x3f800000u - 0x3f2aaaabu);
    const float k = (float)(int32_t)(bits >> 23) - srnn__select(tiny, 151.0f, 127.0f);
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

/* tanh(x), within 0.95 ulp; monotone, odd to the bit, so tanh(-0) = -0.
 *
 * With a = |x|: below 0.925, a + a^3 P(a^2), P of degree 6, relative error
 * 2^-29.1; from there on 1 - 2 / (exp(2 a) + 1), which is 1 from 9.011 on, so
 * that a may stop at 10. The sum exp(2 a) + 1 = 2^n t + (2^n + 1) is rounded
 * once. A lower seam would cost precision: the error of the quotient grows. */
static inline float SRNN__VARIANT(tanh)(float x)
{
    const float magnitude = srnn__magnitude(x);
    const float a = srnn__select(magnitude < 10.0f, magnitude, 10.0f);
    const float square = a * a;
    const float exponent = SRNN__VARIANT(exp_exponent)(a + a);
    const float fraction = SRNN__VARIANT(exp_fraction)(a + a, exponent);
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
    result = srnn__float_from_bits(srnn__float_bits(result)
                                   | (srnn__float_bits(x) & 0x80000000u));
    return srnn__unless_nan(x, result);
}

/* 1 / (1 + exp(-x)), within 1.70 ulp, subnormal results included; monotone.
 * sigmoid(0) = 0.5, 0 below -103.9721, 1 from 16.6356 on (exactly: 17.329).
 *
 * 1 + exp(-x) = 2^n t + (2^n + 1); what the sum in brackets loses to rounding,
 * at n = 24 half a unit in the last place, is added to the product. Where 2^n is
 * so large that the 1 has no weight, 2^(n - 60) takes its place, lest it overflow,
 * and the quotient is multiplied by 2^-60 at the end. */
static inline float SRNN__VARIANT(sigmoid)(float x)
{
    const float above = srnn__select(-x > -30.0f, -x, -30.0f);
    const float inside = srnn__select(above < 104.0f, above, 104.0f);
    const float exponent = SRNN__VARIANT(exp_exponent)(inside);
    const float fraction = SRNN__VARIANT(exp_fraction)(inside, exponent);
    const int huge = inside > 70.0f;
    const float shifted = exponent - srnn__select(huge, 60.0f, 0.0f);
    const float power = srnn__float_from_bits((srnn__float_bits(shifted) + 127u) << 23);
    const float sum = power + 1.0f;
    const float lost = (power - sum) + 1.0f;
    const float quotient = 1.0f / (sum + SRNN__FMA(power, fraction, lost));
    return srnn__unless_nan(x, quotient * srnn__select(huge, 0x1p-60f, 1.0f));
}
