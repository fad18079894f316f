/* test_getters.c - objects tell what they were made with; a model's widths are in test_model.c */
#include <string.h>

#include "options.h"

/* A whole number that a handle of OPTIONS_OF has under a key. */
static uint32_t made_with(size_t handle, const void *object, uint32_t key)
{
    double value = -1.0;

    SUCCEEDS(option_handles[handle].get(object, key, &value));
    return (uint32_t)value;
}

static void what_rigs_were_made_with(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig rig;
        rig_open(&rig, &shapes[i]);
        assert_int_equal(srnn_batch_steps(rig.batch), rig.shape.steps);
        assert_int_equal(srnn_batch_sequences(rig.batch), rig.shape.sequences);
        for (size_t at = 0; at < OPTION_FIELDS; at++) {
            const void *const objects[] = {
                [OPTIONS_OF_MODEL] = rig.model,         [OPTIONS_OF_WORKSPACE] = rig.workspace,
                [OPTIONS_OF_CLIPPER] = rig.clipper,     [OPTIONS_OF_REGULARIZER] = rig.regularizer,
                [OPTIONS_OF_OPTIMIZER] = rig.optimizer,
            };
            uint32_t value;
            memcpy(&value, (const char *)&rig.shape + option_fields[at].field, sizeof value);
            assert_int_equal(made_with(option_fields[at].handle, objects[option_fields[at].handle],
                                       option_fields[at].key),
                             value);
        }
        assert_int_equal(made_with(OPTIONS_OF_OPTIMIZER, rig.optimizer, SRNN_OPTIMIZER_COUNT),
                         rig.count);
        rig_close(&rig);
    }
}

/* A batch tells its last begin, and no other call changes that. */
static void a_batch_of_many_begins(void **state)
{
    struct rig *rig = *state;
    srnn_batch *batch = rig_placed(rig, HANDLE_BATCH);

    assert_int_equal(srnn_batch_steps(batch), 0);
    assert_int_equal(srnn_batch_sequences(batch), 0);
    SUCCEEDS(srnn_batch_begin(batch, 7, 3));
    SUCCEEDS(srnn_batch_begin(batch, UINT32_MAX, 2));
    RETURNS(SRNN_E_RANGE, srnn_batch_begin(batch, 0, 5));
    SUCCEEDS(srnn_batch_input(batch, rig->input, 1, 1));
    assert_int_equal(srnn_batch_steps(batch), UINT32_MAX);
    assert_int_equal(srnn_batch_sequences(batch), 2);
}

/* The kind stays what it was when the options that it set are others. */
static void kind_and_options(void **state)
{
    struct rig *rig = *state;

    rig->shape.regularizer_kind = SRNN_OMEGA_SCRIPT;
    for (int i = 0; i < 2; i++) {
        srnn_regularizer *regularizer = rig_placed(rig, HANDLE_REGULARIZER);
        SUCCEEDS(srnn_regularizer_set(regularizer, SRNN_OMEGA_RATIO, 1.0));
        SUCCEEDS(srnn_regularizer_set(regularizer, SRNN_OMEGA_STATE, 0.0));
        assert_int_equal(made_with(OPTIONS_OF_REGULARIZER, regularizer, SRNN_OMEGA_KIND),
                         rig->shape.regularizer_kind);
        rig->shape.regularizer_kind = SRNN_OMEGA_PAPER;
    }
}

static void no_batch(void **state)
{
    struct rig *rig = *state;

    FOR_BAD_HANDLES(rig, HANDLE_BATCH, batch)
    {
        assert_int_equal(srnn_batch_steps(batch), 0);
        assert_int_equal(srnn_batch_sequences(batch), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_rigs_were_made_with),
        RIG_TEST(a_batch_of_many_begins),
        RIG_TEST(kind_and_options),
        RIG_TEST(no_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
