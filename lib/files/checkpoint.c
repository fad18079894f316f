/* checkpoint.c - a model's file that also holds the state of a training run
 *
 * The options and the state of an optimizer or a clipper are stored as one vector of
 * doubles. Restoring trusts none of them: options go through the object's own set,
 * counts must be counts and norms must be norms. */
#include "files/archive.h"
#include "files/elements.h"
#include "files/writer.h"
#include "model/random.h"
#include "update/clipper.h"
#include "update/optimizer.h"

/* 2^53: a double holds every count up to here exactly. */
#define MAX_COUNT 9007199254740992.0

/* A clipper without rules had these options, up to LIMIT, and these statistics, up to LARGEST_NORM.
 * They come first, and the vector may end there. */
enum { OLD_OPTIONS = SRNN__CLIP_RULE, OLD_STATISTICS = SRNN__CLIP_SUGGESTED };

/* Offsets into the vector of an optimizer's state, and into that of a clipper's. */
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
    CLIPPER_STATISTICS = CLIPPER_OPTIONS + OLD_OPTIONS,
    CLIPPER_OPTIONS_2 = CLIPPER_STATISTICS + OLD_STATISTICS,
    CLIPPER_STATISTICS_2 = CLIPPER_OPTIONS_2 + SRNN__CLIP_OPTIONS - OLD_OPTIONS,
    CLIPPER_LEARNT = CLIPPER_STATISTICS_2 + SRNN__CLIP_STATISTICS - OLD_STATISTICS,
    CLIPPER_END = CLIPPER_LEARNT + SRNN__CLIP_LEARNT
};

/* Format 1 fixes both lengths. */
typedef char optimizer_state_fits[OPTIMIZER_END == SRNN__OPTIMIZER_STATE ? 1 : -1];
typedef char clipper_state_fits[CLIPPER_END == SRNN__CLIPPER_STATE ? 1 : -1];
typedef char old_clipper_fits[CLIPPER_OPTIONS_2 == SRNN__CLIPPER_OLD ? 1 : -1];

/* The state of a run as vectors. The contents of a file point at them while it is
 * written. */
struct state {
    double optimizer[SRNN__OPTIMIZER_STATE];
    double clipper[SRNN__CLIPPER_STATE];
    uint64_t random[SRNN__RANDOM_STATE];
};

/* The objects of a run. All but the model may be NULL. */
struct run {
    const srnn_model *model;
    const srnn_optimizer *optimizer;
    const srnn_clipper *clipper;
    const srnn_random *random;
    const void *extra;  /* [extra_bytes] the caller's own */
    size_t extra_bytes; /* number of these */
};

/* The add functions put one object of a run into the contents of its file. Numbers are stored in
 * `state`, and the contents point there. */

static void add_optimizer(const srnn_optimizer *optimizer, struct state *state,
                          struct srnn__contents *contents)
{
    double *const numbers = state->optimizer;

    numbers[OPTIMIZER_KIND] = optimizer->kind;
    numbers[OPTIMIZER_COUNT] = (double)optimizer->count;
    memcpy(numbers + OPTIMIZER_OPTIONS, optimizer->option, sizeof optimizer->option);
    numbers[OPTIMIZER_UPDATES] = optimizer->updates;
    memcpy(numbers + OPTIMIZER_POWER, optimizer->power, sizeof optimizer->power);
    contents->data[SRNN__FILE_OPTIMIZER] = (const unsigned char *)numbers;
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
    double *const numbers = state->clipper;

    numbers[CLIPPER_KIND] = clipper->kind;
    memcpy(numbers + CLIPPER_OPTIONS, clipper->option, OLD_OPTIONS * sizeof *numbers);
    memcpy(numbers + CLIPPER_STATISTICS, clipper->statistic, OLD_STATISTICS * sizeof *numbers);
    memcpy(numbers + CLIPPER_OPTIONS_2, clipper->option + OLD_OPTIONS,
           sizeof clipper->option - OLD_OPTIONS * sizeof *numbers);
    memcpy(numbers + CLIPPER_STATISTICS_2, clipper->statistic + OLD_STATISTICS,
           sizeof clipper->statistic - OLD_STATISTICS * sizeof *numbers);
    memcpy(numbers + CLIPPER_LEARNT, clipper->learnt, sizeof clipper->learnt);
    contents->side[SRNN__SIDE_CLIPPER] = SRNN__CLIPPER_STATE;
    contents->data[SRNN__FILE_CLIPPER] = (const unsigned char *)numbers;
}

