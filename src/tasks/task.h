/* task.h - what there is to learn: generators of sequences, text, music and series
 *
 * A task sets the shape of its network and draws batches. The synthetic tasks are those of
 * the paper (section 4.1) as the authors' script generates them; positions count from 0. The
 * others read a file once and draw from it epoch after epoch. README.md says how to add one. */
#ifndef TASK_H
#define TASK_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "storage/encoding.h"
#include "storage/midi.h"
#include "storage/model_file.h"
#include "storage/series.h"
#include "support/options.h"
#include "tasks/samples.h"

/* Which options a task has a use for: bits for options_scope. */
#define SCOPE_SYNTHETIC 1u
#define SCOPE_TEXT 2u
#define SCOPE_PERMUTATION 4u
#define SCOPE_MEMORIZATION 8u
#define SCOPE_FILE 16u /* any task with a file, text too */
#define SCOPE_ORDER 32u
#define SCOPE_SEQUENCES 64u /* a file of many sequences: music and series */
#define SCOPE_SERIES 128u
#define SCOPE_MUSIC 256u

/* The target of random permutation: the last symbol, as in the authors' script, or the next
 * symbol at each step, as in the paper (section 4.1). */
#define READING_LAST 0u
#define READING_NEXT 1u

/* The targets of temporal order: the class at the last step, as in the paper, or at each step from
 * the last symbol that matters on. */
#define TARGETS_LAST 0u
#define TARGETS_KNOWN 1u

/* Which sequences of a file are held out: a random choice by the seed, with a share of each label,
 * or those at the end. A text and a file of one series always hold out their end. */
#define HOLD_OUT_DRAWN 0u
#define HOLD_OUT_END 1u

/* The options of all tasks; each task uses some of them. */
struct task_options {
    struct range length;          /* lengths of the synthetic sequences */
    uint64_t grow;                /* draws over which the lengths grow */
    struct range evaluate_length; /* lengths in evaluations; high at most 1: those of `length` */
    uint32_t reading;             /* permutation: READING_LAST or READING_NEXT */
    uint32_t targets;             /* temporal order: TARGETS_LAST or TARGETS_KNOWN */
    uint64_t values;              /* memorization: number of values of a position */
    uint64_t positions;           /* memorization: number of positions to memorize */
    uint64_t chunk;               /* file: steps of a batch */
    double hold_out;              /* file: share that is not trained on */
    uint32_t hold_out_from;       /* music and series: HOLD_OUT_DRAWN or HOLD_OUT_END */
    int advises;                  /* set for a run: see hold_out.h */
    uint64_t evaluate_steps;      /* file: most steps of an evaluation; 0: no limit */
    uint64_t ahead;               /* text: distance of the target in characters */
    uint64_t quarter_steps;       /* music: steps of a quarter note of a MIDI file */
    struct series_form series;    /* series: what the user says of the file */
    uint64_t seed;                /* file: of what is held out, and of the order of the epochs */
};

extern const struct choice reading_choices[];
extern const struct choice target_choices[];
extern const struct choice hold_out_choices[];

/* Rows of option tables for the field `task`, a struct task_options, of a command's struct `type`:
 * of permutation (not for eval, which judges alike with either reading), of memorization, and of
 * tasks with a file. Each command has its own --length and --hold-out. Laid out by hand: the
 * formatter would put every value on a line. */
/* clang-format off */
#define READING_ROW(type)                                                                          \
    {"reading", OPTION_CHOICE, offsetof(type, task.reading), NULL, "last", 0, 0, reading_choices,  \
     KEEP_PINNED, SCOPE_PERMUTATION,                                                               \
     "permutation: what is predicted\n"                                                            \
     "last: only the last symbol; next: the next symbol at each step"}

