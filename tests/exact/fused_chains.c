/* fused_chains.c - the computed multiply-add against the C library's, in chains
 *
 * A link alone is easy for a compiler to get right; gcc 12 at -O3 once joined two
 * links of two lanes without rounding to float between them. So chains are tried,
 * for every number of lanes that a vectoriser may take, with operands of which
 * ties, cancellations and subnormal results come out.
 *
 * Exits with 0 if all agree. The C library's fmaf is taken to be exact, which
 * glibc's is. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arithmetic.h"

enum { LANES = 16, ROUNDS = 20000 };

/* A float with an exponent near 0 and, half the time, few bits, so that products
 * and sums fall on ties; or one so small that results are subnormal. */
static float draw(uint64_t *state)
{
    uint32_t bits;

    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    bits = (uint32_t)(*state >> 32);
    bits = (bits & 0x80ffffffu) | (0x3c000000u + ((bits & 0x07000000u)));
    if (*state & 1u) {
        bits &= 0xfffff000u;
    }
    if ((*state & 0x1eu) == 0) {
        bits -= 0x3a000000u;
    }
    return srnn__float_from_bits(bits);
}

/* Chains of three links over `lanes` lanes; the number is a constant in each
 * call, so that the loop may vanish. */
static inline void chains(const float *restrict x, const float *restrict c, float *restrict y,
                          size_t lanes)
{
    for (size_t i = 0; i < lanes; i++) {
        float sum = c[0];
        sum = srnn__fma_exact(sum, x[i], c[1]);
        sum = srnn__fma_exact(sum, x[i], c[2]);
        sum = srnn__fma_exact(sum, x[i], c[3]);
        y[i] = sum;
    }
}

static void run(const float *x, const float *c, float *y, size_t lanes)
{
    switch (lanes) {
    case 1:
        chains(x, c, y, 1);
        break;
    case 2:
        chains(x, c, y, 2);
        break;
    case 4:
        chains(x, c, y, 4);
        break;
    case 8:
        chains(x, c, y, 8);
        break;
    default:
        chains(x, c, y, lanes);
        break;
    }
}

static unsigned count_wrong(const float *x, const float *c, const float *y, size_t lanes)
{
    unsigned wrong = 0;

    for (size_t i = 0; i < lanes; i++) {
        const float sum = fmaf(fmaf(fmaf(c[0], x[i], c[1]), x[i], c[2]), x[i], c[3]);
        wrong += srnn__float_bits(sum) != srnn__float_bits(y[i]);
    }
    return wrong;
}

int main(void)
{
    uint64_t state = UINT64_C(88172645463325252);
    unsigned wrong = 0;

    for (int round = 0; round < ROUNDS; round++) {
        const size_t lanes = (size_t)round % LANES + 1;
        float x[LANES], c[4], y[LANES];
        for (size_t i = 0; i < LANES; i++) {
            x[i] = draw(&state);
        }
        for (size_t i = 0; i < 4; i++) {
            c[i] = draw(&state);
        }
        run(x, c, y, lanes);
        wrong += count_wrong(x, c, y, lanes);
    }
    printf("%u chains differ\n", wrong);
    return wrong == 0 ? 0 : 1;
}
