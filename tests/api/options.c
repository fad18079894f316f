/* options.c - what holds for the options of every handle that has them */
#include "options.h"

#include <math.h>

const struct option_field option_fields[OPTION_FIELDS] = {
    {SRNN_WORKSPACE_MAX_STEPS, OPTIONS_OF_WORKSPACE, offsetof(struct shape, steps)},
    {SRNN_WORKSPACE_MAX_SEQUENCES, OPTIONS_OF_WORKSPACE, offsetof(struct shape, sequences)},
    {SRNN_WORKSPACE_FLAGS, OPTIONS_OF_WORKSPACE, offsetof(struct shape, workspace_flags)},
    {SRNN_OMEGA_KIND, OPTIONS_OF_REGULARIZER, offsetof(struct shape, regularizer_kind)},
    {SRNN_CLIP_KIND, OPTIONS_OF_CLIPPER, offsetof(struct shape, clipper_kind)},
    {SRNN_OPTIMIZER_KIND, OPTIONS_OF_OPTIMIZER, offsetof(struct shape, optimizer_kind)},
    {SRNN_MODEL_ACTIVATION, OPTIONS_OF_MODEL, offsetof(struct shape, activation)},
    {SRNN_MODEL_OUTPUT_KIND, OPTIONS_OF_MODEL, offsetof(struct shape, output)},
    {SRNN_MODEL_FLAGS, OPTIONS_OF_MODEL, offsetof(struct shape, model_flags)},
};

/* Every key there is, of any handle, and numbers that are none. */
static const uint32_t keys[] = {
    SRNN_WORKSPACE_ERROR_LIMIT,
    SRNN_WORKSPACE_ERROR_GROWTH,
    SRNN_WORKSPACE_MAX_STEPS,
    SRNN_WORKSPACE_MAX_SEQUENCES,
    SRNN_WORKSPACE_FLAGS,
    SRNN_WORKSPACE_HIDDEN,
    SRNN_WORKSPACE_CARRIED,
    SRNN_WORKSPACE_STEPS,
    SRNN_WORKSPACE_SEQUENCES,
    SRNN_OMEGA_WEIGHT,
    SRNN_OMEGA_RATIO,
    SRNN_OMEGA_STATE,
    SRNN_OMEGA_AVERAGE,
    SRNN_OMEGA_BOUND,
    SRNN_OMEGA_VALUE,
    SRNN_OMEGA_SIGNAL,
    SRNN_OMEGA_KIND,
    SRNN_OMEGA_HIDDEN,
    SRNN_CLIP_THRESHOLD,
    SRNN_CLIP_POLICY,
    SRNN_CLIP_LIMIT,
    SRNN_CLIP_STEPS,
    SRNN_CLIP_FIRED,
    SRNN_CLIP_BAD,
    SRNN_CLIP_LAST_NORM,
    SRNN_CLIP_LAST_NORM_AFTER,
    SRNN_CLIP_MEAN_NORM,
    SRNN_CLIP_LARGEST_NORM,
    SRNN_CLIP_SUGGESTED,
    SRNN_CLIP_RULE,
    SRNN_CLIP_QUANTILE,
    SRNN_CLIP_FACTOR,
    SRNN_CLIP_POLYAK,
    SRNN_CLIP_TRUST,
    SRNN_CLIP_USED,
    SRNN_CLIP_MEDIAN,
    SRNN_CLIP_DECILE,
    SRNN_CLIP_PROMISED,
    SRNN_CLIP_LONGEST_STEP,
    SRNN_CLIP_ALIGNMENT,
    SRNN_CLIP_KIND,
    SRNN_OPTIMIZER_RATE,
    308,
    SRNN_OPTIMIZER_MOMENTUM_FACTOR,
    SRNN_OPTIMIZER_DECAY,
    SRNN_OPTIMIZER_BETA1,
    SRNN_OPTIMIZER_BETA2,
    SRNN_OPTIMIZER_EPSILON,
    SRNN_OPTIMIZER_UPDATES,
    SRNN_OPTIMIZER_KIND,
    SRNN_OPTIMIZER_COUNT,
    SRNN_MODEL_INSTRUCTIONS,
    SRNN_MODEL_ACTIVATION,
    SRNN_MODEL_OUTPUT_KIND,
    SRNN_MODEL_FLAGS,
    0,
    1,
    99,
    102,
    149,
    157,
    199,
    205,
    249,
    254,
    299,
    349,
    365,
    399,
    406,
    449,
    453,
    SRNN_STORED_KIND,
    599,
    601,
    649,
    653,
    1000,
    0x80000000u,
    UINT32_MAX,
};

