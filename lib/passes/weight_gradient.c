/* weight_gradient.c - the weights' gradients from the errors of a chunk
 *
 * Each gradient is one product over all pairs of the chunk, a pair being a live sequence at a step.
 * Layers that are wide enough for the instruction set pack both factors first. */
#include "passes/weight_gradient.h"

/* Rows of a left factor that are transposed at a time: with SRNN__STRETCH floats each they take
 * 160 KB, which stay in a second-level cache beside the panels. */
#define TRANSPOSED_ROWS 128u

/* ---------------------------------------------------------------------------
 * The pairs of a chunk
 * ------------------------------------------------------------------------- */

/* The offset of the inputs of the chunk's first step. Offsets of pairs count from there, so that
 * chunks of as many steps can have the same list. */
static size_t first_input(const struct srnn__weight_gradient *gradient)
{
    return gradient->chunk.first * gradient->recurrence->batch->input_stride.step;
}

/* The gradient on the logits [sequences x outputs] of the chunk's first step. */
static const float *first_logit_gradient(const struct srnn__weight_gradient *gradient)
{
    const srnn_workspace *w = gradient->recurrence->workspace;

    return w->tape.logit_gradient + gradient->chunk.first * w->tape.logit_row;
}

/* Whether the chunk's lists depend on the number of its steps alone: all sequences are live, and
 * all pairs have a loss or none has. */
static int has_common_list(const struct srnn__weight_gradient *gradient)
{
    const srnn_workspace *w = gradient->recurrence->workspace;
    const uint32_t end = gradient->chunk.end;

    return end <= gradient->all_live_steps && (!w->tape.last_only || end <= w->backward.first_loss);
}

/* The number of steps, from the first one on, in which all sequences are live. */
static uint32_t count_all_live_steps(const srnn_workspace *w)
{
    uint32_t steps = w->tape.batch->mask == NULL ? w->tape.batch->steps : 0;

    for (uint32_t s = 0; s < w->tape.batch->sequences; s++) {
        if (w->backward.live_end[s] < steps) {
            steps = w->backward.live_end[s];
        }
    }
    return steps;
}

/* List the chunk's pairs, t descending and sequences ascending. */
static void list_pairs(struct srnn__weight_gradient *gradient)
{
    const srnn_workspace *w = gradient->recurrence->workspace;
    const struct srnn__backward_scratch *scratch = &w->backward;
    const srnn_batch *batch = gradient->recurrence->batch;
    const struct srnn__chunk *chunk = &gradient->chunk;
    size_t n_pairs = 0;
    size_t n_losses = 0;

    for (uint32_t step = chunk->end - chunk->first; step-- > 0;) {
        const uint32_t t = chunk->first + step;

        for (uint32_t s = 0; s < batch->sequences; s++) {
            const size_t state = step * w->tape.state_row + (size_t)s * w->shape.hidden;

            if (!srnn__live(batch, t, s)) {
                continue;
            }
            scratch->pair_state[n_pairs] = state;
            scratch->pair_input[n_pairs++] = srnn__at(batch->input_stride, step, s);
            if (srnn__has_loss(w, t, s)) {
                scratch->loss_state[n_losses] = state;
                scratch->loss_logit[n_losses++] =
                    step * w->tape.logit_row + (size_t)s * w->shape.outputs;
            }
        }
    }
    SRNN__ASSERT(n_pairs <= (size_t)(chunk->end - chunk->first) * batch->sequences);
    SRNN__ASSERT(n_losses <= n_pairs);
    gradient->n_pairs = n_pairs;
    gradient->n_losses = n_losses;
}

void srnn__weight_gradient_list(struct srnn__weight_gradient *gradient)
{
    const uint32_t steps = gradient->chunk.end - gradient->chunk.first;
    const int common = SRNN__SHORT_CUTS && has_common_list(gradient);

    if (!common || steps != gradient->listed_steps) {
        list_pairs(gradient);
        gradient->listed_steps = common ? steps : 0;
    }
    gradient->all_pairs += gradient->n_pairs;
}

