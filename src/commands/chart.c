/* chart.c - a panel of a plot whose lines are columns of tables */
#include "commands/chart.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "support/try.h"

/* ---------------------------------------------------------------------------
 * Names
 * ------------------------------------------------------------------------ */

void chart_file_name(const char *path, char *name, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t length;

    path = slash != NULL ? slash + 1 : path;
    length = strcspn(path, ".");
    length = length > 0 ? length : strlen(path);
    length = length < size ? length : size - 1;
    while (length > 0 && ((unsigned char)path[length] & 0xC0u) == 0x80u) {
        length--; /* inside a character of UTF-8 */
    }
    memcpy(name, path, length);
    name[length] = '\0';
}

/* Append a part of a name to name [size], behind a comma unless it is the first. */
static void append_part(char *name, size_t size, const char *part)
{
    const size_t used = strlen(name);

    snprintf(name + used, size - used, "%s%s", used > 0 ? ", " : "", part);
}

/* The name of a line, which the caller frees: its parts, with commas between them. `group` is
 * the text in the column `by`, or NULL. Returns NULL without memory. */
static char *name_line(const struct table *table, const struct chart_source *source,
                       const char *group)
{
    const size_t size = strlen(table->path) + strlen(source->y) +
                        (group != NULL ? strlen(group) : 0) + sizeof ", , ";
    char *name = malloc(size);

    if (name == NULL) {
        return NULL;
    }
    name[0] = '\0';
    if ((source->names & CHART_NAME_FILE) != 0) {
        chart_file_name(table->path, name, size);
    }
    if (group != NULL) {
        append_part(name, size, group);
    }
    if ((source->names & CHART_NAME_COLUMN) != 0) {
        append_part(name, size, source->y);
    }
    return name;
}

/* ---------------------------------------------------------------------------
 * Lines
 * ------------------------------------------------------------------------ */

struct plot_axis chart_axis(const char *title, int logarithmic)
{
    const struct plot_axis axis = {title, DBL_MAX, -DBL_MAX, logarithmic, 0};

    return axis;
}

/* Check the numbers [table->rows] of a column. Returns 0, or EXIT_FAILED after a message. */
static int check_above_zero(const struct table *table, const char *name, const double *numbers)
{
    for (size_t row = 0; row < table->rows; row++) {
        if (numbers[row] <= 0.0) {
            return fail("%s:%lu: %s in column '%s'; a logarithmic axis needs numbers above 0",
                        table->path, table_line(table, row),
                        table_cell(table, row, table_column(table, name)), name);
        }
    }
    return 0;
}

/* Add a line without points, with space for all rows. Returns 0, or EXIT_FAILED after a message
 * that says for which row the line is. */
static int add_line(struct chart *chart, const struct table *table,
                    const struct chart_source *source, const char *group, size_t row)
{
    const size_t k = chart->panel.count;

    if (k == PLOT_LINES) {
        return fail("%s:%lu: more than %d lines; a panel has no more", table->path,
                    table_line(table, row), PLOT_LINES);
    }
    chart->names[k] = name_line(table, source, group);
    chart->x[k] = calloc(table->rows, sizeof **chart->x);
    chart->y[k] = calloc(table->rows, sizeof **chart->y);
    chart->panel.count++;
    if (chart->names[k] == NULL || chart->x[k] == NULL || chart->y[k] == NULL) {
        return fail("figure: no memory for the lines");
    }
    chart->lines[k] = (struct plot_line){chart->names[k], chart->x[k],        chart->y[k], 0,
                                         (unsigned)k,     source->mark_points};
    chart->panel.lines = chart->lines;
    return 0;
}

/* Add the points x, y [table->rows] to the lines of their groups. Returns 0, or EXIT_FAILED
 * after a message. */
static int add_points(struct chart *chart, const struct table *table,
                      const struct chart_source *source, const double *x, const double *y)
{
    const size_t first = chart->panel.count;
    const size_t by = source->by != NULL ? table_column(table, source->by) : 0;
    const char *groups[PLOT_LINES]; /* [panel.count]: of the lines from `first` */

    if (by == table->columns) {
        return EXIT_FAILED;
    }
    for (size_t row = 0; row < table->rows; row++) {
        const char *group = source->by != NULL ? table_cell(table, row, by) : NULL;
        size_t k = first;
        struct plot_line *line;

        while (k < chart->panel.count && group != NULL && strcmp(groups[k], group) != 0) {
            k++;
        }
        if (k == chart->panel.count) {
            TRY(add_line(chart, table, source, group, row));
            groups[k] = group;
        }
        line = &chart->lines[k];
        chart->x[k][line->count] = x[row];
        chart->y[k][line->count++] = y[row];
    }
    return 0;
}

/* Add the lines of the numbers x, y [table->rows] and fit the axes. Returns 0, or EXIT_FAILED
 * after a message. */
static int add_numbers(struct chart *chart, const struct table *table,
                       const struct chart_source *source, const double *x, const double *y)
{
    struct plot_panel *panel = &chart->panel;

    if (source->refuse_gaps && panel->x.logarithmic) {
        TRY(check_above_zero(table, source->x, x));
    }
    if (source->refuse_gaps && panel->y.logarithmic) {
        TRY(check_above_zero(table, source->y, y));
    }
    plot_fit(&panel->x, x, table->rows);
    plot_fit(&panel->y, y, table->rows);
    return add_points(chart, table, source, x, y);
}

int chart_add(struct chart *chart, const struct table *table, const struct chart_source *source)
{
    double *x = table_numbers(table, source->x);
    double *y = x != NULL ? table_numbers(table, source->y) : NULL;
    const int result = y != NULL ? add_numbers(chart, table, source, x, y) : EXIT_FAILED;

    free(x);
    free(y);
    return result;
}

void chart_destroy(struct chart *chart)
{
    for (size_t k = 0; k < PLOT_LINES; k++) {
        free(chart->names[k]);
        free(chart->x[k]);
        free(chart->y[k]);
    }
    memset(chart, 0, sizeof *chart);
}
