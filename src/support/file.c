/* file.c - files that are read whole, and replaced whole or not at all */
#include "support/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/file_place.h"
#include "support/message.h"
#include "support/try.h"

/* Read the rest of `stream` behind the `size` bytes of `*data`, a block of `capacity` that grows by
 * doubling, and put a zero behind it. Returns 0 or an errno. */
static int read_rest(FILE *stream, unsigned char **data, size_t capacity, size_t size,
                     size_t *bytes)
{
    unsigned char *grown;
    int error;

    while (size == capacity) {
        grown = capacity <= SIZE_MAX / 2 ? realloc(*data, capacity * 2) : NULL;
        if (grown == NULL) {
            return ENOMEM;
        }
        *data = grown;
        capacity *= 2;
        size += fread(*data + size, 1, capacity - size, stream);
    }
    error = ferror(stream) ? (errno != 0 ? errno : EIO) : 0;
    (*data)[size] = '\0';
    grown = realloc(*data, size + 1); /* which frees what is not needed, up to half */
    *data = grown != NULL ? grown : *data;
    *bytes = size;
    return error;
}

/* Whether a stream is a device that is no terminal, such as /dev/zero: it may have no end. */
static int is_device(FILE *stream)
{
    struct stat status;
    const int descriptor = fileno(stream);

    return fstat(descriptor, &status) == 0 && S_ISCHR(status.st_mode) && !isatty(descriptor);
}

/* Read an open stream, called `name` in messages: see file_read_checked. *data is NULL, or a block
 * that the caller frees, after a failure too. */
static int read_all(FILE *stream, const char *name, file_check *check, unsigned char **data,
                    size_t *bytes)
{
    const size_t capacity = 65536;
    size_t size;
    int error;

    *data = malloc(capacity);
    if (*data == NULL) {
        return fail("%s: %s", name, strerror(ENOMEM));
    }
    errno = 0;
    size = fread(*data, 1, capacity, stream);
    if (size > 0 && is_device(stream)) {
        return fail("%s: a device, which may have no end; a file is expected", name);
    }
    if (check != NULL && !ferror(stream)) {
        TRY(check(name, *data, size < FILE_HEAD ? size : FILE_HEAD));
    }
    error = read_rest(stream, data, capacity, size, bytes);
    return error == 0 ? 0 : fail("%s: %s", name, strerror(error));
}

/* The same, with *data NULL after a failure. */
static int read_stream(FILE *stream, const char *name, file_check *check, unsigned char **data,
                       size_t *bytes)
{
    const int result = read_all(stream, name, check, data, bytes);

    if (result != 0) {
        free(*data);
        *data = NULL;
    }
    return result;
}

int file_read_checked(const char *path, file_check *check, unsigned char **data, size_t *bytes)
{
    FILE *stream = fopen(path, "rb");
    int result;

    *data = NULL;
    if (stream == NULL) {
        return fail("%s: %s", path, strerror(errno));
    }
    result = read_stream(stream, path, check, data, bytes);
    fclose(stream);
    return result;
}

int file_read_input(const char **path, unsigned char **data, size_t *bytes)
{
    if (strcmp(*path, "-") != 0) {
        return file_read(*path, data, bytes);
    }
    *path = "standard input";
    return read_stream(stdin, *path, NULL, data, bytes);
}

int file_read(const char *path, unsigned char **data, size_t *bytes)
{
    return file_read_checked(path, NULL, data, bytes);
}

/* The permissions of the file at `path`, or those of a new file. A file that runs as another user
 * stays one only for that user, so that such bits are not kept. The umask can only be read by
 * setting it. */
static mode_t wanted_mode(const char *path)
{
    struct stat status;
    mode_t mask;

    if (stat(path, &status) == 0) {
        return status.st_mode & 0777;
    }
    mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Open a new file in the folder of writer->place, locked while it is written, so that it is no
 * leftover. Permissions and the lock are left out where a file system has none. Returns 0 or an
 * errno. */
static int open_temporary(struct file_writer *writer)
{
    static const char suffix[] = FILE_TEMPORARY;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const size_t length = strlen(writer->place);
    int descriptor;
    int error;

    writer->temporary = malloc(length + sizeof suffix);
    if (writer->temporary == NULL) {
        return ENOMEM;
    }
    memcpy(writer->temporary, writer->place, length);
    memcpy(writer->temporary + length, suffix, sizeof suffix);
    descriptor = mkstemp(writer->temporary);
    if (descriptor < 0) {
        error = errno;
        free(writer->temporary);
        return error;
    }
    (void)fcntl(descriptor, F_SETLK, &lock);
    (void)fchmod(descriptor, wanted_mode(writer->place));
    writer->stream = fdopen(descriptor, "wb");
    if (writer->stream != NULL) {
        return 0;
    }
    error = errno;
    close(descriptor);
    unlink(writer->temporary);
    free(writer->temporary);
    return error;
}

int file_begin(struct file_writer *writer, const char *path)
{
    int error;

    writer->path = path;
    writer->stream = NULL;
    TRY(file_place(path, &writer->place));
    file_remove_leftovers(writer->place);
    error = open_temporary(writer);
    if (error != 0) {
        free(writer->place);
        return fail("%s: %s", path, strerror(error));
    }
    errno = 0; /* from here on it is that of a failed write, which file_commit reports */
    return 0;
}

int32_t file_write(void *writer, const void *data, size_t size)
{
    FILE *stream = ((struct file_writer *)writer)->stream;

    return fwrite(data, 1, size, stream) == size ? 0 : -1;
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
    if (fclose(stream) != 0 || rename(writer->temporary, writer->place) != 0) {
        error = errno != 0 ? errno : EIO;
        file_abandon(writer);
        return fail("%s: %s", writer->path, strerror(error));
    }
    file_synchronize_folder(writer->place);
    free(writer->temporary);
    free(writer->place);
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
    free(writer->place);
}

int file_check_writable(const char *path)
{
    struct file_writer writer;

    TRY(file_begin(&writer, path));
    file_abandon(&writer);
    return 0;
}
