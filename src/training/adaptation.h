/* adaptation.h - a model that goes on learning while it is judged
 *
 * Dynamic evaluation (Mikolov et al., 2010; Krause et al., 2018): what was just judged is
 * learnt, so each loss is that of weights which have not seen its targets. A drift leads
 * back to the weights that were trained, or the model would forget them. */
#ifndef ADAPTATION_H
#define ADAPTATION_H

#include <stddef.h>

#include "srnn.h"

struct adaptation {
    srnn_model *model;         /* borrowed; its weights change */
    srnn_clipper *clipper;     /* clips nothing: it refuses a gradient that is not finite */
    srnn_optimizer *optimizer; /* along the gradient of the loss */
    srnn_optimizer *drift;     /* along the way back to `trained` */
    float *gradient;           /* [count] */
    float *trained;            /* [count]: the weights as they came */
    size_t count;
};

/* Let `model` learn at `rate`, and after each update go the share `drift` of the way back
 * to the weights it has now. Gives 0, or EXIT_FAILED after a message. */
int adaptation_create(struct adaptation *adaptation, srnn_model *model, double rate, double drift);

/* Give everything back; also after a failed create, or of a zeroed struct. The model stays
 * as it has become. */
void adaptation_destroy(struct adaptation *adaptation);

/* One update by the loss that was just taken in the workspace, allocating nothing. Gives a
 * status of the library; after an error the model is as it was before. */
int32_t adaptation_update(struct adaptation *adaptation, srnn_workspace *workspace);

#endif /* ADAPTATION_H */