#define MEMORIZATION_ROWS(type)                                                                    \
    {"values", OPTION_COUNT, offsetof(type, task.values), "V", "2", 2, 1000, NULL,                 \
     KEEP_PINNED, SCOPE_MEMORIZATION,                                                              \
     "memorization: number of different symbols\n"                                                 \
     "not kept with the model: eval and flow need it again"},                                      \
    {"positions", OPTION_COUNT, offsetof(type, task.positions), "P", "5", 1, 1000, NULL,           \
     KEEP_PINNED, SCOPE_MEMORIZATION,                                                              \
     "memorization: number of symbols in the pattern\n"                                            \
     "not kept with the model: eval and flow need it again"}

#define FILE_OPTION_ROWS(type)                                                                     \
    {"chunk", OPTION_COUNT, offsetof(type, task.chunk), "N", "64", 1, 100000, NULL,                \
     KEEP_PINNED, SCOPE_FILE,                                                                      \
     "FILE: number of steps per batch\n"                                                           \
     "the hidden state carries over to the next batch"},                                           \
    {"ahead", OPTION_COUNT, offsetof(type, task.ahead), "N", "0", 0, MOST_AHEAD, NULL,             \
     KEEP_PINNED, SCOPE_TEXT,                                                                      \
     "text: predict the character N places ahead\n"                                                \
     "0: as the model was trained, or else 1"},                                                    \
    QUARTER_STEPS_ROW(type, task.quarter_steps, KEEP_PINNED, SCOPE_MUSIC),                         \
    SERIES_OPTION_ROWS(type, task.series, SCOPE_SERIES)

#define HOLD_OUT_FROM_ROW(type, keep)                                                              \
    {"hold-out-from", OPTION_CHOICE, offsetof(type, task.hold_out_from), NULL, "drawn", 0, 0,      \
     hold_out_choices, keep, SCOPE_SEQUENCES,                                                      \
     "music, series: which sequences are held out\n"                                               \
     "drawn: by --seed, a share of each label; end: the last\n"                                    \
     "a text and a single series hold out their end"}
/* clang-format on */

/* The file of a task; zeroed for a task without one. */
struct task_file {
    const char *path;     /* borrowed */
    unsigned char *data;  /* [size + 1]: the bytes and a final zero; the kind may free them */
    size_t size;          /* number of bytes */
    uint64_t fingerprint; /* FNV-1a of the bytes */
};

struct task_kind;

/* An open task. Its kind fills in the shape and what it draws from. */
struct task {
    const struct task_kind *kind;
    struct task_options options;
    uint32_t inputs;
    uint32_t outputs;
    uint32_t output_kind;     /* SRNN_OUTPUT_SOFTMAX, SRNN_OUTPUT_SIGMOID or SRNN_OUTPUT_LINEAR */
    uint32_t max_steps;       /* steps of the longest batch */
    int numeric;              /* inputs are numbers, not ids */
    int numeric_targets;      /* targets are numbers, not ids */
    int every_step;           /* a target at each step, not one at the last */
    int weighted;             /* with every_step: a step without a target has weight 0 */
    int masked;               /* with numeric_targets: some targets are not known */
    int judge_steps;          /* evaluations count wrong steps, not wrong sequences */
    double tolerance;         /* a number within this distance of its target is right */
    struct encoding encoding; /* how the file's data became numbers */
    struct task_file file;
    char summary[192]; /* what was read from the file, for the user; empty: nothing to say */
    void *data;        /* what the kind made of the file, else NULL; kind->close frees it */
    size_t unknown;    /* number of characters left out, which the alphabet lacks */
    size_t part_begin, part_size; /* what is drawn from: sequences of the file, or symbols */
    int lead;                     /* each sequence begins with an input of zeros */
    int shuffled;                 /* each epoch has its own order, which follows from the seed */
};

/* A kind of task: a row of the table, and the functions that make its batches. `plan`,
 * `for_evaluation` and `close` may be NULL. */
struct task_kind {
    const char *name;
    const char *summary;
    unsigned scope; /* SCOPE_ bits of the options that it has a use for */
    int needs_file;
    int characters;                 /* a step is a character: losses are printed in bits too */
    uint32_t least_length;          /* of --length; 0: the kind has no lengths */
    const struct preset *presets;   /* defaults for `srnn train` that differ; NULL: none */
    const struct preset *published; /* those of --as-published; NULL: the paper has none */

