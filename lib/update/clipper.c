/* clipper.c - clipping of the gradient, and statistics of its norm
 *
 * Norms are summed in double. The square of a float neither overflows nor
 * underflows there, so entries of 1e20 and of 1e-30 are clipped correctly. */
#include "update/clipper.h"
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "kernels/scalar.h"
#include "model/model.h"

#include <string.h>

/* SRNN_CLIP_POLICY_REPAIR replaces a gradient by this factor times w_rec, so that the
 * update shrinks w_rec a little. The paper (section 3.2) clips finite gradients only.
 * The factor is that of the script which its authors published. */
#define REPAIR_FACTOR 0.02f

const struct srnn__option srnn__clip_options[SRNN__CLIP_OPTIONS] = {
    [SRNN__CLIP_THRESHOLD] = {SRNN__BOUND_ABOVE_0, SRNN__BOUND_NONE},
    [SRNN__CLIP_POLICY] = {SRNN__BOUND_FIRST_POLICY, SRNN__BOUND_LAST_POLICY},
    [SRNN__CLIP_LIMIT] = {SRNN__BOUND_ABOVE_0, SRNN__BOUND_NONE},
    [SRNN__CLIP_RULE] = {SRNN__BOUND_FIRST_RULE, SRNN__BOUND_LAST_RULE},
    [SRNN__CLIP_QUANTILE] = {SRNN__BOUND_0_01, SRNN__BOUND_0_99},
    [SRNN__CLIP_FACTOR] = {SRNN__BOUND_0_001, SRNN__BOUND_1000},
    [SRNN__CLIP_POLYAK] = {SRNN__BOUND_ABOVE_0, SRNN__BOUND_1},
    [SRNN__CLIP_TRUST] = {SRNN__BOUND_ABOVE_0, SRNN__BOUND_1000},
};
const double srnn__clip_presets[SRNN__CLIP_OPTIONS] = {
    1.0, SRNN_CLIP_POLICY_REFUSE, SRNN__INFINITY, SRNN_CLIP_RULE_FIXED, 0.9, 1.0, 0.1, 0.5,
};

/* The smallest norm that UNIT takes a unit's parameters to have, so that biases and states that
 * begin at zero can move (Brock et al. 2021, epsilon). */
#define SMALLEST_UNIT 0.001

/* Sets what apply reads of the options and the kind. */
static void derive(srnn_clipper *clipper)
{
    const uint32_t rule = (uint32_t)clipper->option[SRNN__CLIP_RULE];

    clipper->policy = (uint32_t)clipper->option[SRNN__CLIP_POLICY];
    clipper->needs_tell = rule != SRNN_CLIP_RULE_FIXED;
    clipper->needs_weights = clipper->kind == SRNN_CLIP_UNIT ||
                             clipper->policy == SRNN_CLIP_POLICY_REPAIR ||
                             rule >= SRNN_CLIP_RULE_TRUST;
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
    status = srnn__object_begin(memory, size, sizeof *new_clipper, sizeof *new_clipper,
                                SRNN__TAG_CLIPPER);
    if (status != SRNN_OK) {
        return status;
    }
    new_clipper->kind = kind;
    new_clipper->policy = SRNN_CLIP_POLICY_REFUSE;
    new_clipper->needs_weights = kind == SRNN_CLIP_UNIT;
    memcpy(new_clipper->option, srnn__clip_presets, sizeof srnn__clip_presets);
    *clipper = new_clipper;
    return SRNN_OK;
}

void srnn_clipper_destroy(srnn_clipper *clipper)
{
    srnn__object_end(clipper, SRNN__TAG_CLIPPER);
}

/* Returns whether a key is read only: a statistic, or the kind. */
static int is_read_only(uint32_t key)
{
    return key >= SRNN_CLIP_STEPS && key <= SRNN_CLIP_KIND;
}

/* The norm of a whole gradient, which the rules go by, is compared with the threshold of NORM and
 * SMOOTH only. VALUE's becomes a float, and must be above 0 as one. */
int32_t srnn__clipper_option(uint32_t kind, double *values, uint32_t key, double value)
{
    if (key == SRNN_CLIP_RULE && kind != SRNN_CLIP_NORM && kind != SRNN_CLIP_SMOOTH &&
        value > SRNN_CLIP_RULE_FIXED && value <= SRNN_CLIP_RULE_AUTO) {
        return SRNN_E_UNSUPPORTED;
    }
    if (key == SRNN_CLIP_THRESHOLD && kind == SRNN_CLIP_VALUE && (float)value == 0.0f) {
        return SRNN_E_RANGE;
    }
    return srnn__options_set(srnn__clip_options, SRNN__CLIP_OPTIONS, values,
                             key - SRNN_CLIP_THRESHOLD, value);
}

