/* clip_forms.c - the values of --clip */
#include "training/clip_forms.h"

#include <stddef.h>

#include "srnn.h"

/* The rules of a kind. Their defaults and bounds are those of the library's options. */
#define ALL_RULES(name, kind)                                                                      \
    {name, "fixed", kind, SRNN_CLIP_RULE_FIXED, 1.0, 1e-30, 1e30},                                 \
        {name, "quantile", kind, SRNN_CLIP_RULE_QUANTILE, 0.9, 0.01, 0.99},                        \
        {name, "mean", kind, SRNN_CLIP_RULE_MEAN, 1.0, 0.001, 1000.0},                             \
        {name, "polyak", kind, SRNN_CLIP_RULE_POLYAK, 0.1, 1e-30, 1.0},                            \
        {name, "trust", kind, SRNN_CLIP_RULE_TRUST, 0.5, 1e-30, 1000.0},                           \
    {                                                                                              \
        name, "auto", kind, SRNN_CLIP_RULE_AUTO, 0.0, 0.0, 0.0                                     \
    }

const struct form clip_forms[] = {
    ALL_RULES("norm", SRNN_CLIP_NORM),
    ALL_RULES("smooth", SRNN_CLIP_SMOOTH),
    {"tensor", NULL, SRNN_CLIP_TENSOR, SRNN_CLIP_RULE_FIXED, 1.0, 1e-30, 1e30},
    {"value", NULL, SRNN_CLIP_VALUE, SRNN_CLIP_RULE_FIXED, 1.0, 1e-30, 1e30},
    {"unit", NULL, SRNN_CLIP_UNIT, SRNN_CLIP_RULE_FIXED, 0.01, 1e-30, 1e30},
    {"error", NULL, CLIP_ERROR, SRNN_CLIP_RULE_FIXED, 15.0, 1e-30, 1e30},
    {"growth", NULL, CLIP_GROWTH, SRNN_CLIP_RULE_FIXED, 10.0, 1.0, 1e30},
    {"none", NULL, CLIP_NONE, SRNN_CLIP_RULE_FIXED, 0.0, 0.0, 0.0},
    {"auto", NULL, CLIP_AUTO, SRNN_CLIP_RULE_FIXED, 0.0, 0.0, 0.0},
    {NULL, NULL, 0, 0, 0.0, 0.0, 0.0},
};

/* RMSProp and Adam divide by the size of earlier gradients: the length of their step is not the
 * rate times a norm, as the rule AUTO needs it. */
struct method clip_choose(uint32_t optimizer)
{
    static const struct method by_step = {SRNN_CLIP_NORM, SRNN_CLIP_RULE_AUTO, 0.0};
    static const struct method by_norms = {SRNN_CLIP_NORM, SRNN_CLIP_RULE_QUANTILE, 0.9};

    return optimizer == SRNN_OPTIMIZER_RMSPROP || optimizer == SRNN_OPTIMIZER_ADAM ? by_norms
                                                                                   : by_step;
}

int clip_has_threshold(uint32_t kind)
{
    return kind != CLIP_NONE && kind != CLIP_ERROR && kind != CLIP_GROWTH;
}
