/* bytes.h - numbers in little-endian bytes, on every machine */
#ifndef BYTES_H
#define BYTES_H

#include <stdint.h>

void put_u64(unsigned char *bytes, uint64_t value);
uint32_t get_u32(const unsigned char *bytes);
uint64_t get_u64(const unsigned char *bytes);
float get_float(const unsigned char *bytes);

#endif /* BYTES_H */
