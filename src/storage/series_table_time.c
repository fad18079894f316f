/* series_table_time.c - the first column of a table: a time, or values that grow like one */
#include <stdint.h>
#include <string.h>

#include "storage/series_table.h"

/* With fewer rows a column of values may well grow all along by chance. */
enum { LEAST_GROWING = 5 };

/* Report that the time in a field does not grow. Returns EXIT_FAILED. */
static int fail_time(const struct table *table, const struct field *field, double time)
{
    const char *hint = "a first column is a time, unless --first-column says what else it is: "
                       "value, label or skip";
    const struct field *before = &table->time_text;
    const int repeats =
        time == table->time &&
        (field->length != before->length || memcmp(field->text, before->text, field->length) == 0);

    if (table->columns == 2 && table->separator == ',' && table->found &&
        strspn(field->text, "0123456789") >= field->length) {
        hint = "if the comma is a decimal comma, write a point; else see --first-column";
    } else if (table->columns > 8 && table->reader->form->first_column == FIRST_FOUND) {
        hint = "--first-column label: each line is a series, and has its label first; "
               "--first-column value: it is no time";
    }
    return fail_at(&table->reader->lines, field->text, "the time does not grow, %.*s%s; %s",
                   field->length < 40 ? (int)field->length : 40, field->text,
                   repeats ? " twice" : " after a later one", hint);
}

/* Report that a field of the first column is no time. Returns EXIT_FAILED. */
static int fail_no_time(const struct table *table, const struct field *field)
{
    const struct lines *lines = &table->reader->lines;
    const char *lines_hint =
        lines->number == table->row ? ", --skip-lines lines at the beginning" : "";

    return field->length == 0
               ? fail_at(lines, field->text,
                         "the time is missing; --first-column value: it is a value, which may be "
                         "missing; --first-column skip leaves the first column out%s",
                         lines_hint)
               : fail_at(lines, field->text,
                         "neither a number nor a time such as 2026-11-28 20:45:00: %.*s; "
                         "--first-column skip leaves the first column out%s",
                         field->length < 40 ? (int)field->length : 40, field->text, lines_hint);
}

/* Whether a time is later than that of the row before. Where a double tells no difference the
 * digits do, if both are written alike. */
static int is_later(const struct table *table, const struct field *field, double time)
{
    const struct field *before = &table->time_text;

    return time > table->time ||
           (time == table->time && time > 0.0 && field->length == before->length &&
            memcmp(field->text, before->text, field->length) > 0);
}

int table_read_time(struct table *table, const struct fields *fields, const struct field *field)
{
    double time;

    if (field_has_decimal_comma(field)) {
        return table_read_number(table, fields, field, 0, &time);
    }
    if (field_time(field, &time) != 0) {
        return fail_no_time(table, field);
    }
    if (table->timed && !is_later(table, field, time)) {
        return fail_time(table, field, time);
    }
    table->timed = 1;
    table->time = time;
    table->time_text = *field;
    return 0;
}

void table_note_growth(struct table *table, double number)
{
    if (table->timed && !(number > table->time)) {
        table->growing = SIZE_MAX;
    }
    table->growing += table->growing != SIZE_MAX;
    table->timed = 1;
    table->time = number;
}

int table_check_growth(const struct table *table)
{
    if (!table->doubtful || table->growing == SIZE_MAX || table->growing < LEAST_GROWING) {
        return 0;
    }
    return fail(
        "%s:%lu:1: the first column grows like a time, but the model has %lu values a step; "
        "--first-column value: it is one of them",
        table->reader->lines.path, table->row, (unsigned long)table->columns);
}
