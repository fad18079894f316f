/* file.h - files that are read whole, and replaced whole or not at all */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Read the file at `path` into a new block `*data` [*bytes + 1], which the caller frees; its last
 * byte is a zero that is not the file's. Devices that are no terminals, such as /dev/zero, are
 * refused unless they are empty. Returns 0, or EXIT_FAILED after a message. */
int file_read(const char *path, unsigned char **data, size_t *bytes);

/* The same, but a path "-" is standard input; *path is then set to its name for messages. */
int file_read_input(const char **path, unsigned char **data, size_t *bytes);

/* Looks at the beginning of a file before the rest is read: head [count], its first FILE_HEAD bytes
 * or all of a shorter one. Returns 0, or EXIT_FAILED after a message that refuses the file. */
#define FILE_HEAD 16u
typedef int file_check(const char *path, const unsigned char *head, size_t count);

/* Read a file as file_read does, if `check` takes it. */
int file_read_checked(const char *path, file_check *check, unsigned char **data, size_t *bytes);

/* A file that is being written: it grows in a temporary file of the same folder, which
 * replaces it in one step when all of it is on the disk. Until then, and when anything
 * fails, a file that was there before stays as it was. */
struct file_writer {
    const char *path; /* borrowed */
    char *place;      /* where the file is: behind the symbolic links of `path` */
    char *temporary;  /* the name of the temporary file */
    FILE *stream;     /* may be written to directly; file_commit finds failures */
};

/* Start a file for `path`, where there must be nothing or a regular file, or a symbolic link to
 * such a place (file_place.h), and remove what killed runs left behind there. Returns 0, or
 * EXIT_FAILED after a message; then the writer needs no file_abandon. */
int file_begin(struct file_writer *writer, const char *path);

/* Write `size` bytes; `writer` is a struct file_writer. An srnn_write_fn, so that the library
 * can write through it. Returns 0, or -1 without a message. */
int32_t file_write(void *writer, const void *data, size_t size);

/* Put the file in its place. Returns 0, or EXIT_FAILED after a message. The writer has ended
 * in both cases; after a failure the temporary file is removed. */
int file_commit(struct file_writer *writer);

/* Put the file in its place, or abandon it if the library failed to write it: `status` is what
 * its function returned. The message is "`path`: cannot `action`". Returns 0, or EXIT_FAILED after
 * a message. */
int file_finish(struct file_writer *writer, int32_t status, const char *path, const char *action);

/* End the writer and remove what was written. */
void file_abandon(struct file_writer *writer);

/* Check, before long work, that a file can be written at `path`. Returns 0, or EXIT_FAILED after a
 * message. */
int file_check_writable(const char *path);

#endif /* FILE_H */
