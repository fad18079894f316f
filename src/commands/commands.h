/* commands.h - the commands of the program
 *
 * A command has its own name in argv[0] and its arguments after it. It prints a message for
 * each failure and returns the program's exit code. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stddef.h>

#include "support/exit_codes.h"

int command_train(int argc, char **argv);
int command_eval(int argc, char **argv);
int command_inspect(int argc, char **argv);
int command_predict(int argc, char **argv);
int command_sample(int argc, char **argv);
int command_convert(int argc, char **argv);
int command_flow(int argc, char **argv);
int command_figure(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_demo(int argc, char **argv);

/* The names of the figures, NULL after the last. */
const char *figure_name(size_t index);

#endif /* COMMANDS_H */
