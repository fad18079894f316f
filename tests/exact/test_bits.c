/* test_bits.c - the same bits by every way
 *
 * Orders of tasks, instruction sets, splits of a batch, streaming, layouts, workspaces of other
 * sizes: whatever does not belong to the problem must not show in its result. test_threads.c has
 * the threads. */
#include <math.h>
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
 * Ways of cutting a batch
 * ------------------------------------------------------------------------ */

/* Whether the last forward left logits of pair (t, s), and in which row. */
static int has_logits(const struct rig *rig, uint32_t t, uint32_t s)
{
    if ((rig->shape.features & WITH_LAST) == 0) {
        return rig_live(rig, t, s);
    }
    for (uint32_t later = t + 1; later < rig->shape.steps; later++) {
        if (rig_live(rig, later, s)) {
            return 0;
        }
    }
    return rig_live(rig, t, s);
}

static uint32_t logit_step(const struct rig *rig, uint32_t t)
{
    return (rig->shape.features & WITH_LAST) != 0 ? 0 : t;
}

/* The states, logits and the loss's gradients of sequences from `first` on in `part`, whose
 * sequence 0 is the `first`th of `whole`, are the same. */
static void same_sequences(struct rig *whole, struct rig *part, uint32_t first, uint32_t count)
{
    const struct shape *shape = &whole->shape;

    for (uint32_t t = 0; t < shape->steps; t++) {
        for (uint32_t s = 0; s < count; s++) {
            SAME_FLOATS(rig_view(whole, SRNN_VIEW_HIDDEN, t, first + s),
                        rig_view(part, SRNN_VIEW_HIDDEN, t, s), shape->hidden);
            if (has_logits(whole, t, first + s)) {
                const uint32_t row = logit_step(whole, t);
                SAME_FLOATS(rig_view(whole, SRNN_VIEW_LOGIT, row, first + s),
                            rig_view(part, SRNN_VIEW_LOGIT, row, s), shape->outputs);
                SAME_FLOATS(rig_view(whole, SRNN_VIEW_LOGIT_GRADIENT, row, first + s),
                            rig_view(part, SRNN_VIEW_LOGIT_GRADIENT, row, s), shape->outputs);
            }
        }
    }
}

/* A batch whole and cut into pieces of sequences. */
static void split_by_sequences(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig whole, part;
        rig_open(&whole, &shapes[i]);
        rig_open(&part, &shapes[i]);
        SUCCEEDS(srnn_forward(whole.model, whole.workspace, whole.batch));
        SUCCEEDS(srnn_loss(whole.model, whole.workspace, whole.batch, 0.5, NULL, NULL));
        for (uint32_t piece = 1; piece <= shapes[i].sequences; piece++) {
            for (uint32_t first = 0; first < shapes[i].sequences; first += piece) {
                const uint32_t left = shapes[i].sequences - first;
                const uint32_t count = piece < left ? piece : left;
                rig_describe(&part, part.batch, first, count);
                SUCCEEDS(srnn_forward(part.model, part.workspace, part.batch));
                SUCCEEDS(srnn_loss(part.model, part.workspace, part.batch, 0.5, NULL, NULL));
                same_sequences(&whole, &part, first, count);
            }
        }
        rig_close(&part);
        rig_close(&whole);
    }
}

/* Outputs of many rows, of each of them, and in place. Among the logits are some that
 * overflow or are no numbers. */
