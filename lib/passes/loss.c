/* loss.c - the loss, its gradient on the logits, and mistakes. */
#include "base/arithmetic.h"
#include "passes/workspace.h"

#include <string.h>

/* One loss pass, shared by its tasks, which own disjoint sequences. Sums are
 * kept by sequence and added in the order of sequences, so that they do not
 * depend on the tasks. */
struct loss {
    srnn_workspace *workspace;
    const srnn_batch *batch;
    struct srnn__kernels kernels;
    double scale;
    double *sum;     /* [sequences], 0 at first */
    double *weight;  /* [sequences], likewise */
    double *log_sum; /* [sequences] of a step's rows of logits, with softmax */
    uint32_t tasks;
};

/* Whether the float with these bits is infinite or NaN. */
static int is_endless(uint32_t bits)
{
    return (bits & 0x7f800000u) == 0x7f800000u;
}

/* Check the target of pair (t, s) and its weight. Targets are many: no way out of the loop. */
static int32_t check_pair(const srnn_batch *batch, uint32_t output, uint32_t outputs, uint32_t t,
                          uint32_t s)
{
    const size_t at = srnn__at(batch->target_stride, t, s);
    int endless = 0;
    int outside = 0;

    if (batch->weights != NULL &&
        is_endless(srnn__float_bits(batch->weights[srnn__at(batch->weight_stride, t, s)]))) {
        return SRNN_E_NONFINITE;
    }
    if (batch->target_ids != NULL) {
        return batch->target_ids[at] < outputs ? SRNN_OK : SRNN_E_RANGE;
    }
    for (size_t i = 0; i < outputs; i++) {
        const uint32_t bits = srnn__float_bits(batch->target[at + i]);

        endless |= is_endless(bits);
        outside |= (bits > 0x3f800000u) & (bits != 0x80000000u);
    }
    if (endless) {
        return SRNN_E_NONFINITE;
    }
    return outside && output != SRNN_LINEAR ? SRNN_E_RANGE : SRNN_OK;
}

/* Check all targets that the loss will read, and with them that the batch is the
 * one of the last forward. */
static int32_t check(const srnn_model *model, const srnn_workspace *w, const srnn_batch *batch)
{
    if (!srnn__model_alive(model) || !srnn__workspace_alive(w) || !srnn__batch_alive(batch)) {
        return SRNN_E_ARGUMENT;
    }
    if (w->stage < SRNN__FORWARD || (batch->target == NULL && batch->target_ids == NULL)) {
        return SRNN_E_STATE;
    }
    if (!srnn__workspace_fits(w, model) || batch->steps != w->batch->steps ||
        batch->sequences != w->batch->sequences || batch->lengths != w->batch->lengths ||
        batch->mask != w->batch->mask || batch->mask_stride.step != w->batch->mask_stride.step ||
        batch->mask_stride.sequence != w->batch->mask_stride.sequence ||
        (w->last_only != 0) != srnn__batch_last_only(batch)) {
        return SRNN_E_SHAPE;
    }
    if (batch->target_ids != NULL && w->output != SRNN_SOFTMAX) {
        return SRNN_E_UNSUPPORTED;
    }
    for (uint32_t s = 0; s < batch->sequences; s++) {
        const uint32_t end =
            w->last_only ? (uint32_t)(srnn__last_live(batch, s) + 1) : batch->steps;
        for (uint32_t t = w->last_only && end > 0 ? end - 1 : 0; t < end; t++) {
            int32_t status;
            if (!srnn__live(batch, t, s)) {
                continue;
            }
            status = check_pair(batch, w->output, w->outputs, t, s);
            if (status != SRNN_OK) {
                return status;
            }
        }
    }
    return SRNN_OK;
}

/* Cross-entropy of class `id`, with log_sum = log(sum exp z) that minus z_id. `gradient` has
 * p = softmax(z), and here as below is left with the gradient. */
static double class_loss(const float *logits, size_t id, double log_sum, float *gradient)
{
    gradient[id] -= 1.0f;
    return log_sum - (double)logits[id];
}

/* Cross-entropy against a distribution, d/dz of which, when its sum is not 1, is
 * p * sum - target. */
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

/* Sum of (y - target)^2, without a factor 1/2 (paper.md 1.2), and its gradient. */
static double squared_error(const float *logits, const float *target, size_t n, float *gradient)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        const float difference = logits[i] - target[i];
        sum += (double)difference * (double)difference;
        gradient[i] = 2.0f * difference;
    }
    return sum;
}

/* The loss of one row of logits, unweighted, and its gradient [outputs]. */
static double row_loss(const struct loss *pass, const float *logits, double log_sum, size_t at,
                       float *gradient)
{
    const size_t n = pass->workspace->outputs;
    const float *target;

    if (pass->batch->target_ids != NULL) {
        return class_loss(logits, pass->batch->target_ids[at], log_sum, gradient);
    }
    target = pass->batch->target + at;
    switch (pass->workspace->output) {
    case SRNN_SOFTMAX:
        return distribution_loss(logits, target, n, log_sum, gradient);
    case SRNN_SIGMOID:
        memcpy(gradient, logits, n * sizeof *gradient);
        pass->kernels.activate(SRNN_SIGMOID, gradient, n);
        for (size_t i = 0; i < n; i++) {
            gradient[i] -= target[i];
        }
        return pass->kernels.logistic_loss(logits, target, n);
    default:
        return squared_error(logits, target, n, gradient);
    }
}

