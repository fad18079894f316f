/* settings.h - the options of a training run */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdint.h>

#include "support/method.h"
#include "support/options.h"
#include "tasks/task.h"

/* Schedules of the rate. */
#define SCHEDULE_CONSTANT 0u
#define SCHEDULE_LINEAR 1u /* up over a twentieth of the run, then down to 0 */
#define SCHEDULE_HALVE 2u  /* halved whenever an evaluation's loss rose */
#define SCHEDULE_SETTLE 3u /* constant until the task is solved, then falling */

/* Schedules of Omega's weight. */
#define OMEGA_CONSTANT 0u
#define OMEGA_INVERSE 1u /* divided by the number of the epoch, counted from 1 */

/* The loss of an update, as a function of the losses of its targets. */
#define COST_MEAN 0u /* their mean */
#define COST_SUM 1u  /* their sum over the steps, and the mean over the sequences */

/* The weights that are saved. */
#define WEIGHTS_LAST 0u
#define WEIGHTS_BEST 1u /* of the evaluation with the lowest loss */

struct settings {
    int as_published; /* the defaults are the paper's */
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
    const char *valid; /* file of evaluations; NULL: the part that is held out */
    const char *test;  /* file to judge the result on, or NULL */
    /* learning */
    uint32_t optimizer;
    double rate;
    uint32_t schedule;
    uint32_t cost;
    struct method clip; /* settings_complete puts what CLIP_AUTO stands for in its place */
    uint32_t nonfinite;
    double drop;
    double weight_decay; /* share of the rate by which weights shrink in an update */
    double omega;
    uint32_t omega_form;
    uint32_t omega_schedule;
    double omega_bound;
    int measure_omega; /* compute Omega even if its weight is 0; set by `demo`, no option */
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

/* Put what --clip auto stands for in its place. A checkpoint then has the method and not the name,
 * whose meaning may change from version to version. */
void settings_complete(struct settings *settings);

/* Check the options that exclude each other. Returns 0, or EXIT_MISUSED after a message. */
int settings_check(const struct settings *settings);

/* Write the settings that a checkpoint of a task of `scope` keeps, as lines "name value": at most
 * `size` bytes, the final zero included. */
void settings_describe(const struct settings *settings, unsigned scope, char *text, size_t size);

/* Read settings from such lines, text [bytes]. Returns 0, or -1 when a line has no such option or a
 * wrong value. */
int settings_adopt(struct settings *settings, const char *text, size_t bytes);

/* Find an option that differs from the checkpoint's settings `kept`, though a resumed run must not
 * change it. Returns the first, with its two values in `value` and `kept_value`
 * [SETTINGS_VALUE_BYTES], or NULL. */
#define SETTINGS_VALUE_BYTES 64
const struct option *settings_difference(const struct settings *settings,
                                         const struct settings *kept, unsigned scope, char *value,
                                         char *kept_value);

#endif /* SETTINGS_H */
