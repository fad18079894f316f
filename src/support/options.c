/* options.c - command lines, driven by one table for each command */
#include "support/options.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/exit_codes.h"
#include "support/message.h"

/* The last table that was asked for. */
static const struct option_table *asked;

const struct option_table *options_asked(void)
{
    return asked;
}

const struct option *options_find(const struct option_table *table, const char *name, size_t length)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strlen(table->options[i].name) == length &&
            strncmp(table->options[i].name, name, length) == 0) {
            return &table->options[i];
        }
    }
    return NULL;
}

void options_default(const struct option_table *table, void *settings)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];

        options_clear(option, settings);
        if (option->fallback != NULL) {
            options_set(option, settings, option->fallback);
        }
    }
}

void options_preset(const struct option_table *table, void *settings, const struct preset *presets)
{
    for (; presets != NULL && presets->name != NULL; presets++) {
        options_set(options_find(table, presets->name, strlen(presets->name)), settings,
                    presets->value);
    }
}

/* ---------------------------------------------------------------------------
 * Help
 * ------------------------------------------------------------------------ */

/* The column in which the explanations of options begin. */
#define HELP_COLUMN 26

/* Print what follows an option's name: " N" or " a|b|c". Returns its width. */
static int print_operand(const struct option *option)
{
    int width = 0;

    if (option->kind == OPTION_FLAG) {
        return 0;
    }
    if (option->operand != NULL) {
        return printf(" %s", option->operand);
    }
    for (const struct choice *choice = option->values; choice->name != NULL; choice++) {
        width += printf("%c%s", choice == option->values ? ' ' : '|', choice->name);
    }
    return width;
}

/* Print " [DEFAULT; LEAST to MOST]". The bounds are left out where they are so wide that
 * nobody meets them. */
static void print_default(const struct option *option)
{
    const int has_bounds = option->most > 0.0 && option->most <= 1e5;
    char bounds[64];

    options_bounds(option, bounds, sizeof bounds);
    if (option->fallback != NULL) {
        printf(" [%s%s%s]", option->fallback, has_bounds ? "; " : "", has_bounds ? bounds : "");
    }
}

/* Print the lines of an option: the first line of its explanation ends with the default,
 * further lines are indented. */
static void print_option(const struct option *option)
{
    const char *line = option->help;
    int length;
    int width = printf("  --%s", option->name);

    width += print_operand(option);
    if (width >= HELP_COLUMN) {
        putchar('\n');
        width = 0;
    }
    length = (int)strcspn(line, "\n");
    printf("%*s%.*s", HELP_COLUMN - width, "", length, line);
    print_default(option);
    putchar('\n');
    while (line[length] == '\n') {
        line += length + 1;
        length = (int)strcspn(line, "\n");
        printf("%*s%.*s\n", HELP_COLUMN, "", length, line);
    }
}

/* Print the help of a command on standard output. Returns an exit code. */
static int print_help(const struct option_table *table)
{
    printf("usage: srnn %s %s\n\n%s\n", table->command, table->synopsis, table->summary);
    puts(table->count > 0 ? "\noptions [default; accepted values]:" : "\noptions:");
    for (size_t i = 0; i < table->count; i++) {
        print_option(&table->options[i]);
    }
    printf("  --help                  print this help\n");
    if (table->notes != NULL) {
        table->notes();
    }
    return finish_output(EXIT_DONE);
}

/* ---------------------------------------------------------------------------
 * Command lines
 * ------------------------------------------------------------------------ */

/* Refuse a value: `wrong` is what is wrong with it, NULL when there is no value at all.
 * Returns EXIT_MISUSED after a message that says what is accepted. */
