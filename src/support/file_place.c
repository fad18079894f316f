/* file_place.c - where a file is written: behind its symbolic links, beside its temporaries */
#include "support/file_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/message.h"

/* The most links that lead on to others: as many as Linux follows. */
#define MOST_LINKS 40

/* The seconds after which a temporary file can be a leftover. A process has locked its own long
 * before. */
#define LEFTOVER_SECONDS 60

/* The number of characters of a path up to its last slash, that one included. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* Join the first `length` characters of `folder` and `name` to a new text; NULL without memory. */
static char *join(const char *folder, size_t length, const char *name)
{
    const size_t name_size = strlen(name) + 1;
    char *path = malloc(length + name_size);

    if (path != NULL) {
        memcpy(path, folder, length);
        memcpy(path + length, name, name_size);
    }
    return path;
}

/* Read the symbolic link `path`. Returns a new text, the path that it leads to, or NULL with
 * errno. */
static char *read_link(const char *path)
{
    char name[4096];
    const ssize_t length = readlink(path, name, sizeof name);

    if (length < 0) {
        return NULL;
    }
    if ((size_t)length == sizeof name) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    name[length] = '\0';
    return join(path, name[0] == '/' ? 0 : folder_length(path), name);
}

/* Whether a symbolic link, of /proc or under its other name, leads to an open file. */
static int is_open_file(const char *path)
{
    return strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/dev/fd/", 8) == 0;
}

/* Follow the links of `path` into a new text `*place`; *kind receives the type of the file there, 0
 * if there is none. An open file has no place: its link is not followed. Returns 0 or an errno;
 * then *place is NULL. */
static int follow_links(const char *path, char **place, mode_t *kind)
{
    struct stat status;

    *place = join("", 0, path);
    for (int links = 0; *place != NULL; links++) {
        char *next;

        if (lstat(*place, &status) != 0) {
            *kind = 0;
            return 0;
        }
        *kind = status.st_mode & S_IFMT;
        if (!S_ISLNK(status.st_mode) || is_open_file(*place)) {
            return 0;
        }
        next = links < MOST_LINKS ? read_link(*place) : NULL;
        if (next == NULL) {
            const int error = links < MOST_LINKS ? errno : ELOOP;

            free(*place);
            *place = NULL;
            return error;
        }
        free(*place);
        *place = next;
    }
    return ENOMEM;
}

int file_place(const char *path, char **place)
{
    mode_t kind;
    const int error = follow_links(path, place, &kind);

    if (error != 0) {
        return fail("%s: %s", path, strerror(error));
    }
    if (kind != 0 && kind != S_IFREG) {
        free(*place);
        return fail("%s: not a regular file; only regular files are replaced", path);
    }
    return 0;
}

/* The state of the folder of a path. Returns 0, or -1 if there is none. */
static int folder_state(const char *path, struct stat *status)
{
    char *folder = join(path, folder_length(path), ".");
    const int result = folder != NULL ? stat(folder, status) : -1;

    free(folder);
    return result;
}

int file_same_status(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether two paths, where there is nothing, are one name in one folder. */
static int same_name(const char *a, const char *b)
{
    struct stat folder_a, folder_b;

    return strcmp(a + folder_length(a), b + folder_length(b)) == 0 &&
           folder_state(a, &folder_a) == 0 && folder_state(b, &folder_b) == 0 &&
           file_same_status(&folder_a, &folder_b);
}

int file_same(const char *a, const char *b)
{
    struct stat status_a, status_b;
    const int has_a = stat(a, &status_a) == 0;
    const int has_b = stat(b, &status_b) == 0;
    char *place_a = NULL, *place_b = NULL;
    mode_t kind;
    int same = strcmp(a, b) == 0;

    if (!same && has_a && has_b) {
        return file_same_status(&status_a, &status_b) && !S_ISCHR(status_a.st_mode);
    }
    if (!same && !has_a && !has_b && follow_links(a, &place_a, &kind) == 0) {
        if (follow_links(b, &place_b, &kind) == 0) {
            same = same_name(place_a, place_b);
            free(place_b);
        }
        free(place_a);
    }
    return same;
}

const char *file_input_name(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0 ? "/dev/stdin" : path;
}

int file_check_output(const char *command, const char *output, const char *input)
{
    return output != NULL && input != NULL && file_same(output, input)
               ? misuse("%s: --output %s is a file that is read; use another name", command, output)
               : 0;
}

/* Whether the file `name` can be a temporary one for the name `base`. */
static int is_temporary(const char *name, const char *base)
{
    static const char mark[] = FILE_TEMPORARY;
    const size_t base_length = strlen(base);
    const size_t fixed = strcspn(mark, "X");

    return strlen(name) == base_length + sizeof mark - 1 && strncmp(name, base, base_length) == 0 &&
           strncmp(name + base_length, mark, fixed) == 0 &&
           strspn(name + base_length + fixed,
                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                  "abcdefghijklmnopqrstuvwxyz0123456789") == sizeof mark - 1 - fixed;
}

/* Whether a file was left behind: see file_remove_leftovers. */
static int is_leftover(const char *path)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const int descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    int leftover = 0;

    if (descriptor >= 0) {
        leftover = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
                   status.st_uid == geteuid() && status.st_nlink == 1 &&
                   time(NULL) - status.st_mtime >= LEFTOVER_SECONDS &&
                   fcntl(descriptor, F_SETLK, &lock) == 0;
        close(descriptor);
    }
    return leftover;
}

void file_remove_leftovers(const char *place)
{
    const size_t length = folder_length(place);
    char *folder = join(place, length, ".");
    DIR *stream = folder != NULL ? opendir(folder) : NULL;
    const struct dirent *entry;

    while (stream != NULL && (entry = readdir(stream)) != NULL) {
        if (is_temporary(entry->d_name, place + length)) {
            char *path = join(place, length, entry->d_name);

            if (path != NULL && is_leftover(path)) {
                (void)unlink(path);
            }
            free(path);
        }
    }
    if (stream != NULL) {
        closedir(stream);
    }
    free(folder);
}

void file_synchronize_folder(const char *path)
{
    char *place;
    char *folder = NULL;
    int descriptor = -1;
    mode_t kind;

    (void)follow_links(path, &place, &kind);
    if (place != NULL) {
        folder = join(place, folder_length(place), ".");
        free(place);
    }
    if (folder != NULL) {
        descriptor = open(folder, O_RDONLY | O_CLOEXEC);
        free(folder);
    }
    if (descriptor >= 0) {
        (void)fsync(descriptor);
        close(descriptor);
    }
}
