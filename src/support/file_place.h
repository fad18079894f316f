/* file_place.h - where a file is written: behind its symbolic links, beside its temporaries */
#ifndef FILE_PLACE_H
#define FILE_PLACE_H

#include <sys/stat.h>

/* Find where the file `path` is to be written: symbolic links are followed, also to a name where
 * there is nothing yet. `*place` receives a new text, which the caller frees. Returns 0, or
 * EXIT_FAILED after a message: for links in a circle, and where there is something that is no
 * regular file, such as a folder, a device or a pipe. */
int file_place(const char *path, char **place);

/* Whether two results of stat or fstat are of one file. */
int file_same_status(const struct stat *a, const struct stat *b);

/* Whether two names lead to one file, which may not be there yet. Two names of a device, such as a
 * terminal that is read and written, are not one file. */
int file_same(const char *a, const char *b);

/* The name, for file_same, of a file that is read, where "-" is standard input; NULL for NULL. */
const char *file_input_name(const char *path);

/* Refuse the output of `command` if it is `input`, a file that is read. Either may be NULL. Returns
 * 0, or EXIT_MISUSED after a message. */
int file_check_output(const char *command, const char *output, const char *input);

/* The name of a temporary file is that of the place, and this, with six characters for the X. */
#define FILE_TEMPORARY ".srnn-XXXXXX"

/* Remove the temporary files of a place that runs left behind which were killed while they wrote:
 * regular files of this user's that are a minute old and that no process has locked. */
void file_remove_leftovers(const char *place);

/* Make the name of a file that was made or renamed survive a power failure: synchronise its folder,
 * that behind the symbolic links of `path`. A folder that cannot be synchronised, or found, is no
 * failure: the file is complete either way. */
void file_synchronize_folder(const char *path);

#endif /* FILE_PLACE_H */
