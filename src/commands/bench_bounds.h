/* bench_bounds.h - the share of the processor's peak that a training step can have at most */
#ifndef BENCH_BOUNDS_H
#define BENCH_BOUNDS_H

#include "commands/bench_training.h"

/* The useful operations of a step divided by those that its multiply-add units must do. What these
 * bounds leave out, such as memory, the softmax and the update, makes a step slower still. */
struct bounds {
    double with_tanh;    /* the units also compute the activation and its slope */
    double with_padding; /* besides, they compute rows in whole vectors */
};

/* The bounds of a training on the instruction set of its model. Returns 0, or EXIT_FAILED after a
 * message. */
int training_bounds(const struct training *training, struct bounds *bounds);

#endif /* BENCH_BOUNDS_H */
