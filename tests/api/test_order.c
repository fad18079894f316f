/* test_order.c - no array is read before everything else was checked
 *
 * Each call here has something wrong besides its arrays, and its arrays lie in a page without
 * access rights: a read or write ends the test. Results go to the rig, which does not change. */
#include <math.h>

#include "support.h"

static struct guard guard;

/* An array that must not be touched. */
static void *forbidden(void)
{
    return guard.end;
}

static int open_guarded(void **state)
{
    guard_open(&guard, 1);
    return rig_setup(state);
}

static int close_guarded(void **state)
{
    guard_close(&guard);
    return rig_teardown(state);
}

/* A batch of so many pairs whose arrays are forbidden. */
static srnn_batch *forbidden_batch(struct rig *rig, uint32_t steps, uint32_t sequences)
{
    srnn_batch *batch = rig_placed(rig, HANDLE_BATCH);

    SUCCEEDS(srnn_batch_begin(batch, steps, sequences));
    SUCCEEDS(srnn_batch_input_ids(batch, forbidden(), sequences, 1));
    SUCCEEDS(srnn_batch_restarts(batch, forbidden()));
    SUCCEEDS(srnn_batch_lengths(batch, forbidden()));
    SUCCEEDS(srnn_batch_mask(batch, forbidden(), sequences, 1));
    SUCCEEDS(srnn_batch_target_ids(batch, forbidden(), sequences, 1));
    SUCCEEDS(srnn_batch_weights(batch, forbidden(), sequences, 1));
    return batch;
}

/* A model of the rig's shape with further flags, in the rig's heap. */
static srnn_model *model_with(struct rig *rig, uint32_t flags)
{
    const uint32_t ready = rig->shape.model_flags;
    srnn_model *model;

    rig->shape.model_flags |= flags;
    model = rig_placed(rig, HANDLE_MODEL);
    rig->shape.model_flags = ready;
    return model;
}

/* A model of the rig's shape whose parameters are forbidden. */
static srnn_model *forbidden_model(struct rig *rig)
{
    srnn_model *model = model_with(rig, SRNN_MODEL_EXTERNAL);

    SUCCEEDS(srnn_model_bind(model, forbidden(), rig->count));
    return model;
}

/* A workspace of the rig's shape with these flags. */
static srnn_workspace *workspace_with(struct rig *rig, uint32_t flags)
{
    const uint32_t ready = rig->shape.workspace_flags;
    srnn_workspace *workspace;

    rig->shape.workspace_flags = flags;
    workspace = rig_placed(rig, HANDLE_WORKSPACE);
    rig->shape.workspace_flags = ready;
    return workspace;
}

static void forwards(void **state)
{
    static const uint32_t sizes[][2] = {
        {7, 4}, {6, 5}, {UINT32_MAX, 4}, {6, UINT32_MAX}, {UINT32_MAX, UINT32_MAX}};
    struct rig *rig = *state;
    srnn_batch *batch = forbidden_batch(rig, rig->shape.steps, rig->shape.sequences);
    srnn_workspace *last = workspace_with(rig, SRNN_WORKSPACE_LAST_OUTPUT);
    srnn_model *unbound = model_with(rig, SRNN_MODEL_EXTERNAL);
    srnn_model *wider, *model = forbidden_model(rig);

    rig->shape.inputs++;
    wider = rig_placed(rig, HANDLE_MODEL);
    rig->shape.inputs--;
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_forward(NULL, rig->workspace, batch));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_forward(model, NULL, batch));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_forward(wider, rig->workspace, batch));
    REFUSES(&rig->heap, SRNN_E_UNSUPPORTED, srnn_forward(model, last, batch));
    REFUSES(&rig->heap, SRNN_E_UNSUPPORTED, srnn_forward_continue(model, last, batch));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_forward(unbound, rig->workspace, batch));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_forward_continue(model, rig->workspace, batch));
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden, 3));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_forward_continue(model, rig->workspace, batch));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        srnn_batch *large = forbidden_batch(rig, sizes[i][0], sizes[i][1]);
        REFUSES(&rig->heap, SRNN_E_SPACE, srnn_forward(model, rig->workspace, large));
        REFUSES(&rig->heap, SRNN_E_SPACE, srnn_forward_continue(model, rig->workspace, large));
    }
}

static int32_t loss(struct rig *rig, const srnn_batch *batch, double scale)
{
    return srnn_loss(rig->model, rig->workspace, batch, scale, &rig->out->value, &rig->out->other);
}

static int32_t count_errors(struct rig *rig, const srnn_batch *batch, double tolerance)
{
    uint64_t *counts = rig->out->counts;

    return srnn_count_errors(rig->model, rig->workspace, batch, tolerance, &counts[0], &counts[1],
                             &counts[2], &counts[3]);
}

