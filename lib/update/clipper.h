/* clipper.h - a clipper's options, statistics, and what its rules have learnt. */
#ifndef SRNN_CLIPPER_H
#define SRNN_CLIPPER_H

#include "base/base.h"

/* Indices into `option`. The keys in srnn.h have the same order. */
enum {
    SRNN__CLIP_THRESHOLD,
    SRNN__CLIP_POLICY,
    SRNN__CLIP_LIMIT,
    SRNN__CLIP_RULE,
    SRNN__CLIP_QUANTILE,
    SRNN__CLIP_FACTOR,
    SRNN__CLIP_POLYAK,
    SRNN__CLIP_TRUST,
    SRNN__CLIP_OPTIONS
};

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
    SRNN__CLIP_SUGGESTED, /* median of Polyak's thresholds; 0 before the first tell */
    SRNN__CLIP_USED,
    SRNN__CLIP_MEDIAN,
    SRNN__CLIP_DECILE,
    SRNN__CLIP_PROMISED,
    SRNN__CLIP_LONGEST_STEP,
    SRNN__CLIP_ALIGNMENT,
    SRNN__CLIP_STATISTICS
};

/* The sums by which two gradients are compared (rules.c). */
#define SRNN__CLIP_SUMS 16u

/* Indices into `learnt`: what rules and statistics remember between gradients, and no key shows. */
enum {
    SRNN__CLIP_TOLD,      /* gradients that tell came before */
    SRNN__CLIP_ALIGNED,   /* cosines in the mean ALIGNMENT */
    SRNN__CLIP_TRACKED,   /* the norm of RULE QUANTILE */
    SRNN__CLIP_LAST_SUMS, /* [SUMS] sums of the last gradient told */
    SRNN__CLIP_LEARNT = SRNN__CLIP_LAST_SUMS + SRNN__CLIP_SUMS
};

/* Returns the threshold for `gradient` [count], whose norm is finite and met no policy, after it
 * has moved all that is learnt and the statistics of gradients told. `model` may be NULL where RULE
 * TRUST is not set. */
typedef double srnn__clip_rule_fn(srnn_clipper *clipper, const srnn_model *model,
                                  const float *gradient, size_t count, double norm);

/* Counts are doubles too: a checkpoint stores options, statistics and `learnt` as one vector.
 *
 * `rule` is set by srnn_clipper_tell alone. So the linker leaves rules.c out of an image that never
 * calls it. */
struct srnn_clipper {
    struct srnn__object object;
    uint32_t kind;          /* SRNN_CLIP_NORM .. SRNN_CLIP_UNIT */
    uint32_t policy;        /* option POLICY; as an integer it is quicker to compare */
    uint32_t needs_weights; /* 1 if the kind, policy or rule reads the model's parameters */
    uint32_t needs_tell;    /* 1 unless RULE is FIXED */
    double option[SRNN__CLIP_OPTIONS];
    double statistic[SRNN__CLIP_STATISTICS];
    double learnt[SRNN__CLIP_LEARNT];
    srnn__clip_rule_fn *rule; /* NULL if the next gradient has not been told of */
    double loss, rate;        /* what tell was given */
    double step_of_one;       /* relative step of a gradient of norm 1; 0 outside apply */
};

#endif
