/* peak.h - what this processor can do at most */
#ifndef PEAK_H
#define PEAK_H

#include "support/pool.h"

/* The rate of fused multiply-adds in 10^9 floating-point operations a second, two for
 * each: independent chains in registers, no memory. Of one core, for pool NULL, or of all
 * threads of a pool at once, added up: less than one core's times their number where they
 * share one, as the cores of a virtual machine may. The best of several short trials, some
 * 30 ms in all. */
double peak_gflops(struct pool *pool);

#endif /* PEAK_H */
