/* loss.h - what loss and the count of errors check before they read targets */
#ifndef SRNN_LOSS_H
#define SRNN_LOSS_H

#include "passes/workspace.h"

/* Check that the batch is that of the last forward, and that the targets and weights of its live
 * pairs are valid. SRNN_E_ARGUMENT: an object that is not alive; SRNN_E_STATE: no forward, or no
 * targets; SRNN_E_SHAPE: another model or batch; SRNN_E_UNSUPPORTED: ids without softmax;
 * SRNN_E_RANGE: a target; SRNN_E_NONFINITE: a target or a weight. */
int32_t srnn__loss_check(const srnn_model *model, const srnn_workspace *workspace,
                         const srnn_batch *batch);

#endif
