/* ranks_mpi.c - the ranks of a program that is built with MPI: the processes of mpirun
 *
 * MPI only moves bytes here. All sums are this file's own, in the order of the ranks, since
 * MPI_Allreduce may add in an order that depends on the sizes, on the network and on its version.
 * An error inside MPI ends all ranks: that is MPI's default. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/launcher.h"
#include "support/message.h"
#include "support/ranks.h"
#include "support/share.h"

/* The floats that are added up at once, 8 MiB. Longer vectors take several exchanges; a shorter
 * slab would make the messages of many ranks so short that their latency counts. */
#define SLAB ((size_t)1 << 21)

static float slab[SLAB];  /* [ranks x own piece of a slab]: what the others sent */
static int *piece_counts; /* [ranks]: floats of each rank's piece */
static int *piece_starts; /* [ranks]: where it begins in the slab */
static int *own_counts;   /* [ranks]: floats of the own piece, for each sender */
static int *own_starts;   /* [ranks]: where the piece of each sender goes */
static double *rows;      /* [ranks x (1 + RANKS_NUMBERS)] */
static int rank_count = 1;
static int rank_own = 0;

/* ---------------------------------------------------------------------------
 * Begin and end
 * ------------------------------------------------------------------------ */

/* Make room for the exchanges. Returns 0, or EXIT_FAILED after a message. */
static int allocate(void)
{
    const size_t count = (size_t)rank_count;

    piece_counts = calloc(count, sizeof *piece_counts);
    piece_starts = calloc(count, sizeof *piece_starts);
    own_counts = calloc(count, sizeof *own_counts);
    own_starts = calloc(count, sizeof *own_starts);
    rows = calloc(count, (1 + RANKS_NUMBERS) * sizeof *rows);
    return piece_counts != NULL && piece_starts != NULL && own_counts != NULL &&
                   own_starts != NULL && rows != NULL
               ? 0
               : fail("no memory for %d ranks", rank_count);
}

int ranks_open(const char *command, int divides)
{
    int level;
    int result = 0;

    if (!divides) {
        return launcher_refuse_several(command, "only train divides its work");
    }
    /* Of the threads of a rank only the first calls MPI. */
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_own);
    if (allocate() != 0) {
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILED);
    }
    if (rank_count == 1) {
        result = launcher_refuse_several(command, "this mpirun is not that of the MPI which the "
                                                  "program was built with");
    }
    if (rank_own > 0) {
        message_hold();
        if (freopen("/dev/null", "w", stdout) == NULL) {
            result = fail("/dev/null: cannot be opened");
        }
    }
    result = ranks_agree(result);
    if (result != 0) {
        (void)ranks_close(result);
    }
    return result;
}

