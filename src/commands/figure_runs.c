/* figure_runs.c - figures of trainings: from the logs of runs and other tables */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/figure.h"
#include "support/message.h"
#include "support/plot.h"
#include "support/table.h"
#include "support/try.h"

/* The tables of a figure and the lines that are drawn from them: one for each file in each of
 * up to three panels. */
struct lines {
    struct table tables[PLOT_LINES];
    double *x[PLOT_LINES];
    double *y[PLOT_LINES][3];
    struct plot_line lines[3][PLOT_LINES];
};

static void lines_destroy(struct lines *lines)
{
    if (lines == NULL) {
        return;
    }
    for (size_t i = 0; i < PLOT_LINES; i++) {
        table_destroy(&lines->tables[i]);
        free(lines->x[i]);
        for (size_t k = 0; k < 3; k++) {
            free(lines->y[i][k]);
        }
    }
    free(lines);
}

/* Write the name of a line, name [size]: the file's name up to its first dot. */
static void name_line(const char *path, char *name, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t length;

    path = slash != NULL ? slash + 1 : path;
    length = strcspn(path, ".");
    length = length > 0 ? length : strlen(path);
    length = length < size ? length : size - 1;
    memcpy(name, path, length);
    name[length] = '\0';
}

/* An axis with low above high, as plot_fit needs it at first. */
static struct plot_axis unbounded_axis(const char *title, int logarithmic)
{
    const struct plot_axis axis = {title, DBL_MAX, -DBL_MAX, logarithmic, 0};

    return axis;
}

/* Read the files into lines: panel k has column y[k] of each file over its column `x`, k from
 * 0 to count - 1. Returns 0, or EXIT_FAILED after a message. */
static int read_lines(const struct figure *figure, struct lines *lines, const char *x,
                      const char *const *y, size_t count, struct plot_panel *panels,
                      char (*names)[64])
{
    for (size_t i = 0; i < figure->count; i++) {
        TRY(table_read(&lines->tables[i], figure->files[i]));
        lines->x[i] = table_numbers(&lines->tables[i], x);
        if (lines->x[i] == NULL) {
            return EXIT_FAILED;
        }
        name_line(figure->files[i], names[i], sizeof names[i]);
        for (size_t k = 0; k < count; k++) {
            const size_t rows = lines->tables[i].rows;

            lines->y[i][k] = table_numbers(&lines->tables[i], y[k]);
            if (lines->y[i][k] == NULL) {
                return EXIT_FAILED;
            }
            lines->lines[k][i] =
                (struct plot_line){names[i], lines->x[i], lines->y[i][k], rows, (unsigned)i, 0};
            plot_fit(&panels[k].x, lines->x[i], rows);
            plot_fit(&panels[k].y, lines->y[i][k], rows);
        }
    }
    for (size_t k = 0; k < count; k++) {
        panels[k].lines = lines->lines[k];
        panels[k].count = figure->count;
        plot_round(&panels[k].x);
        plot_round(&panels[k].y);
    }
    return 0;
}

/* Draw a figure with a panel for each of the columns y [count] and a line for each file.
 * Returns 0, or EXIT_FAILED after a message. */
static int draw_lines(const struct figure *figure, const char *title, const char *x,
                      const char *x_title, const char *const *y, const char *const *y_titles,
                      size_t count, int logarithmic)
{
    struct lines *lines = calloc(1, sizeof *lines);
    struct plot_panel panels[3];
    char names[PLOT_LINES][64];
    int result;

    if (lines == NULL) {
        return fail("figure: no memory for the lines");
    }
    memset(panels, 0, sizeof panels);
    for (size_t k = 0; k < count; k++) {
        panels[k].x = unbounded_axis(x_title, 0);
        panels[k].y = unbounded_axis(y_titles[k], logarithmic);
    }
    result = read_lines(figure, lines, x, y, count, panels, names);
    if (result == 0) {
        plot_write(figure->stream, title, panels, count);
    }
    lines_destroy(lines);
    return result;
}

int figure_training(const struct figure *figure)
{
    const char *const y[] = {figure->column};

    return draw_lines(figure, "Training", "update", "updates", y, y, 1, figure->logarithmic);
}

