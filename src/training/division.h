/* division.h - an update whose batch is divided over the ranks of ranks.h
 *
 * Each rank draws the whole batch, runs its share of the sequences, and gets the sums of all. So
 * the data do not depend on the number of ranks, and all ranks make the same update. With one rank
 * these functions do nothing. */
#ifndef DIVISION_H
#define DIVISION_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "tasks/samples.h"

struct division {
    srnn_workspace *whole; /* has the carried states of all ranks, for checkpoints; NULL: none */
    float *states;         /* [2 x batch x hidden]: those of all ranks, and then this rank's */
    uint32_t batch, hidden;
    int begun; /* a pass was begun: before, `whole` has what a checkpoint restored */
};

/* Prepare the states of batches of `batch` sequences if they carry over (`carries`). `workspace` is
 * that of the passes. Returns a status of the library. */
int32_t division_create(struct division *division, const srnn_model *model,
                        const srnn_workspace *workspace, uint32_t batch, int carries);

/* Free the states; also after a failed create, or of a zeroed struct. */
void division_destroy(struct division *division);

/* The floats that division_add needs behind the gradient: for the matrix of `regularizer`, which
 * may be NULL. */
size_t division_floats(const srnn_model *model, const srnn_regularizer *regularizer);

/* Before the passes of a draw: set the workspace's states to this rank's share of those that a
 * checkpoint restored, if the draw continues from them. Returns a status of the library. */
int32_t division_begin(struct division *division, const struct samples *samples,
                       srnn_workspace *workspace);

/* After the passes, whose status was `status`: add up over the ranks `gradient` [count +
 * division_floats], the sums of `regularizer`, which may be NULL, and *loss. Returns a status of
 * the library: that of the first rank on which the passes failed. */
int32_t division_add(int32_t status, const srnn_model *model, srnn_regularizer *regularizer,
                     float *gradient, double *loss);

/* Before a checkpoint: collect the states of all ranks. `samples` are those of the last pass.
 * Returns a status of the library. */
int32_t division_collect(struct division *division, const struct samples *samples,
                         const srnn_workspace *workspace);

#endif /* DIVISION_H */
