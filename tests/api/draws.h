/* draws.h - generators that are about to draw chosen numbers
 *
 * For draws that no seed is known for. */
#ifndef DRAWS_H
#define DRAWS_H

#include <stdint.h>

#include "srnn.h"

/* Set the state so that of the next srnn_random_u32, counted from 0, number `skip` returns
 * `first` and the one after it `second`. */
void draw_next(srnn_random *random, unsigned skip, uint32_t first, uint32_t second);

/* The generator's next `count` numbers are gone. */
void draw_and_drop(srnn_random *random, unsigned count);

#endif
