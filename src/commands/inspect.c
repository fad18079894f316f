/* inspect.c - the command `inspect`: what is in a model file */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "srnn.h"
#include "storage/model_file.h"
#include "storage/record.h"
#include "support/message.h"
#include "support/options.h"
#include "training/weights.h"

static const struct option_table table = {
    "inspect",
    "MODEL",
    "Tell what is in a model or checkpoint, as lines \"key value\": the shape, each\n"
    "tensor's rows, columns and norm, the spectral radius and the largest singular\n"
    "value of the recurrent weights, the alphabet of a text model, the settings of\n"
    "a run. Below a spectral radius of 1 a linear network would forget; the gradient\n"
    "is sure to vanish below a singular value of 1 (tanh) or 4 (sigmoid).",
    1,
    1,
    NULL,
    0,
    NULL};

/* One line about each tensor. A clipper without a threshold measures the norms;
 * it needs a copy in `copy`, which holds all parameters. */
static int32_t print_tensors(const srnn_model *model, srnn_clipper *clipper, float *copy)
{
    const float *parameters = srnn_model_parameters_const(model);
    const uint32_t tensors = srnn_model_tensor_count(model);
    int32_t status = SRNN_OK;
    uint32_t i;

    for (i = 0; status == SRNN_OK && i < tensors; i++) {
        const char *name;
        size_t offset;
        uint32_t rows, columns;
        double norm;

        status = srnn_model_tensor(model, i, &name, &offset, &rows, &columns);
        if (status == SRNN_OK) {
            const size_t count = (size_t)rows * columns;

            memcpy(copy, parameters + offset, count * sizeof *copy);
            status = srnn_clipper_apply(clipper, NULL, copy, count, &norm);
        }
        if (status == SRNN_OK) {
            printf("tensor %s %lux%lu norm %.6g\n", name, (unsigned long)rows,
                   (unsigned long)columns, norm);
        }
    }
    return status;
}

/* The numbers about the weights. `scratch` holds at least as many floats as there
 * are parameters, and twice as many as hidden units. */
static int32_t print_weights(const srnn_model *model, float *scratch)
{
    double radius, singular;
    srnn_clipper *clipper;
    int32_t status = srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper);

    if (status != SRNN_OK) {
        return status;
    }
    status = srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, INFINITY);
    if (status == SRNN_OK) {
        status = print_tensors(model, clipper, scratch);
    }
    srnn_clipper_destroy(clipper);
    if (status == SRNN_OK) {
        status = weights_spectrum(model, scratch, 2 * (size_t)srnn_model_hidden(model), &radius,
                                  &singular);
    }
    if (status == SRNN_OK) {
        printf("spectral-radius %.6g\nlargest-singular-value %.6g\n", radius, singular);
    }
    return status;
}

/* How the data are encoded: the alphabet as hexadecimal bytes, labels and numbers of a
 * step a line each. Labels come from a file and are shown without what would do something
 * to a terminal. */
static void print_encoding(const struct encoding *encoding)
{
    if (encoding->alphabet.count > 0) {
        printf("alphabet");
        for (uint32_t i = 0; i < encoding->alphabet.count; i++) {
            printf(" %02x", encoding->alphabet.bytes[i]);
        }
        putchar('\n');
    }
    for (uint32_t i = 0; i < encoding->labels.count; i++) {
        printf("label ");
        for (const char *at = encoding->labels.names[i]; *at != '\0'; at++) {
            putchar(*at >= ' ' && *at <= '~' ? *at : '?');
        }
        putchar('\n');
    }
    for (uint32_t i = 0; i < encoding->scaling.width; i++) {
        printf("scaling %.9g %.9g\n", (double)encoding->scaling.mean[i],
               (double)encoding->scaling.deviation[i]);
    }
}

/* The settings that a run was saved with, a line each after "setting". */
static void print_settings(const struct model_file *file)
{
    size_t bytes;
    const unsigned char *text = model_file_field(file, RECORD_SETTINGS, &bytes);
    size_t i;

    for (i = 0; i < bytes; i++) {
        if (i == 0 || text[i - 1] == '\n') {
            fputs("setting ", stdout);
        }
        putchar(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~') ? text[i] : '?');
    }
}

static int inspect(const struct model_file *file)
{
    const srnn_model *model = file->model;
    const size_t count = srnn_model_parameter_count(model);
    const size_t hidden = srnn_model_hidden(model);
    float *scratch = malloc((count > 2 * hidden ? count : 2 * hidden) * sizeof *scratch);
    int32_t status;

    if (scratch == NULL) {
        return fail("%s: no memory", file->path);
    }
    printf("bytes %lu\n", (unsigned long)file->bytes);
    printf("inputs %lu\nhidden %lu\noutputs %lu\n", (unsigned long)srnn_model_inputs(model),
           (unsigned long)hidden, (unsigned long)srnn_model_outputs(model));
    printf("activation %s\noutput-kind %s\n", kind_name(srnn_model_activation(model)),
           kind_name(srnn_model_output_kind(model)));
    printf("parameters %lu\n", (unsigned long)count);
    status = print_weights(model, scratch);
    free(scratch);
    print_encoding(&file->encoding);
    print_settings(file);
    return status == SRNN_OK ? 0 : fail_status(status, "%s", file->path);
}

int command_inspect(int argc, char **argv)
{
    struct arguments arguments;
    struct model_file file;
    int result = options_parse(&table, argc, argv, NULL, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0) {
        result = inspect(&file);
    }
    model_file_close(&file);
    return finish_output(result);
}
