/* weights.c - numbers about a model's weights */
#include "training/weights.h"
#include "support/try.h"

#include <string.h>

size_t weights_recurrent(const srnn_model *model)
{
    const uint32_t tensors = srnn_model_tensor_count(model);
    const char *name = "";
    size_t offset = 0;

    for (uint32_t i = 0; i < tensors && strcmp(name, "w_rec") != 0; i++) {
        srnn_model_tensor(model, i, &name, &offset, NULL, NULL);
    }
    return offset;
}

int32_t weights_spectrum(const srnn_model *model, float *scratch, size_t count, double *radius,
                         double *singular)
{
    const float *matrix = srnn_model_parameters_const(model) + weights_recurrent(model);
    const size_t size = srnn_model_hidden(model);

    TRY(srnn_spectral_radius(matrix, size, scratch, count, radius));
    return singular == NULL ? SRNN_OK
                            : srnn_largest_singular_value(matrix, size, scratch, count, singular);
}
