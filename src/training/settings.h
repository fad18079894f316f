/* settings.h - everything that a training run can be told */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdint.h>

#include "support/options.h"
#include "tasks/task.h"

/* What --clip chooses, beside the kinds of the library's clipper. */
#define CLIP_NONE 0u
#define CLIP_ERROR 100u /* Mikolov's: inside back-propagation through time */

/* How the rate goes. */
#define SCHEDULE_CONSTANT 0u
#define SCHEDULE_LINEAR 1u /* up over a twentieth of the run, then down to 0 */
#define SCHEDULE_HALVE 2u  /* half of it whenever an evaluation's loss rose */
#define SCHEDULE_SETTLE 3u /* constant until the task is solved, then ever less */

/* How the weight of Omega goes. */
#define OMEGA_CONSTANT 0u
#define OMEGA_INVERSE 1u /* over the number of the epoch, counted from 1 */

/* What the loss of an update is, of the losses of its targets. */
#define COST_MEAN 0u
#define COST_SUM 1u /* over the steps, and the mean over the sequences */

/* Which weights are saved. */
#define WEIGHTS_LAST 0u
#define WEIGHTS_BEST 1u /* of the evaluation with the lowest loss */

struct settings {
    /* the network */
    uint64_t hidden;
    uint32_t activation;
    uint32_t initializer;
    const char *from; /* the model to start from, or NULL */
    int no_biases;
    uint64_t seed;
    /* the data */
    struct task_options task;
    uint64_t batch;
    const char *valid; /* NULL: the held-out part judges */
    const char *test;
    /* learning */
    uint32_t optimizer;
    double rate;
    uint32_t schedule;
    uint32_t cost;
    struct measure clip;
    uint32_t nonfinite;
    double drop;
    double omega;
    uint32_t omega_form;
    uint32_t omega_schedule;
    double omega_bound;
    int measure_omega; /* even when its weight is 0; no option, the demo asks for it */
    /* the end */
    uint64_t updates;
    uint64_t epochs;   /* 0: no limit */
    uint64_t patience; /* 0: no limit */
    double minutes;    /* 0: no limit */
    double stop_error;
    uint64_t evaluate_every; /* 0: once an epoch */
    uint64_t evaluate_sequences;
    uint32_t keep;
    /* the program */
    uint64_t threads;
    const char *save;
    const char *checkpoint;
    double every; /* seconds */
    const char *resume;
    const char *log;
    int quiet;
};

/* The options of `srnn train`. */
extern const struct option_table settings_table;

/* Check what a table's bounds cannot: options that do not go together. Gives 0,
 * or EXIT_MISUSED after a message. */
int settings_check(const struct settings *settings);

/* The settings as lines "name value" for a checkpoint, those in `scope` that it
 * keeps. At most `size` bytes with the final zero. */
void settings_describe(const struct settings *settings, unsigned scope, char *text, size_t size);

/* Take over the settings from such lines, [bytes]. Gives 0, or -1 when a line is
 * not one of them or its value is wrong. */
int settings_adopt(struct settings *settings, const char *text, size_t bytes);

/* Compare with such lines: gives the first option that a resumed run must not
 * change and that differs, or NULL. Both values are written to the texts, of at
 * least SETTINGS_VALUE_BYTES. */
#define SETTINGS_VALUE_BYTES 64
const struct option *settings_difference(const struct settings *settings,
                                         const struct settings *kept, unsigned scope, char *value,
                                         char *kept_value);

#endif /* SETTINGS_H */
