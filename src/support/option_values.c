/* option_values.c - the values of options: read from text, written as text, and described */
#include "support/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "support/method.h"
#include "support/number.h"

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

static const char *set_file(const struct option *option, void *value, const char *text)
{
    return *text == '\0' ? "an empty name" : set_text(option, value, text);
}

static const char *set_output(const struct option *option, void *value, const char *text)
{
    return strcmp(text, "-") == 0 ? "not standard output; ./- names a file that is called so"
                                  : set_file(option, value, text);
}

static const char *set_count(const struct option *option, void *value, const char *text)
{
    uint64_t count;
    const char *end;
    const char *wrong = count_read(text, &count, &end);

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
    const char *wrong = number_read(text, &number, &end);

    if (wrong == NULL && *end != '\0') {
        while (unit->name != NULL && strcmp(unit->name, end) != 0) {
            unit++;
        }
        if (unit->name == NULL || option->kind != OPTION_SECONDS) {
            return *end == ',' ? "not a number, whose decimal mark is a point" : "not a number";
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

/* The choice called `name`, or NULL. */
static const struct choice *find_choice(const struct choice *choices, const char *name)
{
    while (choices->name != NULL && strcmp(choices->name, name) != 0) {
        choices++;
    }
    return choices->name != NULL ? choices : NULL;
}

static const char *set_choice(const struct option *option, void *value, const char *text)
{
    const struct choice *choice = find_choice(option->values, text);

    if (choice == NULL) {
        return "not one of the choices";
    }
    *(uint32_t *)value = choice->value;
    return NULL;
}

static const char *set_method(const struct option *option, void *value, const char *text)
{
    return method_read(option->values, text, value);
}

/* Read N or LOW:HIGH from the beginning of `text`; `*end` is the first character after it.
 * Returns NULL, or what is wrong. */
static const char *read_range(const struct option *option, const char *text, struct range *range,
                              const char **end)
{
    uint64_t low;
    uint64_t high;
    const char *wrong = count_read(text, &low, end);

    if (wrong != NULL) {
        return wrong;
    }
    high = low + 1;
    if (**end == ':') {
        wrong = count_read(*end + 1, &high, end);
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
        [OPTION_SECONDS] = set_number, [OPTION_TEXT] = set_text,     [OPTION_FILE] = set_file,
        [OPTION_OUTPUT] = set_output,  [OPTION_CHOICE] = set_choice, [OPTION_RANGE] = set_range,
        [OPTION_RANGES] = set_ranges,  [OPTION_METHOD] = set_method,
    };

    return setters[option->kind](option, (char *)settings + option->offset, text);
}

void options_clear(const struct option *option, void *settings)
{
    static const size_t sizes[] = {
        [OPTION_FLAG] = sizeof(int),
        [OPTION_COUNT] = sizeof(uint64_t),
        [OPTION_NUMBER] = sizeof(double),
        [OPTION_SECONDS] = sizeof(double),
        [OPTION_TEXT] = sizeof(const char *),
        [OPTION_FILE] = sizeof(const char *),
        [OPTION_OUTPUT] = sizeof(const char *),
        [OPTION_CHOICE] = sizeof(uint32_t),
        [OPTION_RANGE] = sizeof(struct range),
        [OPTION_RANGES] = sizeof(struct ranges),
        [OPTION_METHOD] = sizeof(struct method),
    };

    memset((char *)settings + option->offset, 0, sizes[option->kind]);
}

/* The name of the choice with this value, which is in the list. */
static const char *choice_name(const struct choice *choices, uint32_t value)
{
    while (choices->name != NULL && choices->value != value) {
        choices++;
    }
    return choices->name != NULL ? choices->name : "?";
}

void options_describe(const struct option *option, const void *settings, char *text, size_t size)
{
    const void *value = (const char *)settings + option->offset;
    const struct range *range = value;

    switch (option->kind) {
    case OPTION_FLAG:
        snprintf(text, size, "%d", *(const int *)value);
        break;
    case OPTION_COUNT:
        snprintf(text, size, "%llu", (unsigned long long)*(const uint64_t *)value);
        break;
    case OPTION_NUMBER:
    case OPTION_SECONDS:
        number_describe(*(const double *)value, text, size);
        break;
    case OPTION_CHOICE:
        snprintf(text, size, "%s", choice_name(option->values, *(const uint32_t *)value));
        break;
    case OPTION_RANGE:
        snprintf(text, size, "%lu:%lu", (unsigned long)range->low, (unsigned long)range->high);
        break;
    case OPTION_METHOD:
        method_describe(option->values, value, text, size);
        break;
    case OPTION_TEXT:
    case OPTION_FILE:
    case OPTION_OUTPUT:
    case OPTION_RANGES:
        snprintf(text, size, "%s", "");
        break;
    }
}

/* Write a bound as it could be typed: a count has no exponent. */
static void describe_bound(const struct option *option, double bound, char *text, size_t size)
{
    if (option->kind == OPTION_COUNT && bound > 1e15) {
        snprintf(text, size, "2^64 - 1");
    } else {
        snprintf(text, size, option->kind == OPTION_COUNT ? "%.0f" : "%.12g", bound);
    }
}

void options_bounds(const struct option *option, char *text, size_t size)
{
    char least[24];
    char most[24];

    describe_bound(option, option->least, least, sizeof least);
    describe_bound(option, option->most, most, sizeof most);
    snprintf(text, size, "%s to %s", least, most);
}

/* Write the names of the choices, "a, b or c". */
static void list_choices(const struct choice *choices, char *text, size_t size)
{
    text[0] = '\0';
    for (const struct choice *choice = choices; choice->name != NULL; choice++) {
        message_list(text, size, choice->name, choice[1].name == NULL);
    }
}

void options_accepted(const struct option *option, const char *value, char *text, size_t size)
{
    char bounds[64];

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
    case OPTION_FILE:
    case OPTION_OUTPUT:
        snprintf(text, size, "%s", option->operand);
        break;
    case OPTION_CHOICE:
        list_choices(option->values, text, size);
        break;
    case OPTION_RANGE:
        snprintf(text, size, "N or LOW:HIGH, from %s", bounds);
        break;
    case OPTION_RANGES:
        snprintf(text, size, "up to %d lengths such as 50,100,50:200, from %s", MAX_RANGES, bounds);
        break;
    case OPTION_METHOD:
        method_accepted(option->values, value, text, size);
        break;
    }
}

void options_nearest(const struct option *option, const char *value, struct nearest *nearest)
{
    nearest_begin(nearest, value, strlen(value));
    if (option->kind == OPTION_CHOICE) {
        for (const struct choice *choice = option->values; choice->name != NULL; choice++) {
            nearest_try(nearest, choice->name);
        }
    } else if (option->kind == OPTION_METHOD) {
        method_nearest(option->values, value, nearest);
    }
}
