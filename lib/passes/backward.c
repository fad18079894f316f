/* backward.c - back-propagation through time.
 *
 * For t descending (paper, section 2.1, in the form with the state after the
 * nonlinearity): d_t = g_t + q_{t+1}, v_t = d_t * f'(a_t), q_t = v_t W_rec^T, and
 *
 *     dE/dW_rec = sum_t h_{t-1}^T v_t    dE/dW_in = sum_t x_t^T v_t
 *     dE/db_rec = sum_t v_t              dE/dh0 = sum of q_1
 *     dE/dW_out = sum_t h_t^T dE/dz_t    dE/db_out = sum_t dE/dz_t
 *
 * The tape is swept in chunks of steps: first by sequences, one task a share of them,
 * down the chunk's steps, keeping v_t, before which a frugal workspace runs the segment
 * that ends there forward again; then the weights' gradients get what the chunk gives
 * (weight_gradient.h). With several tasks, unless Omega needs the room or the layer is wide,
 * some of them sweep the next chunk while the others do that: what one core has written
 * another then reads once, and little goes both ways. Chains go on from what the gradient holds,
 * over t descending and sequences ascending, so that neither chunks nor tasks change a bit. */
#include "update/regularizer.h"
#include "passes/weight_gradient.h"

#include <string.h>

struct backward {
    struct srnn__recurrence recurrence;   /* workspace, kernels and parameters of the pass */
    srnn_regularizer *regularizer;        /* or NULL */
    struct srnn__weight_gradient weights; /* of the chunk, and the gradient they go to */
    float limit;                          /* on propagated errors; 0: none */
    int changed;      /* whether the caller's errors or the limit change v_t at every step */
    int plain;        /* whether Omega's p_t is v_{t-1} where no loss joins it, and no more
                         than v_{t-1} is asked for */
    uint32_t started; /* before this step some transitions are none of Omega's */
    uint32_t segment; /* the first step of the segment whose states are there */
    uint32_t first;   /* the chunk's steps: from first */
    uint32_t end;     /* to before end */
    uint32_t tasks;   /* of the sweep */
    int claims;       /* whether other tasks have read where the errors go */
    int behind;       /* whether the weights' gradients have yet to get the chunk after it */
    int other;        /* whether the chunk's errors have the other place */
};

/* The states before step t, which is of the segment or the one after it. */
static const float *states_before(const struct backward *pass, uint32_t t)
{
    const srnn_workspace *w = pass->recurrence.workspace;

    return w->states + (t - pass->segment) * srnn__state_row(w);
}

/* Whether Omega looks at the transition of sequence s into step t. */
static int omega_looks(const struct backward *pass, uint32_t t, uint32_t s)
{
    return t >= pass->started || pass->recurrence.workspace->first_live[s] != (int64_t)t;
}

/* Whether Omega, when it looks at the transition into step t for a task's sequences,
 * leaves p_t where v_{t-1} belongs, because that is what it is: where no sequence has
 * its loss at step t - 1, those that are live there, being without gaps, are live at
 * step t too. */
static int leaves_error(const struct backward *pass, uint32_t t, uint32_t first, uint32_t end)
{
    const srnn_workspace *w = pass->recurrence.workspace;

    if (SRNN__ONLY_COMPACT || !pass->plain || t <= pass->first || t >= pass->end) {
        return 0;
    }
    for (uint32_t s = first; t > w->first_loss && s < end; s++) {
        if (srnn__has_loss(w, t - 1, s)) {
            return 0;
        }
    }
    return 1;
}

/* g_t into the chunk's rows: the error that comes from the logits, dE/dz W_out^T,
 * zero where there is no loss. Where there is one, v_t is not the p_{t+1} of Omega,
 * whose norm is known. Gives whether it wrote any: where no sequence has a loss, only
 * for the caller's own errors, or to save code. */
static int begin_errors(const struct backward *pass, uint32_t t, const uint32_t *live,
                        uint32_t count, uint32_t first, uint32_t end, float *error)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    uint32_t *const ending = w->ending + first;
    const struct srnn__term term = {w->logit_gradient + t * srnn__logit_row(w), w->outputs,
                                    w->outputs, w->panels_out};
    uint32_t losses = 0;

    for (uint32_t r = 0; t >= w->first_loss && r < count; r++) {
        if (srnn__has_loss(w, t, live[r])) {
            ending[losses++] = live[r];
            w->norms[live[r]] = -1.0;
        }
    }
    if (!SRNN__ONLY_COMPACT && losses == 0 && w->hidden_gradient == NULL) {
        return 0;
    }
    if (w->last_only) {
        memset(error + first * (size_t)w->hidden, 0,
               (end - first) * (size_t)w->hidden * sizeof *error);
    }
    if (losses > 0) {
        pass->recurrence.kernels.multiply(&term, 1, ending, losses, w->hidden, SRNN__BEGIN_ZERO,
                                          NULL, error, w->hidden);
    }
    return 1;
}

