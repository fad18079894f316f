/* run.c - the state of a run between two updates */
#include "training/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/clock.h"
#include "support/message.h"

int run_begin(struct run *run)
{
    verdict_begin(&run->verdict);
    run->resumed_at = clock_seconds();
    if (run->trainer.settings->keep != WEIGHTS_BEST) {
        return 0;
    }
    run->best = malloc(run->trainer.count * sizeof *run->best);
    return run->best == NULL ? fail("train: no memory for the best weights") : 0;
}

void run_judge(struct run *run, double loss, double wrong)
{
    if (verdict_add(&run->verdict, run->trainer.updates, loss, wrong) && run->best != NULL) {
        memcpy(run->best, srnn_model_parameters_const(run->trainer.model),
               run->trainer.count * sizeof *run->best);
    }
}

int run_has_best(const struct run *run)
{
    return run->best != NULL && run->verdict.best_loss < INFINITY;
}

void run_take_best(struct run *run)
{
    if (run_has_best(run)) {
        memcpy(srnn_model_parameters(run->trainer.model), run->best,
               run->trainer.count * sizeof *run->best);
    }
}

void run_end(struct run *run)
{
    trainer_destroy(&run->trainer);
    free(run->best);
    run->best = NULL;
}

double run_seconds(const struct run *run)
{
    return run->seconds + clock_seconds() - run->resumed_at;
}
