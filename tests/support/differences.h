/* differences.h - a gradient against finite differences
 *
 * For networks that a test makes of several models, and for which there is no reference. */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

#include <stddef.h>

/* The largest difference of gradient [count] from the central differences of cost(context) by each
 * of parameters [count], divided by the gradient's largest element. The parameters are as before
 * in the end. With floats and a smooth cost, less than 0.001 is right. */
double difference_of(const float *gradient, float *parameters, size_t count,
                     double (*cost)(void *context), void *context);

#endif
