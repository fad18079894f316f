/* plot.h - charts as SVG: panels below each other, each with axes, lines and a legend
 *
 * The same input makes the same bytes. Lines differ by dashes and markers, not by colour alone.
 * All pointers are borrowed. */
#ifndef PLOT_H
#define PLOT_H

#include <stddef.h>
#include <stdio.h>

struct plot_axis {
    const char *title;
    double low, high; /* low < high; above 0 when logarithmic */
    int logarithmic;
    int percent; /* labels show 100 times the number, with a % sign */
};

/* A line through points. A point that is not finite, or not above 0 on a logarithmic axis, is
 * left out; the line has a gap there. */
struct plot_line {
    const char *name; /* the entry in the legend; NULL: none, and no markers */
    const double *x;  /* [count] */
    const double *y;  /* [count] */
    size_t count;
    unsigned style;  /* chooses dashes, colour and marker; any number */
    int mark_points; /* a marker at every point, not only at some of them */
};

/* Words beside a point, with an arrow from them to it. */
struct plot_note {
    double x, y;               /* the point */
    double offset_x, offset_y; /* from the point to the words, in pixels */
    const char *text;
};

struct plot_panel {
    const char *title;
    struct plot_axis x, y;
    const struct plot_line *lines;
    size_t count;
    const struct plot_note *notes;
    size_t note_count;
    /* A grey picture behind the lines, [rows x columns] with the bottom row first, from 0
     * (white) to 1 (dark grey); NULL: none. */
    const double *shade;
    size_t rows, columns;
};

/* The largest number of lines in a panel; their styles repeat after six. */
#define PLOT_LINES 12

/* Extend the bounds of an axis to all finite numbers of values [count] that it can show.
 * Before the first call low must be above high. */
void plot_fit(struct plot_axis *axis, const double *values, size_t count);

/* Round the bounds of an axis outwards to its ticks, or to decades when it is logarithmic. An
 * axis without bounds, low above high, is set to 0 to 1, or 0.1 to 1. */
void plot_round(struct plot_axis *axis);

/* Write an SVG document of `count` panels. The caller checks the stream for errors. */
void plot_write(FILE *stream, const char *title, const struct plot_panel *panels, size_t count);

#endif /* PLOT_H */
