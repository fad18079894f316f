/* plot_axis.c - the bounds and ticks of a chart's axis, and places on it */
#include "support/plot_axis.h"

#include <math.h>

/* A number that should be a tick may miss it by this share of itself, or of a step. */
static const double rounding = 1e-9;

/* ---------------------------------------------------------------------------
 * Ticks
 * ------------------------------------------------------------------------ */

/* The distance between ticks: 1, 2 or 5 times a power of ten, so that there are four to nine. */
static double tick_step(const struct plot_axis *axis)
{
    const double rough = (axis->high - axis->low) / 8.0;
    const double power = pow(10.0, floor(log10(rough)));
    const double share = rough / power;

    return power * (share <= 1.0 ? 1.0 : share <= 2.0 ? 2.0 : share <= 5.0 ? 5.0 : 10.0);
}

/* The number of decades between the labels of a logarithmic axis: at most about ten labels. */
static int decade_step(const struct plot_axis *axis)
{
    return 1 + (int)((log10(axis->high) - log10(axis->low)) / 10.0);
}

/* Whether a logarithmic axis has so few decades, at most two, that their labels alone would not
 * be enough: its ticks are 1, 2 and 5 times the powers of ten. */
static int is_short(const struct plot_axis *axis)
{
    return axis->high <= 100.0 * (1.0 + rounding) * axis->low;
}

/* Tick k of a short axis; tick 0 is 1. */
static struct plot_tick short_tick(int k)
{
    static const double shares[] = {1.0, 2.0, 5.0};
    const int exponent = k >= 0 ? k / 3 : -((2 - k) / 3);
    const double decade = pow(10.0, exponent);
    const struct plot_tick tick = {shares[k - 3 * exponent] * decade, decade, exponent};

    return tick;
}

/* The number of the highest tick of a short axis that is not above `value`. */
static int short_tick_below(double value)
{
    int k = 3 * (int)floor(log10(value) + rounding);

    while (short_tick(k + 1).value <= value * (1.0 + rounding)) {
        k++;
    }
    return k;
}

size_t plot_ticks(const struct plot_axis *axis, struct plot_tick ticks[PLOT_TICKS])
{
    size_t count = 0;

    if (axis->logarithmic && is_short(axis)) {
        const int last = short_tick_below(axis->high);

        for (int k = short_tick_below(axis->low); k <= last && count < PLOT_TICKS; k++) {
            ticks[count] = short_tick(k);
            count += ticks[count].value >= axis->low * (1.0 - rounding);
        }
    } else if (axis->logarithmic) {
        const int every = decade_step(axis);
        const int last = (int)floor(log10(axis->high) + rounding);

        for (int e = (int)ceil(log10(axis->low) - rounding); e <= last && count < PLOT_TICKS;
             e += every) {
            ticks[count++] = (struct plot_tick){pow(10.0, e), 0.0, e};
        }
    } else {
        const double step = tick_step(axis);
        const double first = ceil(axis->low / step - rounding);
        double value = first * step;

        while (value <= axis->high + rounding * step && count < PLOT_TICKS) {
            ticks[count++] = (struct plot_tick){value, step, 0};
            value = (first + (double)count) * step;
        }
    }
    return count;
}

/* ---------------------------------------------------------------------------
 * Bounds
 * ------------------------------------------------------------------------ */

void plot_fit(struct plot_axis *axis, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]) || fabs(values[i]) > 1e300 ||
            (axis->logarithmic && values[i] < 1e-300)) {
            continue;
        }
        axis->low = values[i] < axis->low ? values[i] : axis->low;
        axis->high = values[i] > axis->high ? values[i] : axis->high;
    }
}

static void round_logarithmic(struct plot_axis *axis)
{
    if (is_short(axis) && axis->low < axis->high) {
        const int last = short_tick_below(axis->high);
        const double high = short_tick(last).value;
        struct plot_axis rounded = *axis;

        rounded.low = short_tick(short_tick_below(axis->low)).value;
        rounded.high = high < axis->high * (1.0 - rounding) ? short_tick(last + 1).value : high;
        if (is_short(&rounded)) {
            *axis = rounded;
            return;
        }
    }
    axis->low = pow(10.0, floor(log10(axis->low) + rounding));
    axis->high = pow(10.0, ceil(log10(axis->high) - rounding));
    axis->high = axis->high > axis->low ? axis->high : 10.0 * axis->low;
}

static void round_linear(struct plot_axis *axis)
{
    double step;

    if (!(axis->high - axis->low > rounding * (fabs(axis->low) + fabs(axis->high)))) {
        const double around = axis->low == 0.0 ? 1.0 : fabs(axis->low) / 2.0;

        axis->low -= around;
        axis->high += around;
    }
    step = tick_step(axis);
    axis->low = step * floor(axis->low / step + rounding);
    axis->high = step * ceil(axis->high / step - rounding);
}

void plot_round(struct plot_axis *axis)
{
    if (axis->low > axis->high) {
        axis->low = axis->logarithmic ? 0.1 : 0.0;
        axis->high = 1.0;
    }
    if (axis->logarithmic) {
        round_logarithmic(axis);
    } else {
        round_linear(axis);
    }
}

double plot_share(const struct plot_axis *axis, double value)
{
    return axis->logarithmic
               ? (log10(value) - log10(axis->low)) / (log10(axis->high) - log10(axis->low))
               : (value - axis->low) / (axis->high - axis->low);
}
