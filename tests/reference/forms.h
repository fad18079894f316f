/* forms.h - the eight forms of Omega */
#ifndef FORMS_H
#define FORMS_H

#include "passes.h"

enum { FORMS = 8 };

/* The form of a number below FORMS, with the default bound. */
struct reference_form form_of(int number);

/* A regularizer of the library's in a form. */
srnn_regularizer *regularizer_new(const srnn_model *model,
                                  const struct reference_form *form, double weight);

#endif
