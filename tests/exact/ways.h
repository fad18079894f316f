/* ways.h - one training, run in many ways */
#ifndef WAYS_H
#define WAYS_H

#include "support.h"

#define TRAINED_STEPS 3

/* A hash of all results of TRAINED_STEPS steps of training and a continued forward, on a set of
 * instructions (0: the one that new models use), in so many tasks, which `run` runs with `user`. */
uint64_t run_way(const struct shape *shape, uint32_t instructions, srnn_parallel_fn run, void *user,
                 uint32_t tasks);

/* Train two rigs, whose results must have the same bits at each of TRAINED_STEPS steps, and close
 * them. The random numbers that make a rig depend on no flag and no feature of its shape. */
void same_training(struct rig *a, struct rig *b);

#endif
