/* samples.h - the arrays of one batch, drawn by a task */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "tasks/schedule.h"

struct task;

/* A batch of `steps` x `sequences`, time-major. A task has either ids or numbers
 * as inputs, and as targets; the arrays of the other kind are NULL. */
struct samples {
    uint32_t sequences; /* set by the caller before a draw, at most `capacity` */
    uint32_t steps;     /* the rest is set by the draw */
    int continues;      /* the sequences go on where those of the draw before ended */
    int ragged;         /* `lengths` counts; otherwise all sequences are full */
    uint64_t targets;   /* how many there are: the loss is their mean */

    uint32_t capacity;
    uint32_t inputs, outputs;
    int every_step;           /* a target at each step, not one at the last */
    uint32_t *ids;            /* [steps x sequences] */
    float *values;            /* [steps x sequences x inputs] */
    uint32_t *goal_ids;       /* [steps x sequences], or [sequences] */
    float *goal_values;       /* [steps x sequences x outputs], or [sequences x outputs] */
    uint32_t *lengths;        /* [sequences] */
    struct schedule schedule; /* of music and series, else empty */
};

/* Room for all that `task` can draw with at most `capacity` sequences. Gives 0,
 * or EXIT_FAILED after a message. */
int samples_create(struct samples *samples, const struct task *task, uint32_t capacity);

/* Give back the arrays; also after a failed create, or of a zeroed struct. */
void samples_destroy(struct samples *samples);

/* Show the arrays of the last draw to a batch of the library's. */
int32_t samples_attach(const struct samples *samples, srnn_batch *batch);

#endif /* SAMPLES_H */
