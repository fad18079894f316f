/* view.c - what a workspace shows of itself: its views */
#include "passes/workspace.h"

/* How far a step must have come to fill a view. */
static uint32_t stage_of_view(uint32_t view)
{
    switch (view) {
    case SRNN_VIEW_LOGIT_GRADIENT:
        return SRNN__LOSS;
    case SRNN_VIEW_INPUT_GRADIENT:
    case SRNN_VIEW_FLOW:
    case SRNN_VIEW_INITIAL_GRADIENT:
        return SRNN__BACKWARD;
    default:
        return SRNN__FORWARD;
    }
}

/* The array of a view, and the columns of its rows. NULL if the workspace does not keep it. */
static float *array_of_view(const srnn_workspace *workspace, uint32_t view, uint32_t *columns)
{
    const struct srnn__shape *const shape = &workspace->shape;
    const struct srnn__tape *const tape = &workspace->tape;

    switch (view) {
    case SRNN_VIEW_HIDDEN:
        *columns = shape->hidden;
        return tape->segment_starts != NULL || srnn__forward_only(workspace)
                   ? NULL
                   : tape->states + tape->state_row;
    case SRNN_VIEW_LOGIT:
        *columns = shape->outputs;
        return tape->logits;
    case SRNN_VIEW_LOGIT_GRADIENT:
        *columns = shape->outputs;
        return tape->logit_gradient;
    case SRNN_VIEW_HIDDEN_GRADIENT:
        *columns = shape->hidden;
        return workspace->views.hidden_gradient;
    case SRNN_VIEW_INPUT_GRADIENT:
        *columns = shape->inputs;
        return workspace->views.input_gradient;
    case SRNN_VIEW_INITIAL_GRADIENT:
        *columns = shape->hidden;
        return workspace->backward.propagated;
    default:
        *columns = 1;
        return workspace->views.flow;
    }
}

/* The elements from one step of a view to the next; 0 if it has one step. */
static size_t step_stride_of_view(const srnn_workspace *workspace, uint32_t view, uint32_t columns)
{
    switch (view) {
    case SRNN_VIEW_LOGIT:
    case SRNN_VIEW_LOGIT_GRADIENT:
        return workspace->tape.logit_row;
    case SRNN_VIEW_INITIAL_GRADIENT:
        return 0;
    default:
        return (size_t)workspace->tape.batch->sequences * columns;
    }
}

/* Find a view, for both functions below. */
static int32_t find_view(const srnn_workspace *workspace, uint32_t view, float **data,
                         size_t *step_stride, size_t *sequence_stride, uint32_t *width)
{
    uint32_t columns;
    float *array;

    if (!srnn__workspace_alive(workspace) || data == NULL || step_stride == NULL ||
        sequence_stride == NULL || width == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (view < SRNN_VIEW_HIDDEN || view > SRNN_VIEW_INITIAL_GRADIENT) {
        return SRNN_E_RANGE;
    }
    if (workspace->stage < stage_of_view(view)) {
        return SRNN_E_STATE;
    }
    array = array_of_view(workspace, view, &columns);
    if (array == NULL) {
        return SRNN_E_STATE;
    }
    *data = array;
    *step_stride = step_stride_of_view(workspace, view, columns);
    *sequence_stride = columns;
    *width = columns;
    return SRNN_OK;
}

int32_t srnn_workspace_view(srnn_workspace *workspace, uint32_t view, float **data,
                            size_t *step_stride, size_t *sequence_stride, uint32_t *width)
{
    return find_view(workspace, view, data, step_stride, sequence_stride, width);
}

int32_t srnn_workspace_view_const(const srnn_workspace *workspace, uint32_t view,
                                  const float **data, size_t *step_stride, size_t *sequence_stride,
                                  uint32_t *width)
{
    float *array = NULL;
    const int32_t status = find_view(workspace, view, data == NULL ? NULL : &array, step_stride,
                                     sequence_stride, width);

    if (status == SRNN_OK) {
        *data = array;
    }
    return status;
}
