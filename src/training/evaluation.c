/* evaluation.c - the loss and the errors of a model on sequences that it was not trained on */
#include "training/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "support/number.h"
#include "support/ranks.h"
#include "support/try.h"

/* Create the library's objects. */
static int32_t create_objects(struct evaluation *evaluation, const srnn_model *model,
                              uint32_t batch, struct pool *pool)
{
    const struct task *task = &evaluation->task;
    const uint32_t outputs = task->every_step ? 0 : SRNN_WORKSPACE_LAST_OUTPUT;
    const uint32_t gradients = evaluation->adaptation != NULL ? 0 : SRNN_WORKSPACE_FORWARD_ONLY;

    evaluation->random_memory = malloc(srnn_random_size());
    if (evaluation->random_memory == NULL) {
        return SRNN_E_MEMORY;
    }
    TRY(srnn_batch_create(NULL, NULL, &evaluation->batch));
    TRY(srnn_workspace_create(NULL, NULL, model, task->max_steps, ranks_largest_share(batch),
                              outputs | gradients, &evaluation->workspace));
    return pool_serve(pool, evaluation->workspace);
}

/* Judge about options.evaluate_steps steps: the draws end with the one that completes them. */
static void limit_steps(struct evaluation *evaluation)
{
    const struct task_options *options = &evaluation->task.options;
    struct samples *samples = &evaluation->samples;
    const uint64_t steps = options->evaluate_steps;

    if (steps == 0 || samples->draws == 0) {
        return;
    }
    if (samples->plan.groups > 0) {
        epoch_plan_choose(&samples->plan, steps, options->seed);
        samples->draws = samples->plan.draws;
    } else {
        const uint64_t draws = (steps + samples->cells - 1) / samples->cells;

        samples->draws = draws < samples->draws ? draws : samples->draws;
    }
}

int evaluation_create(struct evaluation *evaluation, const struct task *task,
                      const srnn_model *model, uint32_t batch, struct pool *pool,
                      struct adaptation *adaptation)
{
    int32_t status;

    memset(evaluation, 0, sizeof *evaluation);
    evaluation->adaptation = adaptation;
    task_for_evaluation(task, &evaluation->task);
    status = create_objects(evaluation, model, batch, pool);
    if (status != SRNN_OK) {
        return fail_status(status, "cannot set up the evaluation");
    }
    TRY(task_create_samples(&evaluation->task, batch, &evaluation->samples));
    if (adaptation != NULL) {
        epoch_plan_in_file_order(&evaluation->samples.plan);
    } else {
        limit_steps(evaluation);
    }
    return 0;
}

void evaluation_destroy(struct evaluation *evaluation)
{
    samples_destroy(&evaluation->samples);
    srnn_workspace_destroy(evaluation->workspace);
    srnn_batch_destroy(evaluation->batch);
    free(evaluation->random_memory);
}

/* Sums over the batches of one evaluation. */
struct sums {
    double loss;
    uint64_t targets;
    uint64_t wrong;
    uint64_t judged;
};

/* Add the squared errors of the batch, whose every step has a target of numbers and whose outputs
 * are their logits, to evaluation->squares. Returns a status of the library. */
static int32_t add_squares(struct evaluation *evaluation)
{
    const struct samples *samples = &evaluation->samples;
    const size_t outputs = samples->outputs;
    const float *logits;
    size_t step_stride, sequence_stride;
    uint32_t width;

    TRY(srnn_workspace_view_const(evaluation->workspace, SRNN_VIEW_LOGIT, &logits, &step_stride,
                                  &sequence_stride, &width));
    for (size_t s = 0; s < samples->sequences; s++) {
        for (size_t t = 0; t < samples->lengths[s]; t++) {
            const float *output = logits + t * step_stride + s * sequence_stride;
            const size_t at = (t * samples->sequences + s) * outputs;

            for (size_t i = 0; i < outputs; i++) {
                const double off = (double)output[i] - (double)samples->goal_values[at + i];

                if (samples->known == NULL || samples->known[at + i]) {
                    evaluation->squares[i].sum += off * off;
                    evaluation->squares[i].count++;
                }
            }
        }
    }
    return SRNN_OK;
}

/* Add up the sums over the ranks, where the evaluation had `status`. Returns the status of the
 * first rank on which it failed. All ranks know the number of targets. */
