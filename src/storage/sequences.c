/* sequences.c - sequences of numbers from a file */
#include "storage/sequences.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/exit_codes.h"
#include "support/message.h"
#include "support/try.h"

/* A file as it is read; `text` ends with a zero that is not the file's. */
struct reader {
    const char *path;
    const char *text;
    const char *end;
    const char *at;
    const char *line;     /* beginning of the line of `at` */
    unsigned long number; /* number of that line, from 1 */
};

/* Report what is wrong at the reader's place: `what`, or that a byte is there that no text has.
 * Returns EXIT_FAILED. */
static int fail_here(const struct reader *reader, const char *what)
{
    const int zero = reader->at < reader->end && *reader->at == '\0';

    return fail("%s:%lu:%lu: %s", reader->path, reader->number,
                (unsigned long)(reader->at - reader->line) + 1,
                zero ? "a zero byte; the file is no text" : what);
}

/* Begin to read the `size` bytes at `text`, from the file `path`, into empty sequences. */
static void reader_open(struct reader *reader, struct sequences *sequences, const char *path,
                        const char *text, size_t size)
{
    memset(sequences, 0, sizeof *sequences);
    sequences->path = path;
    reader->path = path;
    reader->text = text;
    reader->end = text + size;
    reader->at = text;
    reader->line = text;
    reader->number = 1;
}

/* Whether the line ends here: LF, CR LF, or the end of the file. */
static int at_end_of_line(const struct reader *reader)
{
    const char *at = reader->at + (*reader->at == '\r');

    return at == reader->end || *at == '\n';
}

/* Go to the next line, from the end of one. */
static void next_line(struct reader *reader)
{
    reader->at += *reader->at == '\r';
    reader->at += reader->at < reader->end;
    reader->line = reader->at;
    reader->number++;
}

static void skip_blanks(struct reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\t') {
        reader->at++;
    }
}

/* Skip a semicolon. Returns whether there was one. */
static int skip_semicolon(struct reader *reader)
{
    const int found = *reader->at == ';';

    reader->at += found;
    return found;
}

/* The number of times that a character is in the file. */
static size_t count_of(const struct reader *reader, char character)
{
    size_t count = 0;

    for (const char *at = reader->text; at < reader->end; at++) {
        count += *at == character;
    }
    return count;
}

/* Allocate the arrays for `count` sequences with `steps` steps in all, each of sequences->width
 * numbers, and for the sequence that sequences_cut adds. */
static int reserve(struct sequences *sequences, size_t count, size_t steps)
{
    const size_t most = SIZE_MAX / sizeof(size_t) / 2;

    if (count < most && steps < most / sequences->width) {
        sequences->first = calloc(count + 3, sizeof *sequences->first);
        sequences->label = calloc(count + 3, sizeof *sequences->label);
        sequences->values = calloc(steps * sequences->width + 1, sizeof *sequences->values);
    }
    return sequences->first != NULL && sequences->label != NULL && sequences->values != NULL
               ? 0
               : fail("%s: no memory for its %lu steps", sequences->path, (unsigned long)steps);
}

/* ---------------------------------------------------------------------------
 * Music
 * ------------------------------------------------------------------------ */

/* Read one step's pitches into notes [PITCHES], up to a semicolon or the line's end. */
static int read_pitches(struct reader *reader, float *notes)
{
    for (;;) {
        unsigned pitch = 0;
        const char *begin;

        skip_blanks(reader);
        if (*reader->at == ';' || at_end_of_line(reader)) {
            return 0;
        }
        for (begin = reader->at; *reader->at >= '0' && *reader->at <= '9' && pitch < 1000;) {
            pitch = 10 * pitch + (unsigned)(*reader->at++ - '0');
        }
        if (reader->at == begin) {
            return fail_here(reader, "neither a pitch nor a semicolon");
        }
        if (pitch < LOWEST_PITCH || pitch >= LOWEST_PITCH + PITCHES) {
            reader->at = begin;
            return fail_here(reader, "a pitch is a whole number from 21 to 108");
        }
        notes[pitch - LOWEST_PITCH] = 1.0f;
    }
}

