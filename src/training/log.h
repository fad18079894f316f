/* log.h - the CSV log of a run: a line for each evaluation */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>
#include <stdio.h>

#include "training/progress.h"

struct log {
    const char *path; /* borrowed; NULL: no log */
    FILE *stream;
    int failed;
};

/* Open the log at `path`, which may be NULL. A run that is resumed after
 * `resumed_updates` adds to the log that is there, from which the lines of later
 * updates are taken away; any other run starts it anew. Gives 0, or EXIT_FAILED
 * after a message. */
int log_open(struct log *log, const char *path, int resumed, uint64_t resumed_updates);

/* Write a line. The first failure gives a message; the run goes on without. */
void log_write(struct log *log, const struct report *report);

/* Close the log. Gives 0, or EXIT_FAILED when any line is missing. */
int log_close(struct log *log);

#endif /* LOG_H */
