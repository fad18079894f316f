/* verdict.h - what the evaluations of a run have shown so far, and what follows from it */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdint.h>

struct verdict {
    double rate_factor; /* factor of the rate under --schedule halve */
    double last_loss;   /* loss of the last evaluation; infinite before the first */
    double best_loss;   /* lowest loss so far; infinite before the first */
    uint64_t best_at;   /* number of updates at the lowest loss */
    /* Evaluations after that of the lowest loss. Before the first it may have the mark of
     * verdict_mark_begun. */
    uint64_t evaluations_since_best;
    uint64_t solved_at; /* number of updates when the task was first solved; 0: not yet */
};

/* The verdict before the first evaluation. */
void verdict_begin(struct verdict *verdict);

/* Mark that the evaluation before the first update was begun and ended early. It counts for
 * nothing, but a resumed run must begin with it. */
void verdict_mark_begun(struct verdict *verdict);

/* Add an evaluation after `updates` updates: its loss, and the share that was wrong. Returns
 * whether its loss is the lowest so far. */
int verdict_add(struct verdict *verdict, uint64_t updates, double loss, double wrong);

#endif /* VERDICT_H */
