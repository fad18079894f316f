/* file.c - files that are read whole, and replaced whole or not at all */
#include "support/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/message.h"

/* Read all of `stream` into `*data`, a block that grows by doubling. Returns 0 or an errno;
 * the caller frees the block in both cases. */
static int read_all(FILE *stream, unsigned char **data, size_t *bytes)
{
    size_t capacity = 65536;
    size_t size = 0;
    unsigned char *grown;

    *data = malloc(capacity);
    while (*data != NULL) {
        size += fread(*data + size, 1, capacity - size, stream);
        if (size < capacity) {
            break;
        }
        grown = capacity <= SIZE_MAX / 2 ? realloc(*data, capacity * 2) : NULL;
        if (grown == NULL) {
            return ENOMEM;
        }
        *data = grown;
        capacity *= 2;
    }
    if (*data == NULL) {
        return ENOMEM;
    }
    *bytes = size;
    return ferror(stream) ? (errno != 0 ? errno : EIO) : 0;
}

int file_read(const char *path, unsigned char **data, size_t *bytes)
{
    FILE *stream = fopen(path, "rb");
    int error;

    if (stream == NULL) {
        return fail("%s: %s", path, strerror(errno));
    }
    errno = 0;
    error = read_all(stream, data, bytes);
    fclose(stream);
    if (error != 0) {
        free(*data);
        *data = NULL;
        return fail("%s: %s", path, strerror(error));
    }
    return 0;
}

/* The permissions of the file at `path`, or those of a new file. The umask can only be read
 * by setting it. */
static mode_t wanted_mode(const char *path)
{
    struct stat status;
    mode_t mask;

    if (stat(path, &status) == 0) {
        return status.st_mode & 07777;
    }
    mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Open a new file in the folder of writer->path. Returns 0 or an errno. */
static int open_temporary(struct file_writer *writer)
{
    static const char suffix[] = ".XXXXXX";
    const size_t length = strlen(writer->path);
    int descriptor;
    int error;

    writer->temporary = malloc(length + sizeof suffix);
    if (writer->temporary == NULL) {
        return ENOMEM;
    }
    memcpy(writer->temporary, writer->path, length);
    memcpy(writer->temporary + length, suffix, sizeof suffix);
    descriptor = mkstemp(writer->temporary);
    if (descriptor >= 0) {
        writer->stream = fdopen(descriptor, "wb");
        if (writer->stream != NULL && fchmod(descriptor, wanted_mode(writer->path)) == 0) {
            return 0;
        }
    }
    error = errno;
    if (descriptor >= 0) {
        if (writer->stream == NULL) {
            close(descriptor);
        }
        file_abandon(writer);
    } else {
        free(writer->temporary);
    }
    return error;
}

int file_begin(struct file_writer *writer, const char *path)
{
    struct stat status;
    int error;

    writer->path = path;
    writer->stream = NULL;
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return fail("%s: not a regular file; only regular files are replaced", path);
    }
    error = open_temporary(writer);
    errno = 0; /* from here on it is that of a failed write, which file_commit reports */
    return error == 0 ? 0 : fail("%s: %s", path, strerror(error));
}

int32_t file_write(void *writer, const void *data, size_t size)
{
    FILE *stream = ((struct file_writer *)writer)->stream;

    return fwrite(data, 1, size, stream) == size ? 0 : -1;
}

/* Make the rename survive a power failure: synchronise the folder of `path`, which is cut
 * at its last slash. A folder that cannot be synchronised is no failure: the file is complete
 * either way. */
static void synchronize_folder(char *path)
{
    char *slash = strrchr(path, '/');
    int descriptor;

    if (slash != NULL) {
        slash[slash == path ? 1 : 0] = '\0';
    }
    descriptor = open(slash != NULL ? path : ".", O_RDONLY);
    if (descriptor >= 0) {
        (void)fsync(descriptor);
        close(descriptor);
    }
}

int file_commit(struct file_writer *writer)
{
    int error = 0;
    FILE *stream = writer->stream;

    if (fflush(stream) != 0 || ferror(stream) || fsync(fileno(stream)) != 0) {
        error = errno != 0 ? errno : EIO;
        file_abandon(writer);
        return fail("%s: %s", writer->path, strerror(error));
    }
    writer->stream = NULL;
    if (fclose(stream) != 0 || rename(writer->temporary, writer->path) != 0) {
        error = errno != 0 ? errno : EIO;
        file_abandon(writer);
        return fail("%s: %s", writer->path, strerror(error));
    }
    synchronize_folder(writer->temporary);
    free(writer->temporary);
    return 0;
}

int file_finish(struct file_writer *writer, int32_t status, const char *path, const char *action)
{
    if (status == SRNN_OK || status == SRNN_E_IO) { /* file_commit finds a failed write */
        return file_commit(writer);
    }
    file_abandon(writer);
    return fail_status(status, "%s: cannot %s", path, action);
}

void file_abandon(struct file_writer *writer)
{
    if (writer->stream != NULL) {
        fclose(writer->stream);
    }
    unlink(writer->temporary);
    free(writer->temporary);
}

int file_check_writable(const char *path)
{
    struct file_writer writer;
    int result = file_begin(&writer, path);

    if (result == 0) {
        file_abandon(&writer);
    }
    return result;
}
