/* log.c - the CSV log of a run: a line for each evaluation */
#include "training/log.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "support/exit_codes.h"
#include "support/message.h"
#include "support/try.h"

/* The columns after the update and the seconds. A new column goes to the end: programs may read the
 * others by their place. */
#define REPORT(field) offsetof(struct report, field)
static const struct {
    const char *name;
    size_t offset; /* of a double in struct report */
} columns[] = {
    {"train_loss", REPORT(train_loss)},
    {"loss", REPORT(loss)},
    {"wrong", REPORT(wrong)},
    {"mean_norm", REPORT(mean_norm)},
    {"largest_norm", REPORT(largest_norm)},
    {"fired", REPORT(fired)},
    {"omega", REPORT(omega)},
    {"signal", REPORT(signal)},
    {"spectral_radius", REPORT(radius)},
    {"rate", REPORT(rate)},
    {"singular_value", REPORT(singular)},
    {"threshold", REPORT(clipping.threshold)},
    {"median_norm", REPORT(clipping.median_norm)},
    {"decile_norm", REPORT(clipping.decile_norm)},
    {"longest_step", REPORT(clipping.longest_step)},
    {"promised", REPORT(clipping.promised)},
    {"alignment", REPORT(clipping.alignment)},
};

#define COLUMNS (sizeof columns / sizeof columns[0])

/* At least the bytes of a line, with its end. */
#define LINE_BYTES 512

/* Write the first line to `line`. */
static void first_line(char line[LINE_BYTES])
{
    size_t used = (size_t)snprintf(line, LINE_BYTES, "update,seconds");

    for (size_t i = 0; i < COLUMNS; i++) {
        used += (size_t)snprintf(line + used, LINE_BYTES - used, ",%s", columns[i].name);
    }
    snprintf(line + used, LINE_BYTES - used, "\n");
}

/* Print a message for the first failure. */
static void fail_log(struct log *log)
{
    if (!log->failed) {
        warn("%s: %s; the log stays incomplete", log->path, strerror(errno));
        log->failed = 1;
    }
}

/* Check line `number`, from 1, of the log of a resumed run: [length] bytes with its end. Returns 0,
 * or EXIT_FAILED after a message if the file is the log of another version, or no log. */
static int check_line(const struct log *log, const char *names, const char *line, size_t length,
                      unsigned long number)
{
    if (number == 1 && strncmp(line, names, length) != 0) {
        return fail("%s: its first line is not that of a log of this version; name another --log",
                    log->path);
    }
    return memchr(line, '\0', length) == NULL
               ? 0
               : fail("%s:%lu: a zero byte, which no log has; name another --log", log->path,
                      number);
}

/* Find the number of bytes that a resumed run keeps of the log in log->stream: the lines up to its
 * last update. A last line without an end is not kept. Returns 0, or EXIT_FAILED after a message.
 */
static int find_kept(const struct log *log, const char *names, uint64_t updates, long *kept)
{
    char *line = NULL;
    size_t capacity = 0;
    unsigned long number = 1;
    ssize_t length;
    int result = 0;

    errno = 0;
    while ((length = getline(&line, &capacity, log->stream)) > 0) {
        result = check_line(log, names, line, (size_t)length, number);
        if (result != 0 || line[length - 1] != '\n' ||
            (number > 1 && strtoull(line, NULL, 10) > updates)) {
            break;
        }
        *kept = ftell(log->stream);
        number++;
    }
    free(line);
    return length > 0 || feof(log->stream) ? result : fail("%s: %s", log->path, strerror(errno));
}

/* Refuse a log that another process writes. What cannot be locked, such as a pipe, or a file on
 * some file systems, is let through. Returns 0, or EXIT_FAILED after a message. */
static int lock_log(const struct log *log)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const int descriptor = fileno(log->stream);

    if (fcntl(descriptor, F_SETLK, &lock) == 0 || (errno != EACCES && errno != EAGAIN)) {
        return 0;
    }
    if (fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0) {
        return fail("%s: process %ld writes this log; name another --log", log->path,
                    (long)lock.l_pid);
    }
    return fail("%s: another process writes this log; name another --log", log->path);
}

/* Lock the log, and cut it behind its line of update `updates`, or behind nothing for a run that is
 * not resumed. *kept, which is 0, receives how many bytes it has. Only a regular file is locked and
 * cut. Returns 0, or EXIT_FAILED after a message. */
static int prepare_log(struct log *log, const char *names, int resumed, uint64_t updates,
                       long *kept)
{
    struct stat status;

    if (fstat(fileno(log->stream), &status) == 0 && !S_ISREG(status.st_mode)) {
        return 0;
    }
    TRY(lock_log(log));
    if (resumed) {
        TRY(find_kept(log, names, updates, kept));
    }
    return fseek(log->stream, *kept, SEEK_SET) == 0 &&
                   ftruncate(fileno(log->stream), (off_t)*kept) == 0
               ? 0
               : fail("%s: %s", log->path, strerror(errno));
}

/* Open the file of a log, which is made if it is not there. Returns 0, or EXIT_FAILED after a
 * message. */
static int open_stream(struct log *log, int resumed)
{
    const int descriptor =
        open(log->path, (resumed ? O_RDWR : O_WRONLY) | O_CREAT | O_CLOEXEC, 0666);

    log->stream = descriptor >= 0 ? fdopen(descriptor, resumed ? "r+" : "w") : NULL;
    if (log->stream != NULL) {
        return 0;
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return fail("%s: %s", log->path, strerror(errno));
}

int log_open(struct log *log, const char *path, int resumed, uint64_t resumed_updates)
{
    char names[LINE_BYTES];
    long kept = 0;
    int result;

    memset(log, 0, sizeof *log);
    log->path = path;
    if (path == NULL) {
        return 0;
    }
    first_line(names);
    TRY(open_stream(log, resumed));
    result = prepare_log(log, names, resumed, resumed_updates, &kept);
    if (result == 0 && kept == 0 && (fputs(names, log->stream) < 0 || fflush(log->stream) != 0)) {
        fail_log(log);
        result = EXIT_FAILED;
    }
    if (result != 0) {
        fclose(log->stream);
        log->stream = NULL;
    }
    return result;
}

void log_write(struct log *log, const struct report *report)
{
    if (log->stream == NULL || log->failed) {
        return;
    }
    fprintf(log->stream, "%llu,%.3f", (unsigned long long)report->updates, report->seconds);
    for (size_t i = 0; i < COLUMNS; i++) {
        const size_t offset = columns[i].offset;
        const double value = *(const double *)(const void *)((const char *)report + offset);

        if (report->wrong < 0.0 && (offset == REPORT(loss) || offset == REPORT(wrong))) {
            fputc(',', log->stream); /* a run that nothing judges */
        } else if (isnan(value)) {
            fputs(",nan", log->stream); /* printf puts a sign before it on some machines */
        } else {
            fprintf(log->stream, ",%.9g", value);
        }
    }
    fputc('\n', log->stream);
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
