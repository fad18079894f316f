/* fields.c - the fields of a line of a text file, and the numbers in them */
#include "storage/fields.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/number.h"
#include "support/try.h"

static int is_blank(char character)
{
    return character == ' ' || character == '\t';
}

static int is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* ---------------------------------------------------------------------------
 * Fields
 * ------------------------------------------------------------------------ */

char separator_of(unsigned kind, const char *at, const char *end)
{
    static const char separators[] = ";\t,";
    int quoted = 0;
    size_t found = SEPARATOR_BLANK;

    if (kind != SEPARATOR_FOUND) {
        return kind < SEPARATOR_BLANK ? separators[kind - 1] : ' ';
    }
    while (at < end && is_blank(*at)) { /* tabs there indent, and separate nothing */
        at++;
    }
    while (end > at && is_blank(end[-1])) {
        end--;
    }
    for (; at < end; at++) {
        const char *separator = memchr(separators, *at, sizeof separators - 1);

        quoted ^= *at == '"';
        if (!quoted && separator != NULL && (size_t)(separator - separators) + 1 < found) {
            found = (size_t)(separator - separators) + 1;
        }
    }
    return separator_of((unsigned)found, NULL, NULL);
}

/* Whether a character separates fields, or stands around them. */
static int separates(const struct fields *fields, char character)
{
    return character == fields->separator || (fields->separator == ' ' && character == '\t');
}

static int pads(const struct fields *fields, char character)
{
    return character == ' ' || (character == '\t' && fields->separator != '\t');
}

static void skip_padding(struct fields *fields)
{
    while (fields->at < fields->end && pads(fields, *fields->at)) {
        fields->at++;
    }
}

void fields_begin(struct fields *fields, const struct lines *lines, char separator, const char *at,
                  const char *end)
{
    fields->lines = lines;
    fields->at = at;
    fields->end = end;
    fields->separator = separator;
    fields->quotes = "\"";
    while (fields->end > at && pads(fields, fields->end[-1])) {
        fields->end--;
    }
    skip_padding(fields);
    fields->more = separator != ' ' || fields->at < fields->end;
}

/* Read a field in quotes, from the first of them on. Returns NULL, or what is wrong at
 * fields->at. */
static const char *next_quoted(struct fields *fields, struct field *field)
{
    const char quote = *fields->at;
    const char *at = fields->at + 1;

    while (at < fields->end && (*at != quote || (at + 1 < fields->end && at[1] == quote))) {
        at += *at == quote ? 2 : 1;
    }
    if (at >= fields->end) {
        return "a quote that does not end on its line";
    }
    field->text = fields->at + 1;
    field->length = (size_t)(at - field->text);
    field->quote = quote;
    fields->at = at + 1;
    skip_padding(fields);
    return NULL;
}

/* Read the next field. Returns NULL, or what is wrong at fields->at. */
static const char *next_field(struct fields *fields, struct field *field)
{
    const char *end;

    skip_padding(fields);
    memset(field, 0, sizeof *field);
    if (fields->at < fields->end && strchr(fields->quotes, *fields->at) != NULL) {
        const char *wrong = next_quoted(fields, field);

        if (wrong != NULL) {
            return wrong;
        }
        if (fields->at < fields->end && !separates(fields, *fields->at) &&
            !(fields->separator == ' ' && pads(fields, fields->at[-1]))) {
            return "more behind the quote that ends a field";
        }
    } else {
        field->text = fields->at;
        while (fields->at < fields->end && !separates(fields, *fields->at)) {
            fields->at++;
        }
        for (end = fields->at; end > field->text && is_blank(end[-1]);) {
            end--;
        }
        field->length = (size_t)(end - field->text);
    }
    fields->more = fields->at < fields->end;
    if (fields->more && separates(fields, *fields->at)) {
        fields->at++;
        skip_padding(fields);
    }
    return NULL;
}

int fields_next(struct fields *fields, struct field *field)
{
    const char *wrong = next_field(fields, field);

    return wrong == NULL ? 0 : fail_at(fields->lines, fields->at, "%s", wrong);
}

size_t fields_count(const struct fields *fields)
{
    struct fields ahead = *fields;
    struct field field;
    size_t count = 0;

    while (ahead.more && next_field(&ahead, &field) == NULL) {
        count++;
    }
    return count;
}

int fields_check(const struct fields *fields)
{
    struct fields ahead = *fields;
    struct field field;

    while (ahead.more) {
        TRY(fields_next(&ahead, &field));
    }
    return 0;
}

int field_is(const struct field *field, const char *text)
{
    size_t i = 0;

    for (; i < field->length && text[i] != '\0'; i++) {
        const char character = field->text[i];
        const int lower =
            character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;

        if (lower != text[i]) {
            return 0;
        }
    }
    return i == field->length && text[i] == '\0';
}

/* ---------------------------------------------------------------------------
 * Numbers
 * ------------------------------------------------------------------------ */

/* Whether text [length], which no digit follows, is a decimal number. */
static int is_decimal(const char *text, size_t length)
{
    return length > 0 && number_length(text) == length;
}

enum field_holds field_number(const struct field *field, double *number)
{
    static const char *const infinite[] = {"inf", "+inf", "-inf", "infinity", "-infinity"};

