/* hash.h - one number for many bits
 *
 * FNV-1a, 64 bits. Floats are hashed by value, least significant byte first, so that a machine of
 * the other byte order computes the same number. Needs no test framework. */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

/* Where a hash starts. */
#define HASH_START UINT64_C(0xcbf29ce484222325)

/* Go on from `hash` with bytes, an integer, floats or doubles. */
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count);
uint64_t hash_u64(uint64_t hash, uint64_t value);
uint64_t hash_floats(uint64_t hash, const float *values, size_t count);
uint64_t hash_doubles(uint64_t hash, const double *values, size_t count);

/* Whether any of the values is NaN, whose sign and payload no machine owes another: such values
 * are not to be hashed. */
int holds_nan(const float *values, size_t count);

#endif