/* Softmax of the rows of logits [outputs] of the `count` sequences in `live`, which ascend
 * from `first` on, beginning at the row of `first`. They come one after the other into
 * `packed`, and so do the log sums, for softmax is fastest by many rows. */
static void packed_softmax(const struct loss *pass, const uint32_t *live, uint32_t count,
                           uint32_t first, const float *logits, float *packed)
{
    const size_t n = pass->workspace->outputs;

    if (!SRNN__ONLY_COMPACT && live[count - 1] - first >= count) {
        for (uint32_t k = 0; k < count; k++) {
            for (size_t i = 0; i < n; i++) {
                packed[k * n + i] = logits[(live[k] - first) * n + i];
            }
        }
        logits = packed;
    }
    pass->kernels.softmax(logits, count, n, packed, pass->log_sum + first);
}

/* The pairs of step t and the `count` sequences in `live`, ascending; that of sequence 0 has
 * row `row`. Last to first: a packed row then goes to its place before another needs it. */
static void add_pairs(const struct loss *pass, uint32_t t, const uint32_t *live, uint32_t count,
                      size_t row)
{
    const srnn_workspace *w = pass->workspace;
    const srnn_batch *batch = pass->batch;
    const size_t n = w->outputs;
    const uint32_t first = live[0];
    const float *const logits = w->logits + (row + first) * n;
    float *const gradients = w->logit_gradient + (row + first) * n;

    if (w->output == SRNN_SOFTMAX) {
        packed_softmax(pass, live, count, first, logits, gradients);
    }
    for (uint32_t k = count; k-- > 0;) {
        const uint32_t s = live[k];
        const double weight = batch->weights == NULL
                                  ? 1.0
                                  : (double)batch->weights[srnn__at(batch->weight_stride, t, s)];
        const float factor = (float)(pass->scale * weight);
        float *const gradient = gradients + (s - first) * n;

        if (!SRNN__ONLY_COMPACT && s - first != k && w->output == SRNN_SOFTMAX) {
            for (size_t i = 0; i < n; i++) {
                gradient[i] = gradients[k * n + i];
            }
        }
        pass->sum[s] += weight * row_loss(pass, logits + (s - first) * n, pass->log_sum[first + k],
                                          srnn__at(batch->target_stride, t, s), gradient);
        pass->weight[s] += weight;
        for (size_t i = 0; i < n; i++) {
            gradient[i] *= factor;
        }
    }
}

static void run_task(void *argument, uint32_t index)
{
    const struct loss *pass = argument;
    srnn_workspace *w = pass->workspace;
    const srnn_batch *batch = pass->batch;
    const uint32_t first = srnn__task_first(batch->sequences, index, pass->tasks);
    const uint32_t end = srnn__task_first(batch->sequences, index + 1, pass->tasks);

    for (uint32_t s = first; w->last_only && s < end; s++) {
        const int64_t last = srnn__last_live(batch, s);
        if (last >= 0) {
            add_pairs(pass, (uint32_t)last, &s, 1, 0);
        }
    }
    for (uint32_t t = 0; !w->last_only && t < batch->steps; t++) {
        const uint32_t count = srnn__find_live(w, t, first, end);
        const uint32_t together = SRNN__ONLY_COMPACT ? 1 : count;

        for (uint32_t k = 0; k < count; k += together) {
            add_pairs(pass, t, w->live + first + k, together, (size_t)t * batch->sequences);
        }
    }
}

/* Tasks write to rows of the same steps, and take a line of the caches from each other where
 * their rows meet. A task of few lines a step would gain less than that costs. */
#define LEAST_FLOATS 64u
static uint32_t count_tasks(const srnn_workspace *w, uint32_t sequences)
{
    const size_t most = sequences * (size_t)w->outputs / LEAST_FLOATS;
    const uint32_t tasks = srnn__task_count(w, sequences);

    if (SRNN__ONLY_COMPACT) {
        return tasks;
    }
    return tasks <= most ? tasks : most > 0 ? (uint32_t)most : 1;
}

