/* regularizer.c - Omega, which keeps the gradient's norm through time
 * (Pascanu, Mikolov and Bengio 2013, section 3.3)
 *
 * Omega is a mean. srnn_backward sums its terms and their gradient over the
 * pairs of a batch. srnn_regularizer_apply divides by the number of terms, which
 * is known only when all batches of an update have been summed. */
#include "update/regularizer.h"
#include "base/arithmetic.h"
#include "model/model.h"

#include <string.h>

const struct srnn__option srnn__omega_options[SRNN__OMEGA_OPTIONS] = {
    [SRNN__OMEGA_WEIGHT] = {SRNN__BOUND_0, SRNN__BOUND_1E30},
    [SRNN__OMEGA_RATIO] = {SRNN__BOUND_0, SRNN__BOUND_INTEGER_1},
    [SRNN__OMEGA_STATE] = {SRNN__BOUND_0, SRNN__BOUND_INTEGER_1},
    [SRNN__OMEGA_AVERAGE] = {SRNN__BOUND_0, SRNN__BOUND_INTEGER_1},
    [SRNN__OMEGA_BOUND] = {SRNN__BOUND_1E_30, SRNN__BOUND_1E30},
};
const double srnn__omega_presets[SRNN__OMEGA_OPTIONS] = {4.0, 0.0, 0.0, 0.0, 1e-20};

/* Returns whether this is a live regularizer. */
static int alive(const srnn_regularizer *regularizer)
{
    return srnn__alive(regularizer, SRNN__TAG_REGULARIZER);
}

/* Finds the size of the block. Size, init and create all learn it here.
 * Errors: ARGUMENT, RANGE, OVERFLOW. */
static int32_t describe(const srnn_model *model, uint32_t kind, size_t *bytes)
{
    struct srnn__layout block = {sizeof(srnn_regularizer), 0};

    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    if (kind != SRNN_OMEGA_PAPER && kind != SRNN_OMEGA_SCRIPT) {
        return SRNN_E_RANGE;
    }
    /* As many elements as w_rec has, so that a size_t holds the number. */
    (void)srnn__layout_take(&block, (size_t)model->hidden * model->hidden, sizeof(float),
                            SRNN__ALIGNMENT);
    return srnn__layout_end(&block, bytes);
}

int32_t srnn_regularizer_size(const srnn_model *model, uint32_t kind, size_t *bytes)
{
    return bytes == NULL ? SRNN_E_ARGUMENT : describe(model, kind, bytes);
}

int32_t srnn_regularizer_init(void *memory, size_t size, const srnn_model *model, uint32_t kind,
                              srnn_regularizer **regularizer)
{
    srnn_regularizer *new_regularizer = memory;
    size_t need;
    int32_t status = regularizer == NULL ? SRNN_E_ARGUMENT : describe(model, kind, &need);

    if (status == SRNN_OK) {
        status = srnn__object_begin(memory, size, need, need, SRNN__TAG_REGULARIZER);
    }
    if (status != SRNN_OK) {
        return status;
    }
    new_regularizer->kind = kind;
    new_regularizer->hidden = model->hidden;
    memcpy(new_regularizer->option, srnn__omega_presets, sizeof srnn__omega_presets);
    if (kind == SRNN_OMEGA_SCRIPT) {
        new_regularizer->option[SRNN__OMEGA_RATIO] = 1.0;
        new_regularizer->option[SRNN__OMEGA_STATE] = 1.0;
        new_regularizer->option[SRNN__OMEGA_AVERAGE] = 1.0;
    }
    *regularizer = new_regularizer;
    return SRNN_OK;
}

void srnn_regularizer_destroy(srnn_regularizer *regularizer)
{
    srnn__object_end(regularizer, SRNN__TAG_REGULARIZER);
}

