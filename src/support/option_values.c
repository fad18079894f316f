/* option_values.c - the values of options: from text, and back to text */
#include "support/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads a number that ends at `*end`, which must not be where it starts. Gives
 * NULL, or what is wrong. strtod would also take "inf", "nan" and hexadecimal. */
static const char *read_number(const char *text, double *number, const char **end)
{
    char *stop;

    /* strtod would also take hexadecimal, "inf" and "nan". */
    if (strspn(text, "+-.0123456789") == 0 || strpbrk(text, "xXnN") != NULL) {
        return "not a number";
    }
    errno = 0;
    *number = strtod(text, &stop);
    if (stop == text || errno == ERANGE || *number != *number) {
        return "not a number";
    }
    *end = stop;
    return NULL;
}

/* Reads a whole number that ends at `*end`. Gives NULL, or what is wrong. */
static const char *read_count(const char *text, uint64_t *count, const char **end)
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

/* Whether `number` lies within the option's bounds: NULL, or what is wrong. */
static const char *check_bounds(const struct option *option, double number)
{
    if (number < option->least) {
        return "too small";
    }
    return number > option->most ? "too large" : NULL;
}

static const char *set_count(const struct option *option, void *value, const char *text)
{
    uint64_t count;
    const char *end;
    const char *wrong = read_count(text, &count, &end);

    if (wrong == NULL && *end != '\0') {
        wrong = "not a whole number";
    }
    if (wrong == NULL) {
        wrong = check_bounds(option, (double)count);
    }
    if (wrong == NULL) {
        *(uint64_t *)value = count;
    }
    return wrong;
}

/* A number with a unit from `units`, each with its factor, or with none. */
static const char *set_number(const struct option *option, void *value, const char *text)
{
    static const struct choice units[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {NULL, 0}};
    const struct choice *unit = units;
    const char *end;
    double number;
    const char *wrong = read_number(text, &number, &end);

    if (wrong == NULL && *end != '\0') {
        while (unit->name != NULL && strcmp(unit->name, end) != 0) {
            unit++;
        }
        if (unit->name == NULL || option->kind != OPTION_SECONDS) {
            return "not a number";
        }
        number *= unit->value;
    }
    if (wrong == NULL) {
        wrong = check_bounds(option, number);
    }
    if (wrong == NULL) {
        *(double *)value = number;
    }
    return wrong;
}

/* The choice called by the `length` characters at `name`, or NULL. */
static const struct choice *find_choice(const struct choice *choices, const char *name,
                                        size_t length)
{
    for (; choices->name != NULL; choices++) {
        if (strlen(choices->name) == length && strncmp(choices->name, name, length) == 0) {
            return choices;
        }
    }
    return NULL;
}

static const char *set_choice(const struct option *option, void *value, const char *text)
{
    const struct choice *choice = find_choice(option->choices, text, strlen(text));

    if (choice == NULL) {
        return "not one of its choices";
    }
    *(uint32_t *)value = choice->value;
    return NULL;
}

static const char *set_measure(const struct option *option, void *value, const char *text)
{
    const size_t length = strcspn(text, ":");
    const struct choice *choice = find_choice(option->choices, text, length);
    struct measure measure = {0, 0.0};
    const char *wrong = NULL;
    const char *end;

    if (choice == NULL) {
        return "not one of its choices";
    }
    measure.choice = choice->value;
    if (choice->value == 0) {
        wrong = text[length] != '\0' ? "no number goes with it" : NULL;
    } else if (text[length] == '\0') {
        wrong = "needs a number, as in NAME:1";
    } else {
        wrong = read_number(text + length + 1, &measure.number, &end);
        if (wrong == NULL) {
            wrong = *end != '\0' ? "not a number" : check_bounds(option, measure.number);
        }
    }
    if (wrong == NULL) {
        *(struct measure *)value = measure;
    }
    return wrong;
}

