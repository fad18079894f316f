/* option_handles.h - set and get of the handles that have options, under one signature each */
#ifndef OPTION_HANDLES_H
#define OPTION_HANDLES_H

#include "rig.h"

/* A handle that has options: the name that srnn_option_info gives it, and its set and get under one
 * signature each. */
struct option_handle {
    const char *name;
    enum handle_kind kind;
    int32_t (*set)(void *object, uint32_t key, double value);
    int32_t (*get)(const void *object, uint32_t key, double *value);
};

/* All that there are, in the order of their keys. */
enum {
    OPTIONS_OF_WORKSPACE,
    OPTIONS_OF_REGULARIZER,
    OPTIONS_OF_CLIPPER,
    OPTIONS_OF_OPTIMIZER,
    OPTIONS_OF_MODEL,
    OPTION_HANDLES
};
extern const struct option_handle option_handles[OPTION_HANDLES];

#endif
