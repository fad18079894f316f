/* passes.c - the passes of a rig, for the tests of each */
#include "passes.h"

int32_t forward(struct rig *rig)
{
    return srnn_forward(rig->model, rig->workspace, rig->batch);
}

int32_t proceed(struct rig *rig)
{
    return srnn_forward_continue(rig->model, rig->workspace, rig->batch);
}

int32_t loss(struct rig *rig)
{
    return srnn_loss(rig->model, rig->workspace, rig->batch, 0.5, &rig->out->value,
                     &rig->out->other);
}

int32_t backward(struct rig *rig)
{
    return srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count);
}

void both_refuse(struct rig *rig, int32_t status)
{
    REFUSES(&rig->heap, status, loss(rig));
    REFUSES(&rig->heap, status, rig_count_errors(rig, 0.5));
}

srnn_model *model_of(struct rig *rig, uint32_t inputs, uint32_t hidden, uint32_t outputs,
                     uint32_t activation, uint32_t output)
{
    struct shape ready = rig->shape;
    srnn_model *model;

    rig->shape.inputs = inputs;
    rig->shape.hidden = hidden;
    rig->shape.outputs = outputs;
    rig->shape.activation = activation;
    rig->shape.output = output;
    model = rig_placed(rig, HANDLE_MODEL);
    rig->shape = ready;
    return model;
}

struct shape shape_with(uint32_t output, uint32_t features, uint32_t workspace_flags)
{
    struct shape shape = small_shape;

    shape.output = output;
    shape.features = features;
    shape.workspace_flags = workspace_flags;
    return shape;
}
