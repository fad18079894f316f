/* recurrence.c - one step of the hidden states */
#include "passes/recurrence.h"

#include <string.h>

/* The first column of a part, and how many it has. */
static inline size_t first_column(const struct srnn__step_part *part)
{
    return SRNN__SHORT_CUTS ? part->first_column : 0;
}

static inline size_t count_columns(const struct srnn__recurrence *recurrence,
                                   const struct srnn__step_part *part)
{
    return SRNN__SHORT_CUTS ? part->columns : recurrence->workspace->shape.hidden;
}

/* Begin the rows of a part with b_rec + x_t W_in where inputs are ids. The product of a one-hot x_t
 * is a row of w_in. */
static void begin_with_ids(const struct srnn__recurrence *recurrence,
                           const struct srnn__step_part *part)
{
    const size_t hidden = recurrence->workspace->shape.hidden;
    const size_t first = first_column(part);
    const size_t columns = count_columns(recurrence, part);
    const float *bias = recurrence->parameters.b_rec;

    for (uint32_t r = 0; r < part->n_live; r++) {
        const uint32_t s = part->live[r];
        const size_t id =
            recurrence->batch->input_ids[srnn__at(recurrence->batch->input_stride, part->t, s)];
        const float *restrict weights = recurrence->parameters.w_in + id * hidden + first;
        float *restrict state = part->states + s * hidden + first;
        if (bias == NULL) {
            memcpy(state, weights, columns * sizeof *state);
            continue;
        }
        for (size_t i = 0; i < columns; i++) {
            state[i] = bias[first + i] + weights[i];
        }
    }
}

/* Copy the states of the dead sequences, those that are not in part->live. */
static void copy_dead_states(const struct srnn__recurrence *recurrence,
                             const struct srnn__step_part *part)
{
    const size_t hidden = recurrence->workspace->shape.hidden;
    const size_t columns = count_columns(recurrence, part);
    uint32_t r = 0;

    for (uint32_t s = part->first; s < part->end; s++) {
        const size_t at = s * hidden + first_column(part);

        if (r < part->n_live && part->live[r] == s) {
            r++;
            continue;
        }
        memcpy(part->states + at, part->before + at, columns * sizeof *part->states);
    }
}

/* Apply the activation to the rows of the live sequences. A short cut: neighbouring rows go in one
 * call, so that rows narrower than a vector fill vectors. */
static void activate_rows(const struct srnn__recurrence *recurrence,
                          const struct srnn__step_part *part)
{
    const size_t hidden = recurrence->workspace->shape.hidden;
    const size_t columns = count_columns(recurrence, part);

    for (uint32_t r = 0; r < part->n_live;) {
        const uint32_t first = r++;
        while (SRNN__SHORT_CUTS && columns == hidden && r < part->n_live &&
               part->live[r] == part->live[r - 1] + 1) {
            r++;
        }
        recurrence->kernels.activate(recurrence->workspace->shape.activation,
                                     part->states + part->live[first] * hidden + first_column(part),
                                     (r - first) * columns);
    }
}

/* A packed matrix [inner x hidden] from the first column of the part on (srnn__packs_in_parts). */
static inline const float *panels_of(const float *panels, size_t inner,
                                     const struct srnn__step_part *part)
{
    return panels + inner * first_column(part);
}

void srnn__recurrence_part(const struct srnn__recurrence *recurrence,
                           const struct srnn__step_part *part)
{
    const srnn_workspace *w = recurrence->workspace;
    const srnn_batch *batch = recurrence->batch;
    const size_t hidden = w->shape.hidden;
    const size_t inputs = w->shape.inputs;
    const size_t columns = count_columns(recurrence, part);
    const float *bias = recurrence->parameters.b_rec;
    float *const out = part->states + first_column(part);
    const struct srnn__term recurrent = {part->before, hidden, hidden,
                                         panels_of(w->packed.recurrent, hidden, part)};

    if (batch->input_ids != NULL) {
        begin_with_ids(recurrence, part);
        recurrence->kernels.multiply(&recurrent, 1, part->live, part->n_live, columns,
                                     SRNN__BEGIN_OUT, NULL, out, hidden);
    } else {
        const struct srnn__term terms[2] = {{batch->input + part->t * batch->input_stride.step,
                                             batch->input_stride.sequence, inputs,
                                             panels_of(w->packed.in, inputs, part)},
                                            recurrent};

        recurrence->kernels.multiply(terms, 2, part->live, part->n_live, columns,
                                     bias == NULL ? SRNN__BEGIN_ZERO : SRNN__BEGIN_ROW,
                                     bias == NULL ? NULL : bias + first_column(part), out, hidden);
    }
    activate_rows(recurrence, part);
    copy_dead_states(recurrence, part);
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
    struct srnn__step_part part = {
        .t = t, .first = first, .end = end, .before = before, .states = states};

    part.live = w->live + first;
    part.n_live = srnn__find_live(w, t, first, end);
    if (SRNN__SHORT_CUTS) {
        part.columns = w->shape.hidden;
    }
    SRNN__ASSERT(first < end && part.n_live <= end - first);
    srnn__recurrence_part(recurrence, &part);
    return part.n_live;
}
