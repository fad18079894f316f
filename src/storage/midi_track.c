/* midi_track.c - a track of a MIDI file: numbers, notes and events */
#include "storage/midi_track.h"

#include "support/message.h"
#include "support/try.h"

#define PERCUSSION 9u /* channel 10, counted from 0 */

/* The notes of a piece: a float counts exactly to here. */
#define MOST_NOTES 16777216u

int midi_fail(const struct midi *midi, const unsigned char *at, const char *what)
{
    return fail("%s: byte %lu: %s", midi->path, (unsigned long)(at - midi->begin) + 1, what);
}

/* ---------------------------------------------------------------------------
 * Bytes
 * ------------------------------------------------------------------------ */

/* Take the next byte of the track. Returns 0, or EXIT_FAILED after a message. */
static int next_byte(struct midi *midi, unsigned char *byte)
{
    if (midi->at == midi->part_end) {
        return midi_fail(midi, midi->at, "the track ends without its last event, FF 2F 00");
    }
    *byte = *midi->at++;
    return 0;
}

/* Take a byte of data, which is below 128. */
static int next_data(struct midi *midi, unsigned char *byte)
{
    TRY(next_byte(midi, byte));
    return *byte < 0x80 ? 0
                        : midi_fail(midi, midi->at - 1, "a status within an event, not its data");
}

/* Take a number of one to four bytes, seven bits each; all but the last have the eighth bit. */
static int next_number(struct midi *midi, uint32_t *number)
{
    unsigned char byte = 0;

    *number = 0;
    for (int i = 0; i < 4; i++) {
        TRY(next_byte(midi, &byte));
        *number = *number << 7 | (byte & 0x7f);
        if (byte < 0x80) {
            return 0;
        }
    }
    return midi_fail(midi, midi->at - 4, "a number of more than four bytes");
}

/* Pass over the bytes of an event that has their number first. */
static int skip_bytes(struct midi *midi)
{
    const unsigned char *const at = midi->at;
    uint32_t bytes = 0;

    TRY(next_number(midi, &bytes));
    if (bytes > (size_t)(midi->part_end - midi->at)) {
        return midi_fail(midi, at, "an event longer than its track");
    }
    midi->at += bytes;
    return 0;
}

/* ---------------------------------------------------------------------------
 * Notes
 * ------------------------------------------------------------------------ */

/* End the note of a key at the current step, if it sounds. */
static void end_note(struct midi *midi, unsigned channel, size_t key)
{
    const size_t began = midi->began[channel][key]; /* that step + 1: the first that may end it */
    const size_t end = midi->step > began ? midi->step : began;

    if (began == 0) {
        return;
    }
    midi->began[channel][key] = 0;
    midi->sounding--;
    midi->steps = end > midi->steps ? end : midi->steps;
    if (midi->roll != NULL) {
        midi->roll[(began - 1) * PITCHES + key] += 1.0f;
        if (end < midi->roll_steps) {
            midi->roll[end * PITCHES + key] -= 1.0f;
        }
    }
}

/* Begin a note. One of the same key and channel that still sounds has ended. */
static int begin_note(struct midi *midi, unsigned channel, unsigned pitch)
{
    const size_t first_time = midi->roll == NULL;

    if (channel == PERCUSSION) {
        midi->percussion += first_time;
        return 0;
    }
    if (pitch < LOWEST_PITCH || pitch >= LOWEST_PITCH + PITCHES) {
        midi->outside += first_time;
        return 0;
    }
    if (midi->notes++ == MOST_NOTES) {
        return midi_fail(midi, midi->at - 1, "a piece of more than 16,777,216 notes");
    }
    end_note(midi, channel, pitch - LOWEST_PITCH);
    midi->began[channel][pitch - LOWEST_PITCH] = midi->step + 1;
    midi->sounding++;
    return 0;
}

/* End what still sounds at the end of the track. */
static void end_track(struct midi *midi)
{
    midi->endless += midi->roll == NULL ? midi->sounding : 0;
    for (unsigned channel = 0; midi->sounding > 0 && channel < MIDI_CHANNELS; channel++) {
        for (size_t key = 0; key < PITCHES; key++) {
            end_note(midi, channel, key);
        }
    }
    midi->steps = midi->step > midi->steps ? midi->step : midi->steps;
}

/* ---------------------------------------------------------------------------
 * Events
 * ------------------------------------------------------------------------ */

/* Read the ticks before an event. */
static int read_delay(struct midi *midi)
{
    const unsigned char *const at = midi->at;
    uint32_t ticks = 0;
    uint64_t step;

    TRY(next_number(midi, &ticks));
    midi->tick += ticks;
    step = (2 * midi->tick * midi->quarter_steps + midi->division) / (2 * midi->division);
    if (step >= midi->most) { /* one step is left for a note that begins here */
        return fail("%s: byte %lu: a silence up to step %llu; the file may have 65,536 steps, and "
                    "4 for each of its bytes",
                    midi->path, (unsigned long)(at - midi->begin) + 1, (unsigned long long)step);
    }
    midi->step = (size_t)step;
    return 0;
}

/* Read an event of a channel, behind its status. */
static int read_channel_event(struct midi *midi, unsigned status)
{
    const unsigned kind = status >> 4;
    const unsigned channel = status & 0x0f;
    unsigned char first = 0;
    unsigned char second = 0;

    TRY(next_data(midi, &first));
    if (kind != 0xc && kind != 0xd) { /* a program, a pressure: one byte */
        TRY(next_data(midi, &second));
    }
    if (kind == 0x9 && second > 0) {
        return begin_note(midi, channel, first);
    }
    if ((kind == 0x8 || kind == 0x9) && first >= LOWEST_PITCH && first < LOWEST_PITCH + PITCHES) {
        end_note(midi, channel, first - LOWEST_PITCH);
    }
    return 0;
}

/* Read an event. *status is that of the last event of a channel, which the next may leave out; 0:
 * there is none. *ends is set by the last of the track. */
static int read_event(struct midi *midi, unsigned *status, int *ends)
{
    const unsigned char *const at = midi->at;
    unsigned char byte = 0;

    TRY(next_byte(midi, &byte));
    if (byte < 0x80) {
        midi->at = at;
        return *status != 0 ? read_channel_event(midi, *status)
                            : midi_fail(midi, at, "data without a status before them");
    }
    if (byte < 0xf0) {
        *status = byte;
        return read_channel_event(midi, byte);
    }
    if (byte == 0xff) { /* the status of before stays: writers rely on it */
        TRY(next_data(midi, &byte));
        *ends = byte == 0x2f;
        return skip_bytes(midi);
    }
    *status = 0;
    return byte == 0xf0 || byte == 0xf7
               ? skip_bytes(midi)
               : midi_fail(midi, at, "a status that no MIDI file has, 0xf1 to 0xfe");
}

int midi_read_track(struct midi *midi)
{
    unsigned status = 0;
    int ends = 0;

    midi->tick = 0;
    midi->step = 0;
    while (!ends) {
        TRY(read_delay(midi));
        TRY(read_event(midi, &status, &ends));
    }
    end_track(midi);
    return midi->at == midi->part_end
               ? 0
               : midi_fail(midi, midi->at, "bytes behind the last event of the track");
}
