/* ways.h - one training, run in many ways */
#ifndef WAYS_H
#define WAYS_H

#include "support.h"

#define TRAINED_STEPS 3

/* A hash of all results of TRAINED_STEPS steps of training and a continued forward, on a set of
 * instructions (0: the one that new models use), in so many tasks, which `run` runs with `user`. */
uint64_t run_way(const struct shape *shape, uint32_t instructions, srnn_parallel_fn run, void *user,
                 uint32_t tasks);

#endif
