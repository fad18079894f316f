/* text.h - strings of a header, which have escapes, and texts in UTF-8. */
#ifndef SRNN_TEXT_H
#define SRNN_TEXT_H

#include "files/safetensors.h"

/* Decodes a string of a header into `buffer` [capacity]. What does not fit is left out. Returns the
 * number of bytes of the whole text, or SIZE_MAX if an escape is wrong. */
size_t srnn__text_decode(const struct srnn__text *text, char *buffer, size_t capacity);

/* Returns the bytes of a string up to the last dot of its text, that dot included, which may be an
 * escape; 0 if there is no dot. A wrong escape ends the text. */
size_t srnn__text_last_dot(const struct srnn__text *text);

/* Returns whether the texts of two strings are equal up to a wrong escape. */
int srnn__text_same(const struct srnn__text *a, const struct srnn__text *b);

/* Returns whether a terminated text is UTF-8. */
int srnn__is_utf8(const char *text);

/* Returns whether a string is a text that can be terminated: UTF-8 without a zero, and without a
 * wrong escape. */
int srnn__text_is_utf8(const struct srnn__text *text);

/* Continues a checksum with the decoded bytes of a string, and a zero after them. A wrong escape
 * ends the string. */
uint32_t srnn__text_checksum(uint32_t checksum, const struct srnn__text *text);

#endif
