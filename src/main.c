/* main.c - the program `srnn`: finds the command and runs it; the help about commands */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "srnn.h"
#include "support/completion.h"
#include "support/message.h"
#include "support/nearest.h"
#include "support/options.h"
#include "support/ranks.h"
#include "support/try.h"
#include "tasks/task.h"

struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
    size_t place;                         /* of the operand that is one of some names; 0: none */
    const char *(*name_of)(size_t index); /* these names; NULL where place is 0 */
};

static const struct command commands[] = {
    {"train", "train a network on a synthetic task or on a file", command_train, 1, task_name},
    {"eval", "evaluate a model on new sequences or on a file", command_eval, 2, task_name},
    {"inspect", "print what a model file contains", command_inspect, 0, NULL},
    {"predict", "predict labels, values or notes of a file, or of live data", command_predict, 0,
     NULL},
    {"sample", "generate text or music with a trained model", command_sample, 0, NULL},
    {"convert", "convert a model to PyTorch weights and back", command_convert, 0, NULL},
    {"flow", "measure how far back in time the gradient reaches", command_flow, 2,
     synthetic_task_name},
    {"figure", "draw figures of the paper or of your own runs, as SVG", command_figure, 1,
     figure_name},
    {"bench", "measure the speed of training on this machine", command_bench, 0, NULL},
    {"demo", "show what clipping and the regulariser do, in a minute", command_demo, 0, NULL},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

/* Print the program's help on standard output. Returns an exit code. */
static int print_help(void)
{
    puts("usage: srnn COMMAND [arguments]\n"
         "       srnn help COMMAND\n"
         "       srnn -h | --help | -V | --version\n"
         "\n"
         "Train and run simple recurrent networks, with control over vanishing and exploding\n"
         "gradients. `srnn help COMMAND` lists the options of a command.\n"
         "\n"
         "commands:");
    for (size_t i = 0; i < COMMANDS; i++) {
        printf("  %-9s %s\n", commands[i].name, commands[i].summary);
    }
    puts("\n"
         "exit codes:\n"
         "  0    success\n"
         "  1    failure: a file that is unreadable, damaged or does not fit the model, a full\n"
         "       disk, no memory, a gradient with NaN or infinity\n"
         "  2    misuse: an unknown command or option, or a value that it does not take\n"
         "  3    the target was not reached: that of `train --stop-error`, or that of `demo`\n"
         "  130  `train` was interrupted by SIGINT, SIGTERM or SIGHUP, and has saved its files");
    return finish_output(EXIT_DONE);
}

/* Print the versions of the program and of the library that it runs with. Returns an exit
 * code. */
static int print_version(void)
{
    printf("srnn %d.%d.%d\n", SRNN_VERSION_MAJOR, SRNN_VERSION_MINOR, SRNN_VERSION_PATCH);
    printf("libsrnn %s (%s)\n", srnn_version_string(), srnn_build_info());
    if (ranks_description() != NULL) {
        printf("%s\n", ranks_description());
    }
    return finish_output(EXIT_DONE);
}

/* The command called `name`, or NULL. */
static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

/* Refuse a command that there is not. Returns EXIT_MISUSED. */
static int refuse_command(const char *name)
{
    char hint[NEAREST_HINT];
    struct nearest nearest;

    nearest_begin(&nearest, name, strlen(name));
    for (size_t i = 0; i < COMMANDS; i++) {
        nearest_try(&nearest, commands[i].name);
    }
    nearest_try(&nearest, "help");
    nearest_try(&nearest, "--help");
    nearest_try(&nearest, "--version");
    return misuse("unknown command '%s'; %ssrnn --help lists the commands", name,
                  nearest_hint(&nearest, "", hint, sizeof hint));
}

/* Refuse an argument where none is accepted. Returns EXIT_MISUSED. */
static int refuse_argument(const char *argument)
{
    return misuse("'%s' is one argument too many; see srnn --help", argument);
}

/* `srnn help --completion SHELL`: print the script with which a shell completes command lines.
 * Returns an exit code. */
static int print_completion(const char *name)
{
    const enum shell shell = name != NULL ? completion_shell(name) : SHELLS;
    struct completed completed[COMMANDS];
    static char ask[] = OPTIONS_ASK;
    char *arguments[] = {ask, ask, NULL};

    if (shell == SHELLS) {
        return misuse("help: --completion needs a shell: bash, zsh or fish");
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        (void)commands[i].run(2, arguments);
        completed[i] = (struct completed){commands[i].name, commands[i].summary, options_asked(),
                                          commands[i].place, commands[i].name_of};
    }
    completion_print(shell, completed, COMMANDS);
    return finish_output(EXIT_DONE);
}

/* Whether an argument asks for the program's help. */
static int asks_for_help(const char *argument)
{
    return strcmp(argument, "help") == 0 || strcmp(argument, "--help") == 0 ||
           strcmp(argument, "-h") == 0;
}

/* `srnn help`, and `srnn help COMMAND`, which runs `srnn COMMAND --help`. */
static int help(int argc, char **argv)
{
    static char option[] = "--help";
    const struct command *command;
    char *arguments[3];

    if (argc < 3) {
        return print_help();
    }
    if (asks_for_help(argv[2])) {
        return argc > 3 ? refuse_argument(argv[3]) : print_help();
    }
    if (strcmp(argv[2], "--completion") == 0) {
        return argc > 4 ? refuse_argument(argv[4]) : print_completion(argc > 3 ? argv[3] : NULL);
    }
    command = find_command(argv[2]);
    if (command == NULL) {
        return refuse_command(argv[2]);
    }
    if (argc > 3) {
        return refuse_argument(argv[3]);
    }
    arguments[0] = argv[2];
    arguments[1] = option;
    arguments[2] = NULL;
    return command->run(2, arguments);
}

/* A standard stream that is closed is opened on /dev/null, so that no file of a command takes its
 * number and then gets what was meant for the stream. It is opened the wrong way round: reading and
 * writing it stay errors. */
static void open_standard_streams(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            (void)open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

int main(int argc, char **argv)
{
    const struct command *command;

    open_standard_streams();
    if (argc < 2) {
        return misuse("no command; srnn --help lists the commands");
    }
    /* A file beyond the size limit is a write error to report; the signal would end the program. */
    signal(SIGXFSZ, SIG_IGN);
    if (strcmp(argv[1], "help") == 0) {
        return help(argc, argv);
    }
    if (asks_for_help(argv[1])) {
        return argc > 2 ? refuse_argument(argv[2]) : print_help();
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        return argc > 2 ? refuse_argument(argv[2]) : print_version();
    }
    command = find_command(argv[1]);
    if (command == NULL) {
        return refuse_command(argv[1]);
    }
    TRY(ranks_open(command->name, command->run == command_train)); /* it alone divides its work */
    return ranks_close(command->run(argc - 1, argv + 1));
}
