/* table.h - a CSV file of numbers with names: run logs, and what commands print with
 * --csv */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>

struct table {
    const char *path; /* borrowed */
    char *text;       /* of the file; the cells point into it */
    size_t columns;
    size_t rows;  /* without the head */
    char **cells; /* [1 + rows][columns]: the head, then the rows */
};

/* Read a file: a head with a name for each column, then rows with as many cells. Commas
 * separate; a cell in double quotes may have commas in it. Gives 0, or EXIT_FAILED after
 * a message with file and line. */
int table_read(struct table *table, const char *path);

/* Give everything back; also after a failed read, or of a zeroed struct. */
void table_destroy(struct table *table);

/* The cell of a row, counted from 0, and the number of the column called `name`; it is
 * table->columns when there is none. */
const char *table_cell(const struct table *table, size_t row, size_t column);
size_t table_column(const struct table *table, const char *name);

/* The numbers of the column called `name`, as a new array [rows] that the caller frees.
 * An empty cell and `nan` give NaN. NULL after a message with file, line and column when
 * there is no such column, or a cell is no number. */
double *table_numbers(const struct table *table, const char *name);

#endif /* TABLE_H */
