/* processor.h - which instruction sets the build has and the processor runs. */
#ifndef SRNN_PROCESSOR_H
#define SRNN_PROCESSOR_H

#include "base/base.h"

/* Whether the AVX2 and AVX-512 kernels are compiled in. SRNN_NO_DISPATCH leaves
 * them out. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(SRNN_NO_DISPATCH)
#define SRNN__HAVE_AVX2 1
#define SRNN__HAVE_AVX512 1
#else
#define SRNN__HAVE_AVX2 0
#define SRNN__HAVE_AVX512 0
#endif

/* Whether kernels of this kind can run here. */
int srnn__instructions_available(uint32_t instructions);

/* The best kind that can. */
uint32_t srnn__instructions_best(void);

#endif
