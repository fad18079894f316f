/* rules.c - rules that set a clipper's threshold, and statistics of gradients told
 *
 * Only srnn_clipper_tell is seen from outside. It hands apply the function below it, so an image
 * that never tells has none of this.
 *
 * Everything is computed with + - * / and the square root on doubles in a fixed order, so that the
 * thresholds have the same bits on every machine. */
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "kernels/scalar.h"
#include "model/model.h"
#include "update/clipper.h"

#include <string.h>

/* Bounds of loss and rate, and of a threshold that a rule sets: far from where a double overflows
 * or loses digits, whatever is divided by what. */
#define SMALLEST 1e-30
#define LARGEST 1e30

/* A tracked quantile q moves up by a factor of at most 1 + SPEED q, down by one of 1 + SPEED (1 -
 * q). At q = 0.9 it follows a tenfold rise within 350 gradients, a tenfold fall within 1,300.
 * Log-normal values (sigma 0.6) are tracked to 5 % on average, to 20 % at worst, and their median
 * to 28 % at worst. */
#define SPEED 0.02

/* Value n moves it by up to START / n instead of SPEED. The first START values move it as a median,
 * because a high quantile falls slowly. After 50 log-normal values (sigma 0.6) it is wrong by a
 * factor of 1.24 on average and of 2.1 at worst; after 200, of 1.53 at worst. A first value that
 * was wrong by a factor of 1e6 changes neither. With START 10 it is still felt after a thousand. */
#define START 20.0

/* The cosines of about this many gradients are in the mean ALIGNMENT. */
#define ALIGNMENT_MEMORY 100.0

/* Moves *tracked towards the number that the share `quantile` of all values stays below: up when
 * `value` is above it, and else down, by factors whose sizes balance at that share (Andrew et al.
 * 2021, without exp), and not beyond `value`. `values` were tracked before.
 *
 * 0 means that nothing is tracked yet. A *tracked that falls below SMALLEST becomes 0: tracking
 * starts again, at the next value. */
static void track(double *tracked, double value, double quantile, double values)
{
    const double at_start = START / (1.0 + values);
    const double speed = at_start > SPEED ? at_start : SPEED;
    const double share = values < START ? 0.5 : quantile;

    if (*tracked == 0.0) {
        *tracked = value;
    } else if (value > *tracked) {
        const double up = *tracked * (1.0 + speed * share);
        *tracked = up < value ? up : value;
    } else {
        const double down = *tracked / (1.0 + speed * (1.0 - share));
        *tracked = down > value ? down : value;
    }
    if (*tracked < SMALLEST) {
        *tracked = 0.0;
    }
}

/* Returns a threshold within its bounds; NaN becomes the smallest. */
static double bounded(double threshold)
{
    return !(threshold >= SMALLEST) ? SMALLEST : threshold <= LARGEST ? threshold : LARGEST;
}

/* Returns the norm of a whole vector of parameters, or of a tensor, [n]. */
static double norm_of(const float *vector, size_t n)
{
    return srnn__root(srnn__sum_squares(vector, n));
}

/* Adds `gradient` [count] to the mean cosine of successive gradients.
 *
 * A gradient is remembered by 16 sums over its elements. Multiples of the golden ratio spread the
 * elements evenly over the sums, and a hash of the index, the end of MurmurHash3's finalizer,
 * chooses their signs. These must be as if drawn. Signs that are spread evenly too cancel in any
 * run of like elements, so that what the elements have in common is not seen.
 *
 * The cosine of two vectors of sums estimates that of the gradients. Where that is 0 the standard
 * error is 1/4 for a pair, and 1/56 in the mean. Signs are the same for every gradient. So from a
 * direction that all share, which makes their cosine c, the mean has an error of
 * sqrt(2 / 16) |c| (1 - |c|) that stays: 0.09 at most. A gradient whose sums are all 0 has no
 * direction and is in no cosine. */
static void align(srnn_clipper *clipper, const float *gradient, size_t count)
{
    double *const last = clipper->learnt + SRNN__CLIP_LAST_SUMS;
    double *const mean = &clipper->statistic[SRNN__CLIP_ALIGNMENT];
    double sum[SRNN__CLIP_SUMS] = {0.0};
    double product = 0.0, square = 0.0, last_square = 0.0;

    for (size_t i = 0; i < count; i++) {
        const uint32_t spread = (uint32_t)i * 2654435769u; /* 2^32 / the golden ratio */
        const uint32_t mixed = (spread ^ spread >> 13) * 0xc2b2ae35u;
        /* A branch on the sign would be mispredicted half the time. */
        sum[spread >> 28] +=
            (double)srnn__float_from_bits(srnn__float_bits(gradient[i]) ^ (mixed & 0x80000000u));
    }
    for (uint32_t i = 0; i < SRNN__CLIP_SUMS; i++) {
        product += sum[i] * last[i];
        square += sum[i] * sum[i];
        last_square += last[i] * last[i];
    }
    memcpy(last, sum, sizeof sum);
    if (square * last_square > 0.0) {
        const double cosine = product / srnn__root(square * last_square);
        const double share = 1.0 / (1.0 + clipper->learnt[SRNN__CLIP_ALIGNED]);

        *mean +=
            (cosine - *mean) * (share > 1.0 / ALIGNMENT_MEMORY ? share : 1.0 / ALIGNMENT_MEMORY);
        *mean = *mean > 1.0 ? 1.0 : *mean < -1.0 ? -1.0 : *mean;
        clipper->learnt[SRNN__CLIP_ALIGNED] += 1.0;
    }
}