int figure_spectrum(const struct figure *figure)
{
    static const char *const y[] = {"spectral_radius", "singular_value"};
    static const char *const titles[] = {"spectral radius", "largest singular value"};

    return draw_lines(figure, "The recurrent weights during training", "update", "updates", y,
                      titles, 2, 0);
}

int figure_flow(const struct figure *figure)
{
    static const char *const y[] = {"median"};
    static const char *const titles[] = {"norm of dE/dh"};

    return draw_lines(figure, "How far back the gradient reaches", "lag", "steps before the last",
                      y, titles, 1, 1);
}

/* ---------------------------------------------------------------------------
 * Success rate by length
 * ------------------------------------------------------------------------ */

/* One file and its lines: a line for each method, with the rows of that method in order. */
struct success {
    struct table table;
    double *length; /* [table.rows] */
    double *rate;   /* [table.rows] */
    double *x[PLOT_LINES];
    double *y[PLOT_LINES];
    struct plot_line lines[PLOT_LINES];
    size_t count;
    char title[64];
};

/* Add a row to the line of its method. Returns 0, or EXIT_FAILED after a message. */
static int add_row(struct success *success, size_t row, size_t method_column)
{
    const char *method = table_cell(&success->table, row, method_column);
    size_t k = 0;

    while (k < success->count && strcmp(success->lines[k].name, method) != 0) {
        k++;
    }
    if (k == PLOT_LINES) {
        return fail("%s:%lu: more than %d methods; a panel has no more lines", success->table.path,
                    (unsigned long)row + 2, PLOT_LINES);
    }
    if (k == success->count) {
        success->x[k] = calloc(success->table.rows, sizeof **success->x);
        success->y[k] = calloc(success->table.rows, sizeof **success->y);
        if (success->x[k] == NULL || success->y[k] == NULL) {
            return fail("figure: no memory for the lines");
        }
        success->lines[k] =
            (struct plot_line){method, success->x[k], success->y[k], 0, (unsigned)k, 1};
        success->count++;
    }
    success->x[k][success->lines[k].count] = success->length[row];
    success->y[k][success->lines[k].count++] = success->rate[row];
    return 0;
}

/* Read a file and its lines. Returns 0, or EXIT_FAILED after a message. */
static int read_success(struct success *success, const char *path)
{
    int result = table_read(&success->table, path);
    size_t method;

    if (result != 0) {
        return result;
    }
    name_line(path, success->title, sizeof success->title);
    success->length = table_numbers(&success->table, "length");
    success->rate = success->length == NULL ? NULL : table_numbers(&success->table, "success");
    method = table_column(&success->table, "method");
    if (success->rate == NULL) {
        return EXIT_FAILED;
    }
    if (method == success->table.columns) {
        return fail("%s:1: there is no column 'method'", path);
    }
    for (size_t row = 0; result == 0 && row < success->table.rows; row++) {
        result = add_row(success, row, method);
    }
    return result;
}

static void success_destroy(struct success *success)
{
    table_destroy(&success->table);
    free(success->length);
    free(success->rate);
    for (size_t k = 0; k < PLOT_LINES; k++) {
        free(success->x[k]);
        free(success->y[k]);
    }
}

int figure_success(const struct figure *figure)
{
    struct success *successes = calloc(figure->count, sizeof *successes);
    struct plot_panel panels[PLOT_LINES];
    int result = successes == NULL ? fail("figure: no memory for the lines") : 0;

    memset(panels, 0, sizeof panels);
    for (size_t i = 0; result == 0 && i < figure->count; i++) {
        struct success *success = &successes[i];

        result = read_success(success, figure->files[i]);
        panels[i].title = success->title;
        panels[i].x = (struct plot_axis){"length of the sequences", 0.0, -DBL_MAX, 0, 0};
        panels[i].y = (struct plot_axis){"runs that succeeded", -0.04, 1.04, 0, 1};
        panels[i].lines = success->lines;
        panels[i].count = success->count;
        if (result == 0) {
            plot_fit(&panels[i].x, success->length, success->table.rows);
            plot_round(&panels[i].x);
        }
    }
    if (result == 0) {
        plot_write(figure->stream, "Success rate by length", panels, figure->count);
    }
    for (size_t i = 0; successes != NULL && i < figure->count; i++) {
        success_destroy(&successes[i]);
    }
    free(successes);
    return result;
}
