/* test_copy.c - one object made what another is */
#include <string.h>

#include "support.h"

/* Whatever its own past, a run whose objects are made what those of another are goes on with the
 * other's bits, and each of the two is then on its own. */
static void runs(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig rig, other;
        rig_open(&rig, &shapes[i]);
        rig_open(&other, &shapes[i]);
        SUCCEEDS(srnn_optimizer_set(rig.optimizer, SRNN_OPTIMIZER_RATE, 0.002));
        SUCCEEDS(srnn_clipper_set(rig.clipper, SRNN_CLIP_THRESHOLD, 0.25));
        (void)rig_train(&other);
        for (int step = 0; step < 3; step++) {
            (void)rig_train(&rig);
        }
        SUCCEEDS(srnn_model_copy(other.model, rig.model));
        SUCCEEDS(srnn_clipper_copy(other.clipper, rig.clipper));
        SUCCEEDS(srnn_optimizer_copy(other.optimizer, rig.optimizer));
        SAME_FLOATS(rig.parameters, other.parameters, rig.count);
        for (int step = 0; step < 3; step++) {
            assert_true(rig_train(&rig) == rig_train(&other));
        }
        (void)rig_train(&other);
        assert_true(memcmp(rig.parameters, other.parameters, rig.count * sizeof(float)) != 0);
        rig_close(&other);
        rig_close(&rig);
    }
}

/* What tell was given is copied too, also nothing: a copy clips the gradient that its original was
 * told of, and neither uses up what the other was told. */
static void told_clippers(void **state)
{
    struct rig *rig = *state;
    srnn_clipper *const from = rig->clipper, *const to = rig_placed(rig, HANDLE_CLIPPER);
    srnn_clipper *const both[] = {to, from};

    SUCCEEDS(srnn_clipper_set(from, SRNN_CLIP_RULE, SRNN_CLIP_RULE_POLYAK));
    SUCCEEDS(srnn_clipper_tell(from, 40.0, 0.01, 10));
    SUCCEEDS(srnn_clipper_tell(to, 1.0, 0.5, 1));
    SUCCEEDS(srnn_clipper_copy(to, from));
    for (size_t i = 0; i < 2; i++) {
        double used;

        SUCCEEDS(srnn_clipper_apply(both[i], NULL, rig->gradient, rig->count, NULL));
        SUCCEEDS(srnn_clipper_get(both[i], SRNN_CLIP_USED, &used));
        NEAR(20.0, used, 1e-12); /* sqrt(0.1 x 40 / 0.01) */
        REFUSES(&rig->heap, SRNN_E_STATE,
                srnn_clipper_apply(both[i], NULL, rig->gradient, rig->count, NULL));
    }
    SUCCEEDS(srnn_clipper_tell(to, 1.0, 0.5, 1));
    SUCCEEDS(srnn_clipper_copy(to, from));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_clipper_apply(to, NULL, rig->gradient, rig->count, NULL));
}

/* A model made with the widths, kinds and flags of another takes its parameters; what they lie in
 * does not matter, and an object may be made what it is. */
static void models(void **state)
{
    struct rig *rig = *state;
    const srnn_model *from = rig->model;
    float *memory = heap_array(&rig->heap, rig->count, sizeof *memory);

    for (uint32_t external = 0; external <= SRNN_MODEL_EXTERNAL; external += SRNN_MODEL_EXTERNAL) {
        srnn_model *to = NULL;
        SUCCEEDS(srnn_model_create(
            heap_allocate, &rig->heap, srnn_model_inputs(from), srnn_model_hidden(from),
            srnn_model_outputs(from), model_option(from, SRNN_MODEL_ACTIVATION),
            model_option(from, SRNN_MODEL_OUTPUT_KIND),
            (model_option(from, SRNN_MODEL_FLAGS) & ~SRNN_MODEL_EXTERNAL) | external, &to));
        if (external) {
            REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_copy(to, from));
            REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_copy(rig->model, to));
            SUCCEEDS(srnn_model_bind_const(to, memory, rig->count));
            REFUSES(&rig->heap, SRNN_E_READ_ONLY, srnn_model_copy(to, from));
            SUCCEEDS(srnn_model_bind(to, memory, rig->count));
        }
        SUCCEEDS(srnn_model_copy(to, from));
        SAME_FLOATS(rig->parameters, srnn_model_parameters_const(to), rig->count);
        if (external) {
            SUCCEEDS(srnn_model_bind(to, rig->parameters, rig->count));
            SUCCEEDS(srnn_model_copy(to, from));
        }
        srnn_model_destroy(to);
    }
    SUCCEEDS(srnn_model_copy(rig->model, from));
    SUCCEEDS(srnn_clipper_copy(rig->clipper, rig->clipper));
    SUCCEEDS(srnn_optimizer_copy(rig->optimizer, rig->optimizer));
    SAME_FLOATS(memory, rig->parameters, rig->count);
}

/* A workspace knows a shape and no model: a copy of the model may take over after the forward, and
 * the original may even be gone. */
