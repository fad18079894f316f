/* hidden.h - hides the names of every file that includes it
 *
 * A shared object that the static library is linked into does not export them, so that two plugins
 * with two versions of the library cannot get in each other's way. srnn.h itself says what is not
 * hidden. C's own functions must not be, so the C headers that declare any come first; heap.c has
 * another. Windows exports nothing that is not marked. */
#ifndef SRNN_HIDDEN_H
#define SRNN_HIDDEN_H

#include <string.h>

#if defined(__ELF__) || defined(__APPLE__)
#pragma GCC visibility push(hidden)
#endif

#endif
