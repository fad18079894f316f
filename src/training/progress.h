/* progress.h - what a run shows on standard error
 *
 * On a terminal one line is rewritten about four times a second; elsewhere a
 * line is written for each evaluation. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

/* What the clipper has measured. The numbers of steps are 0 with an optimizer whose step is not the
 * rate times the gradient. */
struct clipping {
    double threshold;    /* of the last update; 0 where nothing is clipped by a threshold */
    double median_norm;  /* half of the recent norms are below it */
    double decile_norm;  /* nine tenths of the recent norms are below it */
    double longest_step; /* at the full rate, as a share of the norm of the weights */
    double promised;     /* share of the loss that a step without clipping promises; a median */
    double alignment;    /* mean cosine of the angle between a gradient and the one before */
    /* Of all updates. */
    double largest_norm;
    double fired;     /* share of them that were clipped */
    double suggested; /* a threshold of --clip norm to try first */
    int knows_step;   /* 1: it is the median of the rule AUTO; 0: it is decile_norm */
};

/* The measurements at an evaluation; also a line of the log. */
struct report {
    uint64_t updates;
    double seconds;
    /* Of the updates since the evaluation before. */
    double train_loss; /* mean */
    double mean_norm;  /* mean norm of the gradient */
    double largest_norm;
    double fired;  /* share of the updates that were clipped */
    double omega;  /* mean */
    double signal; /* mean share of the steps that carried signal */
    /* Of the last evaluation. */
    double loss;
    double wrong;    /* share that is wrong; negative before the first evaluation */
    double radius;   /* spectral radius of the recurrent weights */
    double singular; /* largest singular value of the recurrent weights */
    /* Of the next update. */
    double rate;
    struct clipping clipping;
};

struct progress {
    int quiet;
    int terminal;      /* standard error is a terminal */
    int on_line;       /* the cursor stands on the line that is rewritten */
    double start_time; /* time of the start */
    double shown_time; /* time when the line was last written */
    uint64_t first;    /* number of updates before the start */
};

/* Start after `first` updates. */
void progress_begin(struct progress *progress, int quiet, uint64_t first);

/* Whether it is time to show something between evaluations. */
int progress_due(const struct progress *progress);

/* Rewrite the line: the updates done, their speed, the time left, and the numbers of the last
 * updates. The run ends after `updates` updates or `seconds` seconds of work (0: no limit). */
void progress_show(struct progress *progress, const struct report *report, uint64_t updates,
                   double seconds);

/* Write the line of an evaluation. */
void progress_report(struct progress *progress, const struct report *report);

/* Write the line that says which threshold the norms so far suggest, and why. */
void progress_norms(struct progress *progress, const struct clipping *clipping);

/* Clear the line that is rewritten, before anything else is written. */
void progress_clear(struct progress *progress);

#endif /* PROGRESS_H */
