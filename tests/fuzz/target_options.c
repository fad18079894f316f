/* target_options.c - command lines of the program
 *
 * An input is a command and its arguments, a line each. The command runs in a folder that no longer
 * exists, so that there are no files to read and none can be written: nothing is trained, but all
 * that comes before is done. It returns an exit code and tells each refusal. What `train` accepts
 * is what it writes into a checkpoint and reads from there. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "fuzz.h"
#include "said.h"
#include "support/exit_codes.h"
#include "training/settings.h"

#define MOST_BYTES 2000u
#define MOST_ARGUMENTS 40u

/* What is put behind the arguments, so that a command ends before its work and needs little memory.
 * It stands there twice: the last argument may take the first of these as its value. */
#define ASKS_FOR_HELP "--help"
#define HAS_NO_PLACE "--hidden", "2", "--batch", "2", "--threads", "1", "--save", "x"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *behind[9];
} commands[] = {
    {"train", command_train, {HAS_NO_PLACE, NULL}},
    {"eval", command_eval, {NULL}},
    {"inspect", command_inspect, {NULL}},
    {"predict", command_predict, {NULL}},
    {"sample", command_sample, {NULL}},
    {"convert", command_convert, {NULL}},
    {"flow", command_flow, {NULL}},
    {"figure", command_figure, {ASKS_FOR_HELP, NULL}},
    {"bench", command_bench, {ASKS_FOR_HELP, NULL}},
    {"demo", command_demo, {ASKS_FOR_HELP, NULL}},
};

struct line {
    char bytes[MOST_BYTES + 1];
    char *argv[MOST_ARGUMENTS + 1];
    int argc;
};

/* Divides an input into arguments. A slash would lead out of the folder. */
static void read_line(struct line *line, const uint8_t *data, size_t size)
{
    char *at = line->bytes;

    size = size < MOST_BYTES ? size : MOST_BYTES;
    memcpy(line->bytes, data, size);
    line->bytes[size] = '\0';
    line->argc = 0;
    while (at < line->bytes + size && line->argc < 20) {
        line->argv[line->argc++] = at;
        at += strcspn(at, "\n");
        *at++ = '\0';
    }
    for (size_t i = 0; i < size; i++) {
        line->bytes[i] = line->bytes[i] == '/' ? '_' : line->bytes[i];
    }
    line->argv[line->argc] = NULL;
}

static void put_behind(struct line *line, const char *const *arguments)
{
    static char copies[MOST_ARGUMENTS][12];

    for (int times = 0; times < 2; times++) {
        for (size_t i = 0; arguments[i] != NULL; i++) {
            char *copy = copies[line->argc];

            assert_true(strlen(arguments[i]) < sizeof copies[0]);
            memcpy(copy, arguments[i], strlen(arguments[i]) + 1);
            line->argv[line->argc++] = copy;
        }
    }
    line->argv[line->argc] = NULL;
}

/* Every setting that a checkpoint keeps is the same in both. */
static void same_settings(const struct settings *a, const struct settings *b)
{
    static const size_t bytes[] = {[OPTION_FLAG] = sizeof(int),
                                   [OPTION_COUNT] = sizeof(uint64_t),
                                   [OPTION_NUMBER] = sizeof(double),
                                   [OPTION_SECONDS] = sizeof(double),
                                   [OPTION_CHOICE] = sizeof(uint32_t),
                                   [OPTION_RANGE] = sizeof(struct range),
                                   [OPTION_METHOD] = sizeof(struct method)};

    for (size_t i = 0; i < settings_table.count; i++) {
        const struct option *option = &settings_table.options[i];

        if (option->keep != KEEP_NOT) {
            assert_true(bytes[option->kind] > 0);
            assert_memory_equal((const char *)a + option->offset, (const char *)b + option->offset,
                                bytes[option->kind]);
        }
    }
}

/* Settings are described, and read from this description as the same. */
static void describe(const struct line *line)
{
    static char text[16384], again[16384];
    struct settings settings, adopted;
    struct arguments arguments;
    int result;

    memset(&settings, 0, sizeof settings);
    memset(&adopted, 0, sizeof adopted);
    options_default(&settings_table, &settings);
    options_default(&settings_table, &adopted);
    said_begin();
    result = options_parse(&settings_table, line->argc, (char **)(uintptr_t)line->argv, &settings,
                           &arguments);
    said_end(result == OPTIONS_GO_ON ? 0 : result);
    if (result == OPTIONS_GO_ON) {
        settings_complete(&settings);
        settings_describe(&settings, ~0u, text, sizeof text);
        assert_int_equal(settings_adopt(&adopted, text, strlen(text)), 0);
        settings_describe(&adopted, ~0u, again, sizeof again);
        assert_string_equal(again, text);
        same_settings(&adopted, &settings);
    }
}

/* The folder that no longer exists, and the one that the program began in. */
static int nowhere, home;

static void open_nowhere(void)
{
    char folder[] = "/tmp/fuzz.XXXXXX";

    assert_non_null(freopen("/dev/null", "r", stdin));
    home = open(".", O_RDONLY);
    assert_non_null(mkdtemp(folder));
    nowhere = open(folder, O_RDONLY);
    assert_int_equal(rmdir(folder), 0);
    assert_true(home >= 0 && nowhere >= 0);
}

static void run(const uint8_t *data, size_t size)
{
    static struct line line;
    int result;

    if (nowhere == 0) {
        said_nothing();
        open_nowhere();
    }
    read_line(&line, data, size);
    for (size_t i = 0; line.argc > 0 && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(line.argv[0], commands[i].name) == 0) {
            if (i == 0) {
                describe(&line);
            }
            put_behind(&line, commands[i].behind);
            assert_int_equal(fchdir(nowhere), 0);
            said_begin();
            result = commands[i].run(line.argc, line.argv);
            said_end(result);
            assert_int_equal(fchdir(home), 0);
            assert_true(result == EXIT_DONE || result == EXIT_FAILED || result == EXIT_MISUSED);
            return;
        }
    }
}

const struct fuzz_target fuzz_target = {run, NULL};
