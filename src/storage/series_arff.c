/* series_arff.c - series in files .arff, of the archives that Weka reads
 *
 *     @relation Gestures
 *     @attribute t0 numeric
 *     @attribute t1 numeric
 *     @attribute class {left, right}
 *     @data
 *     0.1,0.2,left
 *
 * A numeric attribute is a step, and the last attribute is the label. A case of several numbers a
 * step has one relational attribute, whose value has a dimension for each "\n" in it and one more:
 *
 *     "0.1,0.2,0.3\n2.5,2.4,2.6",left */
#include <string.h>

#include "storage/series_archive.h"
#include "support/try.h"

static const char comments[] = "%";

/* What is being read of the attributes. */
struct attributes {
    struct archive *archive;
    int relational; /* there is a relational attribute */
    int inside;     /* the attributes are those of it */
};

/* Read the attribute `name type` at `at` in the current line. */
static int read_attribute(struct attributes *attributes, const char *at)
{
    struct archive *archive = attributes->archive;
    const struct lines *lines = &archive->reader->lines;
    struct fields fields;
    struct field field;

    fields_begin(&fields, lines, ' ', at, lines->line_end);
    fields.quotes = "'\"";
    if (fields.more) {
        TRY(fields_next(&fields, &field));
    }
    if (!fields.more) {
        return fail_at(lines, lines->line_end, "an attribute has a name and a type");
    }
    if (archive->labelled > 0) {
        return fail_at(lines, at, "an attribute behind the label, which is the last one");
    }
    at = fields.at;
    if (*at == '{' && fields.end[-1] == '}' && !attributes->inside) {
        archive->labelled = 1;
        archive->labels = at + 1;
        archive->labels_end = fields.end - 1;
        return 0;
    }
    TRY(fields_next(&fields, &field));
    if (field_is(&field, "relational") && !attributes->relational && archive->values == 0) {
        attributes->relational = 1;
        attributes->inside = 1;
        return 0;
    }
    if (!field_is(&field, "numeric") && !field_is(&field, "real") && !field_is(&field, "integer")) {
        return fail_at(lines, field.text,
                       "an attribute of this type is not read: %.*s; there are numeric, real and "
                       "integer ones, or a relational one, and at the end the labels in braces",
                       field.length < 24 ? (int)field.length : 24, field.text);
    }
    if (attributes->relational && !attributes->inside) {
        return fail_at(lines, field.text, "a number beside a relational attribute");
    }
    archive->values++;
    return 0;
}

/* Read the head. */
static int read_head(struct attributes *attributes)
{
    struct archive *archive = attributes->archive;
    const struct lines *lines = &archive->reader->lines;
    struct field word;
    const char *at;

    for (;;) {
        TRY(archive_next(archive, comments, &word, &at));
        if (field_is(&word, "@data")) {
            break;
        }
        if (field_is(&word, "@attribute")) {
            TRY(read_attribute(attributes, at));
        } else if (field_is(&word, "@end")) {
            attributes->inside = 0;
        } else if (!field_is(&word, "@relation")) {
            return fail_at(lines, word.text, "none of @relation, @attribute, @end and @data");
        }
    }
    if (archive->labelled <= 0 || attributes->inside || archive->values == 0) {
        return fail_at(lines, lines->line,
                       "the attributes are not those of labelled series: numeric ones or a "
                       "relational one, and at the end the labels in braces");
    }
    return 0;
}

/* The literal "\n" at or behind `at`, or `end`. */
static const char *end_of_row(const char *at, const char *end)
{
    while (at < end && (*at != '\\' || at + 1 == end || at[1] != 'n')) {
        at++;
    }
    return at;
}

/* Read the relational value in a field: a dimension behind the other. The first case decides their
 * number. */
static int read_dimensions(struct archive *archive, const struct field *field, size_t first)
{
    const struct lines *lines = &archive->reader->lines;
    const char *const end = field->text + field->length;
    size_t dimensions = 1;
    size_t i = 0;

    for (const char *at = end_of_row(field->text, end); at < end; at = end_of_row(at + 2, end)) {
        dimensions += at + 2 < end; /* one at the end separates nothing */
    }
    if (archive->dimensions == 0) {
        TRY(archive_set_width(archive, dimensions));
    }
    if (dimensions != archive->dimensions) {
        return fail_at(lines, field->text, "%lu dimensions, %lu in the first case",
                       (unsigned long)dimensions, (unsigned long)archive->dimensions);
    }
    for (const char *at = field->text; i < dimensions; i++) {
        const char *row_end = end_of_row(at, end);
        struct fields fields;

        fields_begin(&fields, lines, ',', at, row_end);
        TRY(archive_dimension(archive, &fields, 0, i, first));
        at = row_end + 2;
    }
    return 0;
}

/* Read the current line as a case. */
static int read_case(struct archive *archive, int relational)
{
    const struct lines *lines = &archive->reader->lines;
    const size_t first = archive->reader->sequences->steps;
    const char *begin = line_begin(lines);
    struct fields fields;
    struct field field;
    size_t left;

    if (*begin == '{') {
        return fail_at(lines, begin, "a sparse case, in braces, is not read");
    }
    fields_begin(&fields, lines, ',', begin, lines->line_end);
    fields.quotes = "'\"";
    TRY(fields_check(&fields));
    left = fields_count(&fields);
    if (left != (relational ? 2 : archive->values + 1)) {
        return fail_at(lines, lines->line_end, "the case has %lu fields, not the %lu of the head",
                       (unsigned long)left, (unsigned long)(relational ? 2 : archive->values + 1));
    }
    if (relational) {
        TRY(fields_next(&fields, &field));
        TRY(read_dimensions(archive, &field, first));
    } else {
        TRY(archive_dimension(archive, &fields, archive->values, 0, first));
    }
    TRY(fields_next(&fields, &field));
    return archive_end_case(archive, &field);
}

int series_read_arff(struct series_reader *reader)
{
    struct archive archive;
    struct attributes attributes;

    memset(&archive, 0, sizeof archive);
    memset(&attributes, 0, sizeof attributes);
    archive.reader = reader;
    archive.separator = ',';
    attributes.archive = &archive;
    TRY(read_head(&attributes));
    if (!attributes.relational) {
        TRY(archive_set_width(&archive, 1));
    }
    reader->sequences->layout = "a label behind each";
    for (;;) {
        TRY(reader_next_content(reader, comments));
        if (reader->lines.line == NULL) {
            return 0;
        }
        TRY(read_case(&archive, attributes.relational));
    }
}
