/* optimizer.c - one update of a vector of parameters
 *
 * The equations of each kind are in srnn.h, section Optimizer. Each operation is
 * rounded on its own: none is fused, so the bits do not depend on whether a
 * processor can fuse them. In the functions below w [count] are the parameters,
 * g [count] is the gradient, and m [count] and v [count] are the moments. */
#include "update/optimizer.h"
#include "kernels/scalar.h"

#include <float.h>
#include <string.h>

const struct srnn__option srnn__optimizer_options[SRNN__OPTIMIZER_OPTIONS] = {
    [SRNN__RATE] = {SRNN__BOUND_0, SRNN__BOUND_1E30},
    [SRNN__MOMENTUM_FACTOR] = {SRNN__BOUND_0, SRNN__BOUND_BELOW_1},
    [SRNN__DECAY] = {SRNN__BOUND_0, SRNN__BOUND_BELOW_1},
    [SRNN__BETA1] = {SRNN__BOUND_0, SRNN__BOUND_BELOW_1},
    [SRNN__BETA2] = {SRNN__BOUND_0, SRNN__BOUND_BELOW_1},
    [SRNN__EPSILON] = {SRNN__BOUND_1E_37, SRNN__BOUND_1E30},
};
const double srnn__optimizer_presets[SRNN__OPTIMIZER_OPTIONS] = {0.01, 0.9, 0.9, 0.9, 0.999, 1e-8};

/* Returns whether this is a live optimizer. */
static int alive(const srnn_optimizer *optimizer)
{
    return srnn__alive(optimizer, SRNN__TAG_OPTIMIZER);
}

/* Returns how many vectors of moments a kind keeps. */
static uint32_t moments_of(uint32_t kind)
{
    return kind == SRNN_OPTIMIZER_SGD ? 0 : kind == SRNN_OPTIMIZER_ADAM ? 2 : 1;
}

/* Finds the size of the block. Size, init and create all learn it here.
 * Errors: RANGE, OVERFLOW. */
static int32_t describe(uint32_t kind, size_t count, size_t *bytes)
{
    struct srnn__layout block = {sizeof(srnn_optimizer), 0};
    size_t moments;

    if (kind < SRNN_OPTIMIZER_SGD || kind > SRNN_OPTIMIZER_ADAM || count == 0) {
        return SRNN_E_RANGE;
    }
    if (srnn__multiply_sizes(count, moments_of(kind), &moments)) {
        return SRNN_E_OVERFLOW;
    }
    (void)srnn__layout_take(&block, moments, sizeof(float), SRNN__ALIGNMENT);
    return srnn__layout_end(&block, bytes);
}

int32_t srnn_optimizer_size(uint32_t kind, size_t count, size_t *bytes)
{
    return bytes == NULL ? SRNN_E_ARGUMENT : describe(kind, count, bytes);
}

/* Sets the moments and the number of updates to 0. */
static void clear(srnn_optimizer *optimizer)
{
    memset(srnn__optimizer_moments(optimizer), 0,
           optimizer->moments * optimizer->count * sizeof(float));
    optimizer->updates = 0.0;
    optimizer->power[0] = 1.0;
    optimizer->power[1] = 1.0;
}

int32_t srnn_optimizer_init(void *memory, size_t size, uint32_t kind, size_t count,
                            srnn_optimizer **optimizer)
{
    srnn_optimizer *new_optimizer = memory;
    size_t need;
    int32_t status = optimizer == NULL ? SRNN_E_ARGUMENT : describe(kind, count, &need);

    if (status == SRNN_OK) {
        status = srnn__object_begin(memory, size, need, need, SRNN__TAG_OPTIMIZER);
    }
    if (status != SRNN_OK) {
        return status;
    }
    new_optimizer->kind = kind;
    new_optimizer->moments = moments_of(kind);
    new_optimizer->count = count;
    memcpy(new_optimizer->option, srnn__optimizer_presets, sizeof srnn__optimizer_presets);
    new_optimizer->power[0] = 1.0;
    new_optimizer->power[1] = 1.0;
    *optimizer = new_optimizer;
    return SRNN_OK;
}

void srnn_optimizer_destroy(srnn_optimizer *optimizer)
{
    srnn__object_end(optimizer, SRNN__TAG_OPTIMIZER);
}

int32_t srnn_optimizer_set(srnn_optimizer *optimizer, uint32_t key, double value)
{
    if (!alive(optimizer)) {
        return SRNN_E_ARGUMENT;
    }
    if (key >= SRNN_OPTIMIZER_UPDATES && key <= SRNN_OPTIMIZER_COUNT) {
        return SRNN_E_READ_ONLY;
    }
    return srnn__options_set(srnn__optimizer_options, SRNN__OPTIMIZER_OPTIONS, optimizer->option,
                             key - SRNN_OPTIMIZER_RATE, value);
}

int32_t srnn_optimizer_get(const srnn_optimizer *optimizer, uint32_t key, double *value)
{
    if (!alive(optimizer) || value == NULL) {
        return SRNN_E_ARGUMENT;
    }
    switch (key) {
    case SRNN_OPTIMIZER_UPDATES:
        *value = optimizer->updates;
        return SRNN_OK;
    case SRNN_OPTIMIZER_KIND:
        *value = optimizer->kind;
        return SRNN_OK;
    case SRNN_OPTIMIZER_COUNT:
        *value = (double)optimizer->count;
        return SRNN_OK;
    default:
        return srnn__options_get(SRNN__OPTIMIZER_OPTIONS, optimizer->option,
                                 key - SRNN_OPTIMIZER_RATE, value);
    }
}

