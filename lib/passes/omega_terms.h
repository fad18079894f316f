/* omega_terms.h - Omega's terms, summed into the regularizer during backward
 *
 * A transition goes from step t - 1 of a sequence to step t. Its term compares the norms of the
 * error after and before it is propagated through W_rec (paper, section 3.3, equations 9 and 10):
 *
 *     |q_t * f'(a_{t-1})| with |v_t|    or, with SRNN_OMEGA_STATE,    |q_t| with |d_t|
 *
 * The first product is p_t. The gradient of the term on W_rec is l_t^T v_t, where l_t = dOmega/dq_t
 * is the left factor. As in the paper, v_t is held constant. This file writes the left factors, and
 * weight_gradient.c adds the products. */
#ifndef SRNN_OMEGA_TERMS_H
#define SRNN_OMEGA_TERMS_H

#include "passes/chunk.h"
#include "passes/recurrence.h"
#include "update/regularizer.h"

struct srnn__omega_terms {
    const struct srnn__recurrence *recurrence; /* workspace, batch and kernels of the pass */
    srnn_regularizer *regularizer;             /* or NULL: no Omega */
    int errors_change; /* set if the caller's errors or a limit may change d_t at every step */
    int by_state;      /* set if q_t is compared with d_t (SRNN_OMEGA_STATE) */
};

/* Begin a pass: set the last member and zero the sums by sequence. The caller has set the
 * other members. */
void srnn__omega_begin(struct srnn__omega_terms *omega);

/* Add the terms of the transitions into a step, after its v_t and q_t are computed, and write their
 * left factors. */
void srnn__omega_add(const struct srnn__omega_terms *omega, const struct srnn__chunk *chunk,
                     const struct srnn__chunk_step *step);

/* Whether v_t is p_{t+1} for all sequences from `first` to before `end`. Then srnn__omega_add at
 * step t + 1 has written it to the chunk's errors, and step t need not compute it. */
int srnn__omega_wrote_errors(const struct srnn__omega_terms *omega, const struct srnn__chunk *chunk,
                             uint32_t t, uint32_t first, uint32_t end);

/* End a pass over `pairs` live pairs: add the sums to the regularizer's. */
void srnn__omega_end(const struct srnn__omega_terms *omega, size_t pairs);

#endif
