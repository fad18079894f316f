/* unset_options.c - what the options of all commands are where the command line does not set them
 *
 * Fills the settings of each command with ones, sets them to their defaults, and prints a line
 * "COMMAND" with the options behind it that have no default and are not zero. */
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "support/options.h"

/* No command has larger settings. */
#define MOST_BYTES 8192

/* Of a value of each kind. */
static const size_t sizes[] = {
    [OPTION_FLAG] = sizeof(int),
    [OPTION_COUNT] = sizeof(uint64_t),
    [OPTION_NUMBER] = sizeof(double),
    [OPTION_SECONDS] = sizeof(double),
    [OPTION_TEXT] = sizeof(const char *),
    [OPTION_FILE] = sizeof(const char *), [OPTION_OUTPUT] = sizeof(const char *),
    [OPTION_CHOICE] = sizeof(uint32_t),
    [OPTION_RANGE] = sizeof(struct range),
    [OPTION_RANGES] = sizeof(struct ranges),
};

static void print_not_zero(const struct option_table *table, const unsigned char *settings)
{
    static const unsigned char zeros[sizeof(struct ranges)];

    printf("%s", table->command);
    for (size_t i = 0; i < table->count; i++) {
        const struct option *option = &table->options[i];

        if (option->fallback == NULL &&
            memcmp(settings + option->offset, zeros, sizes[option->kind]) != 0) {
            printf(" --%s", option->name);
        }
    }
    putchar('\n');
}

int main(void)
{
    static int (*const commands[])(int argc, char **argv) = {
        command_train,   command_eval, command_inspect, command_predict, command_sample,
        command_convert, command_flow, command_figure,  command_bench,   command_demo};
    static char ask[] = OPTIONS_ASK;
    char *arguments[] = {ask, ask, NULL};
    static union {
        unsigned char bytes[MOST_BYTES];
        uint64_t alignment;
    } settings;

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        (void)commands[i](2, arguments);
        memset(settings.bytes, 0xff, sizeof settings.bytes);
        options_default(options_asked(), settings.bytes);
        print_not_zero(options_asked(), settings.bytes);
    }
    return 0;
}
