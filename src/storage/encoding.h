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

/* The most bytes of a label, and the most labels. */
#define MAX_LABEL 63u
#define MAX_LABELS 1000u

/* The most steps of a quarter note, and the largest --ahead of a text. */
#define MOST_QUARTER_STEPS 24
#define MOST_AHEAD 1000

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

/* Each number x of a step becomes (x - mean) / deviation, a float. Where the mean is beyond
 * SCALING_FAR deviations the difference is that of doubles: a float would lose what sets the values
 * apart. Elsewhere all three are floats first, as they were in older versions, so that a file has
 * the bits that it had. That costs less than a hundred-thousandth of a deviation. */
#define SCALING_FAR 256.0
struct scaling {
    uint32_t width;
    double *mean;      /* [width] */
    double *deviation; /* [width], above 0; each is a float too */
};

/* Parts that the data do not need are empty. */
struct encoding {
    struct alphabet alphabet;
    struct labels labels;
    struct scaling scaling;
    uint32_t quarter_steps; /* of a quarter note in MIDI files; 0: the data were none */
    uint32_t ahead;         /* of a text: characters from each to its target; else 0 or 1 */
};

/* Free what an encoding holds; also of a zeroed struct. */
void encoding_destroy(struct encoding *encoding);

/* Whether the data have an encoding at all. */
int encoding_present(const struct encoding *encoding);

/* Copy an encoding into an empty one. Returns 0, or EXIT_FAILED after a message. */
int encoding_copy(struct encoding *to, const struct encoding *from);

/* The number of the label called by the `length` bytes at `name`, or labels->count. */
uint32_t labels_find(const struct labels *labels, const char *name, size_t length);

/* Add a label of 1 to MAX_LABEL bytes. Returns 0, or -1 when there is no memory. */
int labels_add(struct labels *labels, const char *name, size_t length);

/* Make room for `width` numbers in an empty scaling. Returns 0, or -1 when there is no memory or no
 * model has as many inputs. */
int scaling_create(struct scaling *scaling, size_t width);

/* Fit an empty scaling to `steps` steps at numbers [steps x width]; those that are NaN are missing,
 * and do not count. A number that never changes gets a deviation of 1. Returns 0, or EXIT_FAILED
 * after a message, which begins with `path`: no memory, or a number that no step has. */
int scaling_fit(struct scaling *scaling, const double *numbers, size_t steps, uint32_t width,
                const char *path);

/* Number `i` of a step scaled; NaN stays NaN. And the other way round. */
float scaling_apply(const struct scaling *scaling, uint32_t i, double number);
double scaling_undo(const struct scaling *scaling, uint32_t i, float value);

/* The decimal digits that mean `i` has as text: those of a float, or of a double. */
int scaling_digits(const struct scaling *scaling, uint32_t i);

/* Whether an encoding that was read from a file is possible: the alphabet ascends, labels have
 * characters, deviations are above 0, and all numbers are finite. */
int encoding_valid(const struct encoding *encoding);

/* The texts of a file that hold an encoding; NULL: it needs none. texts.h says what is escaped.
 *   alphabet  the bytes, in their order; those above 127 are escaped
 *   labels    a line each; bytes above 127 are escaped if not all labels are UTF-8
 *   scaling   a line "mean deviation" for each number of a step
 *   quarter-steps  a number
 *   ahead     a number above 1; without this text it is 1 */
struct encoding_texts {
    char *alphabet, *labels, *scaling, *quarter_steps, *ahead;
};

/* The most texts. */
#define ENCODING_TEXTS 5u

/* Add the encoding to a list of parts, in empty texts, which the list borrows. Returns a status of
 * the library. */
int32_t encoding_add(const struct encoding *encoding, srnn_checkpoint *parts,
                     struct encoding_texts *texts);

/* Free the texts; also of a zeroed struct. */
void encoding_texts_destroy(struct encoding_texts *texts);

/* Refuse a model of text that predicts a later character than the next one. `path` is the model's,
 * `user` is what needs the next character. Returns 0, or EXIT_FAILED after a message. */
int encoding_check_next(const struct encoding *encoding, const char *path, const char *user);

/* Read an empty encoding from the texts of an open file. Returns 0, or EXIT_FAILED after a message
 * that begins with `path`. */
int encoding_read(struct encoding *encoding, const srnn_checkpoint *file, const char *path);

#endif /* ENCODING_H */
