/* ranks.h - the processes that share one training, which are called ranks
 *
 * `mpirun -n K srnn train ...` starts K ranks, with numbers from 0. All must call the functions
 * below ranks_largest_share in the same order with the same counts, and each call waits for the
 * others. Sums are added in the order of the ranks: the same number of ranks gives the same bits.
 *
 * ranks_mpi.c has these functions for `make MPI=1`, and ranks_one.c for every other program, which
 * is one rank and never waits. */
#ifndef RANKS_H
#define RANKS_H

#include <stddef.h>
#include <stdint.h>

/* The most numbers of ranks_add. */
#define RANKS_NUMBERS 8

/* Begin `command`, before anything else of it. Only one that `divides` its work may have several
 * ranks. All but rank 0 print nothing from here on: their standard output is thrown away, and
 * ranks_agree decides about their messages. Returns 0, or EXIT_MISUSED or EXIT_FAILED after a
 * message. */
int ranks_open(const char *command, int divides);

/* End the command after a ranks_open that returned 0, when all ranks have come here. Returns the
 * exit code of this process, whose work had the exit code `result`: 0 but on rank 0, for mpirun
 * returns the first that is not. */
int ranks_close(int result);

/* What a program with MPI is built with; NULL without MPI. */
const char *ranks_description(void);

/* The number of ranks, and the number of this one. */
uint32_t ranks_count(void);
uint32_t ranks_own(void);

/* Divide `count` things evenly: this rank has `own` of them, from `first` on. `own` can be 0. */
void ranks_divide(uint32_t count, uint32_t *first, uint32_t *own);

/* The most that any rank has of `count` things. */
uint32_t ranks_largest_share(uint32_t count);

/* Agree on the result of work that can fail on some ranks only. Returns the result of the first
 * rank that has one other than 0; that rank's message is printed. */
int ranks_agree(int result);

/* Whether `value` is the same on all ranks. */
int ranks_have_same(uint64_t value);

/* Add up over the ranks, in double precision: `values` [count], each rounded to float at the end,
 * and `numbers` [number_count], at most RANKS_NUMBERS. All ranks get the sums. If `status` is not 0
 * on some rank nothing is added, and the `status` of the first such rank is returned; else 0. */
int32_t ranks_add(int32_t status, float *values, size_t count, double *numbers,
                  size_t number_count);

/* Put the rows of all ranks one after the other: `own` [rows x width] of this rank, where `rows`
 * may differ, into `all` [rows of all ranks x width]. */
void ranks_collect(const float *own, uint32_t rows, uint32_t width, float *all);

#endif /* RANKS_H */
