/* hash.c - one number for many bits */
#include "hash.h"

#include <string.h>

#define PRIME UINT64_C(0x100000001b3)

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;

    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ byte[i]) * PRIME;
    }
    return hash;
}

/* The lowest `bits` bits of `value`, a byte at a time, least significant first. */
static uint64_t hash_word(uint64_t hash, uint64_t value, unsigned bits)
{
    for (unsigned shift = 0; shift < bits; shift += 8) {
        hash = (hash ^ ((value >> shift) & 0xffu)) * PRIME;
    }
    return hash;
}

uint64_t hash_u64(uint64_t hash, uint64_t value)
{
    return hash_word(hash, value, 64);
}

uint64_t hash_floats(uint64_t hash, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        hash = hash_word(hash, bits, 32);
    }
    return hash;
}

uint64_t hash_doubles(uint64_t hash, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, values + i, sizeof bits);
        hash = hash_word(hash, bits, 64);
    }
    return hash;
}

int holds_nan(const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i] != values[i]) {
            return 1;
        }
    }
    return 0;
}
