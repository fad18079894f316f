/* division.c - an update whose batch is divided over the ranks */
#include "training/division.h"

#include <stdlib.h>
#include <string.h>

#include "support/ranks.h"
#include "support/try.h"

/* The sums that a regularizer gathers beside its matrix. */
#define OMEGA_SUMS 4

/* Copy an option of `from` to `to`. Returns a status of the library. */
static int32_t copy_option(const srnn_workspace *from, srnn_workspace *to, uint32_t key)
{
    double value;

    TRY(srnn_workspace_get(from, key, &value));
    return srnn_workspace_set(to, key, value);
}

int32_t division_create(struct division *division, const srnn_model *model,
                        const srnn_workspace *workspace, uint32_t batch, int carries)
{
    memset(division, 0, sizeof *division);
    division->batch = batch;
    division->hidden = srnn_model_hidden(model);
    if (ranks_count() == 1 || !carries) {
        return SRNN_OK;
    }
    division->states = calloc(batch, 2 * sizeof *division->states * division->hidden);
    if (division->states == NULL) {
        return SRNN_E_MEMORY;
    }
    TRY(srnn_workspace_create(NULL, NULL, model, 1, batch, 0, &division->whole));
    TRY(copy_option(workspace, division->whole, SRNN_WORKSPACE_ERROR_LIMIT));
    return copy_option(workspace, division->whole, SRNN_WORKSPACE_ERROR_GROWTH);
}

void division_destroy(struct division *division)
{
    srnn_workspace_destroy(division->whole);
    free(division->states);
}

size_t division_floats(const srnn_model *model, const srnn_regularizer *regularizer)
{
    const size_t hidden = srnn_model_hidden(model);

    return ranks_count() == 1 || regularizer == NULL ? 0 : hidden * hidden;
}

int32_t division_begin(struct division *division, const struct samples *samples,
                       srnn_workspace *workspace)
{
    const size_t hidden = division->hidden;
    const int begun = division->begun;

    division->begun = 1;
    if (division->whole == NULL || begun || !samples->continues) {
        return SRNN_OK;
    }
    TRY(srnn_workspace_get_state(division->whole, division->states, hidden, samples->sequences));
    return samples->own_sequences == 0
               ? SRNN_OK
               : srnn_workspace_set_state(workspace, division->states + samples->own_first * hidden,
                                          hidden, samples->own_sequences);
}

int32_t division_add(int32_t status, const srnn_model *model, srnn_regularizer *regularizer,
                     float *gradient, double *loss)
{
    const size_t count = srnn_model_parameter_count(model);
    const size_t square = division_floats(model, regularizer);
    double numbers[1 + OMEGA_SUMS] = {*loss};
    float *matrix = NULL;
    double *sums = NULL;

    if (ranks_count() == 1) {
        return status;
    }
    if (regularizer != NULL) {
        TRY(srnn_regularizer_gathered(regularizer, &matrix, &sums));
        memcpy(gradient + count, matrix, square * sizeof *matrix);
        memcpy(numbers + 1, sums, OMEGA_SUMS * sizeof *sums);
    }
    TRY(ranks_add(status, gradient, count + square, numbers, 1 + OMEGA_SUMS));
    *loss = numbers[0];
    if (regularizer != NULL) {
        memcpy(matrix, gradient + count, square * sizeof *matrix);
        memcpy(sums, numbers + 1, OMEGA_SUMS * sizeof *sums);
    }
    return SRNN_OK;
}

int32_t division_collect(struct division *division, const struct samples *samples,
                         const srnn_workspace *workspace)
{
    const size_t hidden = division->hidden;
    int32_t status = SRNN_OK;
    float *own;

    if (division->whole == NULL || !division->begun) {
        return SRNN_OK;
    }
    own = division->states + division->batch * hidden;
    if (samples->own_sequences > 0) {
        status = srnn_workspace_get_state(workspace, own, hidden, samples->own_sequences);
    }
    TRY(ranks_add(status, NULL, 0, NULL, 0));
    ranks_collect(own, samples->own_sequences, division->hidden, division->states);
    return srnn_workspace_set_state(division->whole, division->states, hidden, samples->sequences);
}
