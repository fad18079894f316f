/* dropout.c - leave some recurrent weights out of an update */
#include "training/dropout.h"

#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "training/weights.h"

int dropout_create(struct dropout *dropout, const srnn_model *model, double share)
{
    memset(dropout, 0, sizeof *dropout);
    dropout->share = share;
    if (share <= 0.0) {
        return 0;
    }
    dropout->offset = weights_recurrent(model);
    dropout->count = (size_t)srnn_model_hidden(model) * srnn_model_hidden(model);
    dropout->weights = calloc(dropout->count, sizeof *dropout->weights);
    dropout->factors = calloc(dropout->count, sizeof *dropout->factors);
    return dropout->weights != NULL && dropout->factors != NULL
               ? 0
               : fail("train: no memory for --drop");
}

void dropout_destroy(struct dropout *dropout)
{
    free(dropout->weights);
    free(dropout->factors);
}

void dropout_begin(struct dropout *dropout, srnn_model *model, srnn_random *random)
{
    const float share = (float)dropout->share;
    float *weights = srnn_model_parameters(model) + dropout->offset;

    for (size_t i = 0; i < dropout->count; i++) {
        dropout->weights[i] = weights[i];
        dropout->factors[i] = srnn_random_uniform(random) < share ? 0.0f : 1.0f / (1.0f - share);
        weights[i] *= dropout->factors[i];
    }
}

void dropout_end(struct dropout *dropout, srnn_model *model, float *gradient)
{
    float *weights = srnn_model_parameters(model) + dropout->offset;

    for (size_t i = 0; i < dropout->count; i++) {
        weights[i] = dropout->weights[i];
        gradient[dropout->offset + i] *= dropout->factors[i];
    }
}
