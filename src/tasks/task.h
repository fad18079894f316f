/* task.h - what there is to learn: generators of sequences, text, music and series
 *
 * A task tells the shape of its network and draws batches. The synthetic tasks
 * are those of the paper (section 4.1) as the authors' script generates them;
 * all positions count from 0. The others read a file once and draw from it, an
 * epoch after the other. */
#ifndef TASK_H
#define TASK_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "storage/encoding.h"
#include "support/options.h"
#include "tasks/samples.h"

/* Which options mean something: bits for options_scope. */
#define SCOPE_SYNTHETIC 1u
#define SCOPE_TEXT 2u
#define SCOPE_PERMUTATION 4u
#define SCOPE_MEMORIZATION 8u
#define SCOPE_FILE 16u /* any task with a file, text too */

/* What random permutation asks for: the last symbol, as the authors' script
 * does, or the next symbol at each step, as the paper tells. */
#define READING_LAST 0u
#define READING_NEXT 1u

/* The options that say which task it is. */
struct task_options {
    struct range length;          /* of the synthetic sequences */
    uint64_t grow;                /* draws over which the highest length grows from the lowest */
    struct range evaluate_length; /* those of evaluations; from 0 on: the same */
    uint32_t reading;             /* permutation */
    uint64_t values;              /* memorization: how many a position can have */
    uint64_t positions;           /* memorization: how many are to be memorized */
    uint64_t chunk;               /* of a file: steps of a batch */
    double hold_out;              /* of a file: the share at the end that is not trained on */
    uint64_t ahead;               /* text: how far the target is ahead */
};

extern const struct choice reading_choices[];

/* Rows for the options of struct task_options in the field `task` of the struct
 * `type`, without --length and --hold-out, for the option tables of several commands. */
#define TASK_OPTION_ROWS(type)                                                                     \
    {"reading",                                                                                    \
     OPTION_CHOICE,                                                                                \
     offsetof(type, task.reading),                                                                 \
     NULL,                                                                                         \
     "last",                                                                                       \
     0,                                                                                            \
     0,                                                                                            \
     reading_choices,                                                                              \
     KEEP_PINNED,                                                                                  \
     SCOPE_PERMUTATION,                                                                            \
     "permutation: predict the last symbol or each next"},                                         \
        {"values",                                                                                 \
         OPTION_COUNT,                                                                             \
         offsetof(type, task.values),                                                              \
         "V",                                                                                      \
         "2",                                                                                      \
         2,                                                                                        \
         1000,                                                                                     \
         NULL,                                                                                     \
         KEEP_PINNED,                                                                              \
         SCOPE_MEMORIZATION,                                                                       \
         "memorization: values of a position"},                                                    \
        {"positions",                                                                              \
         OPTION_COUNT,                                                                             \
         offsetof(type, task.positions),                                                           \
         "P",                                                                                      \
         "5",                                                                                      \
         1,                                                                                        \
         1000,                                                                                     \
         NULL,                                                                                     \
         KEEP_PINNED,                                                                              \
         SCOPE_MEMORIZATION,                                                                       \
         "memorization: positions to memorize"},                                                   \
        {"chunk",                                                                                  \
         OPTION_COUNT,                                                                             \
         offsetof(type, task.chunk),                                                               \
         "N",                                                                                      \
         "64",                                                                                     \
         1,                                                                                        \
         100000,                                                                                   \
         NULL,                                                                                     \
         KEEP_PINNED,                                                                              \
         SCOPE_FILE,                                                                               \
         "of a file: steps at a time; the state is carried on"},                                   \
    {                                                                                              \
        "ahead", OPTION_COUNT, offsetof(type, task.ahead), "N", "1", 1, 1000, NULL, KEEP_PINNED,   \
            SCOPE_TEXT, "text: predict the N-th character from here"                               \
    }

struct task_kind;
struct corpus;
struct sequences;

struct task {
    const struct task_kind *kind;
    struct task_options options;
    uint32_t inputs;
    uint32_t outputs;
    uint32_t output_kind;        /* SRNN_SOFTMAX, SRNN_SIGMOID or SRNN_LINEAR */
    uint32_t max_steps;          /* of any batch that it draws */
    int numeric;                 /* inputs are numbers, not ids */
    int numeric_targets;         /* targets are */
    int every_step;              /* a target at each step, not one at the last */
    int judge_steps;             /* count wrong steps, not wrong sequences */
    double tolerance;            /* how far from its target a number may be */
    struct encoding encoding;    /* of the file's data */
    struct corpus *corpus;       /* text, else NULL */
    struct sequences *sequences; /* music and series, else NULL */
    int lead;                    /* zeros go before each sequence: its first step is a target too */
    size_t piece, piece_size;    /* the part that is drawn from: bytes, or sequences */
    uint64_t seed;               /* of the order of epochs; set by who trains */
    int shuffled;                /* epochs have an order of their own */
};

struct task_kind {
    const char *name;
    const char *summary;
    unsigned scope;
    int needs_file;
    uint32_t least_length;        /* that --length may have; 0: it has none */
    const struct preset *presets; /* its own defaults for `srnn train` */
    /* Fill in the shape from task->options and read the file. With `encoding` the data
     * are seen as it tells, else task->encoding is learnt from them. Gives 0 or an exit
     * code. */
    int (*open)(struct task *task, const char *path, const struct encoding *encoding);
    /* Draw samples->sequences sequences; `index` counts the draws. */
    void (*draw)(const struct task *task, uint64_t index, srnn_random *random,
                 struct samples *samples);
};

/* All kinds; `task_kinds` ends with NULL. */
extern const struct task_kind *const task_kinds[];
extern const struct task_kind temporal_order_task, temporal_order_3bit_task, addition_task,
    multiplication_task, permutation_task, memorization_task, text_task, music_task, series_task;

/* The kind called `name`, or NULL. */
const struct task_kind *task_find(const char *name);

/* Whether the kind goes with a file, or with none (NULL). Gives 0, or
 * EXIT_MISUSED after a message. */
int task_check_file(const struct task_kind *kind, const char *path);

/* Open a task; `path` is its file, else NULL, and `encoding` how a model knows the data,
 * NULL to learn it from the file. Gives 0, or an exit code after a message. */
int task_open(struct task *task, const struct task_kind *kind, const struct task_options *options,
              const char *path, const struct encoding *encoding);

/* Give back the data; also of a zeroed struct. */
void task_close(struct task *task);

/* The task that judges what was learnt of `task`: permutation asks for the last
 * symbol only, of a file it is the held-out part, in the file's order. It borrows the
 * data of `task`. */
void task_for_evaluation(const struct task *task, struct task *evaluation);

/* Draw a batch; the same arguments give the same batch. */
void task_draw(const struct task *task, uint64_t index, srnn_random *random,
               struct samples *samples);

/* The number of draws into `samples` that go through the file once; 0 for the
 * synthetic tasks, which never end. */
uint64_t task_draws(const struct task *task, const struct samples *samples);

/* A number that tells the task's data from others; 0 without a file. */
uint64_t task_fingerprint(const struct task *task);

/* The name of the task's file, or NULL. */
const char *task_path(const struct task *task);

/* Whether `model`, from the file `path`, has the shape that the task needs.
 * Gives 0, or EXIT_FAILED after a message that tells both shapes. */
int task_check_model(const struct task *task, const srnn_model *model, const char *path);

/* For the kinds: a length from the task's range, or, of the first task->options.grow
 * draws, from the part of it that has been grown so far, which begins with its lowest. */
uint32_t task_length(const struct task *task, uint64_t index, srnn_random *random);

#endif /* TASK_H */
