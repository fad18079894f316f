/* foreign.h - files of other programs in the place of a model */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>
#include <stdint.h>

/* Report that the file `path`, data [bytes], could not be loaded as a model, with the status of the
 * library. What another program wrote is named, with the way to a model; a damaged file of the
 * library's is told from that by the key of its format. Returns EXIT_FAILED. */
int fail_foreign(int32_t status, const char *path, const unsigned char *data, size_t bytes);

/* Refuse a file that does not begin as safetensors files do: a file_check (file.h). Of what
 * torch.save writes the message says how it becomes one. */
int foreign_check(const char *path, const unsigned char *head, size_t count);

#endif /* FOREIGN_H */
