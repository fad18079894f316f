/* calls.h - calls of the library's functions, one after the other, on a few objects
 *
 * A world is what the calls work on: two objects of each kind, and arrays that are large enough for
 * whatever a call may read there. All of it lies in a heap, which finds what a call has changed. */
#ifndef CALLS_H
#define CALLS_H

#include "choices.h"
#include "support.h"

/* Objects of each kind. */
#define SLOTS 2u

/* The widest inputs and outputs that a pass may have: the arrays are made for them. */
#define WIDEST 24u

/* Elements of each array of floats, and of the others. */
#define FLOATS 1600u
#define ITEMS 4200u

/* No object has more bytes, and no batch that a pass runs on more pairs. */
#define MOST_OBJECT ((size_t)1 << 18)
#define MOST_PAIRS 8192u

struct slot {
    void *object; /* NULL: none was made yet */
    int created;  /* by create */
    int is_live;
};

/* How a parallel-for runs. */
enum hook_order { HOOK_FIRST, HOOK_LAST_FIRST, HOOK_SHUFFLED, HOOK_REFUSES, HOOK_HALF, HOOK_THEN };

struct hook {
    enum hook_order order;
    uint64_t state; /* of what is drawn; of one that fails, modulo 8, the calls before */
    int has_failed; /* since world_parallel_failed */
};

struct world {
    struct choices choices;
    struct heap heap;
    struct slot slot[HANDLES][SLOTS];
    struct hook hook[SLOTS]; /* of the workspaces */
    struct results *out;
    float *input, *target, *weights, *state, *other_state, *gradient, *external; /* [FLOATS] */
    uint32_t *ids, *target_ids, *lengths;                                        /* [ITEMS] */
    uint8_t *mask, *target_mask, *restarts;                                      /* [ITEMS] */
    uint8_t *file; /* [file_bytes], or NULL */
    size_t file_bytes;
};

/* A world that chooses from data [size], without objects. */
void world_open(struct world *world, const uint8_t *data, size_t size);
void world_close(struct world *world);

/* Try to make an object of this kind, as chosen. It takes the place of another if it can be made.
 */
void world_make(struct world *world, enum handle_kind kind);

/* A handle of this kind: nearly always a live one if there is any; or NULL, a dead one, or one of
 * another kind. */
void *world_handle(struct world *world, enum handle_kind kind);

/* The blocks that a call may change when it succeeds, NULLs among them. */
#define MAY_CHANGE(...)                                                                            \
    ((const void *[]){__VA_ARGS__}), sizeof((const void *[]){__VA_ARGS__}) / sizeof(void *)

/* After a call: its status is one of the library's, and nothing has changed but what may. A call
 * that failed changed nothing. */
void world_check(struct world *world, int32_t status, const void *const *changed, size_t count);

/* The same after a call of which srnn.h says that it changes these also with this status. */
void world_check_broken(struct world *world, int32_t status, const void *const *changed,
                        size_t count);

/* Whether a pass may run: the arrays are large enough for the model, and the batch takes no long
 * time, or will not fit into the workspace. */
int world_can_pass(const srnn_model *model, const srnn_workspace *workspace,
                   const srnn_batch *batch);

/* The number of parameters of a model, at times another; never more than FLOATS. */
size_t world_count(struct world *world, const srnn_model *model);

/* A srnn_parallel_fn; `user` is a struct hook. */
int32_t world_run(void *user, srnn_task_fn task_fn, void *task, uint32_t count);

/* Whether a parallel-for has failed since the last time that this was asked. */
int world_parallel_failed(struct world *world);

/* One call each, or two that belong together. Those of a file choose among its functions. */
void call_make(struct world *world);
void call_destroy(struct world *world);
void call_fill(struct world *world);
void call_batch(struct world *world);
void call_workspace(struct world *world);
void call_forward(struct world *world);
void call_loss(struct world *world);
void call_backward(struct world *world);
void call_regularizer(struct world *world);
void call_clipper(struct world *world);
void call_optimizer(struct world *world);
void call_model(struct world *world);
void call_step(struct world *world);
void call_copy(struct world *world);
void call_save(struct world *world);
void call_restore(struct world *world);

/* Training steps on the same batch have the same bits in every way of running them: numbers and
 * orders of tasks, larger and frugal workspaces, instruction sets. */
void call_same(struct world *world);

#endif
