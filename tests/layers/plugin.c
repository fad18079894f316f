/* plugin.c - a shared object with the library inside, which exports one function */
#if defined(PRIVATE_COPY)
#define SRNN_API static
#include "srnn.c"
#else
#include "srnn.h"
#endif

int32_t plugin_hidden(void);

/* Makes a model. Returns its number of hidden units. */
int32_t plugin_hidden(void)
{
    srnn_model *model;
    int32_t hidden;

    if (srnn_model_create(NULL, NULL, 3, 5, 2, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0, &model) !=
        SRNN_OK) {
        return -1;
    }
    hidden = (int32_t)srnn_model_hidden(model);
    srnn_model_destroy(model);
    return hidden;
}
