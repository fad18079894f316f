/* forge_header.c - headers read without the library: to make a checksum right, and to write a file
 * anew */
#include "forge.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The most characters of a string in a header that is sealed. */
#define FORGE_TEXT 128

/* The most tensors of a file that is written anew. */
#define FORGE_MEMBERS 40

#define DIGITS_KEY "\"srnn.checksum\":\""

/* Continues a CRC-32C by its definition, bit by bit. */
static uint32_t crc32c(uint32_t crc, const unsigned char *bytes, size_t count)
{
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1u) != 0 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
        }
    }
    return ~crc;
}

/* Adds a terminated text, with its zero, to a CRC-32C. */
static uint32_t add_text(uint32_t crc, const char *text)
{
    return crc32c(crc, (const unsigned char *)text, strlen(text) + 1);
}

/* Adds a string of a header, with a zero, to a CRC-32C. Of escapes it decodes that of a
 * backslash, and those of ASCII that are written as numbers. */
static uint32_t add_string(uint32_t crc, const char *text)
{
    unsigned char decoded[FORGE_TEXT];
    size_t length = 0;

    for (; *text != '\0'; length++) {
        decoded[length] = (unsigned char)*text;
        if (strncmp(text, "\\u00", 4) == 0 && text[4] >= '0' && text[4] <= '7' &&
            isxdigit((unsigned char)text[5])) {
            const char digits[3] = {text[4], text[5], '\0'};
            decoded[length] = (unsigned char)strtoul(digits, NULL, 16);
            text += 5;
        } else if (strncmp(text, "\\\\", 2) == 0) {
            text++;
        }
        text++;
    }
    decoded[length] = '\0';
    return crc32c(crc, decoded, length + 1);
}

/* Reads the next string of a header into `text` [FORGE_TEXT]. Returns what follows it, or NULL. */
static const char *next_string(const char *from, char *text)
{
    const char *first = from == NULL ? NULL : strchr(from, '"');
    const char *end = first == NULL ? NULL : strchr(first + 1, '"');

    if (end == NULL || end - first > FORGE_TEXT) {
        return NULL;
    }
    memcpy(text, first + 1, (size_t)(end - first - 1));
    text[end - first - 1] = '\0';
    return end + 1;
}

/* The sum over the pairs of the metadata, from its bracket on. */
static uint32_t metadata_sum(const char *at, const char *end)
{
    char key[FORGE_TEXT], value[FORGE_TEXT];
    uint32_t sum = 0;

    while ((at = next_string(at, key)) != NULL && at < end &&
           (at = next_string(at, value)) != NULL) {
        if ((strncmp(key, "srnn.", 5) == 0 || strncmp(key, "user.", 5) == 0) &&
            strcmp(key, "srnn.checksum") != 0) {
            sum += add_string(add_text(0, key), value);
        }
    }
    return sum;
}

/* The checksum of a tensor whose description is the text from `at` on; 0 for another program's. */
static uint32_t tensor_sum(const char *name, const char *at, const unsigned char *data,
                           size_t data_bytes)
{
    static const char *const own[] = {"w_in", "w_rec", "b_rec", "w_out", "b_out", "h0"};
    const char *shape = strstr(at, "\"shape\""), *offsets = strstr(at, "\"data_offsets\"");
    unsigned char side[8];
    char type[FORGE_TEXT];
    unsigned long first, last;
    char *next;
    uint32_t sum;
    int is_own = strncmp(name, "srnn.", 5) == 0;

    for (size_t i = 0; i < 6; i++) {
        is_own |= strcmp(name, own[i]) == 0;
    }
    at = strstr(at, "\"dtype\"");
    if (!is_own || at == NULL || shape == NULL || offsets == NULL ||
        next_string(at + 7, type) == NULL) {
        return 0;
    }
    sum = add_text(add_text(0, name), type);
    shape += strcspn(shape, "[");
    shape += shape[0] == '[' && shape[1] == ']';
    for (; *shape != '\0' && *shape != ']'; shape += 1 + strcspn(shape + 1, ",]")) {
        forge_put(side, strtoull(shape + 1, NULL, 10), 8);
        sum = crc32c(sum, side, 8);
    }
    first = strtoul(offsets + strcspn(offsets, "[") + 1, &next, 10);
    last = strtoul(next + strcspn(next, ",") + 1, NULL, 10);
    return first <= last && last <= data_bytes ? crc32c(sum, data + first, last - first) : 0;
}

