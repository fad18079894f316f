/* checkpoint_restore.c - restores the state of a training run
 *
 * The file is not trusted: options go through the object's own checks, and all other numbers must
 * be ones that a run can have come to. */
#include "base/arithmetic.h"
#include "base/compiler.h"
#include "files/checkpoint.h"
#include "files/elements.h"
#include "model/random.h"

/* The largest count of a file, 2^52. No run comes so far. Adding 1 to a double still counts. */
#define MAX_COUNT 4503599627370496.0

/* A sum of float elements of both signs is smaller, and its square and that of the square are
 * doubles. */
#define MAX_SUM 1e60

/* A clipper without rules had these options, up to LIMIT, and these statistics, up to
 * LARGEST_NORM. */
enum { OLD_OPTIONS = SRNN__CLIP_RULE, OLD_STATISTICS = SRNN__CLIP_SUGGESTED };

typedef char old_state_fits[1 + OLD_OPTIONS + OLD_STATISTICS == SRNN__CLIPPER_OLD_STATE ? 1 : -1];

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
    return value >= 0.0 && srnn__is_finite(value);
}

/* The restore functions each check what the file has for one object and, if `commit` is
 * set, store it there. They skip an object that is NULL. The check depends only on the
 * file and on the object's shape and kind, so with the same file a second call cannot
 * fail where the first did not. Those with large frames are not inlined: they would add up. */

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

/* Returns whether the moments in a file, which are finite, are ones that an optimizer of this kind
 * can have: means of squares, the last vector of RMSProp's and Adam's, are not negative. */
static int are_moments(const unsigned char *moments, const srnn_optimizer *optimizer)
{
    const int has_squares = optimizer->kind == SRNN_RMSPROP || optimizer->kind == SRNN_ADAM;
    const size_t end = has_squares ? optimizer->moments * optimizer->count : 0;
    int fits = 1;

    for (size_t i = end - (has_squares ? optimizer->count : 0); i < end; i++) {
        float moment;

        srnn__copy_elements(&moment, moments + i * sizeof moment, 1, sizeof moment);
        fits = fits && moment >= 0.0f;
    }
    return fits;
}

