/* outputs.c - what logits mean: outputs, and how many of them are wrong */
#include "passes/loss.h"

#include <string.h>

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

/* Whether any output of a row is further from its target, if that is known, than the tolerance. */
static int wrong_value(const struct srnn__kernels *kernels, uint32_t output, const float *logits,
                       const float *target, const uint8_t *known, size_t n, double tolerance)
{
    for (size_t i = 0; i < n; i++) {
        float y = logits[i];
        double distance;
        if (known != NULL && known[i] == 0) {
            continue;
        }
        if (output == SRNN_OUTPUT_SIGMOID) {
            kernels->activate(SRNN_HIDDEN_SIGMOID, &y, 1);
        }
        distance = (double)y - (double)target[i];
        if (!(distance <= tolerance && distance >= -tolerance)) {
            return 1;
        }
    }
    return 0;
}

/* Whether the pair (t, s) is wrong. */
static int wrong_pair(const srnn_workspace *w, const srnn_batch *batch,
                      const struct srnn__kernels *kernels, uint32_t t, uint32_t s, double tolerance)
{
    const size_t n = w->shape.outputs;
    const float *logits = w->tape.logits + t * w->tape.logit_row + s * n;
    const size_t at = srnn__at(batch->target_stride, t, s);

    if (w->shape.output != SRNN_OUTPUT_SOFTMAX) {
        return wrong_value(kernels, w->shape.output, logits, batch->target + at,
                           srnn__known(batch, t, s), n, tolerance);
    }
    return wrong_class(logits, n,
                       batch->target_ids != NULL ? batch->target_ids[at]
                                                 : largest(batch->target + at, n));
}

/* Whether the pair (t, s), which has a loss, is judged: it has a weight and a known target. */
static int is_judged(const srnn_workspace *w, const srnn_batch *batch, uint32_t t, uint32_t s)
{
    const uint8_t *const known = srnn__known(batch, t, s);
    size_t i = 0;

    while (known != NULL && i < w->shape.outputs && known[i] == 0) {
        i++;
    }
    return i < w->shape.outputs && srnn__pair_weight(batch, t, s) != 0.0;
}

int32_t srnn_count_errors(const srnn_model *model, const srnn_workspace *workspace,
                          const srnn_batch *batch, double tolerance, uint64_t *wrong_steps,
                          uint64_t *steps, uint64_t *wrong_sequences, uint64_t *sequences)
{
    int32_t status = srnn__loss_check(model, workspace, batch);
    struct srnn__kernels kernels;
    uint64_t counts[4] = {0, 0, 0, 0};
    uint64_t *const results[4] = {wrong_steps, steps, wrong_sequences, sequences};

    if (status == SRNN_OK) {
        status = tolerance >= 0.0 ? srnn__loss_check_pairs(workspace, batch, 1.0) : SRNN_E_RANGE;
    }
    if (status != SRNN_OK) {
        return status;
    }
    srnn__kernels_load(model->instructions, &kernels);
    for (uint32_t s = 0; s < batch->sequences; s++) {
        uint64_t wrong = 0;
        uint64_t judged = 0;

        for (uint32_t t = 0; (t = srnn__next_loss(workspace, batch, t, s)) < batch->steps; t++) {
            if (is_judged(workspace, batch, t, s)) {
                wrong += (uint64_t)wrong_pair(workspace, batch, &kernels, t, s, tolerance);
                judged++;
            }
        }
        counts[0] += wrong;
        counts[1] += judged;
        counts[2] += wrong != 0;
        counts[3] += judged != 0;
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
    size_t n, count;

    if (!srnn__model_alive(model) || logits == NULL || outputs == NULL) {
        return SRNN_E_ARGUMENT;
    }
    n = model->outputs;
    if (rows > SIZE_MAX / sizeof *outputs / n) {
        return SRNN_E_OVERFLOW;
    }
    count = rows * n;
    if (outputs != logits && srnn__overlap(outputs, logits, count, count)) {
        return SRNN_E_ARGUMENT;
    }
    srnn__kernels_load(model->instructions, &kernels);
    if (model->output == SRNN_OUTPUT_SOFTMAX) {
        kernels.softmax(logits, rows, n, outputs, NULL);
        return SRNN_OK;
    }
    memmove(outputs, logits, count * sizeof *outputs);
    if (model->output == SRNN_OUTPUT_SIGMOID) {
        kernels.activate(SRNN_HIDDEN_SIGMOID, outputs, count);
    }
    return SRNN_OK;
}
