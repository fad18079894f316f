/* text.c - decodes strings of a header, and checks UTF-8. */
#include "files/text.h"
#include "files/elements.h"

/* A text that is being decoded. */
struct decoding {
    const unsigned char *at, *end; /* what is left of the string */
    int fails;                     /* set by a wrong escape */
};

/* Reads four hexadecimal digits. */
static uint32_t read_unit(struct decoding *from)
{
    uint32_t unit = 0;

    if (from->end - from->at < 4) {
        from->fails = 1;
        return 0;
    }
    for (int i = 0; i < 4; i++) {
        const uint32_t lower = from->at[i] | 0x20u;
        if (srnn__is_digit(from->at[i])) {
            unit = unit << 4 | (uint32_t)(from->at[i] - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            unit = unit << 4 | (lower - 'a' + 10);
        } else {
            from->fails = 1;
        }
    }
    from->at += 4;
    return unit;
}

/* Reads what follows "\u": a character, which takes two units from U+10000 on. */
static uint32_t read_character(struct decoding *from)
{
    const uint32_t first = read_unit(from);
    uint32_t second;

    if (first < 0xd800 || first > 0xdfff) {
        return first;
    }
    if (first > 0xdbff || from->end - from->at < 2 || from->at[0] != '\\' || from->at[1] != 'u') {
        from->fails = 1;
        return 0;
    }
    from->at += 2;
    second = read_unit(from);
    from->fails |= second < 0xdc00 || second > 0xdfff;
    return 0x10000 + ((first - 0xd800) << 10) + ((second - 0xdc00) & 0x3ff);
}

/* Writes a character in UTF-8. Returns its bytes. */
static uint32_t put_character(uint32_t character, unsigned char bytes[4])
{
    const uint32_t count = character < 0x80      ? 1u
                           : character < 0x800   ? 2u
                           : character < 0x10000 ? 3u
                                                 : 4u;

    for (uint32_t i = count; i-- > 1; character >>= 6) {
        bytes[i] = (unsigned char)(0x80 | (character & 0x3f));
    }
    bytes[0] = (unsigned char)(count == 1 ? character : (0xf00u >> count & 0xf0u) | character);
    return count;
}

/* Decodes the next character, which is a byte of one unless it has an escape. Returns its bytes; 0
 * after an error. */
static uint32_t next_character(struct decoding *from, unsigned char bytes[4])
{
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    uint32_t i = 0;

    bytes[0] = *from->at++;
    if (bytes[0] != '\\') {
        return 1;
    }
    if (from->at == from->end) {
        from->fails = 1;
        return 0;
    }
    bytes[0] = *from->at++;
    if (bytes[0] == 'u') {
        const uint32_t character = read_character(from);
        return from->fails ? 0 : put_character(character, bytes);
    }
    while (escapes[i] != '\0' && bytes[0] != (unsigned char)escapes[i]) {
        i++;
    }
    from->fails |= escapes[i] == '\0';
    bytes[0] = (unsigned char)meant[i];
    return from->fails ? 0 : 1;
}

size_t srnn__text_decode(const struct srnn__text *text, char *buffer, size_t capacity)
{
    struct decoding from = {text->at, text->at + text->length, 0};
    unsigned char bytes[4];
    size_t length = 0;

    while (from.at != from.end && !from.fails) {
        const uint32_t count = next_character(&from, bytes);
        for (uint32_t i = 0; i < count; i++, length++) {
            if (length < capacity) {
                buffer[length] = (char)bytes[i];
            }
        }
    }
    return from.fails ? SIZE_MAX : length;
}

size_t srnn__text_last_dot(const struct srnn__text *text)
{
    struct decoding from = {text->at, text->at + text->length, 0};
    unsigned char bytes[4];
    size_t length = 0;

    while (from.at != from.end && !from.fails) {
        if (next_character(&from, bytes) == 1 && bytes[0] == '.') {
            length = (size_t)(from.at - text->at);
        }
    }
    return length;
}

/* A character is a byte of UTF-8 in one string where it is an escape in the other: bytes are
 * compared. */
int srnn__text_same(const struct srnn__text *a, const struct srnn__text *b)
{
    struct decoding from[2] = {{a->at, a->at + a->length, 0}, {b->at, b->at + b->length, 0}};
    unsigned char bytes[2][4];
    uint32_t count[2] = {0, 0}, used[2] = {0, 0};

    for (;;) {
        for (int i = 0; i < 2; i++) {
            if (used[i] == count[i]) {
                count[i] = from[i].at == from[i].end ? 0 : next_character(&from[i], bytes[i]);
                used[i] = 0;
            }
        }
        if (count[0] == 0 || count[1] == 0) {
            return count[0] == count[1];
        }
        if (bytes[0][used[0]++] != bytes[1][used[1]++]) {
            return 0;
        }
    }
}

uint32_t srnn__text_checksum(uint32_t checksum, const struct srnn__text *text)
{
    struct decoding from = {text->at, text->at + text->length, 0};
    unsigned char bytes[4];

    while (from.at != from.end && !from.fails) {
        const uint32_t count = next_character(&from, bytes);
        checksum = srnn__checksum(checksum, bytes, count);
    }
    return srnn__checksum(checksum, "", 1);
}

/* Returns the bytes of the character that begins with `first`; 0 for none. */
static uint32_t bytes_of(unsigned char first)
{
    return first < 0x80   ? 1
           : first < 0xc2 ? 0
           : first < 0xe0 ? 2
           : first < 0xf0 ? 3
           : first < 0xf5 ? 4
                          : 0;
}

/* Returns the bytes of the character that begins at `at`, of which `left` are there; 0 for none.
 * The second byte shows overlong forms, surrogates and what is above U+10FFFF. Nothing behind a
 * wrong byte is read, such as a zero at the end. */
static uint32_t character_bytes(const unsigned char *at, size_t left)
{
    const unsigned char first = at[0];
    const uint32_t count = bytes_of(first);

    for (uint32_t i = 1; i < count; i++) {
        if (i == left || (at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return (first == 0xe0 && at[1] < 0xa0) || (first == 0xed && at[1] > 0x9f) ||
                   (first == 0xf0 && at[1] < 0x90) || (first == 0xf4 && at[1] > 0x8f)
               ? 0
               : count;
}

int srnn__is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at != '\0') {
        const uint32_t count = character_bytes(at, SIZE_MAX);
        if (count == 0) {
            return 0;
        }
        at += count;
    }
    return 1;
}

/* An escape is a whole character, so none of UTF-8 goes on behind one. */
int srnn__text_is_utf8(const struct srnn__text *text)
{
    struct decoding from = {text->at, text->at + text->length, 0};
    unsigned char bytes[4];

    while (from.at != from.end) {
        if (*from.at == '\\') {
            if (next_character(&from, bytes) == 0 || bytes[0] == '\0') {
                return 0;
            }
        } else {
            const uint32_t count = character_bytes(from.at, (size_t)(from.end - from.at));
            if (count == 0) {
                return 0;
            }
            from.at += count;
        }
    }
    return 1;
}
