/* step_kernels.c - the two kernels of a streamed step
 *
 * A table of their own, in a file of its own, so that an image that only streams links no other
 * kernel (lib/README.md). Where the baseline is compact its two kernels are here; the compact
 * products use them too. They are also the reference of row.h and activate.h. */
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "kernels/common.h"
#include "kernels/kernels.h"
#include "kernels/scalar.h"
#include "kernels/variants.h"

#if SRNN__COMPACT
#define SRNN__FMA(a, b, c) srnn__fma_call(a, b, c)
#include "kernels/exponential.h"
#include "kernels/activate.h"

void srnn__activate_compact(uint32_t kind, float *row, size_t n)
{
    activate(kind, row, n);
}

/* out [columns] += x [inner] times columns of matrix [inner, stride apart], for a
 * constant number of columns. */
static SRNN__INLINE void chains(const float *restrict x, size_t inner, const float *restrict matrix,
                                size_t stride, size_t columns, float *restrict out)
{
    float sum[8];

    SRNN__LOOP_UNROLLED
    for (size_t j = 0; j < columns; j++) {
        sum[j] = out[j];
    }
    for (const float *const end = x + inner; x < end; x++) {
        const float factor = *x;

        SRNN__LOOP_UNROLLED
        for (size_t j = 0; j < columns; j++) {
            sum[j] = SRNN__FMA(factor, matrix[j], sum[j]);
        }
        matrix += stride;
    }
    SRNN__LOOP_UNROLLED
    for (size_t j = 0; j < columns; j++) {
        out[j] = sum[j];
    }
}

/* The multiply_row() of kernels.h: eight columns at a time, then four, then one. */
void srnn__multiply_row_compact(const float *x, size_t inner, const float *matrix, size_t columns,
                                float *out)
{
    size_t j = 0;

    for (; j + 8 <= columns; j += 8) {
        chains(x, inner, matrix + j, columns, 8, out + j);
    }
    for (; j + 4 <= columns; j += 4) {
        chains(x, inner, matrix + j, columns, 4, out + j);
    }
    for (; j < columns; j++) {
        chains(x, inner, matrix + j, columns, 1, out + j);
    }
}

void srnn__step_kernels_baseline(struct srnn__step_kernels *kernels)
{
    kernels->multiply_row = srnn__multiply_row_compact;
    kernels->activate = srnn__activate_compact;
}
#endif

void srnn__step_kernels_load(uint32_t instructions, struct srnn__step_kernels *kernels)
{
#if SRNN__HAVE_AVX512
    if (instructions == SRNN_INSTRUCTIONS_AVX512 || instructions == SRNN_INSTRUCTIONS_AVX512_DUAL) {
        srnn__step_kernels_avx512(kernels);
        return;
    }
#endif
#if SRNN__HAVE_AVX2
    if (instructions == SRNN_INSTRUCTIONS_AVX2) {
        srnn__step_kernels_avx2(kernels);
        return;
    }
#endif
    (void)instructions;
    srnn__step_kernels_baseline(kernels);
}
