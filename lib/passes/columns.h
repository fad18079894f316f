/* columns.h - wide layers divided by columns
 *
 * A task that sweeps sequences of its own reads all of w_rec at every step: from its core's own
 * cache if w_rec fits there, else from one that all cores share. A wide layer with few sequences a
 * task is divided otherwise. Each task computes some columns of every sequence, and so reads its
 * part of w_rec alone, which its core's cache keeps from step to step. The rows of the states or
 * errors come from other cores instead. For that each product is a round of tasks of its own: the
 * end of a round is the barrier. An element is the same chain either way. */
#ifndef SRNN_COLUMNS_H
#define SRNN_COLUMNS_H

#include "passes/chunk.h"
#include "passes/recurrence.h"

/* What is done before or after the product of a step, for the sequences of a task. Those that are
 * live are listed in `step`. */
typedef void (*srnn__step_fn)(const void *backward, const struct srnn__chunk *chunk,
                              const struct srnn__chunk_step *step);

/* How backward sweeps a chunk by columns. */
struct srnn__columns_sweep {
    const struct srnn__recurrence *recurrence;
    uint32_t tasks;           /* that divide the columns; 0: the layer is not divided so */
    const void *backward;     /* the first argument of: */
    srnn__step_fn begin_step; /* v_t */
    srnn__step_fn end_step;   /* what reads or changes q_t; NULL: nothing does */
};

#if SRNN__SHORT_CUTS
/* The number of tasks among which the columns are divided; 0 if the layer is not divided so. The
 * caller has set the batch of the tape. */
uint32_t srnn__columns_tasks(const struct srnn__recurrence *recurrence);

/* srnn__recurrence_step() of all sequences, by `tasks` tasks. Returns SRNN_E_PARALLEL if the
 * caller's parallel-for fails; so do the others. */
int32_t srnn__columns_step(const struct srnn__recurrence *recurrence, uint32_t tasks, uint32_t t,
                           const float *before, float *states);

/* Sweep a chunk of all sequences. In each step a round of tasks computes v_t, each task for some
 * sequences, and another q_t = v_t W_rec^T, each for some columns. */
int32_t srnn__columns_sweep(const struct srnn__columns_sweep *sweep,
                            const struct srnn__chunk *chunk);

/* Pack w_rec, or with `transposed` set its transpose, by as many tasks as there are. */
int32_t srnn__columns_pack(const struct srnn__recurrence *recurrence, int transposed);
#else
/* No layer is divided by columns. */
#define srnn__columns_tasks(recurrence) 0u
#define srnn__columns_step(recurrence, tasks, t, before, states) ((void)(tasks), SRNN_OK)
#define srnn__columns_sweep(sweep, chunk) SRNN_OK

static inline int32_t srnn__columns_pack(const struct srnn__recurrence *recurrence, int transposed)
{
    const srnn_workspace *w = recurrence->workspace;
    const size_t hidden = w->shape.hidden;

    recurrence->kernels.pack(recurrence->parameters.w_rec, hidden, hidden, transposed ? 1 : hidden,
                             transposed ? hidden : 1,
                             transposed ? w->packed.recurrent_transposed : w->packed.recurrent);
    return SRNN_OK;
}
#endif

#endif
