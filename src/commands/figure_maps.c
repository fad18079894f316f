/* figure_maps.c - the paper's figures of a single logistic unit: x_{t+1} = w s(x_t) + b */
#include <math.h>
#include <stdlib.h>

#include "commands/figure.h"
#include "support/message.h"
#include "support/plot.h"

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* ---------------------------------------------------------------------------
 * Figure 3: the fixed points of the unit
 * ------------------------------------------------------------------------ */

#define BRANCH_POINTS 101u

/* A part of the curve of fixed points, b = x - w s(x). */
struct branch {
    double b[BRANCH_POINTS];
    double x[BRANCH_POINTS];
};

static const double figure_3_weight = 5.0;

static double bias_of(double x)
{
    return x - figure_3_weight * logistic(x);
}

static void trace_branch(struct branch *branch, double from, double to)
{
    for (size_t i = 0; i < BRANCH_POINTS; i++) {
        const double share = (double)i / (double)(BRANCH_POINTS - 1);

        branch->x[i] = from + (to - from) * share;
        branch->b[i] = bias_of(branch->x[i]);
    }
}

/* The x > 0 at which w s'(x) = 1; the branches meet there and at -x. */
static double fold_state(void)
{
    const double s = (1.0 + sqrt(1.0 - 4.0 / figure_3_weight)) / 2.0;

    return log(s / (1.0 - s));
}

/* Print the points of branches [count], of which only the second is unstable. */
static void print_branches(const struct branch *branches, size_t count, FILE *stream)
{
    fputs("bias,state,stable\n", stream);
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < BRANCH_POINTS; i++) {
            fprintf(stream, "%.6f,%.6f,%d\n", branches[k].b[i], branches[k].x[i], k != 1);
        }
    }
}

int figure_bifurcation(const struct figure *figure)
{
    const double at = fold_state();
    struct branch branches[3]; /* from the lowest states to the highest */
    const struct branch *low = &branches[0], *middle = &branches[1], *high = &branches[2];
    const struct plot_line lines[] = {
        {"stable: the unit comes to rest here", low->b, low->x, BRANCH_POINTS, 0, 0},
        {NULL, high->b, high->x, BRANCH_POINTS, 0, 0},
        {"unstable: border between two basins of attraction", middle->b, middle->x, BRANCH_POINTS,
         1, 0}};
    const struct plot_note notes[] = {
        {bias_of(-at), -at, 60.0, 40.0, "b\xe2\x82\x81: the lower state disappears"},
        {bias_of(at), at, -60.0, -40.0, "b\xe2\x82\x82: the upper state disappears"},
        {-2.5, 0.0, 90.0, 0.0, "here a small change leads to the other basin"}};
    const struct plot_panel panel = {
        .x = {"bias b", -4.0, -1.0, 0, 0},
        .y = {"state x after many steps", -4.0, 4.0, 0, 0},
        .lines = lines,
        .count = sizeof lines / sizeof lines[0],
        .notes = notes,
        .note_count = sizeof notes / sizeof notes[0],
    };

    trace_branch(&branches[0], -4.2, -at);
    trace_branch(&branches[1], -at, at);
    trace_branch(&branches[2], at, 4.2);
    if (figure->csv) {
        print_branches(branches, 3, figure->stream);
    } else {
        plot_write(figure->stream, "A logistic unit with recurrent weight 5: states of rest",
                   &panel, 1);
    }
    return 0;
}

/* ---------------------------------------------------------------------------
 * Figure 6: the wall in the error, and descent near it
 * ------------------------------------------------------------------------ */

#define WALL_STEPS 50
#define WALL_ROWS 160u
#define WALL_COLUMNS 320u
#define SECTION_POINTS 1601u
#define DESCENT_POINTS 13u

/* The error after 50 steps from x_0 = 0.5, (s(x_50) - 0.7)^2 (paper, equation 8), and its
 * derivatives. */
struct error {
    double value;
    double by_w, by_b; /* dE/dw, dE/db */
};

static struct error error_at(double w, double b)
{
    struct error error;
    double x = 0.5;
    double x_by_w = 0.0;
    double x_by_b = 0.0;
    double s;

    for (int t = 0; t < WALL_STEPS; t++) {
        double slope;

        s = logistic(x);
        slope = w * s * (1.0 - s);
        x_by_w = s + slope * x_by_w;
        x_by_b = 1.0 + slope * x_by_b;
        x = w * s + b;
    }
    s = logistic(x);
    error.value = (s - 0.7) * (s - 0.7);
    error.by_w = 2.0 * (s - 0.7) * s * (1.0 - s) * x_by_w;
    error.by_b = 2.0 * (s - 0.7) * s * (1.0 - s) * x_by_b;
    return error;
}

/* Gradient descent with rate 0.1 from a point near the wall. */
struct descent {
    const char *name;
    double threshold; /* for the norm of the gradient; infinite: no clipping */
    double w[DESCENT_POINTS];
    double b[DESCENT_POINTS];
    double error[DESCENT_POINTS];
    double norm[DESCENT_POINTS];
};