/* Omega's terms for the transition into step t; `error` and `left` are the step's rows
 * of the chunk. The left factors of sequences that it does not look at are 0. */
static void gather_omega(const struct backward *pass, uint32_t t, const uint32_t *live,
                         uint32_t count, uint32_t first, uint32_t end, float *error, float *left)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const double *option = pass->regularizer->option;
    struct srnn__omega omega;

    for (uint32_t r = 0; pass->changed && r < count; r++) {
        w->norms[live[r]] = -1.0;
    }
    omega.index = live;
    omega.rows = count;
    if (t < pass->started) {
        omega.index = w->ending + first;
        omega.rows = 0;
        for (uint32_t r = 0; r < count; r++) {
            if (omega_looks(pass, t, live[r])) {
                w->ending[first + omega.rows++] = live[r];
            } else {
                memset(left + live[r] * (size_t)w->hidden, 0, w->hidden * sizeof *left);
            }
        }
    }
    omega.activation = w->activation;
    omega.width = w->hidden;
    omega.propagated = w->propagated;
    omega.before = option[SRNN__OMEGA_STATE] != 0.0 ? NULL : states_before(pass, t);
    omega.error = error;
    omega.squares = w->squares;
    omega.norms = w->norms;
    omega.reached = leaves_error(pass, t, first, end) ? error - srnn__state_row(w) : left;
    omega.left = left;
    omega.scratch = w->sequence_sum + 2 * (size_t)w->batch->sequences + 3 * (size_t)first;
    omega.squared = option[SRNN__OMEGA_RATIO] != 0.0;
    omega.bound = option[SRNN__OMEGA_BOUND];
    omega.terms = w->sequence_sum;
    omega.signals = w->sequence_sum + w->batch->sequences;
    pass->recurrence.kernels.omega(&omega);
}

/* The errors of dead sequences pass through a step as they are. What the caller
 * has added joins them, and the kept gradient is the whole. */
static void pass_back(const struct backward *pass, uint32_t t, const uint32_t *live, uint32_t count,
                      uint32_t first, uint32_t end)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const size_t hidden = w->hidden;
    float *kept = w->hidden_gradient + t * srnn__state_row(w);
    uint32_t r = 0;

    for (uint32_t s = first; s < end; s++) {
        if (r < count && live[r] == s) {
            r++;
            continue;
        }
        for (size_t i = s * hidden; i < (s + 1) * hidden; i++) {
            w->propagated[i] += kept[i];
            kept[i] = w->propagated[i];
        }
    }
}

/* The gradient on the inputs of step t, v_t W_in^T, zero for dead pairs. */
static void propagate_to_inputs(const struct backward *pass, uint32_t t, const uint32_t *live,
                                uint32_t count, uint32_t first, uint32_t end, const float *error)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const size_t inputs = w->inputs;
    const struct srnn__term term = {error, w->hidden, w->hidden, w->back_in};
    float *out = w->input_gradient + t * (size_t)w->batch->sequences * inputs;

    memset(out + first * inputs, 0, (end - first) * inputs * sizeof *out);
    pass->recurrence.kernels.multiply(&term, 1, live, count, inputs, SRNN__BEGIN_ZERO, NULL, out,
                                      inputs);
}

/* Keep |d_t| of each sequence of a task as the gradient's flow. */
static void keep_flow(const struct backward *pass, uint32_t t, const uint32_t *live, uint32_t count,
                      uint32_t first, uint32_t end)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    float *flow = w->flow + (size_t)t * w->batch->sequences;

    memset(flow + first, 0, (end - first) * sizeof *flow);
    for (uint32_t r = 0; r < count; r++) {
        flow[live[r]] = (float)srnn__root(w->squares[live[r]]);
    }
}