int ranks_close(int result)
{
    const int own = rank_own;
    int begun;

    MPI_Initialized(&begun);
    if (!begun) {
        return result;
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    free(piece_counts);
    free(piece_starts);
    free(own_counts);
    free(own_starts);
    free(rows);
    return own == 0 ? result : EXIT_DONE;
}

const char *ranks_description(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;

    MPI_Get_library_version(text, &length); /* may be called before MPI_Init */
    text[strcspn(text, ",\n")] = '\0';
    return text;
}

uint32_t ranks_count(void)
{
    return (uint32_t)rank_count;
}

uint32_t ranks_own(void)
{
    return (uint32_t)rank_own;
}

/* ---------------------------------------------------------------------------
 * Shares and sums
 * ------------------------------------------------------------------------ */

/* Where the share of `rank` begins of `count` things. */
static size_t rank_begin(size_t count, int rank)
{
    return (size_t)share_begin(count, ranks_count(), (uint64_t)rank);
}

void ranks_divide(uint32_t count, uint32_t *first, uint32_t *own)
{
    *first = (uint32_t)rank_begin(count, rank_own);
    *own = (uint32_t)rank_begin(count, rank_own + 1) - *first;
}

uint32_t ranks_largest_share(uint32_t count)
{
    return (uint32_t)share_largest(count, ranks_count());
}

/* Gather `row` [width] of each rank into rows [ranks x width]. */
static void gather_rows(const double *row, size_t width)
{
    MPI_Allgather(row, (int)width, MPI_DOUBLE, rows, (int)width, MPI_DOUBLE, MPI_COMM_WORLD);
}

/* The first rank that has a number other than 0 in column 0 of rows [ranks x width], or -1. */
static int first_with_status(size_t width)
{
    for (int rank = 0; rank < rank_count; rank++) {
        if (rows[(size_t)rank * width] != 0.0) {
            return rank;
        }
    }
    return -1;
}

int ranks_agree(int result)
{
    const double row = result;
    char who[32];
    int first;

    if (rank_count == 1) {
        return result;
    }
    gather_rows(&row, 1);
    first = first_with_status(1);
    if (first < 0) {
        return 0;
    }
    if (rank_own == first && first > 0) {
        snprintf(who, sizeof who, "rank %d: ", first);
        message_release(who);
    }
    return (int)rows[first];
}

int ranks_have_same(uint64_t value)
{
    uint64_t least;
    uint64_t most;

    if (rank_count == 1) {
        return 1;
    }
    MPI_Allreduce(&value, &least, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD);
    MPI_Allreduce(&value, &most, 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
    return least == most;
}

/* Set `piece` [count] to the sums over the rows of slab [ranks x count]. */
static void add_rows(float *piece, size_t count)
{
    enum { BLOCK = 256 }; /* sums that stay in the nearest cache */
    double sums[BLOCK];

    for (size_t begin = 0; begin < count; begin += BLOCK) {
        const size_t length = count - begin < BLOCK ? count - begin : BLOCK;

        for (size_t i = 0; i < length; i++) {
            sums[i] = (double)slab[begin + i];
        }
        for (size_t rank = 1; rank < (size_t)rank_count; rank++) {
            const float *row = slab + rank * count + begin;

            for (size_t i = 0; i < length; i++) {
                sums[i] += (double)row[i];
            }
        }
        for (size_t i = 0; i < length; i++) {
            piece[begin + i] = (float)sums[i];
        }
    }
}

/* Add up `values` [count], at most SLAB minus a float for each rank. A rank gets one piece of them
 * from all others, adds it up, and sends the sums to all: each sends and receives 2 (ranks - 1) /
 * ranks of the vector, the least that is possible. */
static void add_slab(float *values, size_t count)
{
    const size_t own = rank_begin(count, rank_own + 1) - rank_begin(count, rank_own);

    for (int rank = 0; rank < rank_count; rank++) {
        piece_starts[rank] = (int)rank_begin(count, rank);
        piece_counts[rank] = (int)rank_begin(count, rank + 1) - piece_starts[rank];
        own_counts[rank] = (int)own;
        own_starts[rank] = rank * (int)own;
    }
    MPI_Alltoallv(values, piece_counts, piece_starts, MPI_FLOAT, slab, own_counts, own_starts,
                  MPI_FLOAT, MPI_COMM_WORLD);
    add_rows(values + piece_starts[rank_own], own);
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, piece_counts, piece_starts,
                   MPI_FLOAT, MPI_COMM_WORLD);
}

int32_t ranks_add(int32_t status, float *values, size_t count, double *numbers, size_t number_count)
{
    const size_t width = 1 + number_count;
    const size_t most = SLAB - (size_t)rank_count;
    double row[1 + RANKS_NUMBERS];
    int first;

    if (rank_count == 1) {
        return status;
    }
    row[0] = status;
    for (size_t i = 0; i < number_count; i++) {
        row[1 + i] = numbers[i];
    }
    gather_rows(row, width);
    first = first_with_status(width);
    if (first >= 0) {
        return (int32_t)rows[(size_t)first * width];
    }
    for (size_t i = 0; i < number_count; i++) {
        numbers[i] = rows[1 + i];
        for (size_t rank = 1; rank < (size_t)rank_count; rank++) {
            numbers[i] += rows[rank * width + 1 + i];
        }
    }
    for (size_t begin = 0; begin < count; begin += most) {
        add_slab(values + begin, count - begin < most ? count - begin : most);
    }
    return 0;
}

void ranks_collect(const float *own, uint32_t row_count, uint32_t width, float *all)
{
    MPI_Datatype row;
    int start = 0;
    const int count = (int)row_count;

    if (rank_count == 1) {
        memcpy(all, own, (size_t)row_count * width * sizeof *all);
        return;
    }
    MPI_Allgather(&count, 1, MPI_INT, piece_counts, 1, MPI_INT, MPI_COMM_WORLD);
    for (int rank = 0; rank < rank_count; rank++) {
        piece_starts[rank] = start;
        start += piece_counts[rank];
    }
    MPI_Type_contiguous((int)width, MPI_FLOAT, &row);
    MPI_Type_commit(&row);
    MPI_Allgatherv(own, count, row, all, piece_counts, piece_starts, row, MPI_COMM_WORLD);
    MPI_Type_free(&row);
}
