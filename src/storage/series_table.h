/* series_table.h - a table of a series as it is read (series.h) */
#ifndef SERIES_TABLE_H
#define SERIES_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "storage/series_reader.h"

/* What the first lines of a table have said of it. */
struct table {
    struct series_reader *reader;
    char separator;
    int found;             /* the separator was not declared */
    uint32_t first_column; /* FIRST_ constant, not FIRST_FOUND */
    int label_last;        /* the last column is the label of a row */
    size_t columns;        /* of each row, unless it has its label first */
    unsigned long row;     /* number of the line of the first row */
    struct fields heading; /* its fields; `more` is 0 if there is none */
    int timed;             /* the sequence being read has a row before this one, at `time` */
    double time;
    struct field time_text; /* which may have more digits than a double */
    int doubtful;   /* the first column was taken for a value though it might be a time... */
    size_t growing; /* ...and has grown in so many rows; SIZE_MAX: not in all */
};

/* Read the number in a field of column `i` in the current line, NaN where it is missing. Returns 0,
 * or EXIT_FAILED after a message, which has the column's name if there is one. */
int table_read_number(const struct table *table, const struct fields *fields,
                      const struct field *field, size_t i, double *number);

/* Read the time in the first field of the current line, which must be later than that of the row
 * before in the same sequence. Returns 0, or EXIT_FAILED after a message. */
int table_read_time(struct table *table, const struct fields *fields, const struct field *field);

/* Note whether a first column of values, `number` in this row, grows like a time; for tables that
 * are `doubtful`. */
void table_note_growth(struct table *table, double number);

/* Refuse a first column of values that grew like a time in all rows. Returns 0, or EXIT_FAILED
 * after a message. */
int table_check_growth(const struct table *table);

#endif /* SERIES_TABLE_H */