static int32_t add_ranks(int32_t status, struct sums *sums)
{
    double numbers[] = {sums->loss, (double)sums->wrong, (double)sums->judged};

    TRY(ranks_add(status, NULL, 0, numbers, sizeof numbers / sizeof numbers[0]));
    sums->loss = numbers[0];
    sums->wrong = (uint64_t)numbers[1];
    sums->judged = (uint64_t)numbers[2];
    return SRNN_OK;
}

/* Draw batch `index`, and add the loss and errors of this rank's share to the sums. With an
 * adaptation the model then learns the batch, by the mean of its losses. */
static int32_t judge_batch(struct evaluation *evaluation, const srnn_model *model,
                           srnn_random *random, uint64_t index, struct sums *sums)
{
    srnn_workspace *workspace = evaluation->workspace;
    srnn_batch *batch = evaluation->batch;
    struct samples *samples = &evaluation->samples;
    const int steps = evaluation->task.judge_steps;
    double loss;
    uint64_t wrong, judged;

    task_draw(&evaluation->task, index, random, samples);
    sums->targets += samples->targets;
    if (samples->own_sequences == 0) {
        return SRNN_OK;
    }
    TRY(samples_forward(samples, model, workspace, batch));
    TRY(srnn_loss(model, workspace, batch, 1.0 / samples_divisor(samples), &loss, NULL));
    TRY(srnn_count_errors(model, workspace, batch, evaluation->task.tolerance,
                          steps ? &wrong : NULL, steps ? &judged : NULL, steps ? NULL : &wrong,
                          steps ? NULL : &judged));
    if (evaluation->squares != NULL) {
        TRY(add_squares(evaluation));
    }
    sums->loss += loss;
    sums->wrong += wrong;
    sums->judged += judged;
    return evaluation->adaptation == NULL ? SRNN_OK
                                          : adaptation_update(evaluation->adaptation, workspace);
}

/* After a batch, which had `status`: let the caller look at what is done, `done` of `all` batches
 * or sequences. *ended is set to whether to end, which is asked of all ranks, so that none waits
 * for one that has ended. Returns the status of the first rank on which the batch failed. */
static int32_t look(const struct evaluation *evaluation, int32_t status, uint64_t done,
                    uint64_t all, int *ended)
{
    double votes = evaluation->look != NULL &&
                   evaluation->look(evaluation->user, (double)done / (double)all) != 0;

    TRY(ranks_add(status, NULL, 0, &votes, 1));
    *ended = votes != 0.0;
    return SRNN_OK;
}

/* Stream 0 of every seed is the trainer's, so evaluations take the streams above
 * it: no state of theirs is needed to resume a run. */
int32_t evaluation_run(struct evaluation *evaluation, const srnn_model *model, uint64_t seed,
                       uint64_t number, uint64_t sequences, struct score *score)
{
    struct samples *samples = &evaluation->samples;
    const uint64_t all = samples->draws > 0 ? samples->draws : sequences;
    struct sums sums = {0.0, 0, 0, 0};
    uint64_t done = 0;
    int ended = 0;
    srnn_random *random;
    int32_t status =
        srnn_random_init(evaluation->random_memory, srnn_random_size(), seed, number + 1, &random);

    for (uint64_t i = 0; status == SRNN_OK && done < all && !ended; i++) {
        samples->sequences = samples->draws == 0 && all - done < samples->capacity
                                 ? (uint32_t)(all - done)
                                 : samples->capacity;
        done += samples->draws > 0 ? 1 : samples->sequences;
        status = judge_batch(evaluation, model, random, i, &sums);
        status = look(evaluation, status, done, all, &ended);
    }
    status = add_ranks(status, &sums);
    if (status == SRNN_OK) {
        score->loss = sums.targets > 0 ? sums.loss / (double)sums.targets : NAN;
        score->wrong = sums.judged > 0 ? (double)sums.wrong / (double)sums.judged : 1.0;
        score->judged = sums.judged;
        score->whole = done == all;
    }
    return status;
}

void print_loss(const struct task_kind *kind, const char *prefix, double loss)
{
    static const double bits_of_nat = 1.4426950408889634; /* 1 / ln 2 */
    char text[32];

    printf("%sloss %s\n", prefix, fixed_describe(loss, 6, text, sizeof text));
    if (kind->characters) {
        printf("%sbits-per-character %s\n", prefix,
               fixed_describe(loss * bits_of_nat, 4, text, sizeof text));
        printf("%sperplexity %s\n", prefix, fixed_describe(exp(loss), 4, text, sizeof text));
    }
}
