/* nearest.h - the name that was meant by one that does not exist
 *
 * The names are shown to it one after the other, since tables of names have many forms. */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/* The longest name that is compared. */
#define NEAREST_MOST 32

struct nearest {
    const char *typed; /* [length], borrowed */
    size_t length;
    const char *name; /* the nearest so far; NULL if none is near */
    size_t distance;  /* edits from `typed` to `name`, or one more than are allowed */
};

/* Start with the `length` characters at `typed`. */
void nearest_begin(struct nearest *nearest, const char *typed, size_t length);

/* Show a name, which must live as long as `nearest`. The first of equally near ones stays. Edits
 * are those of Damerau: a character more, less or another, or two neighbours exchanged. Capitals
 * are no difference. Names that begin with all that was typed are near too. */
void nearest_try(struct nearest *nearest, const char *name);

/* Write "did you mean NAME? " to text [size], `dashes` before NAME, or nothing. Returns `text`. */
const char *nearest_hint(const struct nearest *nearest, const char *dashes, char *text,
                         size_t size);

/* Enough for every hint. */
#define NEAREST_HINT 64

#endif /* NEAREST_H */
