/* table.c - a CSV file whose columns have names */
#include "support/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"
#include "support/text_mark.h"
#include "support/try.h"

/* Where the cell at `at` ends: at a comma, or at the end of its line. In quotes, which end on their
 * line, a comma is a part of the cell. */
static char *cell_end(char *at)
{
    if (*at == '"') {
        do {
            at++;
            at += strcspn(at, "\"\n");
        } while (*at == '"' && *++at == '"');
    }
    return at + strcspn(at, ",\n");
}

/* Take the quotes off the cell `text`, in which two stand for one. Returns NULL, or what is wrong
 * with them. */
static const char *unquote(char *text)
{
    const char *from = text + 1;

    while (*from != '\0' && (*from != '"' || from[1] == '"')) {
        from += *from == '"';
        *text++ = *from++;
    }
    *text = '\0';
    if (*from == '\0') {
        return "a quote that does not end on its line";
    }
    return from[1] == '\0' ? NULL : "more behind the quote that ends a cell";
}

static size_t count_columns(char *line)
{
    size_t columns = 1;

    for (char *at = cell_end(line); *at == ','; at = cell_end(at + 1)) {
        columns++;
    }
    return columns;
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;

    for (const char *at = text; *at != '\0'; at++) {
        lines += *at == '\n';
    }
    return lines;
}

/* Cut the line at `at`, which has the number `line` and a zero at its end, into the cells of the
 * next row. Returns 0, or EXIT_FAILED after a message. */
static int cut_line(struct table *table, char *at, unsigned long line)
{
    char **const cells = table->cells + table->rows * table->columns;
    size_t column = 0;
    const char *wrong;
    char ending;

    do {
        char *const end = cell_end(at);

        ending = *end;
        *end = '\0';
        if (column == table->columns) {
            return fail("%s:%lu: more than the %lu cells of the first line", table->path, line,
                        (unsigned long)table->columns);
        }
        wrong = *at == '"' ? unquote(at) : NULL;
        if (wrong != NULL) {
            return fail("%s:%lu: %s", table->path, line, wrong);
        }
        cells[column++] = at;
        at = end + 1;
    } while (ending == ',');
    if (column < table->columns) {
        return fail("%s:%lu: fewer than the %lu cells of the first line", table->path, line,
                    (unsigned long)table->columns);
    }
    table->lines[table->rows++] = line;
    return 0;
}

/* Cut all lines into cells, but empty ones. Returns 0, or EXIT_FAILED after a message. */
static int cut_lines(struct table *table)
{
    char *at = table->text;
    int more = 1;

    for (unsigned long line = 1; more; line++) {
        char *const end = at + strcspn(at, "\n");

        more = *end == '\n';
        *end = '\0';
        if (end > at && end[-1] == '\r') {
            end[-1] = '\0';
        }
        if (*at != '\0') {
            TRY(cut_line(table, at, line));
        }
        at = end + 1;
    }
    return 0;
}

/* Make room for the cells of `lines` lines, and cut them. Returns 0, or EXIT_FAILED after a
 * message. */
static int read_cells(struct table *table, size_t lines)
{
    /* A cell takes a byte of the text at least: a line that would need more is refused. */
    const size_t most = strlen(table->text) + 1;
    const size_t cells = lines <= most / table->columns ? lines * table->columns : most;

    table->cells = calloc(cells, sizeof *table->cells);
    table->lines = calloc(lines, sizeof *table->lines);
    if (table->cells == NULL || table->lines == NULL) {
        return fail("%s: no memory", table->path);
    }
    TRY(cut_lines(table));
    if (table->rows < 2) {
        return fail("%s: no numbers; a line of column names and then lines of numbers are expected",
                    table->path);
    }
    table->rows--;
    return 0;
}

int table_read(struct table *table, const char *path)
{
    unsigned char *data;
    size_t bytes;
    size_t mark;
    char *first;

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
    first = table->text + strspn(table->text, "\r\n");
    table->columns = count_columns(first);
    if (table->columns == 1 && first[strcspn(first, ";\n")] == ';') {
        return fail("%s: columns are separated by commas here, not by semicolons", table->path);
    }
    return read_cells(table, count_lines(table->text));
}

void table_destroy(struct table *table)
{
    free(table->cells);
    free(table->lines);
    free(table->text);
    memset(table, 0, sizeof *table);
}

const char *table_cell(const struct table *table, size_t row, size_t column)
{
    return table->cells[(row + 1) * table->columns + column];
}

unsigned long table_line(const struct table *table, size_t row)
{
    return table->lines[row + 1];
}

size_t table_column(const struct table *table, const char *name)
{
    size_t column = 0;

    while (column < table->columns && strcmp(table->cells[column], name) != 0) {
        column++;
    }
    if (column == table->columns) {
        fail("%s:%lu: there is no column '%s'", table->path, table->lines[0], name);
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
            fail("%s:%lu: '%s' in column '%s' is not a number", table->path, table_line(table, row),
                 cell, name);
            free(numbers);
            return NULL;
        }
    }
    return numbers;
}
