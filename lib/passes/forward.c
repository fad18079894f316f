/* forward.c - hidden states and logits of a batch */
#include "passes/columns.h"

#include <string.h>

/* One forward pass, shared by its tasks, which own disjoint sequences. */
struct forward {
    struct srnn__recurrence recurrence;
    uint32_t tasks;
    /* Of a pass that is divided by columns only: */
    uint32_t first; /* the steps of a segment: the first */
    uint32_t end;   /* and the one after the last */
};

/* What must hold before the batch's arrays are read: they may be as large as the batch says. */
static int32_t check(const srnn_model *model, const srnn_workspace *workspace,
                     const srnn_batch *batch)
{
    const int32_t status = srnn__model_ready(model);

    if (status == SRNN_E_ARGUMENT || !srnn__workspace_alive(workspace) ||
        !srnn__batch_alive(batch)) {
        return SRNN_E_ARGUMENT;
    }
    if (!srnn__workspace_fits(workspace, model)) {
        return SRNN_E_SHAPE;
    }
    if (batch->steps > workspace->shape.max_steps ||
        batch->sequences > workspace->shape.max_sequences) {
        return SRNN_E_SPACE;
    }
    if ((workspace->shape.flags & SRNN_WORKSPACE_LAST_OUTPUT) != 0 &&
        !srnn__batch_last_only(batch) && (batch->target != NULL || batch->target_ids != NULL)) {
        return SRNN_E_UNSUPPORTED;
    }
    return batch->input == NULL && batch->input_ids == NULL ? SRNN_E_STATE : status;
}

/* z_t = h_t W_out + b_out for the sequences `live` [n_live], from `states` [sequences x hidden] to
 * `logits` [sequences x outputs]. */
static void compute_logits(const struct srnn__recurrence *recurrence, const float *states,
                           const uint32_t *live, uint32_t n_live, float *logits)
{
    const srnn_workspace *w = recurrence->workspace;
    const float *bias = recurrence->parameters.b_out;
    const struct srnn__term term = {states, w->shape.hidden, w->shape.hidden, w->packed.out};

    recurrence->kernels.multiply(&term, 1, live, n_live, w->shape.outputs,
                                 bias == NULL ? SRNN__BEGIN_ZERO : SRNN__BEGIN_ROW, bias, logits,
                                 w->shape.outputs);
}

/* Compute the logits at the last live step of each sequence, from the last `states` [sequences x
 * hidden]: the dead steps after it have kept its state. */
static void compute_last_logits(const struct srnn__recurrence *recurrence, const float *states,
                                uint32_t first, uint32_t end)
{
    const srnn_workspace *w = recurrence->workspace;
    uint32_t *live = w->live + first;
    uint32_t n_live = 0;

    for (uint32_t s = first; s < end; s++) {
        if (srnn__live_end(recurrence->batch, s) > 0) {
            live[n_live++] = s;
        }
    }
    compute_logits(recurrence, states, live, n_live, w->tape.logits);
}

/* The first sequence of a task; all of them for the task after the last. */
static uint32_t first_sequence(const struct forward *forward, uint32_t index)
{
    return srnn__task_first(forward->recurrence.batch->sequences, index, forward->tasks);
}

/* Begin the segment whose first step is t with the states `before` of the sequences from `first` to
 * before `end`. The states of the last segment are kept, which may be the only one. A frugal
 * workspace keeps those before each segment too. */
static void begin_segment(const srnn_workspace *w, uint32_t t, const float *before, uint32_t first,
                          uint32_t end)
{
    if (w->tape.segment_starts != NULL) {
        srnn__copy_states(w, srnn__segment_start(w, t), before, first, end);
    }
    if (t > 0) {
        srnn__copy_states(w, w->tape.states, before, first, end);
    }
}

/* After the last step, from its `states` [sequences x hidden]: the logits, if they are the only
 * ones, and the carried state. */
static void end_states(const struct srnn__recurrence *recurrence, const float *states,
                       uint32_t first, uint32_t end)
{
    const srnn_workspace *w = recurrence->workspace;

    if (w->tape.last_only) {
        compute_last_logits(recurrence, states, first, end);
    }
    if (w->carried.copy != NULL) {
        srnn__copy_states(w, w->carried.copy, states, first, end);
    }
}

/* Task: all steps of a share of the sequences. */
static void run_task(void *argument, uint32_t index)
{
    const struct forward *forward = argument;
    const struct srnn__recurrence *recurrence = &forward->recurrence;
    srnn_workspace *w = recurrence->workspace;
    const uint32_t first = first_sequence(forward, index);
    const uint32_t end = first_sequence(forward, index + 1);
    float *states = w->tape.states;

    for (uint32_t t = 0; t < recurrence->batch->steps; t++) {
        const float *before = states;
        uint32_t n_live;

        if (t % w->shape.segment_steps == 0) {
            begin_segment(w, t, before, first, end);
            before = w->tape.states;
            states = w->tape.states;
        }
        states += w->tape.state_row;
        n_live = srnn__recurrence_step(recurrence, t, first, end, before, states);
        if (!w->tape.last_only) {
            compute_logits(recurrence, states, w->live + first, n_live,
                           w->tape.logits + t * w->tape.logit_row);
        }
    }
    end_states(recurrence, states, first, end);
}

/* Task: what comes after the states of a segment, for a share of the sequences. */
static void end_segment_task(void *argument, uint32_t index)
{
    const struct forward *forward = argument;
    const struct srnn__recurrence *recurrence = &forward->recurrence;
    srnn_workspace *w = recurrence->workspace;
    const uint32_t first = first_sequence(forward, index);
    const uint32_t end = first_sequence(forward, index + 1);
    const float *states = w->tape.states;

    for (uint32_t t = forward->first; t < forward->end; t++) {
        states += w->tape.state_row;
        if (!w->tape.last_only) {
            const uint32_t n_live = srnn__find_live(w, t, first, end);

            compute_logits(recurrence, states, w->live + first, n_live,
                           w->tape.logits + t * w->tape.logit_row);
        }
    }
    if (forward->end == recurrence->batch->steps) {
        end_states(recurrence, states, first, end);
    }
}

