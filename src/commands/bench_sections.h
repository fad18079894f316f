/* bench_sections.h - what `bench` measures after the table of shapes
 *
 * Each function bench_* prints a section: some words and a table. All use one thread, and
 * measure for `seconds` per row where they have that argument. They return 0, or EXIT_FAILED
 * after a message. */
#ifndef BENCH_SECTIONS_H
#define BENCH_SECTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "commands/bench_training.h"

/* The library's calls of the allocator in a run of `bench`. */
struct allocations {
    size_t creation_calls;   /* most calls that created the objects of one training */
    size_t training_calls;   /* calls during all trainings */
    uint64_t training_steps; /* steps of all trainings */
};

/* Add the calls of one training, and print a line about the calls of all trainings. */
void allocations_add(struct allocations *allocations, const struct training *training);
void allocations_print(const struct allocations *allocations);

/* Sequences of mixed lengths compared with full ones, for each of shapes [count]: the time
 * per step of a sequence. */
int bench_mixed(const struct shape *shapes, size_t count, double seconds,
                struct allocations *allocations);

/* The frugal workspace compared with the ordinary one: time and memory. */
int bench_frugal(double seconds, struct allocations *allocations);

/* The memory that a training has in use, compared with the states of all steps. */
int bench_memory(void);

/* The time of a step of streaming. */
int bench_stream(void);

#endif /* BENCH_SECTIONS_H */
