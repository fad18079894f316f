/* option_values.c - the values of options: read from text, written as text, and described */
#include "support/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Read a number from the beginning of `text`; `*end` is the first character after it.
 * Returns NULL, or what is wrong. */
static const char *read_number(const char *text, double *number, const char **end)
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
        return *number > 1.0 ? "too large" : "too small";
    }
    *end = stop;
    return NULL;
}

/* Read a whole number from the beginning of `text`; `*end` is the first character after
 * it. Returns NULL, or what is wrong. */
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

/* Returns NULL when `number` lies within the option's bounds, else what is wrong. */
static const char *check_bounds(const struct option *option, double number)
{
    if (number < option->least) {
        return "too small";
    }
    return number > option->most ? "too large" : NULL;
}

/* The set_* functions read `text` and store the value at `value`, whose type is that of the
 * option's kind. They return NULL, or what is wrong; then the value stays as it was. */

static const char *set_flag(const struct option *option, void *value, const char *text)
{
    (void)option;
    *(int *)value = strcmp(text, "0") != 0;
    return NULL;
}

static const char *set_text(const struct option *option, void *value, const char *text)
{
    (void)option;
    *(const char **)value = text;
    return NULL;
}

static const char *set_count(const struct option *option, void *value, const char *text)
{
    uint64_t count;
    const char *end;
    const char *wrong = read_count(text, &count, &end);

    if (wrong == NULL) {
        wrong = *end != '\0' ? "not a whole number" : check_bounds(option, (double)count);
    }
    if (wrong == NULL) {
        *(uint64_t *)value = count;
    }
    return wrong;
}

/* For OPTION_NUMBER and OPTION_SECONDS; only the latter may end with a unit of time. */
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
        return "not one of the choices";
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
        return "not one of the choices";
    }
    measure.choice = choice->value;
    if (choice->value == 0) {
        wrong = text[length] != '\0' ? "a number is not accepted here" : NULL;
    } else if (text[length] == '\0') {
        wrong = "the number is missing";
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

/* Read N or LOW:HIGH from the beginning of `text`; `*end` is the first character after it.
 * Returns NULL, or what is wrong. */
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
            wrong = "HIGH, which is excluded, must be above LOW";
        }
    }
    wrong = wrong != NULL ? wrong : check_bounds(option, (double)low);
    wrong = wrong != NULL ? wrong : check_bounds(option, (double)high - 1.0);
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
        wrong = "not a length";
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
            return "not a list of lengths";
        }
    }
    *(struct ranges *)value = ranges;
    return NULL;
}

const char *options_set(const struct option *option, void *settings, const char *text)
{
    static const char *(*const setters[])(const struct option *, void *, const char *) = {
        [OPTION_FLAG] = set_flag,      [OPTION_COUNT] = set_count,   [OPTION_NUMBER] = set_number,
        [OPTION_SECONDS] = set_number, [OPTION_TEXT] = set_text,     [OPTION_CHOICE] = set_choice,
        [OPTION_RANGE] = set_range,    [OPTION_RANGES] = set_ranges, [OPTION_MEASURE] = set_measure,
    };

    return setters[option->kind](option, (char *)settings + option->offset, text);
}

/* The name of the choice with this value, which is in the list. */
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

void options_bounds(const struct option *option, char *text, size_t size)
{
    char least[24];
    char most[24];

    snprintf(least, sizeof least, "%.12g", option->least);
    if (option->kind == OPTION_COUNT && option->most > 1e15) {
        snprintf(most, sizeof most, "2^64 - 1");
    } else {
        snprintf(most, sizeof most, "%.12g", option->most);
    }
    snprintf(text, size, "%s to %s", least, most);
}

/* Write the names of the choices, "a, b or c". Choices other than 0 are followed by
 * `suffix`, which is ":C" where a number belongs to them. */
static void list_choices(const struct choice *choices, const char *suffix, char *text, size_t size)
{
    text[0] = '\0';
    for (const struct choice *choice = choices; choice->name != NULL; choice++) {
        const size_t used = strlen(text);
        const char *separator = choice == choices ? "" : choice[1].name != NULL ? ", " : " or ";

        snprintf(text + used, size - used, "%s%s%s", separator, choice->name,
                 choice->value != 0 ? suffix : "");
    }
}

void options_accepted(const struct option *option, char *text, size_t size)
{
    char bounds[64];
    char names[128];

    options_bounds(option, bounds, sizeof bounds);
    switch (option->kind) {
    case OPTION_FLAG:
        snprintf(text, size, "no value");
        break;
    case OPTION_COUNT:
        snprintf(text, size, "a whole number from %s", bounds);
        break;
    case OPTION_NUMBER:
        snprintf(text, size, "a number from %s", bounds);
        break;
    case OPTION_SECONDS:
        snprintf(text, size, "a time such as 90, 90s, 5m or 2h, from %s seconds", bounds);
        break;
    case OPTION_TEXT:
        snprintf(text, size, "%s", option->operand);
        break;
    case OPTION_CHOICE:
        list_choices(option->choices, "", text, size);
        break;
    case OPTION_RANGE:
        snprintf(text, size, "N or LOW:HIGH, from %s", bounds);
        break;
    case OPTION_RANGES:
        snprintf(text, size, "up to %d lengths such as 50,100,50:200, from %s", MAX_RANGES, bounds);
        break;
    case OPTION_MEASURE:
        list_choices(option->choices, ":C", names, sizeof names);
        snprintf(text, size, "%s, with C from %s", names, bounds);
        break;
    }
}
