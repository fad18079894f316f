/* dropout.h - leave some recurrent weights out of an update
 *
 * DropConnect (Wan et al., 2013) on w_rec, as Merity et al. (2018) use it for
 * recurrent networks: all steps and sequences of an update share one mask. The
 * passes take no longer, and the network overfits less. */
#ifndef DROPOUT_H
#define DROPOUT_H

#include <stddef.h>

#include "srnn.h"

struct dropout {
    double share;         /* share of the weights that is left out; 0: none, and no arrays */
    size_t offset, count; /* place of w_rec among the parameters */
    float *weights;       /* [count]: w_rec between updates */
    float *factors;       /* [count]: 0 or 1 / (1 - share) */
};

/* Make room for models of the shape of `model`. Returns 0, or EXIT_FAILED after a message. */
int dropout_create(struct dropout *dropout, const srnn_model *model, double share);

/* Free the arrays; also after a failed create, or of a zeroed struct. */
void dropout_destroy(struct dropout *dropout);

/* Before the passes: draw the mask, and multiply the model's weights by its factors. */
void dropout_begin(struct dropout *dropout, srnn_model *model, srnn_random *random);

/* After the passes: restore the model's weights to the bit, and multiply the gradient [parameters]
 * by the factors, so that it is the gradient by these weights. */
void dropout_end(struct dropout *dropout, srnn_model *model, float *gradient);

#endif /* DROPOUT_H */
