/* spectrum.c - the spectral radius and the largest singular value of a matrix
 *
 * Both by power iteration, which needs two vectors of scratch and no copy of the
 * matrix. Products are divided by the largest element, so none overflows. */
#include "model/spectrum.h"
#include "kernels/scalar.h"

/* The largest number of rounds, of two products of matrix and vector each: bounds the
 * time that a matrix takes which does not converge. */
#define ROUNDS 2048u

/* A vector whose squares have a smaller sum is scaled before it is stored: its floats could be
 * zeros. It is far below what any matrix of like elements gives, and far above the squares of
 * 2^-126. */
#define LEAST_SQUARES 0x1p-120

#define LOG_2 0.69314718055994530942

/* The relative change from one round to the next at which the iteration stops. */
#define TOLERANCE 1e-8

/* Sums in eight interleaved parts, joined in a fixed order, like srnn__sum_squares: one
 * result on every processor. */
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

/* Returns whether a and b differ by at most TOLERANCE. */
static int is_close(double a, double b)
{
    return magnitude(a - b) <= TOLERANCE * magnitude(b);
}

/* Returns the largest magnitude in `matrix` [n x n], NaN when an element is not
 * finite. */
static double largest_element(const float *matrix, size_t n)
{
    double largest = 0.0;

    for (size_t i = 0; i < n * n; i++) {
        const double size = magnitude((double)matrix[i]);
        if (!(size <= largest)) {
            largest = size;
        }
        if (!srnn__is_finite(size)) {
            return size - size;
        }
    }
    return largest;
}

/* Scales x [n] to norm 1. */
static void normalise(float *x, size_t n)
{
    const double norm = srnn__root(srnn__sum_squares(x, n));

    for (size_t i = 0; i < n; i++) {
        x[i] = (float)((double)x[i] / norm);
    }
}

/* Fills x [n] with fixed pseudorandom numbers (xorshift32) and scales it to norm 1. A
 * vector of ones, say, can be orthogonal to the dominant eigenvector of a matrix
 * with structure. */
static void begin_vector(float *x, size_t n)
{
    uint32_t state = 2463534242u;

    for (size_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        x[i] = (float)((int32_t)(state >> 9) - ((int32_t)1 << 22)) * 0x1p-22f + 0x1p-23f;
    }
    normalise(x, n);
}

/* Fills x [n] with the row of `matrix` [n x n] that has an element of magnitude `scale`, the
 * largest, and scales it to norm 1. The product of the matrix and this vector is not zero: one of
 * its elements is the norm of the row. */
static void begin_row(const float *matrix, size_t n, double scale, float *x)
{
    size_t place = 0;

    while (magnitude((double)matrix[place]) < scale) {
        place++;
    }
    memcpy(x, matrix + place / n * n, n * sizeof *x);
    normalise(x, n);
}

/* Inner products of three successive iterates x0, x1 = A x0 / factor and x2 = A x1: pij is xi times
 * xj. The factor is 1, but for products that floats would be too small for. */
struct products {
    double p00, p01, p11, p02, p12, p22;
    double factor;
};

/* Multiplies x [n] by `matrix` [n x n] / scale into y [n], which is divided by the factor that is
 * returned: 1, but the norm of the product where floats would be too small for it. */
static double multiply(const float *matrix, size_t n, double scale, const float *x, float *y)
{
    double factor = 1.0;

    for (;;) {
        double squares = 0.0;
        for (size_t i = 0; i < n; i++) {
            const double product = srnn__dot(matrix + i * n, x, n) / scale / factor;
            squares += product * product;
            y[i] = (float)product;
        }
        /* A product of norm 1 is not scaled again. */
        if (squares >= LEAST_SQUARES || squares == 0.0) {
            return factor;
        }
        factor = srnn__root(squares);
    }
}

/* Multiplies x [n] twice by `matrix` [n x n] / scale and stores the iterates' inner products in *p.
 * y [n] receives x1. x2, or a multiple, replaces x0 in x, element by element, after the last use of
 * each. */
static void advance(const float *matrix, size_t n, double scale, float *x, float *y,
                    struct products *p)
{
    const struct products zero = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};

    SRNN__ASSERT(scale > 0.0);
    *p = zero;
    p->factor = multiply(matrix, n, scale, x, y);
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
    if (p->p22 < LEAST_SQUARES) {
        (void)multiply(matrix, n, scale, y, x);
    }
}

/* Returns the larger modulus of the two roots of z^2 - a z - b. */
static double larger_root(double a, double b)
{
    const double square = a * a / 4.0 + b;

    if (square < 0.0) {
        return srnn__root(-b);
    }
    return magnitude(a) / 2.0 + srnn__root(square);
}

/* Returns an estimate of the spectral radius from three iterates, 0 while they do not
 * fit. Once one or two eigenvalues dominate, x2 = a x1 + b / factor x0, and the roots of
 * z^2 - a z - b are these eigenvalues, real or a complex pair. a and b / factor are the least
 * squares fit. When x1 is a multiple of x0, one eigenvalue is left: factor x0 x1 / x0 x0. They do
 * not fit if x2 is x1 times another factor: x0 had a small component, which has grown since. */
