/* weight_gradient.h - the weights' gradients from the errors of a chunk
 *
 *     dE/dW_rec += sum_t h_{t-1}^T v_t    dE/dW_in += sum_t x_t^T v_t
 *     dE/db_rec += sum_t v_t
 *     dE/dW_out += sum_t h_t^T dE/dz_t    dE/db_out += sum_t dE/dz_t
 *
 * and Omega's matrix from its left factors. Every element is one chain over t descending and
 * sequences ascending, which goes on from what the gradient holds. Tasks own rows of the weights,
 * so that their number changes no bit. */
#ifndef SRNN_WEIGHT_GRADIENT_H
#define SRNN_WEIGHT_GRADIENT_H

#include "passes/chunk.h"
#include "passes/recurrence.h"

struct srnn__weight_gradient {
    const struct srnn__recurrence *recurrence; /* workspace, batch and kernels of the pass */
    const srnn_model *model;
    float *gradient; /* [parameters] of all tensors */
    float *omega;    /* [hidden x hidden] the regularizer's matrix, or NULL */

    struct srnn__chunk chunk; /* whose gradients are added, or are next */
    size_t n_pairs;           /* live pairs of the chunk */
    size_t n_losses;          /* pairs of the chunk with a loss */
    size_t all_pairs;         /* live pairs of all chunks so far */
    uint32_t all_live_steps;  /* in the first so many steps all sequences are live */
    uint32_t listed_steps;    /* steps of a chunk whose list is that of every chunk so long in which
                                 all sequences are live; 0: none */

    /* The division of a round. */
    uint32_t tasks;       /* tasks of the round */
    uint32_t sweeping;    /* the first so many tasks also sweep: fewer than all */
    double sweeper_share; /* rows that such a task owns, as a part of what another owns */
};

/* Begin a pass. The first four members are set, and so is what the workspace's scratch says of
 * first and last live steps. */
void srnn__weight_gradient_begin(struct srnn__weight_gradient *gradient);

/* Add what gradient->chunk contributes, in rounds of tasks of their own. Returns SRNN_E_PARALLEL if
 * the caller's parallel-for fails. */
int32_t srnn__weight_gradient_add(struct srnn__weight_gradient *gradient);

/* The same as a part of somebody else's round, not for long products: list the chunk's pairs and
 * set the division; then every task of the round adds its share. */
void srnn__weight_gradient_list(struct srnn__weight_gradient *gradient);
void srnn__weight_gradient_share(const struct srnn__weight_gradient *gradient, uint32_t task);

#endif
