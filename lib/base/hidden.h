/* hidden.h - hides the names of every file that includes it
 *
 * A shared object that the static library is linked into does not export hidden names. So two
 * plugins with two versions of the library cannot get in each other's way. srnn.h says what is not
 * hidden. Functions of the C library must not be hidden either: the headers that declare them come
 * before the pragma, and heap.c has one more. On Windows only what is marked is exported. */
#ifndef SRNN_HIDDEN_H
#define SRNN_HIDDEN_H

#include <string.h>

#if defined(__ELF__) || defined(__APPLE__)
#pragma GCC visibility push(hidden)
#endif

#endif