/* v_t of a step, for a task's sequences. */
static void join_errors(const struct backward *pass, uint32_t t, const uint32_t *live,
                        uint32_t count, uint32_t first, uint32_t end, float *error)
{
    srnn_workspace *w = pass->recurrence.workspace;
    struct srnn__sweep sweep;

    sweep.silent = !begin_errors(pass, t, live, count, first, end, error);
    sweep.activation = w->activation;
    sweep.width = w->hidden;
    sweep.index = live;
    sweep.rows = count;
    sweep.hidden = states_before(pass, t + 1);
    sweep.carried = w->propagated;
    sweep.error = error;
    sweep.kept = w->hidden_gradient == NULL ? NULL : w->hidden_gradient + t * srnn__state_row(w);
    sweep.squares = w->flow != NULL || (pass->regularizer != NULL &&
                                        pass->regularizer->option[SRNN__OMEGA_STATE] != 0.0)
                        ? w->squares
                        : NULL;
    sweep.limit = pass->limit;
    pass->recurrence.kernels.sweep(&sweep);
}

/* One step back for the sequences of a task. */
SRNN__APART void sweep_step(const struct backward *pass, uint32_t t, uint32_t first, uint32_t end)
{
    srnn_workspace *w = pass->recurrence.workspace;
    const size_t row = srnn__state_row(w);
    const uint32_t count = srnn__find_live(w, t, first, end);
    const uint32_t *live = w->live + first;
    float *error = srnn__errors(w, pass->other) + (t - pass->first) * row;
    const struct srnn__term recurrent = {error, w->hidden, w->hidden, w->back_rec};

    if (!leaves_error(pass, t + 1, first, end)) {
        join_errors(pass, t, live, count, first, end, error);
    }
    if (w->hidden_gradient != NULL) {
        pass_back(pass, t, live, count, first, end);
    }
    if (w->flow != NULL) {
        keep_flow(pass, t, live, count, first, end);
    }
    if (w->input_gradient != NULL) {
        propagate_to_inputs(pass, t, live, count, first, end, error);
    }
    if (!SRNN__ONLY_COMPACT && pass->claims && t > pass->first) {
        pass->recurrence.kernels.multiply_claiming(&recurrent, live, count, w->hidden,
                                                   w->propagated, error - row);
    } else {
        pass->recurrence.kernels.multiply(&recurrent, 1, live, count, w->hidden, SRNN__BEGIN_ZERO,
                                          NULL, w->propagated, w->hidden);
    }
    if (pass->regularizer != NULL) {
        gather_omega(pass, t, live, count, first, end, error,
                     srnn__left(w) + (t - pass->first) * row);
    }
    if (pass->limit > 0.0f) {
        pass->recurrence.kernels.bound_rows(w->propagated, w->hidden, live, count, pass->limit);
    }
}

/* Run the segment's steps, of which the chunk has the last, forward again from the
 * state kept before them. */
static void rerun_segment(const struct backward *pass, uint32_t first, uint32_t end)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const size_t row = srnn__state_row(w);
    const size_t skip = first * (size_t)w->hidden;
    float *states = w->states;

    memcpy(states + skip, w->starts + pass->segment / w->segment_steps * row + skip,
           (end - first) * (size_t)w->hidden * sizeof *states);
    for (uint32_t t = pass->segment; t < pass->end; t++, states += row) {
        (void)srnn__recurrence_step(&pass->recurrence, t, first, end, states, states + row);
    }
}

/* Task: down the chunk's steps for a share of the sequences. */
static void sweep_task(void *argument, uint32_t index)
{
    const struct backward *pass = argument;
    const uint32_t sequences = pass->recurrence.workspace->batch->sequences;
    const uint32_t first = srnn__task_first(sequences, index, pass->tasks);
    const uint32_t end = srnn__task_first(sequences, index + 1, pass->tasks);

    if (pass->recurrence.workspace->first_row != pass->segment) {
        rerun_segment(pass, first, end);
    }
    for (uint32_t t = pass->end; t > pass->first; t--) {
        sweep_step(pass, t - 1, first, end);
    }
}

/* Task: of the chunk's sweep, for the first tasks, and of the weights' gradients from the
 * chunk after it. */
static void joint_task(void *argument, uint32_t index)
{
    struct backward *pass = argument;

    if (index < pass->tasks) {
        sweep_task(pass, index);
    }
    srnn__weight_gradient_share(&pass->weights, index);
}

/* Divide a joint round among tasks so that each has as much to do: as many sweep as come
 * nearest to the sweep's part of the work, and what one of them has less than the others it
 * gets of the weights' gradients. The work is that of a pair and a hidden unit, in
 * sixteenths of a multiply-add of the sweep; one of the weights' gradients takes seventeen,
 * and what else the sweep does for each value as long as sixteen multiply-adds. There are no
 * more tasks than sequences and rows of the recurrent weights have use for. */
