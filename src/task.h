/* task.h - what there is to learn: generators of sequences, and text
 *
 * A task tells the shape of its network and draws batches. The synthetic tasks
 * are those of the paper (section 4.1) as the authors' script generates them;
 * all positions count from 0. */
#ifndef TASK_H
#define TASK_H

#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "samples.h"
#include "srnn.h"

/* Which options mean something: bits for options_scope. */
#define SCOPE_SYNTHETIC 1u
#define SCOPE_TEXT 2u
#define SCOPE_PERMUTATION 4u
#define SCOPE_MEMORIZATION 8u

/* What random permutation asks for: the last symbol, as the authors' script
 * does, or the next symbol at each step, as the paper tells. */
#define READING_LAST 0u
#define READING_NEXT 1u

/* The options that say which task it is. */
struct task_options {
    struct range length; /* of the synthetic sequences */
    uint32_t reading;    /* permutation */
    uint64_t values;     /* memorization: how many a position can have */
    uint64_t positions;  /* memorization: how many are to be memorized */
    uint64_t chunk;      /* text: steps of a batch */
    double hold_out;     /* text: the share at the end that is not trained on */
};

extern const struct choice reading_choices[];

/* Rows for the options of struct task_options in the field `task` of the struct
 * `type`, without --length, for the option tables of several commands. */
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
         SCOPE_TEXT,                                                                               \
         "text: steps of a chunk; the state is carried on"},                                       \
    {                                                                                              \
        "hold-out", OPTION_NUMBER, offsetof(type, task.hold_out), "SHARE", "0.1", 0, 1, NULL,      \
            KEEP_PINNED, SCOPE_TEXT, "text: share at the end that evaluations use"                 \
    }

struct task_kind;
struct corpus;

struct task {
    const struct task_kind *kind;
    struct task_options options;
    uint32_t inputs;
    uint32_t outputs;
    uint32_t output_kind;      /* SRNN_SOFTMAX or SRNN_LINEAR */
    uint32_t max_steps;        /* of any batch that it draws */
    int numeric;               /* inputs and targets are numbers, not ids */
    int every_step;            /* a target at each step, not one at the last */
    int judge_steps;           /* count wrong steps, not wrong sequences */
    double tolerance;          /* how far from its target a number may be */
    struct corpus *corpus;     /* text, else NULL */
    size_t piece, piece_bytes; /* the part of the text that is drawn from */
};

struct task_kind {
    const char *name;
    const char *summary;
    unsigned scope;
    int needs_file;
    uint32_t least_length;        /* that --length may have; 0: it has none */
    const struct preset *presets; /* its own defaults for `srnn train` */
    /* Fill in the shape from task->options. Gives 0 or an exit code. */
    int (*open)(struct task *task, const char *path);
    /* Draw samples->sequences sequences; `index` counts the draws. */
    void (*draw)(const struct task *task, uint64_t index, srnn_random *random,
                 struct samples *samples);
};

/* All kinds; `task_kinds` ends with NULL. */
extern const struct task_kind *const task_kinds[];
extern const struct task_kind temporal_order_task, temporal_order_3bit_task, addition_task,
    multiplication_task, permutation_task, memorization_task, text_task;

/* The kind called `name`, or NULL. */
const struct task_kind *task_find(const char *name);

/* Whether the kind goes with a file, or with none (NULL). Gives 0, or
 * EXIT_MISUSED after a message. */
int task_check_file(const struct task_kind *kind, const char *path);

/* Open a task; `path` is the text's file, else NULL. Gives 0, or an exit code
 * after a message. */
int task_open(struct task *task, const struct task_kind *kind, const struct task_options *options,
              const char *path);

/* Give back the text; also of a zeroed struct. */
void task_close(struct task *task);

/* The task that judges what was learnt of `task`: permutation asks for the last
 * symbol only, text is the held-out part. It borrows the text of `task`. */
void task_for_evaluation(const struct task *task, struct task *evaluation);

/* Draw a batch; the same arguments give the same batch. */
void task_draw(const struct task *task, uint64_t index, srnn_random *random,
               struct samples *samples);

/* The number of draws of `sequences` that go through the text once; 0 for the
 * synthetic tasks, which never end. */
uint64_t task_draws(const struct task *task, uint32_t sequences);

/* Whether `model`, from the file `path`, has the shape that the task needs.
 * Gives 0, or EXIT_FAILED after a message that tells both shapes. */
int task_check_model(const struct task *task, const srnn_model *model, const char *path);

/* For the kinds: a length from the task's range. */
uint32_t task_length(const struct task *task, srnn_random *random);

#endif /* TASK_H */
