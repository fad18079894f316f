/* trainer.c - updates, each one pass through the library */
#include "training/trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "support/ranks.h"
#include "support/try.h"
#include "training/clip_forms.h"

/* The random stream of the weights and the training data. The other streams of a seed are for
 * evaluations and for the order of epochs; see src/README.md. */
#define TRAINING_STREAM 0u

int32_t trainer_create_model(const struct trainer *trainer, srnn_model **model)
{
    const struct settings *settings = trainer->settings;
    const struct task *task = trainer->task;
    const uint32_t flags =
        settings->no_biases ? SRNN_MODEL_NO_RECURRENT_BIAS | SRNN_MODEL_NO_OUTPUT_BIAS : 0;

    return srnn_model_create(NULL, NULL, task->inputs, (uint32_t)settings->hidden, task->outputs,
                             settings->activation, task->output_kind, flags, model);
}

/* Create the model with its initial weights. */
static int32_t create_model(struct trainer *trainer)
{
    TRY(trainer_create_model(trainer, &trainer->model));
    trainer->count = srnn_model_parameter_count(trainer->model);
    return srnn_model_initialize(trainer->model, trainer->settings->initializer, trainer->random);
}

/* A workspace of more bytes is a frugal one: its memory is of order sqrt(steps), and its updates
 * take a third longer. Batches of whole sequences of many thousands of steps come here. */
#define MOST_WORKSPACE ((size_t)1 << 28)

/* The flags of the workspace. */
static uint32_t workspace_flags(const struct trainer *trainer)
{
    const struct task *task = trainer->task;
    const uint32_t flags = task->every_step ? 0 : SRNN_WORKSPACE_LAST_OUTPUT;
    size_t bytes;

    return srnn_workspace_size(trainer->model, task->max_steps,
                               ranks_largest_share((uint32_t)trainer->settings->batch), flags,
                               &bytes) != SRNN_OK ||
                   bytes > MOST_WORKSPACE
               ? flags | SRNN_WORKSPACE_FRUGAL
               : flags;
}

/* Create the workspace. --clip error and growth are limits in its back-propagation. */
static int32_t create_workspace(struct trainer *trainer, struct pool *pool)
{
    const struct settings *settings = trainer->settings;
    const struct task *task = trainer->task;
    const struct method *clip = &settings->clip;

    TRY(srnn_workspace_create(NULL, NULL, trainer->model, task->max_steps,
                              ranks_largest_share((uint32_t)settings->batch),
                              workspace_flags(trainer), &trainer->workspace));
    TRY(pool_serve(pool, trainer->workspace));
    if (clip->kind == CLIP_ERROR) {
        return srnn_workspace_set(trainer->workspace, SRNN_WORKSPACE_ERROR_LIMIT, clip->number);
    }
    return clip->kind == CLIP_GROWTH
               ? srnn_workspace_set(trainer->workspace, SRNN_WORKSPACE_ERROR_GROWTH, clip->number)
               : SRNN_OK;
}

/* Set the rule of --clip and its number. */
static int32_t set_rule(srnn_clipper *clipper, const struct method *clip)
{
    /* By rule, from FIXED to TRUST. */
    static const uint32_t keys[] = {SRNN_CLIP_THRESHOLD, SRNN_CLIP_QUANTILE, SRNN_CLIP_FACTOR,
                                    SRNN_CLIP_POLYAK, SRNN_CLIP_TRUST};

    TRY(srnn_clipper_set(clipper, SRNN_CLIP_RULE, clip->rule));
    return clip->rule == SRNN_CLIP_RULE_AUTO
               ? SRNN_OK
               : srnn_clipper_set(clipper, keys[clip->rule - SRNN_CLIP_RULE_FIXED], clip->number);
}

/* Create the clipper. A run that clips no gradient has one too: it measures norms, and finds
 * gradients that are not finite. */
