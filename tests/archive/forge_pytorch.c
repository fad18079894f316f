/* forge_pytorch.c - files for PyTorch, saved and refused */
#include "forge.h"

unsigned char *forge_saved_for_pytorch(struct heap *heap, const srnn_model *model, size_t *bytes)
{
    unsigned char *file;
    size_t size = 0;

    SUCCEEDS(srnn_pytorch_save(model, NULL, 0, &size));
    file = heap_array(heap, size, 1);
    SUCCEEDS(srnn_pytorch_save(model, file, size, bytes));
    assert_int_equal(*bytes, size);
    return file;
}

void forge_refused_by_pytorch(struct rig *rig, const void *file, size_t bytes, int32_t expected)
{
    srnn_model *const untouched = (void *)rig;
    srnn_model *model = untouched;
    double block[512];
    const int32_t status = srnn_pytorch_load_size(file, bytes, SRNN_HIDDEN_TANH,
                                                  SRNN_OUTPUT_SOFTMAX, &rig->out->bytes);

    assert_true(status < 0);
    if (expected != SRNN_OK) {
        assert_string_equal(srnn_status_name(status), srnn_status_name(expected));
    }
    REFUSES(&rig->heap, status,
            srnn_pytorch_load_size(file, bytes, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                                   &rig->out->bytes));
    REFUSES(&rig->heap, status,
            srnn_pytorch_load(block, sizeof block, file, bytes, SRNN_HIDDEN_TANH,
                              SRNN_OUTPUT_SOFTMAX, &model));
    REFUSES(&rig->heap, status,
            srnn_pytorch_load_create(NULL, NULL, file, bytes, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                                     &model));
    assert_ptr_equal(model, untouched);
}
