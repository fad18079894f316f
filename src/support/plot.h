/* plot.h - charts as SVG: panels below each other, each with axes, lines and a legend
 *
 * The same input makes the same bytes. Lines differ by dashes and markers, not by colour alone.
 * All pointers are borrowed. */
#ifndef PLOT_H
#define PLOT_H

#include <stddef.h>
#include <stdio.h>

#include "support/plot_axis.h"

/* A line through points. A point that is not finite, or not above 0 on a logarithmic axis, is
 * left out; the line has a gap there, and a point between gaps has a marker. */
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

/* The largest number of lines in a panel: as many as there are styles. */
#define PLOT_LINES 12

/* Write an SVG document of `count` panels. The caller checks the stream for errors. */
void plot_write(FILE *stream, const char *title, const struct plot_panel *panels, size_t count);

#endif /* PLOT_H */
