/* matrix.h - plain double arithmetic on matrices, to measure the library by */
#ifndef MATRIX_H
#define MATRIX_H

#include <stddef.h>

/* The largest absolute eigenvalue of a matrix [n x n], by Gelfand's formula: the 2^20th root of
 * the norm of its 2^20th power, found by squaring. Good to about 1e-5. */
double gelfand_radius(const float *matrix, size_t n);

/* The largest deviation of M M^T from the identity. */
double off_orthogonal(const float *matrix, size_t n);

#endif
