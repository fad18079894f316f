/* series.c - which kind of file a series is in */
#include "storage/series.h"

#include <string.h>

#include "storage/series_reader.h"
#include "support/try.h"

/* Whether an archive's file begins in the current line, with "@NAME"; a label may begin with @. */
static int is_archive(const struct lines *lines)
{
    const char *at = line_begin(lines);

    if (at == lines->line_end || *at != '@') {
        return 0;
    }
    do {
        at++;
    } while ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z'));
    return at == lines->line_end || *at == ' ' || *at == '\t';
}

/* Whether it is an .arff file, and no .ts. */
static int is_arff(const struct lines *lines)
{
    const char *begin = line_begin(lines);
    const struct field word = {begin, strcspn(begin, " \t\r\n"), 0};

    return field_is(&word, "@relation") || field_is(&word, "@attribute");
}

/* Read a file from its first line that says what it is. */
static int read_kind(struct series_reader *reader)
{
    const struct series_reader begin = *reader;
    const char *at;

    TRY(reader_next_content(reader, "#%"));
    if (reader->lines.line != NULL && is_archive(&reader->lines)) {
        const int arff = is_arff(&reader->lines);

        *reader = begin;
        return arff ? series_read_arff(reader) : series_read_ts(reader);
    }
    /* A percent sign may begin a label. A line with a bar is no comment. */
    *reader = begin;
    do {
        TRY(lines_next(&reader->lines));
        if (reader->lines.line == NULL) {
            return fail("%s: has no line with data", reader->lines.path);
        }
        at = line_begin(&reader->lines);
        if (line_find(&reader->lines, at, '|') < reader->lines.line_end) {
            *reader = begin;
            return series_read_labelled(reader);
        }
    } while (line_is_empty(&reader->lines) || *at == '#');
    *reader = begin;
    return series_read_table(reader);
}

/* Read a text file, whose bytes [size] have a final zero behind them. */
static int read_text(struct series_reader *reader, const char *text, size_t size)
{
    struct lines *lines = &reader->lines;
    const char *path = reader->sequences->path;

    TRY(lines_open(lines, path, text, size));
    for (uint64_t i = 0; i < reader->form->skip_lines; i++) {
        TRY(lines_next(lines));
        if (lines->line == NULL) {
            return fail("%s: has fewer lines than --skip-lines leaves out", path);
        }
    }
    TRY(read_kind(reader));
    return reader->sequences->count > 0 ? 0 : fail("%s: has no line with data", path);
}

int sequences_read_series(struct sequences *sequences, const char *path, const char *text,
                          size_t size, const struct series_form *form, struct encoding *encoding,
                          int fixed)
{
    const int label_first = form->first_column == FIRST_LABEL;
    struct series_reader reader;

    memset(sequences, 0, sizeof *sequences);
    memset(&reader, 0, sizeof reader);
    sequences->path = path;
    reader.sequences = sequences;
    reader.encoding = encoding;
    reader.fixed = fixed;
    reader.form = form;
    TRY(is_npy(text, size) ? series_read_npy(sequences, text, size)
                           : read_text(&reader, text, size));
    if (sequences->label == NULL && (label_first || form->last_column == LAST_LABEL)) {
        return fail("%s: has no labels; leave --%s-column label out", path,
                    label_first ? "first" : "last");
    }
    return 0;
}
