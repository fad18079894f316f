/* predictor.c - a model that runs step by step, in the units of its data */
#include "commands/predictor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storage/keys.h"
#include "support/message.h"
#include "support/number.h"
#include "support/printable.h"
#include "support/try.h"

int predictor_create(struct predictor *predictor, const struct model_file *file, int raw)
{
    const size_t hidden = srnn_model_hidden(file->model);

    memset(predictor, 0, sizeof *predictor);
    predictor->file = file;
    predictor->model = file->model;
    predictor->scaling = !raw && file->encoding.scaling.width > 0 ? &file->encoding.scaling : NULL;
    predictor->labels = !raw && file->encoding.labels.count > 0 ? &file->encoding.labels : NULL;
    predictor->inputs = srnn_model_inputs(file->model);
    predictor->outputs = srnn_model_outputs(file->model);
    predictor->input = calloc(predictor->inputs, sizeof *predictor->input);
    predictor->state = calloc(hidden, sizeof *predictor->state);
    predictor->next = calloc(hidden, sizeof *predictor->next);
    predictor->logits = calloc(predictor->outputs, sizeof *predictor->logits);
    predictor->output = calloc(predictor->outputs, sizeof *predictor->output);
    if (predictor->input == NULL || predictor->state == NULL || predictor->next == NULL ||
        predictor->logits == NULL || predictor->output == NULL) {
        return fail("%s: no memory for the states and outputs", file->path);
    }
    return predictor_restart(predictor);
}

void predictor_destroy(struct predictor *predictor)
{
    free(predictor->input);
    free(predictor->state);
    free(predictor->next);
    free(predictor->logits);
    free(predictor->output);
}

int predictor_plays(const struct model_file *file)
{
    const char *trained_on = model_file_trained_on(file);

    return trained_on != NULL && strcmp(trained_on, "music") == 0 &&
           srnn_model_inputs(file->model) == PITCHES && srnn_model_outputs(file->model) == PITCHES;
}

int predictor_forecasts(const struct predictor *predictor)
{
    return predictor->scaling != NULL && model_file_forecasts(predictor->file);
}

int predictor_restart(struct predictor *predictor)
{
    const int32_t status =
        srnn_initial_state(predictor->model, predictor->state, srnn_model_hidden(predictor->model));

    memset(predictor->input, 0, predictor->inputs * sizeof *predictor->input);
    return status == SRNN_OK ? 0
                             : fail_status(status, "%s: the initial state", predictor->file->path);
}

int predictor_set(struct predictor *predictor, uint32_t i, double number)
{
    if (number == number) {
        predictor->input[i] = predictor->scaling != NULL
                                  ? scaling_apply(predictor->scaling, i, number)
                                  : (float)number;
    }
    return isfinite(predictor->input[i]) ? 0 : -1;
}

void predictor_feed_back(struct predictor *predictor)
{
    memcpy(predictor->input, predictor->output, predictor->inputs * sizeof *predictor->input);
}

int32_t predictor_step(struct predictor *predictor, const uint32_t *id)
{
    float *const state = predictor->state;

    TRY(id != NULL ? srnn_step_id(predictor->model, *id, state, predictor->next, predictor->logits)
                   : srnn_step(predictor->model, predictor->input, state, predictor->next,
                               predictor->logits));
    predictor->state = predictor->next;
    predictor->next = state;
    return srnn_outputs(predictor->model, predictor->logits, 1, predictor->output);
}

uint32_t predictor_best(const struct predictor *predictor)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < predictor->outputs; i++) {
        if (predictor->logits[i] > predictor->logits[best]) {
            best = i;
        }
    }
    return best;
}

/* The decimals of a prediction: the last is worth at most a hundred-thousandth of the deviation,
 * which is what a float resolves. -1: too many or none, so that digits count. */
static int decimals_of(double deviation)
{
    const double decimals = 5.0 - floor(log10(deviation));

    return decimals >= 0.0 && decimals <= 15.0 ? (int)decimals : -1;
}

void predictor_print(const struct predictor *predictor, uint32_t i)
{
    const float output = predictor->output[i];
    char text[32];

    if (predictor_forecasts(predictor)) {
        const double value = scaling_undo(predictor->scaling, i, output);
        const int decimals = decimals_of(predictor->scaling->deviation[i]);

        if (decimals >= 0 && fabs(value) < 1e15) {
            printf("%.*f", decimals, value);
        } else {
            fputs(rounded_describe(value, 9, text, sizeof text), stdout);
        }
    } else {
        const int digits = predictor->labels != NULL ? 6 : 9;

        fputs(rounded_describe((double)output, digits, text, sizeof text), stdout);
    }
}

void print_field(const char *prefix, const char *name)
{
    const size_t length = strlen(name);
    const int quoted = strpbrk(name, ",\"") != NULL || name[0] == ' ' || name[length - 1] == ' ';
    const char *const end = name + length;

    printf(quoted ? "\"%s" : "%s", prefix);
    while (name < end) {
        const size_t bytes = printable_bytes(name, (size_t)(end - name));

        if (bytes == 0) {
            printf("%%%02X", (unsigned char)*name);
        } else {
            printf(*name == '"' ? "\"%.*s" : "%.*s", (int)bytes, name);
        }
        name += bytes > 0 ? bytes : 1;
    }
    fputs(quoted ? "\"" : "", stdout);
}
