/* midi.c - Standard MIDI files as piano rolls
 *
 * "Standard MIDI Files 1.0" (MIDI Manufacturers Association) has the format: chunks of four letters
 * and a length, big-endian. The header chunk MThd has the format, the number of tracks and the
 * ticks of a quarter note; each chunk MTrk is a track of events, each after a number of ticks.
 *
 * The bytes are read twice by the same functions. The first time counts steps, the second writes
 * notes: +1 into the step where a note begins and -1 into the one where it has ended. Sums of these
 * are how many notes sound. So the work is linear in the bytes and the steps. */
#include "storage/midi.h"

#include <stdlib.h>
#include <string.h>

#include "storage/keys.h"
#include "support/message.h"
#include "support/try.h"

#define CHANNELS 16u
#define PERCUSSION 9u /* channel 10, counted from 0 */

/* The steps that any file may have, and those for each of its bytes. A piece in long notes takes
 * about one step a byte, so only a silence of minutes is too long; and a delay of 2^28 ticks in a
 * file of 30 bytes takes no gigabytes. */
#define STEPS_OF_FILE 65536u
#define STEPS_OF_BYTE 4u

/* A float counts exactly to here. */
#define MOST_NOTES 16777216u

/* The bytes of the shortest piece: a header, and a track of one event. */
#define LEAST_PIECE 26u

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
    size_t sounding;                 /* notes of the track that have begun and not ended */
    size_t began[CHANNELS][PITCHES]; /* the step + 1; 0: none sounds */
};

/* Report what is wrong at the byte `at`. Returns EXIT_FAILED. */
static int fail_byte(const struct midi *midi, const unsigned char *at, const char *what)
{
    return fail("%s: byte %lu: %s", midi->path, (unsigned long)(at - midi->begin) + 1, what);
}

/* ---------------------------------------------------------------------------
 * Bytes
 * ------------------------------------------------------------------------ */

