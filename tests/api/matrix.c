/* matrix.c - plain double arithmetic on matrices, to measure the library by */
#include "matrix.h"

#include <math.h>
#include <stdlib.h>

#include "expect.h"

#define SQUARINGS 20

static double frobenius(const double *matrix, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n * n; i++) {
        sum += matrix[i] * matrix[i];
    }
    return sqrt(sum);
}

static void square(const double *matrix, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            out[i * n + j] = 0.0;
        }
        for (size_t k = 0; k < n; k++) {
            for (size_t j = 0; j < n; j++) {
                out[i * n + j] += matrix[i * n + k] * matrix[k * n + j];
            }
        }
    }
}

/* With A^(2^k) = e^logarithm B and |B| = 1 at all times. */
double gelfand_radius(const float *matrix, size_t n)
{
    double *power = calloc(2 * n * n, sizeof *power);
    double *next = power + n * n;
    double logarithm = 0.0;
    double norm;

    assert_non_null(power);
    for (size_t i = 0; i < n * n; i++) {
        power[i] = (double)matrix[i];
    }
    for (int k = 0;; k++) {
        norm = frobenius(power, n);
        if (norm == 0.0 || k == SQUARINGS) {
            break;
        }
        for (size_t i = 0; i < n * n; i++) {
            power[i] /= norm;
        }
        square(power, n, next);
        for (size_t i = 0; i < n * n; i++) {
            power[i] = next[i];
        }
        logarithm = 2.0 * (logarithm + log(norm));
    }
    free(power);
    return norm == 0.0 ? 0.0 : exp((logarithm + log(norm)) / (double)(1 << SQUARINGS));
}

double off_orthogonal(const float *matrix, size_t n)
{
    double worst = 0.0;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double dot = i == j ? -1.0 : 0.0;
            for (size_t k = 0; k < n; k++) {
                dot += (double)matrix[i * n + k] * (double)matrix[j * n + k];
            }
            worst = isnan(dot) ? INFINITY : fmax(worst, fabs(dot)); /* fmax passes over a NaN */
        }
    }
    return worst;
}
