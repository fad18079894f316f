/* columns.c - wide layers divided by columns */
#include "passes/columns.h"

#if SRNN__SHORT_CUTS

/* The least hidden units of a layer that is divided by columns: w_rec then takes 4 MB, more than a
 * core's own cache. At 500 units it takes 1 MB, and columns cost 1 to 2 % (two cores of 117 GFLOP/s
 * with 1 MB each, gcc 12; README.md has the rest). */
#define LEAST_HIDDEN 1024u

/* Layers are divided by columns if there are at least so many tasks, and fewer sequences for each
 * than so many: the fewer, the more often a weight is read for each multiply-add. By two tasks the
 * columns of 1,024 units cost 2 %, with 8 to 64 sequences. */
#define LEAST_TASKS 4u
#define MOST_SEQUENCES 32u

/* A round of tasks that divide the columns of w_rec. */
struct columns_round {
    const struct srnn__recurrence *recurrence;
    uint32_t tasks;
    struct srnn__step_part part; /* of the states, all columns */
    const float *error;          /* [sequences x hidden] v_t */
    int transposed;              /* set if the transpose is packed */
};

/* The fewest tasks whose largest share of a wide layer is that of `tasks` tasks. A share is a
 * multiple of SRNN__CUT columns; the last one has what is left over, too. */
static uint32_t count_parts(uint32_t hidden, uint32_t tasks)
{
    const uint32_t cuts = hidden / SRNN__CUT;
    const uint32_t most = (cuts - 1) / tasks + 1;

    SRNN__ASSERT(cuts > 0);
    return (cuts - 1) / most + 1;
}

/* The first column of a task; all of them for the task after the last. */
static size_t column_of(const struct columns_round *round, uint32_t task)
{
    const uint32_t hidden = round->recurrence->workspace->shape.hidden;

    return task == round->tasks
               ? hidden
               : srnn__task_first(hidden / SRNN__CUT, task, round->tasks) * SRNN__CUT;
}

uint32_t srnn__columns_tasks(const struct srnn__recurrence *recurrence)
{
    const srnn_workspace *w = recurrence->workspace;
    const uint32_t hidden = w->shape.hidden;

    if (w->run == NULL || hidden < LEAST_HIDDEN || w->tasks < LEAST_TASKS ||
        w->tape.batch->sequences / w->tasks >= MOST_SEQUENCES ||
        !srnn__packs_in_parts(w->tape.instructions, hidden)) {
        return 0;
    }
    return count_parts(hidden, w->tasks);
}

/* Task: its columns of the states. */
static void step_task(void *argument, uint32_t task)
{
    const struct columns_round *round = argument;
    struct srnn__step_part part = round->part;

    part.first_column = column_of(round, task);
    part.columns = column_of(round, task + 1) - part.first_column;
    srnn__recurrence_part(round->recurrence, &part);
}

int32_t srnn__columns_step(const struct srnn__recurrence *recurrence, uint32_t tasks, uint32_t t,
                           const float *before, float *states)
{
    srnn_workspace *w = recurrence->workspace;
    struct columns_round round = {.recurrence = recurrence, .tasks = tasks};

    round.part.t = t;
    round.part.end = w->tape.batch->sequences;
    round.part.live = w->live;
    round.part.n_live = srnn__find_live(w, t, 0, round.part.end);
    round.part.before = before;
    round.part.states = states;
    return srnn__parallel(w, step_task, &round, tasks);
}

/* Task: its columns of the propagated errors. */
static void propagate_task(void *argument, uint32_t task)
{
    const struct columns_round *round = argument;
    const srnn_workspace *w = round->recurrence->workspace;
    const size_t hidden = w->shape.hidden;
    const size_t first = column_of(round, task);
    const struct srnn__term term = {round->error, hidden, hidden,
                                    w->packed.recurrent_transposed + first * hidden};

    round->recurrence->kernels.multiply(&term, 1, round->part.live, round->part.n_live,
                                        column_of(round, task + 1) - first, SRNN__BEGIN_ZERO, NULL,
                                        w->backward.propagated + first, hidden);
}

/* q_t = v_t W_rec^T for the live sequences of step t, from `error` [sequences x hidden] to
 * backward.propagated, by `tasks` tasks. */
static int32_t propagate(const struct srnn__recurrence *recurrence, uint32_t tasks, uint32_t t,
                         const float *error)
{
    srnn_workspace *w = recurrence->workspace;
    struct columns_round round = {.recurrence = recurrence, .tasks = tasks, .error = error};

    round.part.live = w->live;
    round.part.n_live = srnn__find_live(w, t, 0, w->tape.batch->sequences);
    return srnn__parallel(w, propagate_task, &round, tasks);
}

