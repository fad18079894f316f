/* epoch_plan.c - the order in which the sequences of a file are drawn */
#include "tasks/epoch_plan.h"

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

/* For qsort: the longest first, equal lengths in the file's order. No two entries compare equal,
 * so every C library sorts them alike. */
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
static size_t group_begin(const struct epoch_plan *plan, size_t g)
{
    return plan->count / plan->groups * g + plan->count % plan->groups * g / plan->groups;
}

/* The number of chunks of a group, by its longest sequence. */
static uint64_t group_chunks(const struct epoch_plan *plan, size_t g)
{
    const size_t steps = plan->steps[group_begin(plan, g)];

    return steps / plan->chunk + (steps % plan->chunk != 0);
}

int epoch_plan_create(struct epoch_plan *plan, const size_t *lengths, uint32_t base, size_t count,
                      uint32_t lanes, size_t chunk)
{
    struct entry *entries = calloc(count + 1, sizeof *entries);

    memset(plan, 0, sizeof *plan);
    plan->sorted = calloc(count + 1, sizeof *plan->sorted);
    plan->steps = calloc(count + 1, sizeof *plan->steps);
    plan->order = calloc(count + 1, sizeof *plan->order);
    plan->random_memory = malloc(srnn_random_size());
    if (entries == NULL || plan->sorted == NULL || plan->steps == NULL || plan->order == NULL ||
        plan->random_memory == NULL) {
        free(entries);
        return fail("no memory for %lu sequences", (unsigned long)count);
    }
    plan->count = count;
    plan->base = base;
    plan->groups = (count + lanes - 1) / lanes;
    plan->chunk = chunk;
    plan->epoch = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        entries[i].steps = lengths[i];
        entries[i].sequence = base + (uint32_t)i;
    }
    qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < count; i++) {
        plan->sorted[i] = entries[i].sequence;
        plan->steps[i] = entries[i].steps;
    }
    free(entries);
    for (size_t g = 0; g < plan->groups; g++) {
        plan->order[g] = (uint32_t)g;
        plan->draws += group_chunks(plan, g);
    }
    return 0;
}

void epoch_plan_in_file_order(struct epoch_plan *plan)
{
    for (size_t g = 0; g < plan->groups; g++) {
        plan->order[plan->sorted[g] - plan->base] = (uint32_t)g;
    }
}

void epoch_plan_destroy(struct epoch_plan *plan)
{
    free(plan->sorted);
    free(plan->steps);
    free(plan->order);
    free(plan->random_memory);
    memset(plan, 0, sizeof *plan);
}

/* Shuffle the groups for an epoch (Fisher and Yates). */
static void shuffle(struct epoch_plan *plan, uint64_t epoch, uint64_t seed)
{
    srnn_random *random;

    (void)srnn_random_init(plan->random_memory, srnn_random_size(), seed, stream_of(epoch),
                           &random);
    for (size_t g = 0; g < plan->groups; g++) {
        plan->order[g] = (uint32_t)g;
    }
    for (size_t g = plan->groups; g > 1; g--) {
        const uint32_t other = srnn_random_below(random, (uint32_t)g);
        const uint32_t kept = plan->order[g - 1];

        plan->order[g - 1] = plan->order[other];
        plan->order[other] = kept;
    }
    plan->epoch = epoch;
}

void epoch_plan_find(struct epoch_plan *plan, uint64_t index, const uint64_t *seed,
                     struct passage *passage)
{
    uint64_t chunk = index % plan->draws;
    uint64_t chunks;
    size_t longest;
    size_t g = 0;

    if (seed != NULL && plan->epoch != index / plan->draws) {
        shuffle(plan, index / plan->draws, *seed);
    }
    for (;; g++) {
        chunks = group_chunks(plan, plan->order[g]);
        if (chunk < chunks) {
            break;
        }
        chunk -= chunks;
    }
    passage->first = group_begin(plan, plan->order[g]);
    passage->end = group_begin(plan, plan->order[g] + 1u);
    longest = plan->steps[passage->first];
    passage->begin = (size_t)(longest / chunks * chunk + longest % chunks * chunk / chunks);
    passage->steps =
        (size_t)(longest / chunks * (chunk + 1) + longest % chunks * (chunk + 1) / chunks) -
        passage->begin;
}
