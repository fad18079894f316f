/* printable.c - text of files and of the command line, for a terminal */
#include "support/printable.h"

#include <stdint.h>
#include <string.h>

/* Whether a character controls a terminal, or turns the direction of writing, with which a line
 * can be made to read as another (Boucher and Anderson, "Trojan Source", 2021); or is one of the
 * last two of a plane of Unicode, which are noncharacters. */
static int is_unprintable(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0x61c ||
           (character >= 0x200e && character <= 0x200f) ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || (character & 0xfffe) == 0xfffe;
}

/* The bytes of a character that begins with `first`; 0 if none does. *least receives the first
 * character that needs as many. */
static size_t bytes_of(unsigned char first, uint32_t *least)
{
    static const uint32_t leasts[] = {0, 0, 0x80, 0x800, 0x10000};
    const size_t count = first < 0x80   ? 1
                         : first < 0xc0 ? 0
                         : first < 0xe0 ? 2
                         : first < 0xf0 ? 3
                         : first < 0xf8 ? 4
                                        : 0;

    *least = leasts[count];
    return count;
}

size_t printable_bytes(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    uint32_t least;
    const size_t count = length > 0 ? bytes_of(at[0], &least) : 0;
    uint32_t character;

    if (count == 0 || count > length) {
        return 0;
    }
    character = count == 1 ? at[0] : at[0] & (0x7fu >> count);
    for (size_t i = 1; i < count; i++) {
        if ((at[i] & 0xc0u) != 0x80u) {
            return 0;
        }
        character = character << 6 | (at[i] & 0x3fu);
    }
    if (character < least || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff)) {
        return 0;
    }
    return is_unprintable(character) ? 0 : count;
}

void print_text(FILE *stream, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        const size_t count = printable_bytes(text + i, length - i);

        if (count == 0) {
            fputc('?', stream);
            i++;
        } else {
            fwrite(text + i, 1, count, stream);
            i += count;
        }
    }
}

int text_is_printable(const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        const size_t count = printable_bytes(text, left);

        if (count == 0) {
            return 0;
        }
        text += count;
        left -= count;
    }
    return 1;
}

/* Whether a name needs no quotes in a shell. */
static int is_plain(const char *name)
{
    static const char plain[] = "-_./,:@%+0123456789"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz";

    return name[0] != '\0' && name[strspn(name, plain)] == '\0';
}

const char *plain_file_name(const char *name, const char *otherwise)
{
    return is_plain(name) && name[0] != '-' ? name : otherwise;
}

void print_file_name(FILE *stream, const char *name)
{
    if (name[0] == '-' && name[1] != '\0') {
        fputs("./", stream);
    }
    if (is_plain(name)) {
        fputs(name, stream);
        return;
    }
    fputc('\'', stream);
    for (const char *end; *name != '\0'; name = end) {
        if (*name == '\'') {
            fputs("'\\''", stream); /* out of the quotes, a quote, and into them */
            end = name + 1;
        } else {
            end = name + strcspn(name, "'");
            print_text(stream, name, (size_t)(end - name));
        }
    }
    fputc('\'', stream);
}
