/* backward.c - back-propagation through time
 *
 * For every sequence, t descending (paper, equations 3 to 5, in the form of its footnote 1: h_t is
 * the state after the nonlinearity):
 *
 *     d_t = g_t + q_{t+1}      error of the state h_t: g_t from its logits, q_{t+1} from step t + 1
 *     v_t = d_t * f'(a_t)      error of the net input a_t
 *     q_t = v_t W_rec^T        error that h_{t-1} gets from step t
 *
 * and dE/dh0 = q_1. Two limits can act: SRNN_WORKSPACE_ERROR_LIMIT on the elements of g_t and q_t,
 * and after it SRNN_WORKSPACE_ERROR_GROWTH on |d_t|, so that what it measures and bounds is what
 * travels. The weights' gradients are sums over v_t and dE/dz_t (weight_gradient.h). Omega's terms
 * compare neighbouring errors (omega_terms.h). The schedule decides which steps are swept together,
 * and by which tasks (schedule.h, overlap.h). */
#include "base/compiler.h"
#include "kernels/scalar.h"
#include "passes/columns.h"
#include "passes/omega_terms.h"
#include "passes/overlap.h"

#include <float.h>
#include <string.h>

struct backward {
    struct srnn__recurrence recurrence; /* workspace, batch, kernels and parameters */
    struct srnn__omega_terms omega;
    struct srnn__schedule schedule;
    float error_limit;      /* on the elements of g_t and q_t; 0: none */
    double *squared_bounds; /* [sequences] the most that |d_t|^2 may be: the largest squared norm of
                               an error that has entered the sequence, times the square of option
                               SRNN_WORKSPACE_ERROR_GROWTH. In the loss's scratch. Or NULL: no limit
                               on growth */
};

/* Bound the elements of the errors in `index` [rows] of errors [sequences x hidden], if there is a
 * limit on them. */
static void bound_rows(const struct backward *backward, float *errors, const uint32_t *index,
                       size_t rows)
{
    if (backward->error_limit > 0.0f) {
        backward->recurrence.kernels.bound_rows(errors,
                                                backward->recurrence.workspace->shape.hidden, index,
                                                rows, backward->error_limit);
    }
}

/* Write g_t = dE/dz_t W_out^T, limited, to step->error, zero where there is no loss. Returns 0, and
 * writes no error, if no sequence has a loss and the caller adds none: d_t is q_{t+1} then. */
static int errors_from_logits(const struct backward *backward, const struct srnn__chunk_step *step)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const size_t hidden = w->shape.hidden;
    uint32_t *const scored = w->backward.scored + step->first;
    const int changes = backward->omega.errors_change;
    uint32_t n_scored = 0;

    if (SRNN__SHORT_CUTS && !changes && step->t < w->backward.first_loss) {
        return 0;
    }
    for (uint32_t r = 0; r < step->n_live; r++) {
        const uint32_t s = step->live[r];
        const int has_loss = srnn__has_loss(w, step->t, s);

        if (has_loss) {
            scored[n_scored++] = s;
        }
        if (has_loss || changes) {
            /* v_t will not be the p_{t+1} whose squared norm is there. */
            w->omega.squared_inputs[s] = -1.0;
        }
    }
    if (n_scored == 0 && w->views.hidden_gradient == NULL) {
        return 0;
    }
    if (w->tape.last_only) {
        memset(step->error + step->first * hidden, 0,
               (step->end - step->first) * hidden * sizeof *step->error);
    }
    if (n_scored > 0) {
        const size_t outputs = w->shape.outputs;
        const struct srnn__term term = {w->tape.logit_gradient + step->t * w->tape.logit_row,
                                        outputs, outputs, w->packed.out_transposed};

        backward->recurrence.kernels.multiply(&term, 1, scored, n_scored, hidden, SRNN__BEGIN_ZERO,
                                              NULL, step->error, hidden);
        bound_rows(backward, step->error, scored, n_scored);
    }
    return 1;
}

/* A dead sequence keeps its state, so q_{t+1} passes through the step as through a linear unit. The
 * caller's own error enters there as at a live pair, and the sum, which is d_t, is not limited:
 * dead pairs add nothing that grows. `sweep` is that of the step's live sequences, and is lost. */
