/* test_workspaces.c - the same bits in workspaces of other sizes, flags and pasts */
#include <string.h>

#include "support.h"
#include "ways.h"

/* What a workspace keeps for the caller to see does not change what is learned. */
static void views_are_only_views(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct shape other = shapes[i];
        struct rig a, b;
        other.workspace_flags ^= SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT |
                                 SRNN_WORKSPACE_KEEP_INPUT_GRADIENT | SRNN_WORKSPACE_KEEP_FLOW;
        rig_open(&a, &shapes[i]);
        rig_open(&b, &other);
        same_training(&a, &b);
    }
}

/* Train in a workspace of a rig and in one that is larger and has other flags. */
static void train_in_larger(const struct shape *shape, uint32_t flags, uint32_t more_steps,
                            uint32_t more_sequences)
{
    struct rig a, b;

    rig_open(&a, shape);
    rig_open(&b, shape);
    srnn_workspace_destroy(b.workspace);
    SUCCEEDS(srnn_workspace_create(heap_allocate, &b.heap, b.model, shape->steps + more_steps,
                                   shape->sequences + more_sequences, flags, &b.workspace));
    same_training(&a, &b);
}

/* Workspaces of other sizes: how much of the tape backward takes at a time depends on them, and
 * must not show. */
static void larger_workspaces(void **state)
{
    static const uint32_t more_steps[] = {1, 11, 12, 100, 1000};

    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        for (size_t m = 0; m < 5; m++) {
            train_in_larger(&shapes[i], shapes[i].workspace_flags, more_steps[m], (uint32_t)m);
        }
    }
}

/* A workspace that recomputes most states, of any size, with any tasks and with views, computes the
 * bits of one that keeps them all. */
static void frugal_workspaces(void **state)
{
    static const uint32_t more_steps[] = {0, 1, 7, 100, 1000};

    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const uint64_t kept = run_way(&shapes[i], 0, NULL, NULL, 0);
        struct shape frugal = shapes[i];
        frugal.workspace_flags |= SRNN_WORKSPACE_FRUGAL;
        assert_true(run_way(&frugal, 0, NULL, NULL, 0) == kept);
        assert_true(run_way(&frugal, 0, run_reversed, NULL, 3) == kept);
        assert_true(run_way(&frugal, SRNN_INSTRUCTIONS_BASELINE, NULL, NULL, 0) == kept);
        for (size_t m = 0; m < 5; m++) {
            train_in_larger(&shapes[i], frugal.workspace_flags, more_steps[m], (uint32_t)m);
        }
    }
}

/* The same for lengths around those at which another state is kept. */
static void frugal_and_long(void **state)
{
    (void)state;
    for (uint32_t steps = 1; steps < 300; steps += 1 + steps / 9) {
        struct shape shape = small_shape;
        shape.steps = steps;
        train_in_larger(&shape, shape.workspace_flags | SRNN_WORKSPACE_FRUGAL, 0, 0);
        train_in_larger(&shape, SRNN_WORKSPACE_FRUGAL, 3, 1);
    }
}

/* A workspace that has served another batch and another model of its shape keeps nothing. */
static void used_workspaces(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig a, b;
        rig_open(&a, &shapes[i]);
        rig_open(&b, &shapes[i]);
        SUCCEEDS(srnn_model_initialize(b.model, SRNN_START_GLOROT, b.random));
        rig_describe(&b, b.batch, 0, 1);
        (void)rig_train(&b);
        SUCCEEDS(srnn_optimizer_reset(b.optimizer));
        SUCCEEDS(srnn_clipper_reset(b.clipper));
        memcpy(b.parameters, a.parameters, a.count * sizeof *a.parameters);
        rig_describe(&b, b.batch, 0, shapes[i].sequences);
        same_training(&a, &b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_are_only_views), cmocka_unit_test(larger_workspaces),
        cmocka_unit_test(frugal_workspaces),    cmocka_unit_test(frugal_and_long),
        cmocka_unit_test(used_workspaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
