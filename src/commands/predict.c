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
#include "storage/lines.h"
#include "storage/model_file.h"
#include "support/message.h"
#include "support/options.h"
#include "support/try.h"

struct predict_settings {
    struct series_form series;
    uint64_t ahead;
    int raw;
    int ids;
};

#define SETTING(field) offsetof(struct predict_settings, field)

static const struct option rows[] = {
    {"ahead", OPTION_COUNT, SETTING(ahead), "N", "1", 1, 1e9, NULL, KEEP_NOT, 0,
     "FILE: number of steps to forecast after a plain series"},
    SERIES_OPTION_ROWS(struct predict_settings, series, 0),
    {"raw", OPTION_FLAG, SETTING(raw), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "without FILE: the network's own numbers, no scale and no labels"},
    {"ids", OPTION_FLAG, SETTING(ids), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
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
    "  music               the notes predicted at each step and at the one after the last, in\n"
    "                      the form of the file\n"
    "Without FILE each line of standard input is a step, and is answered at once: as many\n"
    "numbers as the model has inputs, separated by spaces or commas. An empty line starts a\n"
    "new sequence. With labels the answer is the likeliest and the probability of each, in\n"
    "the order of `srnn inspect`; without, it is the outputs: of a plain series the next\n"
    "values.",
    1,
    2,
    rows,
    OPTIONS_IN(rows),
    NULL};

/* Read the numbers of a line as the inputs. Returns NULL, or what is wrong. */
static const char *parse_values(struct predictor *predictor, const char *line)
{
    static const char separators[] = " \t\r\n,";
    const uint32_t inputs = predictor->inputs;
    float value;
    char *end;

    for (uint32_t i = 0;; i++) {
        line += strspn(line, separators);
        if (*line == '\0') {
            return i == inputs ? NULL : "too few numbers";
        }
        if (i == inputs) {
            return "too many numbers";
        }
        value = strtof(line, &end);
        if (end == line || strchr(separators, *end) == NULL || value - value != 0.0f) {
            return "not a finite number";
        }
        if (predictor_set(predictor, i, (double)value) != 0) {
            return "too large for the scale of the model";
        }
        line = end;
    }
}

/* Read the id of a line. Returns NULL, or what is wrong. */
static const char *parse_id(const struct predictor *predictor, const char *line, uint32_t *id)
{
    unsigned long number;
    char *end;

    if (*line < '0' || *line > '9') {
        return "not a whole number";
    }
    errno = 0;
    number = strtoul(line, &end, 10);
    if (end[strspn(end, " \t\r\n")] != '\0') {
        return "not a whole number";
    }
    if (errno != 0 || number >= predictor->inputs) {
        return "not below the number of inputs";
    }
    *id = (uint32_t)number;
    return NULL;
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

/* Report what is wrong with a line, what a line takes, and what reads lines of a file. Returns
 * EXIT_FAILED. */
static int fail_line(const struct predictor *predictor, const char *wrong, int ids,
                     unsigned long line_number)
{
    const unsigned long inputs = predictor->inputs;
    const char *plural = inputs == 1 ? "" : "s";

    if (ids) {
        return fail("standard input, line %lu: %s; a line takes an id below %lu", line_number,
                    wrong, inputs);
    }
    if (predictor->scaling == NULL) {
        return fail("standard input, line %lu: %s; a line takes %lu number%s", line_number, wrong,
                    inputs, plural);
    }
    return fail(
        "standard input, line %lu: %s; a line takes %lu number%s; times, labels and missing "
        "values are read by: srnn predict %s -",
        line_number, wrong, inputs, plural, predictor->file->path);
}

/* Run one step with the input of a line and print the answer. Returns 0, or EXIT_FAILED after a
 * message. */
static int stream_line(struct predictor *predictor, const char *line, int ids,
                       unsigned long line_number)
{
    uint32_t id = 0;
    int32_t status;
    const char *wrong = ids ? parse_id(predictor, line, &id) : parse_values(predictor, line);

    if (wrong != NULL) {
        return fail_line(predictor, wrong, ids, line_number);
    }
    status = predictor_step(predictor, ids ? &id : NULL);
    if (status != SRNN_OK) {
        return fail_status(status, "standard input, line %lu", line_number);
    }
    print_answer(predictor);
    return finish_output(0);
}

/* Run all lines of standard input, without a byte-order mark before the first. Returns 0, or
 * EXIT_FAILED after a message. */
static int stream_input(struct predictor *predictor, int ids)
{
    char *line = NULL;
    size_t capacity = 0;
    unsigned long line_number = 0;
    int result = 0;
    ssize_t length;

    while (result == 0 && (length = getline(&line, &capacity, stdin)) >= 0) {
        const char *text = line + (line_number++ == 0 ? text_mark(line, (size_t)length) : 0);

        if (memchr(line, '\0', (size_t)length) != NULL) {
            result = fail("standard input, line %lu: a zero byte; lines of text are expected",
                          line_number);
        } else if (text[strspn(text, " \t\r\n")] == '\0') {
            result = predictor_restart(predictor);
        } else {
            result = stream_line(predictor, text, ids, line_number);
        }
    }
    free(line);
    return result == 0 && ferror(stdin) ? fail("standard input: %s", strerror(errno)) : result;
}

/* Refuse options that mean nothing with FILE, or without it: `path` NULL. Returns 0, or
 * EXIT_MISUSED after a message. */
static int check_options(const struct arguments *arguments, const char *path)
{
    for (size_t i = 0; i < table.count; i++) {
        const int of_stream = strcmp(rows[i].name, "raw") == 0 || strcmp(rows[i].name, "ids") == 0;

        if (arguments->given[i] && (path == NULL) != of_stream) {
            return misuse("predict: --%s does not apply %s a FILE", rows[i].name,
                          path == NULL ? "without" : "to");
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
    int result;

    options_default(&table, &settings);
    result = options_parse(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    path = arguments.operand_count > 1 ? arguments.operands[1] : NULL;
    TRY(check_options(&arguments, path));
    memset(&predictor, 0, sizeof predictor);
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0) {
        result = predictor_create(&predictor, &file, settings.raw || settings.ids);
    }
    if (result == 0) {
        result = path != NULL ? predict_file(&predictor, path, &settings.series, settings.ahead)
                              : stream_input(&predictor, settings.ids);
    }
    predictor_destroy(&predictor);
    model_file_close(&file);
    return finish_output(result);
}
