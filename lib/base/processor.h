/* processor.h - the instruction sets of the build and of the processor. */
#ifndef SRNN_PROCESSOR_H
#define SRNN_PROCESSOR_H

#include "base/base.h"
#include "base/compiler.h"

/* Whether the AVX2 and AVX-512 kernels are in the build. SRNN_NO_DISPATCH leaves them out. clang
 * has them for Visual Studio too, where it does not call itself gcc. */
#if defined(__x86_64__) && (SRNN__IS_GCC || SRNN__IS_CLANG) && !defined(SRNN_NO_DISPATCH)
#define SRNN__HAVE_AVX2 1
#define SRNN__HAVE_AVX512 1
#else
#define SRNN__HAVE_AVX2 0
#define SRNN__HAVE_AVX512 0
#endif

/* Whether the build has this set and the processor runs it. */
int srnn__instructions_available(uint32_t instructions);

/* Of these the set that suits the processor best. */
uint32_t srnn__instructions_best(void);

#endif