static void outputs_of_any_rows(void **state)
{
    enum { ROWS = 20, WIDEST = 70 };
    static const uint32_t kinds[] = {SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SIGMOID, SRNN_OUTPUT_SOFTMAX};
    const float strange[] = {INFINITY, -INFINITY, NAN, -0.0f, 3e38f, -3e38f, 1e-40f};
    static float logits[ROWS * WIDEST], together[ROWS * WIDEST], alone[ROWS * WIDEST];

    (void)state;
    for (uint32_t width = 1; width <= WIDEST; width++) {
        for (size_t kind = 0; kind < 3; kind++) {
            struct shape shape = small_shape;
            struct rig rig;
            shape.outputs = width;
            shape.output = kinds[kind];
            shape.features &= ~(uint32_t)WITH_TARGET_IDS;
            rig_open(&rig, &shape);
            for (size_t i = 0; i < (size_t)ROWS * width; i++) {
                const size_t place = i * 2654435761u % 97u;
                logits[i] =
                    place < 7 ? strange[place] : 20.0f * srnn_random_uniform(rig.random) - 10.0f;
            }
            SUCCEEDS(srnn_outputs(rig.model, logits, ROWS, together));
            for (size_t row = 0; row < ROWS; row++) {
                SUCCEEDS(srnn_outputs(rig.model, logits + row * width, 1, alone + row * width));
            }
            SAME_FLOATS(alone, together, (size_t)ROWS * width);
            SUCCEEDS(srnn_outputs(rig.model, logits, ROWS, logits));
            SAME_FLOATS(alone, logits, (size_t)ROWS * width);
            rig_close(&rig);
        }
    }
}

/* One long forward and forward_continue over pieces of it, from 1 step each on. */
static void continue_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct shape shape = shapes[i];
        struct rig rig;
        float *whole;
        size_t states;
        shape.features &= WITH_IDS | WITH_BATCH_MAJOR;
        shape.workspace_flags = 0;
        states = (size_t)shape.sequences * shape.hidden;
        rig_open(&rig, &shape);
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        whole = heap_array(&rig.heap, states * shape.steps, sizeof *whole);
        memcpy(whole, rig_view(&rig, SRNN_VIEW_HIDDEN, 0, 0), states * shape.steps * sizeof *whole);
        for (uint32_t piece = 1; piece <= shape.steps; piece++) {
            for (uint32_t first = 0; first < shape.steps; first += piece) {
                const uint32_t left = shape.steps - first;
                const uint32_t count = piece < left ? piece : left;
                const size_t at = first * rig.step_stride;
                SUCCEEDS(srnn_batch_begin(rig.batch, count, shape.sequences));
                if ((shape.features & WITH_IDS) != 0) {
                    SUCCEEDS(srnn_batch_input_ids(rig.batch, rig.ids + at, rig.step_stride,
                                                  rig.sequence_stride));
                } else {
                    SUCCEEDS(srnn_batch_input(rig.batch, rig.input + at * shape.inputs,
                                              rig.step_stride * shape.inputs,
                                              rig.sequence_stride * shape.inputs));
                }
                SUCCEEDS((first == 0 ? srnn_forward
                                     : srnn_forward_continue)(rig.model, rig.workspace, rig.batch));
                SAME_FLOATS(whole + first * states, rig_view(&rig, SRNN_VIEW_HIDDEN, 0, 0),
                            count * states);
            }
            SUCCEEDS(
                srnn_workspace_get_state(rig.workspace, rig.state, shape.hidden, shape.sequences));
            SAME_FLOATS(whole + (shape.steps - 1) * states, rig.state, states);
        }
        rig_close(&rig);
    }
}

/* A state copied by get_state and set_state, with gaps between its rows, leads to the bits of the
 * carried one. */
static void carried_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const struct shape *shape = &shapes[i];
        const size_t stride = shape->hidden + 3;
        struct rig here, there;
        float *handed;
        rig_open(&here, shape);
        rig_open(&there, shape);
        handed = heap_array(&here.heap, shape->sequences * stride, sizeof *handed);
        SUCCEEDS(srnn_forward(here.model, here.workspace, here.batch));
        SUCCEEDS(srnn_workspace_get_state(here.workspace, handed, stride, shape->sequences));
        SUCCEEDS(srnn_workspace_set_state(there.workspace, handed, stride, shape->sequences));
        SUCCEEDS(srnn_forward_continue(here.model, here.workspace, here.batch));
        SUCCEEDS(srnn_forward_continue(there.model, there.workspace, there.batch));
        SUCCEEDS(srnn_loss(here.model, here.workspace, here.batch, 0.5, NULL, NULL));
        SUCCEEDS(srnn_loss(there.model, there.workspace, there.batch, 0.5, NULL, NULL));
        same_sequences(&here, &there, 0, shape->sequences);
        rig_close(&there);
        rig_close(&here);
    }
}

