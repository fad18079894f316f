/* progress.c - what a run shows on standard error */
#include "training/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "support/clock.h"

static const double interval = 0.25;

void progress_begin(struct progress *progress, int quiet, uint64_t first)
{
    progress->quiet = quiet;
    progress->terminal = isatty(STDERR_FILENO);
    progress->on_line = 0;
    progress->start_time = clock_seconds();
    progress->shown_time = progress->start_time;
    progress->first = first;
}

int progress_due(const struct progress *progress)
{
    return !progress->quiet && progress->terminal &&
           clock_seconds() - progress->shown_time >= interval;
}

/* Write a time as 1:02:03 or 2:03. */
static void format_time(char *text, size_t size, double seconds)
{
    const unsigned long whole = (unsigned long)seconds;

    if (whole >= 3600) {
        snprintf(text, size, "%lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        snprintf(text, size, "%lu:%02lu", whole / 60, whole % 60);
    }
}

/* The updates a second since the start. */
static double speed(const struct progress *progress, uint64_t updates)
{
    const double elapsed = clock_seconds() - progress->start_time;

    return elapsed > 0.0 ? (double)(updates - progress->first) / elapsed : 0.0;
}

/* The seconds to the nearer of the two limits, or -1 when they are not known. */
static double time_left(const struct report *report, double rate, uint64_t updates, double seconds)
{
    double left = -1.0;

    if (rate > 0.0 && updates >= report->updates) {
        left = (double)(updates - report->updates) / rate;
    }
    if (seconds > 0.0 && (left < 0.0 || seconds - report->seconds < left)) {
        left = seconds > report->seconds ? seconds - report->seconds : 0.0;
    }
    return left;
}

void progress_show(struct progress *progress, const struct report *report, uint64_t updates,
                   double seconds)
{
    const double rate = speed(progress, report->updates);
    const double left = time_left(report, rate, updates, seconds);
    char left_text[32] = "?";
    char wrong_text[32] = "?";
    char line[160];

    if (left >= 0.0) {
        format_time(left_text, sizeof left_text, left);
    }
    if (report->wrong >= 0.0) {
        snprintf(wrong_text, sizeof wrong_text, "%.1f%%", 100.0 * report->wrong);
    }
    snprintf(line, sizeof line,
             "%llu, %.0f/s, %s left: loss %.4f wrong %s |g| %.3g clip %.0f%% Omega %.2f",
             (unsigned long long)report->updates, rate, left_text, report->train_loss, wrong_text,
             report->mean_norm, 100.0 * report->fired, report->omega);
    /* A longer line would wrap, and \r would not get back to its start. */
    fprintf(stderr, "\r\033[K%.79s", line);
    fflush(stderr);
    progress->on_line = 1;
    progress->shown_time = clock_seconds();
}

void progress_report(struct progress *progress, const struct report *report)
{
    char time_text[32];
    char threshold_text[32] = "";

    if (progress->quiet) {
        return;
    }
    progress_clear(progress);
    format_time(time_text, sizeof time_text, report->seconds);
    if (report->clipping.threshold > 0.0) {
        snprintf(threshold_text, sizeof threshold_text, "at %.3g", report->clipping.threshold);
    }
    fprintf(stderr,
            "%8llu  %7s  %5.0f/s  train %.4f  loss %.4f  wrong %6.2f%%  |g| %-8.3g  "
            "clip %3.0f%% %-11s  Omega %.3f  spectral radius %.3f\n",
            (unsigned long long)report->updates, time_text, speed(progress, report->updates),
            report->train_loss, report->loss, 100.0 * report->wrong, report->mean_norm,
            100.0 * report->fired, threshold_text, report->omega, report->radius);
}

void progress_norms(struct progress *progress, const struct clipping *clipping)
{
    if (progress->quiet) {
        return;
    }
    progress_clear(progress);
    fprintf(stderr, "norms: half below %.3g, nine tenths below %.3g, largest %.3g; ",
            clipping->median_norm, clipping->decile_norm, clipping->largest_norm);
    if (clipping->knows_step) {
        fprintf(stderr,
                "unclipped steps promise %.3g%% of the loss%s; suggested: --clip norm:%.3g, "
                "the median of --clip auto",
                100.0 * clipping->promised, clipping->promised > 1.0 ? ", more than there is" : "",
                clipping->suggested);
    } else {
        fprintf(stderr, "suggested: --clip norm:%.3g, which a tenth are above",
                clipping->suggested);
    }
    if (clipping->threshold > 0.0) {
        fprintf(stderr, "; now %.3g, %.3g%% were clipped", clipping->threshold,
                100.0 * clipping->fired);
    }
    fputc('\n', stderr);
}

void progress_clear(struct progress *progress)
{
    if (progress->on_line) {
        fputs("\r\033[K", stderr);
        progress->on_line = 0;
    }
}
