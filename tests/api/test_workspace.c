/* test_workspace.c - sizes, options, carried state, views */
#include <math.h>
#include <string.h>

#include "options.h"

static void options(void **state)
{
    const struct option_row rows[] = {
        {SRNN_WORKSPACE_ERROR_LIMIT,
         INFINITY,
         4,
         {1e-37, 15.0, 1e30, INFINITY},
         4,
         {0.0, -1.0, 9e-38, -INFINITY}},
        {SRNN_WORKSPACE_ERROR_GROWTH,
         INFINITY,
         4,
         {1.0, 10.0, 1e300, INFINITY},
         4,
         {0.0, -10.0, 0.9999999999999999, -INFINITY}},
    };
    struct rig *rig = *state;
    const struct option_argument arguments[] = {
        {SRNN_WORKSPACE_MAX_STEPS, rig->shape.steps},
        {SRNN_WORKSPACE_MAX_SEQUENCES, rig->shape.sequences},
        {SRNN_WORKSPACE_FLAGS, rig->shape.workspace_flags},
        {SRNN_WORKSPACE_HIDDEN, rig->shape.hidden},
    };
    static const uint32_t statistics[] = {SRNN_WORKSPACE_CARRIED, SRNN_WORKSPACE_STEPS,
                                          SRNN_WORKSPACE_SEQUENCES};
    const struct option_table table = {
        &option_handles[OPTIONS_OF_WORKSPACE], rows, 2, statistics, 3, arguments, 4};

    check_options(rig, rig->workspace, &table);
}

static void sizes(void **state)
{
    struct rig *rig = *state;
    size_t *bytes = &rig->out->bytes;
    size_t least = 0, more = 0;
    void *memory = heap_array(&rig->heap, 64, 1);
    srnn_workspace *workspace = NULL;

    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_workspace_size(rig->model, 0, 1, 0, bytes));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_workspace_size(rig->model, 1, 0, 0, bytes));
    for (uint32_t flag = 1; flag != 0; flag <<= 1) {
        if ((flag >= SRNN_WORKSPACE_LAST_OUTPUT && flag <= SRNN_WORKSPACE_FRUGAL) ||
            flag == SRNN_WORKSPACE_FORWARD_ONLY) {
            continue;
        }
        REFUSES(&rig->heap, SRNN_E_RANGE, srnn_workspace_size(rig->model, 1, 1, flag, bytes));
        RETURNS(SRNN_E_RANGE, srnn_workspace_init(memory, 64, rig->model, 1, 1, flag, &workspace));
        RETURNS(SRNN_E_RANGE, srnn_workspace_create(heap_allocate, &rig->heap, rig->model, 1, 1,
                                                    flag, &workspace));
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_workspace_size(rig->model, 1, 1, 0, NULL));
    SUCCEEDS(srnn_workspace_size(rig->model, 50, 4, 0, &least));
    SUCCEEDS(srnn_workspace_size(rig->model, 50, 4, SRNN_WORKSPACE_LAST_OUTPUT, &more));
    assert_true(more < least);
    SUCCEEDS(srnn_workspace_size(rig->model, 50, 4, SRNN_WORKSPACE_FRUGAL, &more));
    assert_true(more < least);
    for (uint32_t flag = SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT; flag <= SRNN_WORKSPACE_KEEP_FLOW;
         flag <<= 1) {
        SUCCEEDS(srnn_workspace_size(rig->model, 50, 4, flag, &more));
        assert_true(more > least);
    }
    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad)
    {
        RETURNS(SRNN_E_ARGUMENT, srnn_workspace_init(memory, 64, bad, 1, 1, 0, &workspace));
        RETURNS(SRNN_E_ARGUMENT,
                srnn_workspace_create(heap_allocate, &rig->heap, bad, 1, 1, 0, &workspace));
    }
    assert_null(workspace);
}

/* Steps times sequences may be more than 32 bits hold: a further sequence adds the same bytes there
 * as everywhere, at least one for each step. */
