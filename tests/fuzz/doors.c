/* doors.c - the functions that make a model of a file, for both formats alike */
#include "doors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../archive/forge.h"

/* A model with more products in a step than this does not compute one: it would take too long. */
#define MOST_PRODUCTS 1000000u

/* A block needs no more bytes than this for each byte of a file, besides those of an object.
 * Elements of two bytes become floats, which makes two. Biases and h0, which a file may lack, are
 * at most as many as the weights, which makes four. */
#define MOST_BYTES_OF_BYTE 4u
#define MOST_BYTES_OF_OBJECT 1024u

static int32_t own_size(const struct doors *doors, const void *file, size_t bytes, size_t *need)
{
    return srnn_model_load_size(file, bytes, doors->flags, need);
}

static int32_t own_load(const struct doors *doors, void *memory, size_t size, const void *file,
                        size_t bytes, srnn_model **model)
{
    return srnn_model_load(memory, size, file, bytes, doors->flags, model);
}

static int32_t own_create(const struct doors *doors, srnn_allocate_fn allocate, void *user,
                          const void *file, size_t bytes, srnn_model **model)
{
    return srnn_model_load_create(allocate, user, file, bytes, doors->flags, model);
}

struct doors own_doors(uint32_t flags)
{
    const struct doors doors = {own_size, own_load, own_create, flags, 0, 0};

    return doors;
}

static int32_t torch_size(const struct doors *doors, const void *file, size_t bytes, size_t *need)
{
    return srnn_pytorch_load_size(file, bytes, doors->activation, doors->output, need);
}

static int32_t torch_load(const struct doors *doors, void *memory, size_t size, const void *file,
                          size_t bytes, srnn_model **model)
{
    return srnn_pytorch_load(memory, size, file, bytes, doors->activation, doors->output, model);
}

static int32_t torch_create(const struct doors *doors, srnn_allocate_fn allocate, void *user,
                            const void *file, size_t bytes, srnn_model **model)
{
    return srnn_pytorch_load_create(allocate, user, file, bytes, doors->activation, doors->output,
                                    model);
}

struct doors pytorch_doors(uint32_t activation, uint32_t output)
{
    const struct doors doors = {torch_size, torch_load, torch_create, 0, activation, output};

    return doors;
}

/* The parameters are finite, and the model computes a step. */
static void use(const srnn_model *model)
{
    const uint32_t inputs = srnn_model_inputs(model), hidden = srnn_model_hidden(model),
                   outputs = srnn_model_outputs(model);
    const float *parameters = srnn_model_parameters_const(model);
    const size_t floats = (size_t)inputs + 2 * (size_t)hidden + outputs;
    float *input;

    for (size_t i = 0; i < srnn_model_parameter_count(model); i++) {
        assert_true(isfinite(parameters[i]));
    }
    if ((double)hidden * ((double)inputs + hidden + outputs) > MOST_PRODUCTS) {
        return;
    }
    input = calloc(floats, sizeof *input);
    assert_non_null(input);
    SUCCEEDS(srnn_initial_state(model, input + inputs, hidden));
    SUCCEEDS(srnn_step(model, input, input + inputs, input + inputs + hidden,
                       input + inputs + 2 * (size_t)hidden));
    RETURNS(SRNN_E_RANGE,
            srnn_step_id(model, inputs, input + inputs, input + inputs + hidden, NULL));
    free(input);
}

/* The file, which `size` found to be good, through the doors that make a model in the caller's
 * memory, and without memory. */
static int32_t try_good(const struct doors *doors, struct heap *heap, const void *file,
                        size_t bytes, size_t need, srnn_model **model)
{
    srnn_model *const untouched = (void *)heap;
    srnn_model *placed = untouched;
    struct heap broken;
    void *memory;
    int32_t status;

    assert_true(need > 0 && need <= MOST_BYTES_OF_BYTE * bytes + MOST_BYTES_OF_OBJECT);
    memory = heap_array(heap, need, 1);
    heap_open(&broken);
    broken.fail_from = 1;
    broken.fail_count = 1;
    RETURNS(SRNN_E_MEMORY, doors->create(doors, heap_allocate, &broken, file, bytes, &placed));
    heap_close(&broken);
    RETURNS(SRNN_E_SPACE, doors->load(doors, memory, need - 1, file, bytes, &placed));
    assert_ptr_equal(placed, untouched);
    SUCCEEDS(doors->load(doors, memory, need, file, bytes, &placed));
    use(placed);
    status = doors->create(doors, heap_allocate, heap, file, bytes, model);
    assert_int_equal(heap_bytes(*model), need);
    forge_same(placed, *model);
    srnn_model_destroy(placed);
    return status;
}

int32_t doors_try(const struct doors *doors, struct heap *heap, const void *file, size_t bytes,
                  srnn_model **model)
{
    const size_t unset = SIZE_MAX / 3, objects = heap->objects;
    size_t need = unset;
    double memory[64];
    srnn_model *const untouched = (void *)heap;
    int32_t status;

    heap_remember(heap);
    status = doors->size(doors, file, bytes, &need);
    assert_true(status <= SRNN_OK && status >= SRNN_E_LIMIT);
    *model = NULL;
    if (status == SRNN_OK) {
        RETURNS(SRNN_OK, try_good(doors, heap, file, bytes, need, model));
    } else {
        assert_true(need == unset);
        *model = untouched;
        RETURNS(status, doors->load(doors, memory, sizeof memory, file, bytes, model));
        RETURNS(status, doors->create(doors, heap_allocate, heap, file, bytes, model));
        assert_ptr_equal(*model, untouched);
        assert_int_equal(heap->objects, objects);
        *model = NULL;
        heap_unchanged(heap, "a refusal", __FILE__, __LINE__);
    }
    return status;
}

/* The model of a file, which `save` made of `model`, is the same. */
static void return_by(struct heap *heap, const srnn_model *model, forge_save_fn save,
                      const struct doors *doors)
{
    srnn_model *again = NULL;
    size_t bytes;
    unsigned char *file = forge_saved_by(save, heap, model, &bytes);

    SUCCEEDS(doors->create(doors, heap_allocate, heap, file, bytes, &again));
    forge_same(model, again);
    srnn_model_destroy(again);
}

void doors_return(struct heap *heap, const srnn_model *model)
{
    const uint32_t activation = model_option(model, SRNN_MODEL_ACTIVATION);
    const struct doors own = own_doors(0), pytorch = pytorch_doors(0, 0);
    size_t bytes = 0;

    return_by(heap, model, forge_save_model, &own);
    if (activation == SRNN_HIDDEN_TANH || activation == SRNN_HIDDEN_RELU) {
        return_by(heap, model, forge_save_for_pytorch, &pytorch);
    } else {
        RETURNS(SRNN_E_UNSUPPORTED, srnn_pytorch_save(model, NULL, 0, &bytes));
    }
}
