/* spectrum.c - the largest eigenvalue and singular value of a matrix.
 *
 * By power iteration: two vectors of scratch, no matrix is copied. */
#include "model/spectrum.h"
#include "kernels/kernels.h"

/* Rounds of two multiplications each, at most. */
#define ROUNDS 2048u

/* Relative change below which a value has converged. */
#define TOLERANCE 1e-8

/* Eight partial sums and a fixed tree, as for sums of squares. */
double srnn__dot(const float *a, const float *b, size_t n)
{
    double part[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            part[lane] += (double)a[i + lane] * (double)b[i + lane];
        }
    }
    for (size_t lane = 0; i + lane < n; lane++) {
        part[lane] += (double)a[i + lane] * (double)b[i + lane];
    }
    return ((part[0] + part[4]) + (part[2] + part[6])) +
           ((part[1] + part[5]) + (part[3] + part[7]));
}

static double magnitude(double x)
{
    return x < 0.0 ? -x : x;
}

static int close_to(double a, double b)
{
    return magnitude(a - b) <= TOLERANCE * magnitude(b);
}

/* The largest magnitude in matrix [n x n], or NaN when it holds one. */
static double largest_element(const float *matrix, size_t n)
{
    double largest = 0.0;

    for (size_t i = 0; i < n * n; i++) {
        const double size = magnitude((double)matrix[i]);
        if (!(size <= largest)) {
            largest = size;
        }
        if (!(size - size == 0.0)) {
            return size - size;
        }
    }
    return largest;
}

/* x [n] scaled to norm 1. */
static void normalise(float *x, size_t n)
{
    const double norm = srnn__root(srnn__sum_squares(x, n));

    for (size_t i = 0; i < n; i++) {
        x[i] = (float)((double)x[i] / norm);
    }
}

/* A start that no structured matrix is likely to be blind to. */
static void begin(float *x, size_t n)
{
    uint32_t state = 2463534242u;

    for (size_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        x[i] = (float)((int32_t)(state >> 9) - (1 << 22)) * 0x1p-22f + 0x1p-23f;
    }
    normalise(x, n);
}

/* Inner products of three successive vectors x0, x1 = A x0, x2 = A x1. */
struct products {
    double p00, p01, p11, p02, p12, p22;
};

/* Two multiplications of x [n] by matrix / scale, through y [n]. x2 takes the
 * place of x0 element by element, once x0's element has served. */
static void advance(const float *matrix, size_t n, double scale, float *x, float *y,
                    struct products *p)
{
    const struct products zero = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0};

    *p = zero;
    for (size_t i = 0; i < n; i++) {
        y[i] = (float)(srnn__dot(matrix + i * n, x, n) / scale);
    }
    for (size_t i = 0; i < n; i++) {
        const double x0 = (double)x[i];
        const double x1 = (double)y[i];
        const double x2 = srnn__dot(matrix + i * n, y, n) / scale;
        p->p00 += x0 * x0;
        p->p01 += x0 * x1;
        p->p11 += x1 * x1;
        p->p02 += x0 * x2;
        p->p12 += x1 * x2;
        p->p22 += x2 * x2;
        x[i] = (float)x2;
    }
}

/* The larger modulus of the roots of z^2 - a z - b. */
static double larger_root(double a, double b)
{
    const double square = a * a / 4.0 + b;

    if (square < 0.0) {
        return srnn__root(-b);
    }
    return magnitude(a) / 2.0 + srnn__root(square);
}

/* The dominant modulus, from the best fit x2 = a x1 + b x0, whose roots are the
 * dominant eigenvalues, real or a complex pair. Gives 0 while the fit is bad. */
static double fit(const struct products *p)
{
    const double determinant = p->p11 * p->p00 - p->p01 * p->p01;
    double a, b, residual;

    if (determinant <= 1e-9 * p->p11 * p->p00) {
        return magnitude(p->p01) / p->p00;
    }
    a = (p->p12 * p->p00 - p->p02 * p->p01) / determinant;
    b = (p->p02 * p->p11 - p->p12 * p->p01) / determinant;
    residual = p->p22 - a * p->p12 - b * p->p02;
    return residual <= 1e-10 * p->p22 ? larger_root(a, b) : 0.0;
}

/* Where many eigenvalues share the largest modulus no fit is good, and the mean
 * growth over the second half of the rounds has to do. */
double srnn__radius(const float *matrix, size_t n, float *x, float *y)
{
    const double scale = largest_element(matrix, n);
    double growth = 0.0;
    double value = 0.0;

    if (scale == 0.0) {
        return 0.0;
    }
    begin(x, n);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct products p;
        double next;
        advance(matrix, n, scale, x, y, &p);
        if (p.p22 == 0.0) {
            return 0.0;
        }
        next = fit(&p);
        if (next > 0.0 && close_to(next, value)) {
            return next * scale;
        }
        value = next;
        if (round >= ROUNDS / 2) {
            growth += (double)srnn__log((float)(p.p22 / p.p00));
        }
        normalise(x, n);
    }
    /* Each round multiplies twice, and the products are squares. */
    return (double)srnn__exp((float)(growth / (4.0 * (ROUNDS / 2)))) * scale;
}

/* The largest singular value of a finite matrix [n x n]: |A x| for x iterated
 * by A^T A. */
static double largest_singular(const float *matrix, size_t n, float *x, float *y)
{
    const double scale = largest_element(matrix, n);
    double value = 0.0;

    if (scale == 0.0) {
        return 0.0;
    }
    begin(x, n);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const double last = value;
        for (size_t i = 0; i < n; i++) {
            y[i] = (float)(srnn__dot(matrix + i * n, x, n) / scale);
        }
        value = srnn__root(srnn__sum_squares(y, n));
        if (value == 0.0 || close_to(value, last)) {
            break;
        }
        for (size_t j = 0; j < n; j++) {
            x[j] = 0.0f;
        }
        for (size_t i = 0; i < n; i++) {
            const float weight = (float)((double)y[i] / scale);
            for (size_t j = 0; j < n; j++) {
                x[j] += weight * matrix[i * n + j];
            }
        }
        normalise(x, n);
    }
    return value * scale;
}

static int32_t check(const float *matrix, size_t size, const float *scratch, size_t count,
                     const double *result)
{
    if (matrix == NULL || scratch == NULL || result == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (size == 0) {
        return SRNN_E_RANGE;
    }
    if (size > SIZE_MAX / 2 || count < 2 * size) {
        return SRNN_E_SPACE;
    }
    return largest_element(matrix, size) >= 0.0 ? SRNN_OK : SRNN_E_NONFINITE;
}

int32_t srnn_spectral_radius(const float *matrix, size_t size, float *scratch, size_t count,
                             double *radius)
{
    const int32_t status = check(matrix, size, scratch, count, radius);

    if (status == SRNN_OK) {
        *radius = srnn__radius(matrix, size, scratch, scratch + size);
    }
    return status;
}

int32_t srnn_largest_singular_value(const float *matrix, size_t size, float *scratch, size_t count,
                                    double *value)
{
    const int32_t status = check(matrix, size, scratch, count, value);

    if (status == SRNN_OK) {
        *value = largest_singular(matrix, size, scratch, scratch + size);
    }
    return status;
}
