/* epoch_plan.h - the order in which the sequences of a file are drawn
 *
 * Sequences of similar length form a group, which fills a batch: so few steps are padding. Where
 * they are so long that a draw would have more than MOST_CELLS steps, a group has fewer of them. A
 * draw reads a chunk of a group; the draws after it read the group's further chunks, and the
 * hidden states carry over. An epoch reads every group once. The order of its groups follows
 * from the seed and the number of the epoch alone. */
#ifndef EPOCH_PLAN_H
#define EPOCH_PLAN_H

#include <stddef.h>
#include <stdint.h>

/* The most steps of a draw, all its sequences together, unless one sequence alone has more: the
 * memory of a batch grows with it, 2 MB for each number of a step. Below it a batch is what --batch
 * asks for, 20 sequences of up to 26,000 steps for one. */
#define MOST_CELLS ((size_t)1 << 19)

struct epoch_plan {
    uint32_t *sorted; /* [count]: numbers of the sequences, the longest first */
    size_t *steps;    /* [count]: their lengths */
    size_t count;
    uint32_t base;       /* number of the first sequence that is drawn */
    size_t *begin;       /* [groups + 1]: the place in `sorted` at which each group begins */
    size_t groups;       /* number of groups */
    size_t chunk;        /* most steps of a draw */
    size_t cells;        /* most steps of a draw, all its sequences together */
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

/* Choose groups at random, by `seed`, until they have at least `steps` steps, and draw these alone,
 * to the last draw that is needed. A group of which one draw has more is left out if there are
 * others. For a plan whose epochs are not shuffled. It changes nothing if the plan has no more
 * steps, or is empty. */
void epoch_plan_choose(struct epoch_plan *plan, uint64_t steps, uint64_t seed);

/* Free everything; also after a failed create, or of a zeroed struct. */
void epoch_plan_destroy(struct epoch_plan *plan);

/* Find what draw `index` reads, counted from the first draw of epoch 0. With a seed the groups
 * come in the order of the epoch; with NULL they come in the plan's order in every epoch. */
void epoch_plan_find(struct epoch_plan *plan, uint64_t index, const uint64_t *seed,
                     struct passage *passage);

#endif /* EPOCH_PLAN_H */
