/* archive_parts.h - a safetensors file, taken apart */
#ifndef ARCHIVE_PARTS_H
#define ARCHIVE_PARTS_H

#include <stddef.h>
#include <stdint.h>

struct parts {
    char *header; /* [length], then a zero; room for capacity + 1 */
    size_t length;
    uint8_t *elements; /* [bytes]; room for capacity */
    size_t bytes;
    size_t capacity; /* of the whole file */
};

/* Take a file apart. Returns whether there is a header; then parts_free must follow. */
int parts_open(struct parts *parts, const uint8_t *data, size_t size, size_t capacity);
void parts_free(struct parts *parts);

/* Put a file together. Returns its size, or 0 if it is too large. */
size_t parts_join(const struct parts *parts, uint8_t *data);

#endif
