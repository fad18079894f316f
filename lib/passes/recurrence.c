/* recurrence.c - one step of the hidden states. */
#include "passes/recurrence.h"

#include <string.h>

/* Begin the rows of step t with what does not come from the hidden state: the
 * bias and, for ids, a row of w_in (the one-hot product without its zeros). */
static void begin_with_ids(const struct srnn__recurrence *pass, uint32_t t, const uint32_t *live,
                           uint32_t count, float *states)
{
    const size_t hidden = pass->workspace->hidden;
    const float *bias = pass->parameters.b_rec;

    for (uint32_t r = 0; r < count; r++) {
        const size_t id = pass->batch->input_ids[srnn__at(pass->batch->input_stride, t, live[r])];
        const float *restrict weights = pass->parameters.w_in + id * hidden;
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

/* Dead sequences keep their state. `live` [count] is ascending. */
static void pass_on(size_t hidden, const float *before, float *states, const uint32_t *live,
                    uint32_t count, uint32_t first, uint32_t end)
{
    uint32_t r = 0;

    for (uint32_t s = first; s < end; s++) {
        if (r < count && live[r] == s) {
            r++;
            continue;
        }
        memcpy(states + s * hidden, before + s * hidden, hidden * sizeof *states);
    }
}

/* The activation of the live sequences' rows; neighbours go in one call, so that
 * rows narrower than a vector fill it. */
static void activate_rows(const struct srnn__recurrence *pass, const uint32_t *live, uint32_t count,
                          float *states)
{
    const size_t hidden = pass->workspace->hidden;

    for (uint32_t r = 0; r < count;) {
        const uint32_t first = r++;
        while (r < count && live[r] == live[r - 1] + 1) {
            r++;
        }
        pass->kernels.activate(pass->workspace->activation, states + live[first] * hidden,
                               (r - first) * hidden);
    }
}

/* Step t for the live sequences `live` [count]. */
static void run_live(const struct srnn__recurrence *pass, uint32_t t, const uint32_t *live,
                     uint32_t count, const float *before, float *states)
{
    const srnn_workspace *w = pass->workspace;
    const srnn_batch *batch = pass->batch;
    const float *bias = pass->parameters.b_rec;
    const struct srnn__term recurrent = {before, w->hidden, w->hidden, w->panels_rec};

    if (batch->input_ids != NULL) {
        begin_with_ids(pass, t, live, count, states);
        pass->kernels.multiply(&recurrent, 1, live, count, w->hidden, SRNN__BEGIN_OUT, NULL, states,
                               w->hidden);
    } else {
        struct srnn__term terms[2];
        terms[0].rows = batch->input + t * batch->input_stride.step;
        terms[0].stride = batch->input_stride.sequence;
        terms[0].inner = w->inputs;
        terms[0].panels = w->panels_in;
        terms[1] = recurrent;
        pass->kernels.multiply(terms, 2, live, count, w->hidden,
                               bias == NULL ? SRNN__BEGIN_ZERO : SRNN__BEGIN_ROW, bias, states,
                               w->hidden);
    }
    activate_rows(pass, live, count, states);
}

uint32_t srnn__recurrence_step(const struct srnn__recurrence *pass, uint32_t t, uint32_t first,
                               uint32_t end, const float *before, float *states)
{
    srnn_workspace *w = pass->workspace;
    const uint32_t *live = w->live + first;
    const uint32_t count = srnn__find_live(w, t, first, end);

    run_live(pass, t, live, count, before, states);
    pass_on(w->hidden, before, states, live, count, first, end);
    return count;
}
