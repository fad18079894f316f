/* test_bits.c - the same bits by every way
 *
 * Orders of tasks, instruction sets, layouts: whatever does not belong to the problem must not show
 * in its result. test_pieces.c has the ways of cutting a batch, test_workspaces.c the workspaces,
 * test_threads.c the threads. */
#include <string.h>

#include "support.h"
#include "ways.h"

/* ------------------------------------------------------------------------
 * Ways of running
 * ------------------------------------------------------------------------ */

static void task_orders(void **state)
{
    uint64_t seed = 2013;

    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const uint64_t alone = run_way(&shapes[i], 0, NULL, NULL, 0);
        for (uint32_t tasks = 2; tasks <= 9; tasks++) {
            assert_true(run_way(&shapes[i], 0, run_reversed, NULL, tasks) == alone);
            assert_true(run_way(&shapes[i], 0, run_shuffled, &seed, tasks) == alone);
        }
    }
}

/* As many tasks as there may be, and a weight with many times as many rows. */
static void many_rows(void **state)
{
    static const struct shape wordy = {
        40000,
        2,
        3,
        SRNN_HIDDEN_TANH,
        SRNN_OUTPUT_SOFTMAX,
        0,
        20,
        3,
        0,
        WITH_IDS | WITH_TARGET_IDS | WITHOUT_OMEGA,
        SRNN_OMEGA_PAPER,
        SRNN_CLIP_NORM,
        SRNN_OPTIMIZER_SGD,
    };

    (void)state;
    assert_true(run_way(&wordy, 0, run_reversed, NULL, 4096) == run_way(&wordy, 0, NULL, NULL, 0));
}

/* A layer so wide that every instruction set packs the factors of its weights' gradients, with few
 * outputs and with several; in several tasks too. */
static void widest_layers(void **state)
{
    static const uint32_t outputs[] = {3, 50};
    struct shape shape = small_shape;

    (void)state;
    shape.hidden = 1030;
    shape.steps = 3;
    for (size_t i = 0; i < 2; i++) {
        uint64_t baseline;

        shape.outputs = outputs[i];
        baseline = run_way(&shape, SRNN_INSTRUCTIONS_BASELINE, NULL, NULL, 0);
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            assert_true(run_way(&shape, *set, run_reversed, NULL, 3) == baseline);
        }
    }
}

/* Every set that the build and the processor have, not only those below the one that suits it best.
 */
static void other_instruction_sets(void **state)
{
    const uint32_t *const others = instruction_sets() + 1;

    (void)state;
    if (*others == 0) {
        print_message("skip: no other set in this build or processor\n");
        skip();
    }
    for (size_t i = 0; i < shape_count; i++) {
        const uint64_t baseline = run_way(&shapes[i], SRNN_INSTRUCTIONS_BASELINE, NULL, NULL, 0);

        for (const uint32_t *set = others; *set != 0; set++) {
            assert_true(run_way(&shapes[i], *set, NULL, NULL, 0) == baseline);
        }
    }
}

/* A hash of the gradient whose forward ran on the set `ahead`, and its backward on `back`. */
static uint64_t gradient_on(const struct shape *shape, uint32_t ahead, uint32_t back)
{
    struct rig rig;
    uint64_t hash;

    rig_open(&rig, shape);
    SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, ahead));
    rig_forward(&rig);
    SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, back));
    SUCCEEDS(srnn_backward(rig.model, rig.workspace, rig.regularizer, rig.gradient, rig.count));
    hash = hash_floats(HASH_START, rig.gradient, rig.count);
    rig_close(&rig);
    return hash;
}

/* The set may change between forward and backward: a frugal backward reads weights as forward has
 * packed them for its own set. */
static void another_set_for_backward(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * shape_count; i++) {
        struct shape shape = shapes[i / 2];
        uint64_t baseline;
        shape.workspace_flags |= i % 2 == 0 ? 0 : SRNN_WORKSPACE_FRUGAL;
        baseline = gradient_on(&shape, SRNN_INSTRUCTIONS_BASELINE, SRNN_INSTRUCTIONS_BASELINE);
        for (const uint32_t *set = instruction_sets() + 1; *set != 0; set++) {
            assert_true(gradient_on(&shape, *set, SRNN_INSTRUCTIONS_BASELINE) == baseline);
            assert_true(gradient_on(&shape, SRNN_INSTRUCTIONS_BASELINE, *set) == baseline);
        }
    }
}

/* ------------------------------------------------------------------------
 * Ways of describing the same problem
 * ------------------------------------------------------------------------ */

