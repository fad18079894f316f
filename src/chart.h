/* chart.h - lines over updates, as an SVG file that any browser shows */
#ifndef CHART_H
#define CHART_H

#include <stddef.h>

/* One line: `count` points, x ascending. All is borrowed. */
struct chart_series {
    const char *name;
    const char *colour; /* "#rrggbb" */
    const double *x;
    const double *y;
    size_t count;
};

/* One chart. The panels of a file stand below each other and share the x axis. */
struct chart_panel {
    const char *title;
    int logarithmic; /* the y axis has decades; points at or below 0 are left out */
    int percent;     /* the labels of the y axis are percentages */
    double low, high;
    const struct chart_series *series;
    size_t count;
};

/* Write the panels to the file `path`, which is replaced at once or not at all;
 * x runs from 0 to `x_high`. Gives 0, or EXIT_FAILED after a message. */
int chart_write(const char *path, const char *title, const char *x_title, double x_high,
                const struct chart_panel *panels, size_t panel_count);

#endif /* CHART_H */
