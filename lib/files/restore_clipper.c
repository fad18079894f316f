/* restore_clipper.c - restores a clipper. Its numbers must be ones that a run can have. */
#include "base/arithmetic.h"
#include "files/restore.h"
#include "update/clipper.h"

/* The largest magnitude of a sum in `learnt`. A float is below 3.5e38 and a gradient has fewer than
 * 2^64, so no sum of them comes near. The product of two squared sums, as in a cosine, does not
 * overflow. */
#define MAX_SUM 1e60

/* Returns whether a number is a norm: finite and not negative. */
static int is_norm(double value)
{
    return value >= 0.0 && srnn__is_finite(value);
}

/* Return a statistic, or a number of `learnt`; 0 if the file is too old to have it. */
static double statistic_of(const struct srnn__stored_clipper *stored, uint32_t i)
{
    return srnn__number_at(&stored->statistics, i);
}

static double learnt_of(const struct srnn__stored_clipper *stored, uint32_t i)
{
    return srnn__number_at(&stored->learnt, i);
}

/* Returns whether statistic i can have a value. USED may be infinite. */
static int is_statistic(uint32_t i, double value)
{
    return i <= SRNN__CLIP_BAD         ? srnn__is_count(value)
           : i == SRNN__CLIP_USED      ? value >= 0.0
           : i == SRNN__CLIP_ALIGNMENT ? value >= -1.0 && value <= 1.0
                                       : is_norm(value);
}

/* Returns whether number i of `learnt` can have a value. */
static int is_learnt(uint32_t i, double value)
{
    return i <= SRNN__CLIP_ALIGNED   ? srnn__is_count(value)
           : i == SRNN__CLIP_TRACKED ? is_norm(value)
                                     : value >= -MAX_SUM && value <= MAX_SUM;
}

/* Returns whether each number can have its value. A number over the gradients that met no policy,
 * `good`, or over those of them that tell came before, `told`, is 0 while there are none. */
static int are_numbers(const struct srnn__stored_clipper *stored, double good, double told)
{
    int fits = 1;

    for (uint32_t i = 0; i < SRNN__CLIP_STATISTICS; i++) {
        const int is_of_all = i < SRNN__CLIP_SUGGESTED || i == SRNN__CLIP_USED;
        const double of = i <= SRNN__CLIP_BAD ? 1.0 : is_of_all ? good : told;
        const double value = statistic_of(stored, i);
        fits = fits && is_statistic(i, value) && (of > 0.0 || value == 0.0);
    }
    for (uint32_t i = 0; i < SRNN__CLIP_LEARNT; i++) {
        const double value = learnt_of(stored, i);
        fits = fits && is_learnt(i, value) && (told > 0.0 || value == 0.0);
    }
    return fits;
}

/* Returns whether a clipper can have all numbers together. */
static int is_clipper_state(const struct srnn__stored_clipper *stored)
{
    const double good =
        statistic_of(stored, SRNN__CLIP_STEPS) - statistic_of(stored, SRNN__CLIP_BAD);
    const double told = learnt_of(stored, SRNN__CLIP_TOLD);
    const double aligned = learnt_of(stored, SRNN__CLIP_ALIGNED);
    const double largest = statistic_of(stored, SRNN__CLIP_LARGEST_NORM);

    return are_numbers(stored, good, told) && good >= told &&
           good >= statistic_of(stored, SRNN__CLIP_FIRED) &&
           largest >= statistic_of(stored, SRNN__CLIP_LAST_NORM) &&
           largest >= statistic_of(stored, SRNN__CLIP_MEAN_NORM) &&
           (aligned == 0.0 ? statistic_of(stored, SRNN__CLIP_ALIGNMENT) == 0.0 : aligned < told);
}

/* Returns the number of options that the file has and this version knows. */
static uint32_t options_in(const struct srnn__stored_clipper *stored)
{
    return stored->options.count < SRNN__CLIP_OPTIONS ? (uint32_t)stored->options.count
                                                      : (uint32_t)SRNN__CLIP_OPTIONS;
}

/* Returns option i. */
static double option_of(const struct srnn__stored_clipper *stored, uint32_t i)
{
    const double value = srnn__number_at(&stored->options, i);

    if (stored->is_old && i == SRNN__CLIP_POLICY) {
        return value + SRNN_CLIP_POLICY_REFUSE;
    }
    return stored->is_old && i == SRNN__CLIP_RULE ? value + SRNN_CLIP_RULE_FIXED : value;
}

/* Returns whether all options are in their bounds. */
static int are_options(const struct srnn__stored_clipper *stored, uint32_t kind)
{
    double values[SRNN__CLIP_OPTIONS];
    int fits = 1;

    for (uint32_t i = 0; i < options_in(stored); i++) {
        fits = fits && srnn__clipper_option(kind, values, SRNN_CLIP_THRESHOLD + i,
                                            option_of(stored, i)) == SRNN_OK;
    }
    return fits;
}

/* Stores the numbers, which were checked. What the file lacks is as in a new clipper, and no
 * gradient has been told of. */
static void store_clipper(const struct srnn__stored_clipper *stored, srnn_clipper *clipper)
{
    const struct srnn__object object = clipper->object;

    (void)srnn_clipper_init(clipper, sizeof *clipper, clipper->kind, &clipper);
    clipper->object = object;
    for (uint32_t i = 0; i < options_in(stored); i++) {
        (void)srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD + i, option_of(stored, i));
    }
    for (uint32_t i = 0; i < SRNN__CLIP_STATISTICS; i++) {
        clipper->statistic[i] = statistic_of(stored, i);
    }
    for (uint32_t i = 0; i < SRNN__CLIP_LEARNT; i++) {
        clipper->learnt[i] = learnt_of(stored, i);
    }
}

int32_t srnn__restore_clipper(const struct srnn__file *file, const char *part,
                              srnn_clipper *clipper, int commit)
{
    struct srnn__stored_clipper stored;
    const int32_t status = srnn__stored_clipper(file, part, &stored);

    if (status != SRNN_OK) {
        return status;
    }
    if (stored.kind != clipper->kind) {
        return SRNN_E_SHAPE;
    }
    if (!are_options(&stored, clipper->kind) || !is_clipper_state(&stored)) {
        return SRNN_E_FORMAT;
    }
    if (commit) {
        store_clipper(&stored, clipper);
    }
    return SRNN_OK;
}
