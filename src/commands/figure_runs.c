/* figure_runs.c - figures of trainings: from the logs of runs and other tables */
#include <stdlib.h>
#include <string.h>

#include "commands/chart.h"
#include "commands/commands.h"
#include "commands/figure.h"
#include "support/message.h"
#include "support/plot.h"
#include "support/table.h"
#include "support/try.h"

/* The charts of a figure, from the top, and what each file adds to them. */
struct picture {
    struct chart charts[PLOT_LINES];
    char titles[PLOT_LINES][64];
    size_t chart_count;
    struct chart_source sources[PLOT_LINES];
    size_t source_count;
    /* The chart of file i and source k: i, k or the first. */
    enum { ONE_CHART, CHART_OF_FILE, CHART_OF_SOURCE } choice;
    int keep_y; /* the bounds of the y axes are set already */
};

/* Add the lines of file i. Returns 0, or EXIT_FAILED after a message. */
static int add_file(struct picture *picture, const struct figure *figure, size_t i)
{
    struct table table;
    int result = table_read(&table, figure->files[i]);

    for (size_t k = 0; result == 0 && k < picture->source_count; k++) {
        const size_t place = picture->choice == CHART_OF_FILE     ? i
                             : picture->choice == CHART_OF_SOURCE ? k
                                                                  : 0;

        result = chart_add(&picture->charts[place], &table, &picture->sources[k]);
    }
    table_destroy(&table);
    return result;
}

/* Refuse charts of which none has a number on both axes. Returns 0, or EXIT_FAILED after a
 * message. */
static int check_numbers(const struct picture *picture)
{
    for (size_t k = 0; k < picture->chart_count; k++) {
        const struct plot_panel *panel = &picture->charts[k].panel;

        if (panel->x.low <= panel->x.high && panel->y.low <= panel->y.high) {
            return 0;
        }
    }
    return fail("figure: no numbers to draw, of '%s' over '%s'", picture->charts[0].panel.y.title,
                picture->charts[0].panel.x.title);
}

/* Write the charts, which have all their lines. */
static void write_picture(const struct picture *picture, const struct figure *figure,
                          const char *title)
{
    struct plot_panel panels[PLOT_LINES];

    for (size_t k = 0; k < picture->chart_count; k++) {
        panels[k] = picture->charts[k].panel;
        plot_round(&panels[k].x);
        if (!picture->keep_y) {
            plot_round(&panels[k].y);
        }
    }
    plot_write(figure->stream, title, panels, picture->chart_count);
}

/* Add the lines of all files to the charts, which have axes only, write them, and destroy the
 * charts. Returns 0, or EXIT_FAILED after a message. */
static int draw_picture(struct picture *picture, const struct figure *figure, const char *title)
{
    int result = 0;

    for (size_t i = 0; result == 0 && i < figure->count; i++) {
        result = add_file(picture, figure, i);
    }
    if (result == 0) {
        result = check_numbers(picture);
    }
    if (result == 0) {
        write_picture(picture, figure, title);
    }
    for (size_t k = 0; k < picture->chart_count; k++) {
        chart_destroy(&picture->charts[k]);
    }
    return result;
}

/* ---------------------------------------------------------------------------
 * Curves
 * ------------------------------------------------------------------------ */

/* The names of a list NAME[,NAME...]. */
struct names {
    char *each;  /* [count]: the names after each other, with a zero at the end of each */
    char *shown; /* the list with a space after each comma */
    size_t count;
};

static void names_destroy(struct names *names)
{
    free(names->each);
    free(names->shown);
}

/* Returns 0, or EXIT_FAILED after a message; call names_destroy in both cases. */
static int names_create(struct names *names, const char *list)
{
    size_t at = 0;

    names->each = malloc(strlen(list) + 1);
    names->shown = malloc(2 * strlen(list) + 1);
    if (names->each == NULL || names->shown == NULL) {
        return fail("figure: no memory for the names");
    }
    names->count = 1;
    for (size_t i = 0; list[i] != '\0'; i++) {
        const int ends = list[i] == ',';

        names->each[i] = ends ? '\0' : list[i];
        names->shown[at++] = list[i];
        if (ends) {
            names->shown[at++] = ' ';
            names->count++;
        }
    }
    names->each[strlen(list)] = '\0';
    names->shown[at] = '\0';
    return 0;
}

