/* share.c - even shares of a number of things */
#include "support/share.h"

/* floor(count i / shares), without the product, which may not fit. */
uint64_t share_begin(uint64_t count, uint64_t shares, uint64_t i)
{
    return count / shares * i + count % shares * i / shares;
}

uint64_t share_largest(uint64_t count, uint64_t shares)
{
    return count / shares + (count % shares != 0);
}
