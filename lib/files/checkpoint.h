/* checkpoint.h - a list of parts, and the file that is open. */
#ifndef SRNN_CHECKPOINT_H
#define SRNN_CHECKPOINT_H

#include "files/parts.h"

/* The parts, [capacity], follow this struct in the block. */
struct srnn_checkpoint {
    struct srnn__object object;
    uint32_t capacity;
    uint32_t count;         /* parts in the list */
    struct srnn__file file; /* its archive is NULL when no file is open */
};

/* Returns the parts [count]. */
static inline struct srnn__part *srnn__parts(srnn_checkpoint *checkpoint)
{
    return (struct srnn__part *)(void *)(checkpoint + 1);
}

static inline const struct srnn__part *srnn__parts_const(const srnn_checkpoint *checkpoint)
{
    return (const struct srnn__part *)(const void *)(checkpoint + 1);
}

#endif
