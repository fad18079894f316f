/* workspace.h - the tape of a training step, and the scratch of its passes
 *
 * One block. workspace.c lays its arrays out; the comment above a group says which
 * passes write to it afterwards. */
#ifndef SRNN_WORKSPACE_H
#define SRNN_WORKSPACE_H

#include "kernels/kernels.h"
#include "model/batch.h"
#include "model/model.h"

/* How far a training step has come. */
enum {
    SRNN__NOTHING,  /* there is no tape */
    SRNN__FORWARD,  /* there are hidden states and logits */
    SRNN__LOSS,     /* there is the gradient on the logits too */
    SRNN__BACKWARD, /* there are the gradients through time too */
};

/* What the workspace was made for. Nobody writes to it afterwards. */
struct srnn__shape {
    uint32_t inputs;
    uint32_t hidden;
    uint32_t outputs;
    uint32_t activation;
    uint32_t output;
    uint32_t flags;
    uint32_t max_steps;
    uint32_t max_sequences;
    uint32_t segment_steps; /* steps whose states fit on the tape: max_steps, or with SRNN_FRUGAL
                               about its square root */
    uint32_t chunk_steps;   /* steps whose errors fit into one of the two error buffers */
};

/* What the passes hand on. Forward writes all but the last array. With SRNN_FRUGAL backward runs
 * earlier segments forward again, which changes `states` and `states_start`. */
struct srnn__tape {
    srnn_batch *batch;     /* copy of the view of the last forward */
    float *states;         /* [(segment_steps + 1) x sequences x hidden] h_t; row 0 is the state
                              before step `states_start` */
    float *segment_starts; /* [segments x sequences x hidden] states before each segment; NULL
                              unless frugal */
    float *logits;         /* [steps x sequences x outputs], one step if last_only */
    size_t state_row;      /* elements of a step's states: sequences x hidden */
    size_t logit_row;      /* elements of a step's logits: sequences x outputs, or 0 if last_only */
    uint32_t states_start; /* first step of the segment in `states`; 0 unless frugal */
    uint32_t last_only;    /* set if a sequence has logits at its last live step only */
    uint32_t from_carried; /* set if the last forward began with the carried state */
    float *logit_gradient; /* [steps x sequences x outputs], one step if last_only: dE/dz_t, by
                              loss or by the caller */
};

/* The state with which srnn_forward_continue begins. Written by forward and by
 * srnn_workspace_set_state. */
struct srnn__carried {
    float *state;       /* [sequences x hidden], in `states` or in `copy` */
    float *copy;        /* [sequences x hidden] the state after the last step; NULL unless frugal */
    uint32_t sequences; /* sequences of the state; 0: there is none */
};

/* What backward keeps for the caller, each array NULL unless its flag is set. */
struct srnn__views {
    float *hidden_gradient; /* [steps x sequences x hidden] in: the caller's own error, which
                               forward and loss set to 0; out: d_t */
    float *input_gradient;  /* [steps x sequences x inputs] */
    float *flow;            /* [steps x sequences] |d_t| */
};

/* Weights as the kernels read them (kernels.h). Forward packs the first three; loss and backward
 * the transposed ones, which take the place of the others unless a frugal backward needs both. */
struct srnn__packed {
    float *in;
    float *recurrent;
    float *out;
    float *in_transposed;
    float *recurrent_transposed;
    float *out_transposed;
};

/* Scratch of the loss, by sequence, so that sums do not depend on the division into tasks. */
struct srnn__loss_scratch {
    double *sum;     /* [sequences] of the loss */
    double *weight;  /* [sequences] of the weights */
    double *log_sum; /* [sequences] log(sum exp z) of the rows of a step */
};

/* Scratch of backward. A pair is a live sequence at a step. */
struct srnn__backward_scratch {
    float *propagated;       /* [sequences x hidden] q_{t+1} */
    float *error_buffers[2]; /* [chunk_steps x sequences x hidden] each, the second right after the
                                first; the schedule hands them to chunks */
    uint32_t *scored;        /* [sequences] of a step's live sequences, those with a loss */
    uint32_t *first_live;    /* [sequences] first live step; UINT32_MAX: none */
    uint32_t *live_end;      /* [sequences] step after the last live step; 0: none */
    uint32_t first_loss;     /* no pair before this step has a loss */

