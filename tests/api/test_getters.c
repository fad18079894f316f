/* test_getters.c - objects tell what they were made with; a model's getters are in test_model.c */
#include "support.h"

static void what_rigs_were_made_with(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig rig;
        rig_open(&rig, &shapes[i]);
        assert_int_equal(srnn_batch_steps(rig.batch), rig.shape.steps);
        assert_int_equal(srnn_batch_sequences(rig.batch), rig.shape.sequences);
        assert_int_equal(srnn_workspace_max_steps(rig.workspace), rig.shape.steps);
        assert_int_equal(srnn_workspace_max_sequences(rig.workspace), rig.shape.sequences);
        assert_int_equal(srnn_workspace_flags(rig.workspace), rig.shape.workspace_flags);
        assert_int_equal(srnn_regularizer_kind(rig.regularizer), rig.shape.regularizer_kind);
        assert_int_equal(srnn_clipper_kind(rig.clipper), rig.shape.clipper_kind);
        assert_int_equal(srnn_optimizer_kind(rig.optimizer), rig.shape.optimizer_kind);
        assert_int_equal(srnn_optimizer_count(rig.optimizer), rig.count);
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
        assert_int_equal(srnn_regularizer_kind(regularizer), rig->shape.regularizer_kind);
        rig->shape.regularizer_kind = SRNN_OMEGA_PAPER;
    }
}

static void no_object(void **state)
{
    struct rig *rig = *state;

    FOR_BAD_HANDLES(rig, HANDLE_BATCH, batch)
    {
        assert_int_equal(srnn_batch_steps(batch), 0);
        assert_int_equal(srnn_batch_sequences(batch), 0);
    }
    FOR_BAD_HANDLES(rig, HANDLE_WORKSPACE, workspace)
    {
        assert_int_equal(srnn_workspace_max_steps(workspace), 0);
        assert_int_equal(srnn_workspace_max_sequences(workspace), 0);
        assert_int_equal(srnn_workspace_flags(workspace), 0);
    }
    FOR_BAD_HANDLES(rig, HANDLE_REGULARIZER, regularizer)
    {
        assert_int_equal(srnn_regularizer_kind(regularizer), 0);
    }
    FOR_BAD_HANDLES(rig, HANDLE_CLIPPER, clipper)
    {
        assert_int_equal(srnn_clipper_kind(clipper), 0);
    }
    FOR_BAD_HANDLES(rig, HANDLE_OPTIMIZER, optimizer)
    {
        assert_int_equal(srnn_optimizer_kind(optimizer), 0);
        assert_int_equal(srnn_optimizer_count(optimizer), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_rigs_were_made_with),
        cmocka_unit_test_setup_teardown(a_batch_of_many_begins, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(kind_and_options, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(no_object, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