/* A line for each file, column y and text in the column `by`. Its name has what tells it from
 * the others, or the name of its file. Returns 0, or EXIT_FAILED after a message. */
static int draw_curves(const struct figure *figure, const struct names *y)
{
    const unsigned columns = y->count > 1 ? CHART_NAME_COLUMN : 0;
    const unsigned files = figure->count > 1 || (y->count == 1 && figure->by == NULL);
    const char *name = y->each;
    struct picture picture = {.chart_count = 1, .source_count = y->count};

    if (y->count > PLOT_LINES) {
        return misuse("figure: --y has %lu columns; a panel has no more than %d lines",
                      (unsigned long)y->count, PLOT_LINES);
    }
    picture.charts[0].panel.x =
        chart_axis(figure->x, (figure->logarithmic & FIGURE_LOGARITHMIC_X) != 0);
    picture.charts[0].panel.y =
        chart_axis(y->shown, (figure->logarithmic & FIGURE_LOGARITHMIC_Y) != 0);
    for (size_t k = 0; k < y->count; k++) {
        picture.sources[k] = (struct chart_source){
            .x = figure->x,
            .y = name,
            .by = figure->by,
            .names = columns | (files ? CHART_NAME_FILE : 0),
            .refuse_gaps = 1,
        };
        name += strlen(name) + 1;
    }
    return draw_picture(&picture, figure, figure->title != NULL ? figure->title : y->shown);
}

int figure_curves(const struct figure *figure)
{
    struct names y = {NULL, NULL, 0};
    int result = names_create(&y, figure->y);

    if (result == 0) {
        result = draw_curves(figure, &y);
    }
    names_destroy(&y);
    return result;
}

/* ---------------------------------------------------------------------------
 * Figures with columns of their own
 * ------------------------------------------------------------------------ */

int figure_spectrum(const struct figure *figure)
{
    struct picture picture = {.chart_count = 2, .source_count = 2, .choice = CHART_OF_SOURCE};

    picture.charts[0].panel.y = chart_axis("spectral radius", 0);
    picture.charts[1].panel.y = chart_axis("largest singular value", 0);
    picture.sources[0].y = "spectral_radius";
    picture.sources[1].y = "singular_value";
    for (size_t k = 0; k < 2; k++) {
        picture.charts[k].panel.x = chart_axis("updates", 0);
        picture.sources[k].x = "update";
        picture.sources[k].names = CHART_NAME_FILE;
    }
    return draw_picture(&picture, figure, "The recurrent weights during training");
}

int figure_flow(const struct figure *figure)
{
    struct picture picture = {.chart_count = 1, .source_count = 1};

    picture.charts[0].panel.x = chart_axis("steps before the last", 0);
    picture.charts[0].panel.y = chart_axis("norm of dE/dh", 1);
    picture.sources[0] = (struct chart_source){.x = "lag", .y = "median", .names = CHART_NAME_FILE};
    return draw_picture(&picture, figure, "How far back the gradient reaches");
}

int figure_success(const struct figure *figure)
{
    struct picture picture = {
        .chart_count = figure->count, .source_count = 1, .choice = CHART_OF_FILE, .keep_y = 1};

    for (size_t i = 0; i < figure->count; i++) {
        struct plot_panel *panel = &picture.charts[i].panel;

        chart_file_name(figure->files[i], picture.titles[i], sizeof picture.titles[i]);
        panel->title = picture.titles[i];
        panel->x = chart_axis("length of the sequences", 0);
        panel->x.low = 0.0;
        panel->y = (struct plot_axis){"runs that succeeded", -0.04, 1.04, 0, 1};
    }
    picture.sources[0] =
        (struct chart_source){.x = "length", .y = "success", .by = "method", .mark_points = 1};
    return draw_picture(&picture, figure, "Success rate by length");
}
