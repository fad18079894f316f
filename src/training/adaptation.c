/* adaptation.c - a model that goes on learning while it is judged */
#include "training/adaptation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "support/try.h"

/* Make an optimizer with its rate. */
static int32_t create_optimizer(uint32_t kind, size_t count, double rate,
                                srnn_optimizer **optimizer)
{
    TRY(srnn_optimizer_create(NULL, NULL, kind, count, optimizer));
    return srnn_optimizer_set(*optimizer, SRNN_OPTIMIZER_RATE, rate);
}

/* Create the library's objects. */
static int32_t create_objects(struct adaptation *adaptation, double rate, double drift)
{
    const size_t count = adaptation->count;

    TRY(create_optimizer(SRNN_OPTIMIZER_ADAM, count, rate, &adaptation->optimizer));
    TRY(create_optimizer(SRNN_OPTIMIZER_SGD, count, drift, &adaptation->drift));
    TRY(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &adaptation->clipper));
    return srnn_clipper_set(adaptation->clipper, SRNN_CLIP_THRESHOLD, INFINITY);
}

int adaptation_create(struct adaptation *adaptation, srnn_model *model, double rate, double drift)
{
    const size_t count = srnn_model_parameter_count(model);
    int32_t status;

    memset(adaptation, 0, sizeof *adaptation);
    adaptation->model = model;
    adaptation->count = count;
    adaptation->gradient = calloc(count, sizeof *adaptation->gradient);
    adaptation->trained = calloc(count, sizeof *adaptation->trained);
    status = adaptation->gradient == NULL || adaptation->trained == NULL
                 ? SRNN_E_MEMORY
                 : create_objects(adaptation, rate, drift);
    if (status != SRNN_OK) {
        return fail_status(status, "cannot set up the adaptation");
    }
    memcpy(adaptation->trained, srnn_model_parameters_const(model),
           count * sizeof *adaptation->trained);
    return 0;
}

void adaptation_destroy(struct adaptation *adaptation)
{
    srnn_clipper_destroy(adaptation->clipper);
    srnn_optimizer_destroy(adaptation->drift);
    srnn_optimizer_destroy(adaptation->optimizer);
    free(adaptation->trained);
    free(adaptation->gradient);
}

/* The drift is an update too, by half the gradient of |weights - trained|^2. So all arithmetic on
 * weights is the library's, whose bits are defined. */
int32_t adaptation_update(struct adaptation *adaptation, srnn_workspace *workspace)
{
    const size_t count = adaptation->count;
    float *gradient = adaptation->gradient;
    float *weights = srnn_model_parameters(adaptation->model);

    memset(gradient, 0, count * sizeof *gradient);
    TRY(srnn_backward(adaptation->model, workspace, NULL, gradient, count));
    TRY(srnn_clipper_apply(adaptation->clipper, adaptation->model, gradient, count, NULL));
    TRY(srnn_optimizer_step(adaptation->optimizer, weights, gradient, count));
    for (size_t i = 0; i < count; i++) {
        gradient[i] = weights[i] - adaptation->trained[i];
    }
    return srnn_optimizer_step(adaptation->drift, weights, gradient, count);
}
