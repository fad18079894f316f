/* test_model.c - shapes, parameters, tensors, binding, options */
#include <math.h>
#include <string.h>

#include "options.h"

/* Arguments of a model that are out of their bounds, one at a time. */
static const struct {
    uint32_t inputs, hidden, outputs, activation, output, flags;
} out_of_range[] = {
    {0, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {3, 0, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, 0, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {SRNN_MODEL_MAX_WIDTH + 1, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {3, SRNN_MODEL_MAX_WIDTH + 1, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, SRNN_MODEL_MAX_WIDTH + 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {UINT32_MAX, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {3, UINT32_MAX, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, UINT32_MAX, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, 4, 0, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, 4, SRNN_OUTPUT_SOFTMAX, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, 4, SRNN_HIDDEN_TANH - 1, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, 4, SRNN_HIDDEN_LINEAR + 1, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, 4, UINT32_MAX, SRNN_OUTPUT_LINEAR, 0},
    {3, 5, 4, SRNN_HIDDEN_TANH, 0, 0},
    {3, 5, 4, SRNN_HIDDEN_TANH, SRNN_HIDDEN_TANH, 0},
    {3, 5, 4, SRNN_HIDDEN_TANH, SRNN_HIDDEN_RELU, 0},
    {3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR - 1, 0},
    {3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX + 1, 0},
    {3, 5, 4, SRNN_HIDDEN_TANH, UINT32_MAX, 0},
    {3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, SRNN_MODEL_NO_RECURRENT_BIAS >> 1},
    {3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, SRNN_MODEL_EXTERNAL << 1},
    {3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0x80000000u},
    {3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, UINT32_MAX},
};

static void arguments_out_of_range(void **state)
{
    struct rig *rig = *state;
    void *memory = heap_array(&rig->heap, 4096, 1);
    srnn_model *model = NULL;

    for (size_t i = 0; i < sizeof out_of_range / sizeof out_of_range[0]; i++) {
        const uint32_t a = out_of_range[i].inputs;
        const uint32_t b = out_of_range[i].hidden;
        const uint32_t c = out_of_range[i].outputs;
        const uint32_t d = out_of_range[i].activation;
        const uint32_t e = out_of_range[i].output;
        const uint32_t f = out_of_range[i].flags;
        REFUSES(&rig->heap, SRNN_E_RANGE, srnn_model_size(a, b, c, d, e, f, &rig->out->bytes));
        RETURNS(SRNN_E_RANGE, srnn_model_init(memory, 4096, a, b, c, d, e, f, &model));
        RETURNS(SRNN_E_RANGE,
                srnn_model_create(heap_allocate, &rig->heap, a, b, c, d, e, f, &model));
        assert_null(model);
    }
}

/* Every activation goes with every kind of output and every set of flags. The model reports what
 * it was made of, and all its parameters are 0, whatever was in the memory. */
static void what_it_was_made_of(void **state)
{
    static const uint32_t activations[] = {SRNN_HIDDEN_TANH, SRNN_HIDDEN_SIGMOID, SRNN_HIDDEN_RELU,
                                           SRNN_HIDDEN_LINEAR};
    static const uint32_t outputs[] = {SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SIGMOID,
                                       SRNN_OUTPUT_SOFTMAX};
    struct rig *rig = *state;

    for (size_t i = 0; i < 4 * 3 * 16; i++) {
        struct shape shape = small_shape;
        srnn_model *model;
        const float *parameters;
        shape.activation = activations[i % 4];
        shape.output = outputs[i / 4 % 3];
        shape.model_flags = (uint32_t)(i / 12) * SRNN_MODEL_NO_RECURRENT_BIAS;
        rig->shape = shape;
        model = rig_placed(rig, HANDLE_MODEL);
        assert_int_equal(srnn_model_inputs(model), shape.inputs);
        assert_int_equal(srnn_model_hidden(model), shape.hidden);
        assert_int_equal(srnn_model_outputs(model), shape.outputs);
        assert_int_equal(model_option(model, SRNN_MODEL_ACTIVATION), shape.activation);
        assert_int_equal(model_option(model, SRNN_MODEL_OUTPUT_KIND), shape.output);
        assert_int_equal(model_option(model, SRNN_MODEL_FLAGS), shape.model_flags);
        assert_int_equal(srnn_model_parameter_count(model), shape_parameters(&shape));
        parameters = srnn_model_parameters_const(model);
        assert_ptr_equal(parameters, srnn_model_parameters(model));
        if ((shape.model_flags & SRNN_MODEL_EXTERNAL) != 0) {
            assert_null(parameters);
            continue;
        }
        for (size_t k = 0; k < shape_parameters(&shape); k++) {
            assert_true(parameters[k] == 0.0f);
        }
    }
}

/* The widest model with its parameters elsewhere fits in a small block. */
static void widest(void **state)
{
    const uint32_t most = SRNN_MODEL_MAX_WIDTH;
    struct rig *rig = *state;
    srnn_model *model = NULL;
    size_t bytes = 0;

    if (SIZE_MAX <= UINT32_MAX) {
        REFUSES(&rig->heap, SRNN_E_OVERFLOW,
                srnn_model_size(most, most, most, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR,
                                SRNN_MODEL_EXTERNAL, &rig->out->bytes));
        return;
    }
    SUCCEEDS(srnn_model_size(most, most, most, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR,
                             SRNN_MODEL_EXTERNAL, &bytes));
    assert_true(bytes < 4096);
    SUCCEEDS(srnn_model_create(heap_allocate, &rig->heap, most, most, most, SRNN_HIDDEN_TANH,
                               SRNN_OUTPUT_LINEAR, SRNN_MODEL_EXTERNAL, &model));
    assert_true(srnn_model_parameter_count(model) == 3 * (size_t)most * most + 2 * (size_t)most);
    srnn_model_destroy(model);
}

/* What the functions return for a handle that is no live model. */
static void no_model(void **state)
{
    struct rig *rig = *state;

    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad)
    {
        struct results *out = rig->out;
        assert_int_equal(srnn_model_inputs(bad), 0);
        assert_int_equal(srnn_model_hidden(bad), 0);
        assert_int_equal(srnn_model_outputs(bad), 0);
        assert_int_equal(srnn_model_parameter_count(bad), 0);
        assert_null(srnn_model_parameters(bad));
        assert_null(srnn_model_parameters_const(bad));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_model_tensor(bad, 0, &out->text, &out->offset, &out->rows, &out->columns));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_bind(bad, rig->gradient, rig->count));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_bind_const(bad, rig->gradient, rig->count));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_model_initialize(bad, SRNN_START_GLOROT, rig->random));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_workspace_size(bad, 1, 1, 0, &out->bytes));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_regularizer_size(bad, SRNN_OMEGA_PAPER, &out->bytes));
    }
}

