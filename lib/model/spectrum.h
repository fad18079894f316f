/* spectrum.h - the spectral radius, and the dot product of the initialisers. */
#ifndef SRNN_SPECTRUM_H
#define SRNN_SPECTRUM_H

#include "base/base.h"

/* Returns the dot product of a [n] and b [n], summed in double in a fixed order. */
double srnn__dot(const float *a, const float *b, size_t n);

/* Of an iteration that does not converge, the result is a mean over its rounds. The weighted mean
 * is the more exact. The plain one remains for starting weights, whose bits it keeps. */
enum { SRNN__MEAN_WEIGHTED, SRNN__MEAN_PLAIN };

/* Returns the spectral radius of a finite `matrix` [n x n]. `mean` is an SRNN__MEAN_ constant. x
 * [n] and y [n] are scratch. */
double srnn__radius(const float *matrix, size_t n, uint32_t mean, float *x, float *y);

#endif
