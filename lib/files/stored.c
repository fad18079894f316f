/* stored.c - the parts of a file other than models, as they are read. */
#include "files/stored.h"
#include "files/elements.h"

/* What the first version that wrote format 2 had. */
enum {
    FIRST_OPTIMIZER_OPTIONS = 6,
    FIRST_CLIPPER_OPTIONS = 8,
    FIRST_CLIPPER_STATISTICS = 14,
    FIRST_CLIPPER_LEARNT = 19
};

/* Format 1 has one vector for an optimizer: kind, count, options, updates and powers. It has one
 * for a clipper: kind, options, statistics and what was learnt; before there were rules, the first
 * options and statistics only. */
enum {
    OLD_OPTIMIZER = 2 + FIRST_OPTIMIZER_OPTIONS + 3,
    OLD_CLIPPER = 1 + FIRST_CLIPPER_OPTIONS + FIRST_CLIPPER_STATISTICS + FIRST_CLIPPER_LEARNT,
    OLDEST_CLIPPER_OPTIONS = 3,
    OLDEST_CLIPPER_STATISTICS = 7,
    OLDEST_CLIPPER = 1 + OLDEST_CLIPPER_OPTIONS + OLDEST_CLIPPER_STATISTICS
};

double srnn__number_at(const struct srnn__numbers *numbers, size_t index)
{
    double number = 0.0;

    if (index < numbers->count) {
        srnn__copy_elements(&number, numbers->at + index * sizeof number, 1, sizeof number);
    }
    return number;
}

int32_t srnn__stored_numbers(const struct srnn__file *file, const char *part, uint32_t leaf,
                             size_t least, struct srnn__numbers *numbers)
{
    struct srnn__tensor tensor;
    const int32_t status = srnn__file_tensor(file, part, leaf, "F64", 1, &tensor, &numbers->at);

    if (status != SRNN_OK || tensor.shape[0] < least) {
        return SRNN_E_FORMAT;
    }
    numbers->count = (size_t)tensor.shape[0];
    return SRNN_OK;
}

/* Takes the `count` numbers of `all` from `first` on. Returns the index after them. */
static size_t take(const struct srnn__numbers *all, size_t first, size_t count,
                   struct srnn__numbers *some)
{
    some->at = all->at + first * sizeof(double);
    some->count = count;
    return first + count;
}

/* Finds the moments, if there are any. Errors: FORMAT. */
static int32_t find_moments(const struct srnn__file *file, const char *part,
                            struct srnn__stored_optimizer *stored)
{
    struct srnn__tensor tensor;
    const int32_t status =
        srnn__file_tensor(file, part, SRNN__LEAF_MOMENTS, "F32", 2, &tensor, &stored->moments);

    if (status == SRNN_OK) {
        stored->moment_rows = tensor.shape[0];
        stored->moment_columns = tensor.shape[1];
    } else {
        stored->moments = NULL;
    }
    return status == SRNN_E_STATE ? SRNN_OK : status;
}

int32_t srnn__stored_optimizer(const struct srnn__file *file, const char *part,
                               struct srnn__stored_optimizer *stored)
{
    const int is_old = file->format == SRNN__OLD_FORMAT;
    struct srnn__numbers state;
    int32_t status = srnn__stored_numbers(
        file, part, SRNN__LEAF_STATE,
        is_old ? (size_t)OLD_OPTIMIZER : (size_t)SRNN__OPTIMIZER_STATE_NUMBERS, &state);

    if (status == SRNN_OK && is_old) {
        const size_t next = take(&state, 2, FIRST_OPTIMIZER_OPTIONS, &stored->options);
        (void)take(&state, next, 3, &stored->progress);
        status = state.count == OLD_OPTIMIZER ? SRNN_OK : SRNN_E_FORMAT;
    } else if (status == SRNN_OK) {
        (void)take(&state, SRNN__OPTIMIZER_UPDATES, 3, &stored->progress);
        status = srnn__stored_numbers(file, part, SRNN__LEAF_OPTIONS, FIRST_OPTIMIZER_OPTIONS,
                                      &stored->options);
    }
    if (status == SRNN_OK) {
        /* Format 1 numbers kinds from 1 on. */
        stored->kind = srnn__number_at(&state, SRNN__OPTIMIZER_KIND) +
                       (is_old ? SRNN_OPTIMIZER_SGD - 1.0 : 0.0);
        stored->count = srnn__number_at(&state, SRNN__OPTIMIZER_COUNT);
        status = find_moments(file, part, stored);
    }
    return status;
}

