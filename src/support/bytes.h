/* bytes.h - numbers in little-endian bytes, on every machine; a hash of bytes */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>

void put_u64(unsigned char *bytes, uint64_t value);
uint32_t get_u32(const unsigned char *bytes);
uint64_t get_u64(const unsigned char *bytes);
float get_float(const unsigned char *bytes);

/* Continue the FNV-1a hash `hash`, at first BYTES_HASH, with `data` [count]. */
#define BYTES_HASH UINT64_C(14695981039346656037)
uint64_t bytes_hash(uint64_t hash, const void *data, size_t count);

#endif /* BYTES_H */
