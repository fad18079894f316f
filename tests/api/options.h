/* options.h - what holds for the options of every handle that has them */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "support.h"

#define MAX_VALUES 6

/* One option: what it starts as, values that it takes and values that are out of its bounds. NaN
 * is out of all bounds and need not be listed. */
struct option_row {
    uint32_t key;
    double preset;
    size_t n_good;
    double good[MAX_VALUES];
    size_t n_bad;
    double bad[MAX_VALUES];
};

/* What an object was made with, as a key that can only be read. */
struct option_argument {
    uint32_t key;
    double value;
};

/* The keys that are a field of a shape, of which the object was made. SRNN_OPTIMIZER_COUNT and the
 * two HIDDEN are none. */
#define OPTION_FIELDS 9
extern const struct option_field {
    uint32_t key;
    size_t handle; /* OPTIONS_OF_WORKSPACE .. */
    size_t field;  /* offset in struct shape */
} option_fields[OPTION_FIELDS];

/* The options of a handle. */
struct option_table {
    const struct option_handle *handle;
    const struct option_row *rows;
    size_t n_rows;
    const uint32_t *statistics; /* all 0 in a new object */
    size_t n_statistics;
    const struct option_argument *arguments;
    size_t n_arguments;
};

/* Check presets, every value, every error, on a fresh object of the handle. */
void check_options(struct rig *rig, void *object, const struct option_table *table);

#endif
