/* number.c - numbers as text */
#include "support/number.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *number_read(const char *text, double *number, const char **end)
{
    char *stop;

    /* strtod would accept hexadecimal, "inf" and "nan" too. */
    if (strspn(text, "+-.0123456789") == 0 || strpbrk(text, "xXnN") != NULL) {
        return "not a number";
    }
    errno = 0;
    *number = strtod(text, &stop);
    if (stop == text || *number != *number) {
        return "not a number";
    }
    if (errno == ERANGE) {
        return *number > 1.0 || *number < -1.0 ? "out of range: too far from 0"
                                               : "out of range: too close to 0";
    }
    *end = stop;
    return NULL;
}

const char *count_read(const char *text, uint64_t *count, const char **end)
{
    char *stop;

    if (*text < '0' || *text > '9') {
        return "not a whole number";
    }
    errno = 0;
    *count = (uint64_t)strtoull(text, &stop, 10);
    if (errno == ERANGE) {
        return "too large";
    }
    *end = stop;
    return NULL;
}

void number_describe(double number, char *text, size_t size)
{
    int digits = 1;

    do {
        snprintf(text, size, "%.*g", digits, number);
    } while (strtod(text, NULL) != number && digits++ < 17);
}

const char *fixed_describe(double number, int digits, char *text, size_t size)
{
    const int is_short = number < 1e9 && number > -1e9;

    if (number != number) {
        snprintf(text, size, "nan"); /* with a sign on some machines */
    } else {
        snprintf(text, size, is_short ? "%.*f" : "%.*e", digits, number);
    }
    return text;
}
