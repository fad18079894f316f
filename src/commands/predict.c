/* predict.c - the command `predict`: on a file, or step by step, a line in and a line out */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "commands/commands.h"
#include "commands/predict_file.h"
#include "commands/predictor.h"
#include "srnn.h"
#include "storage/fields.h"
#include "storage/lines.h"
#include "storage/midi.h"
#include "storage/model_file.h"
#include "support/message.h"
#include "support/number.h"
#include "support/options.h"
#include "support/printable.h"
#include "support/text_mark.h"
#include "support/try.h"

struct predict_settings {
    struct series_form series;
    uint64_t quarter_steps;
    uint64_t ahead;
    int raw;
    int ids;
};

#define SETTING(field) offsetof(struct predict_settings, field)

/* The scopes of options: with a FILE of series or of music, or with the lines of standard input. */
#define FILE_OF_SERIES 1u
#define FILE_OF_MUSIC 2u
#define WITH_FILE (FILE_OF_SERIES | FILE_OF_MUSIC)
#define WITH_LINES 4u

static const struct option rows[] = {
    {"ahead", OPTION_COUNT, SETTING(ahead), "N", "1", 1, 1e9, NULL, KEEP_NOT, WITH_FILE,
     "FILE: number of steps to forecast after a plain series"},
    SERIES_OPTION_ROWS(struct predict_settings, series, FILE_OF_SERIES),
    QUARTER_STEPS_ROW(struct predict_settings, quarter_steps, KEEP_NOT, FILE_OF_MUSIC),
    {"raw", OPTION_FLAG, SETTING(raw), NULL, NULL, 0, 0, NULL, KEEP_NOT, WITH_LINES,
     "without FILE: the network's own numbers, no scale and no labels"},
    {"ids", OPTION_FLAG, SETTING(ids), NULL, NULL, 0, 0, NULL, KEEP_NOT, WITH_LINES,
     "without FILE: each line is the id of a symbol, from 0"},
};

static const struct option_table table = {
    "predict",
    "MODEL [FILE] [options]",
    "Predict with a model, in the units of the data that it was trained on. FILE has the form\n"
    "of a training file; \"-\" is standard input, read to its end.\n"
    "  series with labels  CSV, a line for each sequence: its label if it has one, the\n"
    "                      predicted label, and the probability of each label\n"
    "  plain series        CSV, a line for each step: its values and those predicted from the\n"
    "                      steps before it; then --ahead steps that are forecast\n"
    "  music               the notes predicted at each step and at the one after the last, as\n"
    "                      a piano roll\n"
    "Without FILE each line of standard input is a step, and is answered at once: as many\n"
    "numbers as the model has inputs, written as in a FILE. An empty line starts a\n"
    "new sequence. With labels the answer is the likeliest and the probability of each, in\n"
    "the order of `srnn inspect`; without, it is the outputs: of a plain series the next\n"
    "values.",
    1,
    2,
    rows,
    OPTIONS_IN(rows),
    NULL};

/* Read the numbers of the current line as the inputs. Returns 0, or EXIT_FAILED after a message. */
static int read_values(struct predictor *predictor, const struct lines *lines)
{
    const unsigned long inputs = predictor->inputs;
    struct fields fields;
    struct field field;
    double number;

    fields_begin(&fields, lines, separator_of(SEPARATOR_FOUND, lines->line, lines->line_end),
                 lines->line, lines->line_end);
    for (uint32_t i = 0; i < predictor->inputs; i++) {
        if (!fields.more) {
            return fail_at(lines, fields.at, "the line has %lu of the %lu numbers of a step",
                           (unsigned long)i, inputs);
        }
        TRY(fields_next(&fields, &field));
        TRY(field_read(&fields, &field, NULL, &number));
        if (predictor_set(predictor, i, number) != 0) {
            return fail_at(lines, field.text, "too large for the scale of the model");
        }
    }
    return !fields.more
               ? 0
               : fail_at(lines, fields.at,
                         "the line has more than the %lu number%s of a step; times and labels are "
                         "read by: srnn predict %s -",
                         inputs, inputs == 1 ? "" : "s",
                         plain_file_name(predictor->file->path, "MODEL"));
}

/* Read the id that is the current line. Returns 0, or EXIT_FAILED after a message. */
static int read_id(const struct predictor *predictor, const struct lines *lines, uint32_t *id)
{
    const char *begin = line_begin(lines);
    const char *end = begin;
    uint64_t number;
    const char *wrong = count_read(begin, &number, &end);

    if (wrong == NULL && end + strspn(end, " \t") != lines->line_end) {
        wrong = "not a whole number";
    }
    if (wrong != NULL || number >= predictor->inputs) {
        return fail_at(lines, begin, "%s; a line takes an id below %lu",
                       wrong != NULL ? wrong : "no id", (unsigned long)predictor->inputs);
    }
    *id = (uint32_t)number;
    return 0;
}

