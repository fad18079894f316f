/* log.h - the CSV log of a run: a line for each evaluation */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>
#include <stdio.h>

#include "training/progress.h"

struct log {
    const char *path; /* borrowed; NULL: no log */
    FILE *stream;     /* NULL without a log */
    int failed;       /* a line is missing, and a message was printed */
};

/* Open the log at `path`, which may be NULL, and lock it: no other run may write it. A run that is
 * resumed after `resumed_updates` updates removes the lines of later updates from the log and
 * appends to it; any other run overwrites it. Returns 0, or EXIT_FAILED after a message. */
int log_open(struct log *log, const char *path, int resumed, uint64_t resumed_updates);

/* Write a line. The first failure prints a message and ends the log, not the run. */
void log_write(struct log *log, const struct report *report);

/* Close the log. Returns 0, or EXIT_FAILED when a line is missing. */
int log_close(struct log *log);

#endif /* LOG_H */
