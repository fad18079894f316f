/* series.h - files of series, with or without labels
 *
 * The file itself says which of these it is:
 *
 * Labelled lines: each line is a sequence. It has a label, a bar, and steps with semicolons between
 * them.
 *
 *     yes|0.1 2.5;0.3 2.4
 *
 * A table: each line is a row of fields, with a separator that is the same in the whole file. The
 * first line may be a heading. Either each row is a step, an empty line begins another sequence,
 * and the first of several columns is a time, which must grow and is left out:
 *
 *     time,temperature,humidity
 *     2026-11-28 20:45,18.5,61
 *
 * or each row is a sequence of single values, and the first column has its label, as in the UCR
 * archive, or the last (--last-column label).
 *
 * An array of NumPy (series_npy.c): plain series of [steps], [steps x values] or [series x steps x
 * values].
 *
 * An archive's file, which begins with a line "@...": .ts (series_ts.c) or .arff (series_arff.c).
 *
 * In tables and in labelled lines a line that begins with # is a comment (unless it has a bar). A
 * missing value is empty, ?, nan or NA. Every message names the file, the line and the column. */
#ifndef SERIES_H
#define SERIES_H

#include <stddef.h>

#include "storage/encoding.h"
#include "storage/sequences.h"
#include "storage/series_form.h"

/* Read the file `path`, whose text [size] has a final zero behind it, into empty sequences, which
 * keep their numbers unscaled. `encoding` is that of a model if `fixed` is set: its labels and the
 * width of its scaling must fit. With LABELS_MAY_MISS a label that is empty or "?" has the number
 * after the last. If `fixed` is 0, labels are added to it in the order in which they appear. The
 * text is not needed afterwards. Returns 0, or EXIT_FAILED after a message; call sequences_destroy
 * in either case. */
int sequences_read_series(struct sequences *sequences, const char *path, const char *text,
                          size_t size, const struct series_form *form, struct encoding *encoding,
                          int fixed);

#endif /* SERIES_H */
