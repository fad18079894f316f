/* image_stream.c - streams with weights in flash, and counts what a step costs */
#include "flash.h"
#include "hash.h"
#include "image.h"

/* A model whose parameters stay where they are. */
static srnn_model *bind(uint32_t hidden, const float *parameters, size_t count)
{
    srnn_model *model;
    size_t bytes;

    MUST(srnn_model_size(SYMBOLS, hidden, CLASSES, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                         SRNN_MODEL_EXTERNAL, &bytes));
    MUST(srnn_model_init(image_take((uint32_t)bytes), bytes, SYMBOLS, hidden, CLASSES,
                         SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, SRNN_MODEL_EXTERNAL, &model));
    REFUSED(SRNN_E_SHAPE, srnn_model_bind_const(model, parameters, count - 1));
    MUST(srnn_model_bind_const(model, parameters, count));
    return model;
}

/* What comes of 200 symbols, one after the other. */
static uint64_t stream(const srnn_model *model)
{
    float state[2][HIDDEN];
    float logits[CLASSES];
    uint64_t hash = HASH_START;
    uint32_t symbol = 1;

    MUST(srnn_initial_state(model, state[0], HIDDEN));
    for (uint32_t t = 0; t < 200; t++) {
        symbol = (symbol * 5 + 3 + t / 7) % SYMBOLS;
        MUST(srnn_step_id(model, symbol, state[t % 2], state[(t + 1) % 2], logits));
        hash = hash_floats(hash, logits, CLASSES);
    }
    REFUSED(SRNN_E_RANGE, srnn_step_id(model, SYMBOLS, state[0], state[1], logits));
    REFUSED(SRNN_E_ARGUMENT, srnn_step(model, NULL, state[0], state[1], logits));
    REFUSED(SRNN_E_ARGUMENT, srnn_step_id(model, 0, state[0], state[0], logits));
    return hash;
}

/* A step of the larger network, from a symbol and from numbers. */
static uint64_t count_steps(const srnn_model *model)
{
    static float state[3][WIDE];
    static float logits[CLASSES];
    static const float input[SYMBOLS] = {0.5f, -1.0f, 0.25f, 2.0f, -0.125f, 1.0f};
    uint32_t instructions;
    int32_t status;

    MUST(srnn_initial_state(model, state[0], WIDE));
    board_clock_start();
    status = srnn_step_id(model, 3, state[0], state[1], logits);
    instructions = board_clock_stop();
    MUST(status);
    board_tell_cost("symbol-step", instructions);
    board_tell_cost("symbol-links", WIDE * WIDE + WIDE * CLASSES);
    board_clock_start();
    status = srnn_step(model, input, state[1], state[2], logits);
    instructions = board_clock_stop();
    MUST(status);
    board_tell_cost("step", instructions);
    board_tell_cost("links", SYMBOLS * WIDE + WIDE * WIDE + WIDE * CLASSES);
    return hash_floats(hash_floats(HASH_START, state[2], WIDE), logits, CLASSES);
}

int image(void)
{
    const srnn_model *model = bind(HIDDEN, flash_parameters, FLASH_PARAMETERS);
    const srnn_model *wide = bind(WIDE, flash_wide, FLASH_WIDE_PARAMETERS);

    board_stack_paint();
    say_hash("streamed", stream(model));
    board_tell_cost("stack", board_stack_depth());
    board_tell_cost("arena", image_taken());
    say_hash("wide", count_steps(wide));
    return 0;
}
