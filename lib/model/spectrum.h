/* spectrum.h - the spectral radius, and the dot product of the initialisers. */
#ifndef SRNN_SPECTRUM_H
#define SRNN_SPECTRUM_H

#include "base/base.h"

/* Returns the dot product of a [n] and b [n], summed in double in a fixed order. */
double srnn__dot(const float *a, const float *b, size_t n);

/* Returns the spectral radius of a finite `matrix` [n x n]. x [n] and y [n] are scratch. Where the
 * iteration does not converge, the result is a mean. With `evenly` it is less exact, and that by
 * which starting weights have been scaled since they were first published: they keep their bits. */
double srnn__radius(const float *matrix, size_t n, int evenly, float *x, float *y);

#endif
