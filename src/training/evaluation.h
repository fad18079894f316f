/* evaluation.h - how well a model does on sequences that it was not trained on */
#ifndef EVALUATION_H
#define EVALUATION_H

#include <stdint.h>

#include "srnn.h"
#include "support/pool.h"
#include "tasks/samples.h"
#include "tasks/task.h"
#include "training/adaptation.h"

/* Nothing is allocated after evaluation_create. */
struct evaluation {
    struct task task;    /* as task_for_evaluation made it */
    void *random_memory; /* [srnn_random_size()], for a generator anew each time */
    srnn_batch *batch;
    srnn_workspace *workspace;
    struct samples samples;
    struct adaptation *adaptation; /* borrowed: learn each batch once it was judged; or NULL */
};

struct score {
    double loss;     /* mean over the targets, in nats or squared units */
    double wrong;    /* share of the sequences, or of the steps of a text */
    uint64_t judged; /* how many sequences or steps that is a share of */
};

/* A loss in nats as bits. */
#define BITS_OF_NAT 1.4426950408889634

/* Sequences of an evaluation's batch, which share a length; the script's are
 * 1000. Text is read in as many streams as told. */
#define EVALUATION_BATCH 100u

/* Prepare to judge models of the shape of `model`, `batch` sequences at a time.
 * `task` is the one that is trained; its text is borrowed. `pool` may be NULL.
 * Gives 0, or EXIT_FAILED after a message. */
int evaluation_create(struct evaluation *evaluation, const struct task *task,
                      const srnn_model *model, uint32_t batch, struct pool *pool);

/* Give everything back; also after a failed create. */
void evaluation_destroy(struct evaluation *evaluation);

/* From now on let the model that `adaptation` is of learn what it was judged on, and, of
 * music and series, take the sequences in the file's order; needs a batch of 1. That model
 * is the one to judge. */
void evaluation_adapt(struct evaluation *evaluation, struct adaptation *adaptation);

/* Judge a model. The sequences follow from `seed` and `number` alone, and are
 * never those of training; a text is read once and has no use for the three
 * numbers. */
int32_t evaluation_run(struct evaluation *evaluation, const srnn_model *model, uint64_t seed,
                       uint64_t number, uint64_t sequences, struct score *score);

#endif /* EVALUATION_H */
