/* run.h - the state of a run between two updates */
#ifndef RUN_H
#define RUN_H

#include "training/trainer.h"
#include "training/verdict.h"

struct run {
    struct trainer trainer;
    struct verdict verdict;
    srnn_model *best;      /* the weights of verdict.best_at; NULL unless kept */
    struct tally interval; /* updates since the last evaluation on schedule */
    struct tally total;    /* updates since the first */
    double seconds;        /* of work before this process took over */
    double resumed_at;     /* time when this process took over, on the clock of clock.h */
};

/* Start a run whose trainer was created and whose other fields are zero. Returns 0, or
 * EXIT_FAILED after a message. */
int run_begin(struct run *run);

/* Add an evaluation to the verdict: its loss, and the share that was wrong. Copy the weights if the
 * loss is the lowest so far and the best weights are kept. */
void run_judge(struct run *run, double loss, double wrong);

/* Whether the run has best weights: it keeps them, and it had an evaluation. */
int run_has_best(const struct run *run);

/* Make the best weights those of the model, if there are any. */
void run_take_best(struct run *run);

/* Free everything, the trainer too; also of a zeroed struct. */
void run_end(struct run *run);

/* The seconds of work, including those before the run was resumed. */
double run_seconds(const struct run *run);

#endif /* RUN_H */