/* Loss and count of errors refuse a batch. */
static void both_refuse(struct rig *rig, int32_t status, const srnn_batch *batch)
{
    REFUSES(&rig->heap, status, loss(rig, batch, 1.0));
    REFUSES(&rig->heap, status, count_errors(rig, batch, 0.5));
}

static void losses(void **state)
{
    const double scales[] = {NAN, INFINITY, -INFINITY, 1e39, -1e300};
    struct rig *rig = *state;
    srnn_batch *all = forbidden_batch(rig, rig->shape.steps, rig->shape.sequences);
    srnn_batch *targets = rig_placed(rig, HANDLE_BATCH);
    const size_t sequences = rig->shape.sequences;

    SUCCEEDS(srnn_batch_begin(targets, rig->shape.steps, rig->shape.sequences));
    SUCCEEDS(
        srnn_batch_input(targets, rig->input, sequences * rig->shape.inputs, rig->shape.inputs));
    both_refuse(rig, SRNN_E_STATE, all);
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, targets));
    both_refuse(rig, SRNN_E_SHAPE, all);
    SUCCEEDS(srnn_batch_target(targets, forbidden(), sequences, 1));
    SUCCEEDS(srnn_batch_weights(targets, forbidden(), sequences, 1));
    SUCCEEDS(srnn_batch_target_mask(targets, forbidden(), sequences, 1));
    both_refuse(rig, SRNN_E_UNSUPPORTED, targets); /* softmax */
    SUCCEEDS(srnn_batch_target_mask(targets, NULL, 0, 0));
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        REFUSES(&rig->heap, SRNN_E_NONFINITE, loss(rig, targets, scales[i]));
    }
    REFUSES(&rig->heap, SRNN_E_RANGE, count_errors(rig, targets, NAN));
    REFUSES(&rig->heap, SRNN_E_RANGE, count_errors(rig, targets, -1.0));
    SUCCEEDS(srnn_batch_target_ids(targets, forbidden(), 0, 1));
    both_refuse(rig, SRNN_E_SHAPE, targets);
}

/* Ids as targets of outputs that are not softmax. */
static void losses_without_classes(void **state)
{
    struct shape shape = small_shape;
    srnn_batch *batch;
    struct rig rig;

    (void)state;
    shape.output = SRNN_OUTPUT_SIGMOID;
    shape.features = 0;
    rig_open(&rig, &shape);
    SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
    batch = forbidden_batch(&rig, shape.steps, shape.sequences);
    both_refuse(&rig, SRNN_E_UNSUPPORTED, batch);
    /* A mask of targets does not change that. */
    SUCCEEDS(srnn_batch_target_mask(batch, forbidden(), shape.sequences, 1));
    both_refuse(&rig, SRNN_E_UNSUPPORTED, batch);
    rig_close(&rig);
}

static void states_and_outputs(void **state)
{
    struct rig *rig = *state;
    const size_t hidden = rig->shape.hidden;
    float *array = forbidden();
    srnn_model *unbound = model_with(rig, SRNN_MODEL_EXTERNAL);
    srnn_workspace *w = rig->workspace;

    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_workspace_set_state(w, array, hidden, 0));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_workspace_set_state(w, array, hidden, 5));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_workspace_get_state(w, array, hidden, 4));
    SUCCEEDS(srnn_workspace_set_state(w, rig->state, hidden, 4));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_workspace_get_state(w, array, hidden, 3));

    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_initial_state(unbound, array, hidden + 1));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_initial_state(unbound, array, hidden));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step(unbound, NULL, array, array + hidden, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_step(rig->model, array, array, array, array));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_step(unbound, rig->input, array, array + hidden, NULL));
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_step_id(unbound, rig->shape.inputs, array, array + hidden, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_step_id(unbound, 0, array, array + hidden, NULL));

    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_outputs(rig->model, array, 2, array + 1));
    REFUSES(
        &rig->heap, SRNN_E_ARGUMENT,
        srnn_outputs(rig->model, array, SIZE_MAX / sizeof *array / rig->shape.outputs, array + 1));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW, srnn_outputs(rig->model, array, SIZE_MAX, array));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW, srnn_outputs(rig->model, array, SIZE_MAX / 15, array));
}

