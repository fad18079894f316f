/* step_kernels.c - the two kernels of a streamed step
 *
 * A table of their own, in a file of its own, so that an image that only streams
 * links no other kernel (lib/README.md). Where the baseline is compact its two are
 * made here, and the compact products use them too. */
#include "base/arithmetic.h"
#include "kernels/kernels.h"
#include "base/processor.h"

/* The two kernels of one set. */
#define SRNN__DECLARE(set)                                                                         \
    void srnn__multiply_row_##set(const float *x, size_t inner, const float *matrix,               \
                                  size_t columns, float *out);                                     \
    void srnn__activate_##set(uint32_t kind, float *row, size_t n);
#define SRNN__LOAD(set)                                                                            \
    kernels->multiply_row = srnn__multiply_row_##set;                                              \
    kernels->activate = srnn__activate_##set

#if SRNN__COMPACT
#define SRNN__VARIANT(name) srnn__##name##_step
#define SRNN__FMA(a, b, c) srnn__fma_apart(a, b, c)

/* A multiply-add that is computed takes too much code to stand at every place. */
#if SRNN__FMA_IS_COMPUTED
SRNN__APART float srnn__fma_apart(float a, float b, float c)
{
    return srnn__fma(a, b, c);
}
#else
#define srnn__fma_apart(a, b, c) srnn__fma(a, b, c)
#endif
#include "kernels/elementary.h"
#include "kernels/activate.h"

/* out [columns] += x [inner] times columns of matrix [inner, stride apart], for a
 * constant number of columns. */
static inline SRNN__ALWAYS void chains(const float *restrict x, size_t inner,
                                       const float *restrict matrix, size_t stride, size_t columns,
                                       float *restrict out)
{
    float sum[8];

    SRNN__UNROLLED
    for (size_t j = 0; j < columns; j++) {
        sum[j] = out[j];
    }
    for (const float *const end = x + inner; x < end; x++) {
        const float factor = *x;

        SRNN__UNROLLED
        for (size_t j = 0; j < columns; j++) {
            sum[j] = SRNN__FMA(factor, matrix[j], sum[j]);
        }
        matrix += stride;
    }
    SRNN__UNROLLED
    for (size_t j = 0; j < columns; j++) {
        out[j] = sum[j];
    }
}

/* The multiply_row() of kernels.h: eight columns at a time, then four, then one. */
void srnn__multiply_row_step(const float *x, size_t inner, const float *matrix, size_t columns,
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
#undef SRNN__VARIANT
#undef SRNN__FMA
#else
SRNN__DECLARE(baseline)
#endif

#if SRNN__HAVE_AVX2
SRNN__DECLARE(avx2)
#endif
#if SRNN__HAVE_AVX512
SRNN__DECLARE(avx512)
#endif

void srnn__step_kernels_load(uint32_t instructions, struct srnn__step_kernels *kernels)
{
#if SRNN__HAVE_AVX512
    if (instructions == SRNN_AVX512) {
        SRNN__LOAD(avx512);
        return;
    }
#endif
#if SRNN__HAVE_AVX2
    if (instructions == SRNN_AVX2) {
        SRNN__LOAD(avx2);
        return;
    }
#endif
    (void)instructions;
#if SRNN__COMPACT
    SRNN__LOAD(step);
#else
    SRNN__LOAD(baseline);
#endif
}

#undef SRNN__DECLARE
#undef SRNN__LOAD