static void many_pairs(void **state)
{
    struct rig *rig = *state;
    size_t bytes[4] = {0};

    if (SIZE_MAX == UINT32_MAX) {
        skip();
    }
    for (uint32_t i = 0; i < 4; i++) {
        SUCCEEDS(srnn_workspace_size(rig->model, 65536, i < 2 ? 1008 + 16 * i : 65504 + 16 * i, 0,
                                     &bytes[i]));
    }
    assert_true(bytes[1] - bytes[0] >= (size_t)16 * 65536);
    assert_int_equal(bytes[3] - bytes[2], bytes[1] - bytes[0]);
    assert_true(bytes[3] > UINT32_MAX);
}

/* Sizes that do not fit in size_t, by the product of the widest with the longest. */
static void overflow(void **state)
{
    const uint32_t most = SIZE_MAX > UINT32_MAX ? SRNN_MODEL_MAX_WIDTH : 4096;
    struct rig *rig = *state;
    size_t *bytes = &rig->out->bytes;
    void *memory = heap_array(&rig->heap, 64, 1);
    srnn_workspace *workspace = NULL;
    srnn_model *model = NULL;

    SUCCEEDS(srnn_model_create(heap_allocate, &rig->heap, most, most, most, SRNN_HIDDEN_TANH,
                               SRNN_OUTPUT_LINEAR, SRNN_MODEL_EXTERNAL, &model));
    for (uint32_t flags = 0; flags < 2 * SRNN_WORKSPACE_FRUGAL;
         flags += SRNN_WORKSPACE_LAST_OUTPUT) {
        REFUSES(&rig->heap, SRNN_E_OVERFLOW,
                srnn_workspace_size(model, UINT32_MAX, UINT32_MAX, flags, bytes));
        RETURNS(SRNN_E_OVERFLOW,
                srnn_workspace_init(memory, 64, model, UINT32_MAX, UINT32_MAX, flags, &workspace));
        RETURNS(SRNN_E_OVERFLOW, srnn_workspace_create(heap_allocate, &rig->heap, model, UINT32_MAX,
                                                       UINT32_MAX, flags, &workspace));
    }
    assert_null(workspace);
    srnn_model_destroy(model);
}

static void carried_state(void **state)
{
    struct rig *rig = *state;
    const uint32_t sequences = rig->shape.sequences;
    const size_t hidden = rig->shape.hidden;
    float *got = heap_array(&rig->heap, sequences * hidden, sizeof *got);

    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_workspace_get_state(rig->workspace, got, hidden, sequences));
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_workspace_set_state(rig->workspace, rig->state, hidden, 0));
    REFUSES(&rig->heap, SRNN_E_SPACE,
            srnn_workspace_set_state(rig->workspace, rig->state, hidden, sequences + 1));
    REFUSES(&rig->heap, SRNN_E_SPACE,
            srnn_workspace_set_state(rig->workspace, rig->state, hidden, UINT32_MAX));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_set_state(rig->workspace, NULL, hidden, sequences));
    for (uint32_t count = 1; count <= sequences; count++) {
        SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, hidden, count));
        SUCCEEDS(srnn_workspace_get_state(rig->workspace, got, hidden, count));
        SAME_FLOATS(rig->state, got, count * hidden);
        REFUSES(&rig->heap, SRNN_E_SHAPE,
                srnn_workspace_get_state(rig->workspace, got, hidden, count + 1));
        REFUSES(&rig->heap, SRNN_E_SHAPE,
                srnn_workspace_get_state(rig->workspace, got, hidden, count - 1));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_workspace_get_state(rig->workspace, NULL, hidden, count));
    }
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_workspace_get_state(rig->workspace, got, hidden, sequences));
    for (uint32_t s = 0; s < sequences; s++) {
        SAME_FLOATS(rig_view(rig, SRNN_VIEW_HIDDEN, rig->shape.steps - 1, s), got + s * hidden,
                    hidden);
    }
    FOR_BAD_HANDLES(rig, HANDLE_WORKSPACE, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_workspace_set_state(bad, got, hidden, 1));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_workspace_get_state(bad, got, hidden, 1));
    }
}

