/* figure.c - the command `figure`: figures as SVG */
#include "commands/figure.h"

#include <stddef.h>
#include <string.h>

#include "commands/commands.h"
#include "support/file.h"
#include "support/message.h"
#include "support/options.h"
#include "support/plot.h"

struct figure_settings {
    const char *output;
    const char *column;
    int logarithmic;
    int csv;
};

#define SETTING(field) offsetof(struct figure_settings, field)

static const struct option rows[] = {
    {"output", OPTION_TEXT, SETTING(output), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "instead of standard output"},
    {"column", OPTION_TEXT, SETTING(column), "NAME", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "training: of the log; `wrong` unless told"},
    {"logarithmic", OPTION_FLAG, SETTING(logarithmic), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "training: an axis of decades"},
    {"csv", OPTION_FLAG, SETTING(csv), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "bifurcation, wall: the numbers instead of the picture"},
};

/* A figure, and how many files it needs. */
struct drawing {
    const char *name;
    const char *summary;
    int (*draw)(const struct figure *figure);
    int needs_files;
};

static const struct drawing drawings[] = {
    {"bifurcation", "where a logistic unit rests (paper, figure 3)", figure_bifurcation, 0},
    {"wall", "the wall in its error, and descent at it (figure 6)", figure_wall, 0},
    {"success", "success against length: CSV with method,length,success (figure 7)", figure_success,
     1},
    {"training", "a column of run logs (--log of srnn train)", figure_training, 1},
    {"spectrum", "spectral radius and largest singular value, from run logs", figure_spectrum, 1},
    {"flow", "the gradient's norm by lag: CSV of srnn flow --csv", figure_flow, 1},
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
    "Draw a figure as SVG. Lines are named by their files, of which there may be twelve.",
    1,
    1 + PLOT_LINES,
    rows,
    sizeof rows / sizeof rows[0],
    print_drawings};

static const struct drawing *find_drawing(const char *name)
{
    for (size_t i = 0; i < drawing_count; i++) {
        if (strcmp(drawings[i].name, name) == 0) {
            return &drawings[i];
        }
    }
    return NULL;
}

/* Draw to the file or to standard output. Gives an exit code. */
static int draw(const struct drawing *drawing, struct figure *figure, const char *output)
{
    struct file_writer writer;
    int result;

    if (output == NULL) {
        figure->stream = stdout;
        return finish_output(drawing->draw(figure));
    }
    if (file_begin(&writer, output) != 0) {
        return EXIT_FAILED;
    }
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
        return misuse("figure: no figure is called '%s'; see srnn help figure",
                      arguments.operands[0]);
    }
    if (drawing->needs_files != (arguments.operand_count > 1)) {
        return misuse(drawing->needs_files ? "figure: %s needs a file"
                                           : "figure: %s is drawn without a file",
                      drawing->name);
    }
    if (settings.csv && drawing->needs_files) {
        return misuse("figure: --csv is for figures without files, not for %s", drawing->name);
    }
    if ((settings.column != NULL || settings.logarithmic) && drawing->draw != figure_training) {
        return misuse("figure: --column and --logarithmic are for training, not for %s",
                      drawing->name);
    }
    figure.files = arguments.operands + 1;
    figure.count = arguments.operand_count - 1;
    figure.column = settings.column != NULL ? settings.column : "wrong";
    figure.logarithmic = settings.logarithmic;
    figure.csv = settings.csv;
    return draw(drawing, &figure, settings.output);
}
