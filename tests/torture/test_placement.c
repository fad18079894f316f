/* test_placement.c - objects in the caller's memory that is too small or misaligned, and arrays
 *
 * Next to pages without access rights, so that an overrun by one byte ends the test. test_rooms.c
 * has memory that is enough. */
#include <string.h>

#include "support.h"

/* Every size below the need is SPACE and writes no handle, wherever the memory ends. */
static void every_size_below_the_need(void **state)
{
    struct rig *rig = *state;
    struct guard guard;

    for (int i = 0; i < HANDLES; i++) {
        size_t need = 0;
        SUCCEEDS(handles[i].size(&rig->shape, rig->model, &need));
        guard_open(&guard, need);
        for (size_t size = 0; size < need; size++) {
            void *block = guard_block(&guard, size, srnn_alignment(), 0);
            void *object = rig; /* not the block, which a call that succeeds would write */
            RETURNS(SRNN_E_SPACE, handles[i].init(block, size, &rig->shape, rig->model, &object));
            assert_ptr_equal(object, rig);
            guard_intact(&guard, block, size);
        }
        guard_close(&guard);
    }
}

/* Memory that is large enough but at any odd address is ALIGNMENT. */
static void every_misalignment(void **state)
{
    struct rig *rig = *state;
    struct guard guard;

    assert_int_equal(srnn_alignment(), 8);
    for (int i = 0; i < HANDLES; i++) {
        size_t need = 0;
        SUCCEEDS(handles[i].size(&rig->shape, rig->model, &need));
        guard_open(&guard, need);
        for (size_t residue = 1; residue < srnn_alignment(); residue++) {
            void *block = guard_block(&guard, need, srnn_alignment(), residue);
            REFUSES(&rig->heap, SRNN_E_ALIGNMENT,
                    handles[i].init(block, need, &rig->shape, rig->model, &rig->out->object));
            guard_intact(&guard, block, need);
        }
        guard_close(&guard);
    }
}

/* NULL for the memory, for the handle and for the size's result. */
static void null_everywhere(void **state)
{
    struct rig *rig = *state;

    for (int i = 0; i < HANDLES; i++) {
        size_t need = 0;
        void *memory;
        SUCCEEDS(handles[i].size(&rig->shape, rig->model, &need));
        memory = heap_array(&rig->heap, need, 1);
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                handles[i].init(NULL, need, &rig->shape, rig->model, &rig->out->object));
        RETURNS(SRNN_E_ARGUMENT, handles[i].init(memory, need, &rig->shape, rig->model, NULL));
        RETURNS(SRNN_E_ARGUMENT, handles[i].size(&rig->shape, rig->model, NULL));
    }
}

/* Rooms for arrays, one after the other. */
struct pages {
    struct guard guard[9];
    size_t used;
};

/* A copy of an array that ends where a page does. */
static void *at_page_end(struct pages *pages, const void *array, size_t bytes)
{
    struct guard *guard = &pages->guard[pages->used++];
    void *moved;

    guard_open(guard, bytes);
    moved = guard_block(guard, bytes, 1, 0);
    memcpy(moved, array, bytes);
    return moved;
}

static void pages_close(struct pages *pages)
{
    while (pages->used > 0) {
        guard_close(&pages->guard[--pages->used]);
    }
}

/* The caller's arrays may end anywhere too: nothing reads past an input, a target, a mask, a
 * weight or the gradient. */
static void arrays_end_at_a_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const struct shape *shape = &shapes[i];
        const size_t pairs = (size_t)shape->steps * shape->sequences;
        /* Those of a last loss are as many as the sequences. */
        const size_t targets = (shape->features & WITH_LAST) != 0 ? shape->sequences : pairs;
        struct pages pages = {.used = 0};
        struct rig rig;
        uint64_t expected;
        rig_open(&rig, shape);
        expected = rig_train(&rig);
        rig_close(&rig);

        rig_open(&rig, shape);
        rig.input = at_page_end(&pages, rig.input, pairs * shape->inputs * sizeof *rig.input);
        rig.ids = at_page_end(&pages, rig.ids, pairs * sizeof *rig.ids);
        rig.lengths = at_page_end(&pages, rig.lengths, shape->sequences * sizeof *rig.lengths);
        rig.mask = at_page_end(&pages, rig.mask, pairs * sizeof *rig.mask);
        rig.target = at_page_end(&pages, rig.target, targets * shape->outputs * sizeof *rig.target);
        rig.known = at_page_end(&pages, rig.known, targets * shape->outputs * sizeof *rig.known);
        rig.target_ids = at_page_end(&pages, rig.target_ids, targets * sizeof *rig.target_ids);
        rig.weights = at_page_end(&pages, rig.weights, targets * sizeof *rig.weights);
        rig.gradient = at_page_end(&pages, rig.gradient, rig.count * sizeof *rig.gradient);
        rig_describe(&rig, rig.batch, 0, shape->sequences);
        assert_true(rig_train(&rig) == expected);
        rig_close(&rig);
        pages_close(&pages);
    }
}