/* Reads N or LOW:HIGH from `text` up to `*end`. */
static const char *read_range(const struct option *option, const char *text, struct range *range,
                              const char **end)
{
    uint64_t low;
    uint64_t high;
    const char *wrong = read_count(text, &low, end);

    if (wrong != NULL) {
        return wrong;
    }
    high = low + 1;
    if (**end == ':') {
        wrong = read_count(*end + 1, &high, end);
        if (wrong == NULL && high <= low) {
            wrong = "the upper end, which is excluded, must be above the lower";
        }
    }
    if (wrong == NULL) {
        wrong = check_bounds(option, (double)low);
    }
    if (wrong == NULL) {
        wrong = check_bounds(option, (double)high - 1.0);
    }
    if (wrong == NULL) {
        range->low = (uint32_t)low;
        range->high = (uint32_t)high;
    }
    return wrong;
}

static const char *set_range(const struct option *option, void *value, const char *text)
{
    struct range range;
    const char *end;
    const char *wrong = read_range(option, text, &range, &end);

    if (wrong == NULL && *end != '\0') {
        wrong = "not N or LOW:HIGH";
    }
    if (wrong == NULL) {
        *(struct range *)value = range;
    }
    return wrong;
}

static const char *set_ranges(const struct option *option, void *value, const char *text)
{
    struct ranges ranges;
    const char *wrong;

    for (ranges.count = 0;;) {
        if (ranges.count == MAX_RANGES) {
            return "too many lengths";
        }
        wrong = read_range(option, text, &ranges.items[ranges.count], &text);
        if (wrong != NULL) {
            return wrong;
        }
        ranges.count++;
        if (*text == '\0') {
            break;
        }
        if (*text++ != ',') {
            return "not a list of N or LOW:HIGH";
        }
    }
    *(struct ranges *)value = ranges;
    return NULL;
}

const char *options_set(const struct option *option, void *settings, const char *text)
{
    void *value = (char *)settings + option->offset;

    switch (option->kind) {
    case OPTION_FLAG:
        *(int *)value = strcmp(text, "0") != 0;
        return NULL;
    case OPTION_COUNT:
        return set_count(option, value, text);
    case OPTION_NUMBER:
    case OPTION_SECONDS:
        return set_number(option, value, text);
    case OPTION_TEXT:
        *(const char **)value = text;
        return NULL;
    case OPTION_CHOICE:
        return set_choice(option, value, text);
    case OPTION_RANGE:
        return set_range(option, value, text);
    case OPTION_RANGES:
        return set_ranges(option, value, text);
    case OPTION_MEASURE:
        return set_measure(option, value, text);
    }
    return "no such kind";
}

/* The name of the choice of that value; the value is one of the list's. */
static const char *choice_name(const struct choice *choices, uint32_t value)
{
    while (choices->name != NULL && choices->value != value) {
        choices++;
    }
    return choices->name != NULL ? choices->name : "?";
}

/* Write a number with the fewest digits that read back as the same number. */
static void describe_number(double number, char *text, size_t size)
{
    int digits = 1;

    do {
        snprintf(text, size, "%.*g", digits, number);
    } while (strtod(text, NULL) != number && digits++ < 17);
}

void options_describe(const struct option *option, const void *settings, char *text, size_t size)
{
    const void *value = (const char *)settings + option->offset;
    const struct range *range = value;
    const struct measure *measure = value;
    char number[32];

    switch (option->kind) {
    case OPTION_FLAG:
        snprintf(text, size, "%d", *(const int *)value);
        break;
    case OPTION_COUNT:
        snprintf(text, size, "%llu", (unsigned long long)*(const uint64_t *)value);
        break;
    case OPTION_NUMBER:
    case OPTION_SECONDS:
        describe_number(*(const double *)value, text, size);
        break;
    case OPTION_CHOICE:
        snprintf(text, size, "%s", choice_name(option->choices, *(const uint32_t *)value));
        break;
    case OPTION_RANGE:
        snprintf(text, size, "%lu:%lu", (unsigned long)range->low, (unsigned long)range->high);
        break;
    case OPTION_MEASURE:
        if (measure->choice == 0) {
            snprintf(text, size, "%s", choice_name(option->choices, 0));
        } else {
            describe_number(measure->number, number, sizeof number);
            snprintf(text, size, "%s:%s", choice_name(option->choices, measure->choice), number);
        }
        break;
    case OPTION_TEXT:
    case OPTION_RANGES:
        snprintf(text, size, "%s", "");
        break;
    }
}
