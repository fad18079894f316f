/* archive_parts.c - a safetensors file, taken apart */
#include "archive_parts.h"

#include <stdlib.h>
#include <string.h>

#include "../archive/forge.h"

int parts_open(struct parts *parts, const uint8_t *data, size_t size, size_t capacity)
{
    if (size < 10 || forge_header_bytes(data) > size - 8 || forge_header_bytes(data) < 2) {
        return 0;
    }
    parts->length = forge_header_bytes(data);
    parts->bytes = size - 8 - parts->length;
    parts->capacity = capacity;
    parts->header = malloc(capacity + 1);
    parts->elements = malloc(capacity);
    assert_true(parts->header != NULL && parts->elements != NULL);
    memcpy(parts->header, data + 8, parts->length);
    parts->header[parts->length] = '\0';
    memcpy(parts->elements, data + 8 + parts->length, parts->bytes);
    return 1;
}

void parts_free(struct parts *parts)
{
    free(parts->header);
    free(parts->elements);
}

size_t parts_join(const struct parts *parts, uint8_t *data)
{
    const size_t size = 8 + parts->length + parts->bytes;

    if (size > parts->capacity) {
        return 0;
    }
    forge_put(data, parts->length, 8);
    memcpy(data + 8, parts->header, parts->length);
    memcpy(data + 8 + parts->length, parts->elements, parts->bytes);
    return size;
}