/* The numbers of a clipper in format 1. Errors: FORMAT. */
static int32_t split_old_clipper(const struct srnn__numbers *state,
                                 struct srnn__stored_clipper *stored)
{
    const int is_oldest = state->count == OLDEST_CLIPPER;
    size_t next = 1;

    if (!is_oldest && state->count != OLD_CLIPPER) {
        return SRNN_E_FORMAT;
    }
    next = take(state, next, is_oldest ? OLDEST_CLIPPER_OPTIONS : FIRST_CLIPPER_OPTIONS,
                &stored->options);
    next = take(state, next, is_oldest ? OLDEST_CLIPPER_STATISTICS : FIRST_CLIPPER_STATISTICS,
                &stored->statistics);
    (void)take(state, next, state->count - next, &stored->learnt);
    return SRNN_OK;
}

int32_t srnn__stored_clipper(const struct srnn__file *file, const char *part,
                             struct srnn__stored_clipper *stored)
{
    struct srnn__numbers state;
    int32_t status = srnn__stored_numbers(file, part, SRNN__LEAF_STATE, 1, &state);

    if (status != SRNN_OK) {
        return status;
    }
    stored->is_old = file->format == SRNN__OLD_FORMAT;
    stored->kind =
        srnn__number_at(&state, SRNN__CLIPPER_KIND) + (stored->is_old ? SRNN_CLIP_NORM - 1.0 : 0.0);
    if (stored->is_old) {
        return split_old_clipper(&state, stored);
    }
    status = srnn__stored_numbers(file, part, SRNN__LEAF_OPTIONS, FIRST_CLIPPER_OPTIONS,
                                  &stored->options);
    if (status == SRNN_OK) {
        status = srnn__stored_numbers(file, part, SRNN__LEAF_STATISTICS, FIRST_CLIPPER_STATISTICS,
                                      &stored->statistics);
    }
    if (status == SRNN_OK) {
        status = srnn__stored_numbers(file, part, SRNN__LEAF_LEARNT, FIRST_CLIPPER_LEARNT,
                                      &stored->learnt);
    }
    return status;
}

const char *srnn__old_part(uint32_t index, uint32_t *kind)
{
    static const char names[SRNN__OLD_PARTS][12] = {"optimizer", "clipper", "random",
                                                    SRNN__OLD_BYTES};
    static const uint8_t kinds[SRNN__OLD_PARTS] = {SRNN_PART_OPTIMIZER, SRNN_PART_CLIPPER,
                                                   SRNN_PART_RANDOM, SRNN_PART_BYTES};

    SRNN__ASSERT(index < SRNN__OLD_PARTS);
    *kind = kinds[index];
    return names[index];
}

/* The kind of a part of format 1 besides the model. Errors: STATE. */
static int32_t old_kind(const struct srnn__file *file, const char *part, uint32_t *kind)
{
    struct srnn__tensor tensor;

    for (uint32_t i = 0; i < SRNN__OLD_PARTS; i++) {
        if (srnn__same_word(part, srnn__old_part(i, kind))) {
            return srnn__file_tensor(file, part,
                                     *kind == SRNN_PART_BYTES ? SRNN__LEAF_BYTES : SRNN__LEAF_STATE,
                                     NULL, 0, &tensor, NULL);
        }
    }
    return SRNN_E_STATE;
}

int32_t srnn__stored_kind(const struct srnn__file *file, const char *part, uint32_t *kind)
{
    const int is_model = srnn__same_word(part, SRNN__MODEL_NAME);
    char key[SRNN__KEY_BYTES];
    struct srnn__text word;
    int32_t status;

    if (file->format == SRNN__OLD_FORMAT && !is_model) {
        return old_kind(file, part, kind);
    }
    srnn__metadata_key(key, part, is_model ? "activation" : "kind");
    status = srnn__file_value(file, key, &word);
    if (status == SRNN_OK) {
        *kind = is_model ? SRNN_PART_MODEL : srnn__part_kind(&word);
    }
    return status;
}
