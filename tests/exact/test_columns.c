/* test_columns.c - the same bits where a wide layer is divided by columns
 *
 * From 1,024 hidden units and four tasks on a product is divided by columns; with fewer tasks, each
 * has sequences of its own (lib/passes/columns.h). All must have the bits of one task. Most widths
 * are no multiple of a vector, a panel or a task's columns. Units are linear, or cut off at zero,
 * as tanh would saturate with so many weights. */
#include <math.h>
#include <string.h>

#include "support.h"

/* Omega, views and gaps; ids, a last loss, a limit on the growth and no Omega; Omega with a last
 * loss and nothing that changes errors, so that its terms write the errors of the step before; an
 * odd width, which is not divided. */
static const struct shape wide_shapes[] = {
    {3, 1036, 5, SRNN_HIDDEN_LINEAR, SRNN_OUTPUT_SOFTMAX, SRNN_MODEL_LEARNED_STATE, 5, 6,
     SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT | SRNN_WORKSPACE_KEEP_INPUT_GRADIENT |
         SRNN_WORKSPACE_KEEP_FLOW,
     WITH_TARGET_IDS | WITH_LENGTHS | WITH_MASK | WITH_WEIGHTS, SRNN_OMEGA_PAPER, SRNN_CLIP_NORM,
     SRNN_OPTIMIZER_SGD},
    {4, 1152, 3, SRNN_HIDDEN_RELU, SRNN_OUTPUT_LINEAR, 0, 4, 3, SRNN_WORKSPACE_LAST_OUTPUT,
     WITH_IDS | WITH_LAST | WITHOUT_OMEGA | WITH_GROWTH, SRNN_OMEGA_PAPER, SRNN_CLIP_NORM,
     SRNN_OPTIMIZER_SGD},
    {3, 1088, 3, SRNN_HIDDEN_RELU, SRNN_OUTPUT_SOFTMAX, 0, 5, 5, 0,
     WITH_TARGET_IDS | WITH_LENGTHS | WITH_LAST, SRNN_OMEGA_PAPER, SRNN_CLIP_NORM,
     SRNN_OPTIMIZER_SGD},
    {2, 1025, 2, SRNN_HIDDEN_RELU, SRNN_OUTPUT_LINEAR, SRNN_MODEL_NO_RECURRENT_BIAS, 2, 2, 0,
     WITH_LENGTHS | WITHOUT_OMEGA, SRNN_OMEGA_SCRIPT, SRNN_CLIP_NORM, SRNN_OPTIMIZER_SGD},
};
#define WIDE_SHAPES (sizeof wide_shapes / sizeof wide_shapes[0])
#define DIVIDED_SHAPES (WIDE_SHAPES - 1)

/* A parallel-for, and how often it has been called. */
struct hook {
    srnn_parallel_fn run;
    void *user;
    uint32_t calls;
};

static int32_t run_counted(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    struct hook *hook = user;

    hook->calls++;
    return hook->run(hook->user, task_fn, task, count);
}

/* Two forwards, the second from the state of the first, by `ahead` tasks, and the rest of a
 * training step by `back`. Leaves a gradient in the rig and returns a hash of everything else. */
static uint64_t run_passes(struct rig *rig, struct hook *hook, uint32_t ahead, uint32_t back)
{
    const struct shape *shape = &rig->shape;
    const size_t states = (size_t)shape->sequences * shape->hidden;
    const int has_omega = (shape->features & WITHOUT_OMEGA) == 0;
    double results[3] = {0.0};
    uint64_t hash;

    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    SUCCEEDS(srnn_workspace_parallel(rig->workspace, run_counted, hook, ahead));
    SUCCEEDS(srnn_regularizer_reset(rig->regularizer));
    rig_forward(rig);
    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_workspace_parallel(rig->workspace, run_counted, hook, back));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.5, &results[0], &results[1]));
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, has_omega ? rig->regularizer : NULL,
                           rig->gradient, rig->count));
    if (has_omega) {
        SUCCEEDS(srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count,
                                        &results[2]));
        assert_true(results[2] > 0.0);
    }
    assert_false(holds_nan(rig->gradient, rig->count));
    SUCCEEDS(srnn_workspace_get_state(rig->workspace, rig->state, shape->hidden, shape->sequences));
    hash = hash_doubles(hash_floats(HASH_START, rig->state, states), results, 3);
    hash = hash_floats(hash, rig_view(rig, SRNN_VIEW_INITIAL_GRADIENT, 0, 0), states);
    if ((shape->workspace_flags & SRNN_WORKSPACE_KEEP_FLOW) != 0) {
        const size_t pairs = (size_t)shape->steps * shape->sequences;

        hash = hash_floats(hash, rig_view(rig, SRNN_VIEW_HIDDEN_GRADIENT, 0, 0),
                           pairs * shape->hidden);
        hash =
            hash_floats(hash, rig_view(rig, SRNN_VIEW_INPUT_GRADIENT, 0, 0), pairs * shape->inputs);
        hash = hash_floats(hash, rig_view(rig, SRNN_VIEW_FLOW, 0, 0), pairs);
    }
    return hash;
}

