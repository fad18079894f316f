/* main.c - the program `srnn`: which command, and the help about them */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "srnn.h"
#include "support/message.h"

struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
    {"train", "train a network on a synthetic task or on a file", command_train},
    {"eval", "measure a model on fresh sequences, also of other lengths", command_eval},
    {"inspect", "tell what is in a model file", command_inspect},
    {"predict", "run a model step by step: a line in, a line out", command_predict},
    {"sample", "write text from a model that was trained on text", command_sample},
    {"convert", "convert a model to PyTorch's weights and back", command_convert},
    {"flow", "measure how far back the gradient reaches", command_flow},
    {"figure", "draw the paper's figures, and those of your runs, as SVG", command_figure},
    {"bench", "measure the speed of training on this machine", command_bench},
    {"demo", "see clipping and the regulariser at work, in two minutes", command_demo},
};

static const size_t command_count = sizeof commands / sizeof commands[0];

/* Print the program's help on standard output. Gives an exit code. */
static int print_help(void)
{
    size_t i;

    puts("usage: srnn COMMAND [arguments]\n"
         "       srnn help COMMAND\n"
         "       srnn --help | --version\n"
         "\n"
         "Train and run simple recurrent networks, with the gradient under control.\n"
         "\n"
         "commands:");
    for (i = 0; i < command_count; i++) {
        printf("  %-9s %s\n", commands[i].name, commands[i].summary);
    }
    puts("\n"
         "exit codes:\n"
         "  0    done\n"
         "  1    failed: an unreadable or damaged file, a full disk, no memory, another\n"
         "       shape, a gradient that is not finite\n"
         "  2    misuse: an unknown command or option, a value out of bounds\n"
         "  3    the target was not reached: train with --stop-error given, demo\n"
         "  130  interrupted by SIGINT, SIGTERM or SIGHUP, after saving");
    return finish_output(EXIT_DONE);
}

/* Print the versions of the program and of the library that it runs with. */
static int print_version(void)
{
    printf("srnn %d.%d.%d\n", SRNN_VERSION_MAJOR, SRNN_VERSION_MINOR, SRNN_VERSION_PATCH);
    printf("libsrnn %s (%s)\n", srnn_version_string(), srnn_build_info());
    return finish_output(EXIT_DONE);
}

/* The command called `name`, or NULL. */
static const struct command *find_command(const char *name)
{
    size_t i;

    for (i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

/* Refuse an argument where none is wanted. Gives EXIT_MISUSED. */
static int too_much(const char *argument)
{
    return misuse("'%s' is one argument too many; see srnn --help", argument);
}

/* `srnn help` and `srnn help COMMAND`; the latter is `srnn COMMAND --help`. */
static int help(int argc, char **argv)
{
    static char option[] = "--help";
    const struct command *command;
    char *arguments[3];

    if (argc < 3) {
        return print_help();
    }
    command = find_command(argv[2]);
    if (command == NULL) {
        return misuse("unknown command '%s'; see srnn --help", argv[2]);
    }
    if (argc > 3) {
        return too_much(argv[3]);
    }
    arguments[0] = argv[2];
    arguments[1] = option;
    arguments[2] = NULL;
    return command->run(2, arguments);
}

int main(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2) {
        return misuse("no command; see srnn --help");
    }
    /* Output that finds no room is an error to report, not an end. */
    signal(SIGXFSZ, SIG_IGN);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return argc > 2 ? too_much(argv[2]) : print_help();
    }
    if (strcmp(argv[1], "--version") == 0) {
        return argc > 2 ? too_much(argv[2]) : print_version();
    }
    if (strcmp(argv[1], "help") == 0) {
        return help(argc, argv);
    }
    command = find_command(argv[1]);
    if (command == NULL) {
        return misuse("unknown command '%s'; see srnn --help", argv[1]);
    }
    return command->run(argc - 1, argv + 1);
}
