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

#endif
