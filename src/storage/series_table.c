/* series_table.c - series in tables: each row is a step, or a sequence of single values */
#include <stdint.h>
#include <string.h>

#include "storage/series_table.h"
#include "support/try.h"

/* ---------------------------------------------------------------------------
 * The first lines
 * ------------------------------------------------------------------------ */

/* Begin to read the fields of the current line. */
static void begin_row(const struct table *table, struct fields *fields)
{
    const struct lines *lines = &table->reader->lines;

    fields_begin(fields, lines, table->separator, lines->line, lines->line_end);
}

/* Whether a field may be a name: it has a letter, or a character that is not ASCII. A number that
 * is damaged has none. */
static int is_name(const struct field *field)
{
    for (size_t i = 0; i < field->length; i++) {
        const unsigned char lower = (unsigned char)field->text[i] | 0x20u;

        if ((lower >= 'a' && lower <= 'z') || lower >= 0x80) {
            return 1;
        }
    }
    return 0;
}

/* Whether the model was trained on series as rows have them: a label and single values. */
static int model_has_rows(const struct series_reader *reader)
{
    return reader->fixed && reader->encoding->labels.count > 0 &&
           reader->encoding->scaling.width == 1;
}

/* Whether the first field of the current line, whose fields are these, may be any text. */
static int begins_with_text(const struct table *table, const struct fields *fields)
{
    return table->first_column == FIRST_LABEL || table->first_column == FIRST_SKIP ||
           (table->first_column == FIRST_FOUND && model_has_rows(table->reader) &&
            fields_count(fields) > 1);
}

/* Find out whether the current line is a heading: it has a name and no number, not even a time. The
 * first field does not count where it may be any text. */
static int is_heading(const struct table *table, int *heading)
{
    struct fields fields;
    struct field field;
    double number;
    int names = 0;
    int numbers = 0;
    int counts;

    begin_row(table, &fields);
    counts = !begins_with_text(table, &fields);
    for (; fields.more; counts = 1) {
        TRY(fields_next(&fields, &field));
        if (counts) {
            names += field_number(&field, &number) == HOLDS_TEXT && is_name(&field);
            numbers += field_time(&field, &number) == 0;
        }
    }
    *heading = names > 0 && numbers == 0;
    return 0;
}

/* Find the separator in the current line. */
static void find_separator(struct table *table)
{
    const struct lines *lines = &table->reader->lines;
    const uint32_t kind = table->reader->form->separator;

    table->found = kind == SEPARATOR_FOUND;
    table->separator = separator_of(kind, lines->line, lines->line_end);
}

/* Find the separator in the current line, below a heading. Where the heading's tabs separate, one
 * at the beginning or the end of the line does: a value is missing. */
static void find_separator_below(struct table *table)
{
    const struct lines *lines = &table->reader->lines;
    const char heading = table->separator;

    find_separator(table);
    if (heading == '\t' && table->separator == ' ' &&
        (*lines->line == '\t' || lines->line_end[-1] == '\t')) {
        table->separator = heading;
    }
}

/* Go to the first row, past a heading. It says what separates. */
static int go_to_first_row(struct table *table)
{
    struct series_reader *reader = table->reader;
    struct lines *lines = &reader->lines;
    int heading;

    TRY(reader_next_content(reader, "#"));
    find_separator(table);
    TRY(is_heading(table, &heading));
    if (heading) {
        const struct lines line = *lines;

        TRY(reader_next_content(reader, "#"));
        if (lines->line == NULL) {
            return fail("%s:%lu: a heading, and no line with data below it", line.path,
                        line.number);
        }
        find_separator_below(table);
        fields_begin(&table->heading, lines, table->separator, line.line, line.line_end);
    }
    return 0;
}

