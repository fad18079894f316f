/* predictor.h - a model that runs step by step, in the units of its data
 *
 * A model of a series has a scale, which is applied to its inputs; where its outputs are the next
 * values, it is undone for them. */
#ifndef PREDICTOR_H
#define PREDICTOR_H

#include <stdint.h>
#include <stdio.h>

#include "srnn.h"
#include "storage/model_file.h"

struct predictor {
    const struct model_file *file; /* borrowed */
    const srnn_model *model;
    const struct scaling *scaling; /* of the inputs; NULL: the numbers are the network's own */
    const struct labels *labels;   /* of the outputs; NULL: they have none */
    uint32_t inputs, outputs;
    float *input;  /* [inputs], scaled */
    float *state;  /* [hidden] */
    float *next;   /* [hidden], swapped with state after each step */
    float *logits; /* [outputs] */
    float *output; /* [outputs], not yet in the units of the data */
};

/* Make a predictor, with the state of a sequence that begins; `raw`: without scale and labels.
 * Returns 0, or EXIT_FAILED after a message; call predictor_destroy in both cases. */
int predictor_create(struct predictor *predictor, const struct model_file *file, int raw);

/* Free the memory; also of a zeroed struct. */
void predictor_destroy(struct predictor *predictor);

/* Whether a model is one of music. */
int predictor_plays(const struct model_file *file);

/* Whether the outputs are the next values of a series. */
int predictor_forecasts(const struct predictor *predictor);

/* Set the state to that of a sequence that begins. Returns 0, or EXIT_FAILED after a message. */
int predictor_restart(struct predictor *predictor);

/* Set input `i` to a number of the data; NaN, a missing one, leaves the last of the sequence, or
 * the mean where there was none. Returns 0, or -1 if it is too large for the scale. */
int predictor_set(struct predictor *predictor, uint32_t i, double number);

/* Make the outputs of the last step the inputs of the next; for predictor_forecasts. */
void predictor_feed_back(struct predictor *predictor);

/* Run a step with the inputs that are set, or, where `id` is not NULL, with that symbol. Returns a
 * status of the library. */
int32_t predictor_step(struct predictor *predictor, const uint32_t *id);

/* The output with the largest logit, the first of several: that which srnn_count_errors takes. */
uint32_t predictor_best(const struct predictor *predictor);

/* Print output `i`: in the units of the data, or as a share. */
void predictor_print(const struct predictor *predictor, uint32_t i);

/* Print a name from a file as a field of CSV, in quotes where it needs them, `prefix` before it.
 * Bytes that a terminal would not show are "%" and two digits, so that names stay apart. */
void print_field(const char *prefix, const char *name);

#endif /* PREDICTOR_H */
