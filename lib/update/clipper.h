/* clipper.h - a clipper's options and statistics. */
#ifndef SRNN_CLIPPER_H
#define SRNN_CLIPPER_H

#include "base/base.h"

/* Indices into `option`. The keys in srnn.h have the same order. */
enum { SRNN__CLIP_THRESHOLD, SRNN__CLIP_POLICY, SRNN__CLIP_LIMIT, SRNN__CLIP_OPTIONS };

/* Indices into `statistic`. The keys in srnn.h have the same order, from
 * SRNN_CLIP_STEPS on. */
enum {
    SRNN__CLIP_STEPS, /* gradients, without those that the policy refused */
    SRNN__CLIP_FIRED, /* gradients that were clipped */
    SRNN__CLIP_BAD,   /* gradients that the policy replaced; the rest leaves them out */
    SRNN__CLIP_LAST_NORM,
    SRNN__CLIP_LAST_NORM_AFTER,
    SRNN__CLIP_MEAN_NORM,
    SRNN__CLIP_LARGEST_NORM,
    SRNN__CLIP_STATISTICS
};

/* Counts are doubles too: a checkpoint stores options and statistics as one vector. */
struct srnn_clipper {
    struct srnn__object object;
    uint32_t kind; /* SRNN_CLIP_NORM, SRNN_CLIP_VALUE or SRNN_CLIP_TENSOR */
    double option[SRNN__CLIP_OPTIONS];
    double statistic[SRNN__CLIP_STATISTICS];
};

#endif