static void gradients(void **state)
{
    struct rig *rig = *state;
    const size_t count = rig->count;
    float *array = forbidden();
    srnn_model *unbound = model_with(rig, SRNN_MODEL_EXTERNAL);
    double *norm = &rig->out->value;
    srnn_optimizer *endless = NULL;

    rig_forward(rig);
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_backward(rig->model, rig->workspace, NULL, array, count + 1));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_backward(unbound, rig->workspace, NULL, array, count));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_backward(rig->model, rig->workspace, NULL, array, count + 1));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_backward(rig->model, rig->workspace, NULL, array, count));
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_regularizer_apply(rig->regularizer, rig->model, array, count + 1, norm));

    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_clipper_apply(rig->clipper, rig->model, array, count + 1, norm));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_TRUST));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_clipper_apply(rig->clipper, rig->model, array, count, norm));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_clipper_apply(rig->clipper, unbound, array, count, norm));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_clipper_apply(rig->clipper, NULL, array, count, norm));

    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_optimizer_step(rig->optimizer, array, rig->gradient, count + 1));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_optimizer_step(rig->optimizer, array, array + 1, count));
    SUCCEEDS(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_SGD, SIZE_MAX, &endless));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_optimizer_step(endless, array, array + 1, SIZE_MAX));
    srnn_optimizer_destroy(endless);
}

static void matrices(void **state)
{
    struct rig *rig = *state;
    double *result = &rig->out->value;
    float *array = forbidden();
    srnn_model *model = forbidden_model(rig);
    srnn_model *read_only = model_with(rig, SRNN_MODEL_EXTERNAL);
    srnn_model *without_bias = model_with(rig, SRNN_MODEL_EXTERNAL | SRNN_MODEL_NO_OUTPUT_BIAS);

    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_spectrum(array, 0, array, 2, result, NULL));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_spectrum(array, 4, array, 7, result, NULL));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_spectrum(array, 0, array, 2, NULL, result));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_spectrum(array, 4, array, 7, NULL, result));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_spectrum(array, 4, array, 7, NULL, NULL));

    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_model_initialize(model, 99, rig->random));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_model_initialize(read_only, 99, rig->random));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_model_initialize(read_only, SRNN_START_GLOROT, rig->random));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_model_copy(without_bias, model));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_model_copy(model, without_bias));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_copy(read_only, model));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_copy(model, read_only));
    SUCCEEDS(srnn_model_bind_const(read_only, array, rig->count));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_model_copy(read_only, without_bias));
    REFUSES(&rig->heap, SRNN_E_READ_ONLY, srnn_model_copy(read_only, model));
    REFUSES(&rig->heap, SRNN_E_READ_ONLY,
            srnn_model_initialize(read_only, SRNN_START_GLOROT, rig->random));
}

static void saving(void **state)
{
    struct rig *rig = *state;
    srnn_model *model = forbidden_model(rig);
    srnn_model *logistic, *unbound = model_with(rig, SRNN_MODEL_EXTERNAL);
    srnn_checkpoint *const list = rig->checkpoint;
    srnn_optimizer *optimizer = rig_placed(rig, HANDLE_OPTIMIZER);
    size_t *written = &rig->out->bytes;
    void *buffer = forbidden();
    size_t bytes, size = 0;

    rig->shape.activation = SRNN_HIDDEN_SIGMOID;
    logistic = model_with(rig, SRNN_MODEL_EXTERNAL);
    rig->shape.activation = small_shape.activation;
    SUCCEEDS(srnn_model_save(model, NULL, 0, &bytes));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_model_save(model, buffer, bytes - 1, &size));
    assert_int_equal(size, bytes);
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_save(unbound, buffer, bytes, written));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_write(unbound, expect_no_write, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_save(model, buffer, bytes, NULL));

    SUCCEEDS(srnn_pytorch_save(model, NULL, 0, &bytes));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_pytorch_save(model, buffer, bytes - 1, &size));
    assert_int_equal(size, bytes);
    REFUSES(&rig->heap, SRNN_E_UNSUPPORTED, srnn_pytorch_save(logistic, buffer, bytes, written));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_pytorch_save(unbound, buffer, bytes, written));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_pytorch_write(unbound, expect_no_write, NULL));

    SUCCEEDS(srnn_checkpoint_add(list, "model", model));
    SUCCEEDS(srnn_checkpoint_add_bytes(list, "own", forbidden(), 8));
    SUCCEEDS(srnn_checkpoint_add(list, "optimizer", optimizer));
    SUCCEEDS(srnn_checkpoint_save(list, NULL, 0, &bytes));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_checkpoint_save(list, buffer, bytes - 1, &size));
    assert_int_equal(size, bytes);
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_save(list, buffer, bytes, NULL));
    srnn_optimizer_destroy(optimizer);
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_save(list, NULL, 0, written));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_save(list, buffer, bytes, written));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_write(list, expect_no_write, NULL));
}

