/* spectrum.h - what the initialisers use of the spectrum. */
#ifndef SRNN_SPECTRUM_H
#define SRNN_SPECTRUM_H

#include "base/base.h"

/* Dot product of rows [n] in double, in a fixed order of its own. */
double srnn__dot(const float *a, const float *b, size_t n);

/* The spectral radius of a finite matrix [n x n], with scratch x [n], y [n]. */
double srnn__radius(const float *matrix, size_t n, float *x, float *y);

#endif