/* ------------------------------------------------------------------------
 * Ways of describing the same problem
 * ------------------------------------------------------------------------ */

/* Streaming step by step computes the states and logits of forward; dead pairs are not streamed. */
static void stream(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const struct shape *shape = &shapes[i];
        float *now, *next, *logits;
        struct rig rig;
        rig_open(&rig, shape);
        now = heap_array(&rig.heap, shape->hidden, sizeof *now);
        next = heap_array(&rig.heap, shape->hidden, sizeof *next);
        logits = heap_array(&rig.heap, shape->outputs, sizeof *logits);
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        for (uint32_t s = 0; s < shape->sequences; s++) {
            SUCCEEDS(srnn_initial_state(rig.model, now, shape->hidden));
            for (uint32_t t = 0; t < shape->steps; t++) {
                const size_t at = t * rig.step_stride + s * rig.sequence_stride;
                float *swapped = now;
                if (!rig_live(&rig, t, s)) {
                    continue;
                }
                if ((shape->features & WITH_IDS) != 0) {
                    SUCCEEDS(srnn_step_id(rig.model, rig.ids[at], now, next, logits));
                } else {
                    SUCCEEDS(
                        srnn_step(rig.model, rig.input + at * shape->inputs, now, next, logits));
                }
                now = next;
                next = swapped;
                SAME_FLOATS(rig_view(&rig, SRNN_VIEW_HIDDEN, t, s), now, shape->hidden);
                if (has_logits(&rig, t, s)) {
                    SAME_FLOATS(rig_view(&rig, SRNN_VIEW_LOGIT, logit_step(&rig, t), s), logits,
                                shape->outputs);
                }
            }
        }
        rig_close(&rig);
    }
}

/* The same problem in two shapes that may differ in flags and features, trained by two rigs. The
 * random numbers that make a rig do not depend on these. */
static void same_training(const struct shape *shape, const struct shape *other)
{
    struct rig a, b;

    rig_open(&a, shape);
    rig_open(&b, other);
    for (int step = 0; step < TRAINED_STEPS; step++) {
        assert_true(rig_train(&a) == rig_train(&b));
    }
    rig_close(&b);
    rig_close(&a);
}

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
        for (int step = 0; step < TRAINED_STEPS; step++) {
            assert_true(rig_train(&a) == rig_train(&b));
        }
        rig_close(&b);
        rig_close(&a);
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
        for (int step = 0; step < TRAINED_STEPS; step++) {
            assert_true(rig_train(&a) == rig_train(&b));
        }
        rig_close(&b);
        rig_close(&a);
    }
}

/* What a workspace keeps for the caller to see does not change what is learned. */
static void views_are_only_views(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct shape other = shapes[i];
        other.workspace_flags ^= SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT |
                                 SRNN_WORKSPACE_KEEP_INPUT_GRADIENT | SRNN_WORKSPACE_KEEP_FLOW;
        same_training(&shapes[i], &other);
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
        for (int step = 0; step < TRAINED_STEPS; step++) {
            assert_true(rig_train(&a) == rig_train(&b));
        }
        rig_close(&b);
        rig_close(&a);
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
    for (int step = 0; step < TRAINED_STEPS; step++) {
        assert_true(rig_train(&a) == rig_train(&b));
    }
    rig_close(&b);
    rig_close(&a);
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
        for (int step = 0; step < TRAINED_STEPS; step++) {
            assert_true(rig_train(&a) == rig_train(&b));
        }
        rig_close(&b);
        rig_close(&a);
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
        cmocka_unit_test(split_by_sequences),
        cmocka_unit_test(outputs_of_any_rows),
        cmocka_unit_test(continue_in_pieces),
        cmocka_unit_test(carried_by_hand),
        cmocka_unit_test(stream),
        cmocka_unit_test(ids_as_floats),
        cmocka_unit_test(target_ids_as_floats),
        cmocka_unit_test(views_are_only_views),
        cmocka_unit_test(vanished_errors),
        cmocka_unit_test(parameters_elsewhere),
        cmocka_unit_test(larger_workspaces),
        cmocka_unit_test(frugal_workspaces),
        cmocka_unit_test(frugal_and_long),
        cmocka_unit_test(used_workspaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
