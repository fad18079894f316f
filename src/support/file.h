/* file.h - whole files: read at once, and replaced at once or not at all */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Read the file at `path` into a new block, which the caller frees. An empty
 * file gives a block too. Gives 0, or EXIT_FAILED after a message. */
int file_read(const char *path, unsigned char **data, size_t *bytes);

/* A file on its way: it is written beside its place under another name, and
 * takes its place in one step when all of it is on the disk. Until then, and
 * when anything fails, a file that was there before stays as it was. */
struct file_writer {
    const char *path; /* borrowed */
    char *temporary;
    FILE *stream; /* for fprintf; failures are found by commit */
};

/* Start a file for `path`, which must not name anything but a regular file.
 * Gives 0, or EXIT_FAILED after a message. */
int file_begin(struct file_writer *writer, const char *path);

/* Write `size` bytes; `writer` is a struct file_writer. An srnn_write_fn, so
 * that the library can write through it: gives 0, or -1 without a message. */
int32_t file_write(void *writer, const void *data, size_t size);

/* Put the file in its place. Gives 0, or EXIT_FAILED after a message and after
 * file_abandon. The writer is at its end in both cases. */
int file_commit(struct file_writer *writer);

/* Give up a file that was begun: remove what was written. */
void file_abandon(struct file_writer *writer);

/* Find out before long work whether a file could be written at `path`. Gives 0,
 * or EXIT_FAILED after a message. */
int file_check_writable(const char *path);

#endif /* FILE_H */
