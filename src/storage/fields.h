/* fields.h - the fields of a line of a text file, and the numbers in them
 *
 * A field may stand in quotes (RFC 4180); it ends on its line. Blanks around a field are no part of
 * it. */
#ifndef FIELDS_H
#define FIELDS_H

#include <stddef.h>

#include "storage/lines.h"

/* What separates fields. SEPARATOR_FOUND: what the first line has of the others, in their order
 * here; blanks and tabs if it has none. Several blanks are one separator. */
#define SEPARATOR_FOUND 0u
#define SEPARATOR_SEMICOLON 1u
#define SEPARATOR_TAB 2u
#define SEPARATOR_COMMA 3u
#define SEPARATOR_BLANK 4u

/* A field: its text [length], without the quotes around it, in which "" stands for a quote. */
struct field {
    const char *text;
    size_t length;
    char quote; /* the character in which it stands; 0: none */
};

/* The fields of a part of a line. */
struct fields {
    const struct lines *lines; /* for messages */
    const char *at;            /* where the next field begins */
    const char *end;           /* of the part */
    char separator;            /* ' ' stands for blanks and tabs */
    const char *quotes;        /* the characters that may be quotes */
    int more;                  /* there is another field */
};

/* The character of a SEPARATOR_ constant; that which is found in the line from `at` to `end`. */
char separator_of(unsigned kind, const char *at, const char *end);

/* Begin to read the fields between `at` and `end` in the current line. An empty part is one empty
 * field, but none where blanks separate. */
void fields_begin(struct fields *fields, const struct lines *lines, char separator, const char *at,
                  const char *end);

/* Read the next field, which must exist. Returns 0, or EXIT_FAILED after a message. */
int fields_next(struct fields *fields, struct field *field);

/* The number of fields that are left, up to one that is none. */
size_t fields_count(const struct fields *fields);

/* Check the quotes of the fields that are left. Returns 0, or EXIT_FAILED after a message. */
int fields_check(const struct fields *fields);

/* Whether a field, in any case of its letters, equals a text of small ones. */
int field_is(const struct field *field, const char *text);

/* What a field holds: a finite number within the range of floats, no value (nothing, "?", "nan" or
 * "NA"), a number beyond that range, or something else. */
enum field_holds { HOLDS_NUMBER, HOLDS_NOTHING, HOLDS_INFINITE, HOLDS_TEXT };

/* Find out what a field holds. *number is set to its number, or to NaN without one. */
enum field_holds field_number(const struct field *field, double *number);

/* Set *seconds to the time in a field: a number, or a date and maybe a time of the day as in ISO
 * 8601, "2026-11-28", "2026-11-28 20:45:00.5", "2026-11-28T20:45Z". Returns 0, or -1 if it is
 * neither. */
int field_time(const struct field *field, double *seconds);

/* Read the number in a field of the current line, NaN where the value is missing. `name` [length]
 * is that of its column, for messages; NULL: it has none. Returns 0, or EXIT_FAILED after a
 * message. */
int field_read(const struct fields *fields, const struct field *field, const struct field *name,
               double *number);

/* Whether a field is a number but for a comma in place of its point. */
int field_has_decimal_comma(const struct field *field);

/* Refuse a field of the current line that reads like what is behind a decimal comma: digits of
 * which the first is 0. For the second of two fields, where a comma was found to be the separator.
 * Returns 0, or EXIT_FAILED after a message. */
int field_check_fraction(const struct fields *fields, const struct field *field);

#endif /* FIELDS_H */
