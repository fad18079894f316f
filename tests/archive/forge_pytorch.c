/* forge_pytorch.c - files for PyTorch, saved and refused */
#include "forge.h"

int32_t forge_save_for_pytorch(const void *model, void *buffer, size_t capacity, size_t *bytes)
{
    return srnn_pytorch_save(model, buffer, capacity, bytes);
}

unsigned char *forge_saved_for_pytorch(struct heap *heap, const srnn_model *model, size_t *bytes)
{
    return forge_saved_by(forge_save_for_pytorch, heap, model, bytes);
}

void forge_refused_by_pytorch(struct rig *rig, const void *file, size_t bytes, int32_t expected)
{
    srnn_model *const untouched = (void *)rig;
    srnn_model *model = untouched;
    double block[512];
    int32_t status;

    heap_remember(&rig->heap);
    status = srnn_pytorch_load_size(file, bytes, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                                    &rig->out->bytes);
    forge_expect_refusal(expected, status);
    RETURNS(status, srnn_pytorch_load(block, sizeof block, file, bytes, SRNN_HIDDEN_TANH,
                                      SRNN_OUTPUT_SOFTMAX, &model));
    RETURNS(status, srnn_pytorch_load_create(NULL, NULL, file, bytes, SRNN_HIDDEN_TANH,
                                             SRNN_OUTPUT_SOFTMAX, &model));
    assert_ptr_equal(model, untouched);
    heap_unchanged(&rig->heap, "a refusal", __FILE__, __LINE__);
}
