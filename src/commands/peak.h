/* peak.h - the processor's peak: the largest rate of arithmetic that it can reach */
#ifndef PEAK_H
#define PEAK_H

#include "support/pool.h"

/* Measure the peak in GFLOP/s: independent chains of fused multiply-adds in registers, without
 * memory accesses, two operations each. For `pool` NULL it is that of one core, else the sum
 * over all threads of the pool running at once, which is less than their number times that of
 * one core when they share a core. The best of several short trials, some 30 ms in all. */
double measure_peak_gflops(struct pool *pool);

#endif /* PEAK_H */