static void pass_dead_errors(const struct backward *backward, const struct srnn__chunk_step *step,
                             struct srnn__sweep *sweep)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const size_t hidden = w->shape.hidden;
    uint32_t *const dead = w->backward.scored + step->first;
    const uint32_t *live = step->live;

    sweep->rows = 0;
    for (uint32_t s = step->first; s < step->end; s++) {
        if (live < step->live + step->n_live && *live == s) {
            live++;
        } else {
            dead[sweep->rows++] = s;
        }
    }
    sweep->activation = SRNN_HIDDEN_LINEAR;
    sweep->index = dead;
    sweep->error = sweep->hidden_gradient;
    sweep->hidden_gradient = NULL;
    sweep->squared_errors = NULL;
    backward->recurrence.kernels.sweep(sweep);
    for (size_t r = 0; r < sweep->rows; r++) {
        const size_t row = dead[r] * hidden;

        memcpy(sweep->carried + row, sweep->error + row, hidden * sizeof *sweep->error);
    }
}

/* Compute d_t = g_t + q_{t+1}, plus the caller's own error, and v_t = d_t * f'(a_t) in
 * step->error. */
static void errors_of_step(const struct backward *backward, const struct srnn__chunk *chunk,
                           const struct srnn__chunk_step *step)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const int needs_squares =
        w->views.flow != NULL || backward->omega.by_state || backward->squared_bounds != NULL;
    const double growth = w->option[SRNN__ERROR_GROWTH];
    struct srnn__sweep sweep;

    sweep.no_logit_error = !errors_from_logits(backward, step);
    sweep.activation = w->shape.activation;
    sweep.width = w->shape.hidden;
    sweep.index = step->live;
    sweep.rows = step->n_live;
    sweep.hidden = srnn__states_before(w, chunk, step->t + 1);
    sweep.carried = w->backward.propagated;
    sweep.error = step->error;
    sweep.hidden_gradient = NULL;
    sweep.squared_errors = needs_squares ? w->backward.squared_errors : NULL;
    sweep.squared_bounds = backward->squared_bounds;
    sweep.squared_growth = growth * growth;
    if (w->views.hidden_gradient != NULL) {
        sweep.hidden_gradient = w->views.hidden_gradient + step->t * w->tape.state_row;
    }
    backward->recurrence.kernels.sweep(&sweep);
    if (sweep.hidden_gradient != NULL) {
        pass_dead_errors(backward, step, &sweep);
    }
}

/* Store |d_t| of every sequence in views.flow, 0 for dead ones. */
static void keep_flow(const struct backward *backward, const struct srnn__chunk_step *step)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    float *const flow = w->views.flow + (size_t)step->t * w->tape.batch->sequences;

    memset(flow + step->first, 0, (step->end - step->first) * sizeof *flow);
    for (uint32_t r = 0; r < step->n_live; r++) {
        flow[step->live[r]] = (float)srnn__root(w->backward.squared_errors[step->live[r]]);
    }
}

/* Store dE/dx_t = v_t W_in^T in views.input_gradient, zero for dead sequences. */
static void keep_input_gradient(const struct backward *backward,
                                const struct srnn__chunk_step *step)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const size_t inputs = w->shape.inputs;
    const size_t hidden = w->shape.hidden;
    const struct srnn__term term = {step->error, hidden, hidden, w->packed.in_transposed};
    float *const out =
        w->views.input_gradient + step->t * (size_t)w->tape.batch->sequences * inputs;

    memset(out + step->first * inputs, 0, (step->end - step->first) * inputs * sizeof *out);
    backward->recurrence.kernels.multiply(&term, 1, step->live, step->n_live, inputs,
                                          SRNN__BEGIN_ZERO, NULL, out, inputs);
}

/* Compute q_t = v_t W_rec^T. With several tasks the cache lines of the errors of step t - 1 may be
 * in other cores. They are requested during the product, so that writing to them does not wait. */
static void propagate(const struct backward *backward, const struct srnn__chunk *chunk,
                      const struct srnn__chunk_step *step)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const struct srnn__kernels *kernels = &backward->recurrence.kernels;
    const size_t hidden = w->shape.hidden;
    const struct srnn__term term = {step->error, hidden, hidden, w->packed.recurrent_transposed};

    if (SRNN__SHORT_CUTS && w->run != NULL && w->tasks > 1 && step->t > chunk->first) {
        kernels->multiply_and_own(&term, step->live, step->n_live, hidden, w->backward.propagated,
                                  step->error - w->tape.state_row);
    } else {
        kernels->multiply(&term, 1, step->live, step->n_live, hidden, SRNN__BEGIN_ZERO, NULL,
                          w->backward.propagated, hidden);
    }
}

