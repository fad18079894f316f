/* chart.h - a panel of a plot whose lines are columns of tables */
#ifndef CHART_H
#define CHART_H

#include <stddef.h>

#include "support/plot.h"
#include "support/table.h"

/* A panel, and the arrays that its lines are drawn from, which belong to the chart. */
struct chart {
    struct plot_panel panel;
    struct plot_line lines[PLOT_LINES];
    char *names[PLOT_LINES];
    double *x[PLOT_LINES];
    double *y[PLOT_LINES];
};

/* What the name of a line is made of, beside the text in the column `by`: bits. */
#define CHART_NAME_FILE 1u   /* the file's name up to its first dot */
#define CHART_NAME_COLUMN 2u /* the column y */

/* The lines that a table adds to a chart. */
struct chart_source {
    const char *x, *y; /* columns of numbers */
    const char *by;    /* a line for each text in this column; NULL: one line of all rows */
    unsigned names;    /* CHART_NAME_... */
    int mark_points;   /* a marker at every point */
    /* Set: on a logarithmic axis a number that is not above 0 is an error. Otherwise it makes a
     * gap, as an empty cell does. */
    int refuse_gaps;
};

/* An axis without bounds: chart_add fits it to the lines. */
struct plot_axis chart_axis(const char *title, int logarithmic);

/* Add lines; an axis that has bounds, low below high, is extended where they need it. Nothing of
 * the table is borrowed. Returns 0, or EXIT_FAILED after a message; call chart_destroy in both
 * cases. */
int chart_add(struct chart *chart, const struct table *table, const struct chart_source *source);

/* Write the file's name up to its first dot, without its folders, to name [size]. */
void chart_file_name(const char *path, char *name, size_t size);

/* Free what the lines are drawn from. A zeroed struct is allowed. */
void chart_destroy(struct chart *chart);

#endif /* CHART_H */
