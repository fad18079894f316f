/* checkpoint_restore.c - restores the parts of a list from a file
 *
 * The file is not trusted. Options go through the object's own checks. All other numbers must be
 * ones that a run can have. */
#include "base/compiler.h"
#include "files/archive.h"
#include "files/checkpoint.h"
#include "files/elements.h"
#include "files/restore.h"
#include "model/random.h"
#include "passes/workspace.h"
#include "update/optimizer.h"
#include "update/regularizer.h"

/* Each restore function checks what the file has for one object. If `commit` is set, it also stores
 * it there. The check depends only on the file and on the object's shape and kind. So a call with
 * `commit` cannot fail where one without it did not. Functions with large frames are not inlined,
 * because their frames would add up in restore(). */

static SRNN__NOINLINE int32_t restore_model(const struct srnn__file *file, const char *part,
                                            srnn_model *model, int commit)
{
    struct srnn__stored_model stored;
    const uint32_t *const side = stored.side;
    const int32_t status = srnn__stored_model(file, part, &stored);

    if (status != SRNN_OK) {
        return status;
    }
    if (model->inputs != side[SRNN__SIDE_INPUTS] || model->hidden != side[SRNN__SIDE_HIDDEN] ||
        model->outputs != side[SRNN__SIDE_OUTPUTS] || model->activation != stored.activation ||
        model->output != stored.output || (model->flags & ~SRNN_MODEL_EXTERNAL) != stored.flags) {
        return SRNN_E_SHAPE;
    }
    if (commit) {
        srnn__stored_parameters(&stored, model, srnn_model_parameters(model));
    }
    return SRNN_OK;
}

/* Reads options and counts into `new_optimizer`, which has the kind and the number of parameters
 * that the file says. An option that the file lacks gets its default. Errors: FORMAT. */
static int32_t unpack_optimizer(const struct srnn__stored_optimizer *stored,
                                srnn_optimizer *new_optimizer)
{
    for (uint32_t i = 0; i < SRNN__OPTIMIZER_OPTIONS; i++) {
        if (srnn_optimizer_set(new_optimizer, SRNN_OPTIMIZER_RATE + i,
                               i < stored->options.count ? srnn__number_at(&stored->options, i)
                                                         : srnn__optimizer_presets[i]) != SRNN_OK) {
            return SRNN_E_FORMAT;
        }
    }
    new_optimizer->updates = srnn__number_at(&stored->progress, 0);
    new_optimizer->power[0] = srnn__number_at(&stored->progress, 1);
    new_optimizer->power[1] = srnn__number_at(&stored->progress, 2);
    return srnn__is_count(new_optimizer->updates) && new_optimizer->power[0] >= 0.0 &&
                   new_optimizer->power[0] <= 1.0 && new_optimizer->power[1] >= 0.0 &&
                   new_optimizer->power[1] <= 1.0
               ? SRNN_OK
               : SRNN_E_FORMAT;
}

/* Returns whether an optimizer of this kind can have the moments in a file, which are finite. The
 * last vector of RMSProp's and Adam's has means of squares, which are not negative. */
static int are_moments(const unsigned char *moments, const srnn_optimizer *optimizer)
{
    const size_t end = optimizer->moments * optimizer->count;
    int fits = 1;

    if (optimizer->kind != SRNN_OPTIMIZER_RMSPROP && optimizer->kind != SRNN_OPTIMIZER_ADAM) {
        return 1;
    }
    for (size_t i = end - optimizer->count; i < end; i++) {
        float moment;

        srnn__copy_elements(&moment, moments + i * sizeof moment, 1, sizeof moment);
        fits = fits && moment >= 0.0f;
    }
    return fits;
}

static SRNN__NOINLINE int32_t restore_optimizer(const struct srnn__file *file, const char *part,
                                                srnn_optimizer *optimizer, int commit)
{
    struct srnn__stored_optimizer stored;
    srnn_optimizer new_optimizer;
    int32_t status = srnn__stored_optimizer(file, part, &stored);

    if (status != SRNN_OK) {
        return status;
    }
    if (stored.kind != optimizer->kind || stored.count != (double)optimizer->count) {
        return SRNN_E_SHAPE;
    }
    if (stored.moments == NULL ? optimizer->moments != 0
                               : stored.moment_rows != optimizer->moments ||
                                     stored.moment_columns != optimizer->count ||
                                     !are_moments(stored.moments, optimizer)) {
        return SRNN_E_FORMAT;
    }
    new_optimizer = *optimizer;
    status = unpack_optimizer(&stored, &new_optimizer);
    if (status == SRNN_OK && commit) {
        *optimizer = new_optimizer;
        if (stored.moments != NULL) {
            srnn__copy_elements(srnn__optimizer_moments(optimizer), stored.moments,
                                optimizer->moments * optimizer->count, sizeof(float));
        }
    }
    return status;
}

