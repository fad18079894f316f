/* completion.c - scripts with which shells complete command lines, from the tables of options */
#include "support/completion.h"

#include <stdio.h>
#include <string.h>

#include "support/method.h"

static const char *const shell_names[SHELLS] = {"bash", "zsh", "fish"};

enum shell completion_shell(const char *name)
{
    enum shell shell = SHELL_BASH;

    while (shell < SHELLS && strcmp(shell_names[shell], name) != 0) {
        shell++;
    }
    return shell;
}

/* What may follow an option. */
static int takes_value(const struct option *option)
{
    return option->kind != OPTION_FLAG;
}

static int takes_file(const struct option *option)
{
    return option->kind == OPTION_FILE || option->kind == OPTION_OUTPUT;
}

static int takes_word(const struct option *option)
{
    return option->kind == OPTION_CHOICE || option->kind == OPTION_METHOD;
}

/* Print the words that an option takes, blanks between them: choices, or kinds of a method. */
static void print_words(const struct option *option)
{
    const struct choice *choices = option->values;
    const struct form *forms = option->values;

    if (option->kind == OPTION_CHOICE) {
        for (size_t i = 0; choices[i].name != NULL; i++) {
            printf("%s%s", i > 0 ? " " : "", choices[i].name);
        }
        return;
    }
    for (size_t i = 0; forms[i].kind != NULL; i++) {
        if (i == 0 || strcmp(forms[i].kind, forms[i - 1].kind) != 0) {
            printf("%s%s", i > 0 ? " " : "", forms[i].kind);
        }
    }
}

/* Print the names of a command's operand, blanks between them. */
static void print_names(const struct completed *command)
{
    for (size_t i = 0; command->place > 0 && command->name(i) != NULL; i++) {
        printf("%s%s", i > 0 ? " " : "", command->name(i));
    }
}

/* Print the first line of a text for a place between single quotes, with a backslash before each of
 * `special`. */
static void print_quoted(const char *text, const char *special)
{
    for (; *text != '\0' && *text != '\n'; text++) {
        if (*text == '\'') {
            fputs("'\\'", stdout);
        } else if (strchr(special, *text) != NULL) {
            putchar('\\');
        }
        putchar(*text);
    }
}

/* ---------------------------------------------------------------------------
 * bash
 * ------------------------------------------------------------------------ */

static void bash_begin(const struct completed *commands, size_t count)
{
    puts("# bash completion for srnn: the output of srnn help --completion bash\n"
         "_srnn()\n"
         "{\n"
         "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
         "    local flags='' takes='' words='' names='' files='' place=0 at=1 i\n"
         "    local IFS=$' \\t\\n'\n"
         "    COMPREPLY=()\n"
         "    # --name=value comes as three words.\n"
         "    if [[ $cur == = ]]; then\n"
         "        cur=''\n"
         "    elif [[ $prev == = ]]; then\n"
         "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
         "    fi");
    printf("    local commands='");
    for (size_t i = 0; i < count; i++) {
        printf("%s ", commands[i].command);
    }
    puts("help'\n"
         "    if ((COMP_CWORD == 1)); then\n"
         "        COMPREPLY=($(compgen -W \"$commands --help --version\" -- \"$cur\"))\n"
         "        return\n"
         "    fi\n"
         "    case ${COMP_WORDS[1]} in\n"
         "    help)\n"
         "        place=1 names=${commands% help} takes=--completion\n"
         "        if [[ $prev == --completion ]]; then\n"
         "            words='bash zsh fish'\n"
         "        fi\n"
         "        ;;");
}

static void bash_begin_command(const struct completed *command)
{
    printf("    %s)\n        place=%d names='", command->command, (int)command->place);
    print_names(command);
    puts("'");
}

/* Print the names of the options with a value, or of those without. */
static void bash_print_list(const struct option_table *table, const char *variable, int with_value)
{
    printf("        %s='%s", variable, with_value ? "" : "--help");
    for (size_t i = 0; i < table->count; i++) {
        if (takes_value(&table->options[i]) == with_value) {
            printf(" --%s", table->options[i].name);
        }
    }
    puts("'");
}

static void bash_options(const struct option_table *table)
{
    bash_print_list(table, "flags", 0);
    bash_print_list(table, "takes", 1);
    puts("        case $prev in");
    for (size_t i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];

        if (takes_word(option)) {
            printf("        --%s) words='", option->name);
            print_words(option);
            puts("' ;;");
        } else if (takes_file(option)) {
            printf("        --%s) files=yes ;;\n", option->name);
        }
    }
    puts("        *) ;;\n"
         "        esac");
}

static void bash_end(void)
{
    puts("    *) return ;;\n"
         "    esac\n"
         "    if [[ \" $takes \" == *\" $prev \"* ]]; then\n"
         "        :\n"
         "    elif [[ $cur == -* ]]; then\n"
         "        words=\"$flags $takes\"\n"
         "    else\n"
         "        for ((i = 2; i < COMP_CWORD; i++)); do\n"
         "            case ${COMP_WORDS[i]} in\n"
         "            -*)\n"
         "                if [[ ${COMP_WORDS[i+1]} == = ]]; then\n"
         "                    i=$((i + 2))\n"
         "                elif [[ \" $takes \" == *\" ${COMP_WORDS[i]} \"* ]]; then\n"
         "                    i=$((i + 1))\n"
         "                fi\n"
         "                ;;\n"
         "            *) at=$((at + 1)) ;;\n"
         "            esac\n"
         "        done\n"
         "        if ((at == place)); then\n"
         "            words=$names\n"
         "        else\n"
         "            files=yes\n"
         "        fi\n"
         "    fi\n"
         "    if [[ $files ]]; then\n"
         "        compopt -o filenames 2>/dev/null\n"
         "        IFS=$'\\n'\n"
         "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
         "    else\n"
         "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "    fi\n"
         "}\n"
         "complete -F _srnn srnn");
}

