/* omega_terms.h - Omega's terms, gathered into the regularizer while backward goes back
 *
 * For every pair of steps t - 1 and t of a sequence the regularizer compares the norm of an error
 * before and after it is propagated through W_rec (paper, section 3.3, equations 9 and 10):
 *
 *     p_t = q_t * f'(a_{t-1})    against v_t, or with SRNN_OMEGA_STATE q_t against d_t
 *
 * and adds v_t^T times a left factor to its gradient, where v_t is held constant as in the paper.
 * This unit writes the left factors; weight_gradient.c adds the products. */
#ifndef SRNN_OMEGA_TERMS_H
#define SRNN_OMEGA_TERMS_H

#include "passes/chunk.h"
#include "passes/recurrence.h"
#include "update/regularizer.h"

struct srnn__omega_terms {
    const struct srnn__recurrence *recurrence; /* workspace, batch and kernels of the pass */
    srnn_regularizer *regularizer;             /* or NULL: no Omega */
    int errors_change; /* set if the caller's errors or a limit change v_t at every step */
    int by_state;      /* set if q_t is compared with d_t */
    int skips_first;   /* set if a sequence's first transition does not count */
};

/* Begin a pass: zero the sums by sequence, and find out which transitions count. The first three
 * members are set. */
void srnn__omega_begin(struct srnn__omega_terms *omega);

/* Add the terms of the transition into a step, whose errors v_t are computed.
 * workspace->backward.propagated holds q_t. */
void srnn__omega_add(const struct srnn__omega_terms *omega, const struct srnn__chunk *chunk,
                     const struct srnn__chunk_step *step);

/* Whether srnn__omega_add at step t + 1 has written v_t of all of a task's sequences to their rows
 * of the chunk's errors, because there v_t is p_{t+1}. */
int srnn__omega_wrote_errors(const struct srnn__omega_terms *omega, const struct srnn__chunk *chunk,
                             uint32_t t, uint32_t first, uint32_t end);

/* End a pass that has gone through `pairs` live pairs: the sums go into the regularizer. */
void srnn__omega_end(const struct srnn__omega_terms *omega, size_t pairs);

#endif
