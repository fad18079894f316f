/* music.h - files of piano rolls
 *
 * Each line is a sequence. Semicolons separate its steps. A step is a list of the pitches that
 * sound; it may be empty.
 *
 *     60 64 67;60 64 67;;62
 *
 * A file that begins as a MIDI file does is read as one (midi.h).
 *
 * A message about what is wrong names its line and column. */
#ifndef MUSIC_H
#define MUSIC_H

#include <stddef.h>
#include <stdint.h>

#include "storage/keys.h"
#include "storage/sequences.h"

/* Read the file `path`, whose text [size] has a final zero behind it, into empty sequences without
 * labels: steps of PITCHES numbers, 1 for the pitches that sound. A quarter note of a MIDI file has
 * `quarter_steps` steps. The text is not needed afterwards. Returns 0, or EXIT_FAILED after a
 * message. */
int sequences_read_music(struct sequences *sequences, const char *path, const char *text,
                         size_t size, uint64_t quarter_steps);

/* Print a step of a piano roll on standard output: the pitches of notes [PITCHES] above 0.5, which
 * sound or are likelier to sound than not. */
void music_print_step(const float *notes);

#endif /* MUSIC_H */
