/* options.c - command lines, driven by one table for each command */
#include "support/options.h"

#include <stdio.h>
#include <string.h>

#include "support/exit_codes.h"
#include "support/message.h"

const struct option *options_find(const struct option_table *table, const char *name, size_t length)
{
    size_t i;

    for (i = 0; i < table->count; i++) {
        if (strlen(table->options[i].name) == length &&
            strncmp(table->options[i].name, name, length) == 0) {
            return &table->options[i];
        }
    }
    return NULL;
}

void options_default(const struct option_table *table, void *settings)
{
    size_t i;

    for (i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];

        if (option->fallback != NULL) {
            options_set(option, settings, option->fallback);
        } else if (option->kind == OPTION_TEXT) {
            options_set(option, settings, NULL);
        } else {
            options_set(option, settings, "0");
        }
    }
}

void options_preset(const struct option_table *table, void *settings, const struct preset *presets)
{
    for (; presets->name != NULL; presets++) {
        options_set(options_find(table, presets->name, strlen(presets->name)), settings,
                    presets->value);
    }
}

/* Print what an option may be, in one line without its end: NAME or a|b|c. */
static size_t print_operand(const struct option *option)
{
    const struct choice *choice;
    size_t width = 0;

    if (option->kind == OPTION_FLAG) {
        return 0;
    }
    if (option->operand != NULL) {
        return (size_t)printf(" %s", option->operand);
    }
    for (choice = option->choices; choice->name != NULL; choice++) {
        width += (size_t)printf("%c%s", choice == option->choices ? ' ' : '|', choice->name);
    }
    return width;
}

/* Print the help of a command on standard output. Gives an exit code. */
static int print_help(const struct option_table *table)
{
    const size_t column = 26;
    size_t i;

    printf("usage: srnn %s %s\n\n%s\n", table->command, table->synopsis, table->summary);
    puts("\noptions:");
    for (i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];
        size_t width = (size_t)printf("  --%s", option->name) + print_operand(option);

        if (width >= column) {
            putchar('\n');
            width = 0;
        }
        printf("%*s%s", (int)(column - width), "", option->help);
        if (option->fallback != NULL) {
            printf(" [%s]", option->fallback);
        }
        putchar('\n');
    }
    printf("  --help                  this text\n");
    if (table->notes != NULL) {
        table->notes();
    }
    return finish_output(EXIT_DONE);
}

/* Handle argv[*index], which begins with a dash, and its value, if that is the
 * next one. Gives OPTIONS_GO_ON or an exit code. */
static int parse_option(const struct option_table *table, int argc, char **argv, int *index,
                        void *settings, struct arguments *arguments)
{
    const char *argument = argv[*index];
    const char *name = argument + 2;
    size_t length = strncmp(argument, "--", 2) == 0 ? strcspn(name, "=") : 0;
    const struct option *option = length > 0 ? options_find(table, name, length) : NULL;
    const char *value = "1";
    const char *wrong;

    if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
        return print_help(table);
    }
    if (option == NULL) {
        return misuse("%s: unknown option '%s'; see srnn help %s", table->command, argument,
                      table->command);
    }
    if (option->kind == OPTION_FLAG) {
        if (name[length] == '=') {
            return misuse("%s: option --%s takes no value", table->command, option->name);
        }
    } else if (name[length] == '=') {
        value = name + length + 1;
    } else if (*index + 1 < argc) {
        value = argv[++*index];
    } else {
        return misuse("%s: option --%s needs a value", table->command, option->name);
    }
    wrong = options_set(option, settings, value);
    if (wrong != NULL) {
        return misuse("%s: --%s %s: %s; see srnn help %s", table->command, option->name, value,
                      wrong, table->command);
    }
    arguments->given[option - table->options] = 1;
    return OPTIONS_GO_ON;
}

int options_parse(const struct option_table *table, int argc, char **argv, void *settings,
                  struct arguments *arguments)
{
    int only_operands = 0;
    int result;
    int i;

    memset(arguments, 0, sizeof *arguments);
    for (i = 1; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = 1;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0') {
            result = parse_option(table, argc, argv, &i, settings, arguments);
            if (result != OPTIONS_GO_ON) {
                return result;
            }
        } else if (arguments->operand_count == table->most_operands) {
            return misuse("%s: '%s' is one argument too many; see srnn help %s", table->command,
                          argv[i], table->command);
        } else {
            arguments->operands[arguments->operand_count++] = argv[i];
        }
    }
    if (arguments->operand_count < table->least_operands) {
        return misuse("%s: too few arguments: srnn %s %s", table->command, table->command,
                      table->synopsis);
    }
    return OPTIONS_GO_ON;
}

int options_scope(const struct option_table *table, const struct arguments *arguments,
                  unsigned scope, const char *what)
{
    size_t i;

    for (i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];

        if (arguments->given[i] && option->scope != 0 && (option->scope & scope) == 0) {
            return misuse("%s: option --%s means nothing for %s", table->command, option->name,
                          what);
        }
    }
    return 0;
}

int options_given(const struct option_table *table, const struct arguments *arguments,
                  const char *name)
{
    return arguments->given[options_find(table, name, strlen(name)) - table->options];
}
