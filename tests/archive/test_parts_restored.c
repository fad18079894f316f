/* test_parts_restored.c - what a checkpoint restores together */
#include "forge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One update of truncated BPTT: the state is carried over. Returns a hash of the parameters. */
static uint64_t carry_on(struct rig *rig, int first)
{
    double loss, weight;

    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    rig->input[0] = srnn_random_normal(rig->random);
    SUCCEEDS(first ? srnn_forward(rig->model, rig->workspace, rig->batch)
                   : srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &loss, &weight));
    SUCCEEDS(
        srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count));
    SUCCEEDS(srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, NULL));
    SUCCEEDS(srnn_clipper_tell(rig->clipper, loss, 0.01, 3));
    SUCCEEDS(srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, NULL));
    SUCCEEDS(srnn_optimizer_step(rig->optimizer, rig->parameters, rig->gradient, rig->count));
    return hash_floats(HASH_START, rig->parameters, rig->count);
}

/* Options of all objects away from their presets. */
static void set_options(struct rig *rig)
{
    SUCCEEDS(srnn_optimizer_set(rig->optimizer, SRNN_OPTIMIZER_RATE, 0.02));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_QUANTILE));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_QUANTILE, 0.4));
    SUCCEEDS(srnn_regularizer_set(rig->regularizer, SRNN_OMEGA_WEIGHT, 0.5));
    SUCCEEDS(srnn_regularizer_set(rig->regularizer, SRNN_OMEGA_STATE, 1));
    SUCCEEDS(srnn_workspace_set(rig->workspace, SRNN_WORKSPACE_ERROR_LIMIT, 0.01));
    SUCCEEDS(srnn_workspace_set(rig->workspace, SRNN_WORKSPACE_ERROR_GROWTH, 1.5));
}

/* With carried state, Omega, a rule of the clipper and the limits of errors: what is restored into
 * new objects goes on with the bits of the run that never stopped. So on a frugal workspace. */
static void going_on(void **state)
{
    (void)state;
    for (uint32_t frugal = 0; frugal < 2; frugal++) {
        struct shape shape = small_shape;
        struct rig whole, resumed;
        unsigned char *file;
        size_t bytes = 0;

        shape.workspace_flags = frugal ? SRNN_WORKSPACE_FRUGAL : 0;
        shape.features &= ~(WITH_LENGTHS | WITH_LAST);
        rig_open(&whole, &shape);
        rig_open(&resumed, &shape);
        set_options(&whole);
        for (int i = 0; i < 5; i++) {
            (void)carry_on(&whole, i == 0);
        }
        forge_add_rig(whole.checkpoint, &whole);
        file = forge_parts(&whole, &bytes);

        forge_add_rig(resumed.checkpoint, &resumed);
        SUCCEEDS(srnn_checkpoint_open(resumed.checkpoint, file, bytes));
        SUCCEEDS(srnn_checkpoint_restore(resumed.checkpoint));
        whole.input[0] = resumed.input[0];
        for (int i = 0; i < 5; i++) {
            assert_true(carry_on(&whole, 0) == carry_on(&resumed, 0));
        }
        rig_close(&resumed);
        rig_close(&whole);
    }
}

/* Two models that are one stack, each with an optimizer of its own, come back with the same bits;
 * so does a generator alone. */
static void stack(void **state)
{
    struct rig *rig = *state;
    struct rig upper, others[2];
    struct shape shape = rig->shape;
    unsigned char *file;
    size_t bytes = 0;
    uint32_t drawn;

    shape.inputs = rig->shape.outputs;
    shape.hidden = 7;
    shape.optimizer_kind = SRNN_OPTIMIZER_RMSPROP;
    rig_open(&upper, &shape);
    rig_open(&others[0], &rig->shape);
    rig_open(&others[1], &shape);
    (void)rig_train(rig);
    (void)rig_train(&upper);
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "lower", rig->model));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "lower-rates", rig->optimizer));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "upper", upper.model));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "upper-rates", upper.optimizer));
    file = forge_parts(rig, &bytes);

    SUCCEEDS(srnn_checkpoint_add(others[0].checkpoint, "upper-rates", others[1].optimizer));
    SUCCEEDS(srnn_checkpoint_add(others[0].checkpoint, "upper", others[1].model));
    SUCCEEDS(srnn_checkpoint_add(others[0].checkpoint, "lower-rates", others[0].optimizer));
    SUCCEEDS(srnn_checkpoint_add(others[0].checkpoint, "lower", others[0].model));
    SUCCEEDS(srnn_checkpoint_open(others[0].checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_restore(others[0].checkpoint));
    forge_same(rig->model, others[0].model);
    forge_same(upper.model, others[1].model);
    for (size_t i = 0; i < rig->count; i++) {
        rig->gradient[i] = others[0].gradient[i] = 0.01f * (float)(i % 5);
    }
    SUCCEEDS(srnn_optimizer_step(rig->optimizer, rig->parameters, rig->gradient, rig->count));
    SUCCEEDS(srnn_optimizer_step(others[0].optimizer, others[0].parameters, others[0].gradient,
                                 rig->count));
    forge_same(rig->model, others[0].model);
    /* There is no part "model", so it is no model's file. */
    forge_refused(rig, file, bytes, SRNN_OK);

    forge_empty_list(rig);
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "dice", rig->random));
    file = forge_parts(rig, &bytes);
    drawn = srnn_random_u32(rig->random);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    assert_int_equal(srnn_random_u32(rig->random), drawn);
    rig_close(&upper);
    rig_close(&others[0]);
    rig_close(&others[1]);
}

