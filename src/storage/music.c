/* music.c - files of piano rolls */
#include "storage/music.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/lines.h"
#include "storage/midi.h"
#include "support/try.h"

/* Allocate the arrays for the most sequences and steps that text [size] can have. */
static int reserve(struct sequences *sequences, const char *text, size_t size)
{
    const size_t most = SIZE_MAX / sizeof *sequences->values / PITCHES;
    size_t lines = 1;
    size_t steps;

    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    steps = lines;
    for (size_t i = 0; i < size; i++) {
        steps += text[i] == ';';
    }
    if (steps < most) {
        sequences->first = calloc(lines + 2, sizeof *sequences->first);
        sequences->values = calloc(steps * PITCHES, sizeof *sequences->values);
    }
    return sequences->first != NULL && sequences->values != NULL
               ? 0
               : fail("%s: no memory for its %lu steps", sequences->path, (unsigned long)steps);
}

/* Read the pitches of the step at *at into notes [PITCHES], and go to its end. */
static int read_pitches(const struct lines *lines, const char **at, float *notes)
{
    const char *begin;

    for (;;) {
        unsigned pitch = 0;

        while (*at < lines->line_end && (**at == ' ' || **at == '\t')) {
            (*at)++;
        }
        if (*at == lines->line_end || **at == ';') {
            return 0;
        }
        for (begin = *at; *at < lines->line_end && **at >= '0' && **at <= '9' && pitch < 1000;) {
            pitch = 10 * pitch + (unsigned)(*(*at)++ - '0');
        }
        if (*at == begin) {
            return fail_at(lines, begin, "neither a pitch nor a semicolon");
        }
        if (pitch < LOWEST_PITCH || pitch >= LOWEST_PITCH + PITCHES) {
            return fail_at(lines, begin, "a pitch is a whole number from 21 to 108");
        }
        notes[pitch - LOWEST_PITCH] = 1.0f;
    }
}

/* Read the current line as the next sequence. */
static int read_piece(const struct lines *lines, struct sequences *sequences)
{
    const char *at = lines->line;

    if (at == lines->line_end) {
        return fail_at(lines, at, "an empty line is no piece of music");
    }
    for (;;) {
        TRY(read_pitches(lines, &at, sequences->values + sequences->steps++ * PITCHES));
        if (at == lines->line_end) {
            break;
        }
        at++;
    }
    sequences->first[++sequences->count] = sequences->steps;
    return 0;
}

int sequences_read_music(struct sequences *sequences, const char *path, const char *text,
                         size_t size, uint64_t quarter_steps)
{
    struct lines lines;

    if (is_midi(text, size)) {
        return sequences_read_midi(sequences, path, text, size, quarter_steps);
    }
    memset(sequences, 0, sizeof *sequences);
    sequences->path = path;
    sequences->width = PITCHES;
    TRY(lines_open(&lines, path, text, size));
    TRY(reserve(sequences, text, size));
    for (;;) {
        TRY(lines_next(&lines));
        if (lines.line == NULL) {
            return sequences->count > 0 ? 0 : fail("%s: has no piece", path);
        }
        TRY(read_piece(&lines, sequences));
    }
}

void music_print_step(const float *notes)
{
    const char *before = "";

    for (uint32_t key = 0; key < PITCHES; key++) {
        if (notes[key] > 0.5f) {
            printf("%s%lu", before, (unsigned long)(LOWEST_PITCH + key));
            before = " ";
        }
    }
}
