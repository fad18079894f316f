/* workspace.h - the tape and the scratch of a pass. */
#ifndef SRNN_WORKSPACE_H
#define SRNN_WORKSPACE_H

#include "model/batch.h"
#include "kernels/kernels.h"
#include "model/model.h"

/* How far a pass has come. */
enum {
    SRNN__NOTHING,  /* no tape */
    SRNN__FORWARD,  /* hidden states and logits are there */
    SRNN__LOSS,     /* the gradient on the logits too */
    SRNN__BACKWARD, /* the gradients through time too */
};

struct srnn_workspace {
    struct srnn__object object;
    uint32_t inputs;
    uint32_t hidden;
    uint32_t outputs;
    uint32_t activation;
    uint32_t output;
    uint32_t flags;
    uint32_t max_steps;
    uint32_t max_sequences;
    uint32_t segment_steps; /* steps whose states are kept: with SRNN_FRUGAL about sqrt(max_steps),
                               else all */
    uint32_t chunk_steps;   /* steps whose errors, and Omega's left factors, are kept until the
                               weights' gradient is added */
    double error_limit;

    srnn_parallel_fn run;
    void *run_user;
    uint32_t tasks;

    srnn_batch *batch; /* a copy of the last forward's view */
    uint32_t stage;
    uint32_t sequences; /* of the carried state; 0: none */
    float *last;        /* [sequences x hidden] the carried state, within `states` or `kept_last` */
    uint32_t first_row; /* the step before which row 0 of `states` is; 0 unless frugal */
    uint32_t carried;   /* the last forward began with a carried state */
    uint32_t last_only; /* logits at the last live step only */
    /* From here to `states`, and the arrays of live steps, what a backward finds out. */
    uint32_t first_loss; /* no pair before this step has a loss */
    uint32_t full;       /* before this step all sequences are live; not where all kernels
                            are compact */

    float *states;          /* [(max_steps + 1) x sequences x hidden]; row 0: before step 1.
                               With SRNN_FRUGAL segment_steps + 1 rows, from first_row on */
    float *starts;          /* [segments x sequences x hidden] states before each, or NULL */
    float *kept_last;       /* [sequences x hidden] the carried state, or NULL */
    float *logits;          /* [max_steps or 1 x sequences x outputs] */
    float *logit_gradient;  /* likewise */
    float *hidden_gradient; /* [max_steps x sequences x hidden], or NULL */
    float *input_gradient;  /* [max_steps x sequences x inputs], or NULL */
    float *flow;            /* [max_steps x sequences], or NULL */
    float *propagated;      /* [sequences x hidden] q_{t+1} */
    float *errors;          /* [2 x chunk_steps x sequences x hidden] g_t, then v_t, of a chunk's
                               steps, and Omega's left factors or the errors of another chunk */
    float *panels_in;       /* packed w_in */
    float *panels_rec;      /* packed w_rec */
    float *panels_out;      /* packed w_out, or its transpose */
    float *back_in;         /* packed transpose of w_in; shares panels_in's place if it can */
    float *back_rec;        /* packed transpose of w_rec, likewise */
    float *error_panels;    /* wide layers, else NULL: the chunk's errors [pairs x hidden], packed
                               by stretches of SRNN__STRETCH pairs */
    float *loss_panels;     /* likewise [pairs with a loss x outputs] of the logits' gradient */
    float *transposed;      /* likewise: [hidden x SRNN__STRETCH] a stretch of left factors */
    float *ones;            /* likewise: [SRNN__STRETCH] the left factor of the biases */
    size_t *pair_state;     /* [most steps of a chunk x sequences] offset of a live pair in its
                               rows */
    size_t *pair_input;     /* likewise, in the caller's inputs */
    size_t *loss_state;     /* likewise, of pairs with a loss */
    size_t *loss_logit;     /* likewise, in the logits */
    double *sequence_sum;   /* [5 x sequences] two sums by sequence, then scratch */
    double *squares;        /* [sequences] |d_t|^2 */
    double *norms;          /* [sequences] |v_t|^2 for Omega, negative where it is not known */
    int64_t *first_live;    /* [sequences] first live step, or -1 */
    int64_t *last_live;     /* [sequences] last live step, or -1 */
    uint32_t *live;         /* [sequences] live sequences of a step, by task */
    uint32_t *ending; /* [sequences] of these, those with a loss; or those that Omega counts */
};

static inline int srnn__workspace_alive(const srnn_workspace *workspace)
{
    return srnn__alive(workspace, SRNN__TAG_WORKSPACE);
}

/* Whether the workspace was made for models of this shape. */
int srnn__workspace_fits(const srnn_workspace *workspace, const srnn_model *model);

/* The elements of one step's states. */
static inline size_t srnn__state_row(const srnn_workspace *workspace)
{
    return (size_t)workspace->batch->sequences * workspace->hidden;
}

/* The elements from one step's logits to the next; 0 when there is one step. */
static inline size_t srnn__logit_row(const srnn_workspace *workspace)
{
    return workspace->last_only ? 0 : (size_t)workspace->batch->sequences * workspace->outputs;
}

/* Whether pair (step, sequence) has logits with a gradient, in a backward. */
static inline int srnn__has_loss(const srnn_workspace *workspace, uint32_t step, uint32_t sequence)
{
    return !workspace->last_only || workspace->last_live[sequence] == (int64_t)step;
}

/* From this many hidden units on the factors of the weights' gradients are copied
 * to where long products read them one after the other, unless the kernels are
 * faster without: rows that far apart fall on the same lines of the caches and on a
 * page each. */
#define SRNN__WIDE 256u
static inline int srnn__is_wide(const srnn_workspace *workspace)
{
    return !SRNN__ONLY_COMPACT && workspace->hidden >= SRNN__WIDE;
}

/* Omega's left factors [chunk_steps x sequences x hidden], or without Omega the errors of
 * every other chunk where one is swept while another is read. */
static inline float *srnn__left(const srnn_workspace *workspace)
{
    return workspace->errors +
           (size_t)workspace->chunk_steps * workspace->max_sequences * workspace->hidden;
}

/* The place of a chunk's errors, of the two that there are without Omega, unless code is to
 * be saved: the first or the other. */
static inline float *srnn__errors(const srnn_workspace *workspace, int other)
{
    return SRNN__ONLY_COMPACT || !other ? workspace->errors : srnn__left(workspace);
}

/* The most steps of a chunk: its errors have the place of the left factors too, unless that
 * is taken, a chunk is as long as it should be, or code is to be saved. */
static inline uint32_t srnn__most_steps(const srnn_workspace *workspace, int taken)
{
    return workspace->chunk_steps *
           (taken || SRNN__ONLY_COMPACT || srnn__is_wide(workspace) ? 1 : 2);
}

/* Run fn(task, i) for i below `count`, by the caller's parallel-for when there
 * is one and it is worth it. */
int32_t srnn__parallel(const srnn_workspace *workspace, srnn_task_fn fn, void *task,
                       uint32_t count);

/* The number of tasks for `items` items, and the first item of one: `items` for
 * the one after the last. */
uint32_t srnn__task_count(const srnn_workspace *workspace, uint32_t items);
uint32_t srnn__task_first(uint32_t items, uint32_t index, uint32_t count);

/* The sequences from `first` to `end` that are live at `step`, into
 * workspace->live + first; gives their number. */
uint32_t srnn__find_live(srnn_workspace *workspace, uint32_t step, uint32_t first, uint32_t end);

#endif
