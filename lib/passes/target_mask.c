/* target_mask.c - targets of which some are unknown
 *
 * Loss calls this file by pointers in the batch, so that an image without such targets has none of
 * it. The known targets of a row form runs, and each run is a row of its own. */
#include "passes/loss.h"

/* Find the next run of known targets among n, from *first on: move *first to its first and return
 * the one after its last; both are n after the last run. */
static size_t next_run(const uint8_t *known, size_t n, size_t *first)
{
    size_t end;

    while (*first < n && known[*first] == 0) {
        (*first)++;
    }
    for (end = *first; end < n && known[end] != 0;) {
        end++;
    }
    return end;
}

static int32_t check(const srnn_batch *batch, uint32_t t, uint32_t s, size_t n, uint32_t output)
{
    const uint8_t *const known = srnn__known(batch, t, s);
    const float *const target = batch->target + srnn__at(batch->target_stride, t, s);
    int32_t status = SRNN_OK;

    for (size_t i = 0, end = 0; status == SRNN_OK && i < n; i = end) {
        end = next_run(known, n, &i);
        status = srnn__check_targets(target + i, end - i, output);
    }
    return status;
}

static double loss_of_known(const struct srnn__loss *loss, uint32_t t, uint32_t s,
                            const float *logits, float *gradient)
{
    const srnn_batch *const batch = loss->batch;
    const size_t n = loss->workspace->shape.outputs;
    const uint8_t *const known = srnn__known(batch, t, s);
    const float *const target = batch->target + srnn__at(batch->target_stride, t, s);
    double sum = 0.0;

    SRNN__ASSERT(loss->workspace->shape.output != SRNN_OUTPUT_SOFTMAX);
    memset(gradient, 0, n * sizeof *gradient);
    for (size_t i = 0, end = 0; i < n; i = end) {
        end = next_run(known, n, &i);
        sum += srnn__output_losses(loss, logits + i, target + i, end - i, gradient + i);
    }
    return sum;
}

int32_t srnn_batch_target_mask(srnn_batch *batch, const uint8_t *mask, size_t step_stride,
                               size_t sequence_stride)
{
    const int32_t status = srnn__batch_check_setter(batch, NULL, 1);

    if (status == SRNN_OK) {
        batch->known = mask;
        batch->known_stride.step = step_stride;
        batch->known_stride.sequence = sequence_stride;
        batch->masked.check = mask == NULL ? NULL : check;
        batch->masked.loss = mask == NULL ? NULL : loss_of_known;
    }
    return status;
}