/* Check what the workspace says of the state that it carries and of its last forward. */
static void says(const struct rig *rig, uint32_t carried, uint32_t steps, uint32_t sequences)
{
    const struct option_argument numbers[] = {{SRNN_WORKSPACE_CARRIED, carried},
                                              {SRNN_WORKSPACE_STEPS, steps},
                                              {SRNN_WORKSPACE_SEQUENCES, sequences}};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        SUCCEEDS(srnn_workspace_get(rig->workspace, numbers[i].key, &rig->out->value));
        NEAR(numbers[i].value, rig->out->value, 0.0);
    }
}

/* At each stage of the passes, and after what discards a state or a forward; a restore does so too
 * (archive/test_parts_restored.c). */
static void what_is_there(void **state)
{
    struct rig *rig = *state;
    const uint32_t steps = rig->shape.steps, sequences = rig->shape.sequences;
    uint32_t next = 1; /* the run that fails */

    says(rig, 0, 0, 0);
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden, 2));
    says(rig, 2, 0, 0);
    rig_forward(rig);
    says(rig, sequences, steps, sequences);
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
    says(rig, sequences, steps, sequences);
    rig_forward(rig);
    SUCCEEDS(srnn_workspace_parallel(rig->workspace, run_failing, &next, 2));
    RETURNS(SRNN_E_PARALLEL,
            srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
    says(rig, sequences, 0, 0);
    next = 1;
    RETURNS(SRNN_E_PARALLEL, srnn_forward(rig->model, rig->workspace, rig->batch));
    says(rig, 0, 0, 0);
    rig_forward(rig);
    /* It is the last forward's, whatever its batch is now. */
    SUCCEEDS(srnn_batch_begin(rig->batch, steps - 2, sequences - 1));
    SUCCEEDS(srnn_batch_input(rig->batch, rig->input, 12, 3));
    says(rig, sequences, steps, sequences);
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    says(rig, sequences - 1, steps - 2, sequences - 1);
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden, 1));
    says(rig, 1, 0, 0);
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_workspace_reset(rig->workspace));
    says(rig, 0, 0, 0);
}

/* srnn_forward begins anew whatever was set. The state that is set may be a step of the view
 * HIDDEN: a forward over all steps, continued from step 2 of it, is the forward from step 3 on. */
static void set_state_is_for_continue(void **state)
{
    struct rig *rig = *state;
    const uint32_t steps = rig->shape.steps, sequences = rig->shape.sequences;
    const size_t hidden = rig->shape.hidden, row = sequences * hidden;
    float *whole = heap_array(&rig->heap, steps * row, sizeof *whole);
    float *step;

    SUCCEEDS(srnn_batch_begin(rig->batch, steps, sequences));
    SUCCEEDS(srnn_batch_input(rig->batch, rig->input, 12, 3));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    memcpy(whole, rig_view(rig, SRNN_VIEW_HIDDEN, 0, 0), steps * row * sizeof *whole);
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, hidden, sequences));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SAME_FLOATS(whole, rig_view(rig, SRNN_VIEW_HIDDEN, 0, 0), steps * row);

    step = rig_view(rig, SRNN_VIEW_HIDDEN, 2, 0);
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, step, hidden, sequences));
    SUCCEEDS(srnn_batch_begin(rig->batch, steps - 3, sequences));
    SUCCEEDS(srnn_batch_input(rig->batch, rig->input + 3 * 12, 12, 3));
    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SAME_FLOATS(whole + 3 * row, rig_view(rig, SRNN_VIEW_HIDDEN, 0, 0), (steps - 3) * row);
}

/* The result of a view, in the rig's place for results. Both functions tell the same. */
static int32_t look(struct rig *rig, uint32_t view)
{
    struct results *out = rig->out;
    const int32_t status = srnn_workspace_view(rig->workspace, view, &out->data, &out->step_stride,
                                               &out->sequence_stride, &out->columns);
    const float *data = NULL;
    size_t step_stride = 0;
    size_t sequence_stride = 0;
    uint32_t columns = 0;

    RETURNS(status, srnn_workspace_view_const(rig->workspace, view, &data, &step_stride,
                                              &sequence_stride, &columns));
    if (status == SRNN_OK) {
        assert_ptr_equal(data, out->data);
        assert_int_equal(step_stride, out->step_stride);
        assert_int_equal(sequence_stride, out->sequence_stride);
        assert_int_equal(columns, out->columns);
    } else {
        assert_true(data == NULL && step_stride == 0 && sequence_stride == 0 && columns == 0);
    }
    return status;
}

