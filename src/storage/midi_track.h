/* midi_track.h - a track of a MIDI file, as it is read (midi.h) */
#ifndef MIDI_TRACK_H
#define MIDI_TRACK_H

#include <stddef.h>
#include <stdint.h>

#include "storage/keys.h"

#define MIDI_CHANNELS 16u

/* The bytes are read twice by the same functions. The first time counts steps, the second writes
 * notes: +1 into the step where a note begins and -1 into the one where it has ended. Sums of these
 * are how many notes sound. So the work is linear in the bytes and the steps. */
struct midi {
    const char *path;
    const unsigned char *begin, *end;      /* of the file */
    const unsigned char *at;               /* the next byte */
    const unsigned char *chunk, *part_end; /* where the chunk begins, and the end of its bytes */
    uint64_t quarter_steps;
    uint64_t division; /* ticks of a quarter note */
    uint64_t most;     /* steps that the piece may have */
    uint64_t tick;     /* of the track */
    size_t step;       /* the nearest to `tick` */
    size_t steps;      /* of the piece, as far as it was read */
    float *roll;       /* [steps x PITCHES] of the piece; NULL the first time */
    size_t roll_steps;
    size_t notes; /* of the piece */
    /* Of the file: notes of the percussion, of no key of a piano, and without an end. */
    size_t percussion, outside, endless;
    size_t sounding;                      /* notes of the track that have begun and not ended */
    size_t began[MIDI_CHANNELS][PITCHES]; /* the step + 1; 0: none sounds */
};

/* Write "srnn: PATH: byte N: WHAT", where `at` is a place in the file. Returns EXIT_FAILED. */
int midi_fail(const struct midi *midi, const unsigned char *at, const char *what);

/* Read the track of the bytes from midi->at to midi->part_end. Returns 0, or EXIT_FAILED after a
 * message. */
int midi_read_track(struct midi *midi);

#endif /* MIDI_TRACK_H */
