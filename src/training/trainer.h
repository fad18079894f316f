/* trainer.h - one update after the other: the library's straight line
 *
 *     model -> batch -> workspace -> forward -> loss -> backward
 *           -> regularizer -> clipper -> optimizer -> model
 */
#ifndef TRAINER_H
#define TRAINER_H

#include <stddef.h>
#include <stdint.h>

#include "srnn.h"
#include "support/pool.h"
#include "tasks/samples.h"
#include "tasks/task.h"
#include "training/dropout.h"
#include "training/pace.h"
#include "training/settings.h"

/* What one update did. */
struct update {
    double loss;   /* mean over the batch's targets, before the update */
    double norm;   /* of the gradient before clipping, Omega's share included */
    double omega;  /* 0 without the regulariser */
    double signal; /* share of the steps that carried signal; 0 likewise */
    int fired;     /* the clipper changed the gradient */
    int bad;       /* the gradient was not finite; norm is then not either */
};

/* Sums over many updates. */
struct tally {
    uint64_t updates;
    uint64_t fired;
    uint64_t bad;
    double loss;
    double norm; /* of those that were not bad */
    double largest_norm;
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
    srnn_regularizer *regularizer; /* NULL when Omega is not wanted */
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    struct dropout dropout;
    struct samples samples;
    float *gradient; /* [count] */
    size_t count;
    uint64_t updates; /* done so far */
};

/* Make everything that the settings ask for, with an initialised model. `pool`
 * may be NULL and must outlive the trainer. Gives 0, or EXIT_FAILED after a
 * message. */
int trainer_create(struct trainer *trainer, const struct settings *settings,
                   const struct task *task, struct pool *pool);

/* Give everything back; also after a failed create. */
void trainer_destroy(struct trainer *trainer);

/* One update at that pace. Gives a status of the library; after an error the model is as
 * it was before. */
int32_t trainer_update(struct trainer *trainer, const struct pace *pace, struct update *update);

/* Add an update to a tally, and the mean of one of its sums over its updates. */
void tally_add(struct tally *tally, const struct update *update);
double tally_mean(const struct tally *tally, double sum);
double tally_mean_norm(const struct tally *tally);

#endif /* TRAINER_H */
