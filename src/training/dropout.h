/* dropout.h - leave some recurrent weights out of an update
 *
 * DropConnect (Wan et al., 2013) on w_rec, as Merity et al. (2018) use it for
 * recurrent networks: all steps and sequences of an update share one mask. It
 * costs nothing in the passes and keeps a network from learning a text by heart. */
#ifndef DROPOUT_H
#define DROPOUT_H

#include <stddef.h>

#include "srnn.h"

struct dropout {
    double share;         /* of the weights that are left out; 0: none, and no arrays */
    size_t offset, count; /* of w_rec among the parameters */
    float *weights;       /* [count], as they are between updates */
    float *factors;       /* [count], 0 or 1 / (1 - share) */
};

/* Prepare for models of the shape of `model`. Gives 0, or EXIT_FAILED after a
 * message. */
int dropout_create(struct dropout *dropout, const srnn_model *model, double share);

/* Give the arrays back; also after a failed create, or of a zeroed struct. */
void dropout_destroy(struct dropout *dropout);

/* Before the passes: draw which weights the model is to do without. */
void dropout_begin(struct dropout *dropout, srnn_model *model, srnn_random *random);

/* After the passes: give the model its weights back, to the bit, and make the
 * gradient [parameters] that of the weights it has. */
void dropout_end(struct dropout *dropout, srnn_model *model, float *gradient);

#endif /* DROPOUT_H */
