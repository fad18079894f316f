/* encoding.h - how the data of a file became numbers: the symbols of a text, the labels of
 * a classification, the scale of a series
 *
 * It is learnt from the file that is trained on and is part of the model: all data that the
 * model reads later must be encoded in the same way. */
#ifndef ENCODING_H
#define ENCODING_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "storage/record.h"

/* The most characters of a label, and the most labels. */
#define MAX_LABEL 63u
#define MAX_LABELS 1000u

/* Distinct bytes, ascending: id i stands for bytes[i]. */
struct alphabet {
    uint32_t count;
    unsigned char bytes[256];
};

/* Names of classes, in the order of their numbers. */
struct labels {
    uint32_t count;
    char (*names)[MAX_LABEL + 1]; /* [count], filled up with zeros */
};

/* Each number x of a step becomes (x - mean) / deviation. */
struct scaling {
    uint32_t width;
    float *mean;      /* [width] */
    float *deviation; /* [width], above 0 */
};

/* Parts that the data do not need are empty. */
struct encoding {
    struct alphabet alphabet;
    struct labels labels;
    struct scaling scaling;
};

/* Free what an encoding holds; also of a zeroed struct. */
void encoding_destroy(struct encoding *encoding);

/* Whether the data have an encoding at all. */
int encoding_present(const struct encoding *encoding);

/* Copy an encoding into an empty one. Returns 0, or EXIT_FAILED after a message. */
int encoding_copy(struct encoding *to, const struct encoding *from);

/* The number of the label called by the `length` characters at `name`, or labels->count. */
uint32_t labels_find(const struct labels *labels, const char *name, size_t length);

/* Add a label of 1 to MAX_LABEL characters. Returns 0, or -1 when there is no memory. */
int labels_add(struct labels *labels, const char *name, size_t length);

/* Fit an empty scaling to `steps` steps at values [steps x width]. A number that never
 * changes gets a deviation of 1. Returns 0, or EXIT_FAILED after a message. */
int scaling_fit(struct scaling *scaling, const float *values, size_t steps, uint32_t width);

/* Scale values [steps x width] in place. */
void scaling_apply(const struct scaling *scaling, float *values, size_t steps);

/* The most bytes that encoding_write adds to a record. */
size_t encoding_bytes(const struct encoding *encoding);

/* Add the encoding to a record, as the fields RECORD_ALPHABET, RECORD_LABELS and
 * RECORD_SCALING that it needs. The record must have room for them. */
void encoding_write(const struct encoding *encoding, struct record_writer *record);

/* Read an encoding from a valid record [bytes]; what the record lacks stays empty. Returns 0,
 * or EXIT_FAILED after a message that begins with `path`. */
int encoding_read(struct encoding *encoding, const void *record, size_t bytes, const char *path);

#endif /* ENCODING_H */
