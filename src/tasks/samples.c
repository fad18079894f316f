/* samples.c - the arrays of one batch, which a task fills and the library reads */
#include "tasks/samples.h"

#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "support/try.h"

/* A new array [a x b] of elements of `element` bytes; NULL when there is no memory for it or the
 * product overflows. */
static void *new_array(size_t a, size_t b, size_t element)
{
    if (a > SIZE_MAX / b || a * b > SIZE_MAX / element) {
        return NULL;
    }
    return malloc(a * b * element);
}

int samples_allocate(struct samples *samples, int numeric, int numeric_targets, int weighted)
{
    const size_t cells = samples->cells;
    const size_t goals = samples->every_step ? cells : samples->capacity;

    samples->lengths = new_array(samples->capacity, 1, sizeof *samples->lengths);
    if (numeric) {
        samples->values = new_array(cells, samples->inputs, sizeof *samples->values);
    } else {
        samples->ids = new_array(cells, 1, sizeof *samples->ids);
    }
    if (numeric_targets) {
        samples->goal_values = new_array(goals, samples->outputs, sizeof *samples->goal_values);
    } else {
        samples->goal_ids = new_array(goals, 1, sizeof *samples->goal_ids);
    }
    if (weighted) {
        samples->weights = new_array(cells, 1, sizeof *samples->weights);
    }
    if (samples->masked) {
        samples->known = new_array(goals, samples->outputs, sizeof *samples->known);
    }
    if (samples->lengths == NULL || (weighted && samples->weights == NULL) ||
        (samples->masked && samples->known == NULL) ||
        (samples->ids == NULL && samples->values == NULL) ||
        (samples->goal_ids == NULL && samples->goal_values == NULL)) {
        return fail("no memory for batches of %lu steps; --batch makes them smaller",
                    (unsigned long)cells);
    }
    return 0;
}

double samples_divisor(const struct samples *samples)
{
    return samples->targets > 0 ? (double)samples->targets : 1.0;
}

void samples_destroy(struct samples *samples)
{
    free(samples->ids);
    free(samples->values);
    free(samples->goal_ids);
    free(samples->goal_values);
    free(samples->weights);
    free(samples->known);
    free(samples->lengths);
    epoch_plan_destroy(&samples->plan);
    memset(samples, 0, sizeof *samples);
}

/* Attach this rank's share of the arrays to `batch`. Returns a status of the library. */
static int32_t attach(const struct samples *samples, srnn_batch *batch)
{
    const size_t sequences = samples->sequences;
    const size_t inputs = samples->inputs;
    const size_t outputs = samples->outputs;
    const size_t goal_stride = samples->every_step ? sequences : 0;
    const size_t first = samples->own_first;

    TRY(srnn_batch_begin(batch, samples->steps, samples->own_sequences));
    TRY(samples->ids != NULL ? srnn_batch_input_ids(batch, samples->ids + first, sequences, 1)
                             : srnn_batch_input(batch, samples->values + first * inputs,
                                                sequences * inputs, inputs));
    TRY(samples->goal_ids != NULL
            ? srnn_batch_target_ids(batch, samples->goal_ids + first, goal_stride, 1)
            : srnn_batch_target(batch, samples->goal_values + first * outputs,
                                goal_stride * outputs, outputs));
    if (samples->weights != NULL) {
        TRY(srnn_batch_weights(batch, samples->weights + first, sequences, 1));
    }
    if (samples->known != NULL) {
        TRY(srnn_batch_target_mask(batch, samples->known + first * outputs, goal_stride * outputs,
                                   outputs));
    }
    return samples->ragged ? srnn_batch_lengths(batch, samples->lengths + first) : SRNN_OK;
}

int32_t samples_forward(const struct samples *samples, const srnn_model *model,
                        srnn_workspace *workspace, srnn_batch *batch)
{
    TRY(attach(samples, batch));
    return samples->continues ? srnn_forward_continue(model, workspace, batch)
                              : srnn_forward(model, workspace, batch);
}
