/* plot.h - charts as SVG: panels below each other, each with its axes, lines and legend
 *
 * The same input gives the same bytes. Lines differ by dashes and markers, not by colour
 * alone. All that is passed is borrowed. */
#ifndef PLOT_H
#define PLOT_H

#include <stddef.h>
#include <stdio.h>

struct plot_axis {
    const char *title;
    double low, high; /* low < high; above 0 when logarithmic */
    int logarithmic;
    int percent; /* labels are 100 times the number, with a % sign */
};

/* Points, which are joined. A point that is not finite, or not above 0 on a logarithmic
 * axis, is left out, and the line has a gap there. */
struct plot_line {
    const char *name; /* for the legend; NULL: it has no entry */
    const double *x;
    const double *y;
    size_t count;
    unsigned style; /* dashes, colour and marker; any number */
    int marked;     /* every point has a marker, else some of the line */
};

/* Some words at a place, of which the first points to it. */
struct plot_note {
    double x, y;
    double to_x, to_y; /* in pixels from there, where the words stand */
    const char *text;
};

struct plot_panel {
    const char *title;
    struct plot_axis x, y;
    const struct plot_line *lines;
    size_t count;
    const struct plot_note *notes;
    size_t note_count;
    /* Greys behind the lines: shade [rows x columns] from 0, white, to 1, the bottom row
     * first; NULL: none. */
    const double *shade;
    size_t rows, columns;
};

/* The most lines that a panel is good for. */
#define PLOT_LINES 12

/* Widen an axis so that it has all finite numbers of values [count] that it can show;
 * start with low above high. */
void plot_fit(struct plot_axis *axis, const double *values, size_t count);

/* Round an axis that was fitted to its ticks, or to decades. An axis that nothing was
 * fitted to gets a range of its own. */
void plot_round(struct plot_axis *axis);

/* Write an SVG document. Errors are those of the stream. */
void plot_write(FILE *stream, const char *title, const struct plot_panel *panels, size_t count);

#endif /* PLOT_H */
