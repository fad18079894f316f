/* epoch_plan.h - the order in which the sequences of a file are drawn
 *
 * Sequences of similar length form a group, which fills a batch: so few steps are padding. A
 * draw reads a chunk of a group; the draws after it read the group's further chunks, and the
 * hidden states carry over. An epoch reads every group once. The order of its groups follows
 * from the seed and the number of the epoch alone. */
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

/* What one draw reads. */
struct passage {
    size_t first, end; /* its sequences: sorted[first] to sorted[end - 1] */
    size_t begin;      /* its first step in each of them */
    size_t steps;      /* number of its steps */
};

/* Plan draws of at most `lanes` sequences and `chunk` steps from `count` sequences with these
 * lengths [count]; sequence i has the number base + i. Returns 0, or EXIT_FAILED after a
 * message. */
int epoch_plan_create(struct epoch_plan *plan, const size_t *lengths, uint32_t base, size_t count,
                      uint32_t lanes, size_t chunk);

/* Order the groups as their sequences stand in the file. Each group must have one sequence.
 * An empty plan stays empty. */
void epoch_plan_in_file_order(struct epoch_plan *plan);

/* Free everything; also after a failed create, or of a zeroed struct. */
void epoch_plan_destroy(struct epoch_plan *plan);

/* Find what draw `index` reads, counted from the first draw of epoch 0. With a seed the groups
 * come in the order of the epoch; with NULL they come in the plan's order in every epoch. */
void epoch_plan_find(struct epoch_plan *plan, uint64_t index, const uint64_t *seed,
                     struct passage *passage);

#endif /* EPOCH_PLAN_H */
