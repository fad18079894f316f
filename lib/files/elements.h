/* elements.h - the elements of a file's tensors as bytes: byte order, checksum, and a
 * check that they are finite. Reading and writing share them. */
#ifndef SRNN_ELEMENTS_H
#define SRNN_ELEMENTS_H

#include "base/base.h"

#include <string.h>

/* The hexadecimal digits of a checksum in a header. */
#define SRNN__CHECKSUM_DIGITS 8u

/* Continues a CRC-32C: returns the checksum of some bytes, whose own is `checksum`,
 * followed by `data` [size]. The checksum of no bytes is 0. */
uint32_t srnn__checksum(uint32_t checksum, const void *data, size_t size);

/* Returns whether `count` floats at any alignment are finite. Their bytes are in the file's
 * order if `from_file` is set, else in the machine's. */
int srnn__floats_finite(const void *floats, size_t count, int from_file);

/* Returns whether the machine is little-endian, as files are. */
static inline int srnn__little_endian(void)
{
    const uint16_t probe = 1;
    unsigned char first;

    memcpy(&first, &probe, 1);
    return first == 1;
}

/* Returns the float that has the value of an IEEE 754 half, or of a bfloat16, the upper half of a
 * float. Both are exact; NaN stays NaN. */
float srnn__half_value(uint16_t bits);
float srnn__bfloat_value(uint16_t bits);

/* Copies `count` elements of `element` bytes (1, 2, 4 or 8) from the machine's byte order to
 * little-endian order, or back: the two are the same operation. */
void srnn__copy_elements(void *to, const void *from, size_t count, size_t element);

#endif