static void divide_round(struct backward *pass)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const uint64_t logits = w->last_only ? 0 : w->outputs;
    const uint64_t inputs = w->batch->input_ids == NULL ? w->inputs : 0;
    const uint64_t back = w->input_gradient == NULL ? 0 : w->inputs;
    const uint64_t sweep = 16 * (w->hidden + logits + back + 16);
    const uint64_t all = sweep + 17 * (w->hidden + logits + inputs);
    const uint32_t tasks = srnn__task_count(w, srnn__task_count(w, w->batch->sequences) +
                                                   srnn__task_count(w, w->hidden));
    uint64_t sweeping = (2 * tasks * sweep + all) / (2 * all);
    uint64_t full;

    sweeping = sweeping < 1 ? 1 : sweeping;
    sweeping = sweeping < w->batch->sequences ? sweeping : w->batch->sequences;
    full = sweeping * all;
    pass->tasks = (uint32_t)sweeping;
    pass->weights.tasks = tasks;
    pass->weights.busy = sweeping < tasks ? pass->tasks : 0;
    pass->weights.spare =
        full > tasks * sweep ? (uint32_t)(SRNN__SHARE * (full - tasks * sweep) / full) : 0;
}

/* The errors and gradients of the last chunk of steps before `end`, of one segment and at
 * most as many as have room, in chunks as even as can be. With several tasks there is room for
 * two chunks, of which one is swept and the other read. */
static int32_t run_chunk(struct backward *pass, uint32_t end)
{
    srnn_workspace *w = pass->recurrence.workspace;
    const int joint =
        !SRNN__ONLY_COMPACT && pass->claims && pass->regularizer == NULL && !srnn__is_wide(w);
    const uint32_t most = srnn__most_steps(w, joint || pass->regularizer != NULL);
    uint32_t steps;
    int32_t status;

    pass->segment = (end - 1) / w->segment_steps * w->segment_steps;
    steps = end - pass->segment;
    if (SRNN__ONLY_COMPACT) {
        pass->first = steps > most ? end - most : pass->segment;
    } else {
        const uint32_t chunks = (steps - 1) / most + 1;
        pass->first = end - ((steps - 1) / chunks + 1);
        pass->other = pass->behind && !pass->other;
    }
    pass->end = end;
    if (!SRNN__ONLY_COMPACT && pass->behind) {
        srnn__weight_gradient_list(&pass->weights);
        divide_round(pass);
        status = srnn__parallel(w, joint_task, pass, pass->weights.tasks);
    } else {
        pass->tasks = srnn__task_count(w, w->batch->sequences);
        status = srnn__parallel(w, sweep_task, pass, pass->tasks);
    }
    if (status != SRNN_OK) {
        return status;
    }
    w->first_row = pass->segment;
    pass->weights.first = pass->first;
    pass->weights.end = end;
    pass->weights.before = states_before(pass, pass->first);
    if (!SRNN__ONLY_COMPACT) {
        pass->weights.other = pass->other;
        pass->behind = joint && pass->first > pass->segment;
        if (pass->behind) {
            return SRNN_OK;
        }
    }
    return srnn__weight_gradient_add(&pass->weights);
}

/* Add the sums of Omega by sequence, in order, and count pairs and sequences. Where it
 * leaves transitions out, that is one of each sequence. */
static void close_omega(const struct backward *pass)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const uint32_t sequences = w->batch->sequences;
    double *sum = pass->regularizer->sum;
    uint32_t live = 0;

    for (uint32_t s = 0; s < sequences; s++) {
        sum[SRNN__OMEGA_TERMS] += w->sequence_sum[s];
        sum[SRNN__OMEGA_SIGNALS] += w->sequence_sum[sequences + s];
        live += w->last_live[s] >= 0;
    }
    sum[SRNN__OMEGA_PAIRS] += (double)(pass->weights.all_pairs - (pass->started > 0 ? live : 0));
    sum[SRNN__OMEGA_SEQUENCES] += (double)live;
    pass->regularizer->gathering = 1;
}

/* dE/dh0: what has come back to the start of sequences that began from it. */
static void close_initial_state(const struct backward *pass)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    float *h0 = srnn__tensor_of(pass->weights.model, pass->weights.gradient, SRNN__H0);

    if (h0 == NULL || w->carried) {
        return;
    }
    for (size_t s = 0; s < w->batch->sequences; s++) {
        pass->recurrence.kernels.add_row(w->propagated + s * w->hidden, w->hidden, h0);
    }
}

