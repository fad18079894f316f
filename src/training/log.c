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
#include "support/file_place.h"
#include "support/message.h"
#include "support/number.h"
#include "support/try.h"

/* The place of the loss in a line: two columns are before those of the table. */
#define LOSS_COLUMN 3

/* The columns after the update and the seconds. A new column goes to the end: programs may read the
 * others by their place. */
#define REPORT(field) offsetof(struct report, field)
static const struct {
    const char *name;
    size_t offset; /* of a double in struct report */
    /* An evaluation's is empty if there was none, one about updates before the first. */
    enum { ALWAYS, OF_EVALUATION, OF_UPDATES } source;
} columns[] = {
    {"train_loss", REPORT(train_loss), OF_UPDATES},
    {"loss", REPORT(loss), OF_EVALUATION},
    {"wrong", REPORT(wrong), OF_EVALUATION},
    {"mean_norm", REPORT(mean_norm), OF_UPDATES},
    {"largest_norm", REPORT(largest_norm), OF_UPDATES},
    {"fired", REPORT(fired), OF_UPDATES},
    {"omega", REPORT(omega), OF_UPDATES},
    {"signal", REPORT(signal), OF_UPDATES},
    {"spectral_radius", REPORT(radius), ALWAYS},
    {"rate", REPORT(rate), ALWAYS},
    {"singular_value", REPORT(singular), ALWAYS},
    {"threshold", REPORT(clipping.threshold), OF_UPDATES},
    {"median_norm", REPORT(clipping.median_norm), OF_UPDATES},
    {"decile_norm", REPORT(clipping.decile_norm), OF_UPDATES},
    {"longest_step", REPORT(clipping.longest_step), OF_UPDATES},
    {"promised", REPORT(clipping.promised), OF_UPDATES},
    {"alignment", REPORT(clipping.alignment), OF_UPDATES},
};

#define COLUMNS (sizeof columns / sizeof columns[0])

/* At least the bytes of a line, with its end, and of a number. */
#define LINE_BYTES 512
#define NUMBER_BYTES 32

/* The digits of a number. */
#define NUMBER_DIGITS 9

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

/* Whether the first line of a log, without an end, is what a run left whose power failed before the
 * line was on the disk: a beginning of it, and zeros. */
static int is_unfinished(const char *names, const char *line, size_t length)
{
    size_t same = 0;

    while (same < length && line[same] == names[same] && line[same] != '\n') {
        same++;
    }
    while (same < length && line[same] == '\0') {
        same++;
    }
    return same == length;
}

/* Check the first line of the log of a resumed run: [length] bytes with its end. Returns 0, or
 * EXIT_FAILED after a message if the file is the log of another version, or no log. */
static int check_names(const struct log *log, const char *names, const char *line, size_t length)
{
    return strncmp(line, names, length) == 0
               ? 0
               : fail("%s: its first line is not that of a log of this version; name another --log",
                      log->path);
}

/* Refuse the line of the last evaluation of another run: its loss is not `loss`, which is infinite
 * where there is none. A run that nothing judges has lines without a loss. Returns 0, or
 * EXIT_FAILED after a message. */
static int check_loss(const struct log *log, unsigned long number, const char *line, double loss)
{
    char expected[NUMBER_BYTES];
    double logged, last;
    size_t length;

    for (int commas = 0; commas < LOSS_COLUMN; commas++) {
        line += strcspn(line, ",");
        line += *line == ',';
    }
    length = strcspn(line, ",\n");
    rounded_describe(loss, NUMBER_DIGITS, expected, sizeof expected);
    logged = strtod(line, NULL);
    last = strtod(expected, NULL);
    if (length == 0 || isinf(loss) || logged == last || (isnan(logged) && isnan(last))) {
        return 0;
    }
    return fail(
        "%s:%lu: the log of another run: its loss is %.*s, that of the run to resume %s; name "
        "another --log",
        log->path, number, (int)length, line, expected);
}

/* Report a line behind the last evaluation, which has none itself. Returns EXIT_FAILED. */
static int refuse_gap(const struct log *log, unsigned long number, uint64_t last)
{
    return fail(
        "%s:%lu: the log of another run: it has no line of update %llu, the last evaluation "
        "of the run to resume; name another --log",
        log->path, number, (unsigned long long)last);
}

/* What a resumed run keeps of its log. */
struct kept {
    long bytes;
    unsigned long lines;
    uint64_t update; /* of the last line; 0 for that of the names */
};

/* After getline has found no line: whether the log ends there. Returns 0, or EXIT_FAILED after a
 * message, also when there was no memory for a line. */
static int finish_reading(const struct log *log)
{
    return feof(log->stream) ? 0 : fail("%s: %s", log->path, strerror(errno));
}

/* Refuse a log with a zero byte in `*line`, from log->stream, if this line or one behind it is of
 * an update up to `last`. If none is, a power failure has left the zeros where nothing was kept.
 * Returns 0, or EXIT_FAILED after a message. */
static int check_zeros(const struct log *log, unsigned long number, uint64_t last, char **line,
                       size_t *capacity)
{
    ssize_t length;

    do {
        char *end;
        const unsigned long long update = strtoull(*line, &end, 10);

        if (*end == ',' && update <= last) {
            return fail("%s:%lu: a zero byte, which no log has; name another --log", log->path,
                        number);
        }
        length = getline(line, capacity, log->stream);
    } while (length > 0);
    return finish_reading(log);
}

/* Read the lines of the log in log->stream up to that of update last->update. Behind that there may
 * be anything: lines that are made again, or what a power failure has left. A line without an end
 * is not kept. Returns 0, or EXIT_FAILED after a message. */
