/* run.c - the state of a run between two updates */
#include "training/run.h"

#include <math.h>

#include "support/clock.h"
#include "support/message.h"

int run_begin(struct run *run)
{
    int32_t status;

    verdict_begin(&run->verdict);
    run->resumed_at = clock_seconds();
    if (run->trainer.settings->keep != WEIGHTS_BEST) {
        return 0;
    }
    status = trainer_create_model(&run->trainer, &run->best);
    if (status == SRNN_OK) {
        status = srnn_model_copy(run->best, run->trainer.model);
    }
    return status == SRNN_OK ? 0 : fail_status(status, "train: the best weights");
}

void run_judge(struct run *run, double loss, double wrong)
{
    if (verdict_add(&run->verdict, run->trainer.updates, loss, wrong) && run->best != NULL) {
        (void)srnn_model_copy(run->best, run->trainer.model);
    }
}

int run_has_best(const struct run *run)
{
    return run->best != NULL && run->verdict.best_loss < INFINITY;
}

void run_take_best(struct run *run)
{
    if (run_has_best(run)) {
        (void)srnn_model_copy(run->trainer.model, run->best);
    }
}

void run_end(struct run *run)
{
    trainer_destroy(&run->trainer);
    srnn_model_destroy(run->best);
    run->best = NULL;
}

double run_seconds(const struct run *run)
{
    return run->seconds + clock_seconds() - run->resumed_at;
}
