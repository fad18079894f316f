/* batch.h - a view on the caller's sequences. */
#ifndef SRNN_BATCH_H
#define SRNN_BATCH_H

#include "base/base.h"

/* Strides of one of the caller's arrays, in elements. */
struct srnn__stride {
    size_t step;
    size_t sequence;
};

struct srnn_batch {
    struct srnn__object object;
    uint32_t steps; /* 0 until begin */
    uint32_t sequences;
    const float *input;        /* [steps x sequences x inputs], or NULL */
    const uint32_t *input_ids; /* [steps x sequences], or NULL */
    struct srnn__stride input_stride;
    const uint32_t *lengths; /* [sequences], or NULL */
    const uint8_t *mask;     /* [steps x sequences], or NULL */
    struct srnn__stride mask_stride;
    const float *target;        /* [steps x sequences x outputs], or NULL */
    const uint32_t *target_ids; /* [steps x sequences], or NULL */
    struct srnn__stride target_stride;
    const float *weights; /* [steps x sequences], or NULL */
    struct srnn__stride weight_stride;
};

static inline int srnn__batch_alive(const srnn_batch *batch)
{
    return srnn__alive(batch, SRNN__TAG_BATCH);
}

static inline size_t srnn__at(struct srnn__stride stride, uint32_t step, uint32_t sequence)
{
    return step * stride.step + sequence * stride.sequence;
}

/* Whether pair (step, sequence) is live. */
static inline int srnn__live(const srnn_batch *batch, uint32_t step, uint32_t sequence)
{
    return (batch->lengths == NULL || step < batch->lengths[sequence]) &&
           (batch->mask == NULL || batch->mask[srnn__at(batch->mask_stride, step, sequence)] != 0);
}

/* Whether the loss is at the last live step only. */
static inline int srnn__batch_last_only(const srnn_batch *batch)
{
    return (batch->target != NULL || batch->target_ids != NULL) && batch->target_stride.step == 0;
}

/* The first live step of a sequence; UINT32_MAX: it has none. */
uint32_t srnn__first_live(const srnn_batch *batch, uint32_t sequence);

/* The step after a sequence's last live step; 0: it has none. */
uint32_t srnn__live_end(const srnn_batch *batch, uint32_t sequence);

/* Check what forward reads for a model of `inputs` inputs: STATE without begin
 * or input, RANGE for lengths beyond the steps and ids of live pairs beyond the
 * inputs. */
int32_t srnn__batch_check_input(const srnn_batch *batch, uint32_t inputs);

#endif
