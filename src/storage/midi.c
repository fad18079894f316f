/* midi.c - Standard MIDI files as piano rolls
 *
 * "Standard MIDI Files 1.0" (MIDI Manufacturers Association) has the format: chunks of four letters
 * and a length, big-endian. The header chunk MThd has the format, the number of tracks and the
 * ticks of a quarter note; each chunk MTrk is a track of events, each after a number of ticks. */
#include "storage/midi.h"

#include <stdlib.h>
#include <string.h>

#include "storage/keys.h"
#include "storage/midi_track.h"
#include "support/message.h"
#include "support/try.h"

/* The steps that any file may have, and those for each of its bytes. Quarter notes in 7 bytes each,
 * in 24 steps a quarter, take 3.4 steps a byte: only long silence, or hundreds of long notes in
 * such short steps, are refused. A delay of 2^28 ticks in a file of 30 bytes takes no gigabytes. */
#define STEPS_OF_FILE 65536u
#define STEPS_OF_BYTE 4u

/* The steps of a quarter note unless they are told. */
#define STEPS_OF_QUARTER 2u

/* The bytes of the shortest piece: a header, and a track of one event. */
#define LEAST_PIECE 26u

/* ---------------------------------------------------------------------------
 * Chunks
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

/* Go to the bytes of the chunk at midi->at. */
static int open_chunk(struct midi *midi)
{
    size_t left = (size_t)(midi->end - midi->at);

    midi->chunk = midi->at;
    for (size_t i = 0; i < 4 && i < left; i++) {
        if (midi->at[i] < 0x20 || midi->at[i] > 0x7e) {
            return midi_fail(midi, midi->at, "neither a track nor another piece begins here");
        }
    }
    if (left < 8) {
        return midi_fail(midi, midi->at, "the file ends within the head of a chunk");
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
        return midi_fail(midi, midi->chunk, "a header of less than six bytes");
    }
    format = number_of(head, 2);
    *tracks = number_of(head + 2, 2);
    midi->division = number_of(head + 4, 2);
    midi->at = midi->part_end;
    if (format > 1) {
        return midi_fail(midi, head,
                         format == 2 ? "format 2, a file of separate patterns; 0 and 1 are read"
                                     : "an unknown format; 0 and 1 are read");
    }
    if (*tracks == 0 || (format == 0 && *tracks != 1)) {
        return midi_fail(midi, head + 2,
                         format == 0 ? "a file of format 0 has one track" : "there is no track");
    }
    if (midi->division >= 0x8000) {
        return midi_fail(midi, head + 4,
                         "SMPTE time, frames of a second; ticks of a quarter note are read");
    }
    return midi->division > 0 ? 0 : midi_fail(midi, head + 4, "no ticks in a quarter note");
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
            TRY(midi_read_track(midi));
        } else {
            return midi_fail(midi, midi->chunk, "a track more than the header counts");
        }
    }
    if (tracks > 0) {
        return fail("%s: byte %lu: the piece ends here, but its header counts %lu more track%s",
                    midi->path, (unsigned long)(midi->at - midi->begin) + 1, (unsigned long)tracks,
                    tracks == 1 ? "" : "s");
    }
    if (midi->steps == 0 || (midi->notes == 0 && midi->percussion + midi->outside > left_out)) {
        return midi_fail(midi, midi->at,
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

uint64_t midi_quarter_steps(uint64_t option, const struct encoding *encoding)
{
    const uint64_t trained = encoding != NULL ? encoding->quarter_steps : 0;

    if (option > 0 && trained > 0 && option != trained) {
        warn("--quarter-steps %llu: the model was trained with %llu", (unsigned long long)option,
             (unsigned long long)trained);
    }
    return option > 0 ? option : trained > 0 ? trained : STEPS_OF_QUARTER;
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
