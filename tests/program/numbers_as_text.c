/* numbers_as_text.c - what src/support/number.c reads and writes
 *
 *     numbers_as_text FUNCTION ARGUMENT... <lines
 *
 * Prints a line for each line of standard input. FUNCTION is
 *
 *     number    number_read: the number, and the rest of the line; or what is wrong
 *     count     count_read, the same
 *     shortest  number_describe
 *     rounded   rounded_describe; the argument is the number of digits
 *     fixed     fixed_describe; the argument is the number of digits */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/number.h"

static void print_read(const char *fault, const char *read, const char *rest)
{
    if (fault != NULL) {
        printf("%s\n", fault);
    } else {
        printf("%s|%s\n", read, rest);
    }
}

int main(int argc, char **argv)
{
    const char *function = argc > 1 ? argv[1] : "";
    const int digits = argc > 2 ? atoi(argv[2]) : 0;
    char line[200];
    char text[100];
    const char *rest = NULL;

    while (fgets(line, sizeof line, stdin) != NULL) {
        double number = 0.0;
        uint64_t count = 0;

        line[strcspn(line, "\n")] = '\0';
        if (strcmp(function, "number") == 0) {
            const char *fault = number_read(line, &number, &rest);

            snprintf(text, sizeof text, "%.17g", number);
            print_read(fault, text, rest);
        } else if (strcmp(function, "count") == 0) {
            const char *fault = count_read(line, &count, &rest);

            snprintf(text, sizeof text, "%" PRIu64, count);
            print_read(fault, text, rest);
        } else if (strcmp(function, "shortest") == 0) {
            number_describe(strtod(line, NULL), text, sizeof text);
            puts(text);
        } else if (strcmp(function, "rounded") == 0) {
            puts(rounded_describe(strtod(line, NULL), digits, text, sizeof text));
        } else if (strcmp(function, "fixed") == 0) {
            puts(fixed_describe(strtod(line, NULL), digits, text, sizeof text));
        } else {
            fprintf(stderr, "numbers_as_text: no function %s\n", function);
            return 2;
        }
    }
    return 0;
}
