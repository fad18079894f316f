/* run.h - the state of a run between two updates */
#ifndef RUN_H
#define RUN_H

#include "training/trainer.h"
#include "training/verdict.h"

struct run {
    struct trainer trainer;
    struct verdict verdict;
    float *best;           /* [trainer.count]: the weights of verdict.best_at; NULL unless kept */
    struct tally interval; /* updates since the last evaluation on schedule */
    struct tally total;    /* updates since the first */
    double seconds;        /* of work before this process took over */
    double resumed_at;     /* time when it took over, on the clock of clock.h */
};

/* Start the run of a trainer that was created; the other fields are zeroed. Returns 0, or
 * EXIT_FAILED after a message. */
int run_begin(struct run *run);

/* Add an evaluation to the verdict: its loss, and the share that was wrong. Where the best weights
 * are kept, those of the lowest loss are copied. */
void run_judge(struct run *run, double loss, double wrong);

/* Whether weights are kept as the best so far. */
int run_has_best(const struct run *run);

/* Make the best weights those of the model, if there are any. */
void run_take_best(struct run *run);

/* Free everything, the trainer too; also of a zeroed struct. */
void run_end(struct run *run);

/* The seconds of work, including those before the run was resumed. */
double run_seconds(const struct run *run);

#endif /* RUN_H */
