/* unit.c - the logistic unit of the paper's figures 3 and 6 */
#include "unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "passes.h"
#include "reference.h"

double logistic(double x)
{
    return reference_activate(REFERENCE_SIGMOID, x);
}

int prints_as(double value, double printed, int decimals)
{
    return fabs(value - printed) <= 0.501 * pow(10, -decimals);
}

srnn_model *unit_new(double w, double b, uint32_t instructions)
{
    srnn_model *model = NULL;
    float *parameters;

    OK(srnn_model_create(NULL, NULL, 1, 1, 1, SRNN_HIDDEN_SIGMOID, SRNN_OUTPUT_LINEAR,
                         SRNN_MODEL_NO_OUTPUT_BIAS, &model));
    OK(srnn_model_set(model, SRNN_MODEL_INSTRUCTIONS, instructions));
    assert_int_equal(srnn_model_parameter_count(model), P_COUNT);
    parameters = srnn_model_parameters(model);
    parameters[P_W_REC] = (float)w;
    parameters[P_B_REC] = (float)b;
    parameters[P_W_OUT] = 1;
    return model;
}
