/* test_forward_only.c - workspaces without gradients: the same outputs, losses and errors, and a
 * carried state that files take along */
#include <string.h>

#include "support.h"

/* The shape with a workspace that only runs forward. */
static struct shape forward_only(const struct shape *shape)
{
    struct shape only = *shape;

    only.workspace_flags =
        SRNN_WORKSPACE_FORWARD_ONLY | (shape->workspace_flags & SRNN_WORKSPACE_LAST_OUTPUT);
    return only;
}

/* Loss, errors and states of a rig after a forward, and the logits of its live pairs. */
static uint64_t results_of(struct rig *rig)
{
    const struct shape *shape = &rig->shape;
    const int last = (shape->features & WITH_LAST) != 0;
    uint64_t hash;
    double sums[2];

    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.5, &sums[0], &sums[1]));
    hash = hash_doubles(HASH_START, sums, 2);
    SUCCEEDS(rig_count_errors(rig, 0.5));
    for (int i = 0; i < 4; i++) {
        hash = hash_u64(hash, rig->out->counts[i]);
    }
    SUCCEEDS(srnn_workspace_get_state(rig->workspace, rig->state, shape->hidden, shape->sequences));
    hash = hash_floats(hash, rig->state, (size_t)shape->sequences * shape->hidden);
    for (uint32_t s = 0; s < shape->sequences; s++) {
        uint32_t live = 0;

        for (uint32_t t = 0; t < shape->steps; t++) {
            live += rig_live(rig, t, s) != 0;
            if (!last && rig_live(rig, t, s)) {
                hash = hash_floats(hash, rig_view(rig, SRNN_VIEW_LOGIT, t, s), shape->outputs);
            }
        }
        if (last && live > 0) {
            hash = hash_floats(hash, rig_view(rig, SRNN_VIEW_LOGIT, 0, s), shape->outputs);
        }
    }
    return hash;
}

/* The results of both rigs have the same bits: of a forward, of one that goes on from it, in part
 * from the beginning, and of one that goes on from a state of the caller's. */
static void compare(struct rig *whole, struct rig *only, const uint8_t *restarts)
{
    struct rig *const both[] = {whole, only};
    uint64_t hash[3][2];

    for (int i = 0; i < 2; i++) {
        const struct shape *shape = &both[i]->shape;
        srnn_workspace *const workspace = both[i]->workspace;
        float *const state =
            heap_array(&both[i]->heap, (size_t)shape->sequences * shape->hidden, sizeof *state);

        memcpy(state, both[i]->state, (size_t)shape->sequences * shape->hidden * sizeof *state);
        SUCCEEDS(srnn_forward(both[i]->model, workspace, both[i]->batch));
        hash[0][i] = results_of(both[i]);
        SUCCEEDS(srnn_batch_restarts(both[i]->batch, restarts));
        SUCCEEDS(srnn_forward_continue(both[i]->model, workspace, both[i]->batch));
        hash[1][i] = results_of(both[i]);
        SUCCEEDS(srnn_workspace_set_state(workspace, state, shape->hidden, shape->sequences));
        SUCCEEDS(srnn_forward_continue(both[i]->model, workspace, both[i]->batch));
        hash[2][i] = results_of(both[i]);
    }
    for (int i = 0; i < 3; i++) {
        assert_true(hash[i][0] == hash[i][1]);
    }
    assert_true(hash[0][0] != hash[1][0] || whole->shape.hidden == 1);
}

/* `set` is of the workspace that only runs forward. */
static void same_results_on(const struct shape *shape, uint32_t set, uint32_t tasks)
{
    static const uint8_t restarts[16] = {0, 1, 0, 0, 1};
    const struct shape shape_of_only = forward_only(shape);
    struct rig whole, only;

    assert_true(shape->sequences <= sizeof restarts);
    rig_open(&whole, shape);
    rig_open(&only, &shape_of_only);
    SUCCEEDS(srnn_model_set(only.model, SRNN_MODEL_INSTRUCTIONS, set));
    SUCCEEDS(srnn_workspace_parallel(only.workspace, run_reversed, NULL, tasks));
    compare(&whole, &only, restarts);
    rig_close(&whole);
    rig_close(&only);
}

/* A whole workspace on the best set by one task, and one that only runs forward on each set by
 * several. */
static void same_results(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            same_results_on(&shapes[i], *set, 1);
            same_results_on(&shapes[i], *set, 4);
        }
    }
}

/* What needs a gradient or the states of all steps is refused, after the loss too. */
static void no_gradients(void **state)
{
    static const uint32_t views[] = {
        SRNN_VIEW_HIDDEN,         SRNN_VIEW_LOGIT_GRADIENT, SRNN_VIEW_HIDDEN_GRADIENT,
        SRNN_VIEW_INPUT_GRADIENT, SRNN_VIEW_FLOW,           SRNN_VIEW_INITIAL_GRADIENT};
    const struct shape only = forward_only(&small_shape);
    struct rig rig;

    (void)state;
    rig_open(&rig, &only);
    for (int run = 0; run < 2; run++) {
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        for (int loss = 0; loss < 2; loss++) {
            for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
                struct results *out = rig.out;

                REFUSES(&rig.heap, SRNN_E_STATE,
                        srnn_workspace_view(rig.workspace, views[i], &out->data, &out->step_stride,
                                            &out->sequence_stride, &out->columns));
            }
            REFUSES(&rig.heap, SRNN_E_STATE, srnn_loss_begin(rig.workspace));
            REFUSES(&rig.heap, SRNN_E_STATE,
                    srnn_backward(rig.model, rig.workspace, NULL, rig.gradient, rig.count));
            SUCCEEDS(srnn_loss(rig.model, rig.workspace, rig.batch, 1.0, NULL, NULL));
        }
    }
    rig_close(&rig);
}

