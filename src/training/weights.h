/* weights.h - numbers about a model's weights */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"

/* The offset of the recurrent weights [hidden x hidden] among the parameters. */
size_t weights_recurrent(const srnn_model *model);

/* Compute the spectral radius of w_rec, and its largest singular value unless `singular` is NULL.
 * `scratch` [count] must have twice as many floats as hidden units. Returns a status of the
 * library. */
int32_t weights_spectrum(const srnn_model *model, float *scratch, size_t count, double *radius,
                         double *singular);

#endif /* WEIGHTS_H */
