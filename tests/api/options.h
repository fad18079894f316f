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

/* A handle that has options: the name that srnn_option_info gives it, and its set and get under one
 * signature each. */
struct option_handle {
    const char *name;
    enum handle_kind kind;
    int32_t (*set)(void *object, uint32_t key, double value);
    int32_t (*get)(const void *object, uint32_t key, double *value);
};

/* All that there are, in the order of their keys. */
enum {
    OPTIONS_OF_WORKSPACE,
    OPTIONS_OF_REGULARIZER,
    OPTIONS_OF_CLIPPER,
    OPTIONS_OF_OPTIMIZER,
    OPTION_HANDLES
};
extern const struct option_handle option_handles[OPTION_HANDLES];

/* The options of a handle. */
struct option_table {
    const struct option_handle *handle;
    const struct option_row *rows;
    size_t n_rows;
    const uint32_t *read_only;
    size_t n_read_only;
};

/* Check presets, every value, every error, on a fresh object of the handle. */
void check_options(struct rig *rig, void *object, const struct option_table *table);

#endif
