/* support.h - what tests of several folders share
 *
 *   differences.h  a gradient against finite differences
 *   expect.h       assertions on statuses and bits
 *   hash.h         one number for many bits
 *   memory.h       a heap that fails and notices, guard pages
 *   parallel.h     parallel-fors
 *   rig.h          all eight objects and a batch, ready to run */
#ifndef SUPPORT_H
#define SUPPORT_H

#include "differences.h"
#include "expect.h"
#include "hash.h"
#include "memory.h"
#include "parallel.h"
#include "rig.h"

#endif
