/* processor.c - which instruction sets the processor runs. Level 1.
 *
 * Asks the processor itself: the compilers' own helpers keep their answer in a
 * global of their run-time library. */
#include "processor.h"

#if SRNN__HAVE_AVX2
#include <cpuid.h>

/* AVX2 and FMA, and an operating system that saves the wide registers: OSXSAVE
 * and AVX in leaf 1 together with FMA, bits 1 and 2 of XCR0, AVX2 in leaf 7. */
static int have_avx2(void)
{
    const unsigned leaf1 = (1u << 12) | (1u << 27) | (1u << 28);
    unsigned a, b, c, d;
    unsigned xcr0_low, xcr0_high;

    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & leaf1) != leaf1) {
        return 0;
    }
    __asm__ volatile("xgetbv" : "=a"(xcr0_low), "=d"(xcr0_high) : "c"(0));
    if ((xcr0_low & 6u) != 6u) {
        return 0;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 5)) != 0;
}
#else
static int have_avx2(void)
{
    return 0;
}
#endif

int srnn__instructions_available(uint32_t instructions)
{
    return instructions == SRNN_BASELINE || (instructions == SRNN_AVX2 && have_avx2());
}

uint32_t srnn__instructions_best(void)
{
    return have_avx2() ? SRNN_AVX2 : SRNN_BASELINE;
}