int32_t srnn_loss(const srnn_model *model, srnn_workspace *workspace, const srnn_batch *batch,
                  double scale, double *loss, double *weight)
{
    struct loss pass;
    double sum = 0.0;
    double total = 0.0;
    int32_t status = check(model, workspace, batch);

    if (status == SRNN_OK && !(scale - scale == 0.0)) {
        status = SRNN_E_NONFINITE;
    }
    if (status != SRNN_OK) {
        return status;
    }
    srnn__kernels_load(model->instructions, &pass.kernels);
    pass.workspace = workspace;
    pass.batch = batch;
    pass.scale = scale;
    pass.sum = workspace->sequence_sum;
    pass.weight = workspace->sequence_sum + batch->sequences;
    pass.log_sum = workspace->sequence_sum + 2 * (size_t)batch->sequences;
    memset(pass.sum, 0, 2 * (size_t)batch->sequences * sizeof *pass.sum);
    pass.tasks = count_tasks(workspace, batch->sequences);
    status = srnn__parallel(workspace, run_task, &pass, pass.tasks);
    if (status != SRNN_OK) {
        return status;
    }
    for (uint32_t s = 0; s < batch->sequences; s++) {
        sum += pass.sum[s];
        total += pass.weight[s];
    }
    if (workspace->stage == SRNN__BACKWARD && workspace->hidden_gradient != NULL) {
        memset(workspace->hidden_gradient, 0,
               batch->steps * srnn__state_row(workspace) * sizeof *workspace->hidden_gradient);
    }
    workspace->stage = SRNN__LOSS;
    if (loss != NULL) {
        *loss = sum;
    }
    if (weight != NULL) {
        *weight = total;
    }
    return SRNN_OK;
}

/* The first largest element of row [n]. */
static size_t largest(const float *row, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        if (row[i] > row[best]) {
            best = i;
        }
    }
    return best;
}

/* Whether a softmax row misses its class. A NaN is never the largest. */
static int wrong_class(const float *logits, size_t n, size_t target)
{
    const float top = logits[target];
    for (size_t i = 0; i < n; i++) {
        if (i != target && !(i < target ? top > logits[i] : top >= logits[i])) {
            return 1;
        }
    }
    return !(top >= top);
}

/* Whether any output of a row is further from its target than the tolerance. */
static int wrong_value(const struct srnn__kernels *kernels, uint32_t output, const float *logits,
                       const float *target, size_t n, double tolerance)
{
    for (size_t i = 0; i < n; i++) {
        float y = logits[i];
        double distance;
        if (output == SRNN_SIGMOID) {
            kernels->activate(SRNN_SIGMOID, &y, 1);
        }
        distance = (double)y - (double)target[i];
        if (!(distance <= tolerance && distance >= -tolerance)) {
            return 1;
        }
    }
    return 0;
}

/* Whether the pair (t, s), whose logits are in row `row`, is wrong. */
static int wrong_pair(const srnn_workspace *w, const srnn_batch *batch,
                      const struct srnn__kernels *kernels, uint32_t t, uint32_t s, size_t row,
                      double tolerance)
{
    const size_t n = w->outputs;
    const float *logits = w->logits + row * n;
    const size_t at = srnn__at(batch->target_stride, t, s);

    if (w->output != SRNN_SOFTMAX) {
        return wrong_value(kernels, w->output, logits, batch->target + at, n, tolerance);
    }
    return wrong_class(logits, n,
                       batch->target_ids != NULL ? batch->target_ids[at]
                                                 : largest(batch->target + at, n));
}

int32_t srnn_count_errors(const srnn_model *model, const srnn_workspace *workspace,
                          const srnn_batch *batch, double tolerance, uint64_t *wrong_steps,
                          uint64_t *steps, uint64_t *wrong_sequences, uint64_t *sequences)
{
    const int32_t status = check(model, workspace, batch);
    struct srnn__kernels kernels;
    uint64_t counts[4] = {0, 0, 0, 0};
    uint64_t *const results[4] = {wrong_steps, steps, wrong_sequences, sequences};

    if (status != SRNN_OK) {
        return status;
    }
    if (!(tolerance >= 0.0)) {
        return SRNN_E_RANGE;
    }
    srnn__kernels_load(model->instructions, &kernels);
    for (uint32_t s = 0; s < batch->sequences; s++) {
        const int64_t last = srnn__last_live(batch, s);
        uint64_t wrong = 0;
        for (int64_t t = workspace->last_only && last >= 0 ? last : 0; t <= last; t++) {
            if (srnn__live(batch, (uint32_t)t, s)) {
                const size_t row = workspace->last_only ? s : (size_t)t * batch->sequences + s;
                wrong += (uint64_t)wrong_pair(workspace, batch, &kernels, (uint32_t)t, s, row,
                                              tolerance);
                counts[1]++;
            }
        }
        counts[0] += wrong;
        counts[2] += wrong != 0;
        counts[3] += last >= 0;
    }
    for (size_t i = 0; i < 4; i++) {
        if (results[i] != NULL) {
            *results[i] = counts[i];
        }
    }
    return SRNN_OK;
}

int32_t srnn_outputs(const srnn_model *model, const float *logits, size_t rows, float *outputs)
{
    struct srnn__kernels kernels;
    size_t n;

    if (!srnn__model_alive(model) || logits == NULL || outputs == NULL) {
        return SRNN_E_ARGUMENT;
    }
    n = model->outputs;
    srnn__kernels_load(model->instructions, &kernels);
    if (model->output == SRNN_SOFTMAX) {
        kernels.softmax(logits, rows, n, outputs, NULL);
        return SRNN_OK;
    }
    memmove(outputs, logits, rows * n * sizeof *outputs);
    kernels.activate(model->output, outputs, rows * n);
    return SRNN_OK;
}
