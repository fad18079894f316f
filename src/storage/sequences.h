/* sequences.h - sequences of numbers from a file: music, and series with or without
 * labels
 *
 * A file is read once into flat arrays. Music has a sequence a line:
 *
 *     60 64 67;60 64 67;;62        steps by semicolons, in each the pitches that sound
 *
 * A labelled series has one a line too, and a plain series is a file of steps, in which
 * an empty line begins another series:
 *
 *     yes|0.1 2.5;0.3 2.4          a label, then steps, each as wide as the first
 *     1700 5.0                     a time, which is passed over, and a value; or values alone
 *
 * Lines may end with CR LF. Whatever is wrong is told with its line and column. */
#ifndef SEQUENCES_H
#define SEQUENCES_H

#include <stddef.h>
#include <stdint.h>

#include "storage/encoding.h"

/* The keys of a piano: MIDI pitches from 21 on, and how many. */
#define LOWEST_PITCH 21u
#define PITCHES 88u

struct sequences {
    const char *path; /* borrowed */
    size_t count;
    size_t *first;        /* [count + 1]: where each begins, counted in steps */
    uint32_t width;       /* numbers of a step */
    float *values;        /* [first[count] x width] */
    uint32_t *label;      /* [count]: the class of each; NULL when they have none */
    uint64_t fingerprint; /* of the file's bytes */
};

/* Read a file of music: steps of PITCHES numbers, 1 for those that sound. Gives 0, or
 * EXIT_FAILED after a message. */
int sequences_read_music(struct sequences *sequences, const char *path);

/* Read a series. Labels that are not yet in `labels` are added to it, or refused when
 * they are `fixed`. Gives 0, or EXIT_FAILED after a message. */
int sequences_read_series(struct sequences *sequences, const char *path, struct labels *labels,
                          int fixed);

/* Cut the last of the sequences in two, of which the second has so many steps. Gives 0,
 * or -1 when it cannot be cut there, or has a label. */
int sequences_cut(struct sequences *sequences, size_t steps);

/* Give everything back; also after a failed read, or of a zeroed struct. */
void sequences_destroy(struct sequences *sequences);

/* The number of steps of sequence `i`. */
size_t sequences_length(const struct sequences *sequences, size_t i);

#endif /* SEQUENCES_H */