static int32_t create_clipper(struct trainer *trainer)
{
    static const struct method measure = {SRNN_CLIP_NORM, SRNN_CLIP_RULE_FIXED, INFINITY};
    const struct settings *settings = trainer->settings;
    const struct method *clip =
        clip_has_threshold(settings->clip.kind) ? &settings->clip : &measure;

    TRY(srnn_clipper_create(NULL, NULL, clip->kind, &trainer->clipper));
    TRY(set_rule(trainer->clipper, clip));
    return srnn_clipper_set(trainer->clipper, SRNN_CLIP_POLICY, settings->nonfinite);
}

/* Create the library's objects and the gradient. */
static int32_t create_objects(struct trainer *trainer, struct pool *pool)
{
    const struct settings *settings = trainer->settings;

    TRY(srnn_random_create(NULL, NULL, settings->seed, TRAINING_STREAM, &trainer->random));
    TRY(create_model(trainer));
    TRY(srnn_batch_create(NULL, NULL, &trainer->batch));
    TRY(create_workspace(trainer, pool));
    TRY(create_clipper(trainer));
    if (settings->omega > 0.0 || settings->measure_omega) {
        TRY(srnn_regularizer_create(NULL, NULL, trainer->model, settings->omega_form,
                                    &trainer->regularizer));
        TRY(srnn_regularizer_set(trainer->regularizer, SRNN_OMEGA_AVERAGE, 0.0));
    }
    TRY(division_create(&trainer->division, trainer->model, trainer->workspace,
                        (uint32_t)settings->batch, trainer_carries_state(trainer)));
    trainer->gradient =
        calloc(trainer->count + division_floats(trainer->model, trainer->regularizer),
               sizeof *trainer->gradient);
    if (trainer->gradient == NULL) {
        return SRNN_E_MEMORY;
    }
    return srnn_optimizer_create(NULL, NULL, settings->optimizer, trainer->count,
                                 &trainer->optimizer);
}

int trainer_create(struct trainer *trainer, const struct settings *settings,
                   const struct task *task, struct pool *pool)
{
    int32_t status;

    memset(trainer, 0, sizeof *trainer);
    trainer->settings = settings;
    trainer->task = task;
    status = create_objects(trainer, pool);
    if (status != SRNN_OK) {
        return fail_status(status, "cannot set up the training");
    }
    TRY(dropout_create(&trainer->dropout, trainer->model, settings->drop));
    return task_create_samples(task, (uint32_t)settings->batch, &trainer->samples);
}

void trainer_destroy(struct trainer *trainer)
{
    samples_destroy(&trainer->samples);
    dropout_destroy(&trainer->dropout);
    division_destroy(&trainer->division);
    free(trainer->gradient);
    srnn_optimizer_destroy(trainer->optimizer);
    srnn_regularizer_destroy(trainer->regularizer);
    srnn_clipper_destroy(trainer->clipper);
    srnn_workspace_destroy(trainer->workspace);
    srnn_batch_destroy(trainer->batch);
    srnn_model_destroy(trainer->model);
    srnn_random_destroy(trainer->random);
}

/* Set the rate and Omega's bound. */
static int32_t set_pace(struct trainer *trainer, const struct pace *pace)
{
    TRY(srnn_optimizer_set(trainer->optimizer, SRNN_OPTIMIZER_RATE, pace->rate));
    return trainer->regularizer == NULL
               ? SRNN_OK
               : srnn_regularizer_set(trainer->regularizer, SRNN_OMEGA_BOUND, pace->omega_bound);
}

/* The number that the sum of the losses of a batch is divided by. */
static double cost_divisor(const struct trainer *trainer)
{
    const struct samples *samples = &trainer->samples;

    return trainer->settings->cost == COST_SUM ? (double)samples->sequences
                                               : samples_divisor(samples);
}

/* The factor of the sum of the losses of a batch in its cost. */
static double cost_scale(const struct trainer *trainer)
{
    return 1.0 / cost_divisor(trainer);
}