/* A rig, and what one task computes with it. */
struct alone {
    struct rig rig;
    float *gradient; /* [count] */
    uint64_t hash;
};

/* Open a rig that stands alone, whose errors are at most `limit` (INFINITY: no limit), and run it.
 */
static void alone_open(struct alone *alone, const struct shape *shape, double limit)
{
    struct hook hook = {run_reversed, NULL, 0};

    rig_open(&alone->rig, shape);
    SUCCEEDS(srnn_workspace_set(alone->rig.workspace, SRNN_WORKSPACE_ERROR_LIMIT, limit));
    alone->hash = run_passes(&alone->rig, &hook, 1, 1);
    assert_int_equal(hook.calls, 0);
    alone->gradient = heap_array(&alone->rig.heap, alone->rig.count, sizeof *alone->gradient);
    memcpy(alone->gradient, alone->rig.gradient, alone->rig.count * sizeof *alone->gradient);
}

/* The passes of a rig have the bits of one task. Returns the rounds. */
static uint32_t same_bits(const struct alone *alone, struct rig *rig, struct hook hook,
                          uint32_t ahead, uint32_t back)
{
    assert_true(run_passes(rig, &hook, ahead, back) == alone->hash);
    SAME_FLOATS(alone->gradient, rig->gradient, rig->count);
    return hook.calls;
}

static const struct hook reversed = {run_reversed, NULL, 0};

/* A layer that is divided by columns has a round for each step of a forward and two for each of
 * backward; so the tests do test that. A build for size divides no layer: it has one instruction
 * set, the baseline, and then all shapes must be undivided. */
static void is_divided(void **state)
{
    const int has_one_set = instruction_sets()[1] == 0;
    int divides = 1;

    (void)state;
    for (size_t i = 0; i < WIDE_SHAPES; i++) {
        struct alone alone;
        uint32_t more;

        alone_open(&alone, &wide_shapes[i], (double)INFINITY);
        more = same_bits(&alone, &alone.rig, reversed, 4, 4);
        more -= same_bits(&alone, &alone.rig, reversed, 3, 3);
        if (i == 0 && has_one_set) {
            divides = more > 0;
        }
        assert_true(divides && i < DIVIDED_SHAPES ? more >= 2 * wide_shapes[i].steps : more == 0);
        rig_close(&alone.rig);
    }
    if (!divides) {
        print_message("skip: a build for size divides no layer by columns\n");
        skip();
    }
}

/* Any number of tasks, in any order and on threads. */
static void any_tasks(void **state)
{
    static const uint32_t counts[] = {2, 5, 8, 16, 4096};
    uint64_t seed = 2013;
    struct pool pool;

    (void)state;
    assert_int_equal(pool_open(&pool, 4, 2013), 0);
    for (size_t i = 0; i < DIVIDED_SHAPES; i++) {
        const struct hook shuffled = {run_shuffled, &seed, 0}, threaded = {run_pool, &pool, 0};
        struct alone alone;

        alone_open(&alone, &wide_shapes[i], (double)INFINITY);
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            (void)same_bits(&alone, &alone.rig, reversed, counts[c], counts[c]);
        }
        (void)same_bits(&alone, &alone.rig, shuffled, 6, 6);
        (void)same_bits(&alone, &alone.rig, threaded, 7, 7);
        rig_close(&alone.rig);
    }
    pool_close(&pool);
}

/* Every instruction set packs so that its columns can be divided, or is not divided. The batch is
 * small, as a multiply-add of the baseline may be computed. */
static void any_instructions(void **state)
{
    (void)state;
    for (size_t i = 0; i < WIDE_SHAPES; i++) {
        struct shape shape = wide_shapes[i];
        struct alone alone;

        shape.steps = shape.sequences = 2;
        alone_open(&alone, &shape, (double)INFINITY);
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            SUCCEEDS(srnn_model_set(alone.rig.model, SRNN_MODEL_INSTRUCTIONS, *set));
            (void)same_bits(&alone, &alone.rig, reversed, 5, 5);
        }
        rig_close(&alone.rig);
    }
}

/* A gradient over more pairs than a product adds in one stretch. Of 256 units AVX2 packs its
 * factors and AVX-512 does not. The baseline, which packs too, may compute its multiply-adds, too
 * slowly. */
