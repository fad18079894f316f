/* rounding.c - whether the build's arithmetic rounds each operation on its own
 *
 * Empty with gcc. */
#include "base/rounding.h"
#include "base/arithmetic.h"
#include "base/processor.h"

#if !SRNN__IS_GCC

/* The operands are read from memory, so that the compiler cannot compute with them itself. */
static SRNN__INLINE int check(void)
{
    volatile float operands[3] = {0x1.001p0f, -0.0f, srnn__float_from_bits(0x7fc00000u)};
    const float x = operands[0];
    const float zero = operands[1];
    const float nan = operands[2];
    const int is_contracted = x * x - 0x1.002p0f != 0.0f;
    const int is_reordered = (x + 0x1p24f) - 0x1p24f != 2.0f;
    const int is_by_reciprocal = x / 3.0f != 0x1.556aaap-2f;
    const int loses_sign = srnn__float_bits(zero + 0.0f) != 0;
    const int loses_nan = nan == nan;

    return !is_contracted && !is_reordered && !is_by_reciprocal && !loses_sign && !loses_nan;
}

/* The same with the flags of the kernels that set a target, which may contract where the rest has
 * no instruction for it. */
#if SRNN__HAVE_AVX2
static int check_avx2(void) __attribute__((target("avx2,fma")));

static int check_avx2(void)
{
    return check();
}
#endif

int srnn__rounds_each(void)
{
#if SRNN__HAVE_AVX2
    if (srnn__instructions_available(SRNN_INSTRUCTIONS_AVX2) && !check_avx2()) {
        return 0;
    }
#endif
    return check();
}

#endif