int32_t srnn_optimizer_reset(srnn_optimizer *optimizer)
{
    if (!alive(optimizer)) {
        return SRNN_E_ARGUMENT;
    }
    clear(optimizer);
    return SRNN_OK;
}

/* Gradient descent: w -= rate g. */
static void step_sgd(const srnn_optimizer *optimizer, float *w, const float *g)
{
    const float rate = (float)optimizer->option[SRNN__RATE];

    for (size_t i = 0; i < optimizer->count; i++) {
        w[i] -= rate * g[i];
    }
}

/* Momentum, and Nesterov's variant of it. */
static void step_momentum(srnn_optimizer *optimizer, float *w, const float *g)
{
    const float rate = (float)optimizer->option[SRNN__RATE];
    const float factor = (float)optimizer->option[SRNN__MOMENTUM_FACTOR];
    const int is_nesterov = optimizer->kind == SRNN_OPTIMIZER_NESTEROV;
    float *m = srnn__optimizer_moments(optimizer);

    for (size_t i = 0; i < optimizer->count; i++) {
        m[i] = factor * m[i] + g[i];
        w[i] -= rate * (is_nesterov ? g[i] + factor * m[i] : m[i]);
    }
}

/* Returns a mean of squares, at most FLT_MAX: an infinite one would never decay, and
 * its parameter would never move again. */
static float finite_square(float square)
{
    return square > FLT_MAX ? FLT_MAX : square;
}

/* Elements of a block. RMSProp and Adam take the square roots of a whole block with
 * one call of a vector kernel; the block's roots are on the stack. */
#define BLOCK 32u

/* For a block of n elements, v = decay v + share g^2 and root = sqrt(v scale).
 * All three are [n]; n is at most BLOCK. */
static void mean_squares(float *v, const float *g, size_t n, float decay, float share, float scale,
                         float *root)
{
    SRNN__ASSERT(n <= BLOCK);
    for (size_t i = 0; i < n; i++) {
        v[i] = finite_square(decay * v[i] + share * (g[i] * g[i]));
        root[i] = finite_square(v[i] * scale);
    }
    srnn__root_row(root, n);
}

/* RMSProp, not centred: w -= rate g / (sqrt(v) + epsilon), with v the mean of g^2; and Adam (Kingma
 * and Ba 2015, Algorithm 1), which has the mean m of g in the place of g and corrects both means'
 * bias. `power` holds beta1^t and beta2^t. */
static void step_adaptive(srnn_optimizer *optimizer, float *w, const float *g)
{
    const double *option = optimizer->option;
    const int is_adam = optimizer->kind == SRNN_OPTIMIZER_ADAM;
    const double memory = option[is_adam ? SRNN__BETA2 : SRNN__DECAY];
    const float decay = (float)memory;
    const float share = (float)(1.0 - memory);
    const float beta1 = (float)option[SRNN__BETA1];
    const float share1 = (float)(1.0 - option[SRNN__BETA1]);
    const float epsilon = (float)option[SRNN__EPSILON];
    float *const m = srnn__optimizer_moments(optimizer);
    float *const v = is_adam ? m + optimizer->count : m;
    const float *const direction = is_adam ? m : g;
    double step = option[SRNN__RATE];
    double correction = 1.0;
    float rate, scale;
    float root[BLOCK];

    if (is_adam) {
        optimizer->power[0] *= option[SRNN__BETA1];
        optimizer->power[1] *= option[SRNN__BETA2];
        SRNN__ASSERT(optimizer->power[0] < 1.0 && optimizer->power[1] < 1.0);
        step /= 1.0 - optimizer->power[0];
        correction /= 1.0 - optimizer->power[1];
    }
    rate = (float)step;
    scale = (float)correction;
    for (size_t first = 0; first < optimizer->count; first += BLOCK) {
        const size_t left = optimizer->count - first;
        const size_t end = first + (left < BLOCK ? left : BLOCK);

        mean_squares(v + first, g + first, end - first, decay, share, scale, root);
        for (size_t i = first; is_adam && i < end; i++) {
            m[i] = beta1 * m[i] + share1 * g[i];
        }
        for (size_t i = first; i < end; i++) {
            w[i] -= rate * direction[i] / (root[i - first] + epsilon);
        }
    }
}

int32_t srnn_optimizer_step(srnn_optimizer *optimizer, float *parameters, const float *gradient,
                            size_t count)
{
    if (!alive(optimizer) || parameters == NULL || gradient == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (count != optimizer->count) {
        return SRNN_E_SHAPE;
    }
    SRNN__ASSERT(optimizer->moments == moments_of(optimizer->kind));
    if (srnn__overlap(parameters, gradient, count, count)) {
        return SRNN_E_ARGUMENT;
    }
    switch (optimizer->kind) {
    case SRNN_OPTIMIZER_SGD:
        step_sgd(optimizer, parameters, gradient);
        break;
    case SRNN_OPTIMIZER_RMSPROP:
    case SRNN_OPTIMIZER_ADAM:
        step_adaptive(optimizer, parameters, gradient);
        break;
    default:
        step_momentum(optimizer, parameters, gradient);
        break;
    }
    optimizer->updates += 1.0;
    return SRNN_OK;
}
