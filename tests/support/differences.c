/* differences.c - a gradient against finite differences */
#include "differences.h"

#include <math.h>

/* Floats have 24 bits: the error of the sum of losses, of about 1e-6, is divided by twice the step,
 * and the curvature costs its square. A hundredth makes both less than a thousandth. */
static const float step = 0.01f;

double difference_of(const float *gradient, float *parameters, size_t count,
                     double (*cost)(void *context), void *context)
{
    double largest = 0.0, worst = 0.0;

    for (size_t i = 0; i < count; i++) {
        const float kept = parameters[i];
        double right, left, error;

        parameters[i] = kept + step;
        right = cost(context);
        parameters[i] = kept - step;
        left = cost(context);
        parameters[i] = kept;
        largest = fmax(largest, fabs((double)gradient[i]));
        error = fabs((right - left) / (2.0 * (double)step) - (double)gradient[i]);
        worst = isnan(error) ? INFINITY : fmax(worst, error); /* fmax passes over a NaN */
    }
    return worst / largest;
}
