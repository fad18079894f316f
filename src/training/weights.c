/* weights.c - numbers about a model's weights */
#include "training/weights.h"

#include <string.h>

size_t weights_recurrent(const srnn_model *model)
{
    const char *name = "";
    size_t offset = 0;

    /* Every model has them. */
    for (uint32_t i = 0; strcmp(name, "w_rec") != 0; i++) {
        srnn_model_tensor(model, i, &name, &offset, NULL, NULL);
    }
    return offset;
}

int32_t weights_spectrum(const srnn_model *model, float *scratch, size_t count, double *radius,
                         double *singular)
{
    const float *matrix = srnn_model_parameters_const(model) + weights_recurrent(model);

    return srnn_spectrum(matrix, srnn_model_hidden(model), scratch, count, radius, singular);
}
