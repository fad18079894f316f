/* chunk.h - some steps of the tape, whose errors are kept until the weights' gradients have read
 * them. Steps are taken backwards, chunk by chunk; a chunk lies in one segment of the tape. */
#ifndef SRNN_CHUNK_H
#define SRNN_CHUNK_H

#include "passes/workspace.h"

struct srnn__chunk {
    uint32_t first;      /* first step */
    uint32_t end;        /* step after the last */
    uint32_t segment;    /* first step of the segment, whose states are on the tape */
    float *errors;       /* [steps x sequences x hidden] v_t; on the way g_t and d_t */
    float *left_factors; /* [steps x sequences x hidden] of Omega's gradient; not
                            used without Omega */
};

/* A step of a chunk for the sequences of a task. */
struct srnn__chunk_step {
    uint32_t t;
    uint32_t first;       /* first sequence */
    uint32_t end;         /* sequence after the last */
    const uint32_t *live; /* [n_live] sequences that are live at t, ascending */
    uint32_t n_live;
    float *error; /* [sequences x hidden] row t of the chunk's errors: g_t, then d_t, then v_t */
};

/* The states before step t of the chunk's segment, or after the segment's last step. */
static inline const float *srnn__states_before(const srnn_workspace *workspace,
                                               const struct srnn__chunk *chunk, uint32_t t)
{
    SRNN__ASSERT(t >= chunk->segment && t - chunk->segment <= workspace->shape.segment_steps);
    return workspace->tape.states + (t - chunk->segment) * workspace->tape.state_row;
}

#endif
