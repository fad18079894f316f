/* weight_gradient.h - the weights' gradients from a chunk's errors. Level 3. */
#ifndef SRNN_WEIGHT_GRADIENT_H
#define SRNN_WEIGHT_GRADIENT_H

#include "recurrence.h"

/* What backward adds up, chunk by chunk with t descending. */
struct srnn__weight_gradient {
    const struct srnn__recurrence *recurrence; /* workspace and kernels of the pass */
    const srnn_model *model;
    float *gradient;     /* [parameters] of all tensors */
    float *omega;        /* [hidden x hidden] of the regularizer, or NULL */
    const float *before; /* [steps of the chunk + 1 x sequences x hidden] the states before each */
    uint32_t first;      /* the chunk's steps: from first */
    uint32_t end;        /* to before end */
    uint32_t tasks;      /* of this round */
    size_t n_pairs;      /* live pairs of the chunk */
    size_t n_losses;     /* of these, with a loss */
    size_t all_pairs;    /* of the chunks so far */
    uint32_t listed;     /* the steps of the chunk listed, when every one like it has its list */
};

/* Make ready for the chunks of a pass. The first four members are the caller's to set
 * before, and what a workspace keeps of where sequences start and end before the first
 * chunk. */
void srnn__weight_gradient_begin(struct srnn__weight_gradient *pass);

/* Add what the steps from `first` to `end` give, whose errors v_t and Omega's left factors
 * the workspace holds, and whose states from that before `first` on are at `before`:
 *
 *     dE/dW_rec += sum_t h_{t-1}^T v_t    dE/dW_in += sum_t x_t^T v_t
 *     dE/db_rec += sum_t v_t
 *     dE/dW_out += sum_t h_t^T dE/dz_t    dE/db_out += sum_t dE/dz_t
 *
 * Every element is one chain over t descending and sequences ascending, which goes on from
 * what is there. SRNN_E_PARALLEL when the caller's parallel-for fails. */
int32_t srnn__weight_gradient_add(struct srnn__weight_gradient *pass, uint32_t first, uint32_t end,
                                  const float *before);

#endif
