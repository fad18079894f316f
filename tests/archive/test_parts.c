/* test_parts.c - the list of a checkpoint's parts, and what it restores together */
#include "forge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------
 * Whole runs
 * ------------------------------------------------------------------------ */

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
}

/* ------------------------------------------------------------------------
 * The list
 * ------------------------------------------------------------------------ */

static void names(void **state)
{
    static const char *const bad[] = {"",   "a.b",         "a b",
                                      "\"", "caf\xc3\xa9", "abcdefghijklmnopqrstuvwxyz012345"};
    struct rig *rig = *state;
    srnn_checkpoint *const list = rig->checkpoint;
    char name[SRNN_PART_NAME_BYTES];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        REFUSES(&rig->heap, SRNN_E_RANGE, srnn_checkpoint_add(list, bad[i], rig->random));
    }
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_checkpoint_add(list, "model", rig->random));
    SUCCEEDS(srnn_checkpoint_add(list, "abcdefghijklmnopqrstuvwxyz-_Z45", rig->random));
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_checkpoint_add(list, "abcdefghijklmnopqrstuvwxyz-_Z45", rig->model));
    for (uint32_t i = 1; i < RIG_PARTS; i++) {
        (void)snprintf(name, sizeof name, "r%u", (unsigned)i);
        SUCCEEDS(srnn_checkpoint_add(list, name, rig->random));
    }
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_checkpoint_add(list, "more", rig->random));
}

/* The kinds of parts that objects become; 0 for those that become none. */
static const uint32_t kinds[HANDLES] = {
    [HANDLE_MODEL] = SRNN_PART_MODEL,     [HANDLE_OPTIMIZER] = SRNN_PART_OPTIMIZER,
    [HANDLE_CLIPPER] = SRNN_PART_CLIPPER, [HANDLE_REGULARIZER] = SRNN_PART_REGULARIZER,
    [HANDLE_RANDOM] = SRNN_PART_RANDOM,   [HANDLE_WORKSPACE] = SRNN_PART_WORKSPACE,
};

/* A live object becomes a part of its kind, which is restored as such. */
static void objects(void **state)
{
    struct rig *rig = *state;

    for (uint32_t handle = 0; handle < HANDLES; handle++) {
        void *const object = rig_placed(rig, handle), *const dead = rig_dead(rig, handle);
        unsigned char *file;
        size_t bytes = 0;
        double kind = 0.0;
        forge_empty_list(rig);
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add(rig->checkpoint, "x", dead));
        if (kinds[handle] == 0) {
            REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add(rig->checkpoint, "x", object));
            continue;
        }
        SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "x", object));
        file = forge_parts(rig, &bytes);
        SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
        SUCCEEDS(srnn_checkpoint_get(rig->checkpoint, "x", SRNN_STORED_KIND, &kind));
        assert_int_equal((uint32_t)kind, kinds[handle]);
        SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    }
    forge_empty_list(rig);
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add(rig->checkpoint, "x", NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_checkpoint_add(rig->checkpoint, "x", rig->checkpoint));
}

/* Of what may be no object, add reads the number that tells objects apart: what comes after eight
 * bytes cannot be read here. */
static void beginnings_of_objects(void **state)
{
    static const uint64_t no_objects[] = {0, 1, 0x6e6e7273u, UINT64_MAX};
    struct rig *rig = *state;
    struct guard guard;
    void *beginning;

    guard_open(&guard, sizeof no_objects[0]);
    beginning = guard_block(&guard, sizeof no_objects[0], srnn_alignment(), 0);
    assert_ptr_equal((unsigned char *)beginning + sizeof no_objects[0], guard.end);
    for (uint32_t handle = 0; handle < HANDLES; handle++) {
        memcpy(beginning, rig_placed(rig, handle), sizeof no_objects[0]);
        forge_empty_list(rig);
        RETURNS(kinds[handle] != 0 ? SRNN_OK : SRNN_E_ARGUMENT,
                srnn_checkpoint_add(rig->checkpoint, "x", beginning));
    }
    forge_empty_list(rig);
    for (size_t i = 0; i < sizeof no_objects / sizeof no_objects[0]; i++) {
        memcpy(beginning, &no_objects[i], sizeof no_objects[i]);
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add(rig->checkpoint, "x", beginning));
    }
    guard_close(&guard);
}

/* No object is at an address that init refuses, whatever is there. */
static void misaligned(void **state)
{
    struct rig *rig = *state;
    uint64_t memory[2];

    for (size_t offset = 1; offset < srnn_alignment(); offset++) {
        unsigned char *const beginning = (unsigned char *)memory + offset;
        memcpy(beginning, rig_placed(rig, HANDLE_MODEL), sizeof memory[0]);
        forge_empty_list(rig);
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add(rig->checkpoint, "x", beginning));
    }
}

