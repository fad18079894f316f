/* rules.c - rules that set a clipper's threshold, and statistics of gradients told
 *
 * Only srnn_clipper_tell is seen from outside. It hands apply the function below it, so an image
 * that never tells has none of this.
 *
 * Everything is computed with + - * / and the square root on doubles in a fixed order, so that the
 * thresholds have the same bits on every machine. */
#include "base/compiler.h"
#include "kernels/scalar.h"
#include "model/model.h"
#include "update/clipper.h"

#include <string.h>

/* Bounds of loss and rate, and of a threshold that a rule sets: far from where a double overflows
 * or loses digits, whatever is divided by what. */
#define SMALLEST 1e-30
#define LARGEST 1e30

/* A tracked quantile moves by factors of at most 1 + SPEED. 2 % follows a tenfold change within
 * some hundreds of gradients; the share of norms above it stays right to a few percent. */
#define SPEED 0.02

/* The cosines of about this many gradients are in the mean ALIGNMENT. */
#define ALIGNMENT_MEMORY 100.0

/* Moves *tracked towards the number that the share `quantile` of all values stays below: up when
 * `value` is above it, and else down, by factors whose sizes balance at that share (Andrew et al.
 * 2021, without exp). `values` were tracked before; the first ones move it farther.
 *
 * 0 means that nothing is tracked yet. Values below SMALLEST count as 0, and 0 is below everything.
 * When so many came that *tracked is below SMALLEST too, it is 0 and begins anew. */
static void track(double *tracked, double value, double quantile, double values)
{
    const double start = 1.0 / (1.0 + values);
    const double speed = start > SPEED ? start : SPEED;

    if (*tracked == 0.0) {
        *tracked = value;
    } else if (value > *tracked) {
        *tracked *= 1.0 + speed * quantile;
    } else {
        *tracked /= 1.0 + speed * (1.0 - quantile);
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
 * A gradient is remembered by 16 sums over its elements, with signs that a hash of the index
 * chooses. The cosine of two vectors of sums estimates that of the gradients without bias in its
 * numerator, with a standard error of 1/4, and of 1/40 in the mean of a hundred. A gradient whose
 * sums are all 0 has no direction and is in no cosine. */
static void align(srnn_clipper *clipper, const float *gradient, size_t count)
{
    double *const last = clipper->learnt + SRNN__CLIP_LAST_SUMS;
    double *const mean = &clipper->statistic[SRNN__CLIP_ALIGNMENT];
    double sum[SRNN__CLIP_SUMS] = {0.0};
    double product = 0.0, square = 0.0, last_square = 0.0;

    for (size_t i = 0; i < count; i++) {
        const uint32_t hash = (uint32_t)i * 2654435769u; /* 2^32 / the golden ratio */
        const double element = (double)gradient[i];
        sum[hash >> 28] += (hash >> 27 & 1u) != 0 ? -element : element;
    }
    for (uint32_t i = 0; i < SRNN__CLIP_SUMS; i++) {
        product += sum[i] * last[i];
        square += sum[i] * sum[i];
        last_square += last[i] * last[i];
    }
    memcpy(last, sum, sizeof sum);
    if (square > 0.0 && last_square > 0.0) {
        const double cosine = product / srnn__root(square * last_square);
        const double share = 1.0 / (1.0 + clipper->learnt[SRNN__CLIP_ALIGNED]);

        *mean +=
            (cosine - *mean) * (share > 1.0 / ALIGNMENT_MEMORY ? share : 1.0 / ALIGNMENT_MEMORY);
        *mean = *mean > 1.0 ? 1.0 : *mean < -1.0 ? -1.0 : *mean;
        clipper->learnt[SRNN__CLIP_ALIGNED] += 1.0;
    }
}

/* Returns the threshold that RULE gives, before `norm` has moved anything. `polyak` is what RULE
 * POLYAK gives. */
static double threshold_of(const srnn_clipper *clipper, const srnn_model *model, double norm,
                           double polyak)
{
    const double *const option = clipper->option;
    const double *const statistic = clipper->statistic;
    struct srnn__parameters w;

    switch ((int32_t)option[SRNN__CLIP_RULE]) {
    case SRNN_RULE_FIXED:
        return option[SRNN__CLIP_THRESHOLD];
    case SRNN_RULE_QUANTILE:
        return bounded(clipper->learnt[SRNN__CLIP_TRACKED] != 0.0
                           ? clipper->learnt[SRNN__CLIP_TRACKED]
                           : norm);
    case SRNN_RULE_MEAN: {
        const double before = statistic[SRNN__CLIP_MEAN_NORM];
        const double n = statistic[SRNN__CLIP_STEPS] - statistic[SRNN__CLIP_BAD] + 1.0;
        return bounded(option[SRNN__CLIP_FACTOR] * (before + (norm - before) / n));
    }
    case SRNN_RULE_POLYAK:
        return polyak;
    default:
        srnn__model_split(model, &w);
        return bounded(option[SRNN__CLIP_TRUST] *
                       norm_of(w.w_rec, (size_t)model->hidden * model->hidden) / clipper->rate);
    }
}

/* The function of clipper.h. */
static double use_what_was_told(srnn_clipper *clipper, const srnn_model *model,
                                const float *gradient, size_t count, double norm)
{
    double *const statistic = clipper->statistic;
    double *const learnt = clipper->learnt;
    const double told = learnt[SRNN__CLIP_TOLD];
    const double loss = clipper->loss > SMALLEST ? clipper->loss : SMALLEST;
    const double polyak =
        bounded(srnn__root(clipper->option[SRNN__CLIP_POLYAK] * clipper->loss / clipper->rate));
    const double threshold = threshold_of(clipper, model, norm, polyak);

    track(&learnt[SRNN__CLIP_TRACKED], norm, clipper->option[SRNN__CLIP_QUANTILE], told);
    track(&statistic[SRNN__CLIP_MEDIAN], norm, 0.5, told);
    track(&statistic[SRNN__CLIP_DECILE], norm, 0.9, told);
    track(&statistic[SRNN__CLIP_SUGGESTED], polyak, 0.5, told);
    track(&statistic[SRNN__CLIP_PROMISED], clipper->rate * norm * norm / loss, 0.5, told);
    align(clipper, gradient, count);
    learnt[SRNN__CLIP_TOLD] += 1.0;
    if (srnn__model_ready(model) == SRNN_OK) {
        const double weights = norm_of(srnn_model_parameters_const(model), count);
        clipper->step_of_one = weights > 0.0 ? clipper->rate / weights : 0.0;
    }
    return threshold;
}

/* The sum turns a loss of -0 into 0. */
int32_t srnn_clipper_tell(srnn_clipper *clipper, double loss, double rate)
{
    if (!srnn__alive(clipper, SRNN__TAG_CLIPPER)) {
        return SRNN_E_ARGUMENT;
    }
    if (!(loss >= 0.0 && loss <= LARGEST && rate >= SMALLEST && rate <= LARGEST)) {
        return SRNN_E_RANGE;
    }
    clipper->loss = loss + 0.0;
    clipper->rate = rate;
    clipper->rule = use_what_was_told;
    return SRNN_OK;
}
