/* clipper.c - clipping of the gradient, and statistics of its norm
 *
 * Norms are summed in double. The square of a float neither overflows nor
 * underflows there, so entries of 1e20 and of 1e-30 are clipped correctly. */
#include "update/clipper.h"
#include "base/compiler.h"
#include "base/option.h"
#include "kernels/scalar.h"
#include "model/model.h"

#include <string.h>

/* SRNN_POLICY_REPAIR replaces a gradient by this factor times w_rec, so that the
 * update shrinks w_rec a little. The paper (section 3.2) clips finite gradients only.
 * The factor is that of the script which its authors published. */
#define REPAIR_FACTOR 0.02f

static const struct srnn__option options[SRNN__CLIP_OPTIONS] = {
    {SRNN_CLIP_THRESHOLD, 0, 1.0, SRNN__ABOVE_ZERO, SRNN__INFINITY},
    {SRNN_CLIP_POLICY, 1, SRNN_POLICY_REFUSE, SRNN_POLICY_REFUSE, SRNN_POLICY_REPAIR},
    {SRNN_CLIP_LIMIT, 0, SRNN__INFINITY, SRNN__ABOVE_ZERO, SRNN__INFINITY},
};

/* Returns whether this is a live clipper. */
static int alive(const srnn_clipper *clipper)
{
    return srnn__alive(clipper, SRNN__TAG_CLIPPER);
}

size_t srnn_clipper_size(void)
{
    return sizeof(srnn_clipper);
}

