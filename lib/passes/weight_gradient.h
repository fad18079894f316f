/* weight_gradient.h - the weights' gradients from a chunk's errors. */
#ifndef SRNN_WEIGHT_GRADIENT_H
#define SRNN_WEIGHT_GRADIENT_H

#include "passes/recurrence.h"

/* The parts of a task's share. */
#define SRNN__SHARE 64u

/* What backward adds up, chunk by chunk with t descending. */
struct srnn__weight_gradient {
    const struct srnn__recurrence *recurrence; /* workspace and kernels of the pass */
    const srnn_model *model;
    float *gradient;     /* [parameters] of all tensors */
    float *omega;        /* [hidden x hidden] of the regularizer, or NULL */
    const float *before; /* [steps of the chunk + 1 x sequences x hidden] the states before each */
    uint32_t first;      /* the chunk's steps: from first */
    uint32_t end;        /* to before end */
    int other;           /* whether the chunk's errors v_t have the other place; not set where all
                            kernels are compact */
    uint32_t tasks;      /* of this round */
    uint32_t busy;       /* of these, the first ones, which have something else to do too: less
                            than all */
    uint32_t spare;      /* what each of them takes of the share of another, in SRNN__SHAREs; not
                            read when there are none */
    size_t n_pairs;      /* live pairs of the chunk */
    size_t n_losses;     /* of these, with a loss */
    size_t all_pairs;    /* of the chunks so far */
    uint32_t listed;     /* the steps of the chunk listed, when every one like it has its list */
};

/* Make ready for the chunks of a pass. The first four members are the caller's to set
 * before, and what a workspace keeps of where sequences start and end before the first
 * chunk. */
void srnn__weight_gradient_begin(struct srnn__weight_gradient *pass);

/* Add what a chunk gives, whose steps, states and place of errors the caller has set; Omega's
 * left factors are those of the workspace:
 *
 *     dE/dW_rec += sum_t h_{t-1}^T v_t    dE/dW_in += sum_t x_t^T v_t
 *     dE/db_rec += sum_t v_t
 *     dE/dW_out += sum_t h_t^T dE/dz_t    dE/db_out += sum_t dE/dz_t
 *
 * Every element is one chain over t descending and sequences ascending, which goes on from
 * what is there. SRNN_E_PARALLEL when the caller's parallel-for fails. */
int32_t srnn__weight_gradient_add(struct srnn__weight_gradient *pass);

/* The same as a part of a round of the caller's, not for wide layers: before it, list the
 * chunk's pairs; then, with `tasks`, `busy` and `spare` set, a task's share of adding. */
void srnn__weight_gradient_list(struct srnn__weight_gradient *pass);
void srnn__weight_gradient_share(void *pass, uint32_t index);

#endif
