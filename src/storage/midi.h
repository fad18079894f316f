/* midi.h - Standard MIDI files as piano rolls
 *
 * A file of music may be one MIDI file or several, one behind the other; each is a piece. Formats 0
 * and 1 are read: all tracks and channels together, but for channel 10, the percussion, and pitches
 * that no piano has. A step is a fixed part of a quarter note. The begin and the end of a note are
 * moved to the nearest begin of a step, the later one where two are as near; each note sounds for
 * at least one step. A piece lasts to the end of its longest track. Tempo, velocity and all else
 * mean nothing.
 *
 * A message about what is wrong names the byte, counted from 1. */
#ifndef MIDI_H
#define MIDI_H

#include <stddef.h>
#include <stdint.h>

#include "storage/encoding.h"
#include "storage/sequences.h"
#include "support/options.h"

/* A row of option tables for the field `field`, a uint64_t, of a command's struct `type`. */
/* clang-format off */
#define QUARTER_STEPS_ROW(type, field, keep, scope)                                                \
    {"quarter-steps", OPTION_COUNT, offsetof(type, field), "N", "0", 0, MOST_QUARTER_STEPS, NULL,  \
     keep, scope,                                                                                  \
     "music: steps of a quarter note in MIDI files\n"                                              \
     "1: a step is a quarter; 2: an eighth; 4: a sixteenth\n"                                      \
     "0: as the model was trained, or else 2"}
/* clang-format on */

/* Whether bytes [size] begin as a MIDI file does. */
int is_midi(const void *bytes, size_t size);

/* The steps of a quarter note for a model with this encoding, NULL: there is none, where the option
 * is `option`. Warns if they are not those that it was trained with. */
uint64_t midi_quarter_steps(uint64_t option, const struct encoding *encoding);

/* Read the file `path`, whose bytes [size] begin as a MIDI file does, into empty sequences without
 * labels, as sequences_read_music does. What is left out is counted and warned about. It takes no
 * more memory than 65,536 steps and four more for each byte of the file need: a piece that would be
 * longer is refused. Returns 0, or EXIT_FAILED after a message. */
int sequences_read_midi(struct sequences *sequences, const char *path, const void *bytes,
                        size_t size, uint64_t quarter_steps);

#endif /* MIDI_H */
