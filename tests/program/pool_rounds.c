/* pool_rounds.c - rounds of tasks of every size on a pool of THREADS
 *
 *     pool_rounds THREADS ROUNDS
 *
 * Every index must have been run once when pool_run returns, and what a task wrote must be
 * there; some rounds wait until the threads sleep. Small networks get fewer threads, and others all
 * of them. Exit code 1 when not. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "support/pool.h"

#define MOST 64u

/* Adds to the element that is this task's alone; the later, the longer it takes. */
static void add(void *argument, uint32_t index)
{
    uint32_t *sums = argument;

    for (uint32_t i = 0; i <= index; i++) {
        sums[index] += i + 1;
    }
}

/* Whether the threads that pay are one for the smallest network, all for a large one, and never
 * fewer for more units. */
static int some_pay(uint32_t threads)
{
    uint32_t before = 1;

    for (uint32_t hidden = 1; hidden < 300; hidden++) {
        const uint32_t now = threads_that_pay(threads, 100, 5, hidden);

        if (now < before || now > threads) {
            return 0;
        }
        before = now;
    }
    return threads_that_pay(threads, 1, 1, 1) == 1 && before == threads &&
           threads_that_pay(threads, 4294967295.0, 4294967295.0, 65535) == threads;
}

int main(int count, char **arguments)
{
    const struct timespec nap = {0, 2000000};
    const uint32_t threads = count > 2 ? (uint32_t)atoi(arguments[1]) : 0;
    const int rounds = count > 2 ? atoi(arguments[2]) : 0;
    struct pool *pool;

    if (threads == 0 || rounds == 0 || pool_create(threads, &pool) != 0) {
        return 2;
    }
    if (!some_pay(threads)) {
        printf("too few or too many of %u threads\n", (unsigned)threads);
        return 1;
    }
    for (int round = 0; round < rounds; round++) {
        const uint32_t tasks = (uint32_t)round % (MOST + 1);
        uint32_t sums[MOST] = {0};

        if (round % 100 == 99) {
            nanosleep(&nap, NULL);
        }
        if (pool_run(pool, add, sums, tasks) != 0) {
            return 1;
        }
        for (uint32_t i = 0; i < MOST; i++) {
            if (sums[i] != (i < tasks ? (i + 1) * (i + 2) / 2 : 0)) {
                printf("round %d of %u tasks on %u threads: task %u gave %u\n", round,
                       (unsigned)tasks, (unsigned)threads, (unsigned)i, (unsigned)sums[i]);
                return 1;
            }
        }
    }
    pool_destroy(pool);
    return 0;
}
