/* elements.h - the bytes of a file's tensors: their order, their checksum, whether
 * they are finite. What reading and writing share. */
#ifndef SRNN_ELEMENTS_H
#define SRNN_ELEMENTS_H

#include "files/header.h"

#include <string.h>

/* The CRC-32C of what has the checksum `checksum` (nothing has 0) and of `size`
 * bytes behind it. */
#define SRNN__CHECKSUM_DIGITS 8u
uint32_t srnn__checksum(uint32_t checksum, const void *data, size_t size);

/* Whether all parameters are finite, in the machine's order or in the file's. */
int srnn__parameters_finite(const struct srnn__contents *contents, int from_file);

static inline int srnn__little_endian(void)
{
    const uint16_t probe = 1;
    unsigned char first;

    memcpy(&first, &probe, 1);
    return first == 1;
}

/* Copy `count` elements of `element` bytes between the machine's order and
 * little-endian order, either way. */
void srnn__copy_elements(void *to, const void *from, size_t count, size_t element);

#endif