/* Sums and Omega's gradient are not in a file: it is saved between updates. */
static SRNN__NOINLINE int32_t restore_regularizer(const struct srnn__file *file, const char *part,
                                                  srnn_regularizer *regularizer, int commit)
{
    struct srnn__numbers options, state;
    srnn_regularizer new_regularizer = *regularizer;
    const size_t elements = (size_t)regularizer->hidden * regularizer->hidden;
    int32_t status =
        srnn__stored_numbers(file, part, SRNN__LEAF_STATE, SRNN__OMEGA_STATE_NUMBERS, &state);

    if (status == SRNN_OK) {
        status =
            srnn__stored_numbers(file, part, SRNN__LEAF_OPTIONS, SRNN__OMEGA_OPTIONS, &options);
    }
    if (status != SRNN_OK) {
        return status;
    }
    if (srnn__number_at(&state, SRNN__OMEGA_HIDDEN) != regularizer->hidden) {
        return SRNN_E_SHAPE;
    }
    new_regularizer.gathering = 0;
    memset(new_regularizer.sum, 0, sizeof new_regularizer.sum);
    for (uint32_t i = 0; i < SRNN__OMEGA_OPTIONS; i++) {
        if (srnn_regularizer_set(&new_regularizer, SRNN_OMEGA_WEIGHT + i,
                                 srnn__number_at(&options, i)) != SRNN_OK) {
            return SRNN_E_FORMAT;
        }
    }
    new_regularizer.value = srnn__number_at(&state, SRNN__OMEGA_VALUE);
    new_regularizer.signal = srnn__number_at(&state, SRNN__OMEGA_SIGNAL);
    if (new_regularizer.value < 0.0 ||
        !(new_regularizer.signal >= 0.0 && new_regularizer.signal <= 1.0)) {
        return SRNN_E_FORMAT;
    }
    if (commit) {
        *regularizer = new_regularizer;
        memset(srnn__regularizer_matrix(regularizer), 0, elements * sizeof(float));
    }
    return SRNN_OK;
}

/* Sets the options of a workspace; without `commit` they are then as before. Errors: FORMAT. */
static int32_t restore_workspace_options(const struct srnn__file *file, const char *part,
                                         srnn_workspace *workspace, int commit)
{
    struct srnn__numbers options;
    double before[SRNN__WORKSPACE_OPTIONS];
    int32_t status =
        srnn__stored_numbers(file, part, SRNN__LEAF_OPTIONS, SRNN__WORKSPACE_OPTIONS, &options);

    memcpy(before, workspace->option, sizeof before);
    for (uint32_t i = 0; status == SRNN_OK && i < SRNN__WORKSPACE_OPTIONS; i++) {
        if (srnn_workspace_set(workspace, SRNN_WORKSPACE_ERROR_LIMIT + i,
                               srnn__number_at(&options, i)) != SRNN_OK) {
            status = SRNN_E_FORMAT;
        }
    }
    if (!commit) {
        memcpy(workspace->option, before, sizeof before);
    }
    return status;
}

/* The carried state goes where srnn_workspace_set_state puts it. */
static int32_t restore_workspace(const struct srnn__file *file, const char *part,
                                 srnn_workspace *workspace, int commit)
{
    struct srnn__tensor carried;
    const unsigned char *state = NULL;
    int32_t status = restore_workspace_options(file, part, workspace, commit);

    if (status != SRNN_OK) {
        return status;
    }
    status = srnn__file_tensor(file, part, SRNN__LEAF_CARRIED, "F32", 2, &carried, &state);
    if (status != SRNN_OK && status != SRNN_E_STATE) {
        return status;
    }
    if (status == SRNN_OK && (carried.shape[0] == 0 || carried.shape[1] == 0)) {
        return SRNN_E_FORMAT;
    }
    if (status == SRNN_OK && (carried.shape[0] > workspace->shape.max_sequences ||
                              carried.shape[1] != workspace->shape.hidden)) {
        return SRNN_E_SHAPE;
    }
    if (commit) {
        workspace->stage = SRNN__NOTHING;
        workspace->carried.sequences = status == SRNN_OK ? (uint32_t)carried.shape[0] : 0;
        workspace->carried.state = workspace->tape.states;
    }
    if (commit && status == SRNN_OK) {
        srnn__copy_elements(workspace->tape.states, state,
                            (size_t)(carried.shape[0] * carried.shape[1]), sizeof(float));
    }
    return SRNN_OK;
}

