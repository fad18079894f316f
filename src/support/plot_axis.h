/* plot_axis.h - an axis of a chart: its bounds, its ticks, and places on it */
#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H

#include <stddef.h>

struct plot_axis {
    const char *title;
    double low, high; /* low < high; above 0 when logarithmic */
    int logarithmic;
    int percent; /* labels show 100 times the number, with a % sign */
};

/* Extend the bounds of an axis to all finite numbers of values [count] that it can show.
 * Before the first call low must be above high. */
void plot_fit(struct plot_axis *axis, const double *values, size_t count);

/* Round the bounds of an axis outwards to its ticks. On a logarithmic axis these are powers of
 * ten, and 2 and 5 times them if it then spans at most two decades. An axis without bounds, low
 * above high, is set to 0 to 1, or 0.1 to 1. */
void plot_round(struct plot_axis *axis);

/* A tick and its label: the number, with as many digits as `step`, the distance to the next tick;
 * or, for a step of 0, 10 with the exponent. */
struct plot_tick {
    double value;
    double step;
    int exponent;
};

/* Write the ticks of an axis from the lowest to `ticks`. Returns how many there are. */
#define PLOT_TICKS 16
size_t plot_ticks(const struct plot_axis *axis, struct plot_tick ticks[PLOT_TICKS]);

/* The place of a value on its axis: 0 at the lower end, 1 at the upper. */
double plot_share(const struct plot_axis *axis, double value);

#endif /* PLOT_AXIS_H */
