/* chunk.h - some steps of the tape, whose errors are kept until their share of the weights'
 * gradients is added. Backward goes from the last chunk to the first. A chunk lies in one segment
 * of the tape. */
#ifndef SRNN_CHUNK_H
#define SRNN_CHUNK_H

#include "passes/workspace.h"

struct srnn__chunk {
    uint32_t first;      /* first step */
    uint32_t end;        /* step after the last */
    uint32_t segment;    /* first step of the chunk's segment */
    float *errors;       /* [steps x sequences x hidden] v_t once the chunk is swept */
    float *left_factors; /* [steps x sequences x hidden] of Omega's terms; not used without Omega */
};

/* A step of a chunk, for the sequences of one task. */
struct srnn__chunk_step {
    uint32_t t;
    uint32_t first;       /* first sequence */
    uint32_t end;         /* sequence after the last */
    const uint32_t *live; /* [n_live] sequences that are live at t, ascending */
    uint32_t n_live;
    float *error; /* [sequences x hidden] the step's part of the chunk's errors: g_t, then d_t, then
                     v_t */
};

/* h_{t-1} [sequences x hidden], for a step t of the chunk's segment or the step after it. */
static inline const float *srnn__states_before(const srnn_workspace *workspace,
                                               const struct srnn__chunk *chunk, uint32_t t)
{
    SRNN__ASSERT(t >= chunk->segment && t - chunk->segment <= workspace->shape.segment_steps);
    return workspace->tape.states + (t - chunk->segment) * workspace->tape.state_row;
}

/* List the live sequences of a step, and find its errors. The caller has set t, first and end. */
static inline void srnn__list_step(srnn_workspace *workspace, const struct srnn__chunk *chunk,
                                   struct srnn__chunk_step *step)
{
    SRNN__ASSERT(step->t >= chunk->first && step->t < chunk->end && step->first < step->end);
    step->live = workspace->live + step->first;
    step->n_live = srnn__find_live(workspace, step->t, step->first, step->end);
    step->error = chunk->errors + (step->t - chunk->first) * workspace->tape.state_row;
}

#endif
