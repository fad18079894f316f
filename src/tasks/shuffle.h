/* shuffle.h - a list in random order */
#ifndef SHUFFLE_H
#define SHUFFLE_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"

/* Shuffle list [count], of fewer than 2^32 numbers (Fisher and Yates). The same state of the
 * generator makes the same order. */
void shuffle_list(uint32_t *list, size_t count, srnn_random *random);

#endif /* SHUFFLE_H */
