/* random.h - the state of the generator PCG32. */
#ifndef SRNN_RANDOM_H
#define SRNN_RANDOM_H

#include "base/base.h"

struct srnn_random {
    struct srnn__object object;
    uint64_t state;     /* state of the linear congruential generator */
    uint64_t increment; /* its increment: odd, one for each stream */
};

#endif
