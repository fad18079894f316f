/* figure.h - the figures that `srnn figure` draws */
#ifndef FIGURE_H
#define FIGURE_H

#include <stddef.h>
#include <stdio.h>

/* What to draw, from which files, and where to. */
struct figure {
    const char *const *files; /* [count]: paths of CSV files */
    size_t count;
    const char *column; /* for `training`: the column of the logs */
    int logarithmic;    /* for `training`: a logarithmic axis */
    int csv;            /* for `bifurcation` and `wall`: numbers, not a picture */
    FILE *stream;
};

/* Each writes its figure to the stream. Returns 0, or EXIT_FAILED after a message. */
int figure_bifurcation(const struct figure *figure); /* paper, figure 3 */
int figure_wall(const struct figure *figure);        /* paper, figure 6 */
int figure_success(const struct figure *figure);     /* paper, figure 7 */
int figure_training(const struct figure *figure);
int figure_spectrum(const struct figure *figure);
int figure_flow(const struct figure *figure);

#endif /* FIGURE_H */
