/* checkpoint.c - a model's file with the state of a whole run in it.
 *
 * Each object packs its options and state into a vector of numbers, and makes
 * itself again from one. A file is not believed: only what the object's own set
 * takes, and counts and norms that it could have come to, are let in. */
#include "files/archive.h"
#include "update/clipper.h"
#include "files/elements.h"
#include "update/optimizer.h"
#include "model/random.h"
#include "files/writer.h"

/* Doubles count exactly up to here. */
#define MAX_COUNT 9007199254740992.0

/* Where the parts of the vectors of state begin. */
enum {
    OPTIMIZER_KIND,
    OPTIMIZER_COUNT,
    OPTIMIZER_OPTIONS,
    OPTIMIZER_UPDATES = OPTIMIZER_OPTIONS + SRNN__OPTIMIZER_OPTIONS,
    OPTIMIZER_POWER,
    OPTIMIZER_END = OPTIMIZER_POWER + 2
};
enum {
    CLIPPER_KIND,
    CLIPPER_OPTIONS,
    CLIPPER_STATISTICS = CLIPPER_OPTIONS + SRNN__CLIP_OPTIONS,
    CLIPPER_END = CLIPPER_STATISTICS + SRNN__CLIP_STATISTICS
};

/* The format fixes both lengths: an option more is a new format. */
typedef char optimizer_state_fits[OPTIMIZER_END == SRNN__OPTIMIZER_STATE ? 1 : -1];
typedef char clipper_state_fits[CLIPPER_END == SRNN__CLIPPER_STATE ? 1 : -1];

/* The packed state of a run, for as long as it takes to write it. */
struct state {
    double optimizer[SRNN__OPTIMIZER_STATE];
    double clipper[SRNN__CLIPPER_STATE];
    uint64_t random[SRNN__RANDOM_STATE];
};

/* What a run consists of; all but the model may be NULL. */
struct run {
    const srnn_model *model;
    const srnn_optimizer *optimizer;
    const srnn_clipper *clipper;
    const srnn_random *random;
    const void *extra;
    size_t extra_bytes;
};

static void pack_optimizer(const srnn_optimizer *optimizer, double *state)
{
    state[OPTIMIZER_KIND] = optimizer->kind;
    state[OPTIMIZER_COUNT] = (double)optimizer->count;
    for (uint32_t i = 0; i < SRNN__OPTIMIZER_OPTIONS; i++) {
        state[OPTIMIZER_OPTIONS + i] = optimizer->option[i];
    }
    state[OPTIMIZER_UPDATES] = optimizer->updates;
    state[OPTIMIZER_POWER] = optimizer->power[0];
    state[OPTIMIZER_POWER + 1] = optimizer->power[1];
}

static void pack_clipper(const srnn_clipper *clipper, double *state)
{
    state[CLIPPER_KIND] = clipper->kind;
    for (uint32_t i = 0; i < SRNN__CLIP_OPTIONS; i++) {
        state[CLIPPER_OPTIONS + i] = clipper->option[i];
    }
    for (uint32_t i = 0; i < SRNN__CLIP_STATISTICS; i++) {
        state[CLIPPER_STATISTICS + i] = clipper->statistic[i];
    }
}

static void add_optimizer(const srnn_optimizer *optimizer, struct state *state,
                          struct srnn__contents *contents)
{
    pack_optimizer(optimizer, state->optimizer);
    contents->data[SRNN__FILE_OPTIMIZER] = (const unsigned char *)state->optimizer;
    if (optimizer->moments != 0) {
        contents->side[SRNN__SIDE_MOMENTS] = optimizer->moments;
        contents->side[SRNN__SIDE_UPDATED] = optimizer->count;
        contents->data[SRNN__FILE_MOMENTS] =
            (const unsigned char *)srnn__optimizer_state_const(optimizer);
    }
}

