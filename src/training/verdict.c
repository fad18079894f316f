/* verdict.c - what the evaluations of a run have shown so far */
#include "training/verdict.h"

#include <math.h>

void verdict_begin(struct verdict *verdict)
{
    *verdict = (struct verdict){.rate_factor = 1.0, .last_loss = INFINITY, .best_loss = INFINITY};
}

void verdict_mark_begun(struct verdict *verdict)
{
    verdict->evaluations_since_best = 1;
}

int verdict_add(struct verdict *verdict, uint64_t updates, double loss, double wrong)
{
    static const double solved = 0.5; /* share wrong below which a task counts as solved */

    if (updates == 0) {
        verdict->evaluations_since_best = 0; /* without the mark of verdict_mark_begun */
    }
    if (loss > verdict->last_loss) {
        verdict->rate_factor *= 0.5;
    }
    verdict->last_loss = loss;
    if (wrong < solved && verdict->solved_at == 0) {
        verdict->solved_at = updates;
    }
    if (!(loss < verdict->best_loss)) {
        verdict->evaluations_since_best++;
        return 0;
    }
    verdict->best_loss = loss;
    verdict->best_at = updates;
    verdict->evaluations_since_best = 0;
    return 1;
}
