/* elements.c - the elements of a file's tensors as bytes. */
#include "files/elements.h"
#include "base/arithmetic.h"

#include <string.h>

void srnn__copy_elements(void *to, const void *from, size_t count, size_t element)
{
    unsigned char *bytes = to;

    SRNN__ASSERT(element == 1 || element == 2 || element == 4 || element == 8);
    memcpy(to, from, count * element);
    if (srnn__little_endian()) {
        return;
    }
    for (; count > 0; count--, bytes += element) {
        for (size_t i = 0; i < element / 2; i++) {
            const unsigned char swapped = bytes[i];
            bytes[i] = bytes[element - 1 - i];
            bytes[element - 1 - i] = swapped;
        }
    }
}

/* A half has a sign, 5 bits of an exponent with a bias of 15, and 10 of a fraction; below the
 * exponent 1 the fraction counts units of 2^-24 (IEEE 754-2008, 3.4). */
float srnn__half_value(uint16_t bits)
{
    const uint32_t sign = (uint32_t)(bits & 0x8000u) << 16;
    const uint32_t exponent = bits >> 10 & 31u, fraction = bits & 0x3ffu;

    if (exponent == 0) {
        const float size = (float)fraction * 5.9604644775390625e-8f;
        return sign != 0 ? -size : size;
    }
    return srnn__float_from_bits(sign | (exponent == 31 ? 255u : exponent + 112u) << 23 |
                                 fraction << 13);
}

float srnn__bfloat_value(uint16_t bits)
{
    return srnn__float_from_bits((uint32_t)bits << 16);
}

/* CRC-32C with the reflected polynomial 0x82f63b78, four bits at a time: a table of 16
 * entries instead of 256 keeps the code small for firmware. */
uint32_t srnn__checksum(uint32_t checksum, const void *data, size_t size)
{
    static const uint32_t table[16] = {
        0x00000000u, 0x105ec76fu, 0x20bd8edeu, 0x30e349b1u, 0x417b1dbcu, 0x5125dad3u,
        0x61c69362u, 0x7198540du, 0x82f63b78u, 0x92a8fc17u, 0xa24bb5a6u, 0xb21572c9u,
        0xc38d26c4u, 0xd3d3e1abu, 0xe330a81au, 0xf36e6f75u,
    };
    const unsigned char *byte = data;

    checksum = ~checksum;
    for (; size > 0; size--, byte++) {
        checksum ^= *byte;
        checksum = checksum >> 4 ^ table[checksum & 15u];
        checksum = checksum >> 4 ^ table[checksum & 15u];
    }
    return ~checksum;
}

int srnn__floats_finite(const void *floats, size_t count, int from_file)
{
    const unsigned char *at = floats;

    for (; count > 0; count--, at += sizeof(float)) {
        float value;
        if (from_file) {
            srnn__copy_elements(&value, at, 1, sizeof value);
        } else {
            memcpy(&value, at, sizeof value);
        }
        if (!(value - value == 0.0f)) {
            return 0;
        }
    }
    return 1;
}
