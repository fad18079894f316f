/* epoch_plan.c - the order in which the sequences of a file are drawn */
#include "tasks/epoch_plan.h"

#include <stdlib.h>
#include <string.h>

#include "srnn.h"
#include "support/message.h"
#include "support/share.h"
#include "tasks/shuffle.h"

/* The random stream of an epoch's order. These streams count down from the last one; those of
 * evaluations count up from the first (evaluation.c). */
static uint64_t stream_of(uint64_t epoch)
{
    return UINT64_MAX - epoch;
}

/* The random stream that chooses the groups of an evaluation: behind that in the middle, which is
 * hold_out.c's. */
#define CHOICE_STREAM ((UINT64_C(1) << 63) + 1)

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

/* The number of chunks of a group, by its longest sequence. */
static uint64_t group_chunks(const struct epoch_plan *plan, size_t g)
{
    const size_t steps = plan->steps[plan->begin[g]];

    return steps / plan->chunk + (steps % plan->chunk != 0);
}

/* The most steps of a draw of group g, all its sequences together. */
static size_t group_cells(const struct epoch_plan *plan, size_t g)
{
    const size_t steps = plan->steps[plan->begin[g]];

    return (plan->begin[g + 1] - plan->begin[g]) * (steps < plan->chunk ? steps : plan->chunk);
}

/* Form groups of at most `lanes` sequences: first of the long ones, as many as MOST_CELLS allows,
 * and then even shares of the rest. */
static void form_groups(struct epoch_plan *plan, uint32_t lanes)
{
    size_t at = 0;
    size_t shares;

    plan->groups = 0;
    for (; at < plan->count; plan->groups++) {
        const size_t steps = plan->steps[at] < plan->chunk ? plan->steps[at] : plan->chunk;
        size_t most = MOST_CELLS / (steps > 0 ? steps : 1);

        if (most >= lanes) {
            break;
        }
        most = most > 0 ? most : 1;
        plan->begin[plan->groups] = at;
        at = plan->count - at > most ? at + most : plan->count;
    }
    shares = (plan->count - at + lanes - 1) / lanes;
    for (size_t i = 0; i < shares; i++) {
        plan->begin[plan->groups++] = at + (size_t)share_begin(plan->count - at, shares, i);
    }
    plan->begin[plan->groups] = plan->count;
}

/* Set what follows from the groups. */
static void measure_groups(struct epoch_plan *plan)
{
    for (size_t g = 0; g < plan->groups; g++) {
        const size_t cells = group_cells(plan, g);

        plan->order[g] = (uint32_t)g;
        plan->draws += group_chunks(plan, g);
        plan->cells = cells > plan->cells ? cells : plan->cells;
    }
}

int epoch_plan_create(struct epoch_plan *plan, const size_t *lengths, uint32_t base, size_t count,
                      uint32_t lanes, size_t chunk)
{
    struct entry *entries = calloc(count + 1, sizeof *entries);

    memset(plan, 0, sizeof *plan);
    plan->sorted = calloc(count + 1, sizeof *plan->sorted);
    plan->steps = calloc(count + 1, sizeof *plan->steps);
    plan->begin = calloc(count + 1, sizeof *plan->begin);
    plan->order = calloc(count + 1, sizeof *plan->order);
    plan->random_memory = malloc(srnn_random_size());
    if (entries == NULL || plan->sorted == NULL || plan->steps == NULL || plan->begin == NULL ||
        plan->order == NULL || plan->random_memory == NULL) {
        free(entries);
        return fail("no memory for %lu sequences", (unsigned long)count);
    }
    plan->count = count;
    plan->base = base;
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
    form_groups(plan, lanes);
    measure_groups(plan);
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
    free(plan->begin);
    free(plan->order);
    free(plan->random_memory);
    memset(plan, 0, sizeof *plan);
}

/* Shuffle the groups by a random stream of the seed. */
static void shuffle_groups(struct epoch_plan *plan, uint64_t seed, uint64_t stream)
{
    srnn_random *random;

    (void)srnn_random_init(plan->random_memory, srnn_random_size(), seed, stream, &random);
    for (size_t g = 0; g < plan->groups; g++) {
        plan->order[g] = (uint32_t)g;
    }
    shuffle_list(plan->order, plan->groups, random);
}

/* Move the groups that are beyond `steps` steps behind the others. Returns the number of the
 * others. */
static size_t put_last(struct epoch_plan *plan, uint64_t steps)
{
    size_t others = 0;

    for (size_t i = 0; i < plan->groups; i++) {
        const uint32_t g = plan->order[i];

        if (group_cells(plan, g) <= steps) {
            plan->order[i] = plan->order[others];
            plan->order[others++] = g;
        }
    }
    return others;
}

/* The steps of the sequences from `begin` to `end` - 1 in `sorted`, without padding. */
static uint64_t count_steps(const struct epoch_plan *plan, size_t begin, size_t end)
{
    uint64_t steps = 0;

    for (size_t i = begin; i < end; i++) {
        steps += plan->steps[i];
    }
    return steps;
}

void epoch_plan_choose(struct epoch_plan *plan, uint64_t steps, uint64_t seed)
{
    uint64_t have = 0;
    size_t groups;

    if (count_steps(plan, 0, plan->count) <= steps) {
        return;
    }
    shuffle_groups(plan, seed, CHOICE_STREAM);
    groups = put_last(plan, steps);
    groups = groups > 0 ? groups : 1;
    plan->draws = 0;
    for (size_t i = 0; i < groups && have < steps; i++) {
        const size_t g = plan->order[i];
        const uint64_t chunks = group_chunks(plan, g);
        const uint64_t all = count_steps(plan, plan->begin[g], plan->begin[g + 1]);
        const uint64_t missing = steps - have;

        /* The first chunks of a group have the fewest dead steps. */
        plan->draws += missing < all ? (missing * chunks + all - 1) / all : chunks;
        have += all;
    }
}

void epoch_plan_find(struct epoch_plan *plan, uint64_t index, const uint64_t *seed,
                     struct passage *passage)
{
    uint64_t chunk = index % plan->draws;
    uint64_t chunks;
    size_t longest;
    size_t g = 0;

    if (seed != NULL && plan->epoch != index / plan->draws) {
        plan->epoch = index / plan->draws;
        shuffle_groups(plan, *seed, stream_of(plan->epoch));
    }
    for (;; g++) {
        chunks = group_chunks(plan, plan->order[g]);
        if (chunk < chunks) {
            break;
        }
        chunk -= chunks;
    }
    passage->first = plan->begin[plan->order[g]];
    passage->end = plan->begin[plan->order[g] + 1u];
    longest = plan->steps[passage->first];
    passage->begin = (size_t)share_begin(longest, chunks, chunk);
    passage->steps = (size_t)share_begin(longest, chunks, chunk + 1) - passage->begin;
}
