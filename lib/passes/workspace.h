/* workspace.h - the tape of a training step, and the scratch of its passes
 *
 * One block. workspace.c lays its arrays out, and view.c shows some of them. The comment above a
 * group says who writes to it afterwards. */
#ifndef SRNN_WORKSPACE_H
#define SRNN_WORKSPACE_H

#include "base/option.h"
#include "kernels/kernels.h"
#include "model/batch.h"
#include "model/model.h"

/* The flags of a workspace that has a backward, and those of one that has none. */
#define SRNN__TRAINING_FLAGS                                                                       \
    (SRNN_WORKSPACE_LAST_OUTPUT | SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT |                            \
     SRNN_WORKSPACE_KEEP_INPUT_GRADIENT | SRNN_WORKSPACE_KEEP_FLOW | SRNN_WORKSPACE_FRUGAL)
#define SRNN__FORWARD_FLAGS (SRNN_WORKSPACE_LAST_OUTPUT | SRNN_WORKSPACE_FORWARD_ONLY)

/* How far a training step has come. */
enum {
    SRNN__NOTHING,  /* there is no tape */
    SRNN__FORWARD,  /* there are hidden states and logits */
    SRNN__LOSS,     /* there is the gradient on the logits too */
    SRNN__BACKWARD, /* there are the gradients through time too */
};

/* Indices into `option`. The keys in srnn.h have the same order. */
enum { SRNN__ERROR_LIMIT, SRNN__ERROR_GROWTH, SRNN__WORKSPACE_OPTIONS };

/* Their bounds. A new workspace has infinity in all of them. */
extern const struct srnn__option srnn__workspace_options[SRNN__WORKSPACE_OPTIONS];

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
    uint32_t segment_steps; /* steps whose states fit on the tape: max_steps, or with
                               SRNN_WORKSPACE_FRUGAL about its square root, or 1 with
                               SRNN_WORKSPACE_FORWARD_ONLY */
    uint32_t chunk_steps;   /* steps whose errors fit into one of the two error buffers; 0 with
                               SRNN_WORKSPACE_FORWARD_ONLY, which has none */
};

/* What the passes hand on. Forward writes all but logit_gradient. A frugal backward runs earlier
 * segments forward again, into `states`, and sets states_start. srnn_workspace_set_state and
 * srnn_checkpoint_restore write row 0 of `states`. */
struct srnn__tape {
    srnn_batch *batch;     /* copy of the batch of the last forward */
    float *states;         /* [(segment_steps + 1) x sequences x hidden] h_t; row 0 is the state
                              before step `states_start` */
    float *segment_starts; /* [segments x sequences x hidden] states before each segment; NULL
                              unless frugal */
    float *logits;         /* [steps x sequences x outputs], one step if last_only */
    size_t state_row;      /* elements of a step's states: sequences x hidden */
    size_t logit_row;      /* elements from one step's logits to the next: sequences x outputs; 0 if
                              last_only */
    uint32_t states_start; /* first step of the segment in `states`; 0 if that is the only one */
    uint32_t last_only;    /* set if a sequence has logits at its last live step only */
    uint32_t from_carried; /* set if the last forward began with the carried state, except for the
                              batch's restarts */
    uint32_t instructions; /* instruction set of the last forward, for which it packed weights that
                              a frugal backward reads again */
    float *logit_gradient; /* [steps x sequences x outputs], one step if last_only: dE/dz_t, by
                              loss or by the caller. With SRNN_WORKSPACE_FORWARD_ONLY one step,
                              scratch of loss */
};

/* The state with which srnn_forward_continue begins. Written by forward, srnn_workspace_set_state,
 * srnn_workspace_reset and srnn_checkpoint_restore. */
struct srnn__carried {
    float *state;       /* [sequences x hidden], in `states` or in `copy` */
    float *copy;        /* [sequences x hidden] the state after the last step; NULL unless frugal */
    uint32_t sequences; /* sequences of the state; 0: there is no carried state */
};

/* What backward keeps for the caller, each array NULL unless its flag is set. Forward, loss and the
 * caller write to hidden_gradient, too. */
struct srnn__views {
    float *hidden_gradient; /* [steps x sequences x hidden] in: the caller's own error, which
                               forward, and loss after backward, set to 0; out: d_t */
    float *input_gradient;  /* [steps x sequences x inputs] */
    float *flow;            /* [steps x sequences] |d_t| */
};

/* Weights as the kernels read them: a matrix [inner x columns] has inner rows of
 * srnn__panel_columns(columns) floats. Forward packs the first three. Backward packs the transposed
 * ones, in the same memory unless it is frugal and needs both. */
struct srnn__packed {
    float *in;                   /* [inputs x hidden]; not used with ids */
    float *recurrent;            /* [hidden x hidden] */
    float *out;                  /* [hidden x outputs] */
    float *in_transposed;        /* [hidden x inputs]; used for views.input_gradient */
    float *recurrent_transposed; /* [hidden x hidden] */
    float *out_transposed;       /* [outputs x hidden] */
};

/* Scratch of loss. Sums are kept by sequence, so that they do not depend on the number of tasks. */
struct srnn__loss_scratch {
    double *sum;     /* [sequences] sums of the loss over steps; backward has its squared_bounds
                        there */
    double *weight;  /* [sequences] sums of the weights over steps */
    double *log_sum; /* [sequences] log(sum exp z) of a step's live sequences, without gaps from the
                        first one of a task */
};