int32_t srnn_clipper_set(srnn_clipper *clipper, uint32_t key, double value)
{
    int32_t status;

    if (!alive(clipper)) {
        return SRNN_E_ARGUMENT;
    }
    if (is_read_only(key)) {
        return SRNN_E_READ_ONLY;
    }
    status = srnn__clipper_option(clipper->kind, clipper->option, key, value);
    derive(clipper);
    return status;
}

int32_t srnn_clipper_get(const srnn_clipper *clipper, uint32_t key, double *value)
{
    if (!alive(clipper) || value == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (key == SRNN_CLIP_KIND) {
        *value = clipper->kind;
        return SRNN_OK;
    }
    if (is_read_only(key)) {
        const uint32_t i = key - SRNN_CLIP_STEPS;
        const int untold = i == SRNN__CLIP_SUGGESTED && clipper->learnt[SRNN__CLIP_TOLD] == 0.0;
        *value = clipper->statistic[untold ? SRNN__CLIP_MEAN_NORM : i];
        return SRNN_OK;
    }
    return srnn__options_get(SRNN__CLIP_OPTIONS, clipper->option, key - SRNN_CLIP_THRESHOLD, value);
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

/* Returns whether a norm is clipped, and then sets `factor` to what by, and `fired`: threshold /
 * norm if norm >= threshold (paper, Algorithm 1). SMOOTH has threshold / (threshold + norm), except
 * that an infinite threshold shortens nothing. */
static SRNN__NOINLINE int is_clipped(srnn_clipper *clipper, double norm)
{
    const double threshold = clipper->statistic[SRNN__CLIP_USED];

    SRNN__ASSERT(norm >= 0.0 && threshold > 0.0);
    if (clipper->kind == SRNN_CLIP_SMOOTH) {
        norm += threshold;
    }
    if (!(norm >= threshold && srnn__is_finite(norm))) {
        return 0;
    }
    clipper->factor = threshold / norm;
    clipper->fired = 1;
    return 1;
}

/* Multiplies `n` elements, `stride` apart, by `factor`. It can be too small for a float, so the
 * product is taken in double. */
static SRNN__NOINLINE void scale(const srnn_clipper *clipper, float *element, size_t n,
                                 size_t stride)
{
    for (; n > 0; n--) {
        *element = (float)((double)*element * clipper->factor);
        element += stride;
    }
}

/* Visits the elements of a vector of parameters that belong to tensor `part`, or with kind UNIT to
 * unit `part`: the hidden units come first, then the outputs. Returns the norm of those in `vector`
 * [parameters]; or if that is NULL, scales those in `scaled` [parameters].
 *
 * Every tensor has a column for each hidden unit or for each output. Column `part` or `part` -
 * hidden is the unit's. The latter is negative for a hidden unit: as a size_t, above any column. */
static SRNN__NOINLINE double visit(const srnn_clipper *clipper, const srnn_model *model,
                                   size_t part, const float *vector, float *scaled)
{
    double square = 0.0;

    for (uint32_t tensor = 0; tensor < SRNN__TENSORS; tensor++) {
        const int is_of_outputs = tensor == SRNN__W_OUT || tensor == SRNN__B_OUT;
        const size_t offset = model->offset[tensor];
        size_t at = is_of_outputs ? part - model->hidden : part;
        uint32_t rows, columns;
        size_t n, stride;

        srnn__tensor_shape(model, tensor, &rows, &columns);
        n = rows;
        stride = columns;
        if (clipper->kind == SRNN_CLIP_TENSOR) {
            n *= stride;
            stride = 1;
            at = part - tensor;
        }
        if (at >= stride || offset == SRNN__ABSENT) {
            continue;
        }
        if (vector == NULL) {
            scale(clipper, scaled + offset + at, n, stride);
        } else {
            square += srnn__sum_squares_apart(vector + offset + at, n, stride);
        }
    }
    return srnn__root(square);
}

/* Clips the parts of `gradient` [parameters] one by one: each tensor; or with UNIT each unit, at
 * threshold x the norm of its parameters. */
static void clip_parts(srnn_clipper *clipper, const srnn_model *model, float *gradient)
{
    const int is_unit = clipper->kind == SRNN_CLIP_UNIT;
    const size_t parts = is_unit ? (size_t)model->hidden + model->outputs : SRNN__TENSORS;

    for (size_t part = 0; part < parts; part++) {
        double norm = visit(clipper, model, part, gradient, NULL);

        if (is_unit) {
            const double size =
                visit(clipper, model, part, srnn_model_parameters_const(model), NULL);
            norm /= size > SMALLEST_UNIT ? size : SMALLEST_UNIT;
        }
        if (is_clipped(clipper, norm)) {
            (void)visit(clipper, model, part, NULL, gradient);
        }
    }
}

/* Limits each element of `gradient` [n] to +/- threshold. */
static void clip_values(srnn_clipper *clipper, float *gradient, size_t n)
{
    const float threshold = (float)clipper->statistic[SRNN__CLIP_USED];

    for (size_t i = 0; i < n; i++) {
        const uint32_t bits = srnn__float_bits(gradient[i]);
        const uint32_t sign = bits & 0x80000000u;
        if (srnn__float_from_bits(bits ^ sign) > threshold) {
            gradient[i] = srnn__float_from_bits(srnn__float_bits(threshold) | sign);
            clipper->fired = 1;
        }
    }
}

/* Replaces `gradient` [n] by zeros and a part of w_rec (policy REPAIR). Errors: NONFINITE (w_rec);
 * the gradient is then as before. */
static int32_t repair(srnn_clipper *clipper, const srnn_model *model, float *gradient, size_t n)
{
    const size_t at = model->offset[SRNN__W_REC];
    const size_t elements = (size_t)model->hidden * model->hidden;
    const float *w_rec = srnn_model_parameters_const(model) + at;

    if (!srnn__is_finite(srnn__sum_squares(w_rec, elements))) {
        return SRNN_E_NONFINITE;
    }
    memset(gradient, 0, n * sizeof *gradient);
    memcpy(gradient + at, w_rec, elements * sizeof *gradient);
    clipper->factor = REPAIR_FACTOR;
    scale(clipper, gradient + at, elements, 1);
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

/* Adds one to a statistic. */
static SRNN__NOINLINE void count_one(double *statistic)
{
    *statistic += 1.0;
}

/* The mean is updated in place, mean += (norm - mean) / n, because a sum of norms could overflow.
 */
void srnn__clip(srnn_clipper *clipper, const srnn_model *model, float *gradient, size_t count)
{
    double *const statistic = clipper->statistic;
    double norm = statistic[SRNN__CLIP_LAST_NORM];

    statistic[SRNN__CLIP_MEAN_NORM] += (norm - statistic[SRNN__CLIP_MEAN_NORM]) /
                                       (statistic[SRNN__CLIP_STEPS] - statistic[SRNN__CLIP_BAD]);
    if (norm > statistic[SRNN__CLIP_LARGEST_NORM]) {
        statistic[SRNN__CLIP_LARGEST_NORM] = norm;
    }
    clipper->fired = 0;
    switch (clipper->kind) {
    case SRNN_CLIP_TENSOR:
    case SRNN_CLIP_UNIT:
        clip_parts(clipper, model, gradient);
        break;
    case SRNN_CLIP_VALUE:
        clip_values(clipper, gradient, count);
        break;
    default:
        if (is_clipped(clipper, norm)) {
            scale(clipper, gradient, count, 1);
        }
        break;
    }
    if (clipper->fired) {
        count_one(&statistic[SRNN__CLIP_FIRED]);
        norm = clipper->kind == SRNN_CLIP_NORM ? statistic[SRNN__CLIP_USED]
                                               : srnn__root(srnn__sum_squares(gradient, count));
    }
    statistic[SRNN__CLIP_LAST_NORM_AFTER] = norm;
}

int32_t srnn_clipper_apply(srnn_clipper *clipper, const srnn_model *model, float *gradient,
                           size_t count, double *norm)
{
    srnn__clip_fn *rule;
    double *statistic;
    double norm_before;
    int32_t status;

    if (!alive(clipper) || gradient == NULL) {
        return SRNN_E_ARGUMENT;
    }
    statistic = clipper->statistic;
    status = check_model(clipper, model, count);
    if (status != SRNN_OK) {
        return status;
    }
    rule = clipper->rule;
    if (clipper->needs_tell && rule == NULL) {
        return SRNN_E_STATE;
    }
    clipper->rule = NULL;
    norm_before = srnn__root(srnn__sum_squares(gradient, count));
    if (norm != NULL) {
        *norm = norm_before;
    }
    count_one(&statistic[SRNN__CLIP_STEPS]);
    if (!srnn__is_finite(norm_before)) {
        status = SRNN_E_NONFINITE;
    } else if (norm_before > clipper->option[SRNN__CLIP_LIMIT]) {
        status = SRNN_E_LIMIT;
    } else {
        statistic[SRNN__CLIP_LAST_NORM] = norm_before;
        statistic[SRNN__CLIP_USED] = clipper->option[SRNN__CLIP_THRESHOLD];
        (rule != NULL ? rule : srnn__clip)(clipper, model, gradient, count);
        return SRNN_OK;
    }
    count_one(&statistic[SRNN__CLIP_BAD]);
    if (clipper->policy == SRNN_CLIP_POLICY_REPAIR) {
        return repair(clipper, model, gradient, count);
    }
    if (clipper->policy == SRNN_CLIP_POLICY_SKIP) {
        memset(gradient, 0, count * sizeof *gradient);
        status = SRNN_OK;
    }
    return status;
}