static void add_clipper(const srnn_clipper *clipper, struct state *state,
                        struct srnn__contents *contents)
{
    pack_clipper(clipper, state->clipper);
    contents->data[SRNN__FILE_CLIPPER] = (const unsigned char *)state->clipper;
}

static void add_random(const srnn_random *random, struct state *state,
                       struct srnn__contents *contents)
{
    state->random[0] = random->state;
    state->random[1] = random->increment;
    contents->data[SRNN__FILE_RANDOM] = (const unsigned char *)state->random;
}

/* Whether an object that may be NULL is of its kind. */
static int usable(const void *object, uint32_t tag)
{
    return object == NULL || srnn__alive(object, tag);
}

/* The contents of a run's file. They point into `state` and into the objects. */
static int32_t describe(const struct run *run, struct state *state, struct srnn__contents *contents)
{
    int32_t status;

    if (!usable(run->optimizer, SRNN__TAG_OPTIMIZER) || !usable(run->clipper, SRNN__TAG_CLIPPER) ||
        !usable(run->random, SRNN__TAG_RANDOM) || (run->extra == NULL && run->extra_bytes != 0)) {
        return SRNN_E_ARGUMENT;
    }
    status = srnn__archive_describe(run->model, contents);
    if (status != SRNN_OK) {
        return status;
    }
    if (run->optimizer != NULL) {
        add_optimizer(run->optimizer, state, contents);
    }
    if (run->clipper != NULL) {
        add_clipper(run->clipper, state, contents);
    }
    if (run->random != NULL) {
        add_random(run->random, state, contents);
    }
    if (run->extra_bytes != 0) {
        contents->side[SRNN__SIDE_EXTRA] = run->extra_bytes;
        contents->data[SRNN__FILE_EXTRA] = run->extra;
    }
    return SRNN_OK;
}

/* Extra bytes are only counted here, so anything may stand for them. */
int32_t srnn_checkpoint_size(const srnn_model *model, const srnn_optimizer *optimizer,
                             const srnn_clipper *clipper, const srnn_random *random,
                             size_t extra_bytes, size_t *bytes)
{
    const struct run run = {model, optimizer, clipper, random, model, extra_bytes};
    struct srnn__contents contents;
    struct state state;
    const int32_t status = bytes == NULL ? SRNN_E_ARGUMENT : describe(&run, &state, &contents);

    return status == SRNN_OK ? srnn__write_size(&contents, bytes) : status;
}

int32_t srnn_checkpoint_save(const srnn_model *model, const srnn_optimizer *optimizer,
                             const srnn_clipper *clipper, const srnn_random *random,
                             const void *extra, size_t extra_bytes, void *buffer, size_t capacity,
                             size_t *written)
{
    const struct run run = {model, optimizer, clipper, random, extra, extra_bytes};
    struct srnn__contents contents;
    struct state state;
    const int32_t status =
        buffer == NULL || written == NULL ? SRNN_E_ARGUMENT : describe(&run, &state, &contents);

    return status == SRNN_OK ? srnn__write_memory(&contents, buffer, capacity, written) : status;
}

int32_t srnn_checkpoint_write(const srnn_model *model, const srnn_optimizer *optimizer,
                              const srnn_clipper *clipper, const srnn_random *random,
                              const void *extra, size_t extra_bytes, srnn_write_fn write,
                              void *user)
{
    const struct run run = {model, optimizer, clipper, random, extra, extra_bytes};
    struct srnn__contents contents;
    struct state state;
    const int32_t status = write == NULL ? SRNN_E_ARGUMENT : describe(&run, &state, &contents);

    return status == SRNN_OK ? srnn__write_stream(&contents, write, user) : status;
}

/* Number `index` of a vector of state in a file. */
static double number_at(const unsigned char *state, uint32_t index)
{
    double number;

    srnn__copy_elements(&number, state + index * sizeof number, 1, sizeof number);
    return number;
}

/* Whether a number read is a count that an object can have come to, or a norm,
 * which is any finite number not below zero. */
static int is_count(double value)
{
    return value >= 0.0 && value <= MAX_COUNT && value == (double)(uint64_t)value;
}

