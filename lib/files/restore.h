/* restore.h - what the functions that restore objects from a file share */
#ifndef SRNN_RESTORE_H
#define SRNN_RESTORE_H

#include "base/compiler.h"
#include "files/stored.h"

/* The largest count in a file, 2^52: more than any run has, and few enough that adding 1 to the
 * double still counts. */
#define SRNN__MAX_COUNT 4503599627370496.0

/* Returns whether a number is a count: an integer from 0 to SRNN__MAX_COUNT. */
static inline int srnn__is_count(double value)
{
    return value >= 0.0 && value <= SRNN__MAX_COUNT && value == (double)(uint64_t)value;
}

/* Checks what the file has for a live clipper and, if `commit` is set, stores it there. Errors:
 * SHAPE (another kind), FORMAT. */
SRNN__NOINLINE int32_t srnn__restore_clipper(const struct srnn__file *file, const char *part,
                                             srnn_clipper *clipper, int commit);

#endif
