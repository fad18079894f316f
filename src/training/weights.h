/* weights.h - numbers about a model's weights */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"

/* Where the recurrent weights begin among the parameters; they are [hidden x
 * hidden]. */
size_t weights_recurrent(const srnn_model *model);

/* The spectral radius of w_rec, and its largest singular value, which may be
 * NULL. `scratch` [count] needs twice as many floats as hidden units. */
int32_t weights_spectrum(const srnn_model *model, float *scratch, size_t count, double *radius,
                         double *singular);

#endif /* WEIGHTS_H */
