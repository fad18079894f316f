/* adaptation.h - a model that goes on learning while it is evaluated
 *
 * Dynamic evaluation (Mikolov et al., 2010; Krause et al., 2018): the model is trained on each
 * batch after the loss of that batch was computed. A drift back to the weights that the model had
 * at first keeps it from forgetting. */
#ifndef ADAPTATION_H
#define ADAPTATION_H

#include <stddef.h>

#include "srnn.h"

struct adaptation {
    srnn_model *model;         /* borrowed; its weights change */
    srnn_clipper *clipper;     /* clips nothing, but refuses a gradient that is not finite */
    srnn_optimizer *optimizer; /* for the gradient of the loss */
    srnn_optimizer *drift;     /* for the difference from `trained` */
    float *gradient;           /* [count] */
    float *trained;            /* [count]: weights before the first update */
    size_t count;
};

/* Prepare updates of `model` with the learning rate `rate`. After each update the weights move back
 * towards those of now by the share `drift` of the difference. Returns 0, or EXIT_FAILED after a
 * message. */
int adaptation_create(struct adaptation *adaptation, srnn_model *model, double rate, double drift);

/* Free everything; also after a failed create, or of a zeroed struct. The model keeps what it has
 * learnt. */
void adaptation_destroy(struct adaptation *adaptation);

/* Make one update with the gradient of the last loss computed in the workspace. Returns a
 * status of the library; after an error the model is unchanged. */
int32_t adaptation_update(struct adaptation *adaptation, srnn_workspace *workspace);

#endif /* ADAPTATION_H */
