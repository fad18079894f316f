/* printable.h - text of files and of the command line, for a terminal
 *
 * Such text may have bytes that control a terminal: escape sequences that clear it, name its window
 * or turn the writing round. */
#ifndef PRINTABLE_H
#define PRINTABLE_H

#include <stddef.h>
#include <stdio.h>

/* The number of bytes of the character that text [length] begins with, if it can be printed: a
 * character of UTF-8 that controls nothing. Else 0. A tab and an end of line cannot be printed. */
size_t printable_bytes(const char *text, size_t length);

/* Write text [length] with '?' for each byte that is in no printable character. */
void print_text(FILE *stream, const char *text, size_t length);

/* Whether print_text writes a terminated text as it is. */
int text_is_printable(const char *text);

/* Write the name of a file as a word that a shell reads back, in quotes if it needs them, unless it
 * has bytes that become '?'. A name that begins as an option does gets "./" before it. */
void print_file_name(FILE *stream, const char *name);

/* For a command in a message: the name of a file if it needs no quotes and does not begin as an
 * option; else `otherwise`, such as "FILE". */
const char *plain_file_name(const char *name, const char *otherwise);

#endif /* PRINTABLE_H */
