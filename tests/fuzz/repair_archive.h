/* repair_archive.h - offsets and checksum of a safetensors file, made right */
#ifndef REPAIR_ARCHIVE_H
#define REPAIR_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

/* Give all tensors offsets without gaps, in the order of the header, move their elements there and
 * make the checksum right. Elements that the file lacks are zeros. Returns the new size; with 0 it
 * would be above `capacity`, and the file is as before. Bytes that are no such file stay as they
 * are. */
size_t repair_archive(uint8_t *data, size_t size, size_t capacity);

#endif
