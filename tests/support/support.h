/* support.h - what tests of several folders share
 *
 *   differences.h     a gradient against finite differences
 *   expect.h          assertions on statuses and bits
 *   hash.h            one number for many bits
 *   instructions.h    the instruction sets that tests run on
 *   memory.h          a heap that fails and notices, guard pages
 *   option_handles.h  set and get of the handles that have options
 *   parallel.h        parallel-fors
 *   rig.h             all eight objects, ready to run */
#ifndef SUPPORT_H
#define SUPPORT_H

#include "differences.h"
#include "expect.h"
#include "hash.h"
#include "instructions.h"
#include "memory.h"
#include "option_handles.h"
#include "parallel.h"
#include "rig.h"

#endif
