/* checkpoint.h - how a checkpoint holds the state of an optimizer and of a clipper
 *
 * The options and the state of each are one vector of doubles. */
#ifndef SRNN_CHECKPOINT_H
#define SRNN_CHECKPOINT_H

#include "files/archive.h"
#include "update/clipper.h"
#include "update/optimizer.h"

/* Offsets into the vector of an optimizer's state. A clipper's has its kind, then its
 * options, statistics and `learnt`. */
enum {
    OPTIMIZER_KIND,
    OPTIMIZER_COUNT,
    OPTIMIZER_OPTIONS,
    OPTIMIZER_UPDATES = OPTIMIZER_OPTIONS + SRNN__OPTIMIZER_OPTIONS,
    OPTIMIZER_POWER,
    OPTIMIZER_END = OPTIMIZER_POWER + 2
};

#endif
