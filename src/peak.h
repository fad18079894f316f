/* peak.h - what one core of this processor can do at most */
#ifndef PEAK_H
#define PEAK_H

/* The rate of fused multiply-adds of one core in 10^9 floating-point operations a
 * second, two for each: independent chains in registers, no memory. The best of
 * several short trials, some 30 ms in all. */
double peak_gflops(void);

#endif /* PEAK_H */