/* ---------------------------------------------------------------------------
 * zsh
 * ------------------------------------------------------------------------ */

/* What ends a word or begins an action of _arguments. */
#define ZSH_SPECIAL ":[]\\"

static void zsh_begin(const struct completed *commands, size_t count)
{
    puts("# zsh completion for srnn: the output of srnn help --completion zsh\n"
         "_srnn() {\n"
         "  local -a commands\n"
         "  local command=$words[2]\n"
         "  commands=(");
    for (size_t i = 0; i < count; i++) {
        printf("    '%s:", commands[i].command);
        print_quoted(commands[i].summary, ":\\");
        puts("'");
    }
    puts("    'help:print the help of a command'\n"
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe -t commands command commands\n"
         "    return\n"
         "  fi\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $command in\n"
         "  help)\n"
         "    if [[ $words[CURRENT-1] == --completion ]]; then\n"
         "      compadd bash zsh fish\n"
         "    else\n"
         "      _describe -t commands command commands\n"
         "      compadd -- --completion\n"
         "    fi\n"
         "    ;;");
}

static void zsh_begin_command(const struct completed *command)
{
    printf("  %s)\n    _arguments \\\n", command->command);
    if (command->place > 0) {
        printf("      '%d:name:(", (int)command->place);
        print_names(command);
        puts(")' \\");
    }
    puts("      '*:file:_files' \\");
}

static void zsh_options(const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];

        printf("      '--%s%s[", option->name, takes_value(option) ? "=" : "");
        print_quoted(option->help, ZSH_SPECIAL);
        putchar(']');
        if (takes_word(option)) {
            printf(":value:(");
            print_words(option);
            putchar(')');
        } else if (takes_value(option)) {
            putchar(':');
            print_quoted(option->operand, ZSH_SPECIAL);
            printf(":%s", takes_file(option) ? "_files" : " ");
        }
        puts("' \\");
    }
    puts("      '--help[print the help of the command]'");
}

static void zsh_end(void)
{
    puts("  esac\n"
         "}\n"
         "compdef _srnn srnn");
}

/* ---------------------------------------------------------------------------
 * fish
 * ------------------------------------------------------------------------ */

static void fish_begin(const struct completed *commands, size_t count)
{
    puts("# fish completion for srnn: the output of srnn help --completion fish\n"
         "complete -c srnn -n '__fish_seen_subcommand_from help' -x -l completion \\\n"
         "    -a 'bash zsh fish' -d 'print the script of a shell'\n"
         "complete -c srnn -n __fish_use_subcommand -f -l help -d 'print the help'\n"
         "complete -c srnn -n __fish_use_subcommand -f -s V -l version -d 'print the version'\n"
         "complete -c srnn -n __fish_use_subcommand -f -a help -d 'print the help of a command'");
    for (size_t i = 0; i < count; i++) {
        printf("complete -c srnn -n __fish_use_subcommand -f -a %s -d '", commands[i].command);
        print_quoted(commands[i].summary, "\\");
        puts("'");
        printf("complete -c srnn -n '__fish_seen_subcommand_from help' -f -a %s\n",
               commands[i].command);
    }
}

static void fish_begin_command(const struct completed *command)
{
    if (command->place > 0) {
        printf("complete -c srnn -n '__fish_seen_subcommand_from %s' -a '", command->command);
        print_names(command);
        puts("'");
    }
}

static void fish_options(const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];

        printf("complete -c srnn -n '__fish_seen_subcommand_from %s' -l %s", table->command,
               option->name);
        if (takes_value(option)) {
            printf(" %s", takes_file(option) ? "-r" : "-x");
        }
        if (takes_word(option)) {
            printf(" -a '");
            print_words(option);
            putchar('\'');
        }
        printf(" -d '");
        print_quoted(option->help, "\\");
        puts("'");
    }
    printf("complete -c srnn -n '__fish_seen_subcommand_from %s' -l help -d 'print the help of the "
           "command'\n",
           table->command);
}

/* ---------------------------------------------------------------------------
 * All shells
 * ------------------------------------------------------------------------ */

static void no_end(void)
{
}

void completion_print(enum shell shell, const struct completed *commands, size_t count)
{
    static const struct {
        void (*begin)(const struct completed *commands, size_t count);
        void (*begin_command)(const struct completed *command);
        void (*options)(const struct option_table *table);
        const char *end_command;
        void (*end)(void);
    } scripts[SHELLS] = {
        {bash_begin, bash_begin_command, bash_options, "        ;;\n", bash_end},
        {zsh_begin, zsh_begin_command, zsh_options, "    ;;\n", zsh_end},
        {fish_begin, fish_begin_command, fish_options, "", no_end},
    };

    scripts[shell].begin(commands, count);
    for (size_t i = 0; i < count; i++) {
        scripts[shell].begin_command(&commands[i]);
        scripts[shell].options(commands[i].table);
        fputs(scripts[shell].end_command, stdout);
    }
    scripts[shell].end();
}
