/* random.h - the generator's state. */
#ifndef SRNN_RANDOM_H
#define SRNN_RANDOM_H

#include "base/base.h"

struct srnn_random {
    struct srnn__object object;
    uint64_t state;
    uint64_t increment; /* odd; chooses the stream */
};

#endif