int32_t srnn_clipper_init(void *memory, size_t size, uint32_t kind, srnn_clipper **clipper)
{
    srnn_clipper *new_clipper = memory;
    int32_t status;

    if (clipper == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (kind < SRNN_CLIP_NORM || kind > SRNN_CLIP_TENSOR) {
        return SRNN_E_RANGE;
    }
    status = srnn__place(memory, size, sizeof *new_clipper);
    if (status != SRNN_OK) {
        return status;
    }
    memset(new_clipper, 0, sizeof *new_clipper);
    srnn__object_begin(&new_clipper->object, SRNN__TAG_CLIPPER, sizeof *new_clipper);
    new_clipper->kind = kind;
    srnn__options_reset(options, SRNN__CLIP_OPTIONS, new_clipper->option);
    *clipper = new_clipper;
    return SRNN_OK;
}

void srnn_clipper_destroy(srnn_clipper *clipper)
{
    srnn__object_end(clipper, SRNN__TAG_CLIPPER);
}

/* Returns whether a key names a statistic, which is read only. */
static int is_statistic(uint32_t key)
{
    return key >= SRNN_CLIP_STEPS && key <= SRNN_CLIP_SUGGESTED;
}

int32_t srnn_clipper_set(srnn_clipper *clipper, uint32_t key, double value)
{
    if (!alive(clipper)) {
        return SRNN_E_ARGUMENT;
    }
    if (is_statistic(key)) {
        return SRNN_E_READ_ONLY;
    }
    return srnn__options_set(options, SRNN__CLIP_OPTIONS, clipper->option, key, value);
}

int32_t srnn_clipper_get(const srnn_clipper *clipper, uint32_t key, double *value)
{
    if (!alive(clipper) || value == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (is_statistic(key)) {
        *value = clipper->statistic[key == SRNN_CLIP_SUGGESTED ? SRNN__CLIP_MEAN_NORM
                                                               : key - SRNN_CLIP_STEPS];
        return SRNN_OK;
    }
    return srnn__options_get(options, SRNN__CLIP_OPTIONS, clipper->option, key, value);
}

int32_t srnn_clipper_reset(srnn_clipper *clipper)
{
    if (!alive(clipper)) {
        return SRNN_E_ARGUMENT;
    }
    memset(clipper->statistic, 0, sizeof clipper->statistic);
    return SRNN_OK;
}

/* Scales `gradient` [n] down to `threshold` if its norm is at least that:
 * g = g x threshold / |g| (paper, Algorithm 1). Returns the norm afterwards and
 * sets *fired if it clipped. threshold / |g| can be too small for a float, so the
 * product is taken in double. */
static SRNN__NOINLINE double clip_norm(float *gradient, size_t n, double norm, double threshold,
                                       int *fired)
{
    double factor;

    SRNN__ASSERT(norm >= 0.0 && threshold > 0.0);
    if (!(norm >= threshold)) {
        return norm;
    }
    factor = threshold / norm;
    for (size_t i = 0; i < n; i++) {
        gradient[i] = (float)((double)gradient[i] * factor);
    }
    *fired = 1;
    return threshold;
}

/* Applies Algorithm 1 to each tensor of `gradient` [parameters] on its own.
 * Returns the norm of the whole gradient afterwards. */
static double clip_tensors(const srnn_model *model, float *gradient, double threshold, int *fired)
{
    double square = 0.0;

    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        float *part = srnn__tensor_of(model, gradient, tensor);
        uint32_t rows, columns;
        size_t n;
        double norm_after;
        if (part == NULL) {
            continue;
        }
        srnn__tensor_shape(model, tensor, &rows, &columns);
        n = (size_t)rows * columns;
        norm_after = clip_norm(part, n, srnn__root(srnn__sum_squares(part, n)), threshold, fired);
        square += norm_after * norm_after;
    }
    return srnn__root(square);
}

/* Limits each element of `gradient` [n] to +/- threshold. Returns the norm
 * afterwards. */
static double clip_values(float *gradient, size_t n, double threshold, int *fired)
{
    for (size_t i = 0; i < n; i++) {
        const double value = (double)gradient[i];
        if (value > threshold || value < -threshold) {
            gradient[i] = (float)(value > 0.0 ? threshold : -threshold);
            *fired = 1;
        }
    }
    return srnn__root(srnn__sum_squares(gradient, n));
}

/* Applies the clipper's policy to `gradient` [n], whose norm is not finite or above
 * the limit. Errors: NONFINITE (policy REFUSE; the gradient stays as it is). */
static int32_t apply_policy(const srnn_clipper *clipper, const srnn_model *model, float *gradient,
                            size_t n)
{
    const double policy = clipper->option[SRNN__CLIP_POLICY];

    if (policy == SRNN_POLICY_REFUSE) {
        return SRNN_E_NONFINITE;
    }
    memset(gradient, 0, n * sizeof *gradient);
    if (policy == SRNN_POLICY_REPAIR) {
        struct srnn__parameters parameters;
        float *part = srnn__tensor_of(model, gradient, SRNN__W_REC);
        srnn__model_split(model, &parameters);
        for (size_t i = 0; i < (size_t)model->hidden * model->hidden; i++) {
            part[i] = REPAIR_FACTOR * parameters.w_rec[i];
        }
    }
    return SRNN_OK;
}

/* Checks that `model` has what the kind and the policy need; it may be NULL where
 * they need nothing. Errors: ARGUMENT, SHAPE, STATE. */
static int32_t check_model(const srnn_clipper *clipper, const srnn_model *model, size_t count)
{
    const int needs_weights = clipper->option[SRNN__CLIP_POLICY] == SRNN_POLICY_REPAIR;

    if (model == NULL) {
        return clipper->kind == SRNN_CLIP_TENSOR || needs_weights ? SRNN_E_ARGUMENT : SRNN_OK;
    }
    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    if (count != model->count) {
        return SRNN_E_SHAPE;
    }
    return needs_weights ? srnn__model_ready(model) : SRNN_OK;
}

/* Adds a gradient that the policy is not for to the statistics. The mean is updated in place,
 * mean += (norm - mean) / n, because a sum of norms could overflow. */
static void record(srnn_clipper *clipper, double norm, double norm_after, int fired)
{
    double *statistic = clipper->statistic;
    double finite_steps;

    statistic[SRNN__CLIP_STEPS] += 1.0;
    statistic[SRNN__CLIP_FIRED] += fired;
    finite_steps = statistic[SRNN__CLIP_STEPS] - statistic[SRNN__CLIP_BAD];
    statistic[SRNN__CLIP_LAST_NORM] = norm;
    statistic[SRNN__CLIP_LAST_NORM_AFTER] = norm_after;
    statistic[SRNN__CLIP_MEAN_NORM] += (norm - statistic[SRNN__CLIP_MEAN_NORM]) / finite_steps;
    if (norm > statistic[SRNN__CLIP_LARGEST_NORM]) {
        statistic[SRNN__CLIP_LARGEST_NORM] = norm;
    }
}

int32_t srnn_clipper_apply(srnn_clipper *clipper, const srnn_model *model, float *gradient,
                           size_t count, double *norm)
{
    double norm_before, norm_after, threshold;
    int fired = 0;
    int32_t status;

    if (!alive(clipper) || gradient == NULL) {
        return SRNN_E_ARGUMENT;
    }
    status = check_model(clipper, model, count);
    if (status != SRNN_OK) {
        return status;
    }
    threshold = clipper->option[SRNN__CLIP_THRESHOLD];
    norm_before = srnn__root(srnn__sum_squares(gradient, count));
    if (!(norm_before - norm_before == 0.0 && norm_before <= clipper->option[SRNN__CLIP_LIMIT])) {
        status = apply_policy(clipper, model, gradient, count);
        if (status == SRNN_OK) {
            clipper->statistic[SRNN__CLIP_STEPS] += 1.0;
            clipper->statistic[SRNN__CLIP_BAD] += 1.0;
        }
    } else {
        switch (clipper->kind) {
        case SRNN_CLIP_TENSOR:
            norm_after = clip_tensors(model, gradient, threshold, &fired);
            break;
        case SRNN_CLIP_VALUE:
            norm_after = clip_values(gradient, count, threshold, &fired);
            break;
        default:
            norm_after = clip_norm(gradient, count, norm_before, threshold, &fired);
            break;
        }
        record(clipper, norm_before, norm_after, fired);
    }
    if (status == SRNN_OK && norm != NULL) {
        *norm = norm_before;
    }
    return status;
}
