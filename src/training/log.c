/* log.c - the CSV log of a run: a line for each evaluation */
#include "training/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "support/exit_codes.h"
#include "support/message.h"

static const char head[] = "update,seconds,train_loss,loss,wrong,mean_norm,largest_norm,"
                           "fired,omega,signal,spectral_radius,rate,singular_value\n";

/* Print a message for the first failure. */
static void fail_log(struct log *log)
{
    if (!log->failed) {
        warn("%s: %s; the log stays incomplete", log->path, strerror(errno));
        log->failed = 1;
    }
}

/* The number of bytes that a resumed run keeps of the log in `stream`: the lines up to its last
 * update. A last line without an end is not kept. */
static long kept_bytes(FILE *stream, uint64_t updates)
{
    char line[512];
    long kept = 0;

    while (fgets(line, sizeof line, stream) != NULL && strchr(line, '\n') != NULL) {
        if (kept > 0 && strtoull(line, NULL, 10) > updates) {
            break;
        }
        kept = ftell(stream);
    }
    return kept;
}

int log_open(struct log *log, const char *path, int resumed, uint64_t resumed_updates)
{
    long kept = 0;

    memset(log, 0, sizeof *log);
    log->path = path;
    if (path == NULL) {
        return 0;
    }
    log->stream = resumed ? fopen(path, "r+") : NULL;
    if (log->stream != NULL) {
        kept = kept_bytes(log->stream, resumed_updates);
        if (fseek(log->stream, kept, SEEK_SET) != 0 ||
            ftruncate(fileno(log->stream), (off_t)kept) != 0) {
            fclose(log->stream);
            log->stream = NULL;
        }
    } else if (!resumed || errno == ENOENT) {
        log->stream = fopen(path, "w");
    }
    if (log->stream == NULL) {
        return fail("%s: %s", path, strerror(errno));
    }
    if (kept == 0 && (fputs(head, log->stream) == EOF || fflush(log->stream) != 0)) {
        fail_log(log);
        fclose(log->stream);
        log->stream = NULL;
        return EXIT_FAILED;
    }
    return 0;
}

void log_write(struct log *log, const struct report *report)
{
    if (log->stream == NULL || log->failed) {
        return;
    }
    fprintf(log->stream, "%llu,%.3f,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g\n",
            (unsigned long long)report->updates, report->seconds, report->train_loss, report->loss,
            report->wrong, report->mean_norm, report->largest_norm, report->fired, report->omega,
            report->signal, report->radius, report->rate, report->singular);
    if (fflush(log->stream) != 0) {
        fail_log(log);
    }
}

int log_close(struct log *log)
{
    if (log->stream != NULL && fclose(log->stream) != 0) {
        fail_log(log);
    }
    return log->failed ? EXIT_FAILED : 0;
}
