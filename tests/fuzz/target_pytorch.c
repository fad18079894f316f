/* target_pytorch.c - the weights of PyTorch's modules
 *
 * An input is a file. It is loaded with the kinds that it names, and with each that a caller can
 * say; a kind that neither says is an error. */
#include <string.h>

#include "doors.h"
#include "mutate_archive.h"

/* The model of a file that the doors load, or NULL. */
static srnn_model *load(struct heap *heap, const void *file, size_t bytes, uint32_t activation,
                        uint32_t output, int32_t *status)
{
    const struct doors doors = pytorch_doors(activation, output);
    srnn_model *model;

    *status = doors_try(&doors, heap, file, bytes, &model);
    return model;
}

static void run(const uint8_t *data, size_t size)
{
    static const uint32_t kinds[][2] = {{SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR},
                                        {SRNN_HIDDEN_RELU, SRNN_OUTPUT_SOFTMAX},
                                        {SRNN_HIDDEN_RELU, 0},
                                        {0, SRNN_OUTPUT_SIGMOID},
                                        {SRNN_HIDDEN_LINEAR, SRNN_OUTPUT_LINEAR},
                                        {SRNN_HIDDEN_TANH, SRNN_HIDDEN_TANH}};
    struct heap heap;
    uint8_t *file;
    int32_t named, told[6];

    heap_open(&heap);
    file = heap_array(&heap, size, 1);
    memcpy(file, data, size);
    for (size_t i = 0; i < 6; i++) {
        srnn_model *model = load(&heap, file, size, kinds[i][0], kinds[i][1], &told[i]);

        if (model != NULL) {
            assert_true(kinds[i][0] == 0 ||
                        model_option(model, SRNN_MODEL_ACTIVATION) == kinds[i][0]);
            assert_true(kinds[i][1] == 0 ||
                        model_option(model, SRNN_MODEL_OUTPUT_KIND) == kinds[i][1]);
        }
        srnn_model_destroy(model);
    }
    assert_true(told[4] != SRNN_OK && told[5] != SRNN_OK); /* no kinds of PyTorch's */
    srnn_model *model = load(&heap, file, size, 0, 0, &named);
    if (model != NULL) {
        doors_return(&heap, model);
        SUCCEEDS(told[0] | told[1] | told[2] | told[3]);
    }
    srnn_model_destroy(model);
    assert_int_equal(told[0], told[1]);
    /* A file that names both kinds is one that names each. */
    assert_true((named == SRNN_OK) == (told[2] == SRNN_OK && told[3] == SRNN_OK));
    assert_memory_equal(file, data, size);
    heap_close(&heap);
}

const struct fuzz_target fuzz_target = {run, mutate_archive};