/* Print what the last step predicts, as a line. */
static void print_answer(const struct predictor *predictor)
{
    const int series = predictor->scaling != NULL;

    if (predictor->labels != NULL) {
        print_field("", predictor->labels->names[predictor_best(predictor)]);
    }
    for (uint32_t i = 0; i < predictor->outputs; i++) {
        if (i > 0 || predictor->labels != NULL) {
            putchar(series ? ',' : ' ');
        }
        predictor_print(predictor, i);
    }
    putchar('\n');
}

/* Run one step with the input of the current line and print the answer. Returns 0, or EXIT_FAILED
 * after a message. */
static int stream_step(struct predictor *predictor, const struct lines *lines, int ids)
{
    uint32_t id = 0;
    int32_t status;

    TRY(ids ? read_id(predictor, lines, &id) : read_values(predictor, lines));
    status = predictor_step(predictor, ids ? &id : NULL);
    if (status != SRNN_OK) {
        return fail_status(status, "%s, line %lu", lines->path, lines->number);
    }
    print_answer(predictor);
    return finish_output(0);
}

/* Run the line `text` [length], which has a zero behind it. Returns 0, or EXIT_FAILED after a
 * message. */
static int stream_line(struct predictor *predictor, const char *text, size_t length, int ids,
                       unsigned long number)
{
    struct lines lines;

    if (number > 1 && text_mark(text, length) > 0) {
        return fail("standard input, line %lu: a byte-order mark is for the first line", number);
    }
    TRY(lines_open(&lines, "standard input", text, length));
    lines.number = number - 1;
    TRY(lines_next(&lines));
    return lines.line == NULL || line_is_empty(&lines) ? predictor_restart(predictor)
                                                       : stream_step(predictor, &lines, ids);
}

/* Run all lines of standard input. Returns 0, or EXIT_FAILED after a message. */
static int stream_input(struct predictor *predictor, int ids)
{
    char *line = NULL;
    size_t capacity = 0;
    unsigned long number = 0;
    int result = 0;
    int error;
    ssize_t length;

    while (result == 0 && (length = getline(&line, &capacity, stdin)) >= 0) {
        result = stream_line(predictor, line, (size_t)length, ids, ++number);
    }
    error = errno; /* also of a line for which there is no memory, which leaves no error behind */
    free(line);
    return result == 0 && !feof(stdin) ? fail("standard input: %s", strerror(error)) : result;
}

/* Refuse options that mean nothing with FILE, or without it: `path` NULL. Returns 0, or
 * EXIT_MISUSED after a message. */
static int check_options(const struct arguments *arguments, const char *path)
{
    const unsigned scope = path != NULL ? WITH_FILE : WITH_LINES;

    for (size_t i = 0; i < table.count; i++) {
        if (arguments->given[i] && (rows[i].scope & scope) == 0) {
            return misuse("predict: --%s does not apply %s a FILE", rows[i].name,
                          path == NULL ? "without" : "to");
        }
    }
    return 0;
}

/* Refuse options of files that the model does not read. Returns 0, or EXIT_MISUSED after a
 * message. */
static int check_model(const struct arguments *arguments, const struct model_file *file)
{
    const int music = predictor_plays(file);
    const unsigned other = music ? FILE_OF_SERIES : FILE_OF_MUSIC;

    if (file->encoding.alphabet.count > 0) {
        return 0; /* a model of text reads no file, which predict_file reports */
    }
    for (size_t i = 0; i < table.count; i++) {
        if (arguments->given[i] && rows[i].scope == other) {
            return misuse("predict: --%s is for models of %s, and %s is none", rows[i].name,
                          music ? "series" : "music", file->path);
        }
    }
    return 0;
}

int command_predict(int argc, char **argv)
{
    struct predict_settings settings;
    struct arguments arguments;
    struct model_file file;
    struct predictor predictor;
    const char *path;
    int result = options_read(&table, argc, argv, &settings, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    path = arguments.operand_count > 1 ? arguments.operands[1] : NULL;
    TRY(check_options(&arguments, path));
    memset(&predictor, 0, sizeof predictor);
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0) {
        result = check_model(&arguments, &file);
    }
    if (result == 0) {
        result = predictor_create(&predictor, &file, settings.raw || settings.ids);
    }
    if (result == 0) {
        result = path != NULL ? predict_file(&predictor, path, &settings.series,
                                             settings.quarter_steps, settings.ahead)
                              : stream_input(&predictor, settings.ids);
    }
    predictor_destroy(&predictor);
    model_file_close(&file);
    return finish_output(result);
}
