/* progress.c - what a run shows on standard error */
#include "training/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support/clock.h"

/* Seconds between two versions of the line that is rewritten. */
static const double interval = 0.25;

/* Seconds of an evaluation after which the line says that it is one. */
static const double patience = 2.0;

/* ---------------------------------------------------------------------------
 * Numbers
 * ------------------------------------------------------------------------ */

/* The bytes of a cell, with its end. */
#define CELL 40

/* Write a time as 2:03, 1:02:03 or, from ten hours on, 12h05. */
static void format_time(char text[CELL], double seconds)
{
    const unsigned long whole = (unsigned long)seconds;

    if (whole >= 36000) {
        snprintf(text, CELL, "%luh%02lu", whole / 3600, whole / 60 % 60);
    } else if (whole >= 3600) {
        snprintf(text, CELL, "%lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        snprintf(text, CELL, "%lu:%02lu", whole / 60, whole % 60);
    }
}

/* Write a number from 0 on with `digits` digits after the point, 3 or 4, or fewer where it is
 * large: in at most twice `digits` characters. The bounds leave room for rounding, which may add a
 * digit. */
static void format_number(char text[CELL], double number, int digits)
{
    if (isnan(number)) {
        snprintf(text, CELL, "nan");
    } else if (number < (digits > 3 ? 999.0 : 99.0)) {
        snprintf(text, CELL, "%.*f", digits, number);
    } else if (number < 1e5) {
        snprintf(text, CELL, "%.*f", digits - 3, number);
    } else {
        snprintf(text, CELL, "%.*e", digits - 3, number);
    }
}

/* The updates a second since the start. */
static double speed(const struct progress *progress, uint64_t updates)
{
    const double elapsed = clock_seconds() - progress->start_time;

    return elapsed > 0.0 ? (double)(updates - progress->first) / elapsed : 0.0;
}

/* The seconds to the nearer of the two limits, or -1 when they are not known. */
static double time_left(const struct progress *progress, const struct report *report)
{
    const double rate = speed(progress, report->updates);
    const uint64_t updates = progress->shown.updates;
    const double seconds = progress->shown.seconds;
    double left = -1.0;

    if (rate > 0.0 && updates >= report->updates) {
        left = (double)(updates - report->updates) / rate;
    }
    if (seconds > 0.0 && (left < 0.0 || seconds - report->seconds < left)) {
        left = seconds > report->seconds ? seconds - report->seconds : 0.0;
    }
    return left;
}

/* ---------------------------------------------------------------------------
 * Columns
 * ------------------------------------------------------------------------ */

/* From here on cells are written to text [CELL]. */

static void write_update(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    snprintf(text, CELL, "%llu", (unsigned long long)report->updates);
}

static void write_time(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    format_time(text, report->seconds);
}

static void write_left(const struct progress *progress, const struct report *report, char *text)
{
    const double left = time_left(progress, report);

    if (left < 0.0 || left >= 1000.0 * 3600.0) {
        snprintf(text, CELL, "-");
        return;
    }
    text[0] = '<';
    format_time(text + progress->shown.may_end_sooner, left);
}

static void write_train(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    format_number(text, report->train_loss, 4);
}

static void write_loss(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    format_number(text, report->loss, 4);
}

static void write_wrong(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    snprintf(text, CELL, "%.2f%%", 100.0 * report->wrong);
}

static void write_norm(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    snprintf(text, CELL, "%.3g", report->mean_norm);
}

static void write_fired(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    snprintf(text, CELL, "%.0f%%", 100.0 * report->fired);
}

static void write_threshold(const struct progress *progress, const struct report *report,
                            char *text)
{
    (void)progress;
    snprintf(text, CELL, "%.3g", report->clipping.threshold);
}

static void write_omega(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    format_number(text, report->omega, 3);
}

static void write_radius(const struct progress *progress, const struct report *report, char *text)
{
    (void)progress;
    if (report->radius < 0.0) {
        snprintf(text, CELL, "-"); /* before the first evaluation */
    } else {
        format_number(text, report->radius, 3);
    }
}

static void write_speed(const struct progress *progress, const struct report *report, char *text)
{
    snprintf(text, CELL, "%.0f", speed(progress, report->updates));
}

/* The columns in the order in which room is given to them. */
static const struct {
    const char *title;
    int width;
    unsigned part;     /* of the run: PROGRESS_ bits; 0: every run has it */
    int is_of_updates; /* before the first update there is nothing to show */
    void (*write)(const struct progress *progress, const struct report *report, char *text);
} columns[] = {
    {"update", 9, 0, 0, write_update},
    {"time", 8, 0, 0, write_time},
    {"left", 9, 0, 0, write_left},
    {"train", 9, 0, 1, write_train},
    {"loss", 9, PROGRESS_JUDGES, 0, write_loss},
    {"wrong", 8, PROGRESS_JUDGES, 0, write_wrong},
    {"|g|", 9, 0, 1, write_norm},
    {"clip", 5, PROGRESS_CLIPS, 1, write_fired},
    {"at", 9, PROGRESS_CLIPS, 1, write_threshold},
    {"Omega", 7, PROGRESS_OMEGA, 1, write_omega},
    {"radius", 7, 0, 0, write_radius},
    {"/s", 7, 0, 1, write_speed},
};

/* Write a line of cells, or of titles if `report` is NULL: as many columns as there is room for. */
static void write_row(const struct progress *progress, const struct report *report)
{
    char text[CELL];
    int used = 0;

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if ((columns[i].part & ~progress->shown.parts) != 0) {
            continue;
        }
        used += columns[i].width;
        if (used >= progress->width) {
            break;
        }
        if (report == NULL) {
            snprintf(text, CELL, "%s", columns[i].title);
        } else if ((columns[i].part == PROGRESS_JUDGES && report->wrong < 0.0) ||
                   (columns[i].is_of_updates && report->updates == 0)) {
            snprintf(text, CELL, "-"); /* before the first evaluation, or the first update */
        } else {
            columns[i].write(progress, report, text);
        }
        fprintf(stderr, " %*s", columns[i].width - 1, text);
    }
}

