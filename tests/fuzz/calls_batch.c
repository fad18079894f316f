/* calls_batch.c - calls on batches, and forward, loss and backward on them */
#include "calls.h"

/* Strides of an array of `elements` for rows of `width`, so that all pairs of the batch lie in it.
 */
static void choose_strides(struct world *world, const srnn_batch *batch, size_t width,
                           size_t elements, size_t *step, size_t *sequence)
{
    const size_t steps = srnn_batch_steps(batch), sequences = srnn_batch_sequences(batch);

    switch (choose(&world->choices, 6)) {
    case 0:
        *step = sequences * width;
        *sequence = width;
        break;
    case 1:
        *step = width;
        *sequence = steps * width;
        break;
    case 2:
        *step = 0;
        *sequence = width;
        break;
    case 3:
        *step = width;
        *sequence = 0;
        break;
    default:
        *step = choose(&world->choices, 256);
        *sequence = choose(&world->choices, 256);
    }
    while (steps > 0 && sequences > 0 &&
           (steps > elements || sequences > elements ||
            (steps - 1) * *step + (sequences - 1) * *sequence + width > elements)) {
        if (*step + *sequence == 0) {
            break;
        }
        *step /= 2;
        *sequence /= 2;
    }
}

void call_batch(struct world *world)
{
    struct choices *choices = &world->choices;
    srnn_batch *batch = world_handle(world, HANDLE_BATCH);
    const uint32_t which = choose(choices, 12);
    const int none = choose_rarely(choices, 8);
    const size_t width = which < 4 ? WIDEST : 1;
    size_t step, sequence;
    uint32_t steps, sequences;
    int32_t status;

    choose_strides(world, batch, width, width == 1 && which != 9 ? ITEMS : FLOATS, &step,
                   &sequence);
    switch (which) {
    case 0:
    case 1:
        status = srnn_batch_input(batch, none ? NULL : world->input, step, sequence);
        break;
    case 2:
        status = srnn_batch_target(batch, none ? NULL : world->target, step, sequence);
        break;
    case 3:
        status = srnn_batch_target_mask(batch, none ? NULL : world->target_mask, step, sequence);
        break;
    case 4:
        status = srnn_batch_input_ids(batch, none ? NULL : world->ids, step, sequence);
        break;
    case 5:
        status = srnn_batch_target_ids(batch, none ? NULL : world->target_ids, step, sequence);
        break;
    case 6:
        status = srnn_batch_restarts(batch, none ? NULL : world->restarts);
        break;
    case 7:
        status = srnn_batch_lengths(batch, none ? NULL : world->lengths);
        break;
    case 8:
        status = srnn_batch_mask(batch, none ? NULL : world->mask, step, sequence);
        break;
    case 9:
        status = srnn_batch_weights(batch, none ? NULL : world->weights, step, sequence);
        break;
    default:
        steps = choose_size(choices);
        sequences = choose_size(choices);
        status = srnn_batch_begin(batch, steps, sequences);
        assert_true(status != SRNN_OK ||
                    (srnn_batch_steps(batch) == steps && srnn_batch_sequences(batch) == sequences));
    }
    world_check(world, status, MAY_CHANGE(batch));
}

void call_forward(struct world *world)
{
    const srnn_model *model = world_handle(world, HANDLE_MODEL);
    srnn_workspace *workspace = world_handle(world, HANDLE_WORKSPACE);
    const srnn_batch *batch = world_handle(world, HANDLE_BATCH);
    const int continues = choose_rarely(&world->choices, 3);
    int32_t status;

    if (!world_can_pass(model, workspace, batch)) {
        return;
    }
    status = continues ? srnn_forward_continue(model, workspace, batch)
                       : srnn_forward(model, workspace, batch);
    assert_int_equal(status == SRNN_E_PARALLEL, world_parallel_failed(world));
    if (status == SRNN_E_PARALLEL) {
        world_check_broken(world, status, MAY_CHANGE(workspace));
        RETURNS(SRNN_E_STATE, srnn_loss_begin(workspace));
        return;
    }
    world_check(world, status, MAY_CHANGE(workspace));
}

void call_loss(struct world *world)
{
    struct choices *choices = &world->choices;
    const srnn_model *model = world_handle(world, HANDLE_MODEL);
    srnn_workspace *workspace = world_handle(world, HANDLE_WORKSPACE);
    const srnn_batch *batch = world_handle(world, HANDLE_BATCH);
    const uint32_t which = choose(choices, 8), nulls = choose(choices, 16);
    struct results *out = world->out;
    int32_t status;

    if (!world_can_pass(model, workspace, batch)) {
        return;
    }
    if (which == 0) {
        status = srnn_loss_begin(workspace);
        world_check(world, status, MAY_CHANGE(workspace));
    } else if (which < 4) {
        const double tolerance = choose_number(choices);

        status = srnn_count_errors(
            model, workspace, batch, tolerance, (nulls & 1u) != 0 ? NULL : &out->counts[0],
            (nulls & 2u) != 0 ? NULL : &out->counts[1], (nulls & 4u) != 0 ? NULL : &out->counts[2],
            (nulls & 8u) != 0 ? NULL : &out->counts[3]);
        assert_true(status != SRNN_OK || nulls != 0 ||
                    (out->counts[0] <= out->counts[1] && out->counts[2] <= out->counts[3] &&
                     out->counts[3] <= out->counts[1] && out->counts[2] <= out->counts[0]));
        world_check(world, status, MAY_CHANGE(out));
    } else {
        const double scale = which < 7 ? 0.25 : choose_number(choices);

        status = srnn_loss(model, workspace, batch, scale, (nulls & 1u) != 0 ? NULL : &out->value,
                           (nulls & 2u) != 0 ? NULL : &out->other);
        assert_int_equal(status == SRNN_E_PARALLEL, world_parallel_failed(world));
        if (status == SRNN_E_PARALLEL) {
            world_check_broken(world, status, MAY_CHANGE(workspace));
        } else {
            world_check(world, status, MAY_CHANGE(workspace, out));
        }
    }
}

void call_backward(struct world *world)
{
    const srnn_model *model = world_handle(world, HANDLE_MODEL);
    srnn_workspace *workspace = world_handle(world, HANDLE_WORKSPACE);
    srnn_regularizer *regularizer =
        choose(&world->choices, 2) == 0 ? NULL : world_handle(world, HANDLE_REGULARIZER);
    const size_t count = world_count(world, model);
    int32_t status;

    if (srnn_model_inputs(model) > WIDEST || srnn_model_outputs(model) > WIDEST) {
        return;
    }
    status = srnn_backward(model, workspace, regularizer, world->gradient, count);
    assert_int_equal(status == SRNN_E_PARALLEL, world_parallel_failed(world));
    if (status == SRNN_E_PARALLEL) {
        world_check_broken(world, status, MAY_CHANGE(workspace, regularizer, world->gradient));
        RETURNS(SRNN_E_STATE, srnn_loss_begin(workspace));
        if (regularizer != NULL) {
            SUCCEEDS(srnn_regularizer_reset(regularizer));
            heap_remember_block(regularizer);
        }
        return;
    }
    world_check(world, status, MAY_CHANGE(workspace, regularizer, world->gradient));
}
