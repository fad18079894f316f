/* completion.h - scripts with which shells complete command lines, from the tables of options */
#ifndef COMPLETION_H
#define COMPLETION_H

#include "support/options.h"

enum shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH, SHELLS };

/* A command, its options, and the names that it takes as one of its operands. Other operands are
 * files. */
struct completed {
    const char *command;
    const char *summary;
    const struct option_table *table;
    size_t place;                      /* of that operand, from 1; 0: there is none */
    const char *(*name)(size_t index); /* the names, NULL after the last; NULL where place is 0 */
};

/* The shell called `name`, or SHELLS. */
enum shell completion_shell(const char *name);

/* Print the script of a shell for the commands [count] to standard output. */
void completion_print(enum shell shell, const struct completed *commands, size_t count);

#endif /* COMPLETION_H */
