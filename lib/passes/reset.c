/* reset.c - regularizers and workspaces as they were before their first pass
 *
 * Apart from them, so that an image that never resets them has none of it. */
#include "passes/workspace.h"
#include "update/regularizer.h"

#include <string.h>

int32_t srnn_regularizer_reset(srnn_regularizer *regularizer)
{
    if (!srnn__alive(regularizer, SRNN__TAG_REGULARIZER)) {
        return SRNN_E_ARGUMENT;
    }
    memset(srnn__regularizer_matrix(regularizer), 0,
           (size_t)regularizer->hidden * regularizer->hidden * sizeof(float));
    memset(regularizer->sum, 0, sizeof regularizer->sum);
    regularizer->value = 0.0;
    regularizer->signal = 0.0;
    regularizer->gathering = 0;
    return SRNN_OK;
}

int32_t srnn_workspace_reset(srnn_workspace *workspace)
{
    if (!srnn__workspace_alive(workspace)) {
        return SRNN_E_ARGUMENT;
    }
    workspace->stage = SRNN__NOTHING;
    workspace->carried.sequences = 0;
    return SRNN_OK;
}