/* A round between the products of two steps. */
struct between {
    const struct srnn__columns_sweep *sweep;
    const struct srnn__chunk *chunk;
    uint32_t t;     /* the step whose product was the last one; or the chunk's end */
    uint32_t tasks; /* each with a share of the sequences */
};

/* Task: end step t, and begin the step before it, each if it is of the chunk. */
static void between_task(void *argument, uint32_t task)
{
    const struct between *between = argument;
    const struct srnn__columns_sweep *sweep = between->sweep;
    srnn_workspace *w = sweep->recurrence->workspace;
    const uint32_t sequences = w->tape.batch->sequences;
    struct srnn__chunk_step step;

    step.first = srnn__task_first(sequences, task, between->tasks);
    step.end = srnn__task_first(sequences, task + 1, between->tasks);
    step.t = between->t;
    if (sweep->end_step != NULL && step.t < between->chunk->end) {
        srnn__list_step(w, between->chunk, &step);
        sweep->end_step(sweep->backward, between->chunk, &step);
    }
    if (step.t > between->chunk->first) {
        step.t--;
        srnn__list_step(w, between->chunk, &step);
        sweep->begin_step(sweep->backward, between->chunk, &step);
    }
}

/* Run the chunk's segment forward again from its stored start, which the chunk ends. */
static int32_t rerun_segment(const struct srnn__columns_sweep *sweep,
                             const struct srnn__chunk *chunk)
{
    const srnn_workspace *w = sweep->recurrence->workspace;
    const size_t row = w->tape.state_row;
    float *states = w->tape.states;
    int32_t status = SRNN_OK;

    srnn__copy_states(w, states, srnn__segment_start(w, chunk->segment), 0,
                      w->tape.batch->sequences);
    for (uint32_t t = chunk->segment; status == SRNN_OK && t < chunk->end; t++, states += row) {
        status = srnn__columns_step(sweep->recurrence, sweep->tasks, t, states, states + row);
    }
    return status;
}

int32_t srnn__columns_sweep(const struct srnn__columns_sweep *sweep,
                            const struct srnn__chunk *chunk)
{
    const srnn_workspace *w = sweep->recurrence->workspace;
    struct between between = {sweep, chunk, chunk->end,
                              srnn__task_count(w, w->tape.batch->sequences)};
    int32_t status = w->tape.states_start != chunk->segment ? rerun_segment(sweep, chunk) : SRNN_OK;

    while (status == SRNN_OK && between.t > chunk->first) {
        status = srnn__parallel(w, between_task, &between, between.tasks);
        between.t--;
        if (status == SRNN_OK) {
            status = propagate(sweep->recurrence, sweep->tasks, between.t,
                               chunk->errors + (between.t - chunk->first) * w->tape.state_row);
        }
    }
    if (status == SRNN_OK && sweep->end_step != NULL) {
        status = srnn__parallel(w, between_task, &between, between.tasks);
    }
    return status;
}

/* Task: pack its columns. */
static void pack_task(void *argument, uint32_t task)
{
    const struct columns_round *round = argument;
    const srnn_workspace *w = round->recurrence->workspace;
    const float *const w_rec = round->recurrence->parameters.w_rec;
    const size_t hidden = w->shape.hidden;
    const size_t first = column_of(round, task);
    const size_t columns = column_of(round, task + 1) - first;

    if (round->transposed) {
        round->recurrence->kernels.pack(w_rec + first * hidden, hidden, columns, 1, hidden,
                                        w->packed.recurrent_transposed + first * hidden);
    } else {
        round->recurrence->kernels.pack(w_rec + first, hidden, columns, hidden, 1,
                                        w->packed.recurrent + first * hidden);
    }
}

/* The tasks are those that divide the products, so that a core packs what it will read. */
int32_t srnn__columns_pack(const struct srnn__recurrence *recurrence, int transposed)
{
    const srnn_workspace *w = recurrence->workspace;
    struct columns_round round = {.recurrence = recurrence, .tasks = 1, .transposed = transposed};

    if (w->run != NULL && srnn__is_wide(w->shape.hidden) &&
        srnn__packs_in_parts(w->tape.instructions, w->shape.hidden)) {
        round.tasks = count_parts(w->shape.hidden, w->tasks);
    }
    return srnn__parallel(w, pack_task, &round, round.tasks);
}
#endif
