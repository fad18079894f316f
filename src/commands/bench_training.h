/* bench_training.h - the training that `bench` measures, and how its time is taken */
#ifndef BENCH_TRAINING_H
#define BENCH_TRAINING_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "support/pool.h"

/* The sizes of a training with float inputs and a softmax loss. */
struct shape {
    uint32_t inputs, hidden, outputs, steps, batch;
    int last_step_only; /* 1: the loss is at the last step of each sequence; 0: at every step */
};

/* A shape, and how it is trained. */
struct plan {
    struct shape shape;
    double omega;         /* weight of the regulariser; 0: without it */
    int frugal_workspace; /* 1: with a frugal workspace, which computes states again */
    struct pool *pool;    /* borrowed; NULL: one thread */
};

/* Write the name of a shape, "6-50-4", to name [SHAPE_NAME_SIZE]. */
#define SHAPE_NAME_SIZE 40
void shape_name(const struct shape *shape, char *name);

/* Print the columns that describe a shape; SHAPE_HEAD is their heading in all tables. */
#define SHAPE_HEAD "          shape    T   B  loss"
void shape_print(const struct shape *shape);

/* The bytes of the states of all steps, which back-propagation through time needs. */
double shape_state_bytes(const struct shape *shape);

/* The useful floating-point operations of a training step on full sequences. */
double plan_operations(const struct plan *plan);

/* Refuse a plan that needs more memory than the machine has, before anything is allocated: a
 * system that overcommits memory would kill the program later, without a message. Returns 0,
 * or EXIT_FAILED after a message. */
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
    size_t count;           /* the number of parameters */
    float *gradient;        /* [count] */
    float *inputs;          /* [steps x batch x inputs] */
    uint32_t *targets;      /* [steps x batch]; with a loss at the last step [batch] of them */
    uint32_t *lengths;      /* [batch], mixed: from a quarter of the steps to all */
    size_t bytes;           /* the memory of the library's objects and the gradient */
    size_t workspace_bytes; /* the memory of the workspace, a part of `bytes` */
    size_t allocator_calls; /* the library's calls of the allocator */
    size_t creation_calls;  /* calls of the allocator before the first training step */
    uint64_t steps_done;    /* training steps so far */
};

/* Create a training, with random inputs and classes that are the same each time. Returns 0,
 * or EXIT_FAILED after a message; call training_close in both cases. */
int training_open(struct training *training, const struct plan *plan);
void training_close(struct training *training);

/* The number of pairs (step, sequence) of the full batch, or of the mixed lengths. */
double training_pairs(const struct training *training, int mixed);

/* Seconds, or ratios of seconds, of several runs. */
struct timing {
    double least, median, most;
};

/* Sort numbers [count], count >= 1, and store the least, the median and the most. */
void timing_of(double *numbers, size_t count, struct timing *timing);

/* Time training steps on full sequences for `seconds`, at least LEAST_RUNS of them, after some
 * that warm up. Returns 0, or EXIT_FAILED after a message. */
#define LEAST_RUNS 3
int training_time(struct training *training, double seconds, struct timing *timing);

/* One side of a comparison: a training, and whether its lengths are mixed. */
struct side {
    struct training *training;
    int mixed;
};

/* Time the two sides in turns, so that whatever slows the machine down affects both. `times`
 * are the times of each side, `ratio` the time of the second divided by that of the first in
 * the same turn. The rest is as in training_time. */
int training_compare(const struct side sides[2], double seconds, struct timing times[2],
                     struct timing *ratio);

#endif /* BENCH_TRAINING_H */