/* A part that cannot be restored, in any place of the list, changes none of the others. */
static void all_or_nothing(void **state)
{
    struct rig *rig = *state;
    struct shape shape = rig->shape;
    struct rig wrong;
    unsigned char *file;
    size_t bytes = 0;
    float saved;

    forge_add_rig(rig->checkpoint, rig);
    (void)rig_train(rig);
    file = forge_parts(rig, &bytes);
    (void)rig_train(rig);
    shape.hidden++;
    shape.optimizer_kind = SRNN_OPTIMIZER_SGD;
    shape.clipper_kind = SRNN_CLIP_VALUE;
    rig_open(&wrong, &shape);
    (void)rig_train(&wrong);
    for (int bad = 0; bad < 6; bad++) {
        forge_empty_list(rig);
        SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
        SUCCEEDS(
            srnn_checkpoint_add(rig->checkpoint, "model", bad == 0 ? wrong.model : rig->model));
        SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "optimizer",
                                     bad == 1 ? wrong.optimizer : rig->optimizer));
        SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "clipper",
                                     bad == 2 ? wrong.clipper : rig->clipper));
        SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "omega",
                                     bad == 3 ? wrong.regularizer : rig->regularizer));
        SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "workspace",
                                     bad == 4 ? wrong.workspace : rig->workspace));
        SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, bad == 5 ? "dice" : "random", rig->random));
        heap_remember(&wrong.heap);
        REFUSES(&rig->heap, bad == 5 ? SRNN_E_STATE : SRNN_E_SHAPE,
                srnn_checkpoint_restore(rig->checkpoint));
        heap_unchanged(&wrong.heap, "a refusal", __FILE__, __LINE__);
    }
    forge_empty_list(rig);
    forge_add_rig(rig->checkpoint, rig);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    saved = rig->parameters[0];
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    assert_true(rig->parameters[0] != saved);
    forge_empty_list(rig);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "optimizer", rig->clipper));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_checkpoint_restore(rig->checkpoint));
    rig_close(&wrong);
}

/* A workspace without carried state stays without, and takes away that of the target. */
static void no_carried_state(void **state)
{
    struct rig *rig = *state;
    unsigned char *file;
    size_t bytes = 0;

    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "w", rig->workspace));
    file = forge_parts(rig, &bytes);
    rig_forward(rig);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    rig->out->value = -1.0;
    SUCCEEDS(srnn_checkpoint_get(rig->checkpoint, "w", SRNN_STORED_SEQUENCES, &rig->out->value));
    assert_true(rig->out->value == 0.0);
    REFUSES(&rig->heap, SRNN_E_OPTION,
            srnn_checkpoint_get(rig->checkpoint, "w", SRNN_STORED_HIDDEN, &rig->out->value));
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    RETURNS(SRNN_E_STATE, srnn_workspace_get_state(rig->workspace, rig->state, rig->shape.hidden,
                                                   rig->shape.sequences));
    for (uint32_t key = SRNN_WORKSPACE_CARRIED; key <= SRNN_WORKSPACE_SEQUENCES; key++) {
        SUCCEEDS(srnn_workspace_get(rig->workspace, key, &rig->out->value));
        assert_true(rig->out->value == 0.0);
    }
}

/* Nothing but what reads it needs the open file: a run goes on, and is saved, without it. */
static void file_that_is_gone(void **state)
{
    struct rig *rig = *state;
    unsigned char *file, *own, *saved;
    size_t bytes = 0, saved_bytes = 0;

    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "model", rig->model));
    file = forge_parts(rig, &bytes);
    own = malloc(bytes);
    assert_non_null(own);
    memcpy(own, file, bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, own, bytes));
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    memset(own, 0xff, bytes);
    free(own);
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "random", rig->random));
    saved = forge_parts(rig, &saved_bytes);
    assert_true(saved_bytes > bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, saved, saved_bytes));
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
}

/* What Omega cannot have been at an apply. It may be NaN, of a gradient that was. */
static void impossible_omega(void **state)
{
    const struct {
        size_t number;
        double value;
        int32_t expected;
    } cases[] = {
        {1, -1e-300, SRNN_E_FORMAT}, {1, -INFINITY, SRNN_E_FORMAT},
        {1, 0.0, SRNN_OK},           {1, INFINITY, SRNN_OK},
        {1, NAN, SRNN_OK},           {2, -1e-300, SRNN_E_FORMAT},
        {2, 1.0001, SRNN_E_FORMAT},  {2, NAN, SRNN_E_FORMAT},
        {2, 1.0, SRNN_OK},           {0, 4.0, SRNN_E_SHAPE},
        {0, NAN, SRNN_E_SHAPE},
    };
    struct rig *rig = *state;
    unsigned char *file, *numbers, kept[8];
    size_t bytes = 0;

    (void)rig_train(rig);
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "omega", rig->regularizer));
    file = forge_parts(rig, &bytes);
    numbers = forge_tensor(file, "srnn.omega.state");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memcpy(kept, numbers + 8 * cases[i].number, 8);
        forge_put_double(numbers + 8 * cases[i].number, cases[i].value);
        forge_seal(file, bytes);
        SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
        if (cases[i].expected == SRNN_OK) {
            SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
        } else {
            REFUSES(&rig->heap, cases[i].expected, srnn_checkpoint_restore(rig->checkpoint));
        }
        memcpy(numbers + 8 * cases[i].number, kept, 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(going_on),  RIG_TEST(stack),
        RIG_TEST(all_or_nothing),    RIG_TEST(no_carried_state),
        RIG_TEST(file_that_is_gone), RIG_TEST(impossible_omega),
    };

    return cmocka_run_group_tests_name("parts restored", tests, NULL, NULL);
}
