/* evaluation.h - the loss and the errors of a model on sequences that it was not trained on */
#ifndef EVALUATION_H
#define EVALUATION_H

#include <stdint.h>

#include "srnn.h"
#include "support/pool.h"
#include "tasks/samples.h"
#include "tasks/task.h"
#include "training/adaptation.h"

/* The squared errors of an output: their sum and their number. */
struct squares {
    double sum;
    uint64_t count;
};

/* What looks on while an evaluation runs: it is called after each batch with the share that is
 * done. A result other than 0 on any rank ends the evaluation there, on all ranks. */
typedef int (*look_fn)(void *user, double share);

/* Nothing is allocated after evaluation_create. */
struct evaluation {
    struct task task;    /* made by task_for_evaluation */
    void *random_memory; /* [srnn_random_size()], for the generator of each evaluation */
    srnn_batch *batch;
    srnn_workspace *workspace;
    struct samples samples;
    struct adaptation *adaptation; /* borrowed; NULL: the model stays as it is */
    struct squares *squares;       /* [outputs], zeroed; NULL: not wanted. Borrowed; set by the
                                      caller after evaluation_create, of a plain series.
                                      For one rank */
    look_fn look;                  /* set by the caller after evaluation_create; NULL: nothing */
    void *user;                    /* its first argument */
};

struct score {
    double loss;     /* mean over the targets, in nats or squared units; NaN: there was none */
    double wrong;    /* share of the judged that is wrong; 1 if nothing was judged */
    uint64_t judged; /* number of sequences, or of steps if the task judges steps */
    int whole;       /* 0: it was ended by evaluation->look, and is of the batches until then */
};

/* Number of sequences in a batch that evaluates a synthetic task; all have one length. The
 * authors' script has 1000. */
#define EVALUATION_BATCH 100u

/* Prepare evaluations of models of the shape of `model`, in batches of `batch` sequences. `task` is
 * the task that is trained; its data are borrowed. `pool` may be NULL.
 *
 * Of a file with more than options.evaluate_steps steps, all evaluations judge the same part, with
 * at least so many steps. Of sequences that is groups which are drawn with the seed; of a text it
 * is the beginnings of its streams, which lie evenly over it.
 *
 * `adaptation` may be NULL, and then the workspace has no memory for gradients. Else its model is
 * trained on each batch after the evaluation of that batch: sequences come in the file's order,
 * `batch` must be 1, and evaluation_run must judge that model.
 *
 * Returns 0, or EXIT_FAILED after a message. */
int evaluation_create(struct evaluation *evaluation, const struct task *task,
                      const srnn_model *model, uint32_t batch, struct pool *pool,
                      struct adaptation *adaptation);

/* Free everything; also after a failed create, or of a zeroed struct. */
void evaluation_destroy(struct evaluation *evaluation);

/* Judge a model on `sequences` new sequences, which follow from `seed` and `number` alone and never
 * are those of training. Of a task with a file, judge it on one epoch; the three numbers are not
 * used. The ranks of ranks.h divide each batch, and all get the score. Returns a status of the
 * library. */
int32_t evaluation_run(struct evaluation *evaluation, const srnn_model *model, uint64_t seed,
                       uint64_t number, uint64_t sequences, struct score *score);

/* Print a loss on standard output, as lines "key value" with `prefix` before each key. That of a
 * kind of task whose steps are characters is printed in bits and as perplexity too. */
void print_loss(const struct task_kind *kind, const char *prefix, double loss);

#endif /* EVALUATION_H */
