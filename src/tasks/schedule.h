/* schedule.h - in which order the sequences of a file are drawn
 *
 * Sequences of like length go together: a group has as many as a batch, and is read from
 * its sequences' beginning to their end, in chunks of even length. So a dead step is
 * rare, and the state goes on from chunk to chunk. An epoch goes through all groups once,
 * in an order of its own that follows from the seed and the epoch's number alone. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

struct schedule {
    uint32_t *sorted; /* [count]: sequences of the file, the longest first */
    size_t *steps;    /* [count]: how long each of them is */
    size_t count;
    uint32_t base; /* the first sequence of the file that is drawn */
    size_t groups;
    size_t chunk;    /* steps of a draw at most */
    uint64_t draws;  /* of an epoch */
    uint32_t *order; /* [groups]: of `epoch` */
    uint64_t epoch;
    void *random_memory; /* [srnn_random_size()] */
};

/* What one draw takes: `steps` steps from `begin` on of sorted[first] to sorted[end]. */
struct passage {
    size_t first, end;
    size_t begin;
    size_t steps;
};

/* Plan draws of `lanes` sequences at most, from `count` sequences that are told by their
 * lengths; sequence i is called base + i. Gives 0, or EXIT_FAILED after a message. */
int schedule_create(struct schedule *schedule, const size_t *lengths, uint32_t base, size_t count,
                    uint32_t lanes, size_t chunk);

/* Let groups come in the file's order, where each has one sequence; an empty schedule stays
 * so. */
void schedule_in_file_order(struct schedule *schedule);

/* Give everything back; also after a failed create, or of a zeroed struct. */
void schedule_destroy(struct schedule *schedule);

/* The draw of that index, which counts on through the epochs. Groups come in order, or
 * with a seed in that of the epoch. */
void schedule_find(struct schedule *schedule, uint64_t index, const uint64_t *seed,
                   struct passage *passage);

#endif /* SCHEDULE_H */