/* The increment must be odd, or the generator's period is shorter than 2^64. */
static int32_t restore_random(const struct srnn__file *file, const char *part, srnn_random *random,
                              int commit)
{
    const unsigned char *data;
    struct srnn__tensor tensor;
    uint64_t state[2];

    if (srnn__file_tensor(file, part, SRNN__LEAF_STATE, "U64", 1, &tensor, &data) != SRNN_OK ||
        tensor.shape[0] < 2) {
        return SRNN_E_FORMAT;
    }
    srnn__copy_elements(state, data, 2, sizeof *state);
    if ((state[1] & 1u) == 0) {
        return SRNN_E_FORMAT;
    }
    if (commit) {
        random->state = state[0];
        random->increment = state[1];
    }
    return SRNN_OK;
}

static int32_t restore_bytes(const struct srnn__file *file, const struct srnn__part *part,
                             int commit)
{
    const unsigned char *data;
    struct srnn__tensor tensor;

    if (srnn__file_tensor(file, part->name, SRNN__LEAF_BYTES, "U8", 1, &tensor, &data) != SRNN_OK) {
        return SRNN_E_FORMAT;
    }
    if (tensor.shape[0] != part->bytes) {
        return SRNN_E_SHAPE;
    }
    if (commit) {
        memcpy(part->target, data, part->bytes);
    }
    return SRNN_OK;
}

/* Restores a part. Errors: those of srnn_checkpoint_restore. */
static int32_t restore(const struct srnn__file *file, const struct srnn__part *part, int commit)
{
    uint32_t kind = 0;
    int32_t status;

    if (part->kind == SRNN_PART_TEXT) {
        return SRNN_OK;
    }
    status = srnn__stored_kind(file, part->name, &kind);
    if (status != SRNN_OK) {
        return status;
    }
    if (kind != part->kind) {
        return SRNN_E_SHAPE;
    }
    switch (kind) {
    case SRNN_PART_MODEL:
        return restore_model(file, part->name, part->target, commit);
    case SRNN_PART_OPTIMIZER:
        return restore_optimizer(file, part->name, part->target, commit);
    case SRNN_PART_CLIPPER:
        return srnn__restore_clipper(file, part->name, part->target, commit);
    case SRNN_PART_REGULARIZER:
        return restore_regularizer(file, part->name, part->target, commit);
    case SRNN_PART_WORKSPACE:
        return restore_workspace(file, part->name, part->target, commit);
    case SRNN_PART_RANDOM:
        return restore_random(file, part->name, part->target, commit);
    default:
        return restore_bytes(file, part, commit);
    }
}

/* Checks the objects of a list, before the file is read. Errors: ARGUMENT, STATE, READ_ONLY. */
static int32_t check_targets(const struct srnn__part *parts, uint32_t count)
{
    int32_t status = srnn__parts_alive(parts, count) ? SRNN_OK : SRNN_E_ARGUMENT;

    for (uint32_t i = 0; i < count && status == SRNN_OK; i++) {
        if (parts[i].kind != SRNN_PART_MODEL) {
            continue;
        }
        status = srnn__model_ready(parts[i].object);
        if (status == SRNN_OK && srnn_model_parameters(parts[i].target) == NULL) {
            status = SRNN_E_READ_ONLY;
        }
    }
    return status;
}

/* Goes over all parts twice, first to check and then to store. So a file that does not fit changes
 * none of them. */
int32_t srnn_checkpoint_restore(const srnn_checkpoint *checkpoint)
{
    const struct srnn__part *parts;
    int32_t status;

    if (!srnn__alive(checkpoint, SRNN__TAG_CHECKPOINT)) {
        return SRNN_E_ARGUMENT;
    }
    parts = srnn__parts_const(checkpoint);
    status = check_targets(parts, checkpoint->count);
    if (status == SRNN_OK && checkpoint->file.archive == NULL) {
        status = SRNN_E_STATE;
    }
    for (int commit = 0; commit <= 1; commit++) {
        for (uint32_t i = 0; i < checkpoint->count && status == SRNN_OK; i++) {
            status = restore(&checkpoint->file, &parts[i], commit);
            SRNN__ASSERT(!commit || status == SRNN_OK);
        }
    }
    return status;
}
