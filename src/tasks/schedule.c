/* schedule.c - the order in which the sequences of a file are drawn */
#include "tasks/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "srnn.h"
#include "support/message.h"

/* The random stream of an epoch's order. These streams count down from the last one, those of
 * evaluations up from the first (see evaluation.c). */
static uint64_t stream_of(uint64_t epoch)
{
    return UINT64_MAX - epoch;
}

/* A sequence and its length, for sorting. */
struct entry {
    size_t steps;
    uint32_t sequence;
};

/* The longest first, equal lengths in the file's order. No two entries are equal, so every C
 * library sorts them in the same way. */
static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a;
    const struct entry *right = b;

    if (left->steps != right->steps) {
        return left->steps < right->steps ? 1 : -1;
    }
    return left->sequence < right->sequence ? -1 : 1;
}

/* The index at which group g begins: an even share of the sequences. */
static size_t group_begin(const struct schedule *schedule, size_t g)
{
    return schedule->count / schedule->groups * g +
           schedule->count % schedule->groups * g / schedule->groups;
}

/* The number of chunks of a group, by its longest sequence. */
static uint64_t group_chunks(const struct schedule *schedule, size_t g)
{
    const size_t steps = schedule->steps[group_begin(schedule, g)];

    return steps / schedule->chunk + (steps % schedule->chunk != 0);
}

int schedule_create(struct schedule *schedule, const size_t *lengths, uint32_t base, size_t count,
                    uint32_t lanes, size_t chunk)
{
    struct entry *entries = calloc(count + 1, sizeof *entries);

    memset(schedule, 0, sizeof *schedule);
    schedule->sorted = calloc(count + 1, sizeof *schedule->sorted);
    schedule->steps = calloc(count + 1, sizeof *schedule->steps);
    schedule->order = calloc(count + 1, sizeof *schedule->order);
    schedule->random_memory = malloc(srnn_random_size());
    if (entries == NULL || schedule->sorted == NULL || schedule->steps == NULL ||
        schedule->order == NULL || schedule->random_memory == NULL) {
        free(entries);
        return fail("no memory for %lu sequences", (unsigned long)count);
    }
    schedule->count = count;
    schedule->base = base;
    schedule->groups = (count + lanes - 1) / lanes;
    schedule->chunk = chunk;
    schedule->epoch = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        entries[i].steps = lengths[i];
        entries[i].sequence = base + (uint32_t)i;
    }
    qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < count; i++) {
        schedule->sorted[i] = entries[i].sequence;
        schedule->steps[i] = entries[i].steps;
    }
    free(entries);
    for (size_t g = 0; g < schedule->groups; g++) {
        schedule->order[g] = (uint32_t)g;
        schedule->draws += group_chunks(schedule, g);
    }
    return 0;
}

void schedule_in_file_order(struct schedule *schedule)
{
    for (size_t g = 0; g < schedule->groups; g++) {
        schedule->order[schedule->sorted[g] - schedule->base] = (uint32_t)g;
    }
}

void schedule_destroy(struct schedule *schedule)
{
    free(schedule->sorted);
    free(schedule->steps);
    free(schedule->order);
    free(schedule->random_memory);
    memset(schedule, 0, sizeof *schedule);
}

/* Shuffle the groups for an epoch (Fisher and Yates). */
static void shuffle(struct schedule *schedule, uint64_t epoch, uint64_t seed)
{
    srnn_random *random;

    (void)srnn_random_init(schedule->random_memory, srnn_random_size(), seed, stream_of(epoch),
                           &random);
    for (size_t g = 0; g < schedule->groups; g++) {
        schedule->order[g] = (uint32_t)g;
    }
    for (size_t g = schedule->groups; g > 1; g--) {
        const uint32_t other = srnn_random_below(random, (uint32_t)g);
        const uint32_t kept = schedule->order[g - 1];

        schedule->order[g - 1] = schedule->order[other];
        schedule->order[other] = kept;
    }
    schedule->epoch = epoch;
}

void schedule_find(struct schedule *schedule, uint64_t index, const uint64_t *seed,
                   struct passage *passage)
{
    uint64_t chunk = index % schedule->draws;
    uint64_t chunks;
    size_t longest;
    size_t g = 0;

    if (seed != NULL && schedule->epoch != index / schedule->draws) {
        shuffle(schedule, index / schedule->draws, *seed);
    }
    for (;; g++) {
        chunks = group_chunks(schedule, schedule->order[g]);
        if (chunk < chunks) {
            break;
        }
        chunk -= chunks;
    }
    passage->first = group_begin(schedule, schedule->order[g]);
    passage->end = group_begin(schedule, schedule->order[g] + 1u);
    longest = schedule->steps[passage->first];
    passage->begin = (size_t)(longest / chunks * chunk + longest % chunks * chunk / chunks);
    passage->steps =
        (size_t)(longest / chunks * (chunk + 1) + longest % chunks * (chunk + 1) / chunks) -
        passage->begin;
}
