/* forward.c - hidden states and logits of a batch. */
#include "passes/recurrence.h"

#include <string.h>

/* One forward pass, shared by its tasks, which own disjoint sequences. */
struct forward {
    struct srnn__recurrence recurrence;
    uint32_t tasks;
};

/* What must hold before anything is written. */
static int32_t check(const srnn_model *model, const srnn_workspace *workspace,
                     const srnn_batch *batch)
{
    int32_t status = srnn__model_ready(model);

    if (status == SRNN_E_ARGUMENT || !srnn__workspace_alive(workspace) ||
        !srnn__batch_alive(batch)) {
        return SRNN_E_ARGUMENT;
    }
    if (status == SRNN_OK) {
        status = srnn__batch_check_input(batch, model->inputs);
    }
    if (status != SRNN_OK) {
        return status;
    }
    if (!srnn__workspace_fits(workspace, model)) {
        return SRNN_E_SHAPE;
    }
    if (batch->steps > workspace->max_steps || batch->sequences > workspace->max_sequences) {
        return SRNN_E_SPACE;
    }
    if ((workspace->flags & SRNN_LAST_OUTPUT) != 0 && !srnn__batch_last_only(batch) &&
        (batch->target != NULL || batch->target_ids != NULL)) {
        return SRNN_E_UNSUPPORTED;
    }
    return SRNN_OK;
}

/* z = h W_out + b_out for the sequences in `live`. */
static void logits_of(const struct srnn__recurrence *pass, const float *states,
                      const uint32_t *live, uint32_t count, float *logits)
{
    const srnn_workspace *w = pass->workspace;
    const float *bias = pass->parameters.b_out;
    const struct srnn__term term = {states, w->hidden, w->hidden, w->panels_out};

    pass->kernels.multiply(&term, 1, live, count, w->outputs,
                           bias == NULL ? SRNN__BEGIN_ZERO : SRNN__BEGIN_ROW, bias, logits,
                           w->outputs);
}

/* Copy the states of the sequences from `first` to `end`. */
static void copy_states(const srnn_workspace *w, float *to, const float *from, uint32_t first,
                        uint32_t end)
{
    memcpy(to + first * (size_t)w->hidden, from + first * (size_t)w->hidden,
           (end - first) * (size_t)w->hidden * sizeof *to);
}

/* The logits at the last live step; dead steps passed its state on to the end. */
static void last_logits(const struct srnn__recurrence *pass, const float *states, uint32_t first,
                        uint32_t end)
{
    const srnn_workspace *w = pass->workspace;
    uint32_t *live = w->live + first;
    uint32_t count = 0;

    for (uint32_t s = first; s < end; s++) {
        if (srnn__last_live(pass->batch, s) >= 0) {
            live[count++] = s;
        }
    }
    logits_of(pass, states, live, count, w->logits);
}

/* Task: all steps of a share of the sequences. A frugal workspace keeps the
 * states before each segment and those of the last one. */
static void run_task(void *argument, uint32_t index)
{
    const struct forward *forward = argument;
    const struct srnn__recurrence *pass = &forward->recurrence;
    srnn_workspace *w = pass->workspace;
    const uint32_t first = srnn__task_first(pass->batch->sequences, index, forward->tasks);
    const uint32_t end = srnn__task_first(pass->batch->sequences, index + 1, forward->tasks);
    const size_t row = srnn__state_row(w);
    float *states = w->states;

    for (uint32_t t = 0; t < pass->batch->steps; t++) {
        const float *before = states;
        uint32_t count;
        if (w->starts != NULL && t % w->segment_steps == 0) {
            copy_states(w, w->starts + t / w->segment_steps * row, before, first, end);
            if (t > 0) {
                copy_states(w, w->states, before, first, end);
            }
            before = w->states;
            states = w->states;
        }
        states += row;
        count = srnn__recurrence_step(pass, t, first, end, before, states);
        if (!w->last_only) {
            logits_of(pass, states, w->live + first, count, w->logits + t * srnn__logit_row(w));
        }
    }
    if (w->last_only) {
        last_logits(pass, states, first, end);
    }
    if (w->kept_last != NULL) {
        copy_states(w, w->kept_last, states, first, end);
    }
}

/* Row 0 of the states: the carried state, h0 or zero. */
static void begin_states(const struct srnn__recurrence *pass, int carried)
{
    srnn_workspace *w = pass->workspace;
    const size_t hidden = w->hidden;
    const size_t sequences = pass->batch->sequences;

    if (carried) {
        if (w->last != w->states) {
            memcpy(w->states, w->last, sequences * hidden * sizeof *w->states);
        }
        return;
    }
    for (size_t s = 0; s < sequences; s++) {
        if (pass->parameters.h0 != NULL) {
            memcpy(w->states + s * hidden, pass->parameters.h0, hidden * sizeof *w->states);
        } else {
            memset(w->states + s * hidden, 0, hidden * sizeof *w->states);
        }
    }
}

/* What the workspace remembers of the batch once its states are begun. */
static void remember(srnn_workspace *w, const srnn_batch *batch, int carried)
{
    *w->batch = *batch;
    w->sequences = batch->sequences;
    w->carried = carried != 0;
    w->last_only = (w->flags & SRNN_LAST_OUTPUT) != 0 || srnn__batch_last_only(batch);
    w->stage = SRNN__NOTHING;
    w->first_row = (batch->steps - 1) / w->segment_steps * w->segment_steps;
    w->last = w->kept_last != NULL ? w->kept_last : w->states + batch->steps * srnn__state_row(w);
}

static int32_t run(const srnn_model *model, srnn_workspace *w, const srnn_batch *batch, int carried)
{
    struct forward forward;
    struct srnn__recurrence *pass = &forward.recurrence;
    int32_t status;

    srnn__kernels_load(model->instructions, &pass->kernels);
    srnn__model_split(model, &pass->parameters);
    pass->workspace = w;
    pass->batch = batch;
    forward.tasks = srnn__task_count(w, batch->sequences);
    begin_states(pass, carried);
    remember(w, batch, carried);

    if (batch->input != NULL) {
        pass->kernels.pack(pass->parameters.w_in, w->inputs, w->hidden, w->hidden, 1, w->panels_in);
    }
    pass->kernels.pack(pass->parameters.w_rec, w->hidden, w->hidden, w->hidden, 1, w->panels_rec);
    pass->kernels.pack(pass->parameters.w_out, w->hidden, w->outputs, w->outputs, 1, w->panels_out);
    status = srnn__parallel(w, run_task, &forward, forward.tasks);
    if (status != SRNN_OK) {
        w->sequences = 0;
        return status;
    }
    if (w->hidden_gradient != NULL) {
        memset(w->hidden_gradient, 0,
               batch->steps * srnn__state_row(w) * sizeof *w->hidden_gradient);
    }
    w->stage = SRNN__FORWARD;
    return SRNN_OK;
}

int32_t srnn_forward(const srnn_model *model, srnn_workspace *workspace, const srnn_batch *batch)
{
    const int32_t status = check(model, workspace, batch);
    return status == SRNN_OK ? run(model, workspace, batch, 0) : status;
}

int32_t srnn_forward_continue(const srnn_model *model, srnn_workspace *workspace,
                              const srnn_batch *batch)
{
    const int32_t status = check(model, workspace, batch);
    if (status != SRNN_OK) {
        return status;
    }
    if (workspace->sequences == 0) {
        return SRNN_E_STATE;
    }
    if (workspace->sequences != batch->sequences) {
        return SRNN_E_SHAPE;
    }
    return run(model, workspace, batch, 1);
}
