/* text_mark.c - the encoding that a text has, by how it begins */
#include "support/text_mark.h"

#include <string.h>

#include "support/message.h"

size_t text_mark(const char *text, size_t size)
{
    return size >= 3 && memcmp(text, "\357\273\277", 3) == 0 ? 3 : 0;
}

const char *text_wide(const char *text, size_t size)
{
    static const struct {
        const char *name;
        size_t bytes;
        const char *mark;
    } marks[] = {{"UTF-32LE", 4, "\377\376\0\0"},
                 {"UTF-32BE", 4, "\0\0\376\377"},
                 {"UTF-16LE", 2, "\377\376"},
                 {"UTF-16BE", 2, "\376\377"}};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (size >= marks[i].bytes && memcmp(text, marks[i].mark, marks[i].bytes) == 0) {
            return marks[i].name;
        }
    }
    /* Without a mark: two characters of ASCII. */
    if (size >= 4 && text[0] != '\0' && text[1] == '\0' && text[2] != '\0' && text[3] == '\0') {
        return "UTF-16LE";
    }
    if (size >= 4 && text[0] == '\0' && text[1] != '\0' && text[2] == '\0' && text[3] != '\0') {
        return "UTF-16BE";
    }
    return NULL;
}

int text_refuse_wide(const char *path, const char *text, size_t size)
{
    const char *wide = text_wide(text, size);

    return wide == NULL
               ? 0
               : fail("%s: is %s; iconv -f %s -t UTF-8 makes it readable", path, wide, wide);
}