/* ---------------------------------------------------------------------------
 * One product
 * ------------------------------------------------------------------------- */

/* A weight's gradient: out [rows x columns] += the sum over k < n of
 * left[left_at[k] + row] * right[right_at[k] + column]. */
struct product {
    const float *left;
    const size_t *left_at; /* [n] */
    const float *right;
    const size_t *right_at; /* [n] */
    const float *panels;    /* [n x columns] the right factor packed stretch by stretch; read for
                               long products */
    size_t n;
    size_t columns;
    float *out;
};

/* Whether the products of this pass are long ones of packed factors. */
static int is_packed(const struct srnn__weight_gradient *gradient)
{
    const uint32_t hidden = gradient->recurrence->workspace->shape.hidden;

    return srnn__is_wide(hidden) && hidden >= gradient->recurrence->kernels.packed_from;
}

/* The stretch of a long product from pair `first` on, as a term without its left factor. */
static struct srnn__term stretch_of(const struct product *product, size_t first)
{
    const size_t length = srnn__stretch(product->n);
    struct srnn__term term = {0};

    term.inner = product->n - first < length ? product->n - first : length;
    term.panels = product->panels + first * srnn__panel_columns(product->columns);
    return term;
}

/* Add the rows from `first_row` to before `end_row` of a long product. Stretch by stretch, up to
 * `room` rows of the left factor are transposed into `scratch` [room x SRNN__STRETCH] and
 * multiplied by the panels. */
static void multiply_long(const struct srnn__weight_gradient *gradient,
                          const struct product *product, size_t first_row, size_t end_row,
                          float *scratch, size_t room)
{
    const struct srnn__kernels *kernels = &gradient->recurrence->kernels;

    for (size_t k = 0; k < product->n; k += srnn__stretch(product->n)) {
        struct srnn__term term = stretch_of(product, k);

        term.stride = SRNN__STRETCH;
        term.rows = scratch;
        for (size_t row = first_row; row < end_row; row += room) {
            const size_t rows = end_row - row < room ? end_row - row : room;

            kernels->transpose(product->left, product->left_at + k, term.inner, row, row + rows,
                               scratch, SRNN__STRETCH);
            kernels->multiply(&term, 1, NULL, rows, product->columns, SRNN__BEGIN_OUT, NULL,
                              product->out + row * product->columns, product->columns);
        }
    }
}

/* The first of a weight's rows that a task owns; `rows` for the task after the last. Rows are
 * divided evenly, except that sweepers own sweeper_share of what the others own. */
static uint32_t first_owned_row(const struct srnn__weight_gradient *gradient, uint32_t rows,
                                uint32_t task)
{
    const double share = gradient->sweeper_share;
    const uint32_t sweepers = gradient->sweepers;
    const uint32_t sweepers_before = task < sweepers ? task : sweepers;
    double before, all;

    SRNN__ASSERT(task <= gradient->tasks && (sweepers == 0 || sweepers < gradient->tasks));
    if (!SRNN__SHORT_CUTS || sweepers == 0) {
        return srnn__task_first(rows, task, gradient->tasks);
    }
    before = sweepers_before * share + (double)(task - sweepers_before);
    all = sweepers * share + (double)(gradient->tasks - sweepers);
    return (uint32_t)(rows * (before / all));
}

/* Add a task's rows of one weight's gradient [rows x columns]. */
static void add_rows(const struct srnn__weight_gradient *gradient, uint32_t task,
                     const struct product *product, uint32_t rows)
{
    const srnn_workspace *w = gradient->recurrence->workspace;
    const size_t first = first_owned_row(gradient, rows, task);
    const size_t end = first_owned_row(gradient, rows, task + 1);

    if (is_packed(gradient)) {
        const size_t scratch = srnn__task_first(w->shape.hidden, task, gradient->tasks);
        const size_t room = srnn__task_first(w->shape.hidden, task + 1, gradient->tasks) - scratch;

        multiply_long(gradient, product, first, end,
                      w->backward.transposed + scratch * SRNN__STRETCH,
                      room < TRANSPOSED_ROWS ? room : TRANSPOSED_ROWS);
        return;
    }
    gradient->recurrence->kernels.outer(product->left, product->left_at, product->right,
                                        product->right_at, product->n, first, end, product->columns,
                                        product->out, product->columns);
}