/* Draw a batch, and compute the gradient of this rank's share of it and *loss, its sum of losses,
 * which are 0 if the share is empty. */
static int32_t compute_gradient(struct trainer *trainer, double *loss)
{
    const srnn_model *model = trainer->model;
    struct samples *samples = &trainer->samples;

    *loss = 0.0;
    memset(trainer->gradient, 0, trainer->count * sizeof *trainer->gradient);
    samples->sequences = samples->capacity;
    task_draw(trainer->task, trainer->updates, trainer->random, samples);
    TRY(division_begin(&trainer->division, samples, trainer->workspace));
    if (samples->own_sequences == 0) {
        return SRNN_OK;
    }
    TRY(samples_forward(samples, model, trainer->workspace, trainer->batch));
    TRY(srnn_loss(model, trainer->workspace, trainer->batch, cost_scale(trainer), loss, NULL));
    return srnn_backward(model, trainer->workspace, trainer->regularizer, trainer->gradient,
                         trainer->count);
}

/* Add the gradient of Omega. The cost is (sum of the losses + weight x sum of Omega's terms) / n,
 * with the same n, so that a weight means the same for every length, batch and --cost. The library
 * divides the sum by the number of sequences. */
static int32_t regularize(struct trainer *trainer, const struct pace *pace, struct update *update)
{
    enum { SEQUENCES = 3 }; /* index of the number of sequences in the library's sums */
    float *matrix;
    double *sums, omega, share;

    TRY(srnn_regularizer_gathered(trainer->regularizer, &matrix, &sums));
    share = sums[SEQUENCES] / cost_divisor(trainer);
    TRY(srnn_regularizer_set(trainer->regularizer, SRNN_OMEGA_WEIGHT, pace->omega * share));
    TRY(srnn_regularizer_apply(trainer->regularizer, trainer->model, trainer->gradient,
                               trainer->count, &omega));
    update->omega = omega * share;
    return srnn_regularizer_get(trainer->regularizer, SRNN_OMEGA_SIGNAL, &update->signal);
}

/* The rate that a gradient is multiplied by before its schedule, with momentum in all updates that
 * use it together. */
static double full_rate(const struct trainer *trainer)
{
    const struct settings *settings = trainer->settings;
    double momentum = 0.0;

    if (settings->optimizer == SRNN_OPTIMIZER_MOMENTUM ||
        settings->optimizer == SRNN_OPTIMIZER_NESTEROV) {
        (void)srnn_optimizer_get(trainer->optimizer, SRNN_OPTIMIZER_MOMENTUM_FACTOR, &momentum);
    }
    return settings->rate / (1.0 - momentum);
}

/* Returns how many steps an error goes back until that of another target joins it: 1 where each
 * step has a target, however long the sequences are; the steps of the longest where the last has;
 * and else the steps for each target, at least 1. */
static uint32_t steps_to_a_target(const struct samples *samples)
{
    uint64_t steps = 1;

    if (!samples->every_step || samples->weights != NULL) {
        steps = (uint64_t)samples->steps * samples->sequences / samples->targets;
    }
    return steps > 1 ? (uint32_t)steps : 1;
}

/* Tell the clipper the loss and the rate of the gradient, in the bounds that it has for them. A
 * loss may be out of these, or NaN, when the gradient is finite: whether the run can go on is
 * decided by the gradient alone, and the largest loss lets POLYAK shorten nothing. */
static int32_t tell(struct trainer *trainer, double loss)
{
    static const double least_rate = 1e-30, most_loss = 1e30;
    const double rate = full_rate(trainer);

    loss = loss <= most_loss ? loss : most_loss;
    loss = loss >= 0.0 ? loss : 0.0;
    return srnn_clipper_tell(trainer->clipper, loss, rate > least_rate ? rate : least_rate,
                             steps_to_a_target(&trainer->samples));
}