/* Decide what the first column is, and the width of a step, by the first row. */
static int look_at_first_row(struct table *table)
{
    struct series_reader *reader = table->reader;
    const struct encoding *encoding = reader->encoding;
    const uint32_t known = reader->fixed ? encoding->scaling.width : 0;
    struct fields fields;
    size_t width;

    begin_row(table, &fields);
    table->row = reader->lines.number;
    TRY(fields_check(&fields));
    table->columns = fields_count(&fields);
    if (table->first_column == FIRST_FOUND) {
        if (table->columns == 1 || table->columns == known) {
            table->first_column = FIRST_VALUE;
            table->doubtful = table->columns > 1;
        } else {
            table->first_column = model_has_rows(reader) ? FIRST_LABEL : FIRST_TIME;
        }
    }
    if (table->first_column == FIRST_LABEL || table->label_last) {
        reader->sequences->width = 1;
        return 0;
    }
    width = table->columns - (table->first_column != FIRST_VALUE);
    if (width == 0) {
        return fail_at(&reader->lines, reader->lines.line,
                       "a single column, which --first-column leaves out");
    }
    if (width > SRNN_MODEL_MAX_WIDTH) {
        return fail_at(&reader->lines, reader->lines.line, "no model has %lu inputs",
                       (unsigned long)width);
    }
    if (known > 0 && width != known) {
        return fail_at(&reader->lines, reader->lines.line,
                       "%lu columns; the model has %lu values a step, and a time may stand before "
                       "them",
                       (unsigned long)table->columns, (unsigned long)known);
    }
    reader->sequences->width = (uint32_t)width;
    return 0;
}

/* The name of column `i`, from 0, or NULL if there is no heading with as many columns. */
static const struct field *name_of(const struct table *table, size_t i, struct field *name)
{
    struct fields heading = table->heading;

    if (!heading.more || fields_count(&heading) != table->columns) {
        return NULL;
    }
    for (size_t k = 0; k <= i; k++) {
        if (fields_next(&heading, name) != 0) {
            return NULL;
        }
    }
    return name;
}

int table_read_number(const struct table *table, const struct fields *fields,
                      const struct field *field, size_t i, double *number)
{
    struct field name;
    const enum field_holds holds = field_number(field, number);

    if (holds == HOLDS_NUMBER || holds == HOLDS_NOTHING) {
        return 0;
    }
    return field_read(fields, field, name_of(table, i, &name), number);
}

/* ---------------------------------------------------------------------------
 * A row is a step
 * ------------------------------------------------------------------------ */

/* Read the current line as a step. */
static int read_step(struct table *table)
{
    struct sequences *sequences = table->reader->sequences;
    const struct lines *lines = &table->reader->lines;
    const size_t before = table->first_column != FIRST_VALUE;
    struct fields fields;
    struct field field;
    double *numbers;

    begin_row(table, &fields);
    TRY(sequences_add_step(sequences, &numbers));
    for (size_t i = 0; i < table->columns; i++) {
        TRY(fields_next(&fields, &field));
        if (!fields.more && i + 1 < table->columns) {
            return fail_at(lines, fields.at, "the line has %lu of the %lu fields of line %lu",
                           (unsigned long)i + 1, (unsigned long)table->columns, table->row);
        }
        if (i < before) {
            TRY(table->first_column == FIRST_TIME ? table_read_time(table, &fields, &field) : 0);
            continue;
        }
        TRY(table_read_number(table, &fields, &field, i, numbers + i - before));
        if (i == 1 && table->columns == 2 && table->separator == ',' && table->found) {
            TRY(field_check_fraction(&fields, &field));
        }
    }
    if (table->doubtful) {
        table_note_growth(table, numbers[0]);
    }
    return !fields.more
               ? 0
               : fail_at(lines, fields.at, "the line has more than the %lu fields of line %lu",
                         (unsigned long)table->columns, table->row);
}

/* End a sequence, if one has begun. */
static int end_sequence(struct table *table)
{
    struct sequences *sequences = table->reader->sequences;

    table->timed = 0;
    return sequences->steps > sequences_last_end(sequences) ? sequences_end(sequences, 0) : 0;
}

/* Whether the current line ends a sequence. Tabs that separate make a row without values, but none
 * where a time is due. */
static int is_gap(const struct table *table)
{
    const struct lines *lines = &table->reader->lines;

    return line_is_empty(lines) && (table->separator != '\t' || table->first_column == FIRST_TIME ||
                                    line_find(lines, lines->line, '\t') == lines->line_end);
}

