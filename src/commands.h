/* commands.h - the commands of the program and how they end
 *
 * A command gets its own name as argv[0] and its arguments after it, and gives
 * the exit code of the program. It has then told everything that went wrong. */
#ifndef COMMANDS_H
#define COMMANDS_H

/* Exit codes, documented in the manual page. */
#define EXIT_DONE 0
#define EXIT_FAILED 1        /* a file, the memory or the arithmetic did not do */
#define EXIT_MISUSED 2       /* the command line makes no sense */
#define EXIT_UNREACHED 3     /* the target that was asked for was not reached */
#define EXIT_INTERRUPTED 130 /* stopped by a signal, after saving */

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