/* Read one line of music as the next sequence. */
static int read_piece(struct reader *reader, struct sequences *sequences)
{
    size_t step = sequences->first[sequences->count];

    if (at_end_of_line(reader)) {
        return fail_here(reader, "an empty line is no piece of music");
    }
    do {
        TRY(read_pitches(reader, sequences->values + step++ * PITCHES));
    } while (skip_semicolon(reader));
    sequences->first[++sequences->count] = step;
    next_line(reader);
    return 0;
}

int sequences_read_music(struct sequences *sequences, const char *path, const char *text,
                         size_t size)
{
    struct reader reader;
    size_t lines;
    int result;

    reader_open(&reader, sequences, path, text, size);
    sequences->width = PITCHES;
    lines = count_of(&reader, '\n') + 1;
    result = reserve(sequences, lines, lines + count_of(&reader, ';'));
    while (result == 0 && reader.at < reader.end) {
        result = read_piece(&reader, sequences);
    }
    free(sequences->label);
    sequences->label = NULL;
    return result;
}

/* ---------------------------------------------------------------------------
 * Series
 * ------------------------------------------------------------------------ */

/* Read one number, which must be finite as a float. */
static int read_number(struct reader *reader, float *value)
{
    char *after;

    *value = strtof(reader->at, &after);
    if (after == reader->at) {
        return fail_here(reader, "not a number");
    }
    if (!isfinite(*value)) {
        return fail_here(reader, "not a finite number");
    }
    reader->at = after;
    return 0;
}

/* The number of numbers of the step at the reader, which ends at a semicolon or the line's end. */
static uint32_t count_numbers(const struct reader *reader)
{
    struct reader ahead = *reader;
    uint32_t count = 0;
    char *after;

    for (;;) {
        ahead.at += strspn(ahead.at, " \t,");
        (void)strtof(ahead.at, &after);
        if (after == ahead.at || at_end_of_line(&ahead)) {
            return count;
        }
        ahead.at = after;
        count++;
    }
}

/* Read a step's numbers into values [width], up to a semicolon or the line's end. */
static int read_step(struct reader *reader, uint32_t width, float *values)
{
    char *after;

    for (uint32_t i = 0; i < width; i++) {
        reader->at += strspn(reader->at, " \t,");
        if (*reader->at == ';' || at_end_of_line(reader)) {
            return fail_here(reader, "the step has fewer numbers than the first of the file");
        }
        TRY(read_number(reader, values + i));
    }
    reader->at += strspn(reader->at, " \t,");
    if (*reader->at == ';' || at_end_of_line(reader)) {
        return 0;
    }
    (void)strtof(reader->at, &after);
    return fail_here(reader, after == reader->at
                                 ? "not a number"
                                 : "the step has more numbers than the first of the file");
}

/* Read a label and the bar behind it. A label that is not among those known is added to
 * them, unless they are `fixed`. */
static int read_label(struct reader *reader, struct labels *labels, int fixed, uint32_t *label)
{
    const size_t length = strcspn(reader->at, "|\r\n");

    if (reader->at[length] != '|') {
        reader->at += reader->at[length] == '\0' ? length : 0;
        return fail_here(reader, "no bar, which would end a label");
    }
    if (length == 0 || length > MAX_LABEL) {
        return fail_here(reader, "a label has 1 to 63 characters");
    }
    *label = labels_find(labels, reader->at, length);
    if (*label == labels->count) {
        if (fixed) {
            return fail("%s:%lu:1: the label %.*s is none of the model's", reader->path,
                        reader->number, (int)length, reader->at);
        }
        if (labels->count == MAX_LABELS) {
            return fail_here(reader, "more than 1000 labels");
        }
        if (labels_add(labels, reader->at, length) != 0) {
            return fail_here(reader, "no memory for another label");
        }
    }
    reader->at += length + 1;
    return 0;
}

