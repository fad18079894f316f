/* figure.h - the figures that `srnn figure` draws */
#ifndef FIGURE_H
#define FIGURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Axes that are logarithmic: bits. */
#define FIGURE_LOGARITHMIC_X 1u
#define FIGURE_LOGARITHMIC_Y 2u

/* What to draw, from which files, and where to. */
struct figure {
    const char *const *files; /* [count]: paths of CSV files */
    size_t count;
    /* For `curves`: */
    const char *x;
    const char *y;        /* one column or several, with a comma between them */
    const char *by;       /* the column whose texts make lines of their own; NULL: none */
    const char *title;    /* NULL: the columns `y` */
    uint32_t logarithmic; /* FIGURE_LOGARITHMIC_... */
    int csv;              /* for `bifurcation` and `wall`: numbers, not a picture */
    FILE *stream;
};

/* Each writes its figure to the stream. Returns 0, or EXIT_FAILED after a message. */
int figure_bifurcation(const struct figure *figure); /* paper, figure 3 */
int figure_wall(const struct figure *figure);        /* paper, figure 6 */
int figure_success(const struct figure *figure);     /* paper, figure 7 */
int figure_curves(const struct figure *figure);
int figure_spectrum(const struct figure *figure);
int figure_flow(const struct figure *figure);

#endif /* FIGURE_H */