/* `count` bytes as a number, big-endian. */
static uint32_t number_of(const unsigned char *bytes, size_t count)
{
    uint32_t number = 0;

    for (size_t i = 0; i < count; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

/* Take the next byte of the track. Returns 0, or EXIT_FAILED after a message. */
static int next_byte(struct midi *midi, unsigned char *byte)
{
    if (midi->at == midi->part_end) {
        return fail_byte(midi, midi->at, "the track ends without its last event, FF 2F 00");
    }
    *byte = *midi->at++;
    return 0;
}

/* Take a byte of data, which is below 128. */
static int next_data(struct midi *midi, unsigned char *byte)
{
    TRY(next_byte(midi, byte));
    return *byte < 0x80 ? 0
                        : fail_byte(midi, midi->at - 1, "a status within an event, not its data");
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
    return fail_byte(midi, midi->at - 4, "a number of more than four bytes");
}

/* Pass over the bytes of an event that has their number first. */
static int skip_bytes(struct midi *midi)
{
    const unsigned char *const at = midi->at;
    uint32_t bytes = 0;

    TRY(next_number(midi, &bytes));
    if (bytes > (size_t)(midi->part_end - midi->at)) {
        return fail_byte(midi, at, "an event longer than its track");
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
        return fail_byte(midi, midi->at - 1, "a piece of more than 16,777,216 notes");
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
    for (unsigned channel = 0; midi->sounding > 0 && channel < CHANNELS; channel++) {
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
                            : fail_byte(midi, at, "data without a status before them");
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
               : fail_byte(midi, at, "a status that no MIDI file has, 0xf1 to 0xfe");
}

/* ---------------------------------------------------------------------------
 * Chunks
 * ------------------------------------------------------------------------ */

/* Go to the bytes of the chunk at midi->at. */
static int open_chunk(struct midi *midi)
{
    size_t left = (size_t)(midi->end - midi->at);

    midi->chunk = midi->at;
    for (size_t i = 0; i < 4 && i < left; i++) {
        if (midi->at[i] < 0x20 || midi->at[i] > 0x7e) {
            return fail_byte(midi, midi->at, "neither a track nor another piece begins here");
        }
    }
    if (left < 8) {
        return fail_byte(midi, midi->at, "the file ends within the head of a chunk");
    }
    midi->at += 8;
    left -= 8;
    if (number_of(midi->chunk + 4, 4) > left) {
        return fail("%s: byte %lu: a chunk of %lu bytes, but the file has %lu more", midi->path,
                    (unsigned long)(midi->chunk - midi->begin) + 1,
                    (unsigned long)number_of(midi->chunk + 4, 4), (unsigned long)left);
    }
    midi->part_end = midi->at + number_of(midi->chunk + 4, 4);
    return 0;
}

/* Read the header; *tracks is their number. */
static int read_header(struct midi *midi, uint32_t *tracks)
{
    const unsigned char *head;
    uint32_t format;

    TRY(open_chunk(midi));
    head = midi->at;
    if (midi->part_end - head < 6) {
        return fail_byte(midi, midi->chunk, "a header of less than six bytes");
    }
    format = number_of(head, 2);
    *tracks = number_of(head + 2, 2);
    midi->division = number_of(head + 4, 2);
    midi->at = midi->part_end;
    if (format > 1) {
        return fail_byte(midi, head,
                         format == 2 ? "format 2, a file of separate patterns; 0 and 1 are read"
                                     : "an unknown format; 0 and 1 are read");
    }
    if (*tracks == 0 || (format == 0 && *tracks != 1)) {
        return fail_byte(midi, head + 2,
                         format == 0 ? "a file of format 0 has one track" : "there is no track");
    }
    if (midi->division >= 0x8000) {
        return fail_byte(midi, head + 4,
                         "SMPTE time, frames of a second; ticks of a quarter note are read");
    }
    return midi->division > 0 ? 0 : fail_byte(midi, head + 4, "no ticks in a quarter note");
}

static int read_track(struct midi *midi)
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
               : fail_byte(midi, midi->at, "bytes behind the last event of the track");
}

/* Read the chunks of a piece up to the next piece, or the end of the file. */
static int read_piece(struct midi *midi)
{
    const size_t left_out = midi->percussion + midi->outside;
    uint32_t tracks = 0;

    midi->steps = 0;
    midi->notes = 0;
    TRY(read_header(midi, &tracks));
    while (midi->at < midi->end && !is_midi(midi->at, (size_t)(midi->end - midi->at))) {
        TRY(open_chunk(midi));
        if (memcmp(midi->chunk, "MTrk", 4) != 0) {
            midi->at = midi->part_end; /* a chunk that others have use for */
        } else if (tracks-- > 0) {
            TRY(read_track(midi));
        } else {
            return fail_byte(midi, midi->chunk, "a track more than the header counts");
        }
    }
    if (tracks > 0) {
        return fail("%s: byte %lu: the piece ends here, but its header counts %lu more track%s",
                    midi->path, (unsigned long)(midi->at - midi->begin) + 1, (unsigned long)tracks,
                    tracks == 1 ? "" : "s");
    }
    if (midi->steps == 0 || (midi->notes == 0 && midi->percussion + midi->outside > left_out)) {
        return fail_byte(midi, midi->at,
                         midi->steps == 0 ? "the piece that ends here has no step"
                                          : "the piece that ends here has no note on a piano");
    }
    return 0;
}

/* ---------------------------------------------------------------------------
 * Files
 * ------------------------------------------------------------------------ */

int is_midi(const void *bytes, size_t size)
{
    return size >= 4 && memcmp(bytes, "MThd", 4) == 0;
}

/* Make the changes of a roll [steps x PITCHES] the notes that sound. */
static void sum_notes(float *roll, size_t steps)
{
    float sounding[PITCHES] = {0};

    for (size_t step = 0; step < steps; step++) {
        for (size_t key = 0; key < PITCHES; key++, roll++) {
            sounding[key] += *roll;
            *roll = sounding[key] > 0.5f ? 1.0f : 0.0f;
        }
    }
}

/* Read all pieces: once to count them and their steps, and once more for the notes, when
 * sequences->values has room for them. */
static int read_pieces(struct midi *midi, struct sequences *sequences)
{
    sequences->count = 0;
    sequences->steps = 0;
    midi->at = midi->begin;
    while (midi->at < midi->end) {
        midi->most = STEPS_OF_FILE + (uint64_t)STEPS_OF_BYTE * (size_t)(midi->end - midi->begin) -
                     sequences->steps;
        if (sequences->values != NULL) {
            midi->roll = sequences->values + sequences->steps * PITCHES;
            midi->roll_steps = sequences->first[sequences->count + 1] - sequences->steps;
        }
        TRY(read_piece(midi));
        sequences->steps += midi->steps;
        sequences->first[++sequences->count] = sequences->steps;
        if (midi->roll != NULL) {
            sum_notes(midi->roll, midi->steps);
        }
    }
    return 0;
}

/* Say what was left out, and what has no end. */
static void warn_about(const struct midi *midi)
{
    if (midi->percussion + midi->outside > 0) {
        warn(
            "%s: left out: %lu notes of the percussion (channel 10), %lu outside the pitches 21 to "
            "108",
            midi->path, (unsigned long)midi->percussion, (unsigned long)midi->outside);
    }
    if (midi->endless > 0) {
        warn("%s: notes without an end, which last to the end of their track: %lu", midi->path,
             (unsigned long)midi->endless);
    }
}

/* Read the sequences with `midi`, zeroed but for what the arguments of sequences_read_midi say. */
static int read_file(struct midi *midi, struct sequences *sequences)
{
    const size_t size = (size_t)(midi->end - midi->begin);

    sequences->first = calloc(size / LEAST_PIECE + 3, sizeof *sequences->first);
    if (sequences->first == NULL) {
        return fail("%s: no memory", midi->path);
    }
    TRY(read_pieces(midi, sequences));
    if (sequences->steps < SIZE_MAX / sizeof *sequences->values / PITCHES) {
        sequences->values = calloc(sequences->steps * PITCHES, sizeof *sequences->values);
    }
    if (sequences->values == NULL) {
        return fail("%s: no memory for its %lu steps", midi->path, (unsigned long)sequences->steps);
    }
    warn_about(midi);
    return read_pieces(midi, sequences);
}

int sequences_read_midi(struct sequences *sequences, const char *path, const void *bytes,
                        size_t size, uint64_t quarter_steps)
{
    struct midi *midi = calloc(1, sizeof *midi);
    int result;

    memset(sequences, 0, sizeof *sequences);
    sequences->path = path;
    sequences->width = PITCHES;
    if (midi == NULL) {
        return fail("%s: no memory", path);
    }
    midi->path = path;
    midi->begin = bytes;
    midi->end = midi->begin + size;
    midi->quarter_steps = quarter_steps;
    result = read_file(midi, sequences);
    free(midi);
    return result;
}
