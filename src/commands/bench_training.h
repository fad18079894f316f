/* bench_training.h - the training that `bench` measures, and its stopwatch */
#ifndef BENCH_TRAINING_H
#define BENCH_TRAINING_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "support/pool.h"

/* A network on float inputs, with a softmax loss at the last step of each
 * sequence or at every step. */
struct shape {
    uint32_t inputs, hidden, outputs, steps, batch;
    int last;
};

/* What to train, and how. */
struct plan {
    struct shape shape;
    double omega; /* weight of the regulariser; 0: without it */
    int frugal;
    struct pool *pool; /* borrowed; NULL: one thread */
};

/* Room for a shape's name, "6-50-4". */
#define SHAPE_NAME_SIZE 40
void shape_name(const struct shape *shape, char *name);

/* Print the columns that tell a shape, which all tables have, under SHAPE_HEAD. */
#define SHAPE_HEAD "          shape    T   B  loss"
void shape_print(const struct shape *shape);

/* The bytes of the states of all steps, which no training can do without. */
double shape_trace(const struct shape *shape);

/* The useful floating-point operations of a training step on full sequences. */
double plan_operations(const struct plan *plan);

/* Refuse a plan that needs more memory than the machine has, before any of it is
 * taken: an allocator that promises more than there is would end the program
 * later, without a word. Gives 0, or EXIT_FAILED after a message. */
int plan_check(const struct plan *plan);

/* Everything that one measured training needs. */
struct training {
    struct plan plan;
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer; /* NULL without Omega */
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    size_t count;           /* of the parameters */
    float *gradient;        /* [count] */
    float *inputs;          /* [steps x batch x inputs] */
    uint32_t *targets;      /* [steps x batch]; with a loss at the last step [batch] of them */
    uint32_t *lengths;      /* [batch], mixed: from a quarter of the steps to all */
    size_t bytes;           /* of the library's objects and the gradient */
    size_t workspace_bytes; /* of the workspace among them */
    size_t calls;           /* of the allocator, by the library */
    size_t created;         /* those of them before the first step */
    uint64_t trained;       /* steps of training done */
};

/* Make a training, with random inputs and classes that are the same each time.
 * Gives 0, or EXIT_FAILED after a message; close it in either case. */
int training_open(struct training *training, const struct plan *plan);
void training_close(struct training *training);

/* The pairs (step, sequence) of the full batch, or of the mixed lengths. */
double training_pairs(const struct training *training, int mixed);

/* Seconds, or ratios of seconds, over some runs. */
struct timing {
    double least, median, most;
};

/* Sort `count` >= 1 numbers and tell the three. */
void timing_of(double *numbers, size_t count, struct timing *timing);

/* Time training steps on full sequences for `seconds`, at least LEAST_RUNS, after
 * some that warm up. Gives 0, or EXIT_FAILED after a message. */
#define LEAST_RUNS 3
int training_time(struct training *training, double seconds, struct timing *timing);

/* One side of a comparison: a training, and whether its lengths are mixed. */
struct side {
    struct training *training;
    int mixed;
};

/* Time the two sides in turns, so that whatever slows the machine down hits both,
 * and tell the times of each and the ratio of the second's to the first's, turn by
 * turn. The rest is as in training_time. */
int training_compare(const struct side sides[2], double seconds, struct timing times[2],
                     struct timing *ratio);

#endif /* BENCH_TRAINING_H */