/* The tensors lie one after the other, in their order, without gaps; absent ones are left out. */
static void tensors(void **state)
{
    struct rig *rig = *state;

    for (uint32_t flags = 0; flags < 2 * SRNN_MODEL_EXTERNAL;
         flags += SRNN_MODEL_NO_RECURRENT_BIAS) {
        const struct {
            const char *name;
            uint32_t rows, columns;
            int present;
        } expected[] = {
            {"w_in", 3, 5, 1},
            {"w_rec", 5, 5, 1},
            {"b_rec", 1, 5, (flags & SRNN_MODEL_NO_RECURRENT_BIAS) == 0},
            {"w_out", 5, 4, 1},
            {"b_out", 1, 4, (flags & SRNN_MODEL_NO_OUTPUT_BIAS) == 0},
            {"h0", 1, 5, (flags & SRNN_MODEL_LEARNED_STATE) != 0},
        };
        srnn_model *model;
        uint32_t index = 0;
        size_t at = 0;
        rig->shape.model_flags = flags;
        model = rig_placed(rig, HANDLE_MODEL);
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
            struct results *out = rig->out;
            if (!expected[i].present) {
                continue;
            }
            SUCCEEDS(srnn_model_tensor(model, index, &out->text, &out->offset, &out->rows,
                                       &out->columns));
            assert_string_equal(out->text, expected[i].name);
            assert_int_equal(out->offset, at);
            assert_int_equal(out->rows, expected[i].rows);
            assert_int_equal(out->columns, expected[i].columns);
            SUCCEEDS(srnn_model_tensor(model, index, NULL, NULL, NULL, NULL));
            at += (size_t)out->rows * out->columns;
            index++;
        }
        assert_int_equal(srnn_model_parameter_count(model), at);
        REFUSES(&rig->heap, SRNN_E_RANGE,
                srnn_model_tensor(model, index, &rig->out->text, &rig->out->offset, &rig->out->rows,
                                  &rig->out->columns));
        REFUSES(&rig->heap, SRNN_E_RANGE,
                srnn_model_tensor(model, UINT32_MAX, &rig->out->text, NULL, NULL, NULL));
    }
}

