/* bench_sections.h - what `bench` measures besides the table of shapes
 *
 * Each section prints a paragraph of its own. All give 0, or EXIT_FAILED after a
 * message, and measure one thread for `seconds` where the time is theirs to choose. */
#ifndef BENCH_SECTIONS_H
#define BENCH_SECTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "commands/bench_training.h"

/* What the library asked of the allocator in a run of `bench`. */
struct ledger {
    size_t created;   /* calls for one training's objects, the most of any */
    size_t during;    /* calls while training, in all */
    uint64_t trained; /* steps of training, in all */
};

void ledger_add(struct ledger *ledger, const struct training *training);
void ledger_print(const struct ledger *ledger);

/* Sequences of mixed lengths against full ones: what a step of one sequence takes,
 * for each of the `count` shapes. */
int bench_mixed(const struct shape *shapes, size_t count, double seconds, struct ledger *ledger);

/* The frugal workspace against the ordinary one: time and memory. */
int bench_frugal(double seconds, struct ledger *ledger);

/* The memory that lives while training, against the states of all steps. */
int bench_memory(void);

/* A step of streaming. */
int bench_stream(void);

#endif /* BENCH_SECTIONS_H */
