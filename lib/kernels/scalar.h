/* scalar.h - single functions, for callers without a table of kernels
 *
 * The same bits as in the kernels. */
#ifndef SRNN_SCALAR_H
#define SRNN_SCALAR_H

#include "base/hidden.h" /* before all that declares a function of scalar.c */

#include "base/arithmetic.h"

#include <stddef.h>

/* srnn__fma(), but called where it is computed: its twenty operations take too much code, and
 * their temporaries too much stack, to be inlined at every place. */
#if SRNN__FMA_IS_COMPUTED
float srnn__fma_call(float a, float b, float c);
#else
#define srnn__fma_call(a, b, c) srnn__fma(a, b, c)
#endif

/* srnn__sum_parts() of common.h in less code, for compact kernels; overwrites part [8]. */
double srnn__sum_parts_call(double *part);

/* *sum += terms [n], in their order. */
void srnn__add_terms(double *sum, const double *terms, size_t n);

float srnn__exp(float x);
float srnn__log(float x);

/* The square root, within 1 ulp. */
double srnn__root(double x);

/* The square roots of row [n], in place, correctly rounded. */
void srnn__root_row(float *row, size_t n);

/* The sum of the squares of row [n], in double. */
double srnn__sum_squares(const float *row, size_t n);

/* The same of n elements, `stride` apart. */
double srnn__sum_squares_apart(const float *element, size_t n, size_t stride);

#endif