static void bad_handles(void **state)
{
    struct rig *rig = *state;
    struct results *const out = rig->out;
    const void **const found = heap_array(&rig->heap, 1, sizeof *found);
    unsigned char byte[1];
    uint32_t kind;
    char name[SRNN_PART_NAME_BYTES];

    FOR_BAD_HANDLES(rig, HANDLE_CHECKPOINT, bad)
    {
        const int32_t all[] = {
            srnn_checkpoint_add(bad, "x", rig->model),
            srnn_checkpoint_add_bytes(bad, "x", byte, 1),
            srnn_checkpoint_add_text(bad, "x", "text"),
            srnn_checkpoint_add_text(bad, "x", "\xff"),
            srnn_checkpoint_save(bad, NULL, 0, &out->bytes),
            srnn_checkpoint_save(bad, byte, 1, &out->bytes),
            srnn_checkpoint_write(bad, stream_write, NULL),
            srnn_checkpoint_open(bad, byte, 1),
            srnn_checkpoint_restore(bad),
            srnn_checkpoint_part(bad, 0, &kind, name),
            srnn_checkpoint_get(bad, "x", SRNN_STORED_KIND, &out->value),
            srnn_checkpoint_bytes(bad, "x", found, &out->bytes),
            srnn_checkpoint_text(bad, "x", name, sizeof name, &out->bytes),
        };
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            assert_int_equal(all[i], SRNN_E_ARGUMENT);
        }
    }
}

static void bad_arguments(void **state)
{
    struct rig *rig = *state;
    srnn_checkpoint *const list = rig->checkpoint;
    struct results *const out = rig->out;
    const void **const found = heap_array(&rig->heap, 1, sizeof *found);
    unsigned char byte[1];

#define NULL_REFUSED(call) REFUSES(&rig->heap, SRNN_E_ARGUMENT, call)
    NULL_REFUSED(srnn_checkpoint_add(list, NULL, rig->model));
    NULL_REFUSED(srnn_checkpoint_add_bytes(list, "x", NULL, 0));
    NULL_REFUSED(srnn_checkpoint_add_text(list, "x", NULL));
    NULL_REFUSED(srnn_checkpoint_add_text(list, NULL, "text"));
    NULL_REFUSED(srnn_checkpoint_write(list, NULL, NULL));
    NULL_REFUSED(srnn_checkpoint_open(list, NULL, 1));
    NULL_REFUSED(srnn_checkpoint_get(list, NULL, SRNN_STORED_KIND, &out->value));
    NULL_REFUSED(srnn_checkpoint_get(list, "x", SRNN_STORED_KIND, NULL));
    NULL_REFUSED(srnn_checkpoint_bytes(list, NULL, found, &out->bytes));
    NULL_REFUSED(srnn_checkpoint_bytes(list, "x", NULL, &out->bytes));
    NULL_REFUSED(srnn_checkpoint_bytes(list, "x", found, NULL));
    NULL_REFUSED(srnn_checkpoint_text(list, NULL, NULL, 0, &out->bytes));
    NULL_REFUSED(srnn_checkpoint_text(list, "x", NULL, 1, &out->bytes));
    NULL_REFUSED(srnn_checkpoint_text(list, "x", NULL, 0, NULL));
    NULL_REFUSED(srnn_archive_length(NULL, 8, &out->bytes));
    NULL_REFUSED(srnn_archive_length(byte, 1, NULL));
    NULL_REFUSED(srnn_model_load_size(NULL, 8, SRNN_LOAD_VIEW, &out->bytes));
    NULL_REFUSED(srnn_model_load_size(byte, 1, SRNN_LOAD_VIEW, NULL));
#undef NULL_REFUSED
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_checkpoint_restore(list));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_checkpoint_part(list, 0, NULL, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_get(list, "model", SRNN_STORED_KIND, &out->value));
    REFUSES(&rig->heap, SRNN_E_OPTION,
            srnn_checkpoint_get(list, "model", SRNN_STORED_KIND - 1, &out->value));
    REFUSES(&rig->heap, SRNN_E_OPTION,
            srnn_checkpoint_get(list, "", SRNN_STORED_SEQUENCES + 1, &out->value));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_checkpoint_text(list, "x", NULL, 0, &out->bytes));
    REFUSES(&rig->heap, SRNN_E_TRUNCATED, srnn_checkpoint_open(list, byte, 1));
}

/* What cannot be saved: between backward and apply, not bound, dead since it was added. */
static void not_ready(void **state)
{
    struct rig *rig = *state;
    double block[512];
    srnn_model *unbound = NULL;
    void *dead = rig_placed(rig, HANDLE_RANDOM);

    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "omega", rig->regularizer));
    rig_forward(rig);
    SUCCEEDS(
        srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_save(rig->checkpoint, NULL, 0, &rig->out->bytes));
    SUCCEEDS(srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, NULL));
    SUCCEEDS(srnn_checkpoint_save(rig->checkpoint, NULL, 0, &rig->out->bytes));
    SUCCEEDS(srnn_model_init(block, sizeof block, 3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                             SRNN_MODEL_EXTERNAL, &unbound));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "unbound", unbound));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_save(rig->checkpoint, NULL, 0, &rig->out->bytes));
    forge_empty_list(rig);
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "dead", dead));
    srnn_random_destroy(dead);
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_checkpoint_save(rig->checkpoint, NULL, 0, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_restore(rig->checkpoint));
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
        cmocka_unit_test(going_on),      RIG_TEST(stack),      RIG_TEST(all_or_nothing),
        RIG_TEST(no_carried_state),      RIG_TEST(names),      RIG_TEST(objects),
        RIG_TEST(beginnings_of_objects), RIG_TEST(misaligned), RIG_TEST(bad_handles),
        RIG_TEST(bad_arguments),         RIG_TEST(not_ready),  RIG_TEST(impossible_omega),
    };

    return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
