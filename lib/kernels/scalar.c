/* scalar.c - single functions, as the whole build's flags compile them. */
#include "kernels/scalar.h"
#include "kernels/common.h"

#define SRNN__FMA(a, b, c) srnn__fma_call(a, b, c)
#include "kernels/exponential.h"
#include "kernels/elementary.h"
#include "kernels/sum_squares.h"

#if SRNN__FMA_IS_COMPUTED
float srnn__fma_call(float a, float b, float c)
{
    return srnn__fma(a, b, c);
}
#endif

double srnn__sum_parts_call(double *part)
{
    for (size_t n = 4; n > 0; n /= 2) {
        for (size_t lane = 0; lane < n; lane++) {
            part[lane] += part[lane + n];
        }
    }
    return part[0];
}

void srnn__add_terms(double *sum, const double *terms, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        *sum += terms[i];
    }
}

float srnn__exp(float x)
{
    return float_exp(x);
}

float srnn__log(float x)
{
    return float_log(x);
}

double srnn__root(double x)
{
    return srnn__sqrt(x);
}

/* The processor's own square roots are correctly rounded by IEEE 754. Elsewhere the root in double,
 * rounded to float, is, as tests/exact/sweep_elementary.c has tried for every float. */
void srnn__root_row(float *row, size_t n)
{
    size_t i = 0;

#if defined(__x86_64__) && (SRNN__IS_GCC || SRNN__IS_CLANG)
    for (; i + 4 <= n; i += 4) {
        __asm__("movups %0, %%xmm0\n\tsqrtps %%xmm0, %%xmm0\n\tmovups %%xmm0, %0"
                : "+m"(*(float(*)[4])(void *)(row + i))
                :
                : "xmm0");
    }
#endif
    for (; i < n; i++) {
        row[i] = (float)srnn__sqrt((double)row[i]);
    }
}

double srnn__sum_squares_apart(const float *element, size_t n, size_t stride)
{
    double part[8] = {0.0};

    for (size_t i = 0; i < n; i++) {
        const double x = (double)*element;
        part[i % 8] += x * x;
        element += stride;
    }
    return srnn__sum_parts_call(part);
}

double srnn__sum_squares(const float *row, size_t n)
{
    return SRNN__COMPACT ? srnn__sum_squares_apart(row, n, 1) : sum_squares(row, n);
}