/* Read the rows as steps, from the first on. */
static int read_steps(struct table *table)
{
    struct lines *lines = &table->reader->lines;
    static const char *const layouts[] = {[FIRST_TIME] = "first column: time",
                                          [FIRST_VALUE] = NULL,
                                          [FIRST_SKIP] = "first column: left out"};

    while (lines->line != NULL) {
        if (is_gap(table)) {
            TRY(end_sequence(table));
        } else if (*line_begin(lines) != '#') {
            TRY(read_step(table));
        }
        TRY(lines_next(lines));
    }
    TRY(end_sequence(table));
    TRY(table_check_growth(table));
    table->reader->sequences->layout = layouts[table->first_column];
    sequences_drop_labels(table->reader->sequences);
    return 0;
}

/* ---------------------------------------------------------------------------
 * A row is a sequence
 * ------------------------------------------------------------------------ */

/* Warn if the first row may be a heading of numbers: its values count up from 0 or 1, and no other
 * row has its label. */
static void warn_of_heading(const struct table *table)
{
    const struct sequences *sequences = table->reader->sequences;
    const size_t steps = sequences_length(sequences, 0);
    const double from = sequences->numbers[0];

    for (size_t i = 0; i < steps; i++) {
        if (sequences->numbers[i] != from + (double)i) {
            return;
        }
    }
    for (size_t i = 1; i < sequences->count; i++) {
        if (sequences->label[i] == sequences->label[0]) {
            return;
        }
    }
    if (steps > 1 && (from == 0.0 || from == 1.0)) {
        warn("%s:%lu: was read as a series of the values %g, %g ... and may be a heading, which "
             "--skip-lines leaves out",
             sequences->path, table->row, from, from + 1.0);
    }
}

/* Read the current line as a sequence. */
static int read_sequence(struct table *table)
{
    struct series_reader *reader = table->reader;
    struct fields fields;
    struct field field;
    uint32_t label = 0;
    double *number;

    begin_row(table, &fields);
    /* A line that was cut off would have a value as its label. */
    if (table->label_last && fields_count(&fields) != table->columns) {
        return fail_at(&reader->lines, reader->lines.line,
                       "the line has %lu fields, line %lu has %lu; with the label at the end a "
                       "shorter series has empty fields before it",
                       (unsigned long)fields_count(&fields), table->row,
                       (unsigned long)table->columns);
    }
    for (size_t i = 0; fields.more; i++) {
        TRY(fields_next(&fields, &field));
        if (table->label_last ? !fields.more : i == 0) {
            TRY(reader_label(reader, &field, &label));
        } else if (i > 0 || table->first_column == FIRST_VALUE) {
            TRY(sequences_add_step(reader->sequences, &number));
            TRY(table_read_number(table, &fields, &field, i, number));
        } else if (table->first_column == FIRST_TIME) {
            TRY(table_read_time(table, &fields, &field));
        }
    }
    return reader_end_labelled(reader, reader->lines.line, label);
}

/* Take from the options what the columns are. */
static int read_form(struct table *table)
{
    const struct series_reader *reader = table->reader;

    table->first_column = reader->form->first_column;
    table->label_last = reader->form->last_column == LAST_LABEL;
    if (table->label_last && table->first_column == FIRST_LABEL) {
        return fail("%s: a row has one label; use --first-column label or --last-column label",
                    reader->lines.path);
    }
    if (table->first_column == FIRST_FOUND && table->label_last) {
        table->first_column = FIRST_VALUE;
    }
    return 0;
}

int series_read_table(struct series_reader *reader)
{
    struct table table;

    memset(&table, 0, sizeof table);
    table.reader = reader;
    TRY(read_form(&table));
    TRY(go_to_first_row(&table));
    TRY(look_at_first_row(&table));
    if (table.first_column != FIRST_LABEL && !table.label_last) {
        return read_steps(&table);
    }
    reader->sequences->layout = table.label_last ? "last column: label" : "first column: label";
    while (reader->lines.line != NULL) {
        TRY(read_sequence(&table));
        TRY(reader_next_content(reader, "#"));
    }
    warn_of_heading(&table);
    return 0;
}
