/* omega_terms.h - Omega's terms, summed into the regularizer during backward
 *
 * For every transition, from step t - 1 to step t of a sequence, Omega compares the norms of an
 * error before and after it is propagated through W_rec (paper, section 3.3, equations 9 and 10):
 *
 *     p_t = q_t * f'(a_{t-1})    with v_t, or with SRNN_OMEGA_STATE q_t with d_t
 *
 * The term's gradient on W_rec is l_t^T v_t with the left factor l_t = dOmega/dq_t; v_t is held
 * constant, as in the paper. This unit writes the left factors; weight_gradient.c adds the
 * products. */
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
    int skips_first;   /* set if a sequence's first transition does not count */
};

/* Begin a pass: set the last two members and zero the sums by sequence. The caller has set the
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
