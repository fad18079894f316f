/* share.h - even shares of a number of things */
#ifndef SHARE_H
#define SHARE_H

#include <stdint.h>

/* Where share `i`, from 0, begins of `count` things in `shares` shares, at least 1 and below 2^32.
 * They differ by at most one thing. Share `shares`, behind the last, begins at `count`. */
uint64_t share_begin(uint64_t count, uint64_t shares, uint64_t i);

/* The number of things of the largest share: `count` / `shares`, rounded up. */
uint64_t share_largest(uint64_t count, uint64_t shares);

#endif /* SHARE_H */
