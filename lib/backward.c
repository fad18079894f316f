/* backward.c - back-propagation through time. Level 4.
 *
 * For t descending (paper, section 2.1, in the form with the state after the
 * nonlinearity): d_t = g_t + q_{t+1}, v_t = d_t * f'(a_t), q_t = v_t W_rec^T, and
 *
 *     dE/dW_rec = sum_t h_{t-1}^T v_t    dE/dW_in = sum_t x_t^T v_t
 *     dE/db_rec = sum_t v_t              dE/dh0 = sum of q_1
 *     dE/dW_out = sum_t h_t^T dE/dz_t    dE/db_out = sum_t dE/dz_t
 *
 * The tape is swept in chunks of steps, each in two rounds of tasks: first by
 * sequences, down the chunk's steps, keeping v_t, before which a frugal workspace
 * runs the segment that ends there forward again; then by rows of the weights'
 * gradients, as long products over all pairs of the chunk. Chains go on from what
 * the gradient holds, over t descending and sequences ascending, so that neither
 * chunks nor tasks change a bit. */
#include "recurrence.h"
#include "regularizer.h"

#include <string.h>

/* The rows of a transposed left factor that stay in the second-level cache. */
#define BLOCK 128u

struct backward {
    struct srnn__recurrence recurrence; /* workspace, kernels and parameters of the pass */
    const srnn_model *model;
    srnn_regularizer *regularizer; /* or NULL */
    float *gradient;
    float limit;         /* on propagated errors; 0: none */
    int changed;         /* whether the caller's errors or the limit change v_t at every step */
    int plain;           /* whether Omega's p_t is v_{t-1} where no loss joins it, and no more
                            than v_{t-1} is asked for */
    uint32_t first_loss; /* no pair before this step has a loss */
    uint32_t started;    /* before this step some transitions are none of Omega's */
    uint32_t segment;    /* the first step of the segment whose states are there */
    uint32_t first;      /* the chunk's steps: from first */
    uint32_t end;        /* to before end */
    uint32_t tasks;      /* of this round */
    size_t n_pairs;      /* live pairs of the chunk */
    size_t n_losses;     /* of these, with a loss */
    uint32_t full;       /* before this step all sequences are live */
    uint32_t listed;     /* the steps of the chunk listed, when every one like it has its list */
};

/* The states before step t, which is of the segment or the one after it. */
static const float *states_before(const struct backward *pass, uint32_t t)
{
    const srnn_workspace *w = pass->recurrence.workspace;

    return w->states + (t - pass->segment) * srnn__state_row(w);
}

/* The step from which a list of pairs counts in the inputs and logits: the chunk's first,
 * so that chunks can have the same list, or to save code that of the batch. */
static uint32_t origin(const struct backward *pass)
{
    return SRNN__ONLY_COMPACT ? 0 : pass->first;
}

/* The logits' gradient at that step. */
static const float *logits_from(const struct backward *pass)
{
    const srnn_workspace *w = pass->recurrence.workspace;

    return w->logit_gradient + origin(pass) * srnn__logit_row(w);
}

