/* weight_gradient.c - the weights' gradients from a chunk's errors.
 *
 * One round of tasks, or a part of one, by rows of the gradients, as long products over all
 * pairs of the chunk, a pair being a live sequence at a step; where the kernels are faster
 * so, one before it that packs the right factors. */
#include "passes/weight_gradient.h"

/* The rows of a transposed left factor that stay in the second-level cache. */
#define BLOCK 128u

/* The step from which a list of pairs counts in the inputs and logits: the chunk's first,
 * so that chunks can have the same list, or to save code that of the batch. */
static uint32_t origin(const struct srnn__weight_gradient *pass)
{
    return SRNN__ONLY_COMPACT ? 0 : pass->first;
}

/* The logits' gradient at that step. */
static const float *logits_from(const struct srnn__weight_gradient *pass)
{
    const srnn_workspace *w = pass->recurrence->workspace;

    return w->logit_gradient + origin(pass) * srnn__logit_row(w);
}

/* List the chunk's live pairs, t descending and sequences ascending: where their
 * rows lie in the chunk, and from the list's origin in the inputs and in the logits.
 * Chunks of as many steps with all sequences live, and with a loss at all pairs or none,
 * have the same list. */
static void list_pairs(struct srnn__weight_gradient *pass)
{
    srnn_workspace *w = pass->recurrence->workspace;
    const srnn_batch *batch = w->batch;

    if (!SRNN__ONLY_COMPACT) {
        const uint32_t steps = pass->end - pass->first;
        const int alike = pass->end <= w->full && (!w->last_only || pass->end <= w->first_loss);

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
            if (srnn__has_loss(w, t, s)) {
                w->loss_state[pass->n_losses] = state;
                w->loss_logit[pass->n_losses++] = at * srnn__logit_row(w) + (size_t)s * w->outputs;
            }
        }
    }
}

/* Rows of w_in's gradient from ids: pair k adds v to the row of its id. */
static void add_id_rows(const struct srnn__weight_gradient *pass, float *out, size_t first,
                        size_t end)
{
    const srnn_workspace *w = pass->recurrence->workspace;
    const uint32_t *ids = w->batch->input_ids + origin(pass) * w->batch->input_stride.step;

    for (size_t k = 0; k < pass->n_pairs; k++) {
        const size_t id = ids[w->pair_input[k]];
        if (id >= first && id < end) {
            pass->recurrence->kernels.add_row(srnn__errors(w, pass->other) + w->pair_state[k],
                                              w->hidden, out + id * w->hidden);
        }
    }
}

/* Whether the factors of the weights' gradients are packed first. */
static int is_packed(const struct srnn__weight_gradient *pass)
{
    return srnn__is_wide(pass->recurrence->workspace) &&
           pass->recurrence->kernels.transpose != NULL;
}

/* Put row k of a factor [n x columns] into panels packed by stretches. */
static void pack_by_stretches(const struct srnn__weight_gradient *pass, const float *row, size_t k,
                              size_t n, size_t columns, float *panels)
{
    const size_t stretch = srnn__stretch(n);
    const size_t first = k / stretch * stretch;
    const size_t inner = n - first < stretch ? n - first : stretch;

    pass->recurrence->kernels.pack_row(row, k - first, inner, columns,
                                       panels + first * srnn__panel_columns(columns));
}