static double fit(const struct products *p)
{
    const double determinant = p->p11 * p->p00 - p->p01 * p->p01;
    double a, b, residual;

    if (determinant <= 1e-9 * p->p11 * p->p00) {
        const double value = p->p01 / p->p00 * p->factor;
        const double next = p->p12 / p->p11;
        return magnitude(next - value) <= 0.01 * magnitude(value) ? magnitude(value) : 0.0;
    }
    a = (p->p12 * p->p00 - p->p02 * p->p01) / determinant;
    b = (p->p02 * p->p11 - p->p12 * p->p01) / determinant;
    residual = p->p22 - a * p->p12 - b * p->p02;
    return residual <= 1e-10 * p->p22 ? larger_root(a, b * p->factor) : 0.0;
}

/* Returns the logarithm of a number above 0, also of one that is subnormal or 0 as a float. */
static double logarithm(double x)
{
    double more = 0.0;

    while (x < 0x1p-126) {
        x *= 0x1p64;
        more -= 64.0 * LOG_2;
    }
    return more + (double)srnn__log((float)x);
}

/* Returns e^x, also where it is 0 as a float. */
static double power_of_e(double x)
{
    double factor = 1.0;

    while (x < -64.0 * LOG_2) {
        x += 64.0 * LOG_2;
        factor *= 0x1p-64;
    }
    return factor * (double)srnn__exp((float)x);
}

/* Returns the weight of a round in the mean growth of the iterate: 0 in the first half of the
 * rounds, in which smaller eigenvalues fade. In the second half the growth may rise and fall
 * periodically. A plain mean over N rounds is off by about 1 / N. Weights of (t (1 - t))^3, where t
 * runs from 0 to 1, leave 1 / N^4: a weighted Birkhoff average. Das, Saiki, Sander and Yorke (2017)
 * take exp(-1 / (t (1 - t))), which leaves less than any power of 1 / N. */
static double weight_of(uint32_t round, uint32_t mean)
{
    const double t = ((double)round + 0.5) / (ROUNDS / 2) - 1.0;
    const double bump = t * (1.0 - t);

    if (t < 0.0) {
        return 0.0;
    }
    return mean == SRNN__MEAN_PLAIN ? 1.0 : bump * bump * bump;
}

/* Stops when two rounds agree. When many eigenvalues share the largest modulus, no fit
 * is good; the result is then the mean growth of |x|. */
double srnn__radius(const float *matrix, size_t n, uint32_t mean, float *x, float *y)
{
    const double scale = largest_element(matrix, n);
    double growth = 0.0, weights = 0.0;
    double last_modulus = 0.0;

    if (scale == 0.0) {
        return 0.0;
    }
    begin_vector(x, n);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const double weight = weight_of(round, mean);
        struct products p;
        double modulus;
        advance(matrix, n, scale, x, y, &p);
        if (p.p22 == 0.0) {
            if (round > 0) {
                return 0.0;
            }
            begin_row(matrix, n, scale, x); /* the first vector may be orthogonal to all rows */
            continue;
        }
        modulus = fit(&p);
        if (modulus > 0.0 && is_close(modulus, last_modulus)) {
            return modulus * scale;
        }
        last_modulus = modulus;
        if (weight > 0.0) {
            growth += weight * (logarithm(p.p22 / p.p00) + 2.0 * logarithm(p.factor));
            weights += weight;
        }
        normalise(x, n);
    }
    /* A round's growth is of |x|^2 over two products: four factors of the radius. */
    return power_of_e(growth / (4.0 * weights)) * scale;
}

/* Returns the largest singular value of a finite matrix A [n x n]: |A x|, where x is
 * iterated by A^T A. x [n] and y [n] are scratch. */
static double largest_singular_value(const float *matrix, size_t n, float *x, float *y)
{
    const double scale = largest_element(matrix, n);
    double value = 0.0;

    if (scale == 0.0) {
        return 0.0;
    }
    begin_vector(x, n);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const double last_value = value;
        for (size_t i = 0; i < n; i++) {
            y[i] = (float)(srnn__dot(matrix + i * n, x, n) / scale);
        }
        value = srnn__root(srnn__sum_squares(y, n));
        if (value * value < LEAST_SQUARES) {
            begin_row(matrix, n, scale, x); /* from here on the value is at least 1, nearly */
            continue;
        }
        if (is_close(value, last_value)) {
            break;
        }
        for (size_t j = 0; j < n; j++) {
            x[j] = 0.0f;
        }
        for (size_t i = 0; i < n; i++) {
            /* In double: 1 / scale, of a subnormal scale, is too large for a float. */
            const double weight = (double)y[i] / scale;
            for (size_t j = 0; j < n; j++) {
                x[j] += (float)(weight * (double)matrix[i * n + j]);
            }
        }
        normalise(x, n);
    }
    return value * scale;
}

int32_t srnn_spectrum(const float *matrix, size_t size, float *scratch, size_t count,
                      double *radius, double *singular_value)
{
    if (matrix == NULL || scratch == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (size == 0) {
        return SRNN_E_RANGE;
    }
    if (size > SIZE_MAX / 2 || count < 2 * size) {
        return SRNN_E_SPACE;
    }
    if (!(largest_element(matrix, size) >= 0.0)) {
        return SRNN_E_NONFINITE;
    }
    if (radius != NULL) {
        *radius = srnn__radius(matrix, size, SRNN__MEAN_WEIGHTED, scratch, scratch + size);
    }
    if (singular_value != NULL) {
        *singular_value = largest_singular_value(matrix, size, scratch, scratch + size);
    }
    return SRNN_OK;
}
