/* image_load.c - loads an archive that lies in flash, and streams with it */
#include "flash.h"
#include "hash.h"
#include "image.h"

#include <string.h>

/* The logits of 50 steps. */
static uint64_t stream(const srnn_model *model)
{
    float state[2][HIDDEN];
    float logits[CLASSES];
    uint64_t hash = HASH_START;

    MUST(srnn_initial_state(model, state[0], HIDDEN));
    for (uint32_t t = 0; t < 50; t++) {
        MUST(srnn_step_id(model, t % SYMBOLS, state[t % 2], state[(t + 1) % 2], logits));
        hash = hash_floats(hash, logits, CLASSES);
    }
    return hash;
}

/* The archive with a bit turned in its last byte, one too short, and one that is none. */
static void refuse(void *memory, size_t size)
{
    unsigned char *copy = image_take((uint32_t)flash_archive_bytes);
    srnn_model *model;

    memcpy(copy, flash_archive, flash_archive_bytes);
    copy[flash_archive_bytes - 1] ^= 1;
    REFUSED(SRNN_E_CHECKSUM,
            srnn_model_load(memory, size, copy, flash_archive_bytes, SRNN_LOAD_VIEW, &model));
    REFUSED(SRNN_E_TRUNCATED, srnn_model_load(memory, size, flash_archive, flash_archive_bytes - 1,
                                              SRNN_LOAD_VIEW, &model));
    copy[8] = 'x';
    REFUSED(SRNN_E_FORMAT,
            srnn_model_load(memory, size, copy, flash_archive_bytes, SRNN_LOAD_VIEW, &model));
}

int image(void)
{
    srnn_model *view;
    srnn_model *copy;
    void *memory;
    size_t bytes;
    uint32_t arena;

    board_stack_paint();
    MUST(srnn_model_load_size(flash_archive, flash_archive_bytes, SRNN_LOAD_VIEW, &bytes));
    memory = image_take((uint32_t)bytes);
    REFUSED(SRNN_E_SPACE, srnn_model_load(memory, bytes - 1, flash_archive, flash_archive_bytes,
                                          SRNN_LOAD_VIEW, &view));
    MUST(srnn_model_load(memory, bytes, flash_archive, flash_archive_bytes, SRNN_LOAD_VIEW, &view));
    say_hash("view", stream(view));
    board_tell_cost("stack", board_stack_depth());
    arena = image_taken();
    board_tell_cost("arena", arena);

    MUST(srnn_model_load_size(flash_archive, flash_archive_bytes, 0, &bytes));
    memory = image_take((uint32_t)bytes);
    MUST(srnn_model_load(memory, bytes, flash_archive, flash_archive_bytes, 0, &copy));
    say_hash("copy", stream(copy));
    refuse(memory, bytes);
    return 0;
}
