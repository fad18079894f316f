/* figure.h - the figures that `srnn figure` draws */
#ifndef FIGURE_H
#define FIGURE_H

#include <stddef.h>
#include <stdio.h>

/* What was asked for. */
struct figure {
    const char *const *files; /* [count], CSV */
    size_t count;
    const char *column; /* of `training` */
    int logarithmic;    /* the same */
    int csv;            /* numbers instead of a picture; of the first two */
    FILE *stream;
};

/* Each writes its figure. Gives 0, or EXIT_FAILED after a message. */
int figure_bifurcation(const struct figure *figure); /* paper, figure 3 */
int figure_wall(const struct figure *figure);        /* paper, figure 6 */
int figure_success(const struct figure *figure);     /* paper, figure 7 */
int figure_training(const struct figure *figure);
int figure_spectrum(const struct figure *figure);
int figure_flow(const struct figure *figure);

#endif /* FIGURE_H */
