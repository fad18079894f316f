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
    {SRNN_CLIP_RULE, 1, SRNN_RULE_FIXED, SRNN_RULE_FIXED, SRNN_RULE_TRUST},
    {SRNN_CLIP_QUANTILE, 0, 0.9, 0.01, 0.99},
    {SRNN_CLIP_FACTOR, 0, 1.0, 0.001, 1000.0},
    {SRNN_CLIP_POLYAK, 0, 0.1, SRNN__ABOVE_ZERO, 1.0},
    {SRNN_CLIP_TRUST, 0, 0.01, SRNN__ABOVE_ZERO, 1.0},
};

/* The smallest norm that UNIT takes a unit's parameters to have, so that biases and states that
 * begin at zero can move (Brock et al. 2021, epsilon). */
#define SMALLEST_UNIT 0.001

/* Sets what apply reads of the options and the kind. */
static void derive(srnn_clipper *clipper)
{
    const double *const option = clipper->option;

    clipper->policy = (uint32_t)option[SRNN__CLIP_POLICY];
    clipper->needs_tell = option[SRNN__CLIP_RULE] != SRNN_RULE_FIXED;
    clipper->needs_weights = clipper->kind == SRNN_CLIP_UNIT ||
                             clipper->policy == SRNN_POLICY_REPAIR ||
                             option[SRNN__CLIP_RULE] == SRNN_RULE_TRUST;
}

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
    if (kind < SRNN_CLIP_NORM || kind > SRNN_CLIP_UNIT) {
        return SRNN_E_RANGE;
    }
    status = srnn__place(memory, size, sizeof *new_clipper);
    if (status != SRNN_OK) {
        return status;
    }
    memset(new_clipper, 0, sizeof *new_clipper);
    srnn__object_begin(&new_clipper->object, SRNN__TAG_CLIPPER, sizeof *new_clipper);
    new_clipper->kind = kind;
    new_clipper->needs_weights = kind == SRNN_CLIP_UNIT;
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
    return key >= SRNN_CLIP_STEPS && key <= SRNN_CLIP_ALIGNMENT;
}

/* Kinds whose threshold is not of the whole gradient's norm take no rule. */
int32_t srnn_clipper_set(srnn_clipper *clipper, uint32_t key, double value)
{
    int32_t status;

    if (!alive(clipper)) {
        return SRNN_E_ARGUMENT;
    }
    if (key == SRNN_CLIP_RULE && value >= SRNN_RULE_QUANTILE && value <= SRNN_RULE_TRUST &&
        clipper->kind != SRNN_CLIP_NORM && clipper->kind != SRNN_CLIP_SMOOTH) {
        return SRNN_E_UNSUPPORTED;
    }
    if (is_statistic(key)) {
        return SRNN_E_READ_ONLY;
    }
    status = srnn__options_set(options, SRNN__CLIP_OPTIONS, clipper->option, key, value);
    derive(clipper);
    return status;
}