/* Read one line with a label as the next sequence. */
static int read_labelled(struct reader *reader, struct sequences *sequences, struct labels *labels,
                         int fixed)
{
    const size_t width = sequences->width;
    size_t step = sequences->first[sequences->count];

    TRY(read_label(reader, labels, fixed, sequences->label + sequences->count));
    do {
        TRY(read_step(reader, sequences->width, sequences->values + step++ * width));
    } while (skip_semicolon(reader));
    sequences->first[++sequences->count] = step;
    next_line(reader);
    return 0;
}

/* Read one line of a plain series: a step, or an empty line, which ends a sequence. With `timed`
 * the first number is a time, which is skipped. */
static int read_plain(struct reader *reader, struct sequences *sequences, int timed)
{
    size_t *first = sequences->first + sequences->count;
    float time;

    skip_blanks(reader);
    if (at_end_of_line(reader)) {
        if (first[1] > first[0]) {
            first[2] = first[1];
            sequences->count++;
        }
        next_line(reader);
        return 0;
    }
    if (timed && read_number(reader, &time) != 0) {
        return EXIT_FAILED;
    }
    TRY(read_step(reader, sequences->width, sequences->values + first[1] * sequences->width));
    if (*reader->at == ';') {
        return fail_here(reader, "a semicolon in a series without labels");
    }
    first[1]++;
    next_line(reader);
    return 0;
}

/* Look at the first line: set `labelled` if it has a label, `timed` if its steps begin with a time,
 * and the width of its steps. */
static int look_at_first_line(struct reader *reader, struct sequences *sequences, int *labelled,
                              int *timed)
{
    struct reader ahead = *reader;
    const size_t label = strcspn(ahead.at, "|\n");

    *labelled = ahead.at[label] == '|';
    ahead.at += *labelled ? label + 1 : 0;
    sequences->width = count_numbers(&ahead);
    *timed = !*labelled && sequences->width > 1;
    sequences->width -= *timed != 0;
    ahead.at += strspn(ahead.at, " \t,");
    return sequences->width > 0 ? 0 : fail_here(&ahead, "not a number");
}

int sequences_read_series(struct sequences *sequences, const char *path, const char *text,
                          size_t size, struct labels *labels, int fixed)
{
    struct reader reader;
    size_t lines;
    int labelled = 0;
    int timed = 0;
    int result;

    reader_open(&reader, sequences, path, text, size);
    TRY(look_at_first_line(&reader, sequences, &labelled, &timed));
    lines = count_of(&reader, '\n') + 1;
    result = reserve(sequences, lines, lines + count_of(&reader, ';'));
    while (result == 0 && reader.at < reader.end) {
        result = labelled ? read_labelled(&reader, sequences, labels, fixed)
                          : read_plain(&reader, sequences, timed);
    }
    if (result == 0 && !labelled) {
        sequences->count +=
            sequences->first[sequences->count + 1] > sequences->first[sequences->count];
        free(sequences->label);
        sequences->label = NULL;
    }
    return result;
}

/* ---------------------------------------------------------------------------
 * All
 * ------------------------------------------------------------------------ */

size_t sequences_length(const struct sequences *sequences, size_t i)
{
    return sequences->first[i + 1] - sequences->first[i];
}

int sequences_cut(struct sequences *sequences, size_t steps)
{
    const size_t end = sequences->first[sequences->count];

    if (sequences->label != NULL || steps >= sequences_length(sequences, sequences->count - 1)) {
        return -1;
    }
    sequences->first[sequences->count++] = end - steps;
    sequences->first[sequences->count] = end;
    return 0;
}

void sequences_destroy(struct sequences *sequences)
{
    free(sequences->first);
    free(sequences->values);
    free(sequences->label);
    memset(sequences, 0, sizeof *sequences);
}