    /* Set the shape by task->options, and read task->file if the kind needs one. The encoding
     * of the data is `encoding`; when that is NULL it is learnt from the file into
     * task->encoding. Returns 0, or an exit code after a message; task_close follows in either
     * case. */
    int (*open)(struct task *task, const struct encoding *encoding);

    /* Fill samples->sequences sequences and the fields of `samples` that a draw sets; `targets`
     * only with `ragged` or `weights`. `index` is the number of the draw, from 0. The same
     * arguments make the same batch. */
    void (*draw)(const struct task *task, uint64_t index, srnn_random *random,
                 struct samples *samples);

    /* Divide the file into draws of samples->capacity sequences: set samples->draws, and
     * samples->plan if the kind draws by one. Returns 0, or EXIT_FAILED after a message.
     * NULL: draws never end. */
    int (*plan)(const struct task *task, struct samples *samples);

    /* Change `task`, a copy that borrows the data, into the task of evaluations: one that draws
     * from the part of the file that is held out, or has its target at the last step only. NULL:
     * evaluations draw as training does. */
    void (*for_evaluation)(struct task *task);

    /* Free task->data, also when it is NULL. */
    void (*close)(struct task *task);
};

/* The table of all kinds, which ends with NULL, and its rows. */
extern const struct task_kind *const task_kinds[];
extern const struct task_kind temporal_order_task, temporal_order_3bit_task, addition_task,
    multiplication_task, permutation_task, memorization_task, text_task, music_task, series_task;

/* The kind called `name`, or NULL. */
const struct task_kind *task_find(const char *name);

/* The names of the kinds, and of those that need no file; NULL after the last. */
const char *task_name(size_t index);
const char *synthetic_task_name(size_t index);

/* Refuse the task `name` of the command line of `command`, which is none of the kinds. Returns
 * EXIT_MISUSED after a message, with the kind that was meant. */
int task_unknown(const char *command, const char *name);

/* Check that the command line of `command` has a file (`path`) exactly if the kind needs one.
 * Returns 0, or EXIT_MISUSED after a message. */
int task_check_file(const char *command, const struct task_kind *kind, const char *path);

/* Open a task. `path` is its file, which task_check_file has accepted, or NULL; it is borrowed
 * until task_close. `encoding` is how a model encodes the data, or NULL to learn that from the
 * file. Returns 0, or an exit code after a message; close the task in either case. */
int task_open(struct task *task, const struct task_kind *kind, const struct task_options *options,
              const char *path, const struct encoding *encoding);

/* Free the data of a task; also of a zeroed struct. */
void task_close(struct task *task);

/* Set `evaluation` to the task that evaluations of a model of `task` draw from. It borrows the
 * data of `task`: do not close it. */
void task_for_evaluation(const struct task *task, struct task *evaluation);

/* Make room for every batch of at most `capacity` sequences that `task` can draw. Returns 0, or
 * EXIT_FAILED after a message; samples_destroy frees it in either case. */
int task_create_samples(const struct task *task, uint32_t capacity, struct samples *samples);

/* Draw batch `index`, of samples->sequences sequences: samples->capacity, or fewer where a kind
 * has no epochs. The same arguments make the same batch. */
void task_draw(const struct task *task, uint64_t index, srnn_random *random,
               struct samples *samples);

/* Check that a task of this kind can be asked of a model in `file`: its own, or, as far as the file
 * tells, one of the synthetic tasks for a model of another, since some have the same shape. Returns
 * 0, or EXIT_FAILED after a message that names the task of the model. */
int task_check_trained(const struct task_kind *kind, const struct model_file *file);

/* Check that `model`, from the file `path`, has the shape of the task. Returns 0, or EXIT_FAILED
 * after a message with both shapes. */
int task_check_model(const struct task *task, const srnn_model *model, const char *path);

/* For the kinds: draw a length from the range task->options.length. During the first
 * task->options.grow draws both ends of the range grow from the kind's least length. */
uint32_t task_length(const struct task *task, uint64_t index, srnn_random *random);

#endif /* TASK_H */