/* Binding: only what was made for it, only the whole vector, as often as one likes. */
static void binding(void **state)
{
    struct rig *rig = *state;
    float *other = heap_array(&rig->heap, rig->count, sizeof *other);
    srnn_model *model;

    REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_bind(rig->model, rig->gradient, rig->count));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_bind_const(rig->model, rig->gradient, rig->count));

    rig->shape.model_flags |= SRNN_MODEL_EXTERNAL;
    model = rig_placed(rig, HANDLE_MODEL);
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_bind(model, NULL, rig->count));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_bind_const(model, NULL, rig->count));
    for (size_t wrong = 0; wrong < 3; wrong++) {
        const size_t counts[] = {0, rig->count - 1, rig->count + 1};
        REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_model_bind(model, other, counts[wrong]));
        REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_model_bind_const(model, other, counts[wrong]));
    }
    for (size_t shift = 1; shift < sizeof *other; shift++) {
        float *odd = (float *)(void *)((char *)other + shift);
        REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_model_bind(model, odd, rig->count));
        REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_model_bind_const(model, odd, rig->count));
    }
    SUCCEEDS(srnn_model_bind(model, rig->gradient, rig->count));
    assert_ptr_equal(srnn_model_parameters(model), rig->gradient);
    assert_ptr_equal(srnn_model_parameters_const(model), rig->gradient);
    SUCCEEDS(srnn_model_bind_const(model, other, rig->count));
    assert_null(srnn_model_parameters(model));
    assert_ptr_equal(srnn_model_parameters_const(model), other);
    REFUSES(&rig->heap, SRNN_E_READ_ONLY,
            srnn_model_initialize(model, SRNN_START_GLOROT, rig->random));
    REFUSES(&rig->heap, SRNN_E_SHAPE, srnn_model_bind(model, rig->gradient, 1));
    SUCCEEDS(srnn_model_bind(model, other, rig->count));
    assert_ptr_equal(srnn_model_parameters(model), other);
    SUCCEEDS(srnn_model_initialize(model, SRNN_START_GLOROT, rig->random));
}

/* Until it is bound, a model is refused by every function that needs parameters. */
static void not_bound_yet(void **state)
{
    struct rig *rig = *state;
    srnn_model *bound = rig->model;

    rig->shape.model_flags |= SRNN_MODEL_EXTERNAL;
    rig->model = rig_placed(rig, HANDLE_MODEL);
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_model_initialize(rig->model, SRNN_START_GLOROT, rig->random));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_forward(rig->model, rig->workspace, rig->batch));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_initial_state(rig->model, rig->state, rig->shape.hidden));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_step(rig->model, rig->input, rig->state, rig->gradient, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_step_id(rig->model, 0, rig->state, rig->gradient, NULL));
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden,
                                      rig->shape.sequences));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_REPAIR));
    REFUSES(
        &rig->heap, SRNN_E_STATE,
        srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, &rig->out->value));
    SUCCEEDS(srnn_model_bind(rig->model, rig->parameters, rig->count));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    rig->model = bound;
}

/* A placed model may be copied as bytes: the copy has parameters of its own and lives on when the
 * first is gone. */
