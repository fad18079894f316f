/* record.c - the program's own bytes inside a checkpoint */
#include "storage/record.h"

#include <string.h>

static const unsigned char head[8] = {'s', 'r', 'n', 'n', '-', 'r', 'e', 'c'};
static const uint32_t version = 1;

void record_begin(struct record_writer *writer, void *data, size_t capacity)
{
    writer->data = data;
    writer->capacity = capacity;
    writer->size = 0;
    if (capacity >= RECORD_HEAD_BYTES) {
        memcpy(writer->data, head, sizeof head);
        put_u32(writer->data + sizeof head, version);
        writer->size = RECORD_HEAD_BYTES;
    }
}

unsigned char *record_add(struct record_writer *writer, uint32_t tag, size_t size)
{
    unsigned char *field = writer->data + writer->size;

    if (writer->size == 0 || size > UINT32_MAX ||
        writer->capacity - writer->size < RECORD_FIELD_BYTES ||
        writer->capacity - writer->size - RECORD_FIELD_BYTES < size) {
        writer->size = 0;
        return NULL;
    }
    put_u32(field, tag);
    put_u32(field + 4, (uint32_t)size);
    writer->size += RECORD_FIELD_BYTES + size;
    return field + RECORD_FIELD_BYTES;
}

int record_find(const void *record, size_t bytes, uint32_t tag, const unsigned char **data,
                size_t *size)
{
    const unsigned char *at = record;
    const unsigned char *const end = at + bytes;
    uint32_t last_tag = 0;

    *data = NULL;
    *size = 0;
    if (bytes < RECORD_HEAD_BYTES || memcmp(at, head, sizeof head) != 0 ||
        get_u32(at + sizeof head) != version) {
        return -1;
    }
    for (at += RECORD_HEAD_BYTES; at != end; at += RECORD_FIELD_BYTES + (size_t)get_u32(at + 4)) {
        if ((size_t)(end - at) < RECORD_FIELD_BYTES ||
            (size_t)(end - at) - RECORD_FIELD_BYTES < get_u32(at + 4) || get_u32(at) <= last_tag ||
            get_u32(at) > RECORD_LAST) {
            return -1;
        }
        last_tag = get_u32(at);
        if (last_tag == tag) {
            *data = at + RECORD_FIELD_BYTES;
            *size = get_u32(at + 4);
        }
    }
    return 0;
}

void put_u32(unsigned char *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
}

void put_u64(unsigned char *bytes, uint64_t value)
{
    put_u32(bytes, (uint32_t)value);
    put_u32(bytes + 4, (uint32_t)(value >> 32));
}

void put_float(unsigned char *bytes, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_u32(bytes, bits);
}

uint32_t get_u32(const unsigned char *bytes)
{
    uint32_t value = 0;

    for (int i = 3; i >= 0; i--) {
        value = value << 8 | bytes[i];
    }
    return value;
}

uint64_t get_u64(const unsigned char *bytes)
{
    return (uint64_t)get_u32(bytes + 4) << 32 | get_u32(bytes);
}

float get_float(const unsigned char *bytes)
{
    const uint32_t bits = get_u32(bytes);
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}
