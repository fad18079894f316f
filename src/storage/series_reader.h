/* series_reader.h - what the readers of the kinds of series files share */
#ifndef SERIES_READER_H
#define SERIES_READER_H

#include "storage/fields.h"
#include "storage/lines.h"
#include "storage/sequences.h"
#include "storage/series_form.h"

struct series_reader {
    struct lines lines; /* at the first line that is not left out */
    struct sequences *sequences;
    struct encoding *encoding;
    int fixed; /* the encoding is a model's: see series.h */
    const struct series_form *form;
};

/* Go to the next line that is neither empty nor a comment, one that begins with a character of
 * `comments`. lines->line is NULL if there is none. Returns 0, or EXIT_FAILED after a message. */
int reader_next_content(struct series_reader *reader, const char *comments);

/* Set *label to the number of the label in a field of the current line. Returns 0, or EXIT_FAILED
 * after a message. */
int reader_label(struct series_reader *reader, const struct field *field, uint32_t *label);

/* End the sequence that is being read, and give it a label. The steps at its end that have no value
 * are left out: archives make lengths equal with them. Returns 0, or EXIT_FAILED after a message,
 * which names the place `at` in the current line if no step is left. */
int reader_end_labelled(struct series_reader *reader, const char *at, uint32_t label);

/* Read all lines of a reader: that of each kind of file. Each returns 0, or EXIT_FAILED after a
 * message. */
int series_read_table(struct series_reader *reader);
int series_read_labelled(struct series_reader *reader);
int series_read_ts(struct series_reader *reader);
int series_read_arff(struct series_reader *reader);

/* Whether bytes [size] begin as an array of NumPy does. */
int is_npy(const char *bytes, size_t size);

/* Read that array, whose bytes [size] have a final zero behind them, into empty sequences that have
 * their path. Its numbers must be within the range of floats, as those of a text. Returns 0, or
 * EXIT_FAILED after a message. */
int series_read_npy(struct sequences *sequences, const char *bytes, size_t size);

#endif /* SERIES_READER_H */
