/* series_archive.c - what the readers of the archives' files share */
#include "storage/series_archive.h"

#include <math.h>
#include <string.h>

#include "support/try.h"

int archive_next(struct archive *archive, const char *comments, struct field *word, const char **at)
{
    struct lines *lines = &archive->reader->lines;
    const char *begin;

    TRY(reader_next_content(archive->reader, comments));
    if (lines->line == NULL) {
        return fail("%s: has no line @data", lines->path);
    }
    begin = line_begin(lines);
    word->text = begin;
    word->length = 0;
    word->quote = 0;
    while (begin < lines->line_end && *begin != ' ' && *begin != '\t') {
        begin++;
        word->length++;
    }
    while (begin < lines->line_end && (*begin == ' ' || *begin == '\t')) {
        begin++;
    }
    *at = begin;
    return *word->text == '@' ? 0
                              : fail_at(lines, word->text,
                                        "neither a line of the head, which begins with @, nor "
                                        "below @data");
}

int archive_set_width(struct archive *archive, uint64_t dimensions)
{
    const struct lines *lines = &archive->reader->lines;

    if (dimensions > SRNN_MODEL_MAX_WIDTH) {
        return fail_at(lines, lines->line, "no model has %llu inputs",
                       (unsigned long long)dimensions);
    }
    archive->dimensions = (size_t)dimensions;
    archive->reader->sequences->width = (uint32_t)dimensions;
    return 0;
}

/* Append a step without values. */
static int add_empty_step(struct sequences *sequences)
{
    double *numbers;

    TRY(sequences_add_step(sequences, &numbers));
    for (uint32_t i = 0; i < sequences->width; i++) {
        numbers[i] = NAN;
    }
    return 0;
}

int archive_dimension(struct archive *archive, struct fields *fields, size_t values,
                      size_t dimension, size_t first)
{
    struct sequences *sequences = archive->reader->sequences;
    struct field field;
    size_t step = first;

    /* A value takes a byte at least: no more memory than that for a case that will be refused. */
    if (dimension == 0 &&
        fields_count(fields) >
            (size_t)(fields->lines->line_end - fields->lines->line + 1) / archive->dimensions) {
        return fail_at(fields->lines, fields->at,
                       "the dimensions of the case have different numbers of values");
    }
    for (; fields->more && (values == 0 || step - first < values); step++) {
        TRY(fields_next(fields, &field));
        if (dimension == 0) {
            TRY(add_empty_step(sequences));
        } else if (step == sequences->steps) {
            return fail_at(fields->lines, field.text,
                           "dimension %lu has more values than the first, %lu",
                           (unsigned long)dimension + 1, (unsigned long)(step - first));
        }
        TRY(field_read(fields, &field, NULL,
                       sequences->numbers + step * sequences->width + dimension));
    }
    if (step < sequences->steps || (archive->values > 0 && step - first != archive->values)) {
        return fail_at(
            fields->lines, fields->at, "dimension %lu has %lu values, not %lu",
            (unsigned long)dimension + 1, (unsigned long)(step - first),
            (unsigned long)(archive->values > 0 ? archive->values : sequences->steps - first));
    }
    return 0;
}

/* Whether a label is one of those that the head has. */
static int is_declared(const struct archive *archive, const struct field *label)
{
    struct fields fields;
    struct field declared;

    fields_begin(&fields, &archive->reader->lines, archive->separator, archive->labels,
                 archive->labels_end);
    fields.quotes = "'\"";
    for (size_t left = fields_count(&fields); left > 0; left--) {
        if (fields_next(&fields, &declared) == 0 && declared.length == label->length &&
            memcmp(declared.text, label->text, label->length) == 0) {
            return 1;
        }
    }
    return 0;
}

int archive_end_case(struct archive *archive, const struct field *field)
{
    struct series_reader *reader = archive->reader;
    uint32_t label;

    TRY(reader_label(reader, field, &label));
    /* "?" is what an archive hides. A label that is missing, for a model, has no number. */
    if (label < reader->encoding->labels.count && archive->declared[label]) {
        return reader_end_labelled(reader, reader->lines.line, label);
    }
    /* The head is searched once for each label, and not for each case. */
    if (!(reader->fixed && field_is(field, "?")) && !is_declared(archive, field)) {
        return fail_at(&reader->lines, field->text, "the label %.*s is none of those in the head",
                       field->length < MAX_LABEL ? (int)field->length : (int)MAX_LABEL,
                       field->text);
    }
    if (label < reader->encoding->labels.count) {
        archive->declared[label] = 1;
    }
    return reader_end_labelled(reader, reader->lines.line, label);
}