/* Ids are one-hot vectors without their zeros. */
static void ids_as_floats(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct shape with_ids = shapes[i];
        struct shape with_floats = shapes[i];
        struct rig a, b;
        with_ids.features |= WITH_IDS;
        with_floats.features &= ~WITH_IDS;
        rig_open(&a, &with_ids);
        rig_open(&b, &with_floats);
        for (size_t pair = 0; pair < (size_t)shapes[i].steps * shapes[i].sequences; pair++) {
            for (uint32_t input = 0; input < shapes[i].inputs; input++) {
                b.input[pair * shapes[i].inputs + input] = a.ids[pair] == input ? 1.0f : 0.0f;
            }
        }
        same_training(&a, &b);
    }
}

/* Target ids are one-hot distributions. */
static void target_ids_as_floats(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct shape with_ids = shapes[i];
        struct shape with_floats = shapes[i];
        const uint32_t outputs = shapes[i].outputs;
        struct rig a, b;
        if (shapes[i].output != SRNN_OUTPUT_SOFTMAX) {
            continue;
        }
        with_ids.features |= WITH_TARGET_IDS;
        with_floats.features &= ~WITH_TARGET_IDS;
        rig_open(&a, &with_ids);
        rig_open(&b, &with_floats);
        for (size_t pair = 0; pair < (size_t)shapes[i].steps * shapes[i].sequences; pair++) {
            for (uint32_t k = 0; k < outputs; k++) {
                b.target[pair * outputs + k] = a.target_ids[pair] == k ? 1.0f : 0.0f;
            }
        }
        same_training(&a, &b);
    }
}

/* The gradient of one unit whose errors become zeros of either sign on their way back, in the
 * first quarter of the steps, where each pair has an id of its own. It is added to -0, which
 * becomes +0 unless what is added is -0 too. */
static uint64_t vanished_gradient(const struct shape *shape)
{
    const size_t pairs = (size_t)shape->steps * shape->sequences;
    struct rig rig;
    uint64_t hash;

    rig_open(&rig, shape);
    for (size_t pair = 0; pair < pairs; pair++) {
        rig.ids[pair] = (uint32_t)(pair < pairs / 4 ? pair + 1 : 0);
    }
    memset(rig.mask, 1, pairs);
    *rig_tensor(&rig, "w_rec", NULL, NULL) = -0.05f;
    for (size_t i = 0; i < rig.count; i++) {
        rig.gradient[i] = -0.0f;
    }
    rig_forward(&rig);
    SUCCEEDS(srnn_backward(rig.model, rig.workspace, rig.regularizer, rig.gradient, rig.count));
    hash = hash_floats(HASH_START, rig.gradient, rig.count);
    rig_close(&rig);
    return hash;
}

/* A mask without gaps and a view that is kept change nothing, not the sign of a zero, though the
 * library takes another path for them. */
static void vanished_errors(void **state)
{
    static const uint32_t regularizers[] = {SRNN_OMEGA_PAPER, SRNN_OMEGA_SCRIPT};
    struct shape shape = {91,
                          1,
                          4,
                          SRNN_HIDDEN_TANH,
                          SRNN_OUTPUT_SOFTMAX,
                          0,
                          40,
                          9,
                          SRNN_WORKSPACE_LAST_OUTPUT,
                          WITH_IDS | WITH_TARGET_IDS | WITH_LAST,
                          SRNN_OMEGA_PAPER,
                          SRNN_CLIP_NORM,
                          SRNN_OPTIMIZER_SGD};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct shape masked, viewed;
        shape.regularizer_kind = regularizers[i];
        masked = viewed = shape;
        masked.features |= WITH_MASK;
        viewed.workspace_flags |= SRNN_WORKSPACE_KEEP_FLOW | SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT;
        assert_true(vanished_gradient(&masked) == vanished_gradient(&shape));
        assert_true(vanished_gradient(&viewed) == vanished_gradient(&shape));
    }
}

/* Parameters in the caller's memory train to the bits of the model's own. */
static void parameters_elsewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct shape other = shapes[i];
        struct rig a, b;
        other.model_flags ^= SRNN_MODEL_EXTERNAL;
        rig_open(&a, &shapes[i]);
        rig_open(&b, &other);
        memcpy(b.parameters, a.parameters, a.count * sizeof *a.parameters);
        same_training(&a, &b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(task_orders),
        cmocka_unit_test(many_rows),
        cmocka_unit_test(other_instruction_sets),
        cmocka_unit_test(widest_layers),
        cmocka_unit_test(another_set_for_backward),
        cmocka_unit_test(ids_as_floats),
        cmocka_unit_test(target_ids_as_floats),
        cmocka_unit_test(vanished_errors),
        cmocka_unit_test(parameters_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