static SRNN__NOINLINE int32_t restore_optimizer(const struct srnn__contents *contents,
                                                srnn_optimizer *optimizer, int commit)
{
    const unsigned char *moments = contents->data[SRNN__FILE_MOMENTS];
    const unsigned char *state = contents->data[SRNN__FILE_OPTIMIZER];
    srnn_optimizer new_optimizer;
    int32_t status;

    if (optimizer == NULL) {
        return SRNN_OK;
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
                              contents->side[SRNN__SIDE_UPDATED] != optimizer->count ||
                              !are_moments(moments, optimizer)) {
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

/* A clipper's options, statistics and `learnt` in a file: where they begin and how many there
 * are. */
struct clipper_numbers {
    const unsigned char *option;
    const unsigned char *statistic;
    const unsigned char *learnt;
    uint32_t options, statistics, all_learnt;
};

static struct clipper_numbers find_numbers(const unsigned char *state, size_t length)
{
    const int is_old = length == SRNN__CLIPPER_OLD_STATE;
    struct clipper_numbers found;

    found.options = is_old ? (uint32_t)OLD_OPTIONS : (uint32_t)SRNN__CLIP_OPTIONS;
    found.statistics = is_old ? (uint32_t)OLD_STATISTICS : (uint32_t)SRNN__CLIP_STATISTICS;
    found.all_learnt = is_old ? 0u : (uint32_t)SRNN__CLIP_LEARNT;
    found.option = state + sizeof(double);
    found.statistic = found.option + found.options * sizeof(double);
    found.learnt = found.statistic + found.statistics * sizeof(double);
    return found;
}

/* Returns a statistic, or a number of `learnt`; 0 if the file is too old to have it. */
static double statistic_of(const struct clipper_numbers *numbers, uint32_t i)
{
    return i < numbers->statistics ? number_at(numbers->statistic, i) : 0.0;
}

static double learnt_of(const struct clipper_numbers *numbers, uint32_t i)
{
    return i < numbers->all_learnt ? number_at(numbers->learnt, i) : 0.0;
}

/* Returns whether number i of the statistics can be what it is. USED may be infinite. */
static int is_statistic(uint32_t i, double value)
{
    return i <= SRNN__CLIP_BAD         ? is_count(value)
           : i == SRNN__CLIP_USED      ? value >= 0.0
           : i == SRNN__CLIP_ALIGNMENT ? value >= -1.0 && value <= 1.0
                                       : is_norm(value);
}

/* Returns whether a number of `learnt` can be what it is. */
static int is_learnt(uint32_t i, double value)
{
    return i <= SRNN__CLIP_ALIGNED   ? is_count(value)
           : i == SRNN__CLIP_TRACKED ? is_norm(value)
                                     : value >= -MAX_SUM && value <= MAX_SUM;
}

/* Returns whether each number can be what it is, and 0 as long as there is nothing that it is of:
 * `good` gradients that met no policy, and `told` of them that tell came before. */
static int are_numbers(const struct clipper_numbers *numbers, double good, double told)
{
    int fits = 1;

    for (uint32_t i = 0; i < SRNN__CLIP_STATISTICS; i++) {
        const int is_of_all = i < SRNN__CLIP_SUGGESTED || i == SRNN__CLIP_USED;
        const double of = i <= SRNN__CLIP_BAD ? 1.0 : is_of_all ? good : told;
        const double value = statistic_of(numbers, i);
        fits = fits && is_statistic(i, value) && (of > 0.0 || value == 0.0);
    }
    for (uint32_t i = 0; i < SRNN__CLIP_LEARNT; i++) {
        const double value = learnt_of(numbers, i);
        fits = fits && is_learnt(i, value) && (told > 0.0 || value == 0.0);
    }
    return fits;
}

/* Returns whether the numbers are ones that a clipper of a run can have. */
static int is_clipper_state(const struct clipper_numbers *numbers)
{
    const double good =
        statistic_of(numbers, SRNN__CLIP_STEPS) - statistic_of(numbers, SRNN__CLIP_BAD);
    const double told = learnt_of(numbers, SRNN__CLIP_TOLD);
    const double aligned = learnt_of(numbers, SRNN__CLIP_ALIGNED);
    const double largest = statistic_of(numbers, SRNN__CLIP_LARGEST_NORM);

    return are_numbers(numbers, good, told) && good >= told &&
           good >= statistic_of(numbers, SRNN__CLIP_FIRED) &&
           largest >= statistic_of(numbers, SRNN__CLIP_LAST_NORM) &&
           largest >= statistic_of(numbers, SRNN__CLIP_MEAN_NORM) &&
           (aligned == 0.0 ? statistic_of(numbers, SRNN__CLIP_ALIGNMENT) == 0.0 : aligned < told);
}

/* Returns whether all options are in their bounds. */
static int are_options(const struct clipper_numbers *numbers, uint32_t kind)
{
    double values[SRNN__CLIP_OPTIONS];
    int fits = 1;

    for (uint32_t i = 0; i < numbers->options; i++) {
        fits = fits && srnn__clipper_option(kind, values, SRNN_CLIP_THRESHOLD + i,
                                            number_at(numbers->option, i)) == SRNN_OK;
    }
    return fits;
}

/* Makes a clipper one of the numbers, which were checked. What they lack is as in a new one, and no
 * gradient has been told of. */
static void store_clipper(const struct clipper_numbers *numbers, srnn_clipper *clipper)
{
    const struct srnn__object object = clipper->object;

    (void)srnn_clipper_init(clipper, sizeof *clipper, clipper->kind, &clipper);
    clipper->object = object;
    for (uint32_t i = 0; i < numbers->options; i++) {
        (void)srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD + i, number_at(numbers->option, i));
    }
    for (uint32_t i = 0; i < SRNN__CLIP_STATISTICS; i++) {
        clipper->statistic[i] = statistic_of(numbers, i);
    }
    for (uint32_t i = 0; i < SRNN__CLIP_LEARNT; i++) {
        clipper->learnt[i] = learnt_of(numbers, i);
    }
}

static SRNN__NOINLINE int32_t restore_clipper(const struct srnn__contents *contents,
                                              srnn_clipper *clipper, int commit)
{
    const unsigned char *state = contents->data[SRNN__FILE_CLIPPER];
    struct clipper_numbers numbers;

    if (clipper == NULL) {
        return SRNN_OK;
    }
    if (state == NULL) {
        return SRNN_E_STATE;
    }
    if (number_at(state, 0) != clipper->kind) {
        return SRNN_E_SHAPE;
    }
    numbers = find_numbers(state, contents->side[SRNN__SIDE_CLIPPER]);
    if (!are_options(&numbers, clipper->kind) || !is_clipper_state(&numbers)) {
        return SRNN_E_FORMAT;
    }
    if (commit) {
        store_clipper(&numbers, clipper);
    }
    return SRNN_OK;
}

/* The increment must be odd, or the generator's period is shorter than 2^64. */
static int32_t restore_random(const struct srnn__contents *contents, srnn_random *random,
                              int commit)
{
    uint64_t state[SRNN__RANDOM_STATE];

    if (random == NULL) {
        return SRNN_OK;
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
    int32_t status;

    if (!srnn__null_or_alive(model, SRNN__TAG_MODEL) ||
        !srnn__null_or_alive(optimizer, SRNN__TAG_OPTIMIZER) ||
        !srnn__null_or_alive(clipper, SRNN__TAG_CLIPPER) ||
        !srnn__null_or_alive(random, SRNN__TAG_RANDOM)) {
        return SRNN_E_ARGUMENT;
    }
    status = srnn__archive_open(archive, bytes, &contents);
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
