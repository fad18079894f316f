/* series_archive.h - what the readers of the archives' files share
 *
 * Such a file has a head of lines "@WORD ...", of which the last is "@data". Below it each line is
 * a case: the values of each dimension, one dimension after the other, and a label at its end. */
#ifndef SERIES_ARCHIVE_H
#define SERIES_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "storage/series_reader.h"

/* What the head says, as far as a reader needs it. The texts are in the file's. */
struct archive {
    struct series_reader *reader;
    size_t dimensions;      /* numbers of a step; 0: as many as the first case has */
    size_t values;          /* of a dimension; 0: any number */
    const char *labels;     /* the labels of the archive, with a separator between them... */
    const char *labels_end; /* ...and where they end */
    char separator;
    int labelled; /* whether cases have labels; -1: the head has not said so */
    unsigned char declared[MAX_LABELS]; /* whether a label, by its number, was found in the head */
};

/* Go to the next line of the head. Sets *word to its first word, and *at to what follows it.
 * Returns 0, or EXIT_FAILED after a message: the file ends in its head, or a line is not of it. */
int archive_next(struct archive *archive, const char *comments, struct field *word,
                 const char **at);

/* Set the number of dimensions, which is more than 0. Returns 0, or EXIT_FAILED after a message. */
int archive_set_width(struct archive *archive, uint64_t dimensions);

/* Read the values of dimension `dimension` of a case whose first step is `first`: `values` fields,
 * or all that are left if it is 0. Dimension 0 makes the steps, the others must have as many.
 * Returns 0, or EXIT_FAILED after a message. */
int archive_dimension(struct archive *archive, struct fields *fields, size_t values,
                      size_t dimension, size_t first);

/* End a case with the label in a field, which must be one of the archive's. Returns 0, or
 * EXIT_FAILED after a message. */
int archive_end_case(struct archive *archive, const struct field *field);

#endif /* SERIES_ARCHIVE_H */