/* ---------------------------------------------------------------------------
 * Lines
 * ------------------------------------------------------------------------ */

/* The columns that the terminal itself says it has; 0: it says nothing. POSIX got a function for
 * that in 2024 only; systems have had this request long before. */
static long ask_width(void)
{
#ifdef TIOCGWINSZ
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) {
        return size.ws_col;
    }
#endif
    return 0;
}

/* The columns for a line: what COLUMNS says, or else the terminal, from 40 to 1000, or else 80. */
static int find_width(void)
{
    const char *text = getenv("COLUMNS");
    const long told = text != NULL ? strtol(text, NULL, 10) : 0;
    const long width = told > 0 ? told : ask_width();

    return width >= 40 && width <= 1000 ? (int)width : 80;
}

void progress_begin(struct progress *progress, int quiet, const struct progress_run *run,
                    uint64_t first)
{
    progress->quiet = quiet;
    progress->terminal = isatty(STDERR_FILENO);
    progress->width = find_width();
    progress->shown = *run;
    progress->on_line = 0;
    progress->has_heading = 0;
    progress->start_time = clock_seconds();
    progress->shown_time = progress->start_time;
    progress->first = first;
}

/* Write the titles of the columns, once. */
static void write_heading(struct progress *progress)
{
    if (!progress->has_heading) {
        write_row(progress, NULL);
        fputc('\n', stderr);
        progress->has_heading = 1;
    }
}

int progress_due(const struct progress *progress)
{
    return !progress->quiet && progress->terminal &&
           clock_seconds() - progress->shown_time >= interval;
}

/* The line that is rewritten has been written. */
static void end_line(struct progress *progress)
{
    fflush(stderr);
    progress->on_line = 1;
    progress->shown_time = clock_seconds();
}

void progress_show(struct progress *progress, const struct report *report)
{
    progress_clear(progress);
    write_heading(progress);
    write_row(progress, report);
    end_line(progress);
}

void progress_evaluating(struct progress *progress, double share)
{
    if (share <= 0.0) {
        progress->evaluation_time = clock_seconds();
    }
    if (!progress_due(progress) || clock_seconds() - progress->evaluation_time < patience) {
        return;
    }
    progress_clear(progress);
    fprintf(stderr, "evaluating, %.0f%% done", 100.0 * share);
    end_line(progress);
}

void progress_report(struct progress *progress, const struct report *report)
{
    if (progress->quiet) {
        return;
    }
    progress_clear(progress);
    write_heading(progress);
    write_row(progress, report);
    fputc('\n', stderr);
}

void progress_norms(struct progress *progress, const struct clipping *clipping)
{
    if (progress->quiet) {
        return;
    }
    progress_clear(progress);
    if (clipping->largest_norm <= 0.0) {
        fputs("norms: all 0: nothing was learnt yet\n", stderr);
        return;
    }
    fprintf(stderr, "norms: half below %.3g, nine tenths below %.3g, largest %.3g\n",
            clipping->median_norm, clipping->decile_norm, clipping->largest_norm);
    if (clipping->knows_step) {
        fprintf(stderr, "  unclipped steps promise %.3g%% of the loss%s\n",
                100.0 * clipping->promised, clipping->promised > 1.0 ? ", more than there is" : "");
    }
    fprintf(stderr, "  suggested: --clip norm:%.3g, %s\n", clipping->suggested,
            clipping->knows_step ? "the median of --clip auto" : "which a tenth are above");
    if (clipping->threshold > 0.0) {
        fprintf(stderr, "  now %.3g, %.3g%% were clipped\n", clipping->threshold,
                100.0 * clipping->fired);
    }
}

void progress_clear(struct progress *progress)
{
    if (progress->on_line) {
        fprintf(stderr, "\r%*s\r", progress->width - 1, ""); /* any terminal knows blanks */
        progress->on_line = 0;
    }
}