double trainer_clipping(const struct trainer *trainer, uint32_t key)
{
    double value = 0.0;

    (void)srnn_clipper_get(trainer->clipper, key, &value);
    return value;
}

/* Clip the gradient. The change of the clipper's counters shows whether it fired or the gradient
 * was bad. */
static int32_t clip(struct trainer *trainer, struct update *update)
{
    const double fired = trainer_clipping(trainer, SRNN_CLIP_FIRED);
    const double bad = trainer_clipping(trainer, SRNN_CLIP_BAD);
    const int32_t status = srnn_clipper_apply(trainer->clipper, trainer->model, trainer->gradient,
                                              trainer->count, &update->norm);

    update->fired = trainer_clipping(trainer, SRNN_CLIP_FIRED) > fired;
    update->bad = trainer_clipping(trainer, SRNN_CLIP_BAD) > bad;
    return status;
}

/* Let the weight matrices decay. With r the rate of this update, w becomes w - r X w. Neither the
 * loss nor the clipper has a part in it (Loshchilov and Hutter 2019). */
static int32_t decay(struct trainer *trainer)
{
    const double weight_decay = trainer->settings->weight_decay;
    float *parameters = srnn_model_parameters(trainer->model);
    const char *name;
    size_t offset;
    uint32_t rows, columns;

    if (weight_decay == 0.0) {
        return SRNN_OK;
    }
    for (uint32_t i = 0;
         srnn_model_tensor(trainer->model, i, &name, &offset, &rows, &columns) == SRNN_OK; i++) {
        if (strncmp(name, "w_", 2) == 0) {
            TRY(srnn_optimizer_decay(trainer->optimizer, parameters + offset,
                                     (size_t)rows * columns, weight_decay));
        }
    }
    return SRNN_OK;
}

int32_t trainer_update(struct trainer *trainer, const struct pace *pace, struct update *update)
{
    double loss = 0.0;
    int32_t status;

    memset(update, 0, sizeof *update);
    TRY(set_pace(trainer, pace));
    dropout_begin(&trainer->dropout, trainer->model, trainer->random);
    status = compute_gradient(trainer, &loss);
    dropout_end(&trainer->dropout, trainer->model, trainer->gradient);
    TRY(division_add(status, trainer->model, trainer->regularizer, trainer->gradient, &loss));
    update->loss = loss / samples_divisor(&trainer->samples);
    if (trainer->regularizer != NULL) {
        TRY(regularize(trainer, pace, update));
    }
    TRY(tell(trainer, cost_scale(trainer) * loss));
    TRY(clip(trainer, update));
    TRY(decay(trainer));
    TRY(srnn_optimizer_step(trainer->optimizer, srnn_model_parameters(trainer->model),
                            trainer->gradient, trainer->count));
    trainer->updates++;
    return SRNN_OK;
}

int trainer_carries_state(const struct trainer *trainer)
{
    return trainer->task->file.path != NULL;
}

srnn_workspace *trainer_state(const struct trainer *trainer)
{
    return trainer->division.whole != NULL ? trainer->division.whole : trainer->workspace;
}

int32_t trainer_collect_state(struct trainer *trainer)
{
    return division_collect(&trainer->division, &trainer->samples, trainer->workspace);
}

void tally_add(struct tally *tally, const struct update *update)
{
    tally->updates++;
    tally->fired += update->fired != 0;
    tally->bad += update->bad != 0;
    tally->loss += update->loss;
    tally->omega += update->omega;
    tally->signal += update->signal;
    if (!update->bad) {
        tally->norm += update->norm;
        if (update->norm > tally->largest_norm) {
            tally->largest_norm = update->norm;
        }
    }
}

double tally_mean(const struct tally *tally, double sum)
{
    return tally->updates > 0 ? sum / (double)tally->updates : 0.0;
}

double tally_mean_norm(const struct tally *tally)
{
    const uint64_t finite = tally->updates - tally->bad;

    return finite > 0 ? tally->norm / (double)finite : 0.0;
}
