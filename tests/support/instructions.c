/* instructions.c - the instruction sets that tests run on */
#include "instructions.h"

#include "expect.h"

const uint32_t *instruction_sets(void)
{
    static uint32_t sets[SRNN_INSTRUCTIONS_AVX512_DUAL - SRNN_INSTRUCTIONS_BASELINE + 2];
    srnn_model *model = NULL;
    size_t count = 0;

    SUCCEEDS(
        srnn_model_create(NULL, NULL, 1, 1, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0, &model));
    for (uint32_t set = SRNN_INSTRUCTIONS_BASELINE; set <= SRNN_INSTRUCTIONS_AVX512_DUAL; set++) {
        if (srnn_model_set(model, SRNN_MODEL_INSTRUCTIONS, set) == SRNN_OK) {
            sets[count++] = set;
        }
    }
    srnn_model_destroy(model);
    sets[count] = 0;
    assert_int_equal(sets[0], SRNN_INSTRUCTIONS_BASELINE);
    return sets;
}