/* Looking succeeds, and changes nothing in the workspace. */
static void sees(struct rig *rig, uint32_t view)
{
    const size_t bytes = heap_bytes(rig->workspace);
    const uint64_t before = hash_bytes(HASH_START, rig->workspace, bytes);

    SUCCEEDS(look(rig, view));
    assert_true(hash_bytes(HASH_START, rig->workspace, bytes) == before);
}

/* The stages of a pass at which each view is valid. */
static void views_in_time(void **state)
{
    struct rig *rig = *state;
    static const uint32_t unknown[] = {0, SRNN_VIEW_HIDDEN - 1, SRNN_VIEW_INITIAL_GRADIENT + 1, 100,
                                       UINT32_MAX};

    for (uint32_t view = SRNN_VIEW_HIDDEN; view <= SRNN_VIEW_INITIAL_GRADIENT; view++) {
        REFUSES(&rig->heap, SRNN_E_STATE, look(rig, view));
    }
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        REFUSES(&rig->heap, SRNN_E_RANGE, look(rig, unknown[i]));
    }
    sees(rig, SRNN_VIEW_HIDDEN);
    sees(rig, SRNN_VIEW_LOGIT);
    sees(rig, SRNN_VIEW_HIDDEN_GRADIENT);
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_LOGIT_GRADIENT));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_INPUT_GRADIENT));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_FLOW));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_INITIAL_GRADIENT));
    rig_forward(rig);
    sees(rig, SRNN_VIEW_LOGIT_GRADIENT);
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_INPUT_GRADIENT));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_FLOW));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_INITIAL_GRADIENT));
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
    for (uint32_t view = SRNN_VIEW_HIDDEN; view <= SRNN_VIEW_INITIAL_GRADIENT; view++) {
        sees(rig, view);
    }
    /* The next forward invalidates the views that it has not filled. */
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_INPUT_GRADIENT));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_FLOW));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_INITIAL_GRADIENT));
}

static void views_of_nothing(void **state)
{
    struct rig *rig = *state;
    struct results *out = rig->out;
    const float *data;

    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_view(rig->workspace, SRNN_VIEW_HIDDEN, NULL, &out->step_stride,
                                &out->sequence_stride, &out->columns));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_view(rig->workspace, SRNN_VIEW_HIDDEN, &out->data, NULL,
                                &out->sequence_stride, &out->columns));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_view(rig->workspace, SRNN_VIEW_HIDDEN, &out->data, &out->step_stride,
                                NULL, &out->columns));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_view(rig->workspace, SRNN_VIEW_HIDDEN, &out->data, &out->step_stride,
                                &out->sequence_stride, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_view_const(rig->workspace, SRNN_VIEW_HIDDEN, NULL, &out->step_stride,
                                      &out->sequence_stride, &out->columns));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_view_const(rig->workspace, SRNN_VIEW_HIDDEN, &data, NULL,
                                      &out->sequence_stride, &out->columns));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_view_const(rig->workspace, SRNN_VIEW_HIDDEN, &data, &out->step_stride,
                                      NULL, &out->columns));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_workspace_view_const(rig->workspace, SRNN_VIEW_HIDDEN, &data, &out->step_stride,
                                      &out->sequence_stride, NULL));
    FOR_BAD_HANDLES(rig, HANDLE_WORKSPACE, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_workspace_view(bad, SRNN_VIEW_HIDDEN, &out->data, &out->step_stride,
                                    &out->sequence_stride, &out->columns));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_workspace_view_const(bad, SRNN_VIEW_HIDDEN, &data, &out->step_stride,
                                          &out->sequence_stride, &out->columns));
    }
}

/* Each view is kept by its own flag alone (the hidden states, unless by SRNN_WORKSPACE_FRUGAL), has
 * its width, and all its rows lie in the block of the workspace without touching one another. */
