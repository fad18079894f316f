/* lines.h - a text file as it is read, line by line
 *
 * A line ends with LF or CR LF, or with the file. Control characters are refused, except tabs: some
 * would be white space to the C library, and some control a terminal. So is a zero byte. A
 * byte-order mark of UTF-8 is skipped; UTF-16 and UTF-32 are refused by their names. */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>

#include "support/message.h"

struct lines {
    const char *path;     /* borrowed, for messages */
    const char *end;      /* of the text */
    const char *next;     /* where the next line begins */
    const char *line;     /* the current one; NULL before the first and after the last */
    const char *line_end; /* behind its last character */
    unsigned long number; /* of the current line, from 1 */
};

/* Begin to read text [size], from the file `path`; both are borrowed. Returns 0, or EXIT_FAILED
 * after a message. */
int lines_open(struct lines *lines, const char *path, const char *text, size_t size);

/* Go to the next line; lines->line is NULL if there is none. Returns 0, or EXIT_FAILED after a
 * message. */
int lines_next(struct lines *lines);

/* Whether the current line has nothing but blanks and tabs. */
int line_is_empty(const struct lines *lines);

/* The first character of the current line that is no blank or tab; its end if there is none. */
const char *line_begin(const struct lines *lines);

/* The first `character` of the current line from `at` on; the line's end if there is none. */
const char *line_find(const struct lines *lines, const char *at, char character);

/* Write "srnn: PATH:LINE:COLUMN: MESSAGE", where `at` is a place in the current line. Returns
 * EXIT_FAILED. */
int fail_at(const struct lines *lines, const char *at, const char *format, ...)
    MESSAGE_FORMAT(3, 4);

#endif /* LINES_H */