/* Returns the threshold of RULE POLYAK. At a gradient of norm n the step is rate x n long and takes
 * away rate x n^2 of the loss, to first order; at this norm that is the share POLYAK. */
static double polyak_threshold(const srnn_clipper *clipper)
{
    return bounded(srnn__root(clipper->option[SRNN__CLIP_POLYAK] * clipper->loss / clipper->rate));
}

/* Returns the threshold of RULE TRUST. A step along w_rec itself, of the share e of its length,
 * changes a product of T Jacobians by a factor of (1 + e)^T. */
static double trust_threshold(const srnn_clipper *clipper, const srnn_model *model)
{
    struct srnn__parameters w;

    srnn__model_split(model, &w);
    return bounded(clipper->option[SRNN__CLIP_TRUST] *
                   norm_of(w.w_rec, (size_t)model->hidden * model->hidden) /
                   (clipper->rate * clipper->steps));
}

/* Returns the threshold of RULE AUTO, or of POLYAK without a model's weights. */
static double auto_threshold(const srnn_clipper *clipper, const srnn_model *model)
{
    const double polyak = polyak_threshold(clipper);
    const double trust =
        srnn__model_ready(model) == SRNN_OK ? trust_threshold(clipper, model) : polyak;

    return polyak < trust ? polyak : trust;
}

/* Returns the threshold that RULE gives, before this gradient has moved what is learnt. `automatic`
 * is that of RULE AUTO. */
static double threshold_of(const srnn_clipper *clipper, const srnn_model *model, double automatic)
{
    const double *const option = clipper->option;
    const double *const statistic = clipper->statistic;
    const double norm = statistic[SRNN__CLIP_LAST_NORM];
    const double tracked = clipper->learnt[SRNN__CLIP_TRACKED];
    const double mean = statistic[SRNN__CLIP_MEAN_NORM];
    const double finite_steps = statistic[SRNN__CLIP_STEPS] - statistic[SRNN__CLIP_BAD];

    switch ((int32_t)option[SRNN__CLIP_RULE]) {
    case SRNN_CLIP_RULE_FIXED:
        return option[SRNN__CLIP_THRESHOLD];
    case SRNN_CLIP_RULE_QUANTILE:
        return bounded(tracked != 0.0 ? tracked : norm);
    case SRNN_CLIP_RULE_MEAN:
        return bounded(option[SRNN__CLIP_FACTOR] * (mean + (norm - mean) / finite_steps));
    case SRNN_CLIP_RULE_POLYAK:
        return polyak_threshold(clipper);
    case SRNN_CLIP_RULE_TRUST:
        return trust_threshold(clipper, model);
    default:
        return automatic;
    }
}

/* Adds `gradient` [count] and what was told of it to what is learnt, and to the statistics of
 * gradients told. `suggested` is the threshold that RULE AUTO gives. */
static void learn(srnn_clipper *clipper, const float *gradient, size_t count, double suggested)
{
    double *const statistic = clipper->statistic;
    double *const learnt = clipper->learnt;
    const double norm = statistic[SRNN__CLIP_LAST_NORM];
    const double told = learnt[SRNN__CLIP_TOLD];
    const double loss = clipper->loss > SMALLEST ? clipper->loss : SMALLEST;

    track(&learnt[SRNN__CLIP_TRACKED], norm, clipper->option[SRNN__CLIP_QUANTILE], told);
    track(&statistic[SRNN__CLIP_MEDIAN], norm, 0.5, told);
    track(&statistic[SRNN__CLIP_DECILE], norm, 0.9, told);
    if (statistic[SRNN__CLIP_DECILE] < statistic[SRNN__CLIP_MEDIAN]) {
        statistic[SRNN__CLIP_DECILE] = statistic[SRNN__CLIP_MEDIAN];
    }
    track(&statistic[SRNN__CLIP_SUGGESTED], suggested, 0.5, told);
    track(&statistic[SRNN__CLIP_PROMISED], clipper->rate * norm * norm / loss, 0.5, told);
    align(clipper, gradient, count);
    learnt[SRNN__CLIP_TOLD] += 1.0;
}

/* What tell hands to apply: srnn__clip at the threshold of the rule. */
static void clip_by_rule(srnn_clipper *clipper, const srnn_model *model, float *gradient,
                         size_t count)
{
    double *const statistic = clipper->statistic;
    const double automatic = auto_threshold(clipper, model);

    statistic[SRNN__CLIP_USED] = threshold_of(clipper, model, automatic);
    learn(clipper, gradient, count, automatic);
    srnn__clip(clipper, model, gradient, count);
    if (srnn__model_ready(model) == SRNN_OK) {
        const double weights = norm_of(srnn_model_parameters_const(model), count);
        const double step = clipper->rate * statistic[SRNN__CLIP_LAST_NORM_AFTER];

        if (weights > 0.0 && step / weights > statistic[SRNN__CLIP_LONGEST_STEP]) {
            statistic[SRNN__CLIP_LONGEST_STEP] = step / weights;
        }
    }
}

/* The sum turns a loss of -0 into 0. */
int32_t srnn_clipper_tell(srnn_clipper *clipper, double loss, double rate, uint32_t steps)
{
    if (!srnn__alive(clipper, SRNN__TAG_CLIPPER)) {
        return SRNN_E_ARGUMENT;
    }
    if (!(loss >= 0.0 && loss <= LARGEST && rate >= SMALLEST && rate <= LARGEST) || steps == 0) {
        return SRNN_E_RANGE;
    }
    clipper->loss = loss + 0.0;
    clipper->rate = rate;
    clipper->steps = steps;
    clipper->rule = clip_by_rule;
    return SRNN_OK;
}
