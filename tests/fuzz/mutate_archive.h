/* mutate_archive.h - other safetensors files, made of one
 *
 * A change of bytes at random nearly always ends in a wrong length, a gap between tensors or a
 * wrong checksum. After most changes these are made right here, so that a reader gets past them. */
#ifndef MUTATE_ARCHIVE_H
#define MUTATE_ARCHIVE_H

#include "fuzz.h"

/* Change a file at random: a mutate function of a target. */
size_t mutate_archive(uint8_t *data, size_t size, size_t capacity, uint32_t seed,
                      fuzz_mutate_fn plain);

/* Give all tensors offsets without gaps, in the order of the header, move their elements there and
 * make the checksum right. Elements that the file lacks are zeros. Returns the new size; with 0 it
 * would be above `capacity`, and the file is as before. Bytes that are no such file stay as they
 * are. */
size_t repair_archive(uint8_t *data, size_t size, size_t capacity);

#endif