/* The pass by `parts` columns: a round of tasks for each step, and one for each segment. */
static int32_t run_by_columns(struct forward *forward, uint32_t parts)
{
    const struct srnn__recurrence *recurrence = &forward->recurrence;
    const srnn_workspace *w = recurrence->workspace;
    const uint32_t steps = recurrence->batch->steps;
    float *states = w->tape.states;

    for (forward->first = 0; forward->first < steps; forward->first = forward->end) {
        const uint32_t left = steps - forward->first;
        int32_t status;

        begin_segment(w, forward->first, states, 0, recurrence->batch->sequences);
        states = w->tape.states;
        forward->end =
            forward->first + (left < w->shape.segment_steps ? left : w->shape.segment_steps);
        for (uint32_t t = forward->first; t < forward->end; t++) {
            status = srnn__columns_step(recurrence, parts, t, states, states + w->tape.state_row);
            if (status != SRNN_OK) {
                return status;
            }
            states += w->tape.state_row;
        }
        status = srnn__parallel(w, end_segment_task, forward, forward->tasks);
        if (status != SRNN_OK) {
            return status;
        }
    }
    return SRNN_OK;
}

/* Set the state before the first step of every sequence: the carried state, which may lie there
 * already, or h0, or zero. */
static void begin_states(const struct srnn__recurrence *recurrence)
{
    const srnn_workspace *w = recurrence->workspace;
    const size_t hidden = w->shape.hidden;

    for (uint32_t s = 0; s < recurrence->batch->sequences; s++) {
        float *const state = w->tape.states + s * hidden;

        if (srnn__began_carried(w, s)) {
            memmove(state, w->carried.state + s * hidden, hidden * sizeof *state);
        } else if (recurrence->parameters.h0 != NULL) {
            memcpy(state, recurrence->parameters.h0, hidden * sizeof *state);
        } else {
            memset(state, 0, hidden * sizeof *state);
        }
    }
}

/* Store on the tape what the passes need of the batch, and where the carried state will be. The
 * caller has stored the batch itself. */
static void keep_batch(srnn_workspace *w)
{
    const srnn_batch *batch = w->tape.batch;

    w->carried.sequences = batch->sequences;
    w->tape.last_only =
        (w->shape.flags & SRNN_WORKSPACE_LAST_OUTPUT) != 0 || srnn__batch_last_only(batch);
    w->tape.state_row = (size_t)batch->sequences * w->shape.hidden;
    w->tape.logit_row = w->tape.last_only ? 0 : (size_t)batch->sequences * w->shape.outputs;
    w->stage = SRNN__NOTHING;
    w->tape.states_start = (batch->steps - 1) / w->shape.segment_steps * w->shape.segment_steps;
    w->carried.state =
        w->carried.copy != NULL
            ? w->carried.copy
            : w->tape.states + (batch->steps - w->tape.states_start) * w->tape.state_row;
}

/* Pack the weights. Errors: PARALLEL. */
static int32_t pack(const struct srnn__recurrence *recurrence)
{
    const srnn_workspace *w = recurrence->workspace;
    const struct srnn__kernels *kernels = &recurrence->kernels;
    const struct srnn__parameters *parameters = &recurrence->parameters;

    if (recurrence->batch->input != NULL) {
        kernels->pack(parameters->w_in, w->shape.inputs, w->shape.hidden, w->shape.hidden, 1,
                      w->packed.in);
    }
    kernels->pack(parameters->w_out, w->shape.hidden, w->shape.outputs, w->shape.outputs, 1,
                  w->packed.out);
    return srnn__columns_pack(recurrence, 0);
}

/* Compute the states and logits. Errors: PARALLEL. */
static int32_t run_tasks(struct forward *forward)
{
    const uint32_t parts = srnn__columns_tasks(&forward->recurrence);

    return parts > 0
               ? run_by_columns(forward, parts)
               : srnn__parallel(forward->recurrence.workspace, run_task, forward, forward->tasks);
}

/* The forward pass, after check(). Errors: RANGE, before anything is written; PARALLEL. */
static int32_t run(const srnn_model *model, srnn_workspace *w, const srnn_batch *batch, int carried)
{
    struct forward forward;
    struct srnn__recurrence *recurrence = &forward.recurrence;
    int32_t status = srnn__batch_check_input(batch, model->inputs);

    if (status != SRNN_OK) {
        return status;
    }
    srnn__kernels_load(model->instructions, &recurrence->kernels);
    srnn__model_split(model, &recurrence->parameters);
    recurrence->workspace = w;
    recurrence->batch = batch;
    forward.tasks = srnn__task_count(w, batch->sequences);
    *w->tape.batch = *batch;
    w->tape.from_carried = carried != 0;
    w->tape.instructions = model->instructions;
    begin_states(recurrence);
    keep_batch(w);

    status = pack(recurrence);
    if (status == SRNN_OK) {
        status = run_tasks(&forward);
    }
    if (status != SRNN_OK) {
        w->carried.sequences = 0;
        return status;
    }
    srnn__zero_hidden_gradient(w);
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
    if (workspace->carried.sequences == 0) {
        return SRNN_E_STATE;
    }
    if (workspace->carried.sequences != batch->sequences) {
        return SRNN_E_SHAPE;
    }
    return run(model, workspace, batch, 1);
}
