/* predict.c - the command `predict`: runs a model step by step, a line in and a line out */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "commands/commands.h"
#include "srnn.h"
#include "storage/model_file.h"
#include "support/message.h"
#include "support/options.h"

struct predict_settings {
    int ids;
};

static const struct option rows[] = {
    {"ids", OPTION_FLAG, offsetof(struct predict_settings, ids), NULL, NULL, 0, 0, NULL, KEEP_NOT,
     0, "each line is the id of a symbol: a whole number from 0"},
};

static const struct option_table table = {
    "predict",
    "MODEL [options] < INPUT",
    "Run a model step by step. Each line of standard input is a step: as many numbers as\n"
    "the model has inputs, separated by spaces or commas. After each line the outputs are\n"
    "written at once, as a line of numbers. An empty line starts a new sequence.",
    1,
    1,
    rows,
    OPTIONS_IN(rows),
    NULL};

/* A running model, with its arrays. */
struct stream {
    const srnn_model *model;
    float *inputs;  /* [inputs] */
    float *state;   /* [hidden] */
    float *next;    /* [hidden], swapped with state after each step */
    float *outputs; /* [outputs] */
};

/* Returns 0, or EXIT_FAILED after a message; call stream_destroy in both cases. */
static int stream_create(struct stream *stream, const srnn_model *model)
{
    const size_t hidden = srnn_model_hidden(model);

    stream->model = model;
    stream->inputs = malloc(srnn_model_inputs(model) * sizeof *stream->inputs);
    stream->state = malloc(hidden * sizeof *stream->state);
    stream->next = malloc(hidden * sizeof *stream->next);
    stream->outputs = malloc(srnn_model_outputs(model) * sizeof *stream->outputs);
    if (stream->inputs == NULL || stream->state == NULL || stream->next == NULL ||
        stream->outputs == NULL) {
        return fail("predict: no memory for the states and outputs");
    }
    return 0;
}

static void stream_destroy(struct stream *stream)
{
    free(stream->inputs);
    free(stream->state);
    free(stream->next);
    free(stream->outputs);
}

/* Start a new sequence. Returns a status. */
static int32_t stream_restart(struct stream *stream)
{
    return srnn_initial_state(stream->model, stream->state, srnn_model_hidden(stream->model));
}

/* Read the numbers of a line into stream->inputs. Returns NULL, or what is wrong. */
static const char *parse_values(struct stream *stream, const char *line)
{
    static const char separators[] = " \t\r\n,";
    const uint32_t inputs = srnn_model_inputs(stream->model);
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
        stream->inputs[i] = value;
        line = end;
    }
}

/* Read the id of a line. Returns NULL, or what is wrong. */
static const char *parse_id(const struct stream *stream, const char *line, uint32_t *id)
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
    if (errno != 0 || number >= srnn_model_inputs(stream->model)) {
        return "not below the number of inputs";
    }
    *id = (uint32_t)number;
    return NULL;
}

/* Run one step with the input of a line and print the outputs. Returns 0, or EXIT_FAILED
 * after a message. */
static int stream_line(struct stream *stream, const char *line, int ids, unsigned long line_number)
{
    const uint32_t outputs = srnn_model_outputs(stream->model);
    float *const state = stream->state;
    uint32_t id = 0;
    int32_t status;
    const char *wrong = ids ? parse_id(stream, line, &id) : parse_values(stream, line);

    if (wrong != NULL) {
        return fail(ids ? "standard input, line %lu: %s; a line takes an id below %lu"
                        : "standard input, line %lu: %s; a line takes %lu numbers",
                    line_number, wrong, (unsigned long)srnn_model_inputs(stream->model));
    }
    status = ids ? srnn_step_id(stream->model, id, state, stream->next, stream->outputs)
                 : srnn_step(stream->model, stream->inputs, state, stream->next, stream->outputs);
    if (status == SRNN_OK) {
        status = srnn_outputs(stream->model, stream->outputs, 1, stream->outputs);
    }
    if (status != SRNN_OK) {
        return fail_status(status, "standard input, line %lu", line_number);
    }
    stream->state = stream->next;
    stream->next = state;
    for (uint32_t i = 0; i < outputs; i++) {
        printf("%s%.9g", i > 0 ? " " : "", (double)stream->outputs[i]);
    }
    putchar('\n');
    return finish_output(0);
}

/* Run all lines of standard input. Returns 0, or EXIT_FAILED after a message. */
static int stream_input(struct stream *stream, int ids)
{
    char *line = NULL;
    size_t capacity = 0;
    unsigned long line_number = 0;
    int result = 0;
    ssize_t length;
    int32_t status = stream_restart(stream);

    while (status == SRNN_OK && result == 0 && (length = getline(&line, &capacity, stdin)) >= 0) {
        line_number++;
        if (memchr(line, '\0', (size_t)length) != NULL) {
            result = fail("standard input, line %lu: a zero byte; lines of text are expected",
                          line_number);
        } else if (line[strspn(line, " \t\r\n")] == '\0') {
            status = stream_restart(stream);
        } else {
            result = stream_line(stream, line, ids, line_number);
        }
    }
    free(line);
    if (status != SRNN_OK) {
        return fail_status(status, "predict: the initial state");
    }
    return result == 0 && ferror(stdin) ? fail("standard input: %s", strerror(errno)) : result;
}

int command_predict(int argc, char **argv)
{
    struct predict_settings settings;
    struct arguments arguments;
    struct model_file file;
    struct stream stream;
    int result;

    options_default(&table, &settings);
    result = options_parse(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    memset(&stream, 0, sizeof stream);
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0) {
        result = stream_create(&stream, file.model);
    }
    if (result == 0) {
        result = stream_input(&stream, settings.ids);
    }
    stream_destroy(&stream);
    model_file_close(&file);
    return finish_output(result);
}
