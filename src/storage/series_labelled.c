/* series_labelled.c - series in lines "label|x11 x12;x21 x22" */
#include <math.h>

#include "storage/series_reader.h"
#include "support/try.h"

/* Set the separator of the numbers of a step, and their number, by the line's steps, which begin at
 * `at`. */
static int look_at_steps(struct series_reader *reader, const char *at, char *separator)
{
    const struct lines *lines = &reader->lines;
    const uint32_t kind = reader->form->separator;
    const int comma = line_find(lines, at, ',') < lines->line_end;
    struct fields fields;
    size_t width;

    if (kind == SEPARATOR_SEMICOLON) {
        return fail_at(lines, at,
                       "--separator semicolon: semicolons separate the steps of a "
                       "sequence that has a label and a bar");
    }
    *separator = kind != SEPARATOR_FOUND ? separator_of(kind, NULL, NULL) : comma ? ',' : ' ';
    fields_begin(&fields, lines, *separator, at, line_find(lines, at, ';'));
    TRY(fields_check(&fields));
    width = fields_count(&fields);
    if (width == 0 || width > SRNN_MODEL_MAX_WIDTH) {
        return fail_at(lines, at,
                       width == 0 ? "the first step of the file has no number"
                                  : "no model has as many inputs as this step numbers");
    }
    reader->sequences->width = (uint32_t)width;
    return 0;
}

/* Read the step between `at` and `end` in the current line. An empty one is missing, if steps
 * have one number: of several, each must be said to be missing, so that memory is in proportion to
 * the file. */
static int read_step(struct series_reader *reader, char separator, const char *at, const char *end)
{
    const uint32_t width = reader->sequences->width;
    struct fields fields;
    struct field field;
    double *numbers;

    fields_begin(&fields, &reader->lines, separator, at, end);
    TRY(sequences_add_step(reader->sequences, &numbers));
    if (fields.at == fields.end && width == 1) {
        *numbers = NAN;
        return 0;
    }
    for (uint32_t i = 0; i < width; i++) {
        if (!fields.more) {
            return fail_at(&reader->lines, fields.at,
                           "the step has fewer numbers than the first of the file");
        }
        TRY(fields_next(&fields, &field));
        TRY(field_read(&fields, &field, NULL, numbers + i));
        if (i == 1 && width == 2 && separator == ',' &&
            reader->form->separator == SEPARATOR_FOUND) {
            TRY(field_check_fraction(&fields, &field));
        }
    }
    return fields.more ? fail_at(&reader->lines, fields.at,
                                 "the step has more numbers than the first of the file")
                       : 0;
}

/* Read the label that ends with the bar at `bar`. */
static int read_label(struct series_reader *reader, const char *bar, uint32_t *label)
{
    const char *line = reader->lines.line;
    const struct labels *labels = &reader->encoding->labels;
    struct field field = {line_begin(&reader->lines), 0, 0};

    /* The labels of older models may have blanks around them. */
    *label = labels_find(labels, line, (size_t)(bar - line));
    if (*label < labels->count) {
        return 0;
    }
    while (bar > field.text && (bar[-1] == ' ' || bar[-1] == '\t')) {
        bar--;
    }
    field.length = (size_t)(bar - field.text);
    return reader_label(reader, &field, label);
}

/* Read the current line as the next sequence. The first one decides the width of a step. */
static int read_line(struct series_reader *reader, char *separator)
{
    const struct lines *lines = &reader->lines;
    const char *bar = line_find(lines, lines->line, '|');
    const char *at;
    uint32_t label;

    if (bar == lines->line_end) {
        return fail_at(lines, lines->line, "no bar, which would end a label");
    }
    TRY(read_label(reader, bar, &label));
    if (reader->sequences->count == 0) {
        TRY(look_at_steps(reader, bar + 1, separator));
    }
    for (at = bar + 1;; at++) {
        const char *end = line_find(lines, at, ';');

        TRY(read_step(reader, *separator, at, end));
        at = end;
        if (at == lines->line_end) {
            return reader_end_labelled(reader, bar + 1, label);
        }
    }
}

int series_read_labelled(struct series_reader *reader)
{
    struct lines *lines = &reader->lines;
    char separator = ' ';

    reader->sequences->layout = "a label before each";
    for (;;) {
        TRY(lines_next(lines));
        if (lines->line == NULL) {
            return 0;
        }
        if (line_is_empty(lines) ||
            (*line_begin(lines) == '#' && line_find(lines, lines->line, '|') == lines->line_end)) {
            continue;
        }
        TRY(read_line(reader, &separator));
    }
}