static void workspace_of_copies(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig rig;
        srnn_model *copy;
        float *gradient;

        rig_open(&rig, &shapes[i]);
        gradient = heap_array(&rig.heap, rig.count, sizeof *gradient);
        memset(gradient, 0, rig.count * sizeof *gradient);
        memset(rig.gradient, 0, rig.count * sizeof *rig.gradient);
        rig_forward(&rig);
        SUCCEEDS(srnn_backward(rig.model, rig.workspace, NULL, gradient, rig.count));

        copy = rig_placed(&rig, HANDLE_MODEL);
        if ((shapes[i].model_flags & SRNN_MODEL_EXTERNAL) != 0) {
            SUCCEEDS(
                srnn_model_bind(copy, heap_array(&rig.heap, rig.count, sizeof(float)), rig.count));
        }
        SUCCEEDS(srnn_model_copy(copy, rig.model));
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        memset(rig.parameters, 0xff, rig.count * sizeof *rig.parameters);
        SUCCEEDS(srnn_loss(copy, rig.workspace, rig.batch, 0.25, NULL, NULL));
        SUCCEEDS(srnn_backward(copy, rig.workspace, NULL, rig.gradient, rig.count));
        SAME_FLOATS(gradient, rig.gradient, rig.count);
        rig_close(&rig);
    }
}

/* A make_fn whose `user` is the rig: rig_placed(), which knows its shape and model. */
static void *make_placed(void *user, enum handle_kind kind, const struct shape *shape,
                         const srnn_model *model)
{
    (void)shape;
    (void)model;
    return rig_placed(user, kind);
}

/* The bytes of a placed object elsewhere; where they were is now rubbish. */
static void *moved(struct rig *rig, void *object)
{
    const size_t bytes = heap_bytes(object);
    void *copy = heap_array(&rig->heap, bytes, 1);

    memcpy(copy, object, bytes);
    memset(object, 0xff, bytes);
    return copy;
}

/* Placed models, regularizers, clippers, optimizers and generators may be moved as bytes, in the
 * middle of a run. */
static void moved_as_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig rig, other;

        rig_open(&rig, &shapes[i]);
        rig_open_with(&other, &shapes[i], make_placed, &other);
        for (int step = 0; step < 2; step++) {
            assert_true(rig_train(&rig) == rig_train(&other));
        }
        other.model = moved(&other, other.model);
        other.parameters = srnn_model_parameters(other.model);
        other.regularizer = moved(&other, other.regularizer);
        other.clipper = moved(&other, other.clipper);
        other.optimizer = moved(&other, other.optimizer);
        other.random = moved(&other, other.random);
        for (int step = 0; step < 2; step++) {
            assert_true(rig_train(&rig) == rig_train(&other));
        }
        assert_int_equal(srnn_random_u32(other.random), srnn_random_u32(rig.random));
        rig_close(&other);
        rig_close(&rig);
    }
}

/* Each argument that makes another shape, one at a time. */
static void other_shapes(void **state)
{
    struct rig *rig = *state;
    const struct shape shape = rig->shape;
    struct shape other[8] = {shape, shape, shape, shape, shape, shape, shape, shape};
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;

    other[0].inputs++;
    other[1].hidden++;
    other[2].outputs++;
    other[3].activation = SRNN_HIDDEN_RELU;
    other[4].output = SRNN_OUTPUT_SIGMOID;
    other[5].model_flags ^= SRNN_MODEL_LEARNED_STATE;
    other[6].model_flags ^= SRNN_MODEL_NO_OUTPUT_BIAS;
    other[7].model_flags ^= SRNN_MODEL_NO_RECURRENT_BIAS;
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        srnn_model *model;
        rig->shape = other[i];
        model = rig_placed(rig, HANDLE_MODEL);
        REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_model_copy(model, rig->model));
        REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_model_copy(rig->model, model));
    }
    rig->shape = shape;
    rig->shape.clipper_kind = SRNN_CLIP_VALUE;
    clipper = rig_placed(rig, HANDLE_CLIPPER);
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_clipper_copy(clipper, rig->clipper));
    rig->shape.optimizer_kind = SRNN_OPTIMIZER_RMSPROP;
    optimizer = rig_placed(rig, HANDLE_OPTIMIZER);
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_optimizer_copy(optimizer, rig->optimizer));
    rig->shape.optimizer_kind = shape.optimizer_kind;
    rig->shape.outputs++;
    optimizer = rig_placed(rig, HANDLE_OPTIMIZER);
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_optimizer_copy(optimizer, rig->optimizer));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_optimizer_copy(rig->optimizer, optimizer));
    rig->shape = shape;
}

static void no_object(void **state)
{
    struct rig *rig = *state;

    FOR_BAD_HANDLES(rig, HANDLE_MODEL, model)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_copy(model, rig->model));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_copy(rig->model, model));
    }
    FOR_BAD_HANDLES(rig, HANDLE_CLIPPER, clipper)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_clipper_copy(clipper, rig->clipper));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_clipper_copy(rig->clipper, clipper));
    }
    FOR_BAD_HANDLES(rig, HANDLE_OPTIMIZER, optimizer)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_optimizer_copy(optimizer, rig->optimizer));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_optimizer_copy(rig->optimizer, optimizer));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs),
        RIG_TEST(told_clippers),
        RIG_TEST(models),
        cmocka_unit_test(workspace_of_copies),
        cmocka_unit_test(moved_as_bytes),
        RIG_TEST(other_shapes),
        RIG_TEST(no_object),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
