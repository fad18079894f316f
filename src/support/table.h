/* table.h - a CSV file whose columns have names: run logs, and what commands print with
 * --csv */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>

struct table {
    const char *path; /* borrowed; for messages */
    char *text;       /* the bytes of the file; the cells point into it */
    size_t columns;
    size_t rows;          /* the number of rows, the header not counted */
    char **cells;         /* [1 + rows x columns]: the header, then the rows */
    unsigned long *lines; /* [1 + rows]: the number of the line of each, from 1 */
};

/* Read the file at `path`, "-" for standard input: a header with a name for each column, then at
 * least one row with as many cells. Empty lines are passed over. Commas separate cells; a cell in
 * double quotes, which ends on its line, may contain commas, and doubled quotes. Returns 0, or
 * EXIT_FAILED after a message with file and line; call table_destroy in both cases. */
int table_read(struct table *table, const char *path);

/* Free the table. A zeroed struct is allowed. */
void table_destroy(struct table *table);

/* The text of a cell; rows and columns count from 0. */
const char *table_cell(const struct table *table, size_t row, size_t column);

/* The number of the line that a row stands in. */
unsigned long table_line(const struct table *table, size_t row);

/* The index of the column `name`, or table->columns after a message when there is none. */
size_t table_column(const struct table *table, const char *name);

/* The numbers of the column `name` in a new array [rows], which the caller frees. An empty
 * cell and `nan` are NaN. Returns NULL after a message with file, line and column when there
 * is no such column, when a cell is not a number, or without memory. */
double *table_numbers(const struct table *table, const char *name);

#endif /* TABLE_H */
