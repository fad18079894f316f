/* commands.h - the commands of the program
 *
 * A command takes its own name as argv[0] and its arguments after it. It returns
 * the program's exit code, and has printed every error by then. */
#ifndef COMMANDS_H
#define COMMANDS_H

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

#endif /* COMMANDS_H */
