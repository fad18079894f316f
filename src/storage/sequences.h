/* sequences.h - sequences of numbers in memory: music, and series with or without labels
 *
 * They are read into flat arrays: music.h, series.h. The numbers of a series are kept in double
 * precision until their scale is known, and become floats when they are scaled. */
#ifndef SEQUENCES_H
#define SEQUENCES_H

#include <stddef.h>
#include <stdint.h>

#include "storage/encoding.h"

struct sequences {
    const char *path; /* borrowed, for messages */
    size_t count;
    size_t *first;  /* [count + 1]: the step at which each begins */
    uint32_t width; /* numbers of a step */
    /* One of the two is NULL. */
    double *numbers;        /* [first[count] x width]: not yet scaled; NaN: the file has none */
    float *values;          /* [first[count] x width] */
    unsigned char *missing; /* [first[count] x width], with `values`: 1 where the file has no
                               number; NULL: it has all */
    uint32_t *label;        /* [count]: the class of each; NULL when they have none */
    const char *layout;     /* words on the form of the file, or NULL: for sequences_describe */
    size_t steps;           /* of all sequences, and of one that is being read */
    size_t room_for_steps;  /* in `numbers` */
    size_t room_for_sequences;
};

/* Append a step to the sequence that is being read: *numbers points to its numbers [width], for
 * the caller to set. Returns 0, or EXIT_FAILED after a message. */
int sequences_add_step(struct sequences *sequences, double **numbers);

/* End the sequence that is being read, and give it a label; `label` means nothing where sequences
 * have none. Returns 0, or EXIT_FAILED after a message. */
int sequences_end(struct sequences *sequences, uint32_t label);

/* Take the labels away, once all sequences have ended: plain series have none. */
void sequences_drop_labels(struct sequences *sequences);

/* Make the numbers floats by a scale of their width. A missing value becomes the last known one of
 * its sequence, or 0, the mean, where none is before it. Returns 0, or EXIT_FAILED after a message.
 */
int sequences_scale(struct sequences *sequences, const struct scaling *scaling);

/* Cut the last sequence in two, the second with `steps` steps. Returns 0, or -1 when it is too
 * short for that or has a label. */
int sequences_cut(struct sequences *sequences, size_t steps);

/* Free everything; also after a failed read, or of a zeroed struct. */
void sequences_destroy(struct sequences *sequences);

/* The step behind the last sequence that has ended, where the one that is being read begins. */
size_t sequences_last_end(const struct sequences *sequences);

/* The number of steps of sequence `i`. */
size_t sequences_length(const struct sequences *sequences, size_t i);

/* Write what was read to text [size]: "120 sequences, 3 labels, 12 values a step, 7 to 29 steps".
 */
void sequences_describe(const struct sequences *sequences, uint32_t labels, char *text,
                        size_t size);

#endif /* SEQUENCES_H */
