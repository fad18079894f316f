/* progress.h - what a long run shows on standard error
 *
 * On a terminal one line is rewritten about four times a second; elsewhere a
 * line is written for each evaluation. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

/* What is known at an evaluation; also a line of the log. */
struct report {
    uint64_t updates;
    double seconds;
    double train_loss; /* means since the evaluation before */
    double mean_norm;
    double largest_norm;
    double fired; /* share of the updates that were clipped */
    double omega;
    double signal;   /* share of the steps that carried signal */
    double loss;     /* of the last evaluation, as the fields below */
    double wrong;    /* negative: there was none yet */
    double radius;   /* spectral, of the recurrent weights */
    double singular; /* the largest singular value of theirs */
    double rate;
};

struct progress {
    int quiet;
    int terminal;
    int live; /* the cursor stands on the line that is rewritten */
    double started;
    double shown;   /* when the line was last written */
    uint64_t first; /* updates that were done when it started */
};

/* Start at `first` updates. */
void progress_begin(struct progress *progress, int quiet, uint64_t first);

/* Whether it is time to show something between evaluations. */
int progress_due(const struct progress *progress);

/* Rewrite the line: where the run is, how fast, how long it still takes (its
 * limits are `updates` and `seconds` of work, of which `report` tells how much
 * is done; 0: none), and the numbers of the last updates. */
void progress_show(struct progress *progress, const struct report *report, uint64_t updates,
                   double seconds);

/* Write a line about an evaluation. */
void progress_report(struct progress *progress, const struct report *report);

/* Leave the line that is rewritten, before anything else is written. */
void progress_clear(struct progress *progress);

#endif /* PROGRESS_H */
