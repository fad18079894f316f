/* omega_terms.c - Omega's terms, summed into the regularizer during backward */
#include "passes/omega_terms.h"
#include "kernels/scalar.h"

#include <string.h>

void srnn__omega_begin(struct srnn__omega_terms *omega)
{
    const srnn_workspace *w = omega->recurrence->workspace;
    const srnn_batch *batch = omega->recurrence->batch;

    omega->by_state = omega->regularizer->option[SRNN__OMEGA_STATE] != 0.0;
    memset(w->omega.terms, 0, batch->sequences * sizeof *w->omega.terms);
    memset(w->omega.signals, 0, batch->sequences * sizeof *w->omega.signals);
    for (uint32_t s = 0; s < batch->sequences; s++) {
        w->omega.squared_inputs[s] = -1.0;
        /* The first transition comes from h_0, which is no f(a_0) unless it was carried on: p_1 is
         * not defined. */
        w->omega.without_term[s] =
            omega->by_state || srnn__began_carried(w, s) ? UINT32_MAX : srnn__first_live(batch, s);
    }
}

/* List the live sequences whose transition into the step counts. The left factors [sequences x
 * hidden] of the others become 0. Returns the number listed. */
static uint32_t find_counted(const srnn_workspace *w, const struct srnn__chunk_step *step,
                             uint32_t *counted, float *left_factors)
{
    const size_t hidden = w->shape.hidden;
    uint32_t n_counted = 0;

    for (uint32_t r = 0; r < step->n_live; r++) {
        const uint32_t s = step->live[r];

        if (w->omega.without_term[s] != step->t) {
            counted[n_counted++] = s;
        } else {
            memset(left_factors + s * hidden, 0, hidden * sizeof *left_factors);
        }
    }
    return n_counted;
}

void srnn__omega_add(const struct srnn__omega_terms *omega, const struct srnn__chunk *chunk,
                     const struct srnn__chunk_step *step)
{
    const srnn_workspace *w = omega->recurrence->workspace;
    const double *option = omega->regularizer->option;
    struct srnn__omega terms;

    SRNN__ASSERT(step->t >= chunk->first && step->t < chunk->end);
    terms.left_factor = chunk->left_factors + (step->error - chunk->errors);
    terms.index = w->omega.counted + step->first;
    terms.rows = find_counted(w, step, w->omega.counted + step->first, terms.left_factor);
    terms.activation = w->shape.activation;
    terms.width = w->shape.hidden;
    terms.propagated = w->backward.propagated;
    terms.hidden_before = omega->by_state ? NULL : srnn__states_before(w, chunk, step->t);
    terms.error = step->error;
    terms.squared_errors = w->backward.squared_errors;
    terms.squared_inputs = w->omega.squared_inputs;
    terms.error_before = terms.left_factor;
    if (SRNN__SHORT_CUTS && step->t > chunk->first &&
        srnn__omega_wrote_errors(omega, chunk, step->t - 1, step->first, step->end)) {
        terms.error_before = step->error - w->tape.state_row;
    }
    terms.scratch = w->omega.factors + 3 * (size_t)step->first;
    terms.compares_squares = option[SRNN__OMEGA_RATIO] != 0.0;
    terms.bound = option[SRNN__OMEGA_BOUND];
    terms.terms = w->omega.terms;
    terms.signals = w->omega.signals;
    omega->recurrence->kernels.omega(&terms);
}

/* v_t is p_{t+1} = q_{t+1} * f'(a_t) where d_t is q_{t+1}: where neither a loss nor the caller nor
 * a limit changes the error. Nothing may need d_t itself, as by_state and the flow do. The sequence
 * must also be live at t + 1: without a mask it is, if it is live at t and its last step, which has
 * the only loss, comes later. */
int srnn__omega_wrote_errors(const struct srnn__omega_terms *omega, const struct srnn__chunk *chunk,
                             uint32_t t, uint32_t first, uint32_t end)
{
    const srnn_workspace *w = omega->recurrence->workspace;

    if (omega->by_state || omega->errors_change || !w->tape.last_only || w->views.flow != NULL ||
        w->tape.batch->mask != NULL || t + 1 >= chunk->end) {
        return 0;
    }
    for (uint32_t s = first; t >= w->backward.first_loss && s < end; s++) {
        if (srnn__has_loss(w, t, s)) {
            return 0;
        }
    }
    return 1;
}

/* Sums by sequence are added in the order of the sequences. A transition without a term is one
 * pair less. */
void srnn__omega_end(const struct srnn__omega_terms *omega, size_t pairs)
{
    const srnn_workspace *w = omega->recurrence->workspace;
    const uint32_t sequences = omega->recurrence->batch->sequences;
    double *sum = omega->regularizer->sum;
    uint32_t n_live = 0;

    srnn__add_terms(&sum[SRNN__OMEGA_TERMS], w->omega.terms, sequences);
    srnn__add_terms(&sum[SRNN__OMEGA_SIGNALS], w->omega.signals, sequences);
    for (uint32_t s = 0; s < sequences; s++) {
        n_live += w->backward.live_end[s] > 0;
        pairs -= w->omega.without_term[s] != UINT32_MAX;
    }
    sum[SRNN__OMEGA_PAIRS] += (double)pairs;
    sum[SRNN__OMEGA_SEQUENCES] += (double)n_live;
    omega->regularizer->gathering = 1;
}
