/* grown_lengths.c - the lengths that a task draws while they grow (task_length)
 *
 *     grown_lengths TASK LOW HIGH GROW
 *
 * Prints a line "INDEX SHORTEST LONGEST" of what was drawn for each index from 0 to GROW + 1. There
 * are so many draws of each that both ends of a range of less than a hundred lengths occur. */
#include <stdio.h>
#include <stdlib.h>

#include "tasks/task.h"

#define DRAWS 4000

int main(int count, char **arguments)
{
    struct task task = {0};
    srnn_random *random;

    task.kind = count == 5 ? task_find(arguments[1]) : NULL;
    if (task.kind == NULL || srnn_random_create(NULL, NULL, 1, 0, &random) != SRNN_OK) {
        return 2;
    }
    task.options.length.low = (uint32_t)atoi(arguments[2]);
    task.options.length.high = (uint32_t)atoi(arguments[3]);
    task.options.grow = (uint64_t)atoi(arguments[4]);
    for (uint64_t index = 0; index <= task.options.grow + 1; index++) {
        uint32_t shortest = UINT32_MAX;
        uint32_t longest = 0;

        for (int draw = 0; draw < DRAWS; draw++) {
            const uint32_t length = task_length(&task, index, random);

            shortest = length < shortest ? length : shortest;
            longest = length > longest ? length : longest;
        }
        printf("%llu %lu %lu\n", (unsigned long long)index, (unsigned long)shortest,
               (unsigned long)longest);
    }
    srnn_random_destroy(random);
    return 0;
}
