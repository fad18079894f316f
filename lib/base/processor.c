/* processor.c - which instruction sets the processor runs
 *
 * By cpuid: the compilers' own helpers keep their result in a global of their run-time library. Not
 * by <cpuid.h>, whose names are in the way of those of <intrin.h> on Windows. */
#include "base/processor.h"

#if SRNN__HAVE_AVX2

/* What cpuid returns for a leaf and subleaf 0: all 0 for a leaf that the processor has not. */
struct registers {
    unsigned a, b, c, d;
};

static struct registers cpuid(unsigned leaf)
{
    struct registers r = {0, 0, 0, 0};
    unsigned last, b, c, d;

    __asm__ volatile("cpuid" : "=a"(last), "=b"(b), "=c"(c), "=d"(d) : "0"(0), "2"(0));
    if (leaf <= last) {
        __asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "0"(leaf), "2"(0));
    }
    return r;
}

/* In register c of leaf 1: the operating system saves registers that xgetbv tells of. */
#define OSXSAVE (1u << 27)

/* What says which sets a processor runs: leaves of cpuid, and XCR0, which is 0 where it cannot be
 * read. */
struct features {
    struct registers leaf0, leaf1, leaf7;
    unsigned xcr0;
};

/* Returns whether a core of a processor that has AVX-512 does one multiply-add of 512 bits at a
 * time: in one unit, or in two of 256 bits that join. No bit of cpuid says so. These do one:
 *
 *   AMD    Zen 4, family 19h; of Zen 5, family 1Ah, the models 20h to 2Fh and 60h to 6Fh (laptops)
 *   Intel  Cannon Lake, and the clients of Ice Lake, Tiger Lake and Rocket Lake, all of family 6
 *
 * A processor that is not listed is taken to do two, since that error costs less. By the count of
 * instructions for 50 columns, it takes 8/7 of the time, and the other error 7/4.
 *
 * Only servers have AMX, and they do two. That is tested first: a virtual machine may show AMX with
 * a client's model number. One that reports Rocket Lake was measured to do two. */
static int has_one_unit(const struct features *features)
{
    const unsigned auth = 0x68747541u; /* of "AuthenticAMD" */
    const unsigned genu = 0x756e6547u; /* of "GenuineIntel" */
    const unsigned vendor = features->leaf0.b;
    const unsigned signature = features->leaf1.a;
    const unsigned model = ((signature >> 12) & 0xf0u) | ((signature >> 4) & 15u);
    const unsigned amx_tile = 1u << 24; /* of register d of leaf 7 */
    unsigned family = (signature >> 8) & 15u;

    if ((features->leaf7.d & amx_tile) != 0) {
        return 0;
    }
    if (family == 15u) {
        family += (signature >> 20) & 255u;
    }
    if (vendor == auth) {
        return family == 0x19u ||
               (family == 0x1au && ((model & 0xf0u) == 0x20u || (model & 0xf0u) == 0x60u));
    }
    return vendor == genu && family == 6u &&
           (model == 0x66u || model == 0x7du || model == 0x7eu || model == 0x8cu ||
            model == 0x8du || model == 0xa7u);
}

/* The best set of x86-64. A set needs its bits of leaves 1 and 7 of cpuid, and an operating system
 * that saves its registers, whose bits are set in XCR0. AVX2: FMA, OSXSAVE and AVX in leaf 1, AVX2
 * in leaf 7, bits 1 and 2 of XCR0. AVX-512 besides: F and VL in leaf 7, bits 5 to 7 of XCR0. */
static uint32_t best_set_of(const struct features *features)
{
    const unsigned leaf1 = (1u << 12) | OSXSAVE | (1u << 28);
    const unsigned leaf7_avx2 = 1u << 5;
    const unsigned leaf7_avx512 = (1u << 16) | (1u << 31);
    const unsigned leaf7 = features->leaf7.b;

    if ((features->leaf1.c & leaf1) != leaf1 || (leaf7 & leaf7_avx2) == 0 ||
        (features->xcr0 & 6u) != 6u) {
        return SRNN_INSTRUCTIONS_BASELINE;
    }
    if ((leaf7 & leaf7_avx512) != leaf7_avx512 || (features->xcr0 & 0xe0u) != 0xe0u) {
        return SRNN_INSTRUCTIONS_AVX2;
    }
    return has_one_unit(features) ? SRNN_INSTRUCTIONS_AVX512 : SRNN_INSTRUCTIONS_AVX512_DUAL;
}

static uint32_t best_set(void)
{
    struct features features = {cpuid(0), cpuid(1), cpuid(7), 0};

    if ((features.leaf1.c & OSXSAVE) != 0) {
        unsigned high;
        __asm__ volatile("xgetbv" : "=a"(features.xcr0), "=d"(high) : "c"(0));
    }
    return best_set_of(&features);
}
#else
static uint32_t best_set(void)
{
    return SRNN_INSTRUCTIONS_BASELINE;
}
#endif

/* The sets are numbered from the least on, and a processor that runs one runs those below it. The
 * last two need the same. */
int srnn__instructions_available(uint32_t instructions)
{
    const uint32_t best = best_set();

    return instructions >= SRNN_INSTRUCTIONS_BASELINE &&
           (instructions <= best ||
            (instructions == SRNN_INSTRUCTIONS_AVX512_DUAL && best == SRNN_INSTRUCTIONS_AVX512));
}

uint32_t srnn__instructions_best(void)
{
    return best_set();
}
