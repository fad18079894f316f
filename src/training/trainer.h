/* trainer.h - updates, each one pass through the library
 *
 *     model -> batch -> workspace -> forward -> loss -> backward
 *           -> regularizer -> clipper -> weight decay -> optimizer -> model
 */
#ifndef TRAINER_H
#define TRAINER_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "support/pool.h"
#include "tasks/samples.h"
#include "tasks/task.h"
#include "training/division.h"
#include "training/dropout.h"
#include "training/pace.h"
#include "training/settings.h"

/* The measurements of one update. */
struct update {
    double loss;   /* mean over the batch's targets, before the update */
    double norm;   /* norm of the gradient before clipping, with Omega's part */
    double omega;  /* value of Omega; 0 without the regularizer */
    double signal; /* share of the steps that carried signal; 0 without the regularizer */
    int fired;     /* the clipper changed the gradient */
    int bad;       /* the gradient, and so its norm, was not finite */
};

/* Sums over updates. */
struct tally {
    uint64_t updates;
    uint64_t fired;
    uint64_t bad;
    double loss;
    double norm;         /* over updates with a finite gradient */
    double largest_norm; /* the largest, no sum */
    double omega;
    double signal;
};

/* Training allocates nothing after trainer_create. */
struct trainer {
    const struct settings *settings; /* borrowed */
    const struct task *task;         /* borrowed */
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer; /* NULL without Omega */
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    struct dropout dropout;
    struct division division;
    struct samples samples;
    float *gradient; /* [count + division_floats] */
    size_t count;
    uint64_t updates; /* number of updates so far */
};

/* Create the objects that the settings choose, and initialize the model. `pool` may be NULL; it
 * must outlive the trainer. Returns 0, or EXIT_FAILED after a message. */
int trainer_create(struct trainer *trainer, const struct settings *settings,
                   const struct task *task, struct pool *pool);

/* Create another model of the shape of the trainer's, whose weights are not set. Returns a status
 * of the library. */
int32_t trainer_create_model(const struct trainer *trainer, srnn_model **model);

/* Free everything; also after a failed create, or of a zeroed struct. */
void trainer_destroy(struct trainer *trainer);

/* Make one update at the pace `pace`, of all ranks together. Returns a status of the library; after
 * an error the model is unchanged. */
int32_t trainer_update(struct trainer *trainer, const struct pace *pace, struct update *update);

/* Whether hidden states carry over to the next update. */
int trainer_carries_state(const struct trainer *trainer);

/* The workspace whose carried state is that of the whole batch, to be saved and restored. To be
 * saved it needs trainer_collect_state before, which returns a status of the library. */
srnn_workspace *trainer_state(const struct trainer *trainer);
int32_t trainer_collect_state(struct trainer *trainer);

/* The option or statistic `key` of the clipper. */
double trainer_clipping(const struct trainer *trainer, uint32_t key);

/* Add an update to a tally. */
void tally_add(struct tally *tally, const struct update *update);

/* The mean of one of the tally's sums over its updates, and the mean of the finite norms. */
double tally_mean(const struct tally *tally, double sum);
double tally_mean_norm(const struct tally *tally);

#endif /* TRAINER_H */
