/* loss.h - what loss and the count of errors check and weigh */
#ifndef SRNN_LOSS_H
#define SRNN_LOSS_H

#include "passes/workspace.h"

/* The weight of pair (t, s) in the loss; 1 without weights. */
double srnn__pair_weight(const srnn_batch *batch, uint32_t t, uint32_t s);

/* Check that the batch is that of the last forward, without reading its arrays. SRNN_E_ARGUMENT: an
 * object that is not alive; SRNN_E_SHAPE: another model or batch; SRNN_E_UNSUPPORTED: ids without
 * softmax; SRNN_E_STATE: no forward, or no targets. */
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
