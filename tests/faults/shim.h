/* shim.h - what the parts of the shim share (shim.c) */
#ifndef SHIM_H
#define SHIM_H

#include <stddef.h>

/* What can fail. */
enum kind {
    MEMORY,
    THREAD,
    OPEN,
    READ,
    WRITE,
    MESSAGE,
    FSYNC,
    FOLDER, /* the fsync of a folder */
    CLOSE,
    RENAME,
    UNLINK,
    TRUNCATE,
    CHMOD,
    LOCK,
    STAT,
    SEEK,
    LIST,
    KINDS
};

/* Count a call. Returns whether it is to fail. */
int shim_is_to_fail(enum kind kind);

/* The errno of what fails; 0: half of a read or a write is made. */
int shim_error(void);

/* End a program that cannot be watched: `why` is a line for its message. */
void shim_give_up(const char *why);

/* The arguments of a system call. */
struct call {
    long number;
    long values[5];
};

/* Make it, past the filter. Returns its result, or an errno as a negative number, as the kernel
 * does. */
long shim_make(const struct call *call);
long shim_make_own(long number, long a, long b, long c);

/* Open a file to append to it, past the filter; -1 for NULL. */
int shim_open(const char *path);

/* From here on catch the system calls of the program. */
void shim_catch_calls(void);

/* The path that a call opens, removes or renames, and the one that it renames to. */
const char *shim_path(const struct call *call);
const char *shim_new_path(const struct call *call);

/* Record system calls in a file, if the path is not NULL: each that changes a file is a line of
 * words, and a write has its bytes behind the line. power.py reads it. */
void shim_record_to(const char *path);

/* Record a call that was made, with its result, if it changes a file. `offset` is where a write
 * began, of shim_offset. */
long shim_offset(const struct call *call, enum kind kind);
void shim_record(const struct call *call, enum kind kind, long result, long offset);

#endif /* SHIM_H */