static void several_stretches(void **state)
{
    struct shape shape = wide_shapes[2];
    struct alone alone;

    (void)state;
    shape.hidden = 256;
    shape.steps = 2;
    shape.sequences = 400; /* a chunk has a step at least */
    shape.features = WITH_TARGET_IDS;
    alone_open(&alone, &shape, (double)INFINITY);
    for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
        if (*set != SRNN_INSTRUCTIONS_BASELINE) {
            SUCCEEDS(srnn_model_set(alone.rig.model, SRNN_MODEL_INSTRUCTIONS, *set));
            (void)same_bits(&alone, &alone.rig, reversed, 3, 3);
        }
    }
    rig_close(&alone.rig);
}

/* Workspaces that run steps forward again in backward, with the weights that forward has packed for
 * as many tasks as backward, for more or for fewer. */
static void frugal(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIVIDED_SHAPES; i++) {
        struct shape shape = wide_shapes[i];
        struct alone alone;
        struct rig rig;

        alone_open(&alone, &shape, (double)INFINITY);
        shape.workspace_flags |= SRNN_WORKSPACE_FRUGAL;
        rig_open(&rig, &shape);
        (void)same_bits(&alone, &rig, reversed, 9, 9);
        (void)same_bits(&alone, &rig, reversed, 8, 2);
        (void)same_bits(&alone, &rig, reversed, 2, 8);
        rig_close(&rig);
        rig_close(&alone.rig);
    }
}

/* A limit on the elements of errors, which acts between the products of two steps. */
static void limited_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIVIDED_SHAPES; i++) {
        struct alone alone;

        alone_open(&alone, &wide_shapes[i], 0.01);
        (void)same_bits(&alone, &alone.rig, reversed, 4, 4);
        rig_close(&alone.rig);
    }
}

/* The loss and the carried state of two forwards without a backward. */
static uint64_t run_forwards(const struct shape *shape, uint32_t tasks)
{
    uint64_t hash = HASH_START;
    struct rig rig;

    rig_open(&rig, shape);
    SUCCEEDS(srnn_workspace_parallel(rig.workspace, run_reversed, NULL, tasks));
    for (int pass = 0; pass < 2; pass++) {
        SUCCEEDS((pass == 0 ? srnn_forward : srnn_forward_continue)(rig.model, rig.workspace,
                                                                    rig.batch));
        SUCCEEDS(srnn_loss(rig.model, rig.workspace, rig.batch, 0.5, &rig.out->value, NULL));
        SUCCEEDS(
            srnn_workspace_get_state(rig.workspace, rig.state, shape->hidden, shape->sequences));
        hash = hash_doubles(hash, &rig.out->value, 1);
        hash = hash_floats(hash, rig.state, (size_t)shape->sequences * shape->hidden);
    }
    rig_close(&rig);
    return hash;
}

/* A workspace that has memory for the states of one step. */
static void forward_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIVIDED_SHAPES; i++) {
        struct shape shape = wide_shapes[i];
        uint64_t kept;

        shape.workspace_flags = 0;
        kept = run_forwards(&shape, 1);
        shape.workspace_flags = SRNN_WORKSPACE_FORWARD_ONLY;
        assert_true(run_forwards(&shape, 8) == kept);
    }
}

/* With 32 sequences for each of four tasks a layer is not divided, and with fewer it is. All but
 * two have no steps, so that they take no time. */
static void many_sequences(void **state)
{
    (void)state;
    for (uint32_t sequences = 127; sequences <= 128; sequences++) {
        struct shape shape = wide_shapes[1];
        struct hook hook = reversed;
        struct rig rig;
        float *alone;
        size_t states;

        shape.steps = 6;
        shape.sequences = sequences;
        shape.features |= WITH_LENGTHS;
        rig_open(&rig, &shape);
        states = (size_t)sequences * shape.hidden;
        alone = heap_array(&rig.heap, states, sizeof *alone);
        for (uint32_t s = 2; s < sequences; s++) {
            rig.lengths[s] = 0;
        }
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        SUCCEEDS(srnn_workspace_get_state(rig.workspace, alone, shape.hidden, sequences));
        SUCCEEDS(srnn_workspace_parallel(rig.workspace, run_counted, &hook, 4));
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        SUCCEEDS(srnn_workspace_get_state(rig.workspace, rig.state, shape.hidden, sequences));
        SAME_FLOATS(alone, rig.state, states);
        assert_true(sequences < 128 || hook.calls < shape.steps);
        assert_true(sequences == 128 || instruction_sets()[1] == 0 || hook.calls > shape.steps);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_divided),       cmocka_unit_test(any_tasks),
        cmocka_unit_test(any_instructions), cmocka_unit_test(several_stretches),
        cmocka_unit_test(frugal),           cmocka_unit_test(limited_errors),
        cmocka_unit_test(forward_only),     cmocka_unit_test(many_sequences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