static int32_t check(const srnn_model *model, const srnn_workspace *w,
                     const srnn_regularizer *regularizer, const float *gradient, size_t count)
{
    const int32_t status = srnn__model_ready(model);

    if (status == SRNN_E_ARGUMENT || !srnn__workspace_alive(w) || gradient == NULL ||
        (regularizer != NULL && !srnn__alive(regularizer, SRNN__TAG_REGULARIZER))) {
        return SRNN_E_ARGUMENT;
    }
    if (status != SRNN_OK || w->stage != SRNN__LOSS) {
        return SRNN_E_STATE;
    }
    if (!srnn__workspace_fits(w, model) || count != model->count ||
        (regularizer != NULL && regularizer->hidden != model->hidden)) {
        return SRNN_E_SHAPE;
    }
    return SRNN_OK;
}

/* Packed transposes, zeroed sums, and where sequences start and end. */
static void begin(struct backward *pass)
{
    srnn_workspace *w = pass->recurrence.workspace;
    const size_t hidden = w->hidden;
    int looks;

    pass->recurrence.kernels.pack(pass->recurrence.parameters.w_rec, hidden, hidden, 1, hidden,
                                  w->back_rec);
    pass->recurrence.kernels.pack(pass->recurrence.parameters.w_out, w->outputs, hidden, 1,
                                  w->outputs, w->panels_out);
    if (w->input_gradient != NULL) {
        pass->recurrence.kernels.pack(pass->recurrence.parameters.w_in, hidden, w->inputs, 1,
                                      hidden, w->back_in);
    }
    srnn__weight_gradient_begin(&pass->weights);
    memset(w->propagated, 0, srnn__state_row(w) * sizeof *w->propagated);
    memset(w->sequence_sum, 0, 2 * (size_t)w->batch->sequences * sizeof *w->sequence_sum);
    pass->changed = w->hidden_gradient != NULL || pass->limit > 0.0f;
    pass->plain = !SRNN__ONLY_COMPACT && pass->regularizer != NULL &&
                  pass->regularizer->option[SRNN__OMEGA_STATE] == 0.0 && !pass->changed &&
                  w->last_only && w->flow == NULL && w->batch->mask == NULL;
    w->first_loss = w->last_only ? w->batch->steps : 0;
    pass->started = 0;
    if (!SRNN__ONLY_COMPACT) {
        pass->behind = 0;
        pass->claims = w->run != NULL && w->tasks > 1;
        w->full = w->batch->mask == NULL ? w->batch->steps : 0;
    }
    /* Before the nonlinearity a sequence's first transition starts from no state when
     * the batch starts anew: h_0 is not f(x_0). */
    looks = w->carried || pass->regularizer == NULL ||
            pass->regularizer->option[SRNN__OMEGA_STATE] != 0.0;
    for (uint32_t s = 0; s < w->batch->sequences; s++) {
        const int64_t start = srnn__first_live(w->batch, s);
        const int64_t last = srnn__last_live(w->batch, s);

        w->norms[s] = -1.0;
        w->first_live[s] = start;
        w->last_live[s] = last;
        /* Those of a sequence that never lives, -1, become a late and an early one. */
        if ((uint32_t)last < w->first_loss) {
            w->first_loss = (uint32_t)last;
        }
        if (!SRNN__ONLY_COMPACT && (uint32_t)last + 1 < w->full) {
            w->full = (uint32_t)last + 1;
        }
        if (!looks && (uint32_t)start + 1 > pass->started) {
            pass->started = (uint32_t)start + 1;
        }
    }
}

int32_t srnn_backward(const srnn_model *model, srnn_workspace *workspace,
                      srnn_regularizer *regularizer, float *gradient, size_t count)
{
    struct backward pass;
    int32_t status = check(model, workspace, regularizer, gradient, count);

    if (status != SRNN_OK) {
        return status;
    }
    srnn__kernels_load(model->instructions, &pass.recurrence.kernels);
    pass.recurrence.workspace = workspace;
    pass.recurrence.batch = workspace->batch;
    srnn__model_split(model, &pass.recurrence.parameters);
    pass.regularizer = regularizer;
    pass.weights.recurrence = &pass.recurrence;
    pass.weights.model = model;
    pass.weights.gradient = gradient;
    pass.weights.omega = regularizer == NULL ? NULL : srnn__regularizer_matrix(regularizer);
    pass.limit = workspace->error_limit <= 3.4e38 ? (float)workspace->error_limit : 0.0f;
    begin(&pass);
    for (uint32_t end = workspace->batch->steps; end > 0; end = pass.first) {
        status = run_chunk(&pass, end);
        if (status != SRNN_OK) {
            workspace->stage = SRNN__NOTHING;
            return status;
        }
    }
    if (regularizer != NULL) {
        close_omega(&pass);
    }
    close_initial_state(&pass);
    workspace->stage = SRNN__BACKWARD;
    return SRNN_OK;
}