int32_t srnn_regularizer_set(srnn_regularizer *regularizer, uint32_t key, double value)
{
    int is_refused;
    int32_t status;

    if (!alive(regularizer)) {
        return SRNN_E_ARGUMENT;
    }
    if (key >= SRNN_OMEGA_VALUE && key <= SRNN_OMEGA_HIDDEN) {
        return SRNN_E_READ_ONLY;
    }
    is_refused = regularizer->gathering && key != SRNN_OMEGA_WEIGHT;
    status =
        srnn__options_set(srnn__omega_options, SRNN__OMEGA_OPTIONS,
                          is_refused ? NULL : regularizer->option, key - SRNN_OMEGA_WEIGHT, value);
    return status == SRNN_OK && is_refused ? SRNN_E_STATE : status;
}

int32_t srnn_regularizer_get(const srnn_regularizer *regularizer, uint32_t key, double *value)
{
    if (!alive(regularizer) || value == NULL) {
        return SRNN_E_ARGUMENT;
    }
    switch (key) {
    case SRNN_OMEGA_VALUE:
        *value = regularizer->value;
        return SRNN_OK;
    case SRNN_OMEGA_SIGNAL:
        *value = regularizer->signal;
        return SRNN_OK;
    case SRNN_OMEGA_KIND:
        *value = regularizer->kind;
        return SRNN_OK;
    case SRNN_OMEGA_HIDDEN:
        *value = regularizer->hidden;
        return SRNN_OK;
    default:
        return srnn__options_get(SRNN__OMEGA_OPTIONS, regularizer->option, key - SRNN_OMEGA_WEIGHT,
                                 value);
    }
}

int32_t srnn_regularizer_gathered(srnn_regularizer *regularizer, float **matrix, double **sums)
{
    if (!alive(regularizer) || matrix == NULL || sums == NULL) {
        return SRNN_E_ARGUMENT;
    }
    *matrix = srnn__regularizer_matrix(regularizer);
    *sums = regularizer->sum;
    return SRNN_OK;
}

/* Whether there are pairs that carried signal. The caller can have written sums that no batch has:
 * they are as if no pair had, so that SIGNAL is from 0 to 1 and Omega not negative. */
static int has_signal(const double *sum)
{
    return sum[SRNN__OMEGA_SIGNALS] > 0.0 && sum[SRNN__OMEGA_PAIRS] >= sum[SRNN__OMEGA_SIGNALS] &&
           srnn__is_finite(sum[SRNN__OMEGA_PAIRS]) && !(sum[SRNN__OMEGA_TERMS] < 0.0);
}

int32_t srnn_regularizer_apply(srnn_regularizer *regularizer, const srnn_model *model,
                               float *gradient, size_t count, double *omega)
{
    const double *sum;
    double divisor, factor;
    float *matrix;
    size_t elements;

    if (!alive(regularizer) || !srnn__model_alive(model) || gradient == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (model->hidden != regularizer->hidden || count != model->count) {
        return SRNN_E_SHAPE;
    }
    sum = regularizer->sum;
    matrix = srnn__regularizer_matrix(regularizer);
    elements = (size_t)model->hidden * model->hidden;
    divisor = sum[regularizer->option[SRNN__OMEGA_AVERAGE] != 0.0 ? SRNN__OMEGA_SIGNALS
                                                                  : SRNN__OMEGA_SEQUENCES];
    regularizer->value = 0.0;
    regularizer->signal = 0.0;
    if (has_signal(sum) && divisor > 0.0) {
        float *w_rec_gradient = gradient + model->offset[SRNN__W_REC];
        regularizer->value = sum[SRNN__OMEGA_TERMS] / divisor;
        regularizer->signal = sum[SRNN__OMEGA_SIGNALS] / sum[SRNN__OMEGA_PAIRS];
        factor = regularizer->option[SRNN__OMEGA_WEIGHT] / divisor;
        if (factor != 0.0) { /* 0 times an infinite element would be NaN */
            for (size_t i = 0; i < elements; i++) {
                w_rec_gradient[i] = (float)((double)w_rec_gradient[i] + factor * (double)matrix[i]);
            }
        }
    }
    memset(matrix, 0, elements * sizeof *matrix);
    memset(regularizer->sum, 0, sizeof regularizer->sum);
    regularizer->gathering = 0;
    if (omega != NULL) {
        *omega = regularizer->value;
    }
    return SRNN_OK;
}