static void copies(void **state)
{
    struct rig *rig = *state;
    srnn_model *origin = rig_placed(rig, HANDLE_MODEL);
    const size_t bytes = heap_bytes(origin);
    srnn_model *copy = heap_array(&rig->heap, bytes, 1);
    float *values;
    float *logits = heap_array(&rig->heap, rig->shape.outputs, sizeof *logits);
    float *same = heap_array(&rig->heap, rig->shape.outputs, sizeof *same);
    float *next = heap_array(&rig->heap, rig->shape.hidden, sizeof *next);

    SUCCEEDS(srnn_model_initialize(origin, SRNN_START_GLOROT, rig->random));
    memcpy(copy, origin, bytes);
    values = srnn_model_parameters(copy);
    assert_ptr_not_equal(values, srnn_model_parameters(origin));
    assert_true((uintptr_t)values > (uintptr_t)copy &&
                (uintptr_t)(values + rig->count) <= (uintptr_t)copy + bytes);
    SAME_FLOATS(srnn_model_parameters(origin), values, rig->count);
    SUCCEEDS(srnn_step(origin, rig->input, rig->state, next, logits));
    srnn_model_destroy(origin);
    memset(origin, 0xff, bytes);
    SUCCEEDS(srnn_step(copy, rig->input, rig->state, next, same));
    SAME_FLOATS(logits, same, rig->shape.outputs);
    srnn_model_destroy(copy);
    assert_int_equal(srnn_model_inputs(copy), 0);
}

/* Fill the stack below the caller with a value. */
static void fill_stack(int value)
{
    volatile unsigned char bytes[4096];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)value;
    }
    assert_int_equal(bytes[0], value);
}

/* What may be copied as bytes may be compared and stored as bytes: they depend on the arguments
 * alone, not on what was in the memory or on the stack. */
static void bytes_are_a_function_of_the_arguments(void **state)
{
    struct rig *rig = *state;
    srnn_model *models[2];

    for (int i = 0; i < 2; i++) {
        size_t bytes = 0;
        void *memory;
        SUCCEEDS(srnn_model_size(3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0, &bytes));
        memory = heap_array(&rig->heap, bytes, 1);
        memset(memory, i == 0 ? 0x00 : 0xff, bytes);
        fill_stack(i == 0 ? 0x00 : 0xff);
        SUCCEEDS(srnn_model_init(memory, bytes, 3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                                 &models[i]));
    }
    assert_memory_equal(models[0], models[1], heap_bytes(models[0]));
}

/* A new model uses the best instruction set. Others can be chosen as far as there are any: a set
 * that this processor or build lacks is no number out of range. */
static void options(void **state)
{
    struct rig *rig = *state;
    const uint32_t best = model_option(rig->model, SRNN_MODEL_INSTRUCTIONS);
    const struct option_row row = {SRNN_MODEL_INSTRUCTIONS,
                                   best,
                                   2,
                                   {SRNN_INSTRUCTIONS_BASELINE, best},
                                   6,
                                   {0.0, SRNN_INSTRUCTIONS_BASELINE - 1,
                                    SRNN_INSTRUCTIONS_BASELINE + 0.5,
                                    SRNN_INSTRUCTIONS_AVX512_DUAL + 1, -1e300, INFINITY}};
    const struct option_argument arguments[] = {
        {SRNN_MODEL_ACTIVATION, rig->shape.activation},
        {SRNN_MODEL_OUTPUT_KIND, rig->shape.output},
        {SRNN_MODEL_FLAGS, rig->shape.model_flags},
    };
    const struct option_table table = {
        &option_handles[OPTIONS_OF_MODEL], &row, 1, NULL, 0, arguments, 3};

    assert_in_range(best, SRNN_INSTRUCTIONS_BASELINE, SRNN_INSTRUCTIONS_AVX512_DUAL);
    check_options(rig, rig->model, &table);
    for (uint32_t set = SRNN_INSTRUCTIONS_BASELINE; set <= SRNN_INSTRUCTIONS_AVX512_DUAL; set++) {
        /* The two with AVX-512 run on the same processors. */
        if (set > best && best != SRNN_INSTRUCTIONS_AVX512) {
            REFUSES(&rig->heap, SRNN_E_UNSUPPORTED,
                    srnn_model_set(rig->model, SRNN_MODEL_INSTRUCTIONS, set));
            continue;
        }
        SUCCEEDS(srnn_model_set(rig->model, SRNN_MODEL_INSTRUCTIONS, set));
        assert_int_equal(model_option(rig->model, SRNN_MODEL_INSTRUCTIONS), set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(arguments_out_of_range),
        RIG_TEST(what_it_was_made_of),
        RIG_TEST(widest),
        RIG_TEST(no_model),
        RIG_TEST(tensors),
        RIG_TEST(binding),
        RIG_TEST(not_bound_yet),
        RIG_TEST(copies),
        RIG_TEST(bytes_are_a_function_of_the_arguments),
        RIG_TEST(options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
