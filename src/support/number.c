/* number.c - numbers as text */
#include "support/number.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number of digits at the beginning of a text. */
static size_t digits(const char *text)
{
    size_t count = 0;

    while (text[count] >= '0' && text[count] <= '9') {
        count++;
    }
    return count;
}

size_t number_length(const char *text)
{
    size_t length = text[0] == '+' || text[0] == '-' ? 1 : 0;
    size_t exponent;
    const size_t whole = digits(text + length);
    size_t fraction = 0;

    length += whole;
    if (text[length] == '.') {
        fraction = digits(text + length + 1);
        length += 1 + fraction;
    }
    if (whole + fraction == 0) {
        return 0;
    }
    if (text[length] == 'e' || text[length] == 'E') {
        exponent = text[length + 1] == '+' || text[length + 1] == '-' ? 2 : 1;
        fraction = digits(text + length + exponent);
        length += fraction > 0 ? exponent + fraction : 0;
    }
    return length;
}

const char *number_read(const char *text, double *number, const char **end)
{
    const size_t length = number_length(text);
    char *stop;

    errno = 0;
    *number = strtod(text, &stop);
    if (length == 0 || stop != text + length) { /* strtod has hexadecimal, "inf" and "nan" too */
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

const char *rounded_describe(double number, int digits, char *text, size_t size)
{
    if (number != number) {
        snprintf(text, size, "nan");
    } else {
        snprintf(text, size, "%.*g", digits, number);
    }
    return text;
}

const char *fixed_describe(double number, int digits, char *text, size_t size)
{
    const double magnitude = number < 0.0 ? -number : number;
    double least = 1.0;

    if (number != number) {
        return rounded_describe(number, digits, text, size);
    }
    for (int i = 2; i < digits; i++) {
        least /= 10.0;
    }
    snprintf(text, size, number == 0.0 || (magnitude >= least && magnitude < 1e9) ? "%.*f" : "%.*e",
             digits, number);
    return text;
}
