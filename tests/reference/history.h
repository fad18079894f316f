/* history.h - the reference of the clipper's rules, kinds and statistics
 *
 * It keeps every norm, loss and rate of a run and computes all it knows from these histories anew,
 * quantiles by their logarithms. */
#ifndef HISTORY_H
#define HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "cases.h"

#define UPDATES 150

/* A run of gradients: how they are clipped, and what has been seen. */
struct history {
    uint32_t kind;
    uint32_t rule;
    double threshold, quantile, factor, polyak, trust;
    size_t count; /* parameters */
    size_t good, told;
    double norms[UPDATES];                       /* [good] */
    double told_norms[UPDATES], losses[UPDATES]; /* [told] */
    double rates[UPDATES], steps[UPDATES];       /* [told]: rates, lengths of steps */
    uint32_t lengths[UPDATES];                   /* [told]: of the sequences */
    double sums[UPDATES][16];                    /* [told] */
};

/* The quantile that is tracked through some values, which is never below the quantile
 * `least`. */
double tracked_above(const double *values, size_t n, double quantile, double least);

/* The quantile that is tracked through some values. */
double tracked(const double *values, size_t n, double quantile);

/* The threshold of RULE POLYAK, at gradient i of those told. */
double history_polyak(const struct history *run, size_t i);

/* The norm of w_rec, which does not change during a run. */
double recurrent_norm(const struct test_case *test_case);

/* The threshold of RULE TRUST, at gradient i of those told. */
double history_trust(const struct history *run, size_t i, double w_rec_norm);

/* The threshold of the last gradient seen. */
double history_threshold(const struct history *run, const struct test_case *test_case);

/* Clip a gradient in place; returns whether it was. */
int history_clip(const struct history *run, const struct test_case *test_case, double *gradient,
                 double threshold);

/* Add the 16 sums that stand for a gradient, the next that is told: the words of the hash of an
 * index are remainders of numbers of 64 bits. */
void history_add_sums(struct history *run, const double *gradient);

/* The mean cosine of the sums of successive gradients. */
double history_alignment(const struct history *run);

#endif
