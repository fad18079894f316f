/* clippers.c - clippers of each kind, and a gradient for them */
#include "clippers.h"

#include <math.h>
#include <string.h>

const uint32_t clipper_kinds[CLIPPER_KINDS] = {SRNN_CLIP_NORM, SRNN_CLIP_VALUE, SRNN_CLIP_TENSOR,
                                               SRNN_CLIP_SMOOTH, SRNN_CLIP_UNIT};

int has_rules(uint32_t kind)
{
    return kind == SRNN_CLIP_NORM || kind == SRNN_CLIP_SMOOTH;
}

srnn_clipper *clipper_of(struct rig *rig, uint32_t kind)
{
    rig->shape.clipper_kind = kind;
    return rig_placed(rig, HANDLE_CLIPPER);
}

double clipper_value(const srnn_clipper *clipper, uint32_t key)
{
    double value = NAN;

    SUCCEEDS(srnn_clipper_get(clipper, key, &value));
    return value;
}

void fill_gradient(struct rig *rig, float first, float last)
{
    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    rig->gradient[0] = first;
    rig->gradient[rig->count - 1] = last;
}

int32_t apply_clipper(struct rig *rig, srnn_clipper *clipper)
{
    return srnn_clipper_apply(clipper, rig->model, rig->gradient, rig->count, NULL);
}
