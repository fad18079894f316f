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

/* What a task computes of a step of the states: of all columns, except in wide layers that are
 * divided by columns (columns.h). Builds for size, where first_column and columns are not read,
 * have no such layers. */
struct srnn__step_part {
    uint32_t t;
    uint32_t first;       /* first sequence */
    uint32_t end;         /* sequence after the last */
    const uint32_t *live; /* [n_live] sequences that are live at t, ascending */
    uint32_t n_live;
    size_t first_column;
    size_t columns;
    const float *before; /* [sequences x hidden] h_{t-1} */
    float *states;       /* [sequences x hidden] h_t */
};

/* Compute the part, which the caller has filled in:
 *
 *     h_t = f(b_rec + x_t W_in + h_{t-1} W_rec)    every element one chain, in this order
 *
 * Dead sequences keep their state. Forward has packed w_rec, and w_in unless inputs are ids. */
void srnn__recurrence_part(const struct srnn__recurrence *recurrence,
                           const struct srnn__step_part *part);

/* Copy the states [sequences x hidden] of the sequences from `first` to before `end`. */
void srnn__copy_states(const srnn_workspace *workspace, float *to, const float *from,
                       uint32_t first, uint32_t end);

/* Run step t of the sequences from `first` to before `end`, in all columns, from the states
 * `before` to `states`, both [sequences x hidden]. Lists the live sequences at workspace->live +
 * first and returns their number. */
uint32_t srnn__recurrence_step(const struct srnn__recurrence *recurrence, uint32_t t,
                               uint32_t first, uint32_t end, const float *before, float *states);

#endif
