/* text_mark.h - the encoding that a text has, by how it begins */
#ifndef TEXT_MARK_H
#define TEXT_MARK_H

#include <stddef.h>

/* The number of bytes of a byte-order mark of UTF-8 at the beginning of text [size]: 3, or 0. */
size_t text_mark(const char *text, size_t size);

/* The name of the wide encoding that text [size] begins as, by its byte-order mark or its zero
 * bytes: "UTF-16LE", "UTF-16BE", "UTF-32LE" or "UTF-32BE"; NULL: it is none of them. */
const char *text_wide(const char *text, size_t size);

/* Refuse the text [size] of the file `path` if it has a wide encoding. Returns 0, or EXIT_FAILED
 * after a message. */
int text_refuse_wide(const char *path, const char *text, size_t size);

#endif /* TEXT_MARK_H */