/* Add a bias's gradient: out [columns] += the sum of the right factor's rows. `out` is NULL if the
 * model has no such bias. */
static void add_bias(const struct srnn__weight_gradient *gradient, const struct product *product,
                     float *out)
{
    const struct srnn__kernels *kernels = &gradient->recurrence->kernels;

    if (out == NULL) {
        return;
    }
    if (!is_packed(gradient)) {
        kernels->sum_rows(product->right, product->right_at, product->n, product->columns, out);
        return;
    }
    for (size_t k = 0; k < product->n; k += srnn__stretch(product->n)) {
        struct srnn__term term = stretch_of(product, k);

        term.rows = gradient->recurrence->workspace->backward.ones;
        kernels->multiply(&term, 1, NULL, 1, product->columns, SRNN__BEGIN_OUT, NULL, out,
                          product->columns);
    }
}

/* Add a task's rows of w_in's gradient, out [inputs x hidden], where inputs are ids: a pair adds
 * v_t to the row of its id. */
static void add_id_rows(const struct srnn__weight_gradient *gradient, uint32_t task, float *out)
{
    const srnn_workspace *w = gradient->recurrence->workspace;
    const uint32_t *ids = gradient->recurrence->batch->input_ids + first_input(gradient);
    const size_t hidden = w->shape.hidden;
    const size_t first = first_owned_row(gradient, w->shape.inputs, task);
    const size_t end = first_owned_row(gradient, w->shape.inputs, task + 1);

    for (size_t k = 0; k < gradient->n_pairs; k++) {
        const size_t id = ids[w->backward.pair_input[k]];

        if (id >= first && id < end) {
            gradient->recurrence->kernels.add_row(
                gradient->chunk.errors + w->backward.pair_state[k], hidden, out + id * hidden);
        }
    }
}

/* ---------------------------------------------------------------------------
 * All products
 * ------------------------------------------------------------------------- */

/* A task's share of the gradients whose right factor is v_t: the recurrent weights, Omega's
 * matrix, the recurrent bias and the input weights. */
static void add_recurrent(const struct srnn__weight_gradient *gradient, uint32_t task)
{
    const srnn_workspace *w = gradient->recurrence->workspace;
    const srnn_batch *batch = gradient->recurrence->batch;
    float *const w_in = gradient->gradient + gradient->model->offset[SRNN__W_IN];
    struct product product;

    product.left = srnn__states_before(w, &gradient->chunk, gradient->chunk.first);
    product.left_at = w->backward.pair_state;
    product.right = gradient->chunk.errors;
    product.right_at = w->backward.pair_state;
    product.panels = w->backward.error_panels;
    product.n = gradient->n_pairs;
    product.columns = w->shape.hidden;
    product.out = gradient->gradient + gradient->model->offset[SRNN__W_REC];
    add_rows(gradient, task, &product, w->shape.hidden);
    if (gradient->omega != NULL) {
        product.left = gradient->chunk.left_factors;
        product.out = gradient->omega;
        add_rows(gradient, task, &product, w->shape.hidden);
    }
    /* The biases go to the first task that does not sweep, and to the last. */
    if (task == gradient->sweepers) {
        add_bias(gradient, &product,
                 srnn__tensor_of(gradient->model, gradient->gradient, SRNN__B_REC));
    }
    if (batch->input_ids != NULL) {
        add_id_rows(gradient, task, w_in);
        return;
    }
    product.left = batch->input + first_input(gradient);
    product.left_at = w->backward.pair_input;
    product.out = w_in;
    add_rows(gradient, task, &product, w->shape.inputs);
}

