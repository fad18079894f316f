/* calls_update.c - calls on workspaces, regularizers, clippers, optimizers and models */
#include "calls.h"

/* A key of a handle from `first` on, or one that is often another's. */
static uint32_t choose_key(struct world *world, uint32_t first, uint32_t count)
{
    const uint32_t choice = choose(&world->choices, 64);

    return choice < 60 ? first + choice % count : srnn_option_key(choose(&world->choices, 64));
}

/* An option of an object: what is set is what is got. `handle` is one of OPTIONS_OF_..., whose keys
 * are `count` from `first` on. */
static void call_option(struct world *world, size_t handle, void *object, uint32_t first,
                        uint32_t count)
{
    const uint32_t key = choose_key(world, first, count);
    const double value = choose_number(&world->choices);
    const int32_t status = option_handles[handle].set(object, key, value);
    double got = 0.0;
    const int32_t got_status = option_handles[handle].get(object, key, &got);

    if (status == SRNN_OK) {
        SUCCEEDS(got_status);
        assert_true(got == value || got == (double)(float)value);
    }
    world_check(world, status, MAY_CHANGE(object));
}

/* The carried state of a workspace. */
static void call_state(struct world *world, srnn_workspace *workspace, uint32_t which)
{
    uint32_t sequences = choose_size(&world->choices);
    const size_t stride = WIDEST + choose(&world->choices, 8);
    double hidden = 0.0, most = 0.0;
    int32_t status;

    (void)srnn_workspace_get(workspace, SRNN_WORKSPACE_HIDDEN, &hidden);
    (void)srnn_workspace_get(workspace, SRNN_WORKSPACE_MAX_SEQUENCES, &most);
    if (hidden > WIDEST || (sequences > 40 && sequences <= most)) {
        sequences = 0;
    }
    if (which == 0) {
        status = srnn_workspace_set_state(workspace, world->state, stride, sequences);
        world_check(world, status, MAY_CHANGE(workspace));
    } else {
        status = srnn_workspace_get_state(workspace, world->other_state, stride, sequences);
        world_check(world, status, MAY_CHANGE(world->other_state));
    }
}

/* A view: its first and its last number are there, and those that may be written are. */
static void call_view(struct world *world, srnn_workspace *workspace)
{
    struct results *out = world->out;
    const uint32_t view = choose_key(world, SRNN_VIEW_HIDDEN, 7);
    int32_t status = srnn_workspace_view(workspace, view, &out->data, &out->step_stride,
                                         &out->sequence_stride, &out->rows);

    if (status == SRNN_OK) {
        const float *data = NULL;

        SUCCEEDS(srnn_workspace_view_const(workspace, view, &data, &out->step_stride,
                                           &out->sequence_stride, &out->rows));
        assert_ptr_equal(data, out->data);
        assert_true(out->rows > 0);
        if (view == SRNN_VIEW_LOGIT || view == SRNN_VIEW_LOGIT_GRADIENT ||
            view == SRNN_VIEW_HIDDEN_GRADIENT) {
            out->data[0] += 0.5f;
            out->data[out->rows - 1] -= 0.5f;
        }
    }
    world_check(world, status, MAY_CHANGE(out, status == SRNN_OK ? (const void *)workspace : NULL));
}

void call_workspace(struct world *world)
{
    static const uint32_t task_numbers[] = {1, 2, 3, 4, 5, 7, 8, 16, 33, 4096, 0, 4097};
    const uint32_t index = choose(&world->choices, SLOTS);
    struct hook *hook = &world->hook[index];
    srnn_workspace *workspace = world->slot[HANDLE_WORKSPACE][index].is_live
                                    ? world->slot[HANDLE_WORKSPACE][index].object
                                    : world_handle(world, HANDLE_WORKSPACE);
    const uint32_t which = choose(&world->choices, 8);
    int32_t status;

    if (which < 2) {
        call_state(world, workspace, which);
    } else if (which < 5) {
        call_view(world, workspace);
    } else if (which == 5) {
        call_option(world, OPTIONS_OF_WORKSPACE, workspace, SRNN_WORKSPACE_ERROR_LIMIT, 2);
    } else if (which == 6) {
        const uint32_t tasks = task_numbers[choose(&world->choices, 12)];

        /* A half of the hooks always succeed. */
        hook->order = (enum hook_order)choose(&world->choices, 12);
        hook->order = hook->order > HOOK_THEN ? hook->order % 3 : hook->order;
        hook->state = 1 + choose(&world->choices, 256);
        status = srnn_workspace_parallel(
            workspace, choose_rarely(&world->choices, 8) ? NULL : world_run, hook, tasks);
        world_check(world, status, MAY_CHANGE(workspace));
    } else {
        status = srnn_workspace_reset(workspace);
        world_check(world, status, MAY_CHANGE(workspace));
    }
}

