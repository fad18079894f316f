/* forward.c - hidden states and logits of a batch. Level 4. */
#include "workspace.h"

#include <string.h>

/* One forward pass, shared by its tasks, which own disjoint sequences. */
struct forward {
    srnn_workspace *workspace;
    const srnn_batch *batch;
    struct srnn__kernels kernels;
    struct srnn__parameters parameters;
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

/* Begin the rows of step t with what does not come from the hidden state: the
 * bias and, for ids, a row of w_in (the one-hot product without its zeros). */
static void begin_with_ids(const struct forward *pass, uint32_t t, const uint32_t *live,
                           uint32_t count, float *states)
{
    const size_t hidden = pass->workspace->hidden;
    const float *bias = pass->parameters.b_rec;

    for (uint32_t r = 0; r < count; r++) {
        const size_t id = pass->batch->input_ids[srnn__at(pass->batch->input_stride, t, live[r])];
        const float *restrict weights = pass->parameters.w_in + id * hidden;
        float *restrict state = states + live[r] * hidden;
        if (bias == NULL) {
            memcpy(state, weights, hidden * sizeof *state);
            continue;
        }
        for (size_t i = 0; i < hidden; i++) {
            state[i] = bias[i] + weights[i];
        }
    }
}

/* Dead sequences keep their state. `live` [count] is ascending. */
static void pass_on(size_t hidden, const float *before, float *states, const uint32_t *live,
                    uint32_t count, uint32_t first, uint32_t end)
{
    uint32_t r = 0;

    for (uint32_t s = first; s < end; s++) {
        if (r < count && live[r] == s) {
            r++;
            continue;
        }
        memcpy(states + s * hidden, before + s * hidden, hidden * sizeof *states);
    }
}

/* z = h W_out + b_out for the sequences in `live`. */
static void logits_of(const struct forward *pass, const float *states, const uint32_t *live,
                      uint32_t count, float *logits)
{
    const srnn_workspace *w = pass->workspace;
    const float *bias = pass->parameters.b_out;
    const struct srnn__term term = {states, w->hidden, w->hidden, w->panels_out};

    pass->kernels.multiply(&term, 1, live, count, w->outputs,
                           bias == NULL ? SRNN__BEGIN_ZERO : SRNN__BEGIN_ROW, bias, logits,
                           w->outputs);
}

/* The activation of the live sequences' rows; neighbours go in one call, so that
 * rows narrower than a vector fill it. */
static void activate_rows(const struct forward *pass, const uint32_t *live, uint32_t count,
                          float *states)
{
    const size_t hidden = pass->workspace->hidden;

    for (uint32_t r = 0; r < count;) {
        const uint32_t first = r++;
        while (r < count && live[r] == live[r - 1] + 1) {
            r++;
        }
        pass->kernels.activate(pass->workspace->activation, states + live[first] * hidden,
                               (r - first) * hidden);
    }
}

/* Step t for the live sequences `live` [count]: h_t = f(b_rec + x_t W_in +
 * h_{t-1} W_rec), each state one chain in that order. */
static void run_step(const struct forward *pass, uint32_t t, const uint32_t *live, uint32_t count,
                     const float *before, float *states)
{
    const srnn_workspace *w = pass->workspace;
    const srnn_batch *batch = pass->batch;
    const float *bias = pass->parameters.b_rec;
    const struct srnn__term recurrent = {before, w->hidden, w->hidden, w->panels_rec};

    if (batch->input_ids != NULL) {
        begin_with_ids(pass, t, live, count, states);
        pass->kernels.multiply(&recurrent, 1, live, count, w->hidden, SRNN__BEGIN_OUT, NULL,
                               states, w->hidden);
    } else {
        struct srnn__term terms[2];
        terms[0].rows = batch->input + t * batch->input_stride.step;
        terms[0].stride = batch->input_stride.sequence;
        terms[0].inner = w->inputs;
        terms[0].panels = w->panels_in;
        terms[1] = recurrent;
        pass->kernels.multiply(terms, 2, live, count, w->hidden,
                               bias == NULL ? SRNN__BEGIN_ZERO : SRNN__BEGIN_ROW, bias, states,
                               w->hidden);
    }
    activate_rows(pass, live, count, states);
}

/* Task: all steps of a share of the sequences. */
static void run_task(void *argument, uint32_t index)
{
    const struct forward *pass = argument;
    srnn_workspace *w = pass->workspace;
    const uint32_t first = srnn__task_first(pass->batch->sequences, index, pass->tasks);
    const uint32_t end = srnn__task_first(pass->batch->sequences, index + 1, pass->tasks);
    const size_t row = srnn__state_row(w);
    uint32_t *live = w->live + first;
    float *states = w->states;

    for (uint32_t t = 0; t < pass->batch->steps; t++) {
        const uint32_t count = srnn__find_live(w, t, first, end);
        const float *before = states;
        states += row;
        run_step(pass, t, live, count, before, states);
        pass_on(w->hidden, before, states, live, count, first, end);
        if (!w->last_only) {
            logits_of(pass, states, live, count, w->logits + t * srnn__logit_row(w));
        }
    }
    if (w->last_only) {
        /* Dead steps passed the last live state on to the last row. */
        uint32_t count = 0;
        for (uint32_t s = first; s < end; s++) {
            if (srnn__last_live(pass->batch, s) >= 0) {
                live[count++] = s;
            }
        }
        logits_of(pass, states, live, count, w->logits);
    }
}

/* Row 0 of the states: the carried state, h0 or zero. */
static void begin_states(const struct forward *pass, int carried)
{
    srnn_workspace *w = pass->workspace;
    const size_t hidden = w->hidden;
    const size_t sequences = pass->batch->sequences;

    if (carried) {
        if (w->last_row != 0) {
            memcpy(w->states, w->states + w->last_row * sequences * hidden,
                   sequences * hidden * sizeof *w->states);
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

static int32_t run(const srnn_model *model, srnn_workspace *w, const srnn_batch *batch, int carried)
{
    struct forward pass;
    int32_t status;

    srnn__kernels_load(model->instructions, &pass.kernels);
    srnn__model_split(model, &pass.parameters);
    pass.workspace = w;
    pass.batch = batch;
    pass.tasks = srnn__task_count(w, batch->sequences);
    begin_states(&pass, carried);
    w->batch = *batch;
    w->sequences = batch->sequences;
    w->last_row = batch->steps;
    w->carried = carried != 0;
    w->last_only = (w->flags & SRNN_LAST_OUTPUT) != 0 || srnn__batch_last_only(batch);
    w->stage = SRNN__NOTHING;

    if (batch->input != NULL) {
        pass.kernels.pack(pass.parameters.w_in, w->inputs, w->hidden, w->hidden, 1, w->panels_in);
    }
    pass.kernels.pack(pass.parameters.w_rec, w->hidden, w->hidden, w->hidden, 1, w->panels_rec);
    pass.kernels.pack(pass.parameters.w_out, w->hidden, w->outputs, w->outputs, 1, w->panels_out);
    status = srnn__parallel(w, run_task, &pass, pass.tasks);
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
