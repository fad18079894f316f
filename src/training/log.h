/* log.h - the CSV log of a run: a line for each evaluation */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>
#include <stdio.h>

#include "training/progress.h"

struct log {
    const char *path; /* borrowed; NULL: no log */
    FILE *stream;     /* NULL without a log */
    int is_file;      /* a regular file, which is locked, cut and synchronised */
    int failed;       /* a line is missing, and a message was printed */
    int is_unsure;    /* lines may not be on the disk, and a message was printed */
};

/* The last line that a run logged before it was resumed. */
struct logged {
    uint64_t update;
    double loss; /* infinite: of a run that is not judged, or not yet */
};

/* Open the log at `path`, which may be NULL, and lock it: no other run may write it. A run that is
 * resumed keeps the lines up to `last`, and appends to them. The log is refused if its line of that
 * update has another loss, or if it has lines before and after that update but none of it. If it
 * ends before that update, a warning says so. A log without a line may be a new one, and is begun
 * without a warning. Any other run, for which `last` is NULL, overwrites the log. Returns 0, or
 * EXIT_FAILED after a message. */
int log_open(struct log *log, const char *path, const struct logged *last);

/* Write a line. The first failure prints a message and ends the log, not the run. */
void log_write(struct log *log, const struct report *report);

/* Put the lines on the disk. A checkpoint that is written afterwards can be resumed with them, also
 * when the power has failed. The first failure prints a message. */
void log_synchronize(struct log *log);

/* Close the log, with its lines on the disk. Returns 0, or EXIT_FAILED when a line is missing or
 * may not be there. */
int log_close(struct log *log);

#endif /* LOG_H */
