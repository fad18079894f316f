/* loss.c - the loss and its gradient on the logits */
#include "passes/loss.h"
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "kernels/scalar.h"

#include <string.h>

SRNN__NOINLINE double srnn__pair_weight(const srnn_batch *batch, uint32_t t, uint32_t s)
{
    return batch->weights == NULL ? 1.0
                                  : (double)batch->weights[srnn__at(batch->weight_stride, t, s)];
}

/* Check the target of pair (t, s) and the factor of its gradient, which is not finite where its
 * weight is not. */
static int32_t check_pair(const srnn_batch *batch, const struct srnn__shape *shape, double scale,
                          uint32_t t, uint32_t s)
{
    const size_t at = srnn__at(batch->target_stride, t, s);

    if (srnn__is_nonfinite(srnn__float_bits((float)(scale * srnn__pair_weight(batch, t, s))))) {
        return SRNN_E_NONFINITE;
    }
    if (batch->target_ids != NULL) {
        return batch->target_ids[at] < shape->outputs ? SRNN_OK : SRNN_E_RANGE;
    }
    if (batch->masked.check != NULL) {
        return batch->masked.check(batch, t, s, shape->outputs, shape->output);
    }
    return srnn__check_targets(batch->target + at, shape->outputs, shape->output);
}

int32_t srnn__loss_check(const srnn_model *model, const srnn_workspace *w, const srnn_batch *batch)
{
    if (!srnn__model_alive(model) || !srnn__workspace_alive(w) || !srnn__batch_alive(batch)) {
        return SRNN_E_ARGUMENT;
    }
    if (!srnn__workspace_fits(w, model)) {
        return SRNN_E_SHAPE;
    }
    if (w->shape.output == SRNN_OUTPUT_SOFTMAX ? batch->known != NULL : batch->target_ids != NULL) {
        return SRNN_E_UNSUPPORTED;
    }
    if (w->stage < SRNN__FORWARD || (batch->target == NULL && batch->target_ids == NULL)) {
        return SRNN_E_STATE;
    }
    if (!srnn__same_pairs(batch, w->tape.batch) ||
        (w->tape.last_only != 0) != srnn__batch_last_only(batch)) {
        return SRNN_E_SHAPE;
    }
    return SRNN_OK;
}

uint32_t srnn__next_loss(const srnn_workspace *w, const srnn_batch *batch, uint32_t t, uint32_t s)
{
    if (w->tape.last_only) {
        const uint32_t end = srnn__live_end(batch, s);

        return t < end ? end - 1 : batch->steps;
    }
    while (t < batch->steps && !srnn__live(batch, t, s)) {
        t++;
    }
    return t;
}

int32_t srnn__loss_check_pairs(const srnn_workspace *w, const srnn_batch *batch, double scale)
{
    if (srnn__is_nonfinite(srnn__float_bits((float)scale))) {
        return SRNN_E_NONFINITE;
    }
    for (uint32_t s = 0; s < batch->sequences; s++) {
        for (uint32_t t = 0; (t = srnn__next_loss(w, batch, t, s)) < batch->steps; t++) {
            const int32_t status = check_pair(batch, &w->shape, scale, t, s);

            if (status != SRNN_OK) {
                return status;
            }
        }
    }
    return SRNN_OK;
}

/* Cross-entropy of class `id`: log_sum - z_id, with log_sum = log(sum exp z). `gradient` [n] holds
 * p = softmax(z) before and dE/dz = p - 1{id} after. */
static double class_loss(const float *logits, size_t id, double log_sum, float *gradient)
{
    gradient[id] -= 1.0f;
    return log_sum - (double)logits[id];
}

/* Cross-entropy against a distribution `target` [n]. `gradient` [n] holds p = softmax(z) before and
 * dE/dz = p * sum(target) - target after. */