    *number = NAN;
    if (is_decimal(field->text, field->length)) {
        *number = strtod(field->text, NULL);
        return fabs(*number) <= (double)FLT_MAX ? HOLDS_NUMBER : HOLDS_INFINITE;
    }
    if (field->length == 0 || field_is(field, "?") || field_is(field, "nan") ||
        field_is(field, "na")) {
        return HOLDS_NOTHING;
    }
    for (size_t i = 0; i < sizeof infinite / sizeof infinite[0]; i++) {
        if (field_is(field, infinite[i])) {
            return HOLDS_INFINITE;
        }
    }
    return HOLDS_TEXT;
}

int field_has_decimal_comma(const struct field *field)
{
    const char *comma = memchr(field->text, ',', field->length);
    const size_t before = comma != NULL ? (size_t)(comma - field->text) : 0;

    return comma != NULL && is_decimal(field->text, before) &&
           is_decimal(comma + 1, field->length - before - 1) && is_digit(comma[1]);
}

int field_read(const struct fields *fields, const struct field *field, const struct field *name,
               double *number)
{
    enum { SHOWN = 24 }; /* characters of what is wrong that a message has */
    const enum field_holds holds = field_number(field, number);
    const int length = field->length < SHOWN ? (int)field->length : (int)SHOWN;
    char column[64] = "";
    double time;

    if (holds == HOLDS_NUMBER || holds == HOLDS_NOTHING) {
        return 0;
    }
    if (name != NULL) {
        snprintf(column, sizeof column,
                 "column %.*s: ", name->length < SHOWN ? (int)name->length : (int)SHOWN,
                 name->text);
    }
    if (holds == HOLDS_INFINITE) {
        return fail_at(fields->lines, field->text, "%snot a finite number", column);
    }
    if (field_has_decimal_comma(field)) {
        return fail_at(fields->lines, field->text,
                       "%s%.*s has a decimal comma; the numbers of a series have a decimal point",
                       column, length, field->text);
    }
    return fail_at(
        fields->lines, field->text, "%snot a number: %.*s%s", column, length, field->text,
        field_time(field, &time) == 0 ? "; only the first column may be a time"
                                      : "; a value that is missing is empty, ?, nan or NA");
}

int field_check_fraction(const struct fields *fields, const struct field *field)
{
    if (field->length < 2 || field->text[0] != '0' || !is_digit(field->text[1])) {
        return 0;
    }
    return fail_at(
        fields->lines, field->text,
        "is the comma before %.*s a decimal comma? The numbers of a series have a decimal "
        "point; --separator comma says that it separates",
        (int)field->length, field->text);
}

/* ---------------------------------------------------------------------------
 * Times
 * ------------------------------------------------------------------------ */

/* Days from 1970-01-01 to a day of the Gregorian calendar. */
static double days_of(unsigned year, unsigned month, unsigned day)
{
    /* The year begins in March, so that a leap day is its last. */
    const unsigned months = (month + 9) % 12;
    const unsigned years = year - (month < 3);

    return 365.0 * years + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day -
           719469.0;
}

/* Read exactly `count` digits at *text into *number, and go behind them. Returns whether they are
 * there. */
static int read_digits(const char **text, const char *end, int count, unsigned *number)
{
    *number = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (*text == end || !is_digit(**text)) {
            return 0;
        }
        *number = 10 * *number + (unsigned)(**text - '0');
    }
    return 1;
}

static int read_character(const char **text, const char *end, const char *characters)
{
    const int found = *text < end && strchr(characters, **text) != NULL;

    *text += found;
    return found;
}

/* Read what may follow the minutes: seconds, and the zone. Returns whether that is the end. */
static int read_seconds(const char **text, const char *end, double *seconds)
{
    unsigned number, minutes = 0;
    double unit = 0.1;

    if (read_character(text, end, ":")) {
        if (!read_digits(text, end, 2, &number)) {
            return 0;
        }
        *seconds += number;
        if (read_character(text, end, ".,")) {
            for (; *text < end && is_digit(**text); (*text)++, unit /= 10) {
                *seconds += unit * (**text - '0');
            }
        }
    }
    if (*text < end && (**text == '+' || **text == '-')) {
        const double sign = *(*text)++ == '+' ? -1.0 : 1.0;

        if (!read_digits(text, end, 2, &number)) {
            return 0;
        }
        (void)read_character(text, end, ":");
        if (*text < end && !read_digits(text, end, 2, &minutes)) {
            return 0;
        }
        *seconds += sign * (3600.0 * number + 60.0 * minutes);
    } else {
        (void)read_character(text, end, "Z");
    }
    return *text == end;
}

int field_time(const struct field *field, double *seconds)
{
    const char *text = field->text;
    const char *end = text + field->length;
    unsigned year, month, day, hour, minute;

    if (field_number(field, seconds) == HOLDS_NUMBER) {
        return 0;
    }
    if (!read_digits(&text, end, 4, &year) || !read_character(&text, end, "-/") ||
        !read_digits(&text, end, 2, &month) || !read_character(&text, end, "-/") ||
        !read_digits(&text, end, 2, &day) || month < 1 || month > 12 || day < 1 || day > 31) {
        return -1;
    }
    *seconds = 86400.0 * days_of(year, month, day);
    if (text == end) {
        return 0;
    }
    if (!read_character(&text, end, "T ") || !read_digits(&text, end, 2, &hour) ||
        !read_character(&text, end, ":") || !read_digits(&text, end, 2, &minute)) {
        return -1;
    }
    *seconds += 3600.0 * hour + 60.0 * minute;
    return read_seconds(&text, end, seconds) ? 0 : -1;
}