/* Compute the errors of a step of a chunk, which is listed, for the sequences of a task. */
static void begin_step(const void *argument, const struct srnn__chunk *chunk,
                       const struct srnn__chunk_step *step)
{
    const struct backward *backward = argument;
    const srnn_workspace *w = backward->recurrence.workspace;

    if (!SRNN__SHORT_CUTS || backward->omega.regularizer == NULL ||
        !srnn__omega_wrote_errors(&backward->omega, chunk, step->t, step->first, step->end)) {
        errors_of_step(backward, chunk, step);
    }
    if (w->views.flow != NULL) {
        keep_flow(backward, step);
    }
    if (w->views.input_gradient != NULL) {
        keep_input_gradient(backward, step);
    }
}

/* What comes after the product of a step: Omega's terms, and the limit on q_t. */
static void end_step(const void *argument, const struct srnn__chunk *chunk,
                     const struct srnn__chunk_step *step)
{
    const struct backward *backward = argument;

    if (backward->omega.regularizer != NULL) {
        srnn__omega_add(&backward->omega, chunk, step);
    }
    bound_rows(backward, backward->recurrence.workspace->backward.propagated, step->live,
               step->n_live);
}

/* Sweep a step of a chunk for the sequences of a task. The caller has set the step's t, first and
 * end. */
static SRNN__NOINLINE void sweep_step(const struct backward *backward,
                                      const struct srnn__chunk *chunk,
                                      struct srnn__chunk_step *step)
{
    srnn__list_step(backward->recurrence.workspace, chunk, step);
    begin_step(backward, chunk, step);
    propagate(backward, chunk, step);
    end_step(backward, chunk, step);
}

/* Run the chunk's segment forward again from its stored start. The chunk is the last one of the
 * segment, so its last step is the segment's. */
static void rerun_segment(const struct backward *backward, const struct srnn__chunk *chunk,
                          uint32_t first, uint32_t end)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const size_t row = w->tape.state_row;
    float *states = w->tape.states;

    srnn__copy_states(w, states, srnn__segment_start(w, chunk->segment), first, end);
    for (uint32_t t = chunk->segment; t < chunk->end; t++, states += row) {
        (void)srnn__recurrence_step(&backward->recurrence, t, first, end, states, states + row);
    }
}

/* Sweep the chunk for the sequences from `first` to before `end`. */
static void sweep(const void *argument, const struct srnn__chunk *chunk, uint32_t first,
                  uint32_t end)
{
    const struct backward *backward = argument;
    struct srnn__chunk_step step;

    if (backward->recurrence.workspace->tape.states_start != chunk->segment) {
        rerun_segment(backward, chunk, first, end);
    }
    step.first = first;
    step.end = end;
    for (step.t = chunk->end; step.t-- > chunk->first;) {
        sweep_step(backward, chunk, &step);
    }
}

/* What must hold before anything is written. */
static int32_t check(const srnn_model *model, const srnn_workspace *w,
                     const srnn_regularizer *regularizer, const float *gradient, size_t count)
{
    const int32_t status = srnn__model_ready(model);

    if (status == SRNN_E_ARGUMENT || !srnn__workspace_alive(w) || gradient == NULL ||
        !srnn__null_or_alive(regularizer, SRNN__TAG_REGULARIZER)) {
        return SRNN_E_ARGUMENT;
    }
    if (!srnn__workspace_fits(w, model) || count != model->count ||
        (regularizer != NULL && regularizer->hidden != model->hidden)) {
        return SRNN_E_SHAPE;
    }
    return w->stage == SRNN__LOSS ? status : SRNN_E_STATE;
}

/* Find the last live step of every sequence, and the first step with a loss. */
static void find_live_steps(srnn_workspace *w)
{
    const srnn_batch *batch = w->tape.batch;
    struct srnn__backward_scratch *scratch = &w->backward;

    if (SRNN__SHORT_CUTS) {
        scratch->first_loss = w->tape.last_only ? batch->steps : 0;
    }
    for (uint32_t s = 0; s < batch->sequences; s++) {
        const uint32_t end = srnn__live_end(batch, s);

        scratch->live_end[s] = end;
        if (SRNN__SHORT_CUTS && end > 0 && end - 1 < scratch->first_loss) {
            scratch->first_loss = end - 1;
        }
    }
}

/* Pack the transposed weights, which back-propagation multiplies with. Errors: PARALLEL. */
static int32_t pack_transposed(const struct backward *backward)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const struct srnn__kernels *kernels = &backward->recurrence.kernels;
    const struct srnn__parameters *parameters = &backward->recurrence.parameters;
    const size_t hidden = w->shape.hidden;
    const size_t outputs = w->shape.outputs;

    kernels->pack(parameters->w_out, outputs, hidden, 1, outputs, w->packed.out_transposed);
    if (w->views.input_gradient != NULL) {
        kernels->pack(parameters->w_in, hidden, w->shape.inputs, 1, hidden,
                      w->packed.in_transposed);
    }
    return srnn__columns_pack(&backward->recurrence, 1);
}