static int read_kept(const struct log *log, const char *names, const struct logged *last,
                     struct kept *kept, char **line)
{
    size_t capacity = 0;

    errno = 0;
    while (kept->lines < 2 || kept->update < last->update) {
        const ssize_t length = getline(line, &capacity, log->stream);
        uint64_t update = 0;

        if (length <= 0) {
            return finish_reading(log);
        }
        if (kept->lines == 0 && is_unfinished(names, *line, (size_t)length)) {
            return 0;
        }
        if (kept->lines == 0) {
            TRY(check_names(log, names, *line, (size_t)length));
        } else if (memchr(*line, '\0', (size_t)length) != NULL) {
            return check_zeros(log, kept->lines + 1, last->update, line, &capacity);
        } else {
            update = strtoull(*line, NULL, 10);
        }
        if ((*line)[length - 1] != '\n') {
            return 0;
        }
        if (update > last->update) {
            /* A log that has no other line was begun by a run that was resumed. */
            return kept->lines == 1 ? 0 : refuse_gap(log, kept->lines + 1, last->update);
        }
        if (kept->lines > 0 && update == last->update) {
            TRY(check_loss(log, kept->lines + 1, *line, last->loss));
        }
        *kept = (struct kept){ftell(log->stream), kept->lines + 1, update};
    }
    return 0;
}

/* The same with a line of its own, and a warning about lines that are missing. */
static int find_kept(const struct log *log, const char *names, const struct logged *last,
                     long *bytes)
{
    struct kept kept = {0, 0, 0};
    char *line = NULL;
    const int result = read_kept(log, names, last, &kept, &line);

    free(line);
    *bytes = kept.bytes;
    if (result == 0 && kept.lines > 1 && kept.update < last->update) {
        warn("%s: lines are missing between those of update %llu and update %llu", log->path,
             (unsigned long long)kept.update, (unsigned long long)last->update);
    }
    return result;
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

/* Refuse a log that is the file of a standard stream too: the two would overwrite each other.
 * Standard output may append, since the result is printed after the last line of the log. Returns
 * 0, or EXIT_FAILED after a message. */
static int check_streams(const struct log *log)
{
    static const struct {
        const char *name;
        int descriptor;
    } streams[] = {{"standard output", STDOUT_FILENO}, {"standard error", STDERR_FILENO}};

    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        const int descriptor = streams[i].descriptor;
        struct stat own, stream;

        if (fstat(fileno(log->stream), &own) == 0 && fstat(descriptor, &stream) == 0 &&
            file_same_status(&own, &stream) &&
            (descriptor != STDOUT_FILENO || (fcntl(descriptor, F_GETFL) & O_APPEND) == 0)) {
            return fail("%s: %s writes this file too; use two files", log->path, streams[i].name);
        }
    }
    return 0;
}

/* Lock the log, and cut it behind the line `last`, or behind nothing for NULL. *kept, which is 0,
 * receives how many bytes it has. Only a regular file is locked and cut. Returns 0, or EXIT_FAILED
 * after a message. */
static int prepare_log(struct log *log, const char *names, const struct logged *last, long *kept)
{
    struct stat status;

    log->is_file = fstat(fileno(log->stream), &status) != 0 || S_ISREG(status.st_mode);
    if (!log->is_file) {
        return 0;
    }
    TRY(check_streams(log));
    TRY(lock_log(log));
    if (last != NULL) {
        TRY(find_kept(log, names, last, kept));
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

/* Write the first line of a log that has none, and put it and the file's name on the disk. Returns
 * 0, or EXIT_FAILED after a message. */
static int begin_log(struct log *log, const char *names)
{
    if (fputs(names, log->stream) < 0 || fflush(log->stream) != 0) {
        return fail("%s: %s; no update was made", log->path, strerror(errno));
    }
    log_synchronize(log);
    if (log->is_file) {
        file_synchronize_folder(log->path);
    }
    return 0;
}

int log_open(struct log *log, const char *path, const struct logged *last)
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
    TRY(open_stream(log, last != NULL));
    result = prepare_log(log, names, last, &kept);
    if (result == 0 && kept == 0) {
        result = begin_log(log, names);
    }
    if (result != 0) {
        fclose(log->stream);
        log->stream = NULL;
    }
    return result;
}

void log_write(struct log *log, const struct report *report)
{
    char number[NUMBER_BYTES];

    if (log->stream == NULL || log->failed) {
        return;
    }
    fprintf(log->stream, "%llu,%.3f", (unsigned long long)report->updates, report->seconds);
    for (size_t i = 0; i < COLUMNS; i++) {
        const size_t offset = columns[i].offset;
        const double value = *(const double *)(const void *)((const char *)report + offset);

        if ((columns[i].source == OF_EVALUATION && report->wrong < 0.0) ||
            (columns[i].source == OF_UPDATES && report->updates == 0)) {
            fputc(',', log->stream);
        } else {
            fprintf(log->stream, ",%s",
                    rounded_describe(value, NUMBER_DIGITS, number, sizeof number));
        }
    }
    fputc('\n', log->stream);
    if (fflush(log->stream) != 0) {
        fail_log(log);
    }
}

void log_synchronize(struct log *log)
{
    if (log->stream != NULL && log->is_file && !log->is_unsure && fsync(fileno(log->stream)) != 0) {
        warn("%s: %s; lines of the log may be missing on the disk", log->path, strerror(errno));
        log->is_unsure = 1;
    }
}

int log_close(struct log *log)
{
    log_synchronize(log);
    if (log->stream != NULL && fclose(log->stream) != 0) {
        fail_log(log);
    }
    return log->failed || log->is_unsure ? EXIT_FAILED : 0;
}
