/* clipper.h - a clipper's options and statistics. */
#ifndef SRNN_CLIPPER_H
#define SRNN_CLIPPER_H

#include "base/base.h"

/* The order of the options' values. */
enum { SRNN__CLIP_THRESHOLD, SRNN__CLIP_POLICY, SRNN__CLIP_LIMIT, SRNN__CLIP_OPTIONS };

/* The order of the statistics, that of their keys from SRNN_CLIP_STEPS on. */
enum {
    SRNN__CLIP_STEPS,
    SRNN__CLIP_FIRED,
    SRNN__CLIP_BAD,
    SRNN__CLIP_LAST_NORM,
    SRNN__CLIP_LAST_NORM_AFTER,
    SRNN__CLIP_MEAN_NORM,
    SRNN__CLIP_LARGEST_NORM,
    SRNN__CLIP_STATISTICS
};

/* All numbers are doubles, so that a checkpoint holds them as they are. */
struct srnn_clipper {
    struct srnn__object object;
    uint32_t kind;
    double option[SRNN__CLIP_OPTIONS];
    double statistic[SRNN__CLIP_STATISTICS];
};

#endif