static int is_norm(double value)
{
    return value >= 0.0 && value - value == 0.0;
}

/* The parts of restore: each checks what the file has for one object and, when
 * `commit` is not zero, stores it. With the same file the second run cannot fail
 * where the first did not. */

static int32_t restore_model(const struct srnn__contents *contents, srnn_model *model, int commit)
{
    const size_t *side = contents->side;
    int32_t status;

    if (model == NULL) {
        return SRNN_OK;
    }
    status = srnn__model_ready(model);
    if (status != SRNN_OK) {
        return status;
    }
    if (srnn_model_parameters(model) == NULL) {
        return SRNN_E_READ_ONLY;
    }
    if (model->inputs != side[SRNN__SIDE_INPUTS] || model->hidden != side[SRNN__SIDE_HIDDEN] ||
        model->outputs != side[SRNN__SIDE_OUTPUTS] || model->activation != contents->activation ||
        model->output != contents->output || (model->flags & ~SRNN_EXTERNAL) != contents->flags) {
        return SRNN_E_SHAPE;
    }
    if (commit) {
        srnn__archive_parameters(contents, model, srnn_model_parameters(model));
    }
    return SRNN_OK;
}

/* Options and counts of `made`, an optimizer of the kind and count that `state`
 * tells. */
static int32_t unpack_optimizer(const unsigned char *state, srnn_optimizer *made)
{
    for (uint32_t i = 0; i < SRNN__OPTIMIZER_OPTIONS; i++) {
        if (srnn_optimizer_set(made, SRNN_RATE + i, number_at(state, OPTIMIZER_OPTIONS + i)) !=
            SRNN_OK) {
            return SRNN_E_FORMAT;
        }
    }
    made->updates = number_at(state, OPTIMIZER_UPDATES);
    made->power[0] = number_at(state, OPTIMIZER_POWER);
    made->power[1] = number_at(state, OPTIMIZER_POWER + 1);
    return is_count(made->updates) && made->power[0] >= 0.0 && made->power[0] <= 1.0 &&
                   made->power[1] >= 0.0 && made->power[1] <= 1.0
               ? SRNN_OK
               : SRNN_E_FORMAT;
}

static int32_t restore_optimizer(const struct srnn__contents *contents, srnn_optimizer *optimizer,
                                 int commit)
{
    const unsigned char *moments = contents->data[SRNN__FILE_MOMENTS];
    const unsigned char *state = contents->data[SRNN__FILE_OPTIMIZER];
    srnn_optimizer made;
    int32_t status;

    if (optimizer == NULL) {
        return SRNN_OK;
    }
    if (!srnn__alive(optimizer, SRNN__TAG_OPTIMIZER)) {
        return SRNN_E_ARGUMENT;
    }
    if (state == NULL) {
        return SRNN_E_STATE;
    }
    if (number_at(state, OPTIMIZER_KIND) != optimizer->kind ||
        number_at(state, OPTIMIZER_COUNT) != (double)optimizer->count) {
        return SRNN_E_SHAPE;
    }
    if (moments == NULL ? optimizer->moments != 0
                        : contents->side[SRNN__SIDE_MOMENTS] != optimizer->moments ||
                              contents->side[SRNN__SIDE_UPDATED] != optimizer->count) {
        return SRNN_E_FORMAT;
    }
    made = *optimizer;
    status = unpack_optimizer(state, &made);
    if (status == SRNN_OK && commit) {
        *optimizer = made;
        if (moments != NULL) {
            srnn__copy_elements(srnn__optimizer_state(optimizer), moments,
                                srnn__contents_count(contents, SRNN__FILE_MOMENTS), sizeof(float));
        }
    }
    return status;
}

