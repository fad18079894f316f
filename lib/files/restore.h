/* restore.h - what the functions that restore objects from a file share */
#ifndef SRNN_RESTORE_H
#define SRNN_RESTORE_H

#include "base/compiler.h"
#include "files/stored.h"

/* Checks what the file has for a live clipper and, if `commit` is set, stores it there. Errors:
 * SHAPE (another kind), FORMAT. */
SRNN__NOINLINE int32_t srnn__restore_clipper(const struct srnn__file *file, const char *part,
                                             srnn_clipper *clipper, int commit);

#endif