/* Flags for gradients do not go with it. */
static void flags(void **state)
{
    struct rig *rig = *state;
    size_t *bytes = &rig->out->bytes;

    for (uint32_t flags = 0; flags < 2 * SRNN_WORKSPACE_FRUGAL;
         flags += SRNN_WORKSPACE_LAST_OUTPUT) {
        const int32_t status = flags <= SRNN_WORKSPACE_LAST_OUTPUT ? SRNN_OK : SRNN_E_RANGE;

        RETURNS(status,
                srnn_workspace_size(rig->model, 6, 4, SRNN_WORKSPACE_FORWARD_ONLY | flags, bytes));
    }
}

/* Steps add the logits alone, and with LAST_OUTPUT nothing. The scratch of a wide layer's gradients
 * is not there either. */
static void memory(void **state)
{
    const uint32_t outputs = 10, sequences = 8, steps = 100000;
    const uint32_t last = SRNN_WORKSPACE_FORWARD_ONLY | SRNN_WORKSPACE_LAST_OUTPUT;
    size_t few, many, whole;
    srnn_model *model;

    (void)state;
    for (uint32_t hidden = 16; hidden <= 512; hidden *= 32) {
        /* Packed columns are a multiple of 16; there are 10 inputs. */
        const size_t columns = (hidden + 15u) / 16u * 16u;
        const size_t weights = ((hidden + 10) * columns + hidden * 16u) * sizeof(float);

        SUCCEEDS(srnn_model_create(NULL, NULL, 10, hidden, outputs, SRNN_HIDDEN_TANH,
                                   SRNN_OUTPUT_SOFTMAX, 0, &model));
        SUCCEEDS(srnn_workspace_size(model, 1, sequences, SRNN_WORKSPACE_FORWARD_ONLY, &few));
        SUCCEEDS(
            srnn_workspace_size(model, 1 + steps, sequences, SRNN_WORKSPACE_FORWARD_ONLY, &many));
        assert_in_range(many - few, steps * sequences * outputs * sizeof(float),
                        steps * sequences * outputs * sizeof(float) + 64);
        SUCCEEDS(srnn_workspace_size(model, 1, sequences, last, &few));
        SUCCEEDS(srnn_workspace_size(model, UINT32_MAX, sequences, last, &many));
        assert_int_equal(few, many);
        /* Packed weights, the states of two steps, and what is there once for a sequence. */
        assert_true(few < weights + sequences * (2 * hidden + 2 * outputs) * sizeof(float) + 4096);
        SUCCEEDS(srnn_workspace_size(model, 1, sequences, SRNN_WORKSPACE_LAST_OUTPUT, &whole));
        assert_true(few < whole);
        srnn_model_destroy(model);
    }
}

/* The loss of a forward that continues. */
static double continued_loss(struct rig *rig)
{
    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &rig->out->value, NULL));
    return rig->out->value;
}

/* Restore the workspace of one rig into that of another, by a file. */
static void restore(struct rig *from, struct rig *to)
{
    unsigned char *file;
    size_t bytes;

    SUCCEEDS(srnn_checkpoint_add(from->checkpoint, "w", from->workspace));
    SUCCEEDS(srnn_checkpoint_save(from->checkpoint, NULL, 0, &bytes));
    file = heap_array(&from->heap, bytes, 1);
    SUCCEEDS(srnn_checkpoint_save(from->checkpoint, file, bytes, &bytes));
    SUCCEEDS(srnn_checkpoint_add(to->checkpoint, "w", to->workspace));
    SUCCEEDS(srnn_checkpoint_open(to->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_restore(to->checkpoint));
}

/* The carried state goes by a file from a workspace that trains to one that only runs forward, or
 * the other way. The next forward begins with it, and the logits of the last are gone. */
static void checkpoints(void **state)
{
    const struct shape only = forward_only(&small_shape);
    const size_t states = (size_t)only.sequences * only.hidden;

    (void)state;
    for (int back = 0; back < 2; back++) {
        struct rig rigs[2];
        struct rig *const from = &rigs[back], *const to = &rigs[1 - back];
        double unrestored;

        rig_open(&rigs[0], &small_shape);
        rig_open(&rigs[1], &only);
        SUCCEEDS(srnn_forward(from->model, from->workspace, from->batch));
        (void)continued_loss(from);
        SUCCEEDS(srnn_forward(to->model, to->workspace, to->batch));
        restore(from, to);
        REFUSES(&to->heap, SRNN_E_STATE,
                srnn_loss(to->model, to->workspace, to->batch, 1.0, NULL, NULL));
        SUCCEEDS(srnn_workspace_get_state(from->workspace, from->state, only.hidden, 4));
        SUCCEEDS(srnn_workspace_get_state(to->workspace, to->state, only.hidden, 4));
        SAME_FLOATS(from->state, to->state, states);
        assert_true(continued_loss(from) == continued_loss(to));
        SUCCEEDS(srnn_forward(from->model, from->workspace, from->batch));
        unrestored = continued_loss(from);
        assert_true(to->out->value != unrestored);
        rig_close(&rigs[1]);
        rig_close(&rigs[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_results), cmocka_unit_test(no_gradients), RIG_TEST(flags),
        cmocka_unit_test(memory),       cmocka_unit_test(checkpoints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
