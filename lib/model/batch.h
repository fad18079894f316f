/* batch.h - a view on the caller's sequences. */
#ifndef SRNN_BATCH_H
#define SRNN_BATCH_H

#include "base/base.h"

/* Strides of one of the caller's arrays, counted in elements. */
struct srnn__stride {
    size_t step;     /* from one step to the next */
    size_t sequence; /* from one sequence to the next */
};

struct srnn__loss;

/* What loss does with a row of float targets of which some are unknown (passes/target_mask.c).
 * srnn_batch_target_mask alone sets them, so that the linker leaves that file out of an image which
 * never calls it. */
struct srnn__masked {
    int32_t (*check)(const srnn_batch *batch, uint32_t t, uint32_t s, size_t n, uint32_t output);
    double (*loss)(const struct srnn__loss *loss, uint32_t t, uint32_t s, const float *logits,
                   float *gradient);
};

/* All arrays below belong to the caller. */
struct srnn_batch {
    struct srnn__object object;
    uint32_t steps;          /* number of steps; 0 until srnn_batch_begin */
    uint32_t sequences;      /* number of sequences */
    const uint32_t *lengths; /* [sequences] live steps, or NULL: all are */
    const uint8_t *mask;     /* [steps x sequences] 0 at dead pairs, or NULL */
    struct srnn__stride mask_stride;
    const float *input;        /* [steps x sequences x inputs] inputs, or NULL */
    const uint32_t *input_ids; /* [steps x sequences] inputs as one-hot ids, or NULL */
    struct srnn__stride input_stride;
    const uint8_t *restarts;    /* [sequences] not 0 where srnn_forward_continue starts from the
                                   initial state, or NULL: nowhere */
    const float *target;        /* [steps x sequences x outputs] targets, or NULL */
    const uint32_t *target_ids; /* [steps x sequences] targets as classes, or NULL */
    struct srnn__stride target_stride;
    const uint8_t *known; /* [steps x sequences x outputs] 0 where a target is unknown, or NULL */
    struct srnn__stride known_stride;
    struct srnn__masked masked; /* what reads `known`; NULL without it */
    const float *weights;       /* [steps x sequences] factors of the loss, or NULL: all 1 */
    struct srnn__stride weight_stride;
};

/* Returns whether this is a live batch. */
static inline int srnn__batch_alive(const srnn_batch *batch)
{
    return srnn__alive(batch, SRNN__TAG_BATCH);
}

/* Returns whether two batches have the same steps, sequences, lengths and mask: the same arrays, of
 * which nothing is read. */
static inline int srnn__same_pairs(const srnn_batch *a, const srnn_batch *b)
{
    return a->steps == b->steps && a->sequences == b->sequences && a->lengths == b->lengths &&
           a->mask == b->mask &&
           (a->mask == NULL || (a->mask_stride.step == b->mask_stride.step &&
                                a->mask_stride.sequence == b->mask_stride.sequence));
}

/* Returns the offset of pair (step, sequence) in an array with these strides. */
static inline size_t srnn__at(struct srnn__stride stride, uint32_t step, uint32_t sequence)
{
    return step * stride.step + sequence * stride.sequence;
}

/* Returns whether pair (step, sequence) is live: within the sequence's length and
 * not masked. */
static inline int srnn__live(const srnn_batch *batch, uint32_t step, uint32_t sequence)
{
    return (batch->lengths == NULL || step < batch->lengths[sequence]) &&
           (batch->mask == NULL || batch->mask[srnn__at(batch->mask_stride, step, sequence)] != 0);
}

/* Returns whether each sequence has one target, at its last live step. */
static inline int srnn__batch_last_only(const srnn_batch *batch)
{
    return (batch->target != NULL || batch->target_ids != NULL) && batch->target_stride.step == 0;
}

/* Returns the first live step of a sequence, UINT32_MAX when it has none. */
uint32_t srnn__first_live(const srnn_batch *batch, uint32_t sequence);

/* Returns the step after a sequence's last live step, 0 when it has none. */
uint32_t srnn__live_end(const srnn_batch *batch, uint32_t sequence);

/* Checks the arguments of a setter of floats or of uint32_t. `array` may be NULL only if it is
 * optional. Setters of bytes, which may be at any address and are optional, give NULL for theirs.
 * Errors: ARGUMENT, ALIGNMENT, STATE (no srnn_batch_begin yet). */
int32_t srnn__batch_check_setter(const srnn_batch *batch, const void *array, int is_optional);

/* Checks the lengths and ids of a batch that has begun and has inputs, for a model of `inputs`
 * inputs: it reads them all. Errors: RANGE (a length above `steps`, or the id of a live pair not
 * below `inputs`; ids of dead pairs are not read). */
int32_t srnn__batch_check_input(const srnn_batch *batch, uint32_t inputs);

#endif
