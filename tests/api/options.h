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

/* The options of a handle. */
struct option_table {
    enum handle_kind kind;
    int32_t (*set)(void *object, uint32_t key, double value);
    int32_t (*get)(const void *object, uint32_t key, double *value);
    const struct option_row *rows;
    size_t n_rows;
    const uint32_t *read_only;
    size_t n_read_only;
};

/* Check presets, every value, every error, on a fresh object of the handle. */
void check_options(struct rig *rig, void *object, const struct option_table *table);

#endif
