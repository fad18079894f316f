/* shuffle.c - a list in random order */
#include "tasks/shuffle.h"

void shuffle_list(uint32_t *list, size_t count, srnn_random *random)
{
    for (size_t i = count; i > 1; i--) {
        const uint32_t other = srnn_random_below(random, (uint32_t)i);
        const uint32_t kept = list[i - 1];

        list[i - 1] = list[other];
        list[other] = kept;
    }
}