/* Task: packs the right factors of a share of the chunk's pairs. */
static void pack_task(void *argument, uint32_t index)
{
    const struct srnn__weight_gradient *pass = argument;
    const srnn_workspace *w = pass->recurrence->workspace;

    for (size_t k = index; k < pass->n_pairs; k += pass->tasks) {
        pack_by_stretches(pass, srnn__errors(w, pass->other) + w->pair_state[k], k, pass->n_pairs,
                          w->hidden, w->error_panels);
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
static void multiply_long(const struct srnn__weight_gradient *pass, const struct product *product,
                          size_t row_first, size_t row_end, float *scratch, size_t room)
{
    const struct srnn__kernels *kernels = &pass->recurrence->kernels;
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

/* The first of a weight's rows that are a task's: `rows` for the one after the last. */
static uint32_t row_first(const struct srnn__weight_gradient *pass, uint32_t rows, uint32_t index)
{
    uint32_t busy;
    uint64_t before, all;

    if (SRNN__ONLY_COMPACT || pass->busy == 0) {
        return srnn__task_first(rows, index, pass->tasks);
    }
    busy = index < pass->busy ? index : pass->busy;
    before = (index - busy) * SRNN__SHARE + busy * pass->spare;
    all = (pass->tasks - pass->busy) * SRNN__SHARE + pass->busy * pass->spare;
    return (uint32_t)(rows * before / all);
}

/* A task's share of the rows of one weight's gradient. */
static void weigh(const struct srnn__weight_gradient *pass, uint32_t index,
                  const struct product *product, uint32_t rows)
{
    const srnn_workspace *w = pass->recurrence->workspace;
    const size_t first = row_first(pass, rows, index);
    const size_t end = row_first(pass, rows, index + 1);

    if (is_packed(pass)) {
        const size_t scratch = srnn__task_first(w->hidden, index, pass->tasks);
        const size_t room = srnn__task_first(w->hidden, index + 1, pass->tasks) - scratch;

        multiply_long(pass, product, first, end, w->transposed + scratch * SRNN__STRETCH,
                      room < BLOCK ? room : BLOCK);
        return;
    }
    pass->recurrence->kernels.outer(product->left, product->left_at, product->right,
                                    product->right_at, product->n, first, end, product->columns,
                                    product->out, product->columns);
}

/* A bias's gradient: out [columns] += the sum of the right factor's rows. */
static void sum_right(const struct srnn__weight_gradient *pass, const struct product *product,
                      float *out)
{
    const srnn_workspace *w = pass->recurrence->workspace;
    const struct srnn__kernels *kernels = &pass->recurrence->kernels;
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

/* Task: a share of the rows of every weight's gradient. */
void srnn__weight_gradient_share(void *argument, uint32_t index)
{
    const struct srnn__weight_gradient *pass = argument;
    const srnn_workspace *w = pass->recurrence->workspace;
    const srnn_model *model = pass->model;
    float *w_in = srnn__tensor_of(model, pass->gradient, SRNN__W_IN);
    float *b_rec = srnn__tensor_of(model, pass->gradient, SRNN__B_REC);
    float *b_out = srnn__tensor_of(model, pass->gradient, SRNN__B_OUT);
    struct product product = {pass->before,
                              w->pair_state,
                              srnn__errors(w, pass->other),
                              w->pair_state,
                              w->error_panels,
                              pass->n_pairs,
                              w->hidden,
                              NULL};

    product.out = srnn__tensor_of(model, pass->gradient, SRNN__W_REC);
    weigh(pass, index, &product, w->hidden);
    if (pass->omega != NULL) {
        product.left = srnn__left(w);
        product.out = pass->omega;
        weigh(pass, index, &product, w->hidden);
    }
    if (index == (SRNN__ONLY_COMPACT ? 0 : pass->busy) && b_rec != NULL) {
        sum_right(pass, &product, b_rec);
    }
    if (w->batch->input_ids != NULL) {
        add_id_rows(pass, w_in, row_first(pass, w->inputs, index),
                    row_first(pass, w->inputs, index + 1));
    } else {
        product.left = w->batch->input + origin(pass) * w->batch->input_stride.step;
        product.left_at = w->pair_input;
        product.out = w_in;
        weigh(pass, index, &product, w->inputs);
    }
    product.left = pass->before + srnn__state_row(w);
    product.left_at = w->loss_state;
    product.right = logits_from(pass);
    product.right_at = w->loss_logit;
    product.panels = w->loss_panels;
    product.n = pass->n_losses;
    product.columns = w->outputs;
    product.out = srnn__tensor_of(model, pass->gradient, SRNN__W_OUT);
    weigh(pass, index, &product, w->hidden);
    /* Another task has had the other bias. */
    if (index == (SRNN__ONLY_COMPACT ? 0 : pass->tasks - 1) && b_out != NULL) {
        sum_right(pass, &product, b_out);
    }
}

void srnn__weight_gradient_begin(struct srnn__weight_gradient *pass)
{
    const srnn_workspace *w = pass->recurrence->workspace;

    for (size_t k = 0; is_packed(pass) && k < SRNN__STRETCH; k++) {
        w->ones[k] = 1.0f;
    }
    pass->all_pairs = 0;
    if (!SRNN__ONLY_COMPACT) {
        pass->listed = 0;
    }
}

void srnn__weight_gradient_list(struct srnn__weight_gradient *pass)
{
    list_pairs(pass);
    pass->all_pairs += pass->n_pairs;
}

int32_t srnn__weight_gradient_add(struct srnn__weight_gradient *pass)
{
    const srnn_workspace *w = pass->recurrence->workspace;

    pass->tasks = srnn__task_count(w, w->hidden);
    if (!SRNN__ONLY_COMPACT) {
        pass->busy = 0;
    }
    srnn__weight_gradient_list(pass);
    if (is_packed(pass)) {
        const int32_t status = srnn__parallel(w, pack_task, pass, pass->tasks);

        if (status != SRNN_OK) {
            return status;
        }
    }
    return srnn__parallel(w, srnn__weight_gradient_share, pass, pass->tasks);
}
