/* test_rooms.c - training in memory of exactly the size, at every aligned address
 *
 * Next to pages without access rights, so that an overrun by one byte ends the test. */
#include "support.h"

/* A make_fn that places each object in a room of its own. */
struct rooms {
    struct guard guard[HANDLES];
    void *block[HANDLES];
    size_t bytes[HANDLES];
    size_t modulus;
    size_t residue;
};

static void *make_in_room(void *user, enum handle_kind kind, const struct shape *shape,
                          const srnn_model *model)
{
    struct rooms *rooms = user;
    void *object = NULL;

    SUCCEEDS(handles[kind].size(shape, model, &rooms->bytes[kind]));
    guard_open(&rooms->guard[kind], rooms->bytes[kind]);
    rooms->block[kind] =
        guard_block(&rooms->guard[kind], rooms->bytes[kind], rooms->modulus, rooms->residue);
    SUCCEEDS(handles[kind].init(rooms->block[kind], rooms->bytes[kind], shape, model, &object));
    assert_ptr_equal(object, rooms->block[kind]);
    return object;
}

/* Train in rooms and compare with the hashes of training on the heap; every room must be intact. */
static void train_in_rooms(const struct shape *shape, uint32_t instructions, size_t modulus,
                           size_t residue, const uint64_t *expected, int steps)
{
    struct rooms rooms = {.modulus = modulus, .residue = residue};
    struct rig rig;

    rig_open_with(&rig, shape, make_in_room, &rooms);
    SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, instructions));
    for (int step = 0; step < steps; step++) {
        assert_true(rig_train(&rig) == expected[step]);
    }
    rig_close(&rig);
    for (int i = 0; i < HANDLES; i++) {
        guard_intact(&rooms.guard[i], rooms.block[i], rooms.bytes[i]);
        guard_close(&rooms.guard[i]);
    }
}

/* Exactly the size that X_size returns is enough to train, at the end of the room and at every
 * aligned place on a cache line, on every instruction set. */
static void exactly_enough(void **state)
{
    enum { STEPS = 2 };

    (void)state;
    for (size_t i = 0; i < 2 * shape_count; i++) {
        struct shape shape = shapes[i / 2];
        uint64_t expected[STEPS];
        struct rig rig;
        shape.workspace_flags |= i % 2 == 0 ? 0 : SRNN_WORKSPACE_FRUGAL;
        rig_open(&rig, &shape);
        for (int step = 0; step < STEPS; step++) {
            expected[step] = rig_train(&rig);
        }
        rig_close(&rig);
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            train_in_rooms(&shape, *set, srnn_alignment(), 0, expected, STEPS);
            for (size_t residue = 0; residue < 64; residue += srnn_alignment()) {
                train_in_rooms(&shape, *set, 64, residue, expected, STEPS);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
