/* series_form.h - what the user says of a file of series (series.h) */
#ifndef SERIES_FORM_H
#define SERIES_FORM_H

#include <stddef.h>
#include <stdint.h>

#include "support/options.h"

/* What the first column of a table is. FIRST_FOUND: a value if it is the only one, if the table has
 * just the columns that the model has values, or with LAST_LABEL; else a label if the model has
 * labels and one value a step; else a time. */
#define FIRST_FOUND 0u
#define FIRST_TIME 1u
#define FIRST_VALUE 2u
#define FIRST_LABEL 3u
#define FIRST_SKIP 4u /* anything; it is left out */

/* What the last column of a table is: the label of a row, or a value as the others. */
#define LAST_VALUE 0u
#define LAST_LABEL 1u

/* What labels a file may have besides those of a model: see sequences_read_series. */
#define LABELS_FIXED 1
#define LABELS_MAY_MISS 2

/* What the user says of a file. Zeroed: all is found. */
struct series_form {
    uint64_t skip_lines;   /* lines before anything is read */
    uint32_t separator;    /* SEPARATOR_ constant (fields.h) */
    uint32_t first_column; /* FIRST_ constant */
    uint32_t last_column;  /* LAST_ constant */
};

extern const struct choice separator_choices[];
extern const struct choice first_column_choices[];
extern const struct choice last_column_choices[];

/* Rows of option tables for the field `form`, a struct series_form, of a command's struct `type`,
 * of which `scope` says when they apply. */
/* clang-format off */
#define SERIES_OPTION_ROWS(type, form, scope)                                                      \
    {"first-column", OPTION_CHOICE, offsetof(type, form.first_column), NULL, "auto", 0, 0,         \
     first_column_choices, KEEP_PINNED, scope,                                                     \
     "series: what the first column of a table is\n"                                               \
     "time: it must grow, and is left out; value: as the others;\n"                                \
     "label: each row is a series; skip: left out;\n"                                              \
     "auto: a time, but what the model needs if it has one"},                                      \
    {"last-column", OPTION_CHOICE, offsetof(type, form.last_column), NULL, "value", 0, 0,          \
     last_column_choices, KEEP_PINNED, scope,                                                      \
     "series: what the last column of a table is\n"                                                \
     "value: as the others; label: each row is a series"},                                         \
    {"separator", OPTION_CHOICE, offsetof(type, form.separator), NULL, "auto", 0, 0,               \
     separator_choices, KEEP_PINNED, scope,                                                        \
     "series: what separates the columns of a table\n"                                             \
     "auto: what its first line has of them, in this order"},                                      \
    {"skip-lines", OPTION_COUNT, offsetof(type, form.skip_lines), "N", "0", 0, 1e9, NULL,          \
     KEEP_PINNED, scope, "series: number of lines to leave out at the beginning"}
/* clang-format on */

#endif /* SERIES_FORM_H */
