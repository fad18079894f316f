/* adaptation.h - a model that goes on learning while it is judged
 *
 * Dynamic evaluation (Mikolov et al., 2010; Krause et al., 2018): each batch is learnt after
 * it was judged, so the weights have never seen the targets of a loss. A drift back to the
 * weights as they were trained keeps the model from forgetting. */
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
    float *trained;            /* [count]: the weights before the first update */
    size_t count;
};

/* Prepare updates of `model` at `rate`, each followed by the share `drift` of the way back to its
 * weights of now. Returns 0, or EXIT_FAILED after a message. */
int adaptation_create(struct adaptation *adaptation, srnn_model *model, double rate, double drift);

/* Free everything; also after a failed create, or of a zeroed struct. The model keeps what it has
 * learnt. */
void adaptation_destroy(struct adaptation *adaptation);

/* Make one update by the loss last computed in the workspace; nothing is allocated. Returns a
 * status of the library; after an error the model is unchanged. */
int32_t adaptation_update(struct adaptation *adaptation, srnn_workspace *workspace);

#endif /* ADAPTATION_H */
