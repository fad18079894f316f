/* figure.c - the command `figure`: finds the figure and draws it as SVG */
#include "commands/figure.h"

#include <stddef.h>
#include <string.h>

#include "commands/commands.h"
#include "support/file.h"
#include "support/message.h"
#include "support/options.h"
#include "support/plot.h"
#include "support/try.h"

struct figure_settings {
    const char *output;
    const char *column;
    int logarithmic;
    int csv;
};

#define SETTING(field) offsetof(struct figure_settings, field)

static const struct option rows[] = {
    {"output", OPTION_TEXT, SETTING(output), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "write to this file, not to standard output"},
    {"column", OPTION_TEXT, SETTING(column), "NAME", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "training: column of the log [wrong]"},
    {"logarithmic", OPTION_FLAG, SETTING(logarithmic), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "training: logarithmic axis for the column"},
    {"csv", OPTION_FLAG, SETTING(csv), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "bifurcation, wall: print the numbers, not the picture"},
};

/* A figure: its function, and 1 when it needs files, 0 when it takes none. */
struct drawing {
    const char *name;
    const char *summary;
    int (*draw)(const struct figure *figure);
    int needs_files;
};

static const struct drawing drawings[] = {
    {"bifurcation", "states at which a logistic unit comes to rest (paper, figure 3)",
     figure_bifurcation, 0},
    {"wall", "the wall in the error of that unit, and descent near it (figure 6)", figure_wall, 0},
    {"success", "success rate by length: CSV with method,length,success (figure 7)", figure_success,
     1},
    {"training", "a column of the logs of runs (srnn train --log)", figure_training, 1},
    {"spectrum", "spectral radius and largest singular value, from the logs of runs",
     figure_spectrum, 1},
    {"flow", "norm of the gradient by lag: CSV of srnn flow --csv", figure_flow, 1},
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
    "NAME [FILE...] [options]",
    "Draw a figure as SVG. Some figures read up to twelve FILEs; each FILE becomes a line,\n"
    "in `success` a panel, that has the file's name.",
    1,
    1 + PLOT_LINES,
    rows,
    sizeof rows / sizeof rows[0],
    print_drawings};

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
    int result;

    options_default(&table, &settings);
    result = options_parse(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    drawing = find_drawing(arguments.operands[0]);
    if (drawing == NULL) {
        return misuse("figure: there is no figure '%s'; srnn help figure lists them",
                      arguments.operands[0]);
    }
    if (drawing->needs_files != (arguments.operand_count > 1)) {
        return misuse(drawing->needs_files ? "figure: %s needs at least one FILE"
                                           : "figure: %s takes no FILE",
                      drawing->name);
    }
    if (settings.csv && drawing->needs_files) {
        return misuse("figure: --csv applies to bifurcation and wall only, not to %s",
                      drawing->name);
    }
    if ((settings.column != NULL || settings.logarithmic) && drawing->draw != figure_training) {
        return misuse("figure: --column and --logarithmic apply to training only, not to %s",
                      drawing->name);
    }
    figure.files = arguments.operands + 1;
    figure.count = arguments.operand_count - 1;
    figure.column = settings.column != NULL ? settings.column : "wrong";
    figure.logarithmic = settings.logarithmic;
    figure.csv = settings.csv;
    return draw(drawing, &figure, settings.output);
}
