/* checkpoint.c - saves a model's file that also holds the state of a training run
 *
 * checkpoint_restore.c reads it. */
#include "files/checkpoint.h"
#include "files/writer.h"
#include "model/random.h"

#include <string.h>

/* Format 1 fixes the lengths. */
typedef char optimizer_state_fits[OPTIMIZER_END == SRNN__OPTIMIZER_STATE ? 1 : -1];
typedef char clipper_state_fits[SRNN__CLIP_STORED == SRNN__CLIPPER_STATE ? 1 : -1];
typedef char clipper_state_is_dense[offsetof(srnn_clipper, learnt) +
                                                SRNN__CLIP_LEARNT * sizeof(double) -
                                                offsetof(srnn_clipper, stored_kind) ==
                                            SRNN__CLIPPER_STATE * sizeof(double)
                                        ? 1
                                        : -1];

/* The state of a run as vectors. The contents of a file point at them while it is
 * written. */
struct state {
    double optimizer[SRNN__OPTIMIZER_STATE];
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

/* The numbers of a clipper lie in it as in the file. */
static void add_clipper(const srnn_clipper *clipper, struct srnn__contents *contents)
{
    contents->side[SRNN__SIDE_CLIPPER] = SRNN__CLIPPER_STATE;
    contents->data[SRNN__FILE_CLIPPER] =
        (const unsigned char *)clipper + offsetof(srnn_clipper, stored_kind);
}

static void add_random(const srnn_random *random, struct state *state,
                       struct srnn__contents *contents)
{
    state->random[0] = random->state;
    state->random[1] = random->increment;
    SRNN__ASSERT((random->increment & 1u) == 1);
    contents->data[SRNN__FILE_RANDOM] = (const unsigned char *)state->random;
}

/* Sets `contents` to those of a run's file. They point into `state` and into the
 * objects. Errors: ARGUMENT, STATE. */
static int32_t describe(const struct run *run, struct state *state, struct srnn__contents *contents)
{
    int32_t status;

    if (!srnn__null_or_alive(run->optimizer, SRNN__TAG_OPTIMIZER) ||
        !srnn__null_or_alive(run->clipper, SRNN__TAG_CLIPPER) ||
        !srnn__null_or_alive(run->random, SRNN__TAG_RANDOM) ||
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
        add_clipper(run->clipper, contents);
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