int32_t srnn_clipper_get(const srnn_clipper *clipper, uint32_t key, double *value)
{
    if (!alive(clipper) || value == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (is_statistic(key)) {
        const uint32_t i = key - SRNN_CLIP_STEPS;
        const int untold = i == SRNN__CLIP_SUGGESTED && clipper->statistic[i] == 0.0;
        *value = clipper->statistic[untold ? SRNN__CLIP_MEAN_NORM : i];
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
    memset(clipper->learnt, 0, sizeof clipper->learnt);
    return SRNN_OK;
}

/* Returns the factor that brings a norm down to `threshold` by Algorithm 1 of the paper,
 * threshold / norm if the norm is at least that, and else 1. SMOOTH has threshold / (threshold +
 * norm), except that an infinite threshold shortens nothing. Sets *fired if it clips. */
static double factor_of(uint32_t kind, double norm, double threshold, int *fired)
{
    SRNN__ASSERT(norm >= 0.0 && threshold > 0.0);
    if (kind == SRNN_CLIP_SMOOTH && threshold - threshold == 0.0) {
        norm += threshold;
    }
    if (!(norm >= threshold)) {
        return 1.0;
    }
    *fired = 1;
    return threshold / norm;
}

/* Clips `gradient` [n], of norm `norm`, as a whole. Returns the norm afterwards. A factor can be
 * too small for a float, so the product is taken in double. */
static double clip_norm(const srnn_clipper *clipper, float *gradient, size_t n, double norm,
                        double threshold, int *fired)
{
    const double factor = factor_of(clipper->kind, norm, threshold, fired);

    if (factor == 1.0) {
        return norm;
    }
    for (size_t i = 0; i < n; i++) {
        gradient[i] = (float)((double)gradient[i] * factor);
    }
    return clipper->kind == SRNN_CLIP_SMOOTH ? norm * factor : threshold;
}

/* Parameters that are clipped together: the columns from `first` on, `width` of them, of those
 * tensors whose bits are set. */
struct group {
    uint32_t tensors; /* bits 1 << SRNN__W_IN .. */
    size_t first;     /* first element of each tensor */
    size_t stride;    /* from one element to the next; 0 for the tensor's columns */
};

/* Returns the norm of a group's elements in `vector` [parameters], summed as srnn__sum_squares
 * does, and multiplies them by `factor` in `scaled` unless that is NULL. A factor can be too small
 * for a float, so the product is taken in double. */
static double walk(const srnn_model *model, const struct group *group, const float *vector,
                   float *scaled, double factor)
{
    double part[8] = {0.0};
    size_t lane = 0;

    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        const size_t offset = model->offset[tensor];
        uint32_t rows, columns;
        size_t n, stride;

        if ((group->tensors >> tensor & 1u) == 0 || offset == SRNN__ABSENT) {
            continue;
        }
        srnn__tensor_shape(model, tensor, &rows, &columns);
        n = (size_t)rows * columns;
        stride = group->stride != 0 ? group->stride : columns;
        for (size_t i = offset + group->first; i < offset + n; i += stride) {
            const double x = (double)vector[i];
            part[lane++ % 8] += x * x;
            if (scaled != NULL) {
                scaled[i] = (float)(x * factor);
            }
        }
    }
    return srnn__root(srnn__sum_parts_call(part));
}

/* Clips each tensor of `gradient` [parameters] on its own, or with kind UNIT each unit, whose
 * threshold is in parts of the norm of its weights. Returns the norm of the whole gradient
 * afterwards. */
static double clip_groups(const srnn_clipper *clipper, const srnn_model *model, float *gradient,
                          double threshold, int *fired)
{
    const int by_unit = clipper->kind == SRNN_CLIP_UNIT;
    const uint32_t of_outputs = 1u << SRNN__W_OUT | 1u << SRNN__B_OUT;
    const size_t groups = by_unit ? (size_t)model->hidden + model->outputs : SRNN__TENSORS;
    double square = 0.0;

    for (size_t i = 0; i < groups; i++) {
        const int is_hidden = i < model->hidden;
        struct group group = {1u << (i % SRNN__TENSORS), 0, 1};
        double norm, factor, size = 1.0;

        if (by_unit) {
            group.tensors = is_hidden ? ~of_outputs : of_outputs;
            group.first = is_hidden ? i : i - model->hidden;
            group.stride = 0;
            size = walk(model, &group, srnn_model_parameters_const(model), NULL, 1.0);
            size = size > SMALLEST_UNIT ? size : SMALLEST_UNIT;
        }
        norm = walk(model, &group, gradient, NULL, 1.0) / size;
        factor = factor_of(clipper->kind, norm, threshold, fired);
        if (factor != 1.0) {
            (void)walk(model, &group, gradient, gradient, factor);
            norm = threshold;
        }
        square += norm * size * (norm * size);
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
    if (clipper->policy == SRNN_POLICY_REFUSE) {
        return SRNN_E_NONFINITE;
    }
    memset(gradient, 0, n * sizeof *gradient);
    if (clipper->policy == SRNN_POLICY_REPAIR) {
        struct srnn__parameters parameters;
        float *part = srnn__tensor_of(model, gradient, SRNN__W_REC);
        srnn__model_split(model, &parameters);
        for (size_t i = 0; i < (size_t)model->hidden * model->hidden; i++) {
            part[i] = REPAIR_FACTOR * parameters.w_rec[i];
        }
    }
    return SRNN_OK;
}

/* Checks that `model` has what the kind, the policy and the rule need; it may be NULL where they
 * need nothing. Errors: ARGUMENT, SHAPE, STATE. */
static int32_t check_model(const srnn_clipper *clipper, const srnn_model *model, size_t count)
{
    if (model == NULL) {
        return clipper->kind == SRNN_CLIP_TENSOR || clipper->needs_weights ? SRNN_E_ARGUMENT
                                                                           : SRNN_OK;
    }
    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    if (count != model->count) {
        return SRNN_E_SHAPE;
    }
    return clipper->needs_weights ? srnn__model_ready(model) : SRNN_OK;
}

/* Raises *largest to `value` if that is larger. */
static void raise(double *largest, double value)
{
    if (value > *largest) {
        *largest = value;
    }
}

/* Adds a gradient that the policy is not for to the statistics. The mean is updated in place,
 * mean += (norm - mean) / n, because a sum of norms could overflow. */
static void record(srnn_clipper *clipper, double norm, double norm_after, double threshold,
                   int fired)
{
    double *statistic = clipper->statistic;
    double finite_steps;

    statistic[SRNN__CLIP_STEPS] += 1.0;
    statistic[SRNN__CLIP_FIRED] += fired;
    finite_steps = statistic[SRNN__CLIP_STEPS] - statistic[SRNN__CLIP_BAD];
    statistic[SRNN__CLIP_LAST_NORM] = norm;
    statistic[SRNN__CLIP_LAST_NORM_AFTER] = norm_after;
    statistic[SRNN__CLIP_USED] = threshold;
    statistic[SRNN__CLIP_MEAN_NORM] += (norm - statistic[SRNN__CLIP_MEAN_NORM]) / finite_steps;
    raise(&statistic[SRNN__CLIP_LARGEST_NORM], norm);
    raise(&statistic[SRNN__CLIP_LONGEST_STEP], norm_after * clipper->step_of_one);
}

/* Clips `gradient` [count], of norm `norm`, which meets no policy. */
static void clip(srnn_clipper *clipper, const srnn_model *model, float *gradient, size_t count,
                 double norm)
{
    double threshold = clipper->option[SRNN__CLIP_THRESHOLD];
    double norm_after;
    int fired = 0;

    if (clipper->rule != NULL) {
        threshold = clipper->rule(clipper, model, gradient, count, norm);
    }
    switch (clipper->kind) {
    case SRNN_CLIP_TENSOR:
    case SRNN_CLIP_UNIT:
        norm_after = clip_groups(clipper, model, gradient, threshold, &fired);
        break;
    case SRNN_CLIP_VALUE:
        norm_after = clip_values(gradient, count, threshold, &fired);
        break;
    default:
        norm_after = clip_norm(clipper, gradient, count, norm, threshold, &fired);
        break;
    }
    record(clipper, norm, norm_after, threshold, fired);
}

int32_t srnn_clipper_apply(srnn_clipper *clipper, const srnn_model *model, float *gradient,
                           size_t count, double *norm)
{
    double norm_before;
    int32_t status;

    if (!alive(clipper) || gradient == NULL) {
        return SRNN_E_ARGUMENT;
    }
    status = check_model(clipper, model, count);
    if (status != SRNN_OK) {
        return status;
    }
    if (clipper->needs_tell && clipper->rule == NULL) {
        return SRNN_E_STATE;
    }
    norm_before = srnn__root(srnn__sum_squares(gradient, count));
    if (!(norm_before - norm_before == 0.0 && norm_before <= clipper->option[SRNN__CLIP_LIMIT])) {
        status = apply_policy(clipper, model, gradient, count);
        if (status == SRNN_OK) {
            clipper->statistic[SRNN__CLIP_STEPS] += 1.0;
            clipper->statistic[SRNN__CLIP_BAD] += 1.0;
        }
    } else {
        clip(clipper, model, gradient, count, norm_before);
    }
    clipper->rule = NULL;
    clipper->step_of_one = 0.0;
    if (status == SRNN_OK && norm != NULL) {
        *norm = norm_before;
    }
    return status;
}