/* Nor does a forward that continues, and what follows it, read past the restarts. */
static void restarts_end_at_a_page(void **state)
{
    static const uint8_t restarts[16] = {0, 1, 0, 0, 1};

    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const size_t sequences = shapes[i].sequences;
        struct pages pages = {.used = 0};
        struct rig rig;

        assert_true(sequences <= sizeof restarts);
        rig_open(&rig, &shapes[i]);
        rig_forward(&rig);
        SUCCEEDS(srnn_batch_restarts(rig.batch, at_page_end(&pages, restarts, sequences)));
        SUCCEEDS(srnn_forward_continue(rig.model, rig.workspace, rig.batch));
        SUCCEEDS(srnn_loss(rig.model, rig.workspace, rig.batch, 1.0, NULL, NULL));
        SUCCEEDS(srnn_backward(rig.model, rig.workspace, rig.regularizer, rig.gradient, rig.count));
        rig_close(&rig);
        pages_close(&pages);
    }
}

/* Nor does a streamed step, a state that is carried, outputs or a spectrum. */
static void rows_end_at_a_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const struct shape *shape = &shapes[i];
        const size_t hidden = shape->hidden;
        struct pages pages = {.used = 0};
        struct rig rig;
        float *values, *before, *after, *logits, *carried, *scratch, *matrix;
        double value;

        rig_open(&rig, shape);
        values = at_page_end(&pages, rig.input, shape->inputs * sizeof *values);
        before = at_page_end(&pages, rig.state, hidden * sizeof *before);
        after = at_page_end(&pages, rig.state, hidden * sizeof *after);
        logits = at_page_end(&pages, rig.target, shape->outputs * sizeof *logits);
        carried = at_page_end(&pages, rig.state, shape->sequences * hidden * sizeof *carried);
        matrix = at_page_end(&pages, rig.parameters, hidden * hidden * sizeof *matrix);
        scratch = at_page_end(&pages, rig.parameters, 2 * hidden * sizeof *scratch);
        SUCCEEDS(srnn_initial_state(rig.model, before, hidden));
        SUCCEEDS(srnn_step(rig.model, values, before, after, logits));
        SUCCEEDS(srnn_step_id(rig.model, shape->inputs - 1, after, before, logits));
        SUCCEEDS(srnn_outputs(rig.model, logits, 1, logits));
        SUCCEEDS(srnn_workspace_set_state(rig.workspace, carried, hidden, shape->sequences));
        SUCCEEDS(srnn_workspace_get_state(rig.workspace, carried, hidden, shape->sequences));
        SAME_FLOATS(rig.state, carried, shape->sequences * hidden);
        SUCCEEDS(srnn_spectrum(matrix, hidden, scratch, 2 * hidden, &value, NULL));
        SUCCEEDS(srnn_spectrum(matrix, hidden, scratch, 2 * hidden, NULL, &value));
        SUCCEEDS(srnn_spectrum(matrix, hidden, scratch, 2 * hidden, NULL, NULL));
        rig_close(&rig);
        pages_close(&pages);
    }
}

/* Nor does a streamed step, for every width up to a little over eight vectors. A kernel takes eight
 * at once, and moves the last one left until it ends with the row. */
static void streamed_rows_end_at_a_page(void **state)
{
    (void)state;
    for (uint32_t width = 1; width <= 130; width++) {
        const size_t bytes = width * sizeof(float);
        struct shape shape = small_shape;
        struct pages pages = {.used = 0};
        float *before, *after, *logits;
        struct rig rig;

        shape.hidden = width;
        shape.outputs = width;
        rig_open(&rig, &shape);
        before = at_page_end(&pages, rig.parameters, bytes);
        after = at_page_end(&pages, rig.parameters, bytes);
        logits = at_page_end(&pages, rig.parameters, bytes);
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, *set));
            SUCCEEDS(srnn_step(rig.model, rig.input, before, after, logits));
        }
        rig_close(&rig);
        pages_close(&pages);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(every_size_below_the_need),
        RIG_TEST(every_misalignment),
        RIG_TEST(null_everywhere),
        cmocka_unit_test(arrays_end_at_a_page),
        cmocka_unit_test(restarts_end_at_a_page),
        cmocka_unit_test(rows_end_at_a_page),
        cmocka_unit_test(streamed_rows_end_at_a_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