static int is_known(const struct option_table *table, uint32_t key)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        if (table->rows[i].key == key) {
            return 1;
        }
    }
    for (size_t i = 0; i < table->n_statistics; i++) {
        if (table->statistics[i] == key) {
            return 1;
        }
    }
    for (size_t i = 0; i < table->n_arguments; i++) {
        if (table->arguments[i].key == key) {
            return 1;
        }
    }
    return 0;
}

/* What `key` is now. */
static double value_of(const struct option_table *table, const void *object, uint32_t key)
{
    double value = NAN;

    SUCCEEDS(table->handle->get(object, key, &value));
    return value;
}

static void check_row(struct rig *rig, void *object, const struct option_table *table,
                      const struct option_row *row)
{
    NEAR(row->preset, value_of(table, object, row->key), 0.0);
    for (size_t i = 0; i < row->n_good; i++) {
        SUCCEEDS(table->handle->set(object, row->key, row->good[i]));
        NEAR(row->good[i], value_of(table, object, row->key), 0.0);
    }
    for (size_t i = 0; i < row->n_bad; i++) {
        REFUSES(&rig->heap, SRNN_E_RANGE, table->handle->set(object, row->key, row->bad[i]));
    }
    REFUSES(&rig->heap, SRNN_E_RANGE, table->handle->set(object, row->key, (double)NAN));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, table->handle->get(object, row->key, NULL));
    /* Setting one option leaves the others alone. */
    SUCCEEDS(table->handle->set(object, row->key, row->preset));
    for (size_t i = 0; i < table->n_rows; i++) {
        NEAR(table->rows[i].preset, value_of(table, object, table->rows[i].key), 0.0);
    }
}

/* A key that can only be read has this value, and no other can be set. */
static void check_read_only(struct rig *rig, void *object, const struct option_table *table,
                            uint32_t key, double value)
{
    NEAR(value, value_of(table, object, key), 0.0);
    REFUSES(&rig->heap, SRNN_E_READ_ONLY, table->handle->set(object, key, value));
    REFUSES(&rig->heap, SRNN_E_READ_ONLY, table->handle->set(object, key, value + 1.0));
    REFUSES(&rig->heap, SRNN_E_READ_ONLY, table->handle->set(object, key, (double)NAN));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, table->handle->get(object, key, NULL));
}

void check_options(struct rig *rig, void *object, const struct option_table *table)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        check_row(rig, object, table, &table->rows[i]);
    }
    for (size_t i = 0; i < table->n_statistics; i++) {
        check_read_only(rig, object, table, table->statistics[i], 0.0);
    }
    for (size_t i = 0; i < table->n_arguments; i++) {
        check_read_only(rig, object, table, table->arguments[i].key, table->arguments[i].value);
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (!is_known(table, keys[i])) {
            REFUSES(&rig->heap, SRNN_E_OPTION, table->handle->set(object, keys[i], 0.5));
            REFUSES(&rig->heap, SRNN_E_OPTION,
                    table->handle->get(object, keys[i], &rig->out->value));
        }
    }
    FOR_BAD_HANDLES(rig, table->handle->kind, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, table->handle->set(bad, table->rows[0].key, 0.5));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                table->handle->get(bad, table->rows[0].key, &rig->out->value));
    }
}
