/* forms.c - the eight forms of Omega */
#include "forms.h"

struct reference_form form_of(int number)
{
    struct reference_form form = {0, 0, 0, 1e-20};

    form.squared = number & 1;
    form.after = number >> 1 & 1;
    form.average = number >> 2 & 1;
    return form;
}

srnn_regularizer *regularizer_new(const srnn_model *model,
                                  const struct reference_form *form, double weight)
{
    srnn_regularizer *regularizer = NULL;

    OK(srnn_regularizer_create(NULL, NULL, model, SRNN_OMEGA_PAPER, &regularizer));
    OK(srnn_regularizer_set(regularizer, SRNN_OMEGA_RATIO, form->squared));
    OK(srnn_regularizer_set(regularizer, SRNN_OMEGA_STATE, form->after));
    OK(srnn_regularizer_set(regularizer, SRNN_OMEGA_AVERAGE, form->average));
    OK(srnn_regularizer_set(regularizer, SRNN_OMEGA_BOUND, form->bound));
    OK(srnn_regularizer_set(regularizer, SRNN_OMEGA_WEIGHT, weight));
    return regularizer;
}
