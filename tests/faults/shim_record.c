/* shim_record.c - what a program does to its files, call by call */
#include "shim.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int record = -1; /* a descriptor */

void shim_record_to(const char *path)
{
    record = shim_open(path);
}

long shim_offset(const struct call *call, enum kind kind)
{
    return kind == WRITE && record >= 0 ? shim_make_own(SYS_lseek, call->values[0], 0, SEEK_CUR)
                                        : 0;
}

/* Write a line of the record, and the `size` bytes that follow it. */
static void record_line(const char *line, const void *data, size_t size)
{
    shim_make_own(SYS_write, record, (long)line, (long)strlen(line));
    if (size > 0) {
        shim_make_own(SYS_write, record, (long)data, (long)size);
    }
}

void shim_record(const struct call *call, enum kind kind, long result, long offset)
{
    const long *v = call->values;
    char line[9000];

    if (record < 0 || result < 0) {
        return;
    }
    switch (kind) {
    case OPEN: {
        const long flags = v[call->number == SYS_openat ? 2 : 1];

        snprintf(line, sizeof line, "open %ld %d %s\n", result, (flags & O_TRUNC) != 0,
                 shim_path(call));
        break;
    }
    case WRITE:
        snprintf(line, sizeof line, "write %ld %ld %ld\n", v[0], offset, result);
        break;
    case TRUNCATE:
        snprintf(line, sizeof line, "truncate %ld %ld\n", v[0], v[1]);
        break;
    case FSYNC:
    case FOLDER:
        snprintf(line, sizeof line, "fsync %ld\n", v[0]);
        break;
    case CLOSE:
        snprintf(line, sizeof line, "close %ld\n", v[0]);
        break;
    case RENAME:
        snprintf(line, sizeof line, "rename %s %s\n", shim_path(call), shim_new_path(call));
        break;
    case UNLINK:
        snprintf(line, sizeof line, "unlink %s\n", shim_path(call));
        break;
    default:
        return;
    }
    record_line(line, (const void *)v[1], kind == WRITE ? (size_t)result : 0);
}
