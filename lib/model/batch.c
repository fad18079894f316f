/* batch.c - a view on the caller's sequences. The library copies none of them. */
#include "model/batch.h"

#include <string.h>

size_t srnn_batch_size(void)
{
    return sizeof(srnn_batch);
}

int32_t srnn_batch_init(void *memory, size_t size, srnn_batch **batch)
{
    const size_t need = sizeof(srnn_batch);
    const int32_t status = batch == NULL
                               ? SRNN_E_ARGUMENT
                               : srnn__object_begin(memory, size, need, need, SRNN__TAG_BATCH);

    if (status == SRNN_OK) {
        *batch = memory;
    }
    return status;
}

void srnn_batch_destroy(srnn_batch *batch)
{
    srnn__object_end(batch, SRNN__TAG_BATCH);
}

/* Resets everything but the object's header. */
int32_t srnn_batch_begin(srnn_batch *batch, uint32_t steps, uint32_t sequences)
{
    struct srnn__object head;

    if (!srnn__batch_alive(batch)) {
        return SRNN_E_ARGUMENT;
    }
    if (steps == 0 || sequences == 0) {
        return SRNN_E_RANGE;
    }
    head = batch->object;
    memset(batch, 0, sizeof *batch);
    batch->object = head;
    batch->steps = steps;
    batch->sequences = sequences;
    return SRNN_OK;
}

uint32_t srnn_batch_steps(const srnn_batch *batch)
{
    return srnn__batch_alive(batch) ? batch->steps : 0;
}

uint32_t srnn_batch_sequences(const srnn_batch *batch)
{
    return srnn__batch_alive(batch) ? batch->sequences : 0;
}

int32_t srnn__batch_check_setter(const srnn_batch *batch, const void *array, int is_optional)
{
    if (!srnn__batch_alive(batch) || (array == NULL && !is_optional)) {
        return SRNN_E_ARGUMENT;
    }
    if (srnn__misaligned(array)) {
        return SRNN_E_ALIGNMENT;
    }
    return batch->steps == 0 ? SRNN_E_STATE : SRNN_OK;
}

static struct srnn__stride stride_of(size_t step, size_t sequence)
{
    const struct srnn__stride stride = {step, sequence};
    return stride;
}

/* Stores the inputs, of which one of `values` and `ids` is NULL. */
static int32_t set_input(srnn_batch *batch, const float *values, const uint32_t *ids,
                         struct srnn__stride stride)
{
    const int32_t status =
        srnn__batch_check_setter(batch, values != NULL ? (const void *)values : ids, 0);
    if (status == SRNN_OK) {
        batch->input = values;
        batch->input_ids = ids;
        batch->input_stride = stride;
    }
    return status;
}

/* Stores the targets, of which one of `values` and `ids` is NULL. */
static int32_t set_target(srnn_batch *batch, const float *values, const uint32_t *ids,
                          struct srnn__stride stride)
{
    const int32_t status =
        srnn__batch_check_setter(batch, values != NULL ? (const void *)values : ids, 0);
    if (status == SRNN_OK) {
        batch->target = values;
        batch->target_ids = ids;
        batch->target_stride = stride;
    }
    return status;
}

int32_t srnn_batch_input(srnn_batch *batch, const float *values, size_t step_stride,
                         size_t sequence_stride)
{
    return set_input(batch, values, NULL, stride_of(step_stride, sequence_stride));
}

int32_t srnn_batch_input_ids(srnn_batch *batch, const uint32_t *ids, size_t step_stride,
                             size_t sequence_stride)
{
    return set_input(batch, NULL, ids, stride_of(step_stride, sequence_stride));
}

int32_t srnn_batch_restarts(srnn_batch *batch, const uint8_t *restarts)
{
    const int32_t status = srnn__batch_check_setter(batch, NULL, 1);
    if (status == SRNN_OK) {
        batch->restarts = restarts;
    }
    return status;
}

int32_t srnn_batch_lengths(srnn_batch *batch, const uint32_t *lengths)
{
    const int32_t status = srnn__batch_check_setter(batch, lengths, 1);
    if (status == SRNN_OK) {
        batch->lengths = lengths;
    }
    return status;
}

int32_t srnn_batch_mask(srnn_batch *batch, const uint8_t *mask, size_t step_stride,
                        size_t sequence_stride)
{
    const int32_t status = srnn__batch_check_setter(batch, NULL, 1);
    if (status == SRNN_OK) {
        batch->mask = mask;
        batch->mask_stride = stride_of(step_stride, sequence_stride);
    }
    return status;
}

int32_t srnn_batch_target(srnn_batch *batch, const float *values, size_t step_stride,
                          size_t sequence_stride)
{
    return set_target(batch, values, NULL, stride_of(step_stride, sequence_stride));
}

int32_t srnn_batch_target_ids(srnn_batch *batch, const uint32_t *ids, size_t step_stride,
                              size_t sequence_stride)
{
    return set_target(batch, NULL, ids, stride_of(step_stride, sequence_stride));
}

int32_t srnn_batch_weights(srnn_batch *batch, const float *weights, size_t step_stride,
                           size_t sequence_stride)
{
    const int32_t status = srnn__batch_check_setter(batch, weights, 1);
    if (status == SRNN_OK) {
        batch->weights = weights;
        batch->weight_stride = stride_of(step_stride, sequence_stride);
    }
    return status;
}

uint32_t srnn__first_live(const srnn_batch *batch, uint32_t sequence)
{
    uint32_t step = 0;

    SRNN__ASSERT(sequence < batch->sequences);
    while (step < batch->steps && !srnn__live(batch, step, sequence)) {
        step++;
    }
    return step < batch->steps ? step : UINT32_MAX;
}

uint32_t srnn__live_end(const srnn_batch *batch, uint32_t sequence)
{
    uint32_t end = batch->steps;

    SRNN__ASSERT(sequence < batch->sequences);
    while (end > 0 && !srnn__live(batch, end - 1, sequence)) {
        end--;
    }
    return end;
}

int32_t srnn__batch_check_input(const srnn_batch *batch, uint32_t inputs)
{
    SRNN__ASSERT(batch->steps != 0 && (batch->input != NULL || batch->input_ids != NULL));
    for (uint32_t s = 0; batch->lengths != NULL && s < batch->sequences; s++) {
        if (batch->lengths[s] > batch->steps) {
            return SRNN_E_RANGE;
        }
    }
    if (batch->input_ids == NULL) {
        return SRNN_OK;
    }
    for (uint32_t t = 0; t < batch->steps; t++) {
        for (uint32_t s = 0; s < batch->sequences; s++) {
            if (srnn__live(batch, t, s) &&
                batch->input_ids[srnn__at(batch->input_stride, t, s)] >= inputs) {
                return SRNN_E_RANGE;
            }
        }
    }
    return SRNN_OK;
}