void call_regularizer(struct world *world)
{
    srnn_regularizer *regularizer = world_handle(world, HANDLE_REGULARIZER);
    const srnn_model *model = world_handle(world, HANDLE_MODEL);
    const uint32_t which = choose(&world->choices, 8);
    const size_t count = world_count(world, model);
    struct results *out = world->out;
    int32_t status;

    if (which < 4) {
        status = srnn_regularizer_apply(regularizer, model, world->gradient, count,
                                        which == 0 ? NULL : &out->value);
        world_check(world, status, MAY_CHANGE(regularizer, world->gradient, out));
        if (status == SRNN_OK) {
            double got = -1.0;

            SUCCEEDS(srnn_regularizer_get(regularizer, SRNN_OMEGA_SIGNAL, &got));
            assert_true(got >= 0.0 && got <= 1.0);
        }
    } else if (which == 4) {
        status = srnn_regularizer_gathered(regularizer, &out->data, &out->sums);
        if (status == SRNN_OK) {
            out->data[0] += choose_float(&world->choices);
            out->sums[choose(&world->choices, 4)] += choose_number(&world->choices);
        }
        world_check(world, status, MAY_CHANGE(regularizer, out));
    } else if (which == 5) {
        status = srnn_regularizer_reset(regularizer);
        world_check(world, status, MAY_CHANGE(regularizer));
    } else {
        call_option(world, OPTIONS_OF_REGULARIZER, regularizer, SRNN_OMEGA_WEIGHT, 5);
    }
}

/* Statistics are what they can be. */
static void check_clipper(const srnn_clipper *clipper)
{
    double value[15];

    for (uint32_t i = 0; i < 14; i++) {
        SUCCEEDS(srnn_clipper_get(clipper, SRNN_CLIP_STEPS + i, &value[i]));
        assert_true(value[i] >= (i == SRNN_CLIP_ALIGNMENT - SRNN_CLIP_STEPS ? -1.0001 : 0.0));
    }
    assert_true(value[1] + value[2] <= value[0]); /* FIRED, BAD, STEPS */
}

void call_clipper(struct world *world)
{
    srnn_clipper *clipper = world_handle(world, HANDLE_CLIPPER);
    const srnn_model *model =
        choose_rarely(&world->choices, 4) ? NULL : world_handle(world, HANDLE_MODEL);
    const uint32_t which = choose(&world->choices, 8);
    const size_t count = world_count(world, model);
    struct results *out = world->out;
    int32_t status;

    if (which < 4) {
        status = srnn_clipper_apply(clipper, model, world->gradient, count,
                                    which == 0 ? NULL : &out->value);
        if (status == SRNN_E_NONFINITE || status == SRNN_E_LIMIT) {
            world_check_broken(world, status, MAY_CHANGE(clipper, out)); /* the gradient stays */
        } else {
            world_check(world, status, MAY_CHANGE(clipper, world->gradient, out));
        }
        if (status == SRNN_OK) {
            check_clipper(clipper);
        }
    } else if (which == 4) {
        const double loss = choose_number(&world->choices), rate = choose_number(&world->choices);

        status = srnn_clipper_tell(clipper, loss, rate, choose_size(&world->choices));
        world_check(world, status, MAY_CHANGE(clipper));
    } else if (which == 5) {
        status = srnn_clipper_reset(clipper);
        world_check(world, status, MAY_CHANGE(clipper));
    } else {
        call_option(world, OPTIONS_OF_CLIPPER, clipper, SRNN_CLIP_THRESHOLD, 8);
    }
}