/* A list refuses a dead handle first, wherever it is, and then what the others lack. */
static void dead_in_a_list(void **state)
{
    static const int32_t expected[] = {SRNN_E_STATE, SRNN_E_ARGUMENT}; /* once it is dead */
    struct rig *rig = *state;
    srnn_checkpoint *const lists[] = {rig->checkpoint, rig_placed(rig, HANDLE_CHECKPOINT)};
    srnn_model *unbound = model_with(rig, SRNN_MODEL_EXTERNAL);
    size_t *bytes = &rig->out->bytes;

    rig_forward(rig);
    SUCCEEDS(
        srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count));
    for (size_t is_model = 0; is_model < 2; is_model++) {
        srnn_checkpoint *list = lists[is_model];
        srnn_random *last = rig_placed(rig, HANDLE_RANDOM);

        if (is_model) {
            SUCCEEDS(srnn_checkpoint_add(list, "model", unbound));
        } else {
            SUCCEEDS(srnn_checkpoint_add(list, "omega", rig->regularizer));
        }
        SUCCEEDS(srnn_checkpoint_add(list, "random", last));
        for (size_t is_dead = 0; is_dead < 2; is_dead++) {
            const int32_t status = expected[is_dead];

            REFUSES(&rig->heap, status, srnn_checkpoint_save(list, NULL, 0, bytes));
            REFUSES(&rig->heap, status, srnn_checkpoint_save(list, forbidden(), 512, bytes));
            REFUSES(&rig->heap, status, srnn_checkpoint_write(list, expect_no_write, NULL));
            REFUSES(&rig->heap, status, srnn_checkpoint_restore(list));
            srnn_random_destroy(last);
        }
    }
}

/* Names and texts are arrays too. */
static void listing(void **state)
{
    struct rig *rig = *state;
    srnn_checkpoint *full = rig_placed(rig, HANDLE_CHECKPOINT);
    srnn_checkpoint *const closed = rig->checkpoint;
    const char *const text = forbidden();
    void *bad[BAD_HANDLES];
    const void *data = NULL;
    double *value = &rig->out->value;
    size_t *bytes = &rig->out->bytes;

    rig_bad_handles(rig, HANDLE_CHECKPOINT, bad);
    for (size_t i = 0; i < BAD_HANDLES; i++) {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add(bad[i], text, rig->random));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add_text(bad[i], "x", text));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_open(bad[i], text, 512));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_text(bad[i], text, NULL, 0, bytes));
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add(full, text, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add_text(full, NULL, text));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_checkpoint_add_text(full, "no name", text));
    for (uint32_t i = 0; i < RIG_PARTS; i++) {
        const char name[2] = {(char)('a' + (char)i), '\0'};
        SUCCEEDS(srnn_checkpoint_add(full, name, rig->random));
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_checkpoint_add(full, text, rig->batch));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_checkpoint_add(full, text, rig->random));
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_checkpoint_add_text(full, text, text));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_checkpoint_get(closed, text, SRNN_STORED_KIND, value));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_checkpoint_bytes(closed, text, &data, bytes));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_checkpoint_text(closed, text, NULL, 0, bytes));
}

static void loading(void **state)
{
    static const uint32_t flags[] = {0, SRNN_LOAD_VIEW, 1}; /* the last is no flag */
    struct rig *rig = *state;
    const void *archive = forbidden();
    void *memory = forbidden();
    srnn_model *model = NULL;

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        const int32_t unknown = flags[i] == 1 ? SRNN_E_RANGE : SRNN_E_ARGUMENT;
        const void *const file = flags[i] == 1 ? archive : NULL;
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_load_size(archive, 512, flags[i], NULL));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_model_load(memory, 512, archive, 512, flags[i], NULL));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_model_load(NULL, 512, archive, 512, flags[i], &model));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_model_load(memory, 512, NULL, 512, flags[i], &model));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_model_load_create(heap_allocate, &rig->heap, archive, 512, flags[i], NULL));
        REFUSES(&rig->heap, unknown, srnn_model_load_size(file, 512, flags[i], &rig->out->bytes));
        REFUSES(&rig->heap, unknown, srnn_model_load(memory, 512, file, 512, flags[i], &model));
        REFUSES(&rig->heap, unknown,
                srnn_model_load_create(heap_allocate, &rig->heap, file, 512, flags[i], &model));
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_load_size(archive, 512, 0, 0, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_load(memory, 512, archive, 512, 0, 0, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_load(NULL, 512, archive, 512, 0, 0, &model));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_pytorch_load_create(heap_allocate, &rig->heap, archive, 512, 0, 0, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_archive_length(archive, 512, NULL));
    assert_null(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(forwards, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(losses, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(losses_without_classes, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(states_and_outputs, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(gradients, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(matrices, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(saving, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(dead_in_a_list, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(listing, open_guarded, close_guarded),
        cmocka_unit_test_setup_teardown(loading, open_guarded, close_guarded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