/* Whether pair (t, s) has logits with a gradient. */
static int has_loss(const srnn_workspace *w, uint32_t t, uint32_t s)
{
    return !w->last_only || w->last_live[s] == (int64_t)t;
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
    if (SRNN__ONLY_COMPACT || !pass->plain || t <= pass->first || t >= pass->end) {
        return 0;
    }
    for (uint32_t s = first; t > pass->first_loss && s < end; s++) {
        if (has_loss(pass->recurrence.workspace, t - 1, s)) {
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

    for (uint32_t r = 0; t >= pass->first_loss && r < count; r++) {
        if (has_loss(w, t, live[r])) {
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
    float *error = w->errors + (t - pass->first) * row;
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
    pass->recurrence.kernels.multiply(&recurrent, 1, live, count, w->hidden, SRNN__BEGIN_ZERO, NULL,
                                      w->propagated, w->hidden);
    if (pass->regularizer != NULL) {
        gather_omega(pass, t, live, count, first, end, error, w->left + (t - pass->first) * row);
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

/* Task of the first round: down the chunk's steps for a share of the sequences. */
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

/* List the chunk's live pairs, t descending and sequences ascending: where their
 * rows lie in the chunk, and from the list's origin in the inputs and in the logits.
 * Chunks of as many steps with all sequences live, and with a loss at all pairs or none,
 * have the same list. */
static void list_pairs(struct backward *pass)
{
    srnn_workspace *w = pass->recurrence.workspace;
    const srnn_batch *batch = w->batch;

    if (!SRNN__ONLY_COMPACT) {
        const uint32_t steps = pass->end - pass->first;
        const int alike =
            pass->end <= pass->full && (!w->last_only || pass->end <= pass->first_loss);

        if (alike && steps == pass->listed) {
            return;
        }
        pass->listed = alike ? steps : 0;
    }
    pass->n_pairs = 0;
    pass->n_losses = 0;
    for (uint32_t t = pass->end; t-- > pass->first;) {
        const uint32_t at = t - origin(pass);

        for (uint32_t s = 0; s < batch->sequences; s++) {
            const size_t state = (t - pass->first) * srnn__state_row(w) + (size_t)s * w->hidden;
            if (!srnn__live(batch, t, s)) {
                continue;
            }
            w->pair_state[pass->n_pairs] = state;
            w->pair_input[pass->n_pairs++] = srnn__at(batch->input_stride, at, s);
            if (has_loss(w, t, s)) {
                w->loss_state[pass->n_losses] = state;
                w->loss_logit[pass->n_losses++] = at * srnn__logit_row(w) + (size_t)s * w->outputs;
            }
        }
    }
}

/* Rows of w_in's gradient from ids: pair k adds v to the row of its id. */
static void add_id_rows(const struct backward *pass, float *out, size_t first, size_t end)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const uint32_t *ids = w->batch->input_ids + origin(pass) * w->batch->input_stride.step;

    for (size_t k = 0; k < pass->n_pairs; k++) {
        const size_t id = ids[w->pair_input[k]];
        if (id >= first && id < end) {
            pass->recurrence.kernels.add_row(w->errors + w->pair_state[k], w->hidden,
                                             out + id * w->hidden);
        }
    }
}

/* Whether the factors of the weights' gradients are packed first. */
static int is_packed(const struct backward *pass)
{
    return srnn__is_wide(pass->recurrence.workspace) && pass->recurrence.kernels.transpose != NULL;
}

/* Put row k of a factor [n x columns] into panels packed by stretches. */
static void pack_by_stretches(const struct backward *pass, const float *row, size_t k, size_t n,
                              size_t columns, float *panels)
{
    const size_t stretch = srnn__stretch(n);
    const size_t first = k / stretch * stretch;
    const size_t inner = n - first < stretch ? n - first : stretch;

    pass->recurrence.kernels.pack_row(row, k - first, inner, columns,
                                      panels + first * srnn__panel_columns(columns));
}

/* Task between the rounds: packs the right factors of a share of the chunk's pairs. */
static void pack_task(void *argument, uint32_t index)
{
    const struct backward *pass = argument;
    const srnn_workspace *w = pass->recurrence.workspace;

    for (size_t k = index; k < pass->n_pairs; k += pass->tasks) {
        pack_by_stretches(pass, w->errors + w->pair_state[k], k, pass->n_pairs, w->hidden,
                          w->error_panels);
    }
    for (size_t k = index; k < pass->n_losses; k += pass->tasks) {
        pack_by_stretches(pass, logits_from(pass) + w->loss_logit[k], k, pass->n_losses, w->outputs,
                          w->loss_panels);
    }
}

/* A weight's gradient: out [rows x columns] += the sum over pairs k < n of
 * left[left_at[k] + row] * right[right_at[k] + column]; `panels` has the right
 * factor packed where that is done. */
struct product {
    const float *left;
    const size_t *left_at;
    const float *right;
    const size_t *right_at;
    const float *panels;
    size_t n;
    size_t columns;
    float *out;
};

/* Rows from row_first to row_end of a wide layer's product: by stretches of pairs,
 * the left factor of some rows is transposed into the task's share of the scratch
 * [room x SRNN__STRETCH] and multiplied with the panels. */
static void multiply_long(const struct backward *pass, const struct product *product,
                          size_t row_first, size_t row_end, float *scratch, size_t room)
{
    const struct srnn__kernels *kernels = &pass->recurrence.kernels;
    const size_t stretch = srnn__stretch(product->n);

    for (size_t k = 0; k < product->n; k += stretch) {
        struct srnn__term term;

        term.inner = product->n - k < stretch ? product->n - k : stretch;
        term.stride = SRNN__STRETCH;
        term.rows = scratch;
        term.panels = product->panels + k * srnn__panel_columns(product->columns);
        for (size_t row = row_first; row < row_end; row += room) {
            const size_t count = row_end - row < room ? row_end - row : room;

            kernels->transpose(product->left, product->left_at + k, term.inner, row, row + count,
                               scratch, SRNN__STRETCH);
            kernels->multiply(&term, 1, NULL, count, product->columns, SRNN__BEGIN_OUT, NULL,
                              product->out + row * product->columns, product->columns);
        }
    }
}

/* A task's share of the rows of one weight's gradient. */
static void weigh(const struct backward *pass, uint32_t index, const struct product *product,
                  uint32_t rows)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const size_t first = srnn__task_first(rows, index, pass->tasks);
    const size_t end = srnn__task_first(rows, index + 1, pass->tasks);

    if (is_packed(pass)) {
        const size_t scratch = srnn__task_first(w->hidden, index, pass->tasks);
        const size_t room = srnn__task_first(w->hidden, index + 1, pass->tasks) - scratch;

        multiply_long(pass, product, first, end, w->transposed + scratch * SRNN__STRETCH,
                      room < BLOCK ? room : BLOCK);
        return;
    }
    pass->recurrence.kernels.outer(product->left, product->left_at, product->right,
                                   product->right_at, product->n, first, end, product->columns,
                                   product->out, product->columns);
}

/* A bias's gradient: out [columns] += the sum of the right factor's rows. */
static void sum_right(const struct backward *pass, const struct product *product, float *out)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const struct srnn__kernels *kernels = &pass->recurrence.kernels;
    const size_t stretch = srnn__stretch(product->n);

    if (!is_packed(pass)) {
        kernels->sum_rows(product->right, product->right_at, product->n, product->columns, out);
        return;
    }
    for (size_t k = 0; k < product->n; k += stretch) {
        struct srnn__term term;

        term.inner = product->n - k < stretch ? product->n - k : stretch;
        term.stride = 0;
        term.rows = w->ones;
        term.panels = product->panels + k * srnn__panel_columns(product->columns);
        kernels->multiply(&term, 1, NULL, 1, product->columns, SRNN__BEGIN_OUT, NULL, out,
                          product->columns);
    }
}

/* Task of the second round: a share of the rows of every weight's gradient. */
static void weigh_task(void *argument, uint32_t index)
{
    const struct backward *pass = argument;
    const srnn_workspace *w = pass->recurrence.workspace;
    const srnn_model *model = pass->model;
    const float *before = states_before(pass, pass->first);
    float *w_in = srnn__tensor_of(model, pass->gradient, SRNN__W_IN);
    float *b_rec = srnn__tensor_of(model, pass->gradient, SRNN__B_REC);
    float *b_out = srnn__tensor_of(model, pass->gradient, SRNN__B_OUT);
    struct product product = {before,          w->pair_state, w->errors, w->pair_state,
                              w->error_panels, pass->n_pairs, w->hidden, NULL};

    product.out = srnn__tensor_of(model, pass->gradient, SRNN__W_REC);
    weigh(pass, index, &product, w->hidden);
    if (pass->regularizer != NULL) {
        product.left = w->left;
        product.out = srnn__regularizer_matrix(pass->regularizer);
        weigh(pass, index, &product, w->hidden);
    }
    if (index == 0 && b_rec != NULL) {
        sum_right(pass, &product, b_rec);
    }
    if (w->batch->input_ids != NULL) {
        add_id_rows(pass, w_in, srnn__task_first(w->inputs, index, pass->tasks),
                    srnn__task_first(w->inputs, index + 1, pass->tasks));
    } else {
        product.left = w->batch->input + origin(pass) * w->batch->input_stride.step;
        product.left_at = w->pair_input;
        product.out = w_in;
        weigh(pass, index, &product, w->inputs);
    }
    product.left = before + srnn__state_row(w);
    product.left_at = w->loss_state;
    product.right = logits_from(pass);
    product.right_at = w->loss_logit;
    product.panels = w->loss_panels;
    product.n = pass->n_losses;
    product.columns = w->outputs;
    product.out = srnn__tensor_of(model, pass->gradient, SRNN__W_OUT);
    weigh(pass, index, &product, w->hidden);
    if (index == 0 && b_out != NULL) {
        sum_right(pass, &product, b_out);
    }
}

/* Both rounds for the last chunk of steps before `end`, as many as have room and
 * are of one segment. */
static int32_t run_chunk(struct backward *pass, uint32_t end)
{
    srnn_workspace *w = pass->recurrence.workspace;
    int32_t status;

    pass->segment = (end - 1) / w->segment_steps * w->segment_steps;
    pass->first = end - pass->segment > w->chunk_steps ? end - w->chunk_steps : pass->segment;
    pass->end = end;
    pass->tasks = srnn__task_count(w, w->batch->sequences);
    status = srnn__parallel(w, sweep_task, pass, pass->tasks);
    if (status != SRNN_OK) {
        return status;
    }
    w->first_row = pass->segment;
    list_pairs(pass);
    pass->tasks = srnn__task_count(w, w->hidden);
    if (is_packed(pass)) {
        status = srnn__parallel(w, pack_task, pass, pass->tasks);
        if (status != SRNN_OK) {
            return status;
        }
    }
    return srnn__parallel(w, weigh_task, pass, pass->tasks);
}

/* Add the sums of Omega by sequence, in order, and count pairs and sequences. */
static void close_omega(const struct backward *pass)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    const uint32_t sequences = w->batch->sequences;
    double *sum = pass->regularizer->sum;

    for (uint32_t s = 0; s < sequences; s++) {
        uint64_t pairs = 0;
        for (uint32_t t = 0; t < w->batch->steps; t++) {
            pairs += srnn__live(w->batch, t, s) && omega_looks(pass, t, s);
        }
        sum[SRNN__OMEGA_TERMS] += w->sequence_sum[s];
        sum[SRNN__OMEGA_SIGNALS] += w->sequence_sum[sequences + s];
        sum[SRNN__OMEGA_PAIRS] += (double)pairs;
        sum[SRNN__OMEGA_SEQUENCES] += w->last_live[s] >= 0 ? 1.0 : 0.0;
    }
    pass->regularizer->gathering = 1;
}

/* dE/dh0: what has come back to the start of sequences that began from it. */
static void close_initial_state(const struct backward *pass)
{
    const srnn_workspace *w = pass->recurrence.workspace;
    float *h0 = srnn__tensor_of(pass->model, pass->gradient, SRNN__H0);

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
    for (size_t k = 0; is_packed(pass) && k < SRNN__STRETCH; k++) {
        w->ones[k] = 1.0f;
    }
    memset(w->propagated, 0, srnn__state_row(w) * sizeof *w->propagated);
    memset(w->sequence_sum, 0, 2 * (size_t)w->batch->sequences * sizeof *w->sequence_sum);
    pass->changed = w->hidden_gradient != NULL || pass->limit > 0.0f;
    pass->plain = !SRNN__ONLY_COMPACT && pass->regularizer != NULL &&
                  pass->regularizer->option[SRNN__OMEGA_STATE] == 0.0 && !pass->changed &&
                  w->last_only && w->flow == NULL && w->batch->mask == NULL;
    pass->first_loss = w->last_only ? w->batch->steps : 0;
    pass->started = 0;
    if (!SRNN__ONLY_COMPACT) {
        pass->full = w->batch->mask == NULL ? w->batch->steps : 0;
        pass->listed = 0;
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
        if ((uint32_t)last < pass->first_loss) {
            pass->first_loss = (uint32_t)last;
        }
        if (!SRNN__ONLY_COMPACT && (uint32_t)last + 1 < pass->full) {
            pass->full = (uint32_t)last + 1;
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
    pass.model = model;
    pass.regularizer = regularizer;
    pass.gradient = gradient;
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
