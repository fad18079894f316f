/* repair_archive.c - offsets and checksum of a safetensors file, made right */
#include "repair_archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../archive/forge.h"
#include "archive_parts.h"

/* The bytes of the elements that the tensor described between `at` and `end` should have; SIZE_MAX:
 * it cannot be said. */
static size_t tensor_bytes(const char *at, const char *end, size_t most)
{
    const char *type = strstr(at, "\"dtype\""), *shape = strstr(at, "\"shape\"");
    size_t bytes;

    if (type == NULL || shape == NULL || type > end || shape > end) {
        return SIZE_MAX;
    }
    type += strcspn(type, ":");
    type += strcspn(type, "0123456789]");
    bytes = (size_t)strtoul(type, NULL, 10) / 8;
    shape += strcspn(shape, "[");
    while (*shape != '\0' && *shape != ']' && bytes <= most) {
        char *next;
        const unsigned long side = strtoul(shape + 1, &next, 10);

        bytes = side == 0 || bytes <= most / side ? bytes * side : SIZE_MAX;
        shape = next + strcspn(next, ",]");
    }
    return bytes <= most ? bytes : SIZE_MAX;
}

/* Gives the tensor described from `at` on its place at `to`->bytes, and copies its description up
 * to its end and its elements. Returns what follows it; NULL: there is no room. */
static const char *repair_tensor(const struct parts *from, const char *at, struct parts *to)
{
    const char *end = at + strcspn(at, "}"), *offsets = strstr(at, "\"data_offsets\""), *rest;
    const size_t bytes = tensor_bytes(at, end, from->capacity);
    size_t first, room = from->capacity - to->length;
    char *next;
    int written;

    if (offsets == NULL || offsets > end || bytes == SIZE_MAX) {
        offsets = end; /* copied as it is */
    } else {
        offsets += strcspn(offsets, "[");
    }
    written = snprintf(to->header + to->length, room, "%.*s", (int)(offsets - at), at);
    if (offsets < end && written >= 0 && (size_t)written < room) {
        first = strtoul(offsets + 1, &next, 10);
        rest = next + strcspn(next, "]}");
        to->length += (size_t)written;
        room -= (size_t)written;
        written = snprintf(to->header + to->length, room, "[%lu,%lu%.*s", (unsigned long)to->bytes,
                           (unsigned long)(to->bytes + bytes), (int)(end - rest), rest);
        if (bytes > from->capacity - to->bytes) {
            return NULL;
        }
        memset(to->elements + to->bytes, 0, bytes);
        if (first < from->bytes) {
            memcpy(to->elements + to->bytes, from->elements + first,
                   bytes < from->bytes - first ? bytes : from->bytes - first);
        }
        to->bytes += bytes;
    }
    if (written < 0 || (size_t)written >= room) {
        return NULL;
    }
    to->length += (size_t)written;
    return end;
}

/* Copies all of a file, its tensors repaired. Returns whether there was room. */
static int repair_parts(const struct parts *from, struct parts *to)
{
    const char *at = from->header;

    to->length = 0;
    to->bytes = 0;
    while (at != NULL && *at != '\0') {
        const size_t between = strcspn(at + 1, "{") + 1;

        /* Up to the next bracket; the first is that of the whole header. */
        if (between > to->capacity - to->length) {
            return 0;
        }
        memcpy(to->header + to->length, at, between);
        to->length += between;
        at += between;
        if (*at != '\0') {
            at = repair_tensor(from, at, to);
        }
    }
    return at != NULL;
}

size_t repair_archive(uint8_t *data, size_t size, size_t capacity)
{
    struct parts from, to;
    size_t repaired = 0;

    if (!parts_open(&from, data, size, capacity)) {
        return size;
    }
    assert_true(parts_open(&to, data, size, capacity));
    if (memchr(from.header, '\0', from.length) != NULL) {
        repaired = size;
    } else if (repair_parts(&from, &to)) {
        repaired = parts_join(&to, data);
    }
    parts_free(&to);
    parts_free(&from);
    if (repaired > 0) {
        forge_seal(data, repaired);
    }
    return repaired;
}
