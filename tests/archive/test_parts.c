/* test_parts.c - the list of a checkpoint's parts */
#include "forge.h"

#include <stdio.h>
#include <string.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(names),      RIG_TEST(objects),     RIG_TEST(beginnings_of_objects),
        RIG_TEST(misaligned), RIG_TEST(bad_handles), RIG_TEST(bad_arguments),
        RIG_TEST(not_ready),
    };

    return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
