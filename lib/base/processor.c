/* processor.c - which instruction sets the processor runs
 *
 * By cpuid: the compilers' own helpers keep their result in a global of their run-time library. */
#include "base/processor.h"

#if SRNN__HAVE_AVX2
#include <cpuid.h>

/* The best set of x86-64; it includes those below it. A set needs its bits of leaves 1 and 7 of
 * cpuid, and an operating system that saves its registers, whose bits are set in XCR0. AVX2: FMA,
 * OSXSAVE and AVX in leaf 1, AVX2 in leaf 7, bits 1 and 2 of XCR0. AVX-512 besides: F and VL in
 * leaf 7, bits 5 to 7 of XCR0. */
static uint32_t best_set(void)
{
    const unsigned leaf1 = (1u << 12) | (1u << 27) | (1u << 28);
    const unsigned leaf7_avx2 = 1u << 5;
    const unsigned leaf7_avx512 = (1u << 16) | (1u << 31);
    unsigned a, b, c, d;
    unsigned xcr0_low, xcr0_high;

    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & leaf1) != leaf1 ||
        !__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & leaf7_avx2) == 0) {
        return SRNN_INSTRUCTIONS_BASELINE;
    }
    __asm__ volatile("xgetbv" : "=a"(xcr0_low), "=d"(xcr0_high) : "c"(0));
    if ((xcr0_low & 6u) != 6u) {
        return SRNN_INSTRUCTIONS_BASELINE;
    }
    return (b & leaf7_avx512) == leaf7_avx512 && (xcr0_low & 0xe0u) == 0xe0u
               ? SRNN_INSTRUCTIONS_AVX512
               : SRNN_INSTRUCTIONS_AVX2;
}
#else
static uint32_t best_set(void)
{
    return SRNN_INSTRUCTIONS_BASELINE;
}
#endif

/* The sets are numbered from the least to the best. */
int srnn__instructions_available(uint32_t instructions)
{
    return instructions >= SRNN_INSTRUCTIONS_BASELINE && instructions <= best_set();
}

uint32_t srnn__instructions_best(void)
{
    return best_set();
}
