/* clipper.h - a clipper's options, statistics, and what its rules have learnt. */
#ifndef SRNN_CLIPPER_H
#define SRNN_CLIPPER_H

#include "base/option.h"

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

/* Their bounds, and what a new object has there. */
extern const struct srnn__option srnn__clip_options[SRNN__CLIP_OPTIONS];
extern const double srnn__clip_presets[SRNN__CLIP_OPTIONS];

/* Indices into `statistic`. The keys in srnn.h have the same order, from
 * SRNN_CLIP_STEPS on. */
enum {
    SRNN__CLIP_STEPS, /* gradients */
    SRNN__CLIP_FIRED, /* gradients that were clipped */
    SRNN__CLIP_BAD,   /* gradients that met the policy; the rest leaves them out */
    SRNN__CLIP_LAST_NORM,
    SRNN__CLIP_LAST_NORM_AFTER,
    SRNN__CLIP_MEAN_NORM,
    SRNN__CLIP_LARGEST_NORM,
    SRNN__CLIP_SUGGESTED, /* median of AUTO's thresholds; get gives MEAN_NORM before a tell */
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

/* Clips `gradient` [count] and adds it to the statistics. STEPS has counted it, LAST_NORM is its
 * norm, and no policy is for it. `model` has what the kind and the rule need. srnn__clip takes the
 * threshold from USED. */
typedef void srnn__clip_fn(srnn_clipper *clipper, const srnn_model *model, float *gradient,
                           size_t count);

/* Counts are doubles too, as in a file.
 *
 * `rule` is set by srnn_clipper_tell alone. So the linker leaves rules.c out of an image that never
 * calls it. */
struct srnn_clipper {
    struct srnn__object object;
    uint32_t kind;          /* SRNN_CLIP_NORM .. SRNN_CLIP_UNIT */
    uint32_t policy;        /* option POLICY; an integer is compared in less code */
    uint32_t needs_weights; /* 1 if the kind, policy or rule reads the model's parameters */
    uint32_t needs_tell;    /* 1 unless RULE is FIXED */
    uint32_t fired;         /* 1 once the gradient in srnn__clip was clipped */
    double factor;          /* by which it, or a part of it, is clipped */
    double option[SRNN__CLIP_OPTIONS];
    double statistic[SRNN__CLIP_STATISTICS];
    double learnt[SRNN__CLIP_LEARNT];
    srnn__clip_fn *rule; /* clips the next gradient; NULL if it has not been told of */
    double loss, rate;   /* what tell was given */
    uint32_t steps;
};

srnn__clip_fn srnn__clip;

/* Checks a value of an option for a clipper of a kind, and stores it in `values` [OPTIONS].
 * Errors: OPTION, RANGE, UNSUPPORTED; `values` is then as before. */
int32_t srnn__clipper_option(uint32_t kind, double *values, uint32_t key, double value);

#endif
