/* exponential.h - the parts of exp that exp, tanh and the logistic function share
 *
 * A template: a file that includes it defines SRNN__FMA(a, b, c), its multiply-add of floats. */

/* Adding 1.5 * 2^23 to a float smaller than 2^22 rounds it to an integer, which the low bits of
 * the sum then hold in two's complement. */
#define SRNN__ROUNDER 0x1.8p23f

/* ln 2 in two parts. The high one has 15 bits, so that its product with an exponent is exact,
 * even where the multiply-add is not fused. */
#define SRNN__LN2_HIGH 0x1.62e4p-1f
#define SRNN__LN2_LOW 0x1.7f7d1cp-20f

/* With n the integer next to x / ln 2 and r = x - n ln 2,
 *
 *     exp(x) = 2^n (1 + t),    t = exp(r) - 1 = r + r^2 P(r),    |r| <= 0.3466.
 *
 * exp_exponent returns n + SRNN__ROUNDER, for |x| up to 2^20. */
static inline float exp_exponent(float x)
{
    return SRNN__FMA(x, 0x1.715476p0f, SRNN__ROUNDER);
}

/* P(r), of degree 4; the relative error of 1 + t is 2^-28.2. */
static inline float exp_series(float r)
{
    float p = 0x1.6ac74ap-10f;
    p = SRNN__FMA(p, r, 0x1.123de0p-7f);
    p = SRNN__FMA(p, r, 0x1.555858p-5f);
    p = SRNN__FMA(p, r, 0x1.55548cp-3f);
    return SRNN__FMA(p, r, 0x1.fffffcp-2f);
}