void call_optimizer(struct world *world)
{
    srnn_optimizer *optimizer = world_handle(world, HANDLE_OPTIMIZER);
    srnn_model *model = world_handle(world, HANDLE_MODEL);
    const uint32_t which = choose(&world->choices, 8);
    const size_t count = world_count(world, model);
    float *parameters = srnn_model_parameters(model);
    int32_t status;

    if (which == 0) {
        parameters = world->gradient + choose(&world->choices, 4); /* which overlap */
    }
    if (parameters == NULL || count > srnn_model_parameter_count(model)) {
        parameters = world->external;
    }
    if (which < 4) {
        status = srnn_optimizer_step(optimizer, parameters, world->gradient,
                                     which == 0 && count > 4 ? count - 4 : count);
        world_check(world, status, MAY_CHANGE(optimizer, model, world->external));
    } else if (which == 4) {
        status = srnn_optimizer_decay(optimizer, parameters, count, choose_number(&world->choices));
        world_check(world, status, MAY_CHANGE(model, world->external));
    } else if (which == 5) {
        status = srnn_optimizer_reset(optimizer);
        world_check(world, status, MAY_CHANGE(optimizer));
    } else {
        call_option(world, OPTIONS_OF_OPTIMIZER, optimizer, SRNN_OPTIMIZER_RATE, 6);
    }
}

void call_model(struct world *world)
{
    srnn_model *model = world_handle(world, HANDLE_MODEL);
    srnn_random *random = world_handle(world, HANDLE_RANDOM);
    const uint32_t which = choose(&world->choices, 8);
    const size_t count = world_count(world, model);
    int32_t status;

    if (which < 3) {
        const uint32_t kind = choose_key(world, SRNN_START_BASIC_SIGMOID, 6);

        if (srnn_model_hidden(model) > 64) {
            return; /* an orthogonal matrix would take long */
        }
        status = srnn_model_initialize(model, kind, random);
        world_check(world, status, MAY_CHANGE(model, random, world->external));
    } else if (which < 6) {
        /* Another count than the model's is refused, so it need not be there. */
        status = which == 5 ? srnn_model_bind_const(model, world->external, count)
                            : srnn_model_bind(model, world->external, count);
        world_check(world, status, MAY_CHANGE(model));
    } else {
        call_option(world, OPTIONS_OF_MODEL, model, SRNN_MODEL_INSTRUCTIONS, 1);
    }
}

void call_step(struct world *world)
{
    const srnn_model *model = world_handle(world, HANDLE_MODEL);
    const uint32_t which = choose(&world->choices, 8), hidden = srnn_model_hidden(model);
    float *logits = which % 2 == 0 ? NULL : world->weights;
    int32_t status;

    if (srnn_model_inputs(model) > FLOATS || hidden > FLOATS ||
        srnn_model_outputs(model) > FLOATS) {
        return;
    }
    if (which < 2) {
        status = srnn_initial_state(model, world->other_state, world_count(world, model));
    } else if (which < 4) {
        status = srnn_step(model, world->input, world->state, world->other_state, logits);
    } else if (which == 4) {
        status = srnn_step(model, world->input, world->state, world->state, logits);
    } else if (which < 7) {
        status = srnn_step_id(model, choose_size(&world->choices), world->state, world->other_state,
                              logits);
    } else {
        const size_t outputs = srnn_model_outputs(model);
        const size_t rows = choose(&world->choices, 20);

        if (outputs * rows > FLOATS) {
            return;
        }
        status = srnn_outputs(model, world->state, rows, world->other_state);
    }
    world_check(world, status, MAY_CHANGE(world->other_state, world->weights));
}

void call_copy(struct world *world)
{
    const enum handle_kind kinds[] = {HANDLE_MODEL, HANDLE_CLIPPER, HANDLE_OPTIMIZER};
    const uint32_t which = choose(&world->choices, 4);
    const enum handle_kind kind = kinds[which % 3];
    void *to = world_handle(world, kind), *from = world_handle(world, kind);
    struct results *out = world->out;
    int32_t status;

    if (which == 3) {
        const size_t size = choose_size(&world->choices);
        const size_t count = choose_rarely(&world->choices, 4) ? size : FLOATS;

        /* A matrix that is too large for its scratch is refused before it is read. */
        if (size * size > FLOATS && 2 * size <= count) {
            return;
        }
        status =
            srnn_spectrum(world->input, size, world->other_state, count, &out->value, &out->other);
        world_check(world, status, MAY_CHANGE(world->other_state, out));
        return;
    }
    status = kind == HANDLE_MODEL     ? srnn_model_copy(to, from)
             : kind == HANDLE_CLIPPER ? srnn_clipper_copy(to, from)
                                      : srnn_optimizer_copy(to, from);
    world_check(world, status, MAY_CHANGE(to, world->external));
}
