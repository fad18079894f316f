/* weight_gradient.h - the weights' gradients from the errors of a chunk
 *
 *     dE/dW_rec += sum_t h_{t-1}^T v_t    dE/dW_in += sum_t x_t^T v_t
 *     dE/db_rec += sum_t v_t
 *     dE/dW_out += sum_t h_t^T dE/dz_t    dE/db_out += sum_t dE/dz_t
 *
 * and Omega's matrix, sum_t l_t^T v_t, from its left factors. Every element is one chain over t
 * descending and sequences ascending, which goes on from what the gradient holds. Each row of a
 * weight belongs to one task, so that the number of tasks changes no bit. */
#ifndef SRNN_WEIGHT_GRADIENT_H
#define SRNN_WEIGHT_GRADIENT_H

#include "passes/chunk.h"
#include "passes/recurrence.h"

struct srnn__weight_gradient {
    const struct srnn__recurrence *recurrence; /* workspace, batch and kernels of the pass */
    const srnn_model *model;
    float *gradient; /* [parameters] of all tensors */
    float *omega;    /* [hidden x hidden] the regularizer's matrix, or NULL */

    struct srnn__chunk chunk; /* chunk whose gradients are added, or are the next to be */
    size_t n_pairs;           /* live pairs of the chunk */
    size_t n_losses;          /* pairs of the chunk with a loss */
    size_t all_pairs;         /* live pairs of all chunks so far */
    uint32_t all_live_steps;  /* steps, from the first on, in which all sequences are live */
    uint32_t listed_steps;    /* steps of the listed chunk, if those swept after it have the same
                                 lists where they have as many steps; else 0 */

    /* The division of a round. */
    uint32_t tasks;       /* tasks of the round */
    uint32_t sweepers;    /* tasks that sweep too and so own fewer rows: the first ones; 0: all
                             own as many */
    double sweeper_share; /* rows of a task that sweeps, divided by those of one that does not */
};

/* Begin a pass. The caller has set the first four members, and first_loss and live_end in the
 * workspace. */
void srnn__weight_gradient_begin(struct srnn__weight_gradient *gradient);

/* Add what gradient->chunk contributes, in rounds of their own. Returns SRNN_E_PARALLEL if the
 * caller's parallel-for fails. */
int32_t srnn__weight_gradient_add(struct srnn__weight_gradient *gradient);

/* The same within a round of the overlapped schedule, which has no long products: first list the
 * chunk's pairs and set the division, then every task of the round adds its share. */
void srnn__weight_gradient_list(struct srnn__weight_gradient *gradient);
void srnn__weight_gradient_share(const struct srnn__weight_gradient *gradient, uint32_t task);

#endif
