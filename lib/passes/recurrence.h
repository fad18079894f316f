/* recurrence.h - one step of the hidden states, which forward runs and a frugal backward runs again
 */
#ifndef SRNN_RECURRENCE_H
#define SRNN_RECURRENCE_H

#include "passes/workspace.h"

/* What forward and backward read at every step. */
struct srnn__recurrence {
    srnn_workspace *workspace;
    const srnn_batch *batch; /* the caller's in forward, its copy on the tape in backward */
    struct srnn__kernels kernels;
    struct srnn__parameters parameters;
};

/* Copy the states [sequences x hidden] of the sequences from `first` to before `end`. */
void srnn__copy_states(const srnn_workspace *workspace, float *to, const float *from,
                       uint32_t first, uint32_t end);

/* Run step t of the sequences from `first` to before `end`, from the states `before` to `states`,
 * both [sequences x hidden]:
 *
 *     h_t = f(b_rec + x_t W_in + h_{t-1} W_rec)    every element one chain, in this order
 *
 * Dead sequences keep their state. Forward has packed w_rec, and w_in unless inputs are ids. Lists
 * the live sequences at workspace->live + first and returns their number. */
uint32_t srnn__recurrence_step(const struct srnn__recurrence *recurrence, uint32_t t,
                               uint32_t first, uint32_t end, const float *before, float *states);

#endif
