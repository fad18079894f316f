/* loss.h - what loss, its mask of targets and the count of errors share: checks, weights, losses */
#ifndef SRNN_LOSS_H
#define SRNN_LOSS_H

#include "base/arithmetic.h"
#include "passes/workspace.h"

#include <string.h>

/* One loss pass, shared by its tasks, which own disjoint sequences. */
struct srnn__loss {
    srnn_workspace *workspace;
    const srnn_batch *batch; /* the caller's, with targets */
    struct srnn__kernels kernels;
    double scale; /* factor of the gradient */
    uint32_t tasks;
};

/* Whether the float with these bits is infinite or NaN. */
static inline int srnn__is_nonfinite(uint32_t bits)
{
    return (bits & 0x7f800000u) == 0x7f800000u;
}

/* Check float targets [n]. SRNN_E_NONFINITE; SRNN_E_RANGE: one outside [0, 1] for a kind of outputs
 * that is not linear. The loop has no exit, so that it becomes vectors. */
static inline int32_t srnn__check_targets(const float *target, size_t n, uint32_t output)
{
    int nonfinite = 0;
    int outside = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t bits = srnn__float_bits(target[i]);

        nonfinite |= srnn__is_nonfinite(bits);
        outside |= (bits > 0x3f800000u) & (bits != 0x80000000u);
    }
    if (nonfinite) {
        return SRNN_E_NONFINITE;
    }
    return outside && output != SRNN_OUTPUT_LINEAR ? SRNN_E_RANGE : SRNN_OK;
}

/* Sum of the losses of n outputs that are not softmax, and its gradient [n]: logistic losses, or
 * (y - target)^2, like the authors' script without a factor 1/2. Each output has a loss of its own,
 * so any run of outputs may be asked for. */
static inline double srnn__output_losses(const struct srnn__loss *loss, const float *logits,
                                         const float *target, size_t n, float *gradient)
{
    double sum = 0.0;

    if (loss->workspace->shape.output == SRNN_OUTPUT_SIGMOID) {
        memcpy(gradient, logits, n * sizeof *gradient);
        loss->kernels.activate(SRNN_HIDDEN_SIGMOID, gradient, n);
        for (size_t i = 0; i < n; i++) {
            gradient[i] -= target[i];
        }
        return loss->kernels.logistic_loss(logits, target, n);
    }
    for (size_t i = 0; i < n; i++) {
        const float difference = logits[i] - target[i];
        sum += (double)difference * (double)difference;
        gradient[i] = 2.0f * difference;
    }
    return sum;
}

/* Which targets of pair (t, s) are known: [outputs] 0 where one is not; NULL: all are. */
static inline const uint8_t *srnn__known(const srnn_batch *batch, uint32_t t, uint32_t s)
{
    return batch->known == NULL ? NULL : batch->known + srnn__at(batch->known_stride, t, s);
}

/* The weight of pair (t, s) in the loss; 1 without weights. */
double srnn__pair_weight(const srnn_batch *batch, uint32_t t, uint32_t s);

/* Check that the batch is that of the last forward, without reading its arrays. SRNN_E_ARGUMENT: an
 * object that is not alive; SRNN_E_SHAPE: another model or batch; SRNN_E_UNSUPPORTED: ids without
 * softmax, or softmax with a mask of targets; SRNN_E_STATE: no forward, or no targets. */
int32_t srnn__loss_check(const srnn_model *model, const srnn_workspace *workspace,
                         const srnn_batch *batch);

/* The first step from t on at which sequence s has a loss; batch->steps if there is none. */
uint32_t srnn__next_loss(const srnn_workspace *workspace, const srnn_batch *batch, uint32_t t,
                         uint32_t s);

/* Check a `scale` of the weights, then the targets and weights of the live pairs of such a batch.
 * SRNN_E_RANGE: a target; SRNN_E_NONFINITE: the scale, a target, or scale x weight, as floats. */
int32_t srnn__loss_check_pairs(const srnn_workspace *workspace, const srnn_batch *batch,
                               double scale);

#endif
