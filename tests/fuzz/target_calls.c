/* target_calls.c - sequences of calls
 *
 * An input chooses up to 150 calls and their arguments, among them wrong handles, sizes at their
 * limits, numbers that are not finite, and callbacks that fail. After each call its status is one
 * of srnn.h's, a failure has changed nothing and a success only what the call is for. In the end
 * all blocks have come back. */
#include "calls.h"
#include "fuzz.h"

#define MOST_CALLS 150

static void run(const uint8_t *data, size_t size)
{
    /* Some stand here more than once: they need each other, and so come seldom to their end. */
    static void (*const calls[])(struct world *) = {
        call_make,     call_make,      call_make,      call_destroy,     call_fill,
        call_batch,    call_batch,     call_batch,     call_batch,       call_batch,
        call_forward,  call_forward,   call_loss,      call_loss,        call_backward,
        call_backward, call_workspace, call_workspace, call_regularizer, call_clipper,
        call_clipper,  call_optimizer, call_model,     call_model,       call_step,
        call_copy,     call_save,      call_restore,   call_same,        call_same};
    struct world world;

    world_open(&world, data, size);
    for (int kind = 0; kind < HANDLES; kind++) {
        world_make(&world, (enum handle_kind)kind);
    }
    for (int i = 0; i < MOST_CALLS && choices_left(&world.choices); i++) {
        calls[choose(&world.choices, sizeof calls / sizeof *calls)](&world);
    }
    world_close(&world);
}

const struct fuzz_target fuzz_target = {run, NULL};