static void add_random(const srnn_random *random, struct state *state,
                       struct srnn__contents *contents)
{
    state->random[0] = random->state;
    state->random[1] = random->increment;
    SRNN__ASSERT((random->increment & 1u) == 1);
    contents->data[SRNN__FILE_RANDOM] = (const unsigned char *)state->random;
}

/* Returns whether an optional object is absent, or live and of the kind `tag`. */
static int is_null_or_alive(const void *object, uint32_t tag)
{
    return object == NULL || srnn__alive(object, tag);
}

/* Sets `contents` to those of a run's file. They point into `state` and into the
 * objects. Errors: ARGUMENT, STATE. */
static int32_t describe(const struct run *run, struct state *state, struct srnn__contents *contents)
{
    int32_t status;

    if (!is_null_or_alive(run->optimizer, SRNN__TAG_OPTIMIZER) ||
        !is_null_or_alive(run->clipper, SRNN__TAG_CLIPPER) ||
        !is_null_or_alive(run->random, SRNN__TAG_RANDOM) ||
        (run->extra == NULL && run->extra_bytes != 0)) {
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

/* The extra bytes are counted and not read, so the model's address, which is not NULL,
 * stands for theirs. */
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

/* Returns number `index` of a vector of state in a file. */
static double number_at(const unsigned char *state, uint32_t index)
{
    double number;

    srnn__copy_elements(&number, state + index * sizeof number, 1, sizeof number);
    return number;
}

/* Returns whether a number is a count: an integer from 0 to MAX_COUNT. */
static int is_count(double value)
{
    return value >= 0.0 && value <= MAX_COUNT && value == (double)(uint64_t)value;
}

/* Returns whether a number is a norm: finite and not negative. */
static int is_norm(double value)
{
    return value >= 0.0 && value - value == 0.0;
}

/* The restore functions each check what the file has for one object and, if `commit` is
 * set, store it there. They skip an object that is NULL. The check depends only on the
 * file and on the object's shape and kind, so with the same file a second call cannot
 * fail where the first did not. */

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

/* Reads options and counts from `state` into `new_optimizer`, which has the kind and the
 * number of parameters that `state` says. Errors: FORMAT. */
static int32_t unpack_optimizer(const unsigned char *state, srnn_optimizer *new_optimizer)
{
    for (uint32_t i = 0; i < SRNN__OPTIMIZER_OPTIONS; i++) {
        if (srnn_optimizer_set(new_optimizer, SRNN_RATE + i,
                               number_at(state, OPTIMIZER_OPTIONS + i)) != SRNN_OK) {
            return SRNN_E_FORMAT;
        }
    }
    new_optimizer->updates = number_at(state, OPTIMIZER_UPDATES);
    new_optimizer->power[0] = number_at(state, OPTIMIZER_POWER);
    new_optimizer->power[1] = number_at(state, OPTIMIZER_POWER + 1);
    return is_count(new_optimizer->updates) && new_optimizer->power[0] >= 0.0 &&
                   new_optimizer->power[0] <= 1.0 && new_optimizer->power[1] >= 0.0 &&
                   new_optimizer->power[1] <= 1.0
               ? SRNN_OK
               : SRNN_E_FORMAT;
}

static int32_t restore_optimizer(const struct srnn__contents *contents, srnn_optimizer *optimizer,
                                 int commit)
{
    const unsigned char *moments = contents->data[SRNN__FILE_MOMENTS];
    const unsigned char *state = contents->data[SRNN__FILE_OPTIMIZER];
    srnn_optimizer new_optimizer;
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
    new_optimizer = *optimizer;
    status = unpack_optimizer(state, &new_optimizer);
    if (status == SRNN_OK && commit) {
        *optimizer = new_optimizer;
        if (moments != NULL) {
            SRNN__ASSERT(srnn__contents_count(contents, SRNN__FILE_MOMENTS) ==
                         optimizer->moments * optimizer->count);
            srnn__copy_elements(srnn__optimizer_state(optimizer), moments,
                                srnn__contents_count(contents, SRNN__FILE_MOMENTS), sizeof(float));
        }
    }
    return status;
}

/* Returns the offset of an option, of a statistic, in the vector of a clipper's state. */
static uint32_t option_at(uint32_t i)
{
    return i < OLD_OPTIONS ? CLIPPER_OPTIONS + i : CLIPPER_OPTIONS_2 + i - OLD_OPTIONS;
}

static uint32_t statistic_at(uint32_t i)
{
    return i < OLD_STATISTICS ? CLIPPER_STATISTICS + i : CLIPPER_STATISTICS_2 + i - OLD_STATISTICS;
}

/* Returns whether the state is one that a run can have had. */
static int is_clipper_state(const srnn_clipper *clipper)
{
    const double *const statistic = clipper->statistic;
    const double *const learnt = clipper->learnt;
    const double fired = statistic[SRNN__CLIP_FIRED];
    const double good = statistic[SRNN__CLIP_STEPS] - statistic[SRNN__CLIP_BAD];
    const double told = learnt[SRNN__CLIP_TOLD];

    for (uint32_t i = 0; i < SRNN__CLIP_STATISTICS; i++) {
        const double value = statistic[i];
        if (i <= SRNN__CLIP_BAD ? !is_count(value)
            : i == SRNN__CLIP_ALIGNMENT
                ? !(value >= -1.0 && value <= 1.0)
                : !is_norm(value) && !(i == SRNN__CLIP_USED && value > 0.0)) {
            return 0;
        }
    }
    for (uint32_t i = SRNN__CLIP_LAST_SUMS; i < SRNN__CLIP_LEARNT; i++) {
        if (learnt[i] - learnt[i] != 0.0) {
            return 0;
        }
    }
    return is_count(told) && is_count(learnt[SRNN__CLIP_ALIGNED]) &&
           is_norm(learnt[SRNN__CLIP_TRACKED]) && fired <= good && told <= good &&
           (told == 0.0 ? learnt[SRNN__CLIP_ALIGNED] == 0.0 : learnt[SRNN__CLIP_ALIGNED] < told);
}

/* Reads options, statistics and what is learnt from `state` [length] into `new_clipper`, which has
 * the kind that `state` says. What an old file lacks is as in a new clipper. Errors: FORMAT. */
static int32_t unpack_clipper(const unsigned char *state, size_t length, srnn_clipper *new_clipper)
{
    for (uint32_t i = 0; i < SRNN__CLIP_OPTIONS; i++) {
        if (option_at(i) < length && srnn_clipper_set(new_clipper, SRNN_CLIP_THRESHOLD + i,
                                                      number_at(state, option_at(i))) != SRNN_OK) {
            return SRNN_E_FORMAT;
        }
    }
    for (uint32_t i = 0; i < SRNN__CLIP_STATISTICS; i++) {
        new_clipper->statistic[i] =
            statistic_at(i) < length ? number_at(state, statistic_at(i)) : 0.0;
    }
    for (uint32_t i = 0; i < SRNN__CLIP_LEARNT && length > CLIPPER_LEARNT; i++) {
        new_clipper->learnt[i] = number_at(state, CLIPPER_LEARNT + i);
    }
    return is_clipper_state(new_clipper) ? SRNN_OK : SRNN_E_FORMAT;
}

static int32_t restore_clipper(const struct srnn__contents *contents, srnn_clipper *clipper,
                               int commit)
{
    const unsigned char *state = contents->data[SRNN__FILE_CLIPPER];
    srnn_clipper *begun = NULL;
    srnn_clipper new_clipper;
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
    (void)srnn_clipper_init(&new_clipper, sizeof new_clipper, clipper->kind, &begun);
    status = unpack_clipper(state, contents->side[SRNN__SIDE_CLIPPER], begun);
    if (status == SRNN_OK && commit) {
        new_clipper.object = clipper->object;
        *clipper = new_clipper;
    }
    return status;
}

/* The increment must be odd, or the generator's period is shorter than 2^64. */
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

/* Goes over all objects twice, first to check and then to store, so that a file which
 * does not fit changes none of them. */
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
        SRNN__ASSERT(!commit || status == SRNN_OK);
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
