/* series_ts.c - series in files .ts, of the archives that sktime and aeon read
 *
 *     @problemName Gestures
 *     @classLabel true left right
 *     @data
 *     0.1,0.2,0.3:2.5,2.4,2.6:left
 *
 * Colons separate the dimensions, of as many values as the case has steps, and the label. Without
 * labels (@classLabel false) a case is a plain series. */
#include <string.h>

#include "storage/series_archive.h"
#include "support/number.h"
#include "support/try.h"

/* Set *is to the "true" or "false" at *at, and go behind it. */
static int read_truth(const struct archive *archive, const char **at, int *is)
{
    const struct lines *lines = &archive->reader->lines;
    struct field word = {*at, 0, 0};

    while (*at < lines->line_end && **at != ' ' && **at != '\t') {
        (*at)++;
    }
    word.length = (size_t)(*at - word.text);
    *is = field_is(&word, "true");
    return *is || field_is(&word, "false")
               ? 0
               : fail_at(lines, word.text, "neither true nor false: %.*s",
                         word.length < 24 ? (int)word.length : 24, word.text);
}

/* Read a line of the head that says something of the cases; others are passed over. */
static int read_head_line(struct archive *archive, const struct field *word, const char *at)
{
    const struct lines *lines = &archive->reader->lines;
    uint64_t dimensions;
    int is = 0;

    if (field_is(word, "@timestamps")) {
        TRY(read_truth(archive, &at, &is));
        return is ? fail_at(lines, word->text, "values with timestamps are not read") : 0;
    }
    if (field_is(word, "@targetlabel")) {
        TRY(read_truth(archive, &at, &is));
        return is ? fail_at(lines, word->text, "a target that is a number is not read, only labels")
                  : 0;
    }
    if (field_is(word, "@univariate")) {
        TRY(read_truth(archive, &at, &is));
        return is ? archive_set_width(archive, 1) : 0;
    }
    if (field_is(word, "@dimensions") || field_is(word, "@dimension")) {
        if (count_read(at, &dimensions, &at) != NULL || dimensions == 0) {
            return fail_at(lines, word->text, "no number of dimensions above 0");
        }
        return archive_set_width(archive, dimensions);
    }
    if (field_is(word, "@classlabel")) {
        TRY(read_truth(archive, &at, &archive->labelled));
        archive->labels = at;
        archive->labels_end = lines->line_end;
    }
    return 0;
}

/* The number of parts of the current line. */
static size_t count_parts(const struct lines *lines)
{
    size_t count = 1;

    for (const char *at = line_find(lines, lines->line, ':'); at < lines->line_end; count++) {
        at = line_find(lines, at + 1, ':');
    }
    return count;
}

/* Read the current line as a case. */
static int read_case(struct archive *archive)
{
    const struct lines *lines = &archive->reader->lines;
    struct sequences *sequences = archive->reader->sequences;
    const size_t parts = count_parts(lines);
    const size_t labels = archive->labelled != 0;
    const size_t first = sequences->steps;
    const char *at = line_begin(lines);
    struct fields fields;
    struct field field;

    if (*at == '(') {
        return fail_at(lines, at, "values with timestamps are not read");
    }
    if (archive->dimensions == 0 && parts > labels) {
        TRY(archive_set_width(archive, parts - labels));
    }
    if (archive->dimensions == 0 || parts != archive->dimensions + labels) {
        return fail_at(
            lines, lines->line_end, "a case has %lu parts between colons, not %lu%s",
            (unsigned long)((archive->dimensions > 0 ? archive->dimensions : 1) + labels),
            (unsigned long)parts, labels ? "; the last is its label" : "");
    }
    for (size_t i = 0; i < archive->dimensions; i++) {
        const char *end = line_find(lines, at, ':');

        fields_begin(&fields, lines, ',', at, end);
        TRY(archive_dimension(archive, &fields, 0, i, first));
        at = end + (end < lines->line_end);
    }
    if (!labels) {
        return sequences_end(sequences, 0);
    }
    fields_begin(&fields, lines, ':', at, lines->line_end);
    TRY(fields_next(&fields, &field));
    return archive_end_case(archive, &field);
}

int series_read_ts(struct series_reader *reader)
{
    struct archive archive;
    struct field word;
    const char *at;

    memset(&archive, 0, sizeof archive);
    archive.reader = reader;
    archive.separator = ' ';
    archive.labelled = -1;
    do {
        TRY(archive_next(&archive, "#", &word, &at));
        TRY(read_head_line(&archive, &word, at));
    } while (!field_is(&word, "@data"));
    if (archive.labelled < 0) {
        return fail_at(&reader->lines, reader->lines.line,
                       "no line @classLabel before @data; it says whether cases have labels");
    }
    for (;;) {
        TRY(reader_next_content(reader, "#"));
        if (reader->lines.line == NULL) {
            break;
        }
        TRY(read_case(&archive));
    }
    reader->sequences->layout = archive.labelled ? "a label behind each" : NULL;
    if (!archive.labelled) {
        sequences_drop_labels(reader->sequences);
    }
    return 0;
}
