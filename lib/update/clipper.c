/* clipper.c - bounds on the gradient, and what it looked like.
 *
 * Sums of squares are in double: squares of floats neither overflow nor vanish
 * there, so entries of 1e20 and of 1e-30 clip alike. */
#include "update/clipper.h"
#include "kernels/kernels.h"
#include "model/model.h"
#include "base/option.h"

#include <string.h>

/* What the authors' script puts in the place of a gradient that is not finite
 * (paper.md 3.2): a small shrink of w_rec. */
#define REPAIR_FACTOR 0.02f

static const struct srnn__option options[SRNN__CLIP_OPTIONS] = {
    {SRNN_CLIP_THRESHOLD, 0, 1.0, SRNN__ABOVE_ZERO, SRNN__INFINITY},
    {SRNN_CLIP_POLICY, 1, SRNN_POLICY_REFUSE, SRNN_POLICY_REFUSE, SRNN_POLICY_REPAIR},
    {SRNN_CLIP_LIMIT, 0, SRNN__INFINITY, SRNN__ABOVE_ZERO, SRNN__INFINITY},
};

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
    srnn_clipper *made = memory;
    int32_t status;

    if (clipper == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (kind < SRNN_CLIP_NORM || kind > SRNN_CLIP_TENSOR) {
        return SRNN_E_RANGE;
    }
    status = srnn__place(memory, size, sizeof *made);
    if (status != SRNN_OK) {
        return status;
    }
    memset(made, 0, sizeof *made);
    srnn__object_begin(&made->object, SRNN__TAG_CLIPPER, sizeof *made);
    made->kind = kind;
    srnn__options_reset(options, SRNN__CLIP_OPTIONS, made->option);
    *clipper = made;
    return SRNN_OK;
}

void srnn_clipper_destroy(srnn_clipper *clipper)
{
    srnn__object_end(clipper, SRNN__TAG_CLIPPER);
}

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

/* Scale g [n] to the threshold if its norm reaches it (paper, Algorithm 1).
 * Gives the norm after, and whether it fired through *fired. The threshold over
 * the norm may be too small for a float: the product is taken in double. */
SRNN__APART double clip_norm(float *gradient, size_t n, double norm, double threshold, int *fired)
{
    double factor;

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

/* Algorithm 1 for each tensor apart; gives the norm of them all after. */
static double clip_tensors(const srnn_model *model, float *gradient, double threshold, int *fired)
{
    double square = 0.0;

    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        float *part = srnn__tensor_of(model, gradient, tensor);
        uint32_t rows, columns;
        size_t n;
        double after;
        if (part == NULL) {
            continue;
        }
        srnn__tensor_shape(model, tensor, &rows, &columns);
        n = (size_t)rows * columns;
        after = clip_norm(part, n, srnn__root(srnn__sum_squares(part, n)), threshold, fired);
        square += after * after;
    }
    return srnn__root(square);
}

/* Bound each element to +/- threshold; gives the norm after. */
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

/* Apply the policy to a gradient that is not finite. */
static int32_t handle_bad(const srnn_clipper *clipper, const srnn_model *model, float *gradient,
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

/* What the kind and the policy need of the model. */
static int32_t check_model(const srnn_clipper *clipper, const srnn_model *model, size_t count)
{
    const int repair = clipper->option[SRNN__CLIP_POLICY] == SRNN_POLICY_REPAIR;

    if (model == NULL) {
        return clipper->kind == SRNN_CLIP_TENSOR || repair ? SRNN_E_ARGUMENT : SRNN_OK;
    }
    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    if (count != model->count) {
        return SRNN_E_SHAPE;
    }
    return repair ? srnn__model_ready(model) : SRNN_OK;
}

/* The mean moves by the share of the newest norm, so that it neither overflows
 * nor needs a sum. */
static void record(srnn_clipper *clipper, double norm, double after, int fired)
{
    double *statistic = clipper->statistic;
    double finite;

    statistic[SRNN__CLIP_STEPS] += 1.0;
    statistic[SRNN__CLIP_FIRED] += fired;
    finite = statistic[SRNN__CLIP_STEPS] - statistic[SRNN__CLIP_BAD];
    statistic[SRNN__CLIP_LAST_NORM] = norm;
    statistic[SRNN__CLIP_LAST_NORM_AFTER] = after;
    statistic[SRNN__CLIP_MEAN_NORM] += (norm - statistic[SRNN__CLIP_MEAN_NORM]) / finite;
    if (norm > statistic[SRNN__CLIP_LARGEST_NORM]) {
        statistic[SRNN__CLIP_LARGEST_NORM] = norm;
    }
}

int32_t srnn_clipper_apply(srnn_clipper *clipper, const srnn_model *model, float *gradient,
                           size_t count, double *norm)
{
    double before, after, threshold;
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
    before = srnn__root(srnn__sum_squares(gradient, count));
    if (!(before - before == 0.0 && before <= clipper->option[SRNN__CLIP_LIMIT])) {
        status = handle_bad(clipper, model, gradient, count);
        if (status == SRNN_OK) {
            clipper->statistic[SRNN__CLIP_STEPS] += 1.0;
            clipper->statistic[SRNN__CLIP_BAD] += 1.0;
        }
    } else {
        switch (clipper->kind) {
        case SRNN_CLIP_TENSOR:
            after = clip_tensors(model, gradient, threshold, &fired);
            break;
        case SRNN_CLIP_VALUE:
            after = clip_values(gradient, count, threshold, &fired);
            break;
        default:
            after = clip_norm(gradient, count, before, threshold, &fired);
            break;
        }
        record(clipper, before, after, fired);
    }
    if (status == SRNN_OK && norm != NULL) {
        *norm = before;
    }
    return status;
}
