/* option_handles.c - set and get of the handles that have options, under one signature each */
#include "option_handles.h"

/* srnn_NAME_set and srnn_NAME_get under the signatures of struct option_handle. */
#define SET_AND_GET(name)                                                                          \
    static int32_t set_##name(void *object, uint32_t key, double value)                            \
    {                                                                                              \
        return srnn_##name##_set(object, key, value);                                              \
    }                                                                                              \
                                                                                                   \
    static int32_t get_##name(const void *object, uint32_t key, double *value)                     \
    {                                                                                              \
        return srnn_##name##_get(object, key, value);                                              \
    }

SET_AND_GET(workspace)
SET_AND_GET(regularizer)
SET_AND_GET(clipper)
SET_AND_GET(optimizer)
SET_AND_GET(model)

const struct option_handle option_handles[OPTION_HANDLES] = {
    [OPTIONS_OF_WORKSPACE] = {"workspace", HANDLE_WORKSPACE, set_workspace, get_workspace},
    [OPTIONS_OF_REGULARIZER] = {"regularizer", HANDLE_REGULARIZER, set_regularizer,
                                get_regularizer},
    [OPTIONS_OF_CLIPPER] = {"clipper", HANDLE_CLIPPER, set_clipper, get_clipper},
    [OPTIONS_OF_OPTIMIZER] = {"optimizer", HANDLE_OPTIMIZER, set_optimizer, get_optimizer},
    [OPTIONS_OF_MODEL] = {"model", HANDLE_MODEL, set_model, get_model},
};
