/* nearest.c - the name that was meant by one that does not exist */
#include "support/nearest.h"

#include <stdio.h>
#include <string.h>

/* The edits that are allowed: a third of the characters, at least one. So `trian` is near `train`,
 * and words of three letters are not near every other. */
static size_t allowed(size_t length)
{
    return length < 6 ? 1 : length / 3;
}

static int lower(char character)
{
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void nearest_begin(struct nearest *nearest, const char *typed, size_t length)
{
    nearest->typed = typed;
    nearest->length = length;
    nearest->name = NULL;
    nearest->distance = allowed(length) + 1;
}

/* The next row of the table of distances: rows[i % 3][k] is that between the first i characters
 * typed and the first k of the name (Damerau 1964, without edits inside an exchanged pair). */
static void fill_row(size_t rows[3][NEAREST_MOST + 1], const char *typed, const char *name,
                     size_t name_length, size_t i)
{
    const size_t *before = rows[(i + 2) % 3];
    const size_t *earlier = rows[(i + 1) % 3];
    size_t *row = rows[i % 3];

    row[0] = i;
    for (size_t k = 1; k <= name_length; k++) {
        const int same = lower(typed[i - 1]) == lower(name[k - 1]);

        row[k] = least(least(before[k], row[k - 1]) + 1, before[k - 1] + (same ? 0 : 1));
        if (i > 1 && k > 1 && lower(typed[i - 1]) == lower(name[k - 2]) &&
            lower(typed[i - 2]) == lower(name[k - 1])) {
            row[k] = least(row[k], earlier[k - 2] + 1);
        }
    }
}

/* The edits between what was typed and a name. */
static size_t distance(const struct nearest *nearest, const char *name, size_t name_length)
{
    size_t rows[3][NEAREST_MOST + 1] = {{0}};

    for (size_t k = 0; k <= name_length; k++) {
        rows[0][k] = k;
    }
    for (size_t i = 1; i <= nearest->length; i++) {
        fill_row(rows, nearest->typed, name, name_length, i);
    }
    return rows[nearest->length % 3][name_length];
}

/* Whether a name begins with what was typed, at least three characters. */
static int is_beginning(const struct nearest *nearest, const char *name)
{
    return nearest->length >= 3 && strncmp(name, nearest->typed, nearest->length) == 0;
}

void nearest_try(struct nearest *nearest, const char *name)
{
    const size_t length = strlen(name);
    size_t edits;

    if (nearest->length == 0 || nearest->length > NEAREST_MOST || length > NEAREST_MOST) {
        return;
    }
    edits = distance(nearest, name, length);
    if (is_beginning(nearest, name)) {
        edits = least(edits, allowed(nearest->length));
    }
    if (edits < nearest->distance && edits < length) {
        nearest->distance = edits;
        nearest->name = name;
    }
}

const char *nearest_hint(const struct nearest *nearest, const char *dashes, char *text, size_t size)
{
    text[0] = '\0';
    if (nearest->name != NULL) {
        snprintf(text, size, "did you mean %s%s? ", dashes, nearest->name);
    }
    return text;
}