/* Scratch of backward. A pair is a live sequence at a step. */
struct srnn__backward_scratch {
    float *propagated;       /* [sequences x hidden] q_{t+1}, which step t replaces by q_t; q_1
                                after backward, a view then */
    float *error_buffers[2]; /* [chunk_steps x sequences x hidden] each, the second right after the
                                first; the schedule hands them to chunks */
    double *squared_errors;  /* [sequences] |d_t|^2, for views.flow and Omega */
    uint32_t *scored;        /* [sequences] live sequences of a step that have a loss */
    uint32_t *live_end;      /* [sequences] step after the last live step; 0: none */
    uint32_t first_loss;     /* no pair before this step has a loss; for short cuts only */

    size_t *pair_state; /* [steps of a chunk x sequences] offset of a pair in the chunk's states
                           and errors */
    size_t *pair_input; /* [steps of a chunk x sequences] offset of a pair in the chunk's inputs */
    size_t *loss_state; /* [steps of a chunk x sequences] offset of a pair with a loss in the
                           chunk's states */
    size_t *loss_logit; /* [steps of a chunk x sequences] offset of a pair with a loss in the
                           chunk's gradient on the logits */

    /* For the long products of wide layers, else NULL (srnn__is_wide). */
    float *error_panels; /* [pairs x hidden] the chunk's errors, packed stretch by stretch */
    float *loss_panels;  /* [pairs with a loss x outputs] the chunk's gradient on the logits, packed
                            stretch by stretch */
    float *transposed;   /* [hidden x SRNN__STRETCH] left factors of a stretch; each task has some
                            of the rows */
    float *ones;         /* [SRNN__STRETCH] left factor of a bias */
};

/* Scratch of Omega, written by backward. */
struct srnn__omega_scratch {
    double *terms;          /* [sequences] sum of (ratio - 1)^2 */
    double *signals;        /* [sequences] number of pairs that carried signal */
    double *factors;        /* [3 x sequences] numerators, denominators and factors of a step */
    double *squared_inputs; /* [sequences] |v_t|^2 where v_t is p_{t+1}, else negative */
    uint32_t *counted;      /* [sequences] live sequences of a step that Omega counts */
    uint32_t *without_term; /* [sequences] live step whose transition has no term; UINT32_MAX: all
                               have one */
};

/* What the passes read most often comes first: near members take shorter instructions. */
struct srnn_workspace {
    struct srnn__object object;
    struct srnn__shape shape;
    uint32_t stage; /* SRNN__NOTHING to SRNN__BACKWARD; written by every pass, and by what writes
                       the carried state */
    uint32_t *live; /* [sequences] live sequences of a step; a task lists its own from its first
                       sequence on. Written by every pass */
    struct srnn__tape tape;
    struct srnn__views views;
    struct srnn__backward_scratch backward;
    struct srnn__omega_scratch omega;
    struct srnn__loss_scratch loss;
    struct srnn__packed packed;
    struct srnn__carried carried;
    srnn_parallel_fn run;                   /* the caller's parallel-for, or NULL */
    void *run_user;                         /* first argument of `run` */
    uint32_t tasks;                         /* most tasks of one call of `run` */
    double option[SRNN__WORKSPACE_OPTIONS]; /* by SRNN__ERROR_LIMIT and SRNN__ERROR_GROWTH */
};

static inline int srnn__workspace_alive(const srnn_workspace *workspace)
{
    return srnn__alive(workspace, SRNN__TAG_WORKSPACE);
}

/* Whether there is no gradient: no backward, and nothing that it would read. */
static inline int srnn__forward_only(const srnn_workspace *workspace)
{
    return (workspace->shape.flags & SRNN_WORKSPACE_FORWARD_ONLY) != 0;
}

/* Whether the workspace was made for models of this shape. */
int srnn__workspace_fits(const srnn_workspace *workspace, const srnn_model *model);

/* Where a frugal workspace keeps the states [sequences x hidden] before the first step t of a
 * segment. */
static inline float *srnn__segment_start(const srnn_workspace *workspace, uint32_t t)
{
    SRNN__ASSERT(workspace->tape.segment_starts != NULL && t % workspace->shape.segment_steps == 0);
    return workspace->tape.segment_starts +
           t / workspace->shape.segment_steps * workspace->tape.state_row;
}

/* Whether a sequence of the last forward began with the carried state, not with the initial one. */
static inline int srnn__began_carried(const srnn_workspace *workspace, uint32_t sequence)
{
    const uint8_t *restarts = workspace->tape.batch->restarts;

    return workspace->tape.from_carried && (restarts == NULL || restarts[sequence] == 0);
}

/* Whether the live pair (step, sequence) has a loss. For backward, which has set live_end. */
static inline int srnn__has_loss(const srnn_workspace *workspace, uint32_t step, uint32_t sequence)
{
    return !workspace->tape.last_only || workspace->backward.live_end[sequence] == step + 1;
}

/* Zero views.hidden_gradient, if it is kept: there is no error of the caller's own yet. */
void srnn__zero_hidden_gradient(srnn_workspace *workspace);

/* Run fn(task, i) for every i below `count`: by the caller's parallel-for if there is one and
 * more than one task, else one after the other. Returns SRNN_E_PARALLEL if the caller's fails. */
int32_t srnn__parallel(const srnn_workspace *workspace, srnn_task_fn fn, void *task,
                       uint32_t count);

/* The number of tasks among which `items` items are divided: at most one for each item. */
uint32_t srnn__task_count(const srnn_workspace *workspace, uint32_t items);

/* The first item of task `index` of `count`; `items` for the index after the last. */
uint32_t srnn__task_first(uint32_t items, uint32_t index, uint32_t count);

/* List the sequences from `first` to before `end` that are live at `step`, in ascending order, at
 * workspace->live + first. Returns their number. */
uint32_t srnn__find_live(srnn_workspace *workspace, uint32_t step, uint32_t first, uint32_t end);

#endif
