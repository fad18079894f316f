/* samples.h - the arrays of one batch, which a task fills and the library reads */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "tasks/epoch_plan.h"

/* A batch of `steps` x `sequences`, time-major. Inputs are either ids or numbers, and so are
 * targets; the arrays of the other type are NULL. */
struct samples {
    /* Set by the caller before a draw. */
    uint32_t sequences; /* of the batch, at most `capacity` */

    /* Set by each draw. */
    uint32_t steps;   /* of the longest sequence */
    int continues;    /* the sequences begin in the states that the last draw's ended in */
    int ragged;       /* `lengths` is set; otherwise all sequences have `steps` steps */
    uint64_t targets; /* number of steps with a target; the loss is their mean */
    uint32_t own_first, own_sequences; /* this rank's share of the sequences: see ranks.h */

    /* Set once. */
    uint32_t capacity; /* most sequences of a batch */
    uint32_t inputs, outputs;
    int every_step;     /* a target at each step, not one at the last */
    int masked;         /* some of goal_values are not known */
    size_t cells;       /* most steps of a draw, all its sequences together */
    uint64_t draws;     /* number of draws of an epoch; 0: there are no epochs */
    uint32_t *ids;      /* [steps x sequences] */
    float *values;      /* [steps x sequences x inputs] */
    uint32_t *goal_ids; /* [steps x sequences], or [sequences] */
    float *goal_values; /* [steps x sequences x outputs], or [sequences x outputs] */
    float *weights;     /* [steps x sequences]: 1 where a step has a target, else 0; NULL: all */
    uint8_t *known;    /* [steps x sequences x outputs]: 0 where a target is not known; NULL: all */
    uint32_t *lengths; /* [sequences] */
    struct epoch_plan plan; /* the order of the draws; empty unless the task draws by one */
};

/* Allocate the arrays for `capacity` sequences of `cells` steps in all. The fields that are set
 * once must be set. `numeric` and `numeric_targets` choose numbers instead of ids; `weighted` asks
 * for weights. Returns 0, or EXIT_FAILED after a message. */
int samples_allocate(struct samples *samples, int numeric, int numeric_targets, int weighted);

/* The number of targets that a mean divides by: at least 1. A chunk whose values are all missing
 * has none, and its loss is 0. */
double samples_divisor(const struct samples *samples);

/* Free the arrays and the plan; also after a failed allocation, or of a zeroed struct. */
void samples_destroy(struct samples *samples);

/* Attach this rank's share of the arrays, which must not be empty, to `batch`, which borrows them,
 * and run the forward pass: from the last draw's states if `continues` is set. Returns a status of
 * the library. */
int32_t samples_forward(const struct samples *samples, const srnn_model *model,
                        srnn_workspace *workspace, srnn_batch *batch);

#endif /* SAMPLES_H */