/* Set the limits of a pass, none of which is set, and whether they or the caller change errors. */
static void begin_limits(struct backward *backward)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const double limit = w->option[SRNN__ERROR_LIMIT];
    const double growth = w->option[SRNN__ERROR_GROWTH];

    backward->omega.errors_change = w->views.hidden_gradient != NULL;
    if (limit <= FLT_MAX) {
        backward->error_limit = (float)limit;
        backward->omega.errors_change = 1;
    }
    /* A growth whose square is no double limits nothing: no errors are that far apart. */
    if (srnn__is_finite(growth * growth)) {
        backward->squared_bounds = w->loss.sum;
        memset(backward->squared_bounds, 0, w->tape.batch->sequences * sizeof(double));
        backward->omega.errors_change = 1;
    }
}

/* Divide the sweep by columns, if the layer is. */
static void begin_columns(struct backward *backward)
{
    struct srnn__columns_sweep *const columns = &backward->schedule.columns;

    columns->tasks = srnn__columns_tasks(&backward->recurrence);
    if (columns->tasks == 0) {
        return;
    }
    columns->recurrence = &backward->recurrence;
    columns->backward = backward;
    columns->begin_step = begin_step;
    if (backward->omega.regularizer != NULL || backward->error_limit > 0.0f) {
        columns->end_step = end_step;
    }
}

/* Begin a pass, whose struct is zero: set its members, pack the weights and set q_{T+1} to 0.
 * Errors: PARALLEL. */
static int32_t begin(struct backward *backward, const srnn_model *model, srnn_workspace *w,
                     srnn_regularizer *regularizer, float *gradient)
{
    struct srnn__recurrence *recurrence = &backward->recurrence;

    srnn__kernels_load(w->tape.instructions, &recurrence->kernels);
    srnn__model_split(model, &recurrence->parameters);
    recurrence->workspace = w;
    recurrence->batch = w->tape.batch;
    begin_limits(backward);
    backward->omega.recurrence = recurrence;
    backward->omega.regularizer = regularizer;
    backward->schedule.sweep = sweep;
    backward->schedule.backward = backward;
    backward->schedule.gradient.recurrence = recurrence;
    backward->schedule.gradient.model = model;
    backward->schedule.gradient.gradient = gradient;
    begin_columns(backward);
    find_live_steps(w);
    if (regularizer != NULL) {
        backward->schedule.gradient.omega = srnn__regularizer_matrix(regularizer);
        srnn__omega_begin(&backward->omega);
    }
    srnn__weight_gradient_begin(&backward->schedule.gradient);
    memset(w->backward.propagated, 0, w->tape.state_row * sizeof *w->backward.propagated);
    return pack_transposed(backward);
}

/* Add dE/dh0 = q_1 of the sequences that began with the initial state. */
static void add_initial_state(const struct backward *backward)
{
    const srnn_workspace *w = backward->recurrence.workspace;
    const struct srnn__weight_gradient *gradient = &backward->schedule.gradient;
    const size_t hidden = w->shape.hidden;
    float *const h0 = srnn__tensor_of(gradient->model, gradient->gradient, SRNN__H0);

    for (uint32_t s = 0; h0 != NULL && s < w->tape.batch->sequences; s++) {
        if (srnn__began_carried(w, s)) {
            continue;
        }
        backward->recurrence.kernels.add_row(w->backward.propagated + s * hidden, hidden, h0);
    }
}

int32_t srnn_backward(const srnn_model *model, srnn_workspace *workspace,
                      srnn_regularizer *regularizer, float *gradient, size_t count)
{
    struct backward backward = {0};
    int32_t status = check(model, workspace, regularizer, gradient, count);

    if (status != SRNN_OK) {
        return status;
    }
    status = begin(&backward, model, workspace, regularizer, gradient);
    if (status == SRNN_OK) {
        status = srnn__overlap_pays(&backward.schedule) ? srnn__overlap_run(&backward.schedule)
                                                        : srnn__schedule_run(&backward.schedule);
    }
    if (status != SRNN_OK) {
        workspace->stage = SRNN__NOTHING;
        return status;
    }
    if (regularizer != NULL) {
        srnn__omega_end(&backward.omega, backward.schedule.gradient.all_pairs);
    }
    add_initial_state(&backward);
    workspace->stage = SRNN__BACKWARD;
    return SRNN_OK;
}