    size_t *pair_state; /* [steps of a chunk x sequences] offset of a pair in the chunk's states
                           and errors */
    size_t *pair_input; /* [steps of a chunk x sequences] offset of a pair in the inputs */
    size_t *loss_state; /* [steps of a chunk x sequences] offset of a pair with a loss in the
                           chunk's states */
    size_t *loss_logit; /* [steps of a chunk x sequences] offset of such a pair in the logits */

    /* Long products alone, else NULL (srnn__is_wide). */
    float *error_panels; /* [pairs x hidden] the chunk's errors, packed stretch by stretch */
    float *loss_panels;  /* [pairs with a loss x outputs] their logits' gradient, packed so */
    float *transposed;   /* [hidden x SRNN__STRETCH] left factors of a stretch, a part for each
                            task */
    float *ones;         /* [SRNN__STRETCH] left factor of a bias */
};

/* Scratch of Omega, filled while backward goes back. */
struct srnn__omega_scratch {
    double *terms;          /* [sequences] sum of (ratio - 1)^2 */
    double *signals;        /* [sequences] number of pairs that carried signal */
    double *factors;        /* [3 x sequences] numerators, denominators and factors of a step */
    double *squared_errors; /* [sequences] |d_t|^2 */
    double *squared_inputs; /* [sequences] |v_t|^2; negative: not known */
    uint32_t *counted;      /* [sequences] of a step's live sequences, those that Omega counts */
};

struct srnn_workspace {
    struct srnn__object object;
    struct srnn__shape shape;
    uint32_t stage; /* how far the step has come; written by every pass */
    uint32_t *live; /* [sequences] live sequences of a step, in each task's part of the sequences */
    struct srnn__tape tape;
    struct srnn__backward_scratch backward;
    struct srnn__omega_scratch omega;
    struct srnn__views views;
    struct srnn__loss_scratch loss;
    struct srnn__packed packed;
    struct srnn__carried carried;
    srnn_parallel_fn run; /* the caller's parallel-for, or NULL */
    void *run_user;
    uint32_t tasks;     /* that it is asked for at most */
    double error_limit; /* option SRNN_ERROR_LIMIT */
};

static inline int srnn__workspace_alive(const srnn_workspace *workspace)
{
    return srnn__alive(workspace, SRNN__TAG_WORKSPACE);
}

/* Whether the workspace was made for models of this shape. */
int srnn__workspace_fits(const srnn_workspace *workspace, const srnn_model *model);

/* Whether a backward finds a loss at the pair (step, sequence). */
static inline int srnn__has_loss(const srnn_workspace *workspace, uint32_t step, uint32_t sequence)
{
    return !workspace->tape.last_only || workspace->backward.live_end[sequence] == step + 1;
}

/* Whether the weights' gradients are long products of packed factors, if the kernels of the
 * instruction set are faster by them (srnn__long_products). */
static inline int srnn__is_wide(const srnn_workspace *workspace)
{
    return srnn__long_products(workspace->shape.hidden);
}

/* Run fn(task, i) for every i below `count`: by the caller's parallel-for if there is one and
 * more than one task, else one after the other. SRNN_E_PARALLEL if it fails. */
int32_t srnn__parallel(const srnn_workspace *workspace, srnn_task_fn fn, void *task,
                       uint32_t count);

/* The number of tasks for `items` items: at most one an item. */
uint32_t srnn__task_count(const srnn_workspace *workspace, uint32_t items);

/* The first item of task `index` of `count`; `items` for the index after the last. */
uint32_t srnn__task_first(uint32_t items, uint32_t index, uint32_t count);

/* List the sequences from `first` to before `end` that are live at `step`, ascending, from
 * workspace->live + first on. Returns their number. */
uint32_t srnn__find_live(srnn_workspace *workspace, uint32_t step, uint32_t first, uint32_t end);

#endif
