/* bytes.c - numbers in little-endian bytes, on every machine; a hash of bytes */
#include "support/bytes.h"

#include <string.h>

void put_u64(unsigned char *bytes, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
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

uint64_t bytes_hash(uint64_t hash, const void *data, size_t count)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    }
    return hash;
}
