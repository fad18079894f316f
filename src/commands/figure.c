/* figure.c - the command `figure`: finds the figure and draws it as SVG */
#include "commands/figure.h"

#include <stddef.h>
#include <string.h>

#include "commands/commands.h"
#include "support/file.h"
#include "support/file_place.h"
#include "support/message.h"
#include "support/options.h"
#include "support/plot.h"
#include "support/try.h"

struct figure_settings {
    const char *output;
    const char *x, *y, *by, *title;
    uint32_t logarithmic;
    int csv;
};

#define SETTING(field) offsetof(struct figure_settings, field)

static const struct choice axes[] = {{"x", FIGURE_LOGARITHMIC_X},
                                     {"y", FIGURE_LOGARITHMIC_Y},
                                     {"xy", FIGURE_LOGARITHMIC_X | FIGURE_LOGARITHMIC_Y},
                                     {NULL, 0}};

/* The scope of an option has a bit for each kind of figure that the option applies to. */
enum scope { MAPS = 1, CURVES = 2, OTHERS = 4 };

static const struct option rows[] = {
    {"output", OPTION_OUTPUT, SETTING(output), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "write to this file, not to standard output"},
    {"x", OPTION_TEXT, SETTING(x), "NAME", "update", 0, 0, NULL, KEEP_NOT, CURVES,
     "curves: column over which the lines are drawn"},
    {"y", OPTION_TEXT, SETTING(y), "NAME[,NAME...]", "wrong", 0, 0, NULL, KEEP_NOT, CURVES,
     "curves: columns that are drawn"},
    {"by", OPTION_TEXT, SETTING(by), "NAME", NULL, 0, 0, NULL, KEEP_NOT, CURVES,
     "curves: column of names; the rows with one name make a line"},
    {"title", OPTION_TEXT, SETTING(title), "TEXT", NULL, 0, 0, NULL, KEEP_NOT, CURVES,
     "curves: title of the picture; without it the columns"},
    {"logarithmic", OPTION_CHOICE, SETTING(logarithmic), NULL, NULL, 0, 0, axes, KEEP_NOT, CURVES,
     "curves: axes that are logarithmic"},
    {"csv", OPTION_FLAG, SETTING(csv), NULL, NULL, 0, 0, NULL, KEEP_NOT, MAPS,
     "bifurcation, wall: print the numbers, not the picture"},
};

/* A figure. Those of MAPS take no file, all others need one. */
struct drawing {
    const char *name;
    const char *summary;
    int (*draw)(const struct figure *figure);
    unsigned scope;
};

static const struct drawing drawings[] = {
    {"bifurcation", "states at which a logistic unit comes to rest (paper, figure 3)",
     figure_bifurcation, MAPS},
    {"wall", "the wall in the error of that unit, and descent near it (figure 6)", figure_wall,
     MAPS},
    {"success", "success rate by length: CSV with method,length,success (figure 7)", figure_success,
     OTHERS},
    {"curves", "columns of CSV files, of the logs of runs too (srnn train --log)", figure_curves,
     CURVES},
    {"spectrum", "spectral radius and largest singular value, from the logs of runs",
     figure_spectrum, OTHERS},
    {"flow", "norm of the gradient by lag: CSV of srnn flow --csv", figure_flow, OTHERS},
};

static const size_t drawing_count = sizeof drawings / sizeof drawings[0];

static void print_drawings(void)
{
    puts("\nfigures:");
    for (size_t i = 0; i < drawing_count; i++) {
        printf("  %-12s %s\n", drawings[i].name, drawings[i].summary);
    }
}

static const struct option_table table = {
    "figure",
    "NAME [FILE...] [options], with at most 12 FILEs",
    "Draw a figure as SVG. Some figures read up to twelve FILEs; each FILE becomes a line,\n"
    "in `success` a panel, that has the file's name; \"-\" is standard input.\n"
    "In `curves` each column of --y and each name in the column --by is a line of its own.",
    1,
    AT_MOST(1 + PLOT_LINES, MAX_OPERANDS),
    rows,
    OPTIONS_IN(rows),
    print_drawings};

const char *figure_name(size_t index)
{
    return index < drawing_count ? drawings[index].name : NULL;
}

/* The figure called `name`, or NULL. */
static const struct drawing *find_drawing(const char *name)
{
    for (size_t i = 0; i < drawing_count; i++) {
        if (strcmp(drawings[i].name, name) == 0) {
            return &drawings[i];
        }
    }
    return NULL;
}

/* Refuse a figure that there is not. Returns EXIT_MISUSED after a message. */
static int refuse_drawing(const char *name)
{
    char hint[NEAREST_HINT];
    struct nearest nearest;

    nearest_begin(&nearest, name, strlen(name));
    for (size_t i = 0; i < drawing_count; i++) {
        nearest_try(&nearest, drawings[i].name);
    }
    return misuse("figure: there is no figure '%s'; %ssrnn help figure lists them", name,
                  nearest_hint(&nearest, "", hint, sizeof hint));
}

/* Refuse an output that is a file of the figure; it may be NULL. Returns 0, or EXIT_MISUSED after a
 * message. */
static int check_output(const struct figure *figure, const char *output)
{
    for (size_t i = 0; i < figure->count; i++) {
        TRY(file_check_output("figure", output, file_input_name(figure->files[i])));
    }
    return 0;
}

/* Draw to the file `output`, or to standard output for NULL. Returns an exit code. */
static int draw(const struct drawing *drawing, struct figure *figure, const char *output)
{
    struct file_writer writer;
    int result;

    if (output == NULL) {
        figure->stream = stdout;
        return finish_output(drawing->draw(figure));
    }
    TRY(file_begin(&writer, output));
    figure->stream = writer.stream;
    result = drawing->draw(figure);
    if (result != 0) {
        file_abandon(&writer);
        return result;
    }
    return file_commit(&writer);
}

int command_figure(int argc, char **argv)
{
    struct figure_settings settings;
    struct arguments arguments;
    struct figure figure;
    const struct drawing *drawing;
    int result = options_read(&table, argc, argv, &settings, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    drawing = find_drawing(arguments.operands[0]);
    if (drawing == NULL) {
        return refuse_drawing(arguments.operands[0]);
    }
    if ((drawing->scope == MAPS) == (arguments.operand_count > 1)) {
        return misuse(drawing->scope == MAPS ? "figure: %s takes no FILE"
                                             : "figure: %s needs at least one FILE",
                      drawing->name);
    }
    TRY(options_scope(&table, &arguments, drawing->scope, drawing->name));
    figure.files = arguments.operands + 1;
    figure.count = arguments.operand_count - 1;
    figure.x = settings.x;
    figure.y = settings.y;
    figure.by = settings.by;
    figure.title = settings.title;
    figure.logarithmic = settings.logarithmic;
    figure.csv = settings.csv;
    TRY(check_output(&figure, settings.output));
    return draw(drawing, &figure, settings.output);
}
