/* midi_writer.c - piano rolls as Standard MIDI files */
#include "storage/midi_writer.h"

#include <stdlib.h>
#include <string.h>

#include "support/file.h"
#include "support/message.h"
#include "support/try.h"

/* Ticks of a step, of which many numbers of notes are a part: 24 steps a quarter, the most, make
 * 2,880 ticks, which fit the 15 bits of the header. */
#define STEP_TICKS 120u

/* The largest delay of an event. */
#define MOST_TICKS 0x0fffffffu

/* The most bytes of a track, whose length has 32 bits. */
#define MOST_BYTES 0xffffffffu

/* All events that are written have this length. */
#define EVENT_BYTES 3u

/* The speed with which a key is struck. */
#define VELOCITY 80u

/* Append bytes. */
static int append(struct midi_writer *writer, const unsigned char *bytes, size_t count)
{
    if (writer->room - writer->size < count) {
        const size_t room = writer->room + writer->room / 2 + 4096;
        unsigned char *larger = room < MOST_BYTES ? realloc(writer->bytes, room) : NULL;

        if (larger == NULL) {
            return fail(room < MOST_BYTES ? "no memory for the events of a MIDI file"
                                          : "a MIDI file has at most 4 GB; use a shorter --length");
        }
        writer->bytes = larger;
        writer->room = room;
    }
    memcpy(writer->bytes + writer->size, bytes, count);
    writer->size += count;
    return 0;
}

/* Append an event after a number of ticks, at most MOST_TICKS. */
static int append_delayed(struct midi_writer *writer, uint64_t ticks, const unsigned char *event)
{
    unsigned char delay[4];
    size_t first = 3;

    delay[3] = ticks & 0x7f;
    for (uint64_t rest = ticks >> 7; rest > 0; rest >>= 7) {
        delay[--first] = (unsigned char)(0x80 | (rest & 0x7f));
    }
    writer->ticks -= ticks;
    TRY(append(writer, delay + first, 4 - first));
    return append(writer, event, EVENT_BYTES);
}

/* Append an event after the ticks since the last. */
static int append_event(struct midi_writer *writer, const unsigned char *event)
{
    static const unsigned char nothing[EVENT_BYTES] = {0xff, 0x01, 0x00}; /* an empty text */

    while (writer->ticks > MOST_TICKS) {
        TRY(append_delayed(writer, MOST_TICKS, nothing));
    }
    return append_delayed(writer, writer->ticks, event);
}

/* Begin or end the notes that change; `begins` says which of both. */
static int append_notes(struct midi_writer *writer, const float *notes, int begins)
{
    for (unsigned key = 0; key < PITCHES; key++) {
        const int sounds = notes != NULL && notes[key] > 0.5f;

        if (sounds == begins && writer->sounding[key] != sounds) {
            const unsigned char event[EVENT_BYTES] = {0x90, (unsigned char)(LOWEST_PITCH + key),
                                                      begins ? VELOCITY : 0};

            writer->sounding[key] = (unsigned char)sounds;
            TRY(append_event(writer, event));
        }
    }
    return 0;
}

int midi_writer_step(struct midi_writer *writer, const float *notes)
{
    TRY(append_notes(writer, notes, 0));
    TRY(append_notes(writer, notes, 1));
    writer->ticks += STEP_TICKS;
    return 0;
}

int midi_writer_save(struct midi_writer *writer, const char *path, uint64_t quarter_steps)
{
    static const unsigned char end[EVENT_BYTES] = {0xff, 0x2f, 0x00};
    const unsigned division = (unsigned)quarter_steps * STEP_TICKS;
    unsigned char head[22] = "MThd\0\0\0\6\0\0\0\1__MTrk";
    struct file_writer file;

    TRY(append_notes(writer, NULL, 0));
    TRY(append_event(writer, end));
    head[12] = (unsigned char)(division >> 8);
    head[13] = (unsigned char)(division & 0xff);
    for (unsigned i = 0; i < 4; i++) {
        head[18 + i] = (unsigned char)(writer->size >> (24 - 8 * i) & 0xff);
    }
    TRY(file_begin(&file, path));
    file_write(&file, head, sizeof head); /* file_commit finds a failed write */
    file_write(&file, writer->bytes, writer->size);
    return file_commit(&file);
}

void midi_writer_destroy(struct midi_writer *writer)
{
    free(writer->bytes);
    memset(writer, 0, sizeof *writer);
}