static double distribution_loss(const float *logits, const float *target, size_t n, double log_sum,
                                float *gradient)
{
    double sum = 0.0;
    double total = 0.0;

    for (size_t i = 0; i < n; i++) {
        total += (double)target[i];
        if (target[i] != 0.0f) {
            sum += (double)target[i] * (log_sum - (double)logits[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        gradient[i] = gradient[i] * (float)total - target[i];
    }
    return sum;
}

/* The unweighted loss of pair (t, s) with a row of logits [outputs]. `gradient` [outputs] holds
 * dE/dz after; if the outputs are softmax it holds softmax(z) before, and log_sum is log(sum exp
 * z). */
static double row_loss(const struct srnn__loss *loss, uint32_t t, uint32_t s, const float *logits,
                       double log_sum, float *gradient)
{
    const srnn_batch *batch = loss->batch;
    const size_t n = loss->workspace->shape.outputs;
    const size_t at = srnn__at(batch->target_stride, t, s);

    if (batch->target_ids != NULL) {
        return class_loss(logits, batch->target_ids[at], log_sum, gradient);
    }
    if (batch->masked.loss != NULL) {
        return batch->masked.loss(loss, t, s, logits, gradient);
    }
    if (loss->workspace->shape.output != SRNN_OUTPUT_SOFTMAX) {
        return srnn__output_losses(loss, logits, batch->target + at, n, gradient);
    }
    return distribution_loss(logits, batch->target + at, n, log_sum, gradient);
}

/* Softmax of the logits of the sequences `live` [n_live], ascending, into `rows` [n_live x
 * outputs], without gaps for dead sequences: one call over many rows is fastest. `logits` is the
 * row [outputs] of the first sequence. The log sums go to loss.log_sum from that of the first
 * sequence on. */
static void softmax_of_live(const struct srnn__loss *loss, const uint32_t *live, uint32_t n_live,
                            const float *logits, float *rows)
{
    const size_t n = loss->workspace->shape.outputs;
    const int has_gaps = live[n_live - 1] - live[0] >= n_live;

    for (uint32_t k = 0; has_gaps && k < n_live; k++) {
        for (size_t i = 0; i < n; i++) {
            rows[k * n + i] = logits[(live[k] - live[0]) * n + i];
        }
    }
    loss->kernels.softmax(has_gaps ? rows : logits, n_live, n, rows,
                          loss->workspace->loss.log_sum + live[0]);
}

/* Loss and gradient of the sequences `live` [n_live], ascending, at step t. Goes from the last
 * sequence to the first: softmax has left rows without gaps, and each moves to its place before
 * another is written over it. */
static void add_pairs(const struct srnn__loss *loss, uint32_t t, const uint32_t *live,
                      uint32_t n_live)
{
    const srnn_workspace *w = loss->workspace;
    const srnn_batch *batch = loss->batch;
    const size_t n = w->shape.outputs;
    const uint32_t first = live[0];
    const size_t at = t * w->tape.logit_row + first * n;
    const float *const logits = w->tape.logits + at;
    float *const gradients = w->tape.logit_gradient + (srnn__forward_only(w) ? first * n : at);

    SRNN__ASSERT(n_live > 0 && live[n_live - 1] < batch->sequences);
    if (w->shape.output == SRNN_OUTPUT_SOFTMAX) {
        softmax_of_live(loss, live, n_live, logits, gradients);
    }
    for (uint32_t k = n_live; k-- > 0;) {
        const uint32_t s = live[k];
        const double weight = srnn__pair_weight(batch, t, s);
        const float factor = (float)(loss->scale * weight);
        float *const gradient = gradients + (s - first) * n;

        if (SRNN__SHORT_CUTS && s - first != k && w->shape.output == SRNN_OUTPUT_SOFTMAX) {
            for (size_t i = 0; i < n; i++) {
                gradient[i] = gradients[k * n + i];
            }
        }
        w->loss.sum[s] += weight * row_loss(loss, t, s, logits + (s - first) * n,
                                            w->loss.log_sum[first + k], gradient);
        w->loss.weight[s] += weight;
        for (size_t i = 0; i < n; i++) {
            gradient[i] *= factor;
        }
    }
}

/* Task: all steps of a share of the sequences. A short cut: all sequences of a step at a time. */
static void run_task(void *argument, uint32_t index)
{
    const struct srnn__loss *loss = argument;
    srnn_workspace *w = loss->workspace;
    const srnn_batch *batch = loss->batch;
    const uint32_t first = srnn__task_first(batch->sequences, index, loss->tasks);
    const uint32_t end = srnn__task_first(batch->sequences, index + 1, loss->tasks);

    if (SRNN__SHORT_CUTS && !w->tape.last_only) {
        for (uint32_t t = 0; t < batch->steps; t++) {
            const uint32_t n_live = srnn__find_live(w, t, first, end);

            if (n_live > 0) {
                add_pairs(loss, t, w->live + first, n_live);
            }
        }
        return;
    }
    for (uint32_t s = first; s < end; s++) {
        for (uint32_t t = 0; (t = srnn__next_loss(w, batch, t, s)) < batch->steps; t++) {
            add_pairs(loss, t, &s, 1);
        }
    }
}

/* The fewest floats of a step that a task writes. Where the rows of two tasks meet they write to
 * the same cache line: false sharing, which costs smaller tasks more time than they save: two
 * tasks took 100 us for what one did in 50 (2,000 rows of 4 outputs, gcc 12). Four lines. */
#define LEAST_FLOATS 64u

/* The number of tasks for so many sequences. Fewer for few outputs is a short cut. */
static uint32_t count_tasks(const srnn_workspace *w, uint32_t sequences)
{
    const size_t most = sequences * (size_t)w->shape.outputs / LEAST_FLOATS;
    const uint32_t tasks = srnn__task_count(w, sequences);

    if (!SRNN__SHORT_CUTS || tasks <= most) {
        return tasks;
    }
    return most > 0 ? (uint32_t)most : 1;
}

/* Discard what an earlier loss and backward left, before a new loss: if it fails, there is only
 * what forward left. */
static void go_back_to_forward(srnn_workspace *w)
{
    if (w->stage == SRNN__BACKWARD) {
        srnn__zero_hidden_gradient(w);
    }
    w->stage = SRNN__FORWARD;
}

int32_t srnn_loss(const srnn_model *model, srnn_workspace *workspace, const srnn_batch *batch,
                  double scale, double *loss, double *weight)
{
    struct srnn__loss pass;
    double sum = 0.0;
    double total = 0.0;
    int32_t status = srnn__loss_check(model, workspace, batch);

    if (status == SRNN_OK) {
        status = srnn__loss_check_pairs(workspace, batch, scale);
    }
    if (status != SRNN_OK) {
        return status;
    }
    srnn__kernels_load(model->instructions, &pass.kernels);
    pass.workspace = workspace;
    pass.batch = batch;
    pass.scale = scale;
    memset(workspace->loss.sum, 0, batch->sequences * sizeof(double));
    memset(workspace->loss.weight, 0, batch->sequences * sizeof(double));
    pass.tasks = count_tasks(workspace, batch->sequences);
    go_back_to_forward(workspace);
    status = srnn__parallel(workspace, run_task, &pass, pass.tasks);
    if (status != SRNN_OK) {
        return status;
    }
    srnn__add_terms(&sum, workspace->loss.sum, batch->sequences);
    srnn__add_terms(&total, workspace->loss.weight, batch->sequences);
    if (!srnn__forward_only(workspace)) {
        workspace->stage = SRNN__LOSS;
    }
    if (loss != NULL) {
        *loss = sum;
    }
    if (weight != NULL) {
        *weight = total;
    }
    return SRNN_OK;
}

int32_t srnn_loss_begin(srnn_workspace *workspace)
{
    const struct srnn__tape *tape;
    size_t rows;

    if (!srnn__workspace_alive(workspace)) {
        return SRNN_E_ARGUMENT;
    }
    if (workspace->stage < SRNN__FORWARD || srnn__forward_only(workspace)) {
        return SRNN_E_STATE;
    }
    tape = &workspace->tape;
    rows = (size_t)tape->batch->sequences * (tape->last_only ? 1 : tape->batch->steps);
    memset(tape->logit_gradient, 0, rows * workspace->shape.outputs * sizeof *tape->logit_gradient);
    go_back_to_forward(workspace);
    workspace->stage = SRNN__LOSS;
    return SRNN_OK;
}
