/* midi_writer.h - piano rolls as Standard MIDI files
 *
 * What is written reads back as the same roll with the same steps of a quarter note (midi.h). */
#ifndef MIDI_WRITER_H
#define MIDI_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "storage/keys.h"

/* A file of format 0 that grows step by step in memory. Zeroed: empty. */
struct midi_writer {
    unsigned char *bytes; /* [room]: the events of the track */
    size_t size, room;
    uint64_t ticks;                  /* since the last event */
    unsigned char sounding[PITCHES]; /* 1 where a note goes on */
};

/* Add a step: notes [PITCHES], above 0.5 where one sounds. A note that sounds in several steps in a
 * row is one long note. Returns 0, or EXIT_FAILED after a message. */
int midi_writer_step(struct midi_writer *writer, const float *notes);

/* End the track and write the file `path`. Returns 0, or EXIT_FAILED after a message. */
int midi_writer_save(struct midi_writer *writer, const char *path, uint64_t quarter_steps);

/* Free the memory; also of a zeroed struct. */
void midi_writer_destroy(struct midi_writer *writer);

#endif /* MIDI_WRITER_H */