static void descend(struct descent *descent)
{
    double w = 5.0;
    double b = -2.61234136;

    for (size_t i = 0; i < DESCENT_POINTS; i++) {
        const struct error error = error_at(w, b);
        const double norm = sqrt(error.by_w * error.by_w + error.by_b * error.by_b);
        const double factor = norm >= descent->threshold ? descent->threshold / norm : 1.0;

        descent->w[i] = w;
        descent->b[i] = b;
        descent->error[i] = error.value;
        descent->norm[i] = norm;
        w -= 0.1 * factor * error.by_w;
        b -= 0.1 * factor * error.by_b;
    }
}

static void print_descents(const struct descent *descents, size_t count, FILE *stream)
{
    fputs("descent,step,weight,bias,error,norm\n", stream);
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < DESCENT_POINTS; i++) {
            fprintf(stream, "%s,%lu,%.6f,%.6f,%.6f,%.6g\n", descents[k].name, (unsigned long)i,
                    descents[k].w[i], descents[k].b[i], descents[k].error[i], descents[k].norm[i]);
        }
    }
}

/* Write the error over the area of the panel as greys, shade [WALL_ROWS x WALL_COLUMNS]. */
static void shade_error(const struct plot_panel *panel, double *shade)
{
    for (size_t row = 0; row < WALL_ROWS; row++) {
        const double up = ((double)row + 0.5) / WALL_ROWS;
        const double w = panel->y.low + (panel->y.high - panel->y.low) * up;

        for (size_t column = 0; column < WALL_COLUMNS; column++) {
            const double across = ((double)column + 0.5) / WALL_COLUMNS;
            const double b = panel->x.low + (panel->x.high - panel->x.low) * across;
            const double value = error_at(w, b).value / 0.4;

            shade[row * WALL_COLUMNS + column] = value < 1.0 ? value : 1.0;
        }
    }
}

/* The numbers of the two panels. */
struct wall {
    struct descent descents[3];
    double shade[WALL_ROWS * WALL_COLUMNS];
    double section_b[SECTION_POINTS];
    double section_error[SECTION_POINTS];
};

static void draw_wall(struct wall *wall, FILE *stream)
{
    /* The wall: x_0 = 0.5 is the unstable fixed point where b = 0.5 - w s(0.5). */
    const double foot_w[] = {4.6, 5.4};
    const double foot_b[] = {0.5 - 4.6 * logistic(0.5), 0.5 - 5.4 * logistic(0.5)};
    const struct plot_line lines[] = {
        {"the wall: the start is on the border between the basins", foot_b, foot_w, 2, 0, 0},
        {wall->descents[0].name, wall->descents[0].b, wall->descents[0].w, 2, 1, 1},
        {wall->descents[1].name, wall->descents[1].b, wall->descents[1].w, DESCENT_POINTS, 2, 1}};
    const struct plot_line section = {NULL, wall->section_b, wall->section_error, SECTION_POINTS, 0,
                                      0};
    const struct plot_panel panels[2] = {
        {.title = "error after 50 steps: white is 0, grey is 0.4 or more",
         .x = {"bias b", -2.8, -2.0, 0, 0},
         .y = {"recurrent weight w", 4.6, 5.4, 0, 0},
         .lines = lines,
         .count = sizeof lines / sizeof lines[0],
         .shade = wall->shade,
         .rows = WALL_ROWS,
         .columns = WALL_COLUMNS},
        {.title = "error after 50 steps at w = 5",
         .x = {"bias b", -2.8, -2.0, 0, 0},
         .y = {"error", 0.0, 0.4, 0, 0},
         .lines = &section,
         .count = 1},
    };

    shade_error(&panels[0], wall->shade);
    for (size_t i = 0; i < SECTION_POINTS; i++) {
        wall->section_b[i] = -2.8 + 0.8 * (double)i / (double)(SECTION_POINTS - 1);
        wall->section_error[i] = error_at(5.0, wall->section_b[i]).value;
    }
    plot_write(stream, "The wall in the error of a single unit, and gradient descent near it",
               panels, 2);
}

int figure_wall(const struct figure *figure)
{
    struct wall *wall = calloc(1, sizeof *wall);

    if (wall == NULL) {
        return fail("figure: no memory for the wall");
    }
    wall->descents[0].name = "without clipping: the first step";
    wall->descents[0].threshold = HUGE_VAL;
    wall->descents[1].name = "clipped to norm 1, 12 steps";
    wall->descents[1].threshold = 1.0;
    wall->descents[2].name = "clipped to norm 0.1";
    wall->descents[2].threshold = 0.1;
    for (size_t k = 0; k < 3; k++) {
        descend(&wall->descents[k]);
    }
    if (figure->csv) {
        wall->descents[0].name = "plain";
        wall->descents[1].name = "norm-1";
        wall->descents[2].name = "norm-0.1";
        print_descents(wall->descents, 3, figure->stream);
    } else {
        draw_wall(wall, figure->stream);
    }
    free(wall);
    return 0;
}
