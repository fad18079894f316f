/* dispatch.c - the choice of the kernels of an instruction set */
#include "kernels/kernels.h"
#include "kernels/variants.h"

void srnn__kernels_load(uint32_t instructions, struct srnn__kernels *kernels)
{
#if SRNN__HAVE_AVX512
    if (instructions == SRNN_INSTRUCTIONS_AVX512) {
        srnn__kernels_avx512(kernels);
        return;
    }
    if (instructions == SRNN_INSTRUCTIONS_AVX512_DUAL) {
        srnn__kernels_avx512_dual(kernels);
        return;
    }
#endif
#if SRNN__HAVE_AVX2
    if (instructions == SRNN_INSTRUCTIONS_AVX2) {
        srnn__kernels_avx2(kernels);
        return;
    }
#endif
    (void)instructions;
    srnn__kernels_baseline(kernels);
}
