/* test_sizes.c - sizes next to the largest that a size_t holds
 *
 * A size_t of 32 bits, as make check-i386 has it, is filled by models that can exist. */
#include "support.h"

#define WIDE_FLAGS (SRNN_MODEL_NO_RECURRENT_BIAS | SRNN_MODEL_NO_OUTPUT_BIAS)

/* With so many hidden units, one input, one output and WIDE_FLAGS, the vector of the parameters has
 * 2^32 - 4 bytes. */
enum { WIDE_HIDDEN = 32767 };

static int32_t wide_size(uint32_t hidden, uint32_t flags, size_t *bytes)
{
    return srnn_model_size(1, hidden, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, flags, bytes);
}

/* The widest model exists with its parameters elsewhere; its files are larger than a size_t. */
static void wide_model(void **state)
{
    struct rig *rig = *state;
    size_t *bytes = &rig->out->bytes, need = 0;
    srnn_model *model = NULL;

    if (SIZE_MAX > UINT32_MAX) {
        skip();
    }
    REFUSES(&rig->heap, SRNN_E_OVERFLOW, wide_size(WIDE_HIDDEN, WIDE_FLAGS, bytes));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW, wide_size(WIDE_HIDDEN, SRNN_MODEL_EXTERNAL, bytes));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW,
            wide_size(WIDE_HIDDEN + 1, WIDE_FLAGS | SRNN_MODEL_EXTERNAL, bytes));
    SUCCEEDS(wide_size(WIDE_HIDDEN, WIDE_FLAGS | SRNN_MODEL_EXTERNAL, &need));
    assert_true(need < 4096);
    SUCCEEDS(srnn_model_create(heap_allocate, &rig->heap, 1, WIDE_HIDDEN, 1, SRNN_HIDDEN_TANH,
                               SRNN_OUTPUT_LINEAR, WIDE_FLAGS | SRNN_MODEL_EXTERNAL, &model));
    assert_true(srnn_model_parameter_count(model) == SIZE_MAX / sizeof(float));
    SUCCEEDS(srnn_regularizer_size(model, SRNN_OMEGA_PAPER, &need));
    assert_true(need > (size_t)WIDE_HIDDEN * WIDE_HIDDEN * sizeof(float));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW,
            srnn_optimizer_size(SRNN_OPTIMIZER_ADAM, srnn_model_parameter_count(model), bytes));

    /* The parameters are not read: that the file has no size is found first. */
    SUCCEEDS(srnn_model_bind(model, rig->parameters, srnn_model_parameter_count(model)));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW, srnn_model_save(model, NULL, 0, bytes));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW, srnn_pytorch_save(model, NULL, 0, bytes));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW, srnn_pytorch_write(model, expect_no_write, NULL));
    srnn_model_destroy(model);
}

/* With so many sequences, the size of a workspace grows with its steps up to the last that a size_t
 * holds, and is refused beyond that: nowhere does it begin again at 0. */
static void largest_workspace(struct rig *rig, uint32_t sequences)
{
    uint32_t fits = 1, beyond = UINT32_MAX;
    size_t largest = 0, bytes = 0;

    SUCCEEDS(srnn_workspace_size(rig->model, fits, sequences, 0, &largest));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW,
            srnn_workspace_size(rig->model, beyond, sequences, 0, &rig->out->bytes));
    while (beyond - fits > 1) {
        const uint32_t middle = fits + (beyond - fits) / 2;
        const int32_t status = srnn_workspace_size(rig->model, middle, sequences, 0, &bytes);
        if (status == SRNN_OK) {
            assert_true(bytes >= largest);
            largest = bytes;
            fits = middle;
        } else {
            assert_int_equal(status, SRNN_E_OVERFLOW);
            beyond = middle;
        }
    }
    assert_true(largest > SIZE_MAX - SIZE_MAX / 256);
    for (uint32_t steps = beyond; steps < beyond + 16; steps++) {
        RETURNS(SRNN_E_OVERFLOW, srnn_workspace_size(rig->model, steps, sequences, 0, &bytes));
    }
}

static void workspaces(void **state)
{
    for (uint32_t i = 1; i <= 64; i++) {
        largest_workspace(*state, SIZE_MAX > UINT32_MAX ? UINT32_MAX - i : i);
    }
}

/* The states of about 2^30 steps of one float end at every place before 2^32, so that the next
 * array would begin beyond it. Without all logits, the others are small. */
static void end_of_an_array(void **state)
{
    struct rig *rig = *state;
    srnn_model *model = NULL;

    if (SIZE_MAX > UINT32_MAX) {
        skip();
    }
    SUCCEEDS(srnn_model_create(heap_allocate, &rig->heap, 1, 1, 1, SRNN_HIDDEN_TANH,
                               SRNN_OUTPUT_LINEAR, 0, &model));
    for (uint32_t steps = (1u << 30) - 4096; steps <= 1u << 30; steps++) {
        RETURNS(SRNN_E_OVERFLOW,
                srnn_workspace_size(model, steps, 1, SRNN_WORKSPACE_LAST_OUTPUT, &rig->out->bytes));
    }
    srnn_model_destroy(model);
}

/* A tape holds one state more than there are steps. Their number is no size_t of 32 bits after the
 * most steps of all, and does not begin again at 0: not in a wide layer either, whose other arrays
 * do not grow with the steps once only the last has an output. */
static void states_of_all_steps(void **state)
{
    static const uint32_t widths[] = {1, 255, 256, 1024};
    const int32_t expected = SIZE_MAX > UINT32_MAX ? SRNN_OK : SRNN_E_OVERFLOW;
    struct rig *rig = *state;

    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        srnn_model *model = NULL;

        SUCCEEDS(srnn_model_create(heap_allocate, &rig->heap, 1, widths[i], 1, SRNN_HIDDEN_TANH,
                                   SRNN_OUTPUT_LINEAR, 0, &model));
        for (uint32_t less = 0; less < 4; less++) {
            RETURNS(expected, srnn_workspace_size(model, UINT32_MAX - less, 1,
                                                  SRNN_WORKSPACE_LAST_OUTPUT, &rig->out->bytes));
        }
        srnn_model_destroy(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(wide_model),
        RIG_TEST(workspaces),
        RIG_TEST(end_of_an_array),
        RIG_TEST(states_of_all_steps),
    };

    return cmocka_run_group_tests_name("sizes", tests, NULL, NULL);
}