/* The checksum of a file of format 2, of a header that makes some sense. */
static uint32_t file_sum(const unsigned char *file, size_t bytes)
{
    const size_t length = forge_header_bytes(file);
    /* Zeros behind it: what is found in a damaged header may end with it. */
    char *const header = calloc(length + 8, 1);
    char name[FORGE_TEXT];
    const char *at = header, *end;
    uint32_t sum = 0;

    assert_non_null(header);
    memcpy(header, file + 8, length);
    while ((at = next_string(at, name)) != NULL && (end = strchr(at, '}')) != NULL) {
        sum += strcmp(name, "__metadata__") == 0
                   ? metadata_sum(at, end)
                   : tensor_sum(name, at, file + 8 + length, bytes - 8 - length);
        at = end;
    }
    free(header);
    return sum;
}

void forge_seal(unsigned char *file, size_t bytes)
{
    unsigned char *digits = NULL;
    char text[9];

    if (bytes >= 8 && forge_header_bytes(file) <= bytes - 8) {
        digits = forge_find(file, DIGITS_KEY);
    }
    if (digits != NULL && file + bytes - digits >= (ptrdiff_t)strlen(DIGITS_KEY) + 8) {
        digits += strlen(DIGITS_KEY);
        memcpy(digits, "00000000", 8);
        (void)snprintf(text, sizeof text, "%08x",
                       forge_find(file, "\"srnn.format\":\"1\"") != NULL ? crc32c(0, file, bytes)
                                                                         : file_sum(file, bytes));
        memcpy(digits, text, 8);
    }
}

/* A tensor in a header that is written anew. */
struct member {
    char name[FORGE_TEXT];
    char type[FORGE_TEXT];
    char shape[FORGE_TEXT]; /* what is between the brackets */
    size_t first, last;
};

/* Reads the text between the brackets that come next. Returns what follows them. */
static const char *next_list(const char *from, char *list)
{
    const char *first = strchr(from, '[') + 1, *end = strchr(first, ']');

    memcpy(list, first, (size_t)(end - first));
    list[end - first] = '\0';
    return end + 1;
}

/* Reads the tensors of a header of the library's own, which are all after the metadata. */
static size_t read_members(const char *at, struct member members[FORGE_MEMBERS])
{
    char word[FORGE_TEXT], offsets[FORGE_TEXT], *next;
    size_t count = 0;

    while ((at = next_string(at, members[count].name)) != NULL) {
        at = next_string(next_string(at, word), members[count].type);
        at = next_list(at, members[count].shape);
        at = next_list(next_string(at, word), offsets);
        members[count].first = strtoul(offsets, &next, 10);
        members[count].last = strtoul(next + 1, NULL, 10);
        count++;
        assert_true(count < FORGE_MEMBERS);
    }
    return count;
}

size_t forge_rewrite(const unsigned char *file, struct forge_change change, unsigned char *to)
{
    const size_t length = forge_header_bytes(file);
    struct member members[FORGE_MEMBERS];
    char old[FORGE_BYTES + 1], *header = (char *)to + 8, *at = header;
    char *metadata_end;
    size_t count, offset = 0;
    unsigned char data[FORGE_BYTES] = {0};

    memcpy(old, file + 8, length);
    old[length] = '\0';
    metadata_end = strchr(old, '}');
    count = read_members(metadata_end, members);
    *metadata_end = '\0';
    at += sprintf(at, "{ ");
    for (size_t i = 0; i < count; i++) {
        struct member *m = &members[change.reversed ? count - 1 - i : i];
        size_t bytes = m->last - m->first;
        if (change.name != NULL && strcmp(m->name, change.name) == 0) {
            (void)sprintf(m->shape, "%lu", (unsigned long)change.numbers);
            bytes = 8 * change.numbers;
        }
        memcpy(data + offset, file + 8 + length + m->first,
               bytes < m->last - m->first ? bytes : m->last - m->first);
        at += sprintf(at,
                      "\"%s\":{\"data_offsets\":[%lu , %lu ], \"shape\": [%s],\n\"dtype\": "
                      "\"%s\"},",
                      m->name, (unsigned long)offset, (unsigned long)(offset + bytes), m->shape,
                      m->type);
        offset += bytes;
    }
    if (change.tensor != NULL) {
        at += sprintf(at,
                      "\"%s\":{\"dtype\":\"BF16\",\"shape\":[1,1,3,1],\"data_offsets\":[%lu,%lu]},",
                      change.tensor, (unsigned long)offset, (unsigned long)offset + 6);
        offset += 6;
    }
    at += sprintf(at, "%s%s}}", old + 1, change.metadata == NULL ? "" : change.metadata);
    forge_put(to, (size_t)(at - header), 8);
    memcpy(at, data, offset);
    return (size_t)(at - (char *)to) + offset;
}
