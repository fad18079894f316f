/* texts.h - the texts of a model file
 *
 * The library keeps texts in the metadata of a file, where other programs can read them. They are
 * UTF-8 and end with a zero. What the program has to say is lines of any bytes. So control
 * characters and '%' are escaped as in a URL (RFC 3986): '%' and two hexadecimal digits, "%0A" for
 * a new line. The bytes above 127 are escaped where the text would otherwise not be UTF-8. */
#ifndef TEXTS_H
#define TEXTS_H

#include <stddef.h>

#include "srnn.h"

/* Read the text `name` of an open file into a new block *text, which the caller frees; NULL if the
 * file has none. Returns 0, or EXIT_FAILED after a message that begins with `path`. */
int text_read(const srnn_checkpoint *file, const char *name, const char *path, char **text);

/* Escape bytes [count] into text [3 x count + 1], terminated; `high`: those above 127 too. Returns
 * its length. */
size_t text_escape(const void *bytes, size_t count, int high, char *text);

/* Undo this for text [length]: write at most `capacity` bytes. Returns their number, or SIZE_MAX if
 * there are more or an escape is wrong. */
size_t text_unescape(const char *text, size_t length, unsigned char *bytes, size_t capacity);

/* The length of the line at `text`, and the number of lines. The end of the last line may be
 * missing. */
size_t text_line(const char *text);
size_t text_lines(const char *text);

#endif /* TEXTS_H */