static int refuse_value(const struct option_table *table, const struct option *option,
                        const char *value, const char *wrong)
{
    char accepted[256];
    char hint[NEAREST_HINT];
    struct nearest nearest;

    options_accepted(option, value, accepted, sizeof accepted);
    if (wrong == NULL) {
        return misuse("%s: --%s needs a value: %s", table->command, option->name, accepted);
    }
    options_nearest(option, value, &nearest);
    return misuse("%s: --%s %s: %s; %sit takes %s", table->command, option->name,
                  value[0] != '\0' ? value : "''", wrong,
                  nearest_hint(&nearest, "", hint, sizeof hint), accepted);
}

/* Refuse an option that the table does not have. It may be the name of a file. Returns EXIT_MISUSED
 * after a message. */
static int refuse_option(const struct option_table *table, const char *argument)
{
    const char *const name = argument + strspn(argument, "-");
    char hint[NEAREST_HINT];
    struct nearest nearest;

    nearest_begin(&nearest, name, strcspn(name, "="));
    for (size_t i = 0; i < table->count; i++) {
        nearest_try(&nearest, table->options[i].name);
    }
    nearest_try(&nearest, "help");
    if (nearest.name == NULL && access(argument, F_OK) == 0) {
        return misuse("%s: unknown option '%s'; the file of this name is ./%s", table->command,
                      argument, argument);
    }
    return misuse("%s: unknown option '%s'; %ssee srnn help %s", table->command, argument,
                  nearest_hint(&nearest, "--", hint, sizeof hint), table->command);
}

/* Read the option argv[*index], which begins with a dash. Where its value is the next
 * argument, *index moves on to it. Returns OPTIONS_GO_ON or an exit code. */
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
        return refuse_option(table, argument);
    }
    if (option->kind == OPTION_FLAG) {
        if (name[length] == '=') {
            return misuse("%s: --%s takes no value", table->command, option->name);
        }
    } else if (name[length] == '=') {
        value = name + length + 1;
    } else if (*index + 1 < argc) {
        value = argv[++*index];
    } else {
        return refuse_value(table, option, NULL, NULL);
    }
    wrong = options_set(option, settings, value);
    if (wrong != NULL) {
        return refuse_value(table, option, value, wrong);
    }
    arguments->given[option - table->options] = 1;
    return OPTIONS_GO_ON;
}

int options_parse(const struct option_table *table, int argc, char **argv, void *settings,
                  struct arguments *arguments)
{
    int only_operands = 0; /* after "--" */

    memset(arguments, 0, sizeof *arguments);
    if (argc == 2 && strcmp(argv[1], OPTIONS_ASK) == 0) {
        asked = table;
        return EXIT_DONE;
    }
    for (int i = 1; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = 1;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0') {
            const int result = parse_option(table, argc, argv, &i, settings, arguments);

            if (result != OPTIONS_GO_ON) {
                return result;
            }
        } else if (argv[i][0] == '\0') {
            return misuse("%s: an argument is empty; usage: srnn %s %s", table->command,
                          table->command, table->synopsis);
        } else if (arguments->operand_count == table->most_operands) {
            return misuse("%s: '%s' is one argument too many; usage: srnn %s %s", table->command,
                          argv[i], table->command, table->synopsis);
        } else {
            arguments->operands[arguments->operand_count++] = argv[i];
        }
    }
    if (arguments->operand_count < table->least_operands) {
        return misuse("%s: too few arguments; usage: srnn %s %s", table->command, table->command,
                      table->synopsis);
    }
    return OPTIONS_GO_ON;
}

int options_read(const struct option_table *table, int argc, char **argv, void *settings,
                 struct arguments *arguments)
{
    options_default(table, settings);
    return options_parse(table, argc, argv, settings, arguments);
}

int options_scope(const struct option_table *table, const struct arguments *arguments,
                  unsigned scope, const char *what)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];

        if (arguments->given[i] && option->scope != 0 && (option->scope & scope) == 0) {
            return misuse("%s: --%s does not apply to %s", table->command, option->name, what);
        }
    }
    return 0;
}

int options_given(const struct option_table *table, const struct arguments *arguments,
                  const char *name)
{
    return arguments->given[options_find(table, name, strlen(name)) - table->options];
}
