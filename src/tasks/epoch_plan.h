/* epoch_plan.h - the order in which the sequences of a file are drawn
 *
 * Sequences of similar length form groups, each as large as a batch. A group is read from
 * the beginning of its sequences to their end, in chunks of even length. So few steps are
 * padding, and the state is carried on from chunk to chunk. An epoch reads all groups once,
 * in an order of its own that follows from the seed and the epoch's number alone. */
#ifndef EPOCH_PLAN_H
#define EPOCH_PLAN_H

#include <stddef.h>
#include <stdint.h>

struct epoch_plan {
    uint32_t *sorted; /* [count]: numbers of the sequences, the longest first */
    size_t *steps;    /* [count]: their lengths */
    size_t count;
    uint32_t base;       /* number of the first sequence that is drawn */
    size_t groups;       /* number of groups */
    size_t chunk;        /* most steps of a draw */
    uint64_t draws;      /* draws of an epoch */
    uint32_t *order;     /* [groups]: the groups in the order of `epoch` */
    uint64_t epoch;      /* number of the epoch; UINT64_MAX: none yet */
    void *random_memory; /* [srnn_random_size()] */
};

/* What one draw reads: `steps` steps from step `begin` on, of the sequences sorted[first] up to
 * but without sorted[end]. */
struct passage {
    size_t first, end;
    size_t begin;
    size_t steps;
};

/* Plan draws of at most `lanes` sequences and `chunk` steps from `count` sequences with these
 * lengths [count]; sequence i has the number base + i. Returns 0, or EXIT_FAILED after a
 * message. */
int epoch_plan_create(struct epoch_plan *plan, const size_t *lengths, uint32_t base, size_t count,
                      uint32_t lanes, size_t chunk);

/* Order the groups as in the file; each must have one sequence. An empty plan stays empty. */
void epoch_plan_in_file_order(struct epoch_plan *plan);

/* Free everything; also after a failed create, or of a zeroed struct. */
void epoch_plan_destroy(struct epoch_plan *plan);

/* Find what draw `index` reads; the index counts on through the epochs. The groups come in the
 * plan's order, or, unless `seed` is NULL, in that of the epoch. */
void epoch_plan_find(struct epoch_plan *plan, uint64_t index, const uint64_t *seed,
                     struct passage *passage);

#endif /* EPOCH_PLAN_H */
