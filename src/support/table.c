/* table.c - a CSV file whose columns have names */
#include "support/table.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"
#include "support/text_mark.h"
#include "support/try.h"

/* Cut out the cell at `*at`: set `*cell` to its text, write a zero at its end, and move `*at` to
 * the next cell. Returns the character that ended the cell: a comma, or 0 at the end of the line.
 */
static char cut_cell(char **at, char **cell)
{
    char *end = *at;
    char ending;

    if (*end == '"') {
        *cell = ++*at;
        end = *at + strcspn(*at, "\"\n");
        if (*end == '"') {
            *end++ = '\0';
        }
        end += strcspn(end, ",\n");
    } else {
        *cell = *at;
        end += strcspn(end, ",\r\n");
    }
    ending = *end == ',' ? ',' : '\0';
    *at = end + (ending == ',' ? 1 : strcspn(end, "\n"));
    *end = ending == ',' ? '\0' : *end == '\r' ? '\0' : *end;
    return ending;
}

/* Count the lines that are not empty and the columns of the header. */
static void count_cells(struct table *table)
{
    const char *line = table->text;

    table->columns = 1;
    for (const char *at = line; *at != '\0' && *at != '\n'; at++) {
        table->columns += *at == ',';
    }
    while (*line != '\0') {
        const size_t length = strcspn(line, "\n");

        table->rows += length > 0;
        line += length + (line[length] == '\n');
    }
}

/* Cut all lines into cells. Returns 0, or EXIT_FAILED after a message. */
static int cut_lines(struct table *table)
{
    char *at = table->text;
    size_t row = 0;
    unsigned long line = 1;

    for (; *at != '\0'; line++) {
        char *const end = at + strcspn(at, "\n");
        const int more = *end == '\n';
        size_t column = 0;
        char ending = end > at ? ',' : '\0';

        *end = '\0';
        while (ending == ',') {
            char *cell;

            ending = cut_cell(&at, &cell);
            if (column == table->columns) {
                return fail("%s:%lu: more than the %lu cells of the first line", table->path, line,
                            (unsigned long)table->columns);
            }
            table->cells[row * table->columns + column++] = cell;
        }
        if (column > 0 && column < table->columns) {
            return fail("%s:%lu: fewer than the %lu cells of the first line", table->path, line,
                        (unsigned long)table->columns);
        }
        row += column > 0;
        at = end + more;
    }
    return 0;
}

int table_read(struct table *table, const char *path)
{
    unsigned char *data;
    size_t bytes;
    size_t mark;

    memset(table, 0, sizeof *table);
    table->path = path;
    TRY(file_read_input(&table->path, &data, &bytes));
    table->text = (char *)data;
    TRY(text_refuse_wide(table->path, table->text, bytes));
    if (strlen(table->text) != bytes) {
        return fail("%s: not a text file; a CSV file is expected", table->path);
    }
    mark = text_mark(table->text, bytes);
    memmove(table->text, table->text + mark, bytes - mark + 1);
    count_cells(table);
    if (table->columns == 1 && table->text[strcspn(table->text, ";\n")] == ';') {
        return fail("%s:1: columns are separated by commas here, not by semicolons", table->path);
    }
    if (table->rows < 2) {
        return fail("%s: no numbers; a line of column names and then lines of numbers are expected",
                    table->path);
    }
    table->cells = table->rows <= SIZE_MAX / sizeof *table->cells / table->columns
                       ? calloc(table->rows * table->columns, sizeof *table->cells)
                       : NULL;
    table->rows--;
    return table->cells == NULL ? fail("%s: no memory", table->path) : cut_lines(table);
}

void table_destroy(struct table *table)
{
    free(table->cells);
    free(table->text);
    memset(table, 0, sizeof *table);
}

const char *table_cell(const struct table *table, size_t row, size_t column)
{
    return table->cells[(row + 1) * table->columns + column];
}

size_t table_column(const struct table *table, const char *name)
{
    size_t column = 0;

    while (column < table->columns && strcmp(table->cells[column], name) != 0) {
        column++;
    }
    if (column == table->columns) {
        fail("%s:1: there is no column '%s'", table->path, name);
    }
    return column;
}

double *table_numbers(const struct table *table, const char *name)
{
    const size_t column = table_column(table, name);
    double *numbers;

    if (column == table->columns) {
        return NULL;
    }
    numbers = malloc(table->rows * sizeof *numbers);
    if (numbers == NULL) {
        fail("%s: no memory", table->path);
        return NULL;
    }
    for (size_t row = 0; row < table->rows; row++) {
        const char *cell = table_cell(table, row, column);
        char *end;

        numbers[row] = *cell == '\0' ? (double)NAN : strtod(cell, &end);
        if (*cell != '\0' && *end != '\0') {
            fail("%s:%lu: '%s' in column '%s' is not a number", table->path, (unsigned long)row + 2,
                 cell, name);
            free(numbers);
            return NULL;
        }
    }
    return numbers;
}
