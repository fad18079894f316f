/* rounding.h - whether the build's arithmetic rounds each operation on its own */
#ifndef SRNN_ROUNDING_H
#define SRNN_ROUNDING_H

#include "base/compiler.h"

/* Whether a few operations, with the flags of the whole build and on this processor, round as they
 * are written. Finds what clang has no macro for: -ffp-contract=fast, which its pragma does not
 * turn off, and the parts of -ffast-math. gcc needs no such look (exact.h). */
#if SRNN__IS_GCC
#define srnn__rounds_each() 1
#else
int srnn__rounds_each(void);
#endif

#endif
