/* progress.h - what a run shows on standard error
 *
 * A heading, and a line for each evaluation; on a terminal the last line is rewritten about four
 * times a second. Lines fit the terminal, or as many columns as the environment variable COLUMNS
 * says, or 80. */
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
    double wrong;    /* share that is wrong; negative, and `loss` not set, before the first */
    double radius;   /* spectral radius of the recurrent weights; negative before the first */
    double singular; /* largest singular value of the recurrent weights */
    /* Of the next update. */
    double rate;
    struct clipping clipping;
};

/* What a run has besides updates: bits for progress_run. */
#define PROGRESS_JUDGES 1u /* evaluations */
#define PROGRESS_CLIPS 2u
#define PROGRESS_OMEGA 4u

/* What is shown of a run, and when it ends. */
struct progress_run {
    unsigned parts;     /* a sum of PROGRESS_ bits */
    uint64_t updates;   /* largest number of updates */
    double seconds;     /* most seconds of work; 0: no limit */
    int may_end_sooner; /* 1: by its target or by its patience */
};

struct progress {
    int quiet;
    int terminal; /* standard error is a terminal */
    int width;    /* columns of it */
    struct progress_run shown;
    int on_line;            /* the cursor stands on the line that is rewritten */
    int has_heading;        /* the heading is written */
    double start_time;      /* time of the start */
    double shown_time;      /* time when the line was last written */
    double evaluation_time; /* time when the last evaluation began */
    uint64_t first;         /* number of updates before the start */
};

/* Start after `first` updates. */
void progress_begin(struct progress *progress, int quiet, const struct progress_run *run,
                    uint64_t first);

/* Whether it is time to show something between evaluations. */
int progress_due(const struct progress *progress);

/* Rewrite the line: the updates done, the time left, and the numbers of the last updates. */
void progress_show(struct progress *progress, const struct report *report);

/* Say how much of an evaluation is done, once it takes over two seconds. A share of 0 begins one.
 */
void progress_evaluating(struct progress *progress, double share);

/* Write the line of an evaluation. */
void progress_report(struct progress *progress, const struct report *report);

/* Write the lines that say which threshold the norms so far suggest, and why. */
void progress_norms(struct progress *progress, const struct clipping *clipping);

/* Clear the line that is rewritten, before anything else is written. */
void progress_clear(struct progress *progress);

#endif /* PROGRESS_H */
