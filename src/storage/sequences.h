/* sequences.h - sequences of numbers from a file: music, and series with or without
 * labels
 *
 * A file is read once into flat arrays.
 *
 * Music: each line is a sequence. Semicolons separate its steps. A step is a list of the
 * pitches that sound; it may be empty.
 *
 *     60 64 67;60 64 67;;62
 *
 * Labelled series: each line is a sequence. It has a label, a bar, and steps with
 * semicolons between them. All steps have as many numbers as the first.
 *
 *     yes|0.1 2.5;0.3 2.4
 *
 * Plain series: each line is a step, either values alone or a time and values. Times are
 * skipped. An empty line begins another sequence.
 *
 *     1700 5.0
 *
 * Lines may end with CR LF. A message about what is wrong names its line and column. */
#ifndef SEQUENCES_H
#define SEQUENCES_H

#include <stddef.h>
#include <stdint.h>

#include "storage/encoding.h"

/* The keys of a piano: the MIDI pitch of the lowest, and their number. */
#define LOWEST_PITCH 21u
#define PITCHES 88u

struct sequences {
    const char *path; /* borrowed, for messages */
    size_t count;
    size_t *first;   /* [count + 1]: the step at which each begins */
    uint32_t width;  /* numbers of a step */
    float *values;   /* [first[count] x width] */
    uint32_t *label; /* [count]: the class of each; NULL when they have none */
};

/* Read music: steps of PITCHES numbers, 1 for the pitches that sound. `text` [size + 1] is the
 * file `path` with a final zero; it is not needed afterwards. Returns 0, or EXIT_FAILED after a
 * message. */
int sequences_read_music(struct sequences *sequences, const char *path, const char *text,
                         size_t size);

/* Read a series in the same way. A label that `labels` lacks is added to it, or refused if they
 * are `fixed`. Returns 0, or EXIT_FAILED after a message. */
int sequences_read_series(struct sequences *sequences, const char *path, const char *text,
                          size_t size, struct labels *labels, int fixed);

/* Cut the last sequence in two, the second with `steps` steps. Returns 0, or -1 when it is too
 * short for that or has a label. */
int sequences_cut(struct sequences *sequences, size_t steps);

/* Free everything; also after a failed read, or of a zeroed struct. */
void sequences_destroy(struct sequences *sequences);

/* The number of steps of sequence `i`. */
size_t sequences_length(const struct sequences *sequences, size_t i);

#endif /* SEQUENCES_H */
