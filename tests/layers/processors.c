/* processors.c - the instruction sets that lib/base/processor.c chooses for processors that are not
 * at hand
 *
 * By what they return for cpuid. test_processors.sh compiles it; exit status 1 if one is wrong. */

/* First: whatever is declared after the library's headers is hidden. */
#include <stdio.h>

#include "base/processor.c"

#if SRNN__HAVE_AVX512

#define AMD 0x68747541u
#define INTEL 0x756e6547u

/* A processor of which exactly the bits are set that AVX-512 needs, and the one of XCR0 that always
 * is. */
static struct features with_avx512(unsigned vendor, unsigned signature)
{
    const struct features features = {
        {0, vendor, 0, 0},
        {signature, 0, 1u << 12 | 1u << 27 | 1u << 28, 0},
        {0, 1u << 5 | 1u << 16 | 1u << 31, 0, 0},
        0xe7u,
    };

    return features;
}

static int wrong(const char *name, const struct features *features, uint32_t wanted)
{
    const uint32_t set = best_set_of(features);

    if (set == wanted) {
        return 0;
    }
    printf("%s: set %u, not %u\n", name, (unsigned)set, (unsigned)wanted);
    return 1;
}

/* The last four differ in the vendor or the family alone from one that has one unit. */
static int wrong_units(void)
{
    static const struct {
        const char *name;
        unsigned vendor, signature;
        int has_one, has_amx;
    } processors[] = {
        {"Zen 4, EPYC", AMD, 0x00a10f11u, 1},
        {"Zen 4, Ryzen", AMD, 0x00a60f12u, 1},
        {"Zen 5, EPYC", AMD, 0x00b00f21u, 0},
        {"Zen 5, Ryzen", AMD, 0x00b40f40u, 0},
        {"Zen 5, Strix Point", AMD, 0x00b20f40u, 1},
        {"Zen 5, the last laptops of each range", AMD, 0x00b20ff0u, 1},
        {"Zen 5, the last laptops of each range", AMD, 0x00b60ff0u, 1},
        {"Zen 5, Krackan Point", AMD, 0x00b60f00u, 1},
        {"Zen 5, Strix Halo", AMD, 0x00b70f00u, 0},
        {"Skylake, server", INTEL, 0x00050654u, 0},
        {"Cannon Lake", INTEL, 0x00060663u, 1},
        {"Ice Lake, server", INTEL, 0x000606a6u, 0},
        {"Ice Lake, desktop", INTEL, 0x000706d1u, 1},
        {"Ice Lake, laptop", INTEL, 0x000706e5u, 1},
        {"Tiger Lake", INTEL, 0x000806c1u, 1},
        {"Tiger Lake H", INTEL, 0x000806d1u, 1},
        {"Rocket Lake", INTEL, 0x000a0671u, 1},
        {"a server that says Rocket Lake", INTEL, 0x000a0671u, 0, 1},
        {"Sapphire Rapids", INTEL, 0x000806f8u, 0},
        {"Tiger Lake of another vendor", 0x6f677948u, 0x000806c1u, 0},
        {"Tiger Lake of another family", INTEL, 0x000805c1u, 0},
        {"Strix Point of another family", AMD, 0x00c20f40u, 0},
        {"Zen 4 by Intel", INTEL, 0x00a10f11u, 0},
    };
    int count = 0;

    for (size_t i = 0; i < sizeof processors / sizeof processors[0]; i++) {
        struct features features = with_avx512(processors[i].vendor, processors[i].signature);

        features.leaf7.d = processors[i].has_amx ? 1u << 24 : 0;
        count +=
            wrong(processors[i].name, &features,
                  processors[i].has_one ? SRNN_INSTRUCTIONS_AVX512 : SRNN_INSTRUCTIONS_AVX512_DUAL);
    }
    return count;
}

/* Without any one of the bits that a set needs there is only the set below. */
static int wrong_bits(void)
{
    static const struct {
        const char *name;
        unsigned leaf1_c, leaf7_b, xcr0;
        uint32_t set;
    } missing[] = {
        {"no FMA", 1u << 12, 0, 0, SRNN_INSTRUCTIONS_BASELINE},
        {"no OSXSAVE", 1u << 27, 0, 0, SRNN_INSTRUCTIONS_BASELINE},
        {"no AVX", 1u << 28, 0, 0, SRNN_INSTRUCTIONS_BASELINE},
        {"no AVX2", 0, 1u << 5, 0, SRNN_INSTRUCTIONS_BASELINE},
        {"xmm is not saved", 0, 0, 1u << 1, SRNN_INSTRUCTIONS_BASELINE},
        {"ymm is not saved", 0, 0, 1u << 2, SRNN_INSTRUCTIONS_BASELINE},
        {"no AVX-512 F", 0, 1u << 16, 0, SRNN_INSTRUCTIONS_AVX2},
        {"no AVX-512 VL", 0, 1u << 31, 0, SRNN_INSTRUCTIONS_AVX2},
        {"masks are not saved", 0, 0, 1u << 5, SRNN_INSTRUCTIONS_AVX2},
        {"zmm is not saved", 0, 0, 1u << 6, SRNN_INSTRUCTIONS_AVX2},
        {"zmm16 is not saved", 0, 0, 1u << 7, SRNN_INSTRUCTIONS_AVX2},
    };
    int count = 0;

    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        struct features features = with_avx512(AMD, 0x00a10f11u);

        features.leaf1.c &= ~missing[i].leaf1_c;
        features.leaf7.b &= ~missing[i].leaf7_b;
        features.xcr0 &= ~missing[i].xcr0;
        count += wrong(missing[i].name, &features, missing[i].set);
    }
    return count;
}

/* The set of the processor at hand is the one that its compiler sees. */
static int wrong_here(void)
{
    const uint32_t best = srnn__instructions_best();
    const int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const int has_avx512 =
        has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");

    if ((best >= SRNN_INSTRUCTIONS_AVX2) == has_avx2 &&
        (best >= SRNN_INSTRUCTIONS_AVX512) == has_avx512) {
        return 0;
    }
    printf("here: set %u, but the compiler sees%s%s\n", (unsigned)best, has_avx2 ? " AVX2" : "",
           has_avx512 ? " AVX-512" : "");
    return 1;
}

int main(void)
{
    return wrong_units() + wrong_bits() + wrong_here() != 0;
}

#else

int main(void)
{
    printf("skip: this build has no instruction sets to choose from\n");
    return 77;
}

#endif
