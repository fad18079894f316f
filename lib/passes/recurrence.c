/* recurrence.c - one step of the hidden states */
#include "passes/recurrence.h"

#include <string.h>

/* Begin the rows of step t with b_rec + x_t W_in where inputs are ids. The product of a one-hot x_t
 * is a row of w_in. */
static void begin_with_ids(const struct srnn__recurrence *recurrence, uint32_t t,
                           const uint32_t *live, uint32_t n_live, float *states)
{
    const size_t hidden = recurrence->workspace->shape.hidden;
    const float *bias = recurrence->parameters.b_rec;

    for (uint32_t r = 0; r < n_live; r++) {
        const size_t id =
            recurrence->batch->input_ids[srnn__at(recurrence->batch->input_stride, t, live[r])];
        const float *restrict weights = recurrence->parameters.w_in + id * hidden;
        float *restrict state = states + live[r] * hidden;
        if (bias == NULL) {
            memcpy(state, weights, hidden * sizeof *state);
            continue;
        }
        for (size_t i = 0; i < hidden; i++) {
            state[i] = bias[i] + weights[i];
        }
    }
}

/* Copy the states of the dead sequences, those not in `live` [n_live], which is ascending. */
static void copy_dead_states(size_t hidden, const float *before, float *states,
                             const uint32_t *live, uint32_t n_live, uint32_t first, uint32_t end)
{
    uint32_t r = 0;

    for (uint32_t s = first; s < end; s++) {
        if (r < n_live && live[r] == s) {
            r++;
            continue;
        }
        memcpy(states + s * hidden, before + s * hidden, hidden * sizeof *states);
    }
}

/* Apply the activation to the rows of the live sequences. A short cut: neighbouring rows go in one
 * call, so that rows narrower than a vector fill vectors. */
static void activate_rows(const struct srnn__recurrence *recurrence, const uint32_t *live,
                          uint32_t n_live, float *states)
{
    const size_t hidden = recurrence->workspace->shape.hidden;

    for (uint32_t r = 0; r < n_live;) {
        const uint32_t first = r++;
        while (SRNN__SHORT_CUTS && r < n_live && live[r] == live[r - 1] + 1) {
            r++;
        }
        recurrence->kernels.activate(recurrence->workspace->shape.activation,
                                     states + live[first] * hidden, (r - first) * hidden);
    }
}

/* Run step t for the sequences `live` [n_live]. */
static void run_live(const struct srnn__recurrence *recurrence, uint32_t t, const uint32_t *live,
                     uint32_t n_live, const float *before, float *states)
{
    const srnn_workspace *w = recurrence->workspace;
    const srnn_batch *batch = recurrence->batch;
    const float *bias = recurrence->parameters.b_rec;
    const struct srnn__term recurrent = {before, w->shape.hidden, w->shape.hidden,
                                         w->packed.recurrent};

    if (batch->input_ids != NULL) {
        begin_with_ids(recurrence, t, live, n_live, states);
        recurrence->kernels.multiply(&recurrent, 1, live, n_live, w->shape.hidden, SRNN__BEGIN_OUT,
                                     NULL, states, w->shape.hidden);
    } else {
        const struct srnn__term terms[2] = {{batch->input + t * batch->input_stride.step,
                                             batch->input_stride.sequence, w->shape.inputs,
                                             w->packed.in},
                                            recurrent};

        recurrence->kernels.multiply(terms, 2, live, n_live, w->shape.hidden,
                                     bias == NULL ? SRNN__BEGIN_ZERO : SRNN__BEGIN_ROW, bias,
                                     states, w->shape.hidden);
    }
    activate_rows(recurrence, live, n_live, states);
}

void srnn__copy_states(const srnn_workspace *workspace, float *to, const float *from,
                       uint32_t first, uint32_t end)
{
    const size_t hidden = workspace->shape.hidden;

    memcpy(to + first * hidden, from + first * hidden, (end - first) * hidden * sizeof *to);
}

uint32_t srnn__recurrence_step(const struct srnn__recurrence *recurrence, uint32_t t,
                               uint32_t first, uint32_t end, const float *before, float *states)
{
    srnn_workspace *w = recurrence->workspace;
    const uint32_t *live = w->live + first;
    const uint32_t n_live = srnn__find_live(w, t, first, end);

    SRNN__ASSERT(first < end && n_live <= end - first);
    run_live(recurrence, t, live, n_live, before, states);
    copy_dead_states(w->shape.hidden, before, states, live, n_live, first, end);
    return n_live;
}