/* Options and statistics of `made`, a clipper of the kind that `state` tells. */
static int32_t unpack_clipper(const unsigned char *state, srnn_clipper *made)
{
    double *statistic = made->statistic;

    for (uint32_t i = 0; i < SRNN__CLIP_OPTIONS; i++) {
        if (srnn_clipper_set(made, SRNN_CLIP_THRESHOLD + i,
                             number_at(state, CLIPPER_OPTIONS + i)) != SRNN_OK) {
            return SRNN_E_FORMAT;
        }
    }
    for (uint32_t i = 0; i < SRNN__CLIP_STATISTICS; i++) {
        statistic[i] = number_at(state, CLIPPER_STATISTICS + i);
        if (i <= SRNN__CLIP_BAD ? !is_count(statistic[i]) : !is_norm(statistic[i])) {
            return SRNN_E_FORMAT;
        }
    }
    return statistic[SRNN__CLIP_FIRED] + statistic[SRNN__CLIP_BAD] <= statistic[SRNN__CLIP_STEPS]
               ? SRNN_OK
               : SRNN_E_FORMAT;
}

static int32_t restore_clipper(const struct srnn__contents *contents, srnn_clipper *clipper,
                               int commit)
{
    const unsigned char *state = contents->data[SRNN__FILE_CLIPPER];
    srnn_clipper made;
    int32_t status;

    if (clipper == NULL) {
        return SRNN_OK;
    }
    if (!srnn__alive(clipper, SRNN__TAG_CLIPPER)) {
        return SRNN_E_ARGUMENT;
    }
    if (state == NULL) {
        return SRNN_E_STATE;
    }
    if (number_at(state, CLIPPER_KIND) != clipper->kind) {
        return SRNN_E_SHAPE;
    }
    made = *clipper;
    status = unpack_clipper(state, &made);
    if (status == SRNN_OK && commit) {
        *clipper = made;
    }
    return status;
}

/* An increment is odd, or the generator's period would fall short. */
static int32_t restore_random(const struct srnn__contents *contents, srnn_random *random,
                              int commit)
{
    uint64_t state[SRNN__RANDOM_STATE];

    if (random == NULL) {
        return SRNN_OK;
    }
    if (!srnn__alive(random, SRNN__TAG_RANDOM)) {
        return SRNN_E_ARGUMENT;
    }
    if (contents->data[SRNN__FILE_RANDOM] == NULL) {
        return SRNN_E_STATE;
    }
    srnn__copy_elements(state, contents->data[SRNN__FILE_RANDOM], SRNN__RANDOM_STATE,
                        sizeof *state);
    if ((state[1] & 1u) == 0) {
        return SRNN_E_FORMAT;
    }
    if (commit) {
        random->state = state[0];
        random->increment = state[1];
    }
    return SRNN_OK;
}

/* Twice over the same path: to check everything, and then to store it. */
int32_t srnn_checkpoint_restore(const void *archive, size_t bytes, srnn_model *model,
                                srnn_optimizer *optimizer, srnn_clipper *clipper,
                                srnn_random *random)
{
    struct srnn__contents contents;
    int32_t status = srnn__archive_open(archive, bytes, &contents);

    for (int commit = 0; commit <= 1 && status == SRNN_OK; commit++) {
        status = restore_model(&contents, model, commit);
        if (status == SRNN_OK) {
            status = restore_optimizer(&contents, optimizer, commit);
        }
        if (status == SRNN_OK) {
            status = restore_clipper(&contents, clipper, commit);
        }
        if (status == SRNN_OK) {
            status = restore_random(&contents, random, commit);
        }
    }
    return status;
}

int32_t srnn_checkpoint_extra(const void *archive, size_t bytes, const void **extra,
                              size_t *extra_bytes)
{
    struct srnn__contents contents;
    const int32_t status = extra == NULL || extra_bytes == NULL
                               ? SRNN_E_ARGUMENT
                               : srnn__archive_open(archive, bytes, &contents);

    if (status == SRNN_OK) {
        *extra = contents.data[SRNN__FILE_EXTRA];
        *extra_bytes = contents.side[SRNN__SIDE_EXTRA];
    }
    return status;
}