/* A task's share of the gradients whose right factor is dE/dz_t. */
static void add_outputs(const struct srnn__weight_gradient *gradient, uint32_t task)
{
    const srnn_workspace *w = gradient->recurrence->workspace;
    struct product product;

    product.left = srnn__states_before(w, &gradient->chunk, gradient->chunk.first + 1);
    product.left_at = w->backward.loss_state;
    product.right = first_logit_gradient(gradient);
    product.right_at = w->backward.loss_logit;
    product.panels = w->backward.loss_panels;
    product.n = gradient->n_losses;
    product.columns = w->shape.outputs;
    product.out = gradient->gradient + gradient->model->offset[SRNN__W_OUT];
    add_rows(gradient, task, &product, w->shape.hidden);
    if (task == gradient->tasks - 1) {
        add_bias(gradient, &product,
                 srnn__tensor_of(gradient->model, gradient->gradient, SRNN__B_OUT));
    }
}

void srnn__weight_gradient_share(const struct srnn__weight_gradient *gradient, uint32_t task)
{
    add_recurrent(gradient, task);
    add_outputs(gradient, task);
}

/* Pack row k [columns] of a right factor [n x columns] into its stretch of `panels`. */
static void pack_row(const struct srnn__weight_gradient *gradient, const float *row, size_t k,
                     size_t n, size_t columns, float *panels)
{
    const size_t stretch = srnn__stretch(n);
    const size_t first = k / stretch * stretch;
    const size_t inner = n - first < stretch ? n - first : stretch;

    gradient->recurrence->kernels.pack_row(row, k - first, inner, columns,
                                           panels + first * srnn__panel_columns(columns));
}

/* Task: pack the right factors of a share of the chunk's pairs. */
static void pack_task(void *argument, uint32_t task)
{
    const struct srnn__weight_gradient *gradient = argument;
    const srnn_workspace *w = gradient->recurrence->workspace;
    const struct srnn__backward_scratch *scratch = &w->backward;

    for (size_t k = task; k < gradient->n_pairs; k += gradient->tasks) {
        pack_row(gradient, gradient->chunk.errors + scratch->pair_state[k], k, gradient->n_pairs,
                 w->shape.hidden, scratch->error_panels);
    }
    for (size_t k = task; k < gradient->n_losses; k += gradient->tasks) {
        pack_row(gradient, first_logit_gradient(gradient) + scratch->loss_logit[k], k,
                 gradient->n_losses, w->shape.outputs, scratch->loss_panels);
    }
}

/* Task: its share of a round that only adds gradients. */
static void share_task(void *argument, uint32_t task)
{
    srnn__weight_gradient_share(argument, task);
}

void srnn__weight_gradient_begin(struct srnn__weight_gradient *gradient)
{
    const srnn_workspace *w = gradient->recurrence->workspace;

    for (size_t k = 0; is_packed(gradient) && k < SRNN__STRETCH; k++) {
        w->backward.ones[k] = 1.0f;
    }
    if (SRNN__SHORT_CUTS) {
        gradient->all_live_steps = count_all_live_steps(w);
    }
    gradient->all_pairs = 0;
    gradient->listed_steps = 0;
}

int32_t srnn__weight_gradient_add(struct srnn__weight_gradient *gradient)
{
    const srnn_workspace *w = gradient->recurrence->workspace;

    gradient->tasks = srnn__task_count(w, w->shape.hidden);
    gradient->sweepers = 0;
    srnn__weight_gradient_list(gradient);
    if (is_packed(gradient)) {
        const int32_t status = srnn__parallel(w, pack_task, gradient, gradient->tasks);

        if (status != SRNN_OK) {
            return status;
        }
    }
    return srnn__parallel(w, share_task, gradient, gradient->tasks);
}
