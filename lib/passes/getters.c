/* getters.c - what objects were made with
 *
 * Apart from the objects, so that an image that does not ask has none of it. Those of a model,
 * which the passes' callers need, are in model.c. */
#include "passes/workspace.h"
#include "update/clipper.h"
#include "update/optimizer.h"
#include "update/regularizer.h"

uint32_t srnn_batch_steps(const srnn_batch *batch)
{
    return srnn__batch_alive(batch) ? batch->steps : 0;
}

uint32_t srnn_batch_sequences(const srnn_batch *batch)
{
    return srnn__batch_alive(batch) ? batch->sequences : 0;
}

uint32_t srnn_workspace_max_steps(const srnn_workspace *workspace)
{
    return srnn__workspace_alive(workspace) ? workspace->shape.max_steps : 0;
}

uint32_t srnn_workspace_max_sequences(const srnn_workspace *workspace)
{
    return srnn__workspace_alive(workspace) ? workspace->shape.max_sequences : 0;
}

uint32_t srnn_workspace_flags(const srnn_workspace *workspace)
{
    return srnn__workspace_alive(workspace) ? workspace->shape.flags : 0;
}

uint32_t srnn_regularizer_kind(const srnn_regularizer *regularizer)
{
    return srnn__alive(regularizer, SRNN__TAG_REGULARIZER) ? regularizer->kind : 0;
}

uint32_t srnn_clipper_kind(const srnn_clipper *clipper)
{
    return srnn__alive(clipper, SRNN__TAG_CLIPPER) ? clipper->kind : 0;
}

uint32_t srnn_optimizer_kind(const srnn_optimizer *optimizer)
{
    return srnn__alive(optimizer, SRNN__TAG_OPTIMIZER) ? optimizer->kind : 0;
}

size_t srnn_optimizer_count(const srnn_optimizer *optimizer)
{
    return srnn__alive(optimizer, SRNN__TAG_OPTIMIZER) ? optimizer->count : 0;
}