static void views_in_space(void **state)
{
    static const uint32_t flag_of[] = {
        0,
        0,
        0,
        SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT,
        SRNN_WORKSPACE_KEEP_INPUT_GRADIENT,
        SRNN_WORKSPACE_KEEP_FLOW,
        0,
    };

    (void)state;
    for (uint32_t flags = 0; flags < 2 * SRNN_WORKSPACE_FRUGAL;
         flags += SRNN_WORKSPACE_LAST_OUTPUT) {
        struct shape shape = small_shape;
        const uint32_t widths[] = {5, 4, 4, 5, 3, 1, 5};
        const int last = (flags & SRNN_WORKSPACE_LAST_OUTPUT) != 0;
        struct rig rig;
        shape.workspace_flags = flags;
        shape.features |= last ? WITH_LAST : 0;
        rig_open(&rig, &shape);
        rig_forward(&rig);
        SUCCEEDS(srnn_backward(rig.model, rig.workspace, NULL, rig.gradient, rig.count));
        for (uint32_t view = SRNN_VIEW_HIDDEN; view <= SRNN_VIEW_INITIAL_GRADIENT; view++) {
            const int one_step =
                view == SRNN_VIEW_INITIAL_GRADIENT ||
                (last && (view == SRNN_VIEW_LOGIT || view == SRNN_VIEW_LOGIT_GRADIENT));
            const unsigned char *block = (const unsigned char *)rig.workspace;
            const struct results *out = rig.out;
            size_t end;
            if ((flag_of[view - SRNN_VIEW_HIDDEN] & ~flags) != 0 ||
                (view == SRNN_VIEW_HIDDEN && (flags & SRNN_WORKSPACE_FRUGAL) != 0)) {
                REFUSES(&rig.heap, SRNN_E_STATE, look(&rig, view));
                continue;
            }
            SUCCEEDS(look(&rig, view));
            assert_int_equal(out->columns, widths[view - SRNN_VIEW_HIDDEN]);
            assert_true(out->sequence_stride >= widths[view - SRNN_VIEW_HIDDEN]);
            assert_true(one_step ? out->step_stride == 0
                                 : out->step_stride >= shape.sequences * out->sequence_stride);
            end = (one_step ? 0 : (shape.steps - 1) * out->step_stride) +
                  (shape.sequences - 1) * out->sequence_stride + out->columns;
            assert_true((const unsigned char *)out->data > block);
            assert_true((const unsigned char *)(out->data + end) <=
                        block + heap_bytes(rig.workspace));
        }
        rig_close(&rig);
    }
}

/* After a reset nothing can go on from the last pass; options stay; and a whole step has the bits
 * that it had. */
static void reset(void **state)
{
    struct rig *rig = *state;
    float *got = heap_array(&rig->heap, rig->shape.sequences * rig->shape.hidden, sizeof *got);
    struct rig other;

    SUCCEEDS(srnn_workspace_set(rig->workspace, SRNN_WORKSPACE_ERROR_LIMIT, 15.0));
    rig_forward(rig);
    SUCCEEDS(srnn_workspace_reset(rig->workspace));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_workspace_get_state(rig->workspace, got, rig->shape.hidden, rig->shape.sequences));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, NULL, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
    REFUSES(&rig->heap, SRNN_E_STATE, look(rig, SRNN_VIEW_LOGIT));
    SUCCEEDS(srnn_workspace_get(rig->workspace, SRNN_WORKSPACE_ERROR_LIMIT, &rig->out->value));
    NEAR(15.0, rig->out->value, 0.0);
    rig_open(&other, &rig->shape);
    SUCCEEDS(srnn_workspace_set(other.workspace, SRNN_WORKSPACE_ERROR_LIMIT, 15.0));
    assert_true(rig_train(&other) == rig_train(rig));
    rig_close(&other);
    FOR_BAD_HANDLES(rig, HANDLE_WORKSPACE, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_workspace_reset(bad));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(options),
        RIG_TEST(sizes),
        RIG_TEST(many_pairs),
        RIG_TEST(overflow),
        RIG_TEST(carried_state),
        RIG_TEST(what_is_there),
        RIG_TEST(set_state_is_for_continue),
        RIG_TEST(views_in_time),
        RIG_TEST(views_of_nothing),
        cmocka_unit_test(views_in_space),
        RIG_TEST(reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
