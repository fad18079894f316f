/* test_widths.c - the same bits on every instruction set, at every width of its tiles
 *
 * A product is computed by tiles, of as many shapes as there are registers, and by other ways where
 * the matrix is narrower than a vector. Each set has tiles of its own, so for each of these widths
 * some set takes another tile, or another number of them. */
#include <string.h>

#include "support.h"
#include "ways.h"

#define ALL_VIEWS                                                                                  \
    (SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT | SRNN_WORKSPACE_KEEP_INPUT_GRADIENT |                    \
     SRNN_WORKSPACE_KEEP_FLOW)

/* A shape of this width. What else it has changes from one width to the next. */
static struct shape shape_of(uint32_t hidden)
{
    static const uint32_t flags[] = {SRNN_MODEL_LEARNED_STATE, 0, SRNN_MODEL_NO_RECURRENT_BIAS,
                                     SRNN_MODEL_NO_OUTPUT_BIAS, 0};
    static const uint32_t outputs[] = {SRNN_OUTPUT_SOFTMAX, SRNN_OUTPUT_LINEAR,
                                       SRNN_OUTPUT_SIGMOID};
    const struct shape shape = {
        .inputs = 1 + 3 * hidden % 20,
        .hidden = hidden,
        .outputs = 1 + 7 * hidden % 19,
        .activation = SRNN_HIDDEN_TANH + hidden % 4,
        .output = outputs[hidden % 3],
        .model_flags = flags[hidden % 5],
        .steps = 3,
        .sequences = 1 + 3 * hidden % 13,
        .workspace_flags = hidden % 2 == 0 ? ALL_VIEWS : 0,
        .features = (hidden % 7 == 0 ? WITH_IDS : 0) | (hidden % 5 == 1 ? WITHOUT_OMEGA : 0),
        .regularizer_kind = hidden % 2 == 0 ? SRNN_OMEGA_PAPER : SRNN_OMEGA_SCRIPT,
        .clipper_kind = SRNN_CLIP_NORM,
        .optimizer_kind = SRNN_OPTIMIZER_SGD,
    };

    return shape;
}

/* The widths in turn; 0 after the last, for which factors are packed (lib/README.md). */
#define LAST_WIDTH 311u
static uint32_t next_width(uint32_t width)
{
    return width < 36           ? width + 1
           : width < 66         ? width + 3
           : width < 170        ? width + 13
           : width < LAST_WIDTH ? LAST_WIDTH
                                : 0;
}

static void training(void **state)
{
    (void)state;
    for (uint32_t width = 1; width != 0; width = next_width(width)) {
        const struct shape shape = shape_of(width);
        const uint64_t baseline = run_way(&shape, SRNN_INSTRUCTIONS_BASELINE, NULL, NULL, 0);

        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            /* Three tasks have products of their own. Wide layers, which take longest, run once. */
            const uint32_t first = width < 36 ? 0 : (width + *set) % 2;
            const uint32_t end = width < 36 ? 2 : first + 1;

            for (uint32_t way = first; way < end; way++) {
                if (run_way(&shape, *set, way == 0 ? run_reversed : NULL, NULL, 3) != baseline) {
                    fail_msg("%u hidden units, set %u", (unsigned)width, (unsigned)*set);
                }
            }
        }
    }
}

/* Stream the rig's first sequence step by step. The states and logits are those of forward. */
static void stream(struct rig *rig)
{
    const struct shape *shape = &rig->shape;
    float state[2][LAST_WIDTH], logits[32];

    assert_true(shape->hidden <= LAST_WIDTH && shape->outputs <= 32);
    SUCCEEDS(srnn_initial_state(rig->model, state[0], shape->hidden));
    for (uint32_t t = 0; t < shape->steps; t++) {
        const float *now = state[t % 2];
        float *const next = state[(t + 1) % 2];

        if ((shape->features & WITH_IDS) != 0) {
            SUCCEEDS(srnn_step_id(rig->model, rig->ids[t * rig->step_stride], now, next, logits));
        } else {
            SUCCEEDS(srnn_step(rig->model, rig->input + t * rig->step_stride * shape->inputs, now,
                               next, logits));
        }
        SAME_FLOATS(rig_view(rig, SRNN_VIEW_HIDDEN, t, 0), next, shape->hidden);
        SAME_FLOATS(rig_view(rig, SRNN_VIEW_LOGIT, t, 0), logits, shape->outputs);
    }
}

static void streaming(void **state)
{
    (void)state;
    for (uint32_t width = 1; width != 0; width = next_width(width)) {
        const struct shape shape = shape_of(width);
        struct rig rig;

        rig_open(&rig, &shape);
        SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, SRNN_INSTRUCTIONS_BASELINE));
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, *set));
            stream(&rig);
        }
        rig_close(&rig);
    }
}

/* Layers of which some tasks do the sweep of backward while the others read what was swept before
 * (lib/passes/overlap.c): one of them where nearly all the work is in the gradients of many inputs,
 * and all of them where there is one unit. */
static void overlapped(void **state)
{
    static const struct {
        uint32_t inputs, hidden, workspace_flags, features;
    } layers[] = {
        {1000, 5, 0, WITH_TARGET_IDS},
        {1, 1, SRNN_WORKSPACE_LAST_OUTPUT, WITH_TARGET_IDS | WITH_LAST},
        {7, 20, ALL_VIEWS, WITH_TARGET_IDS | WITH_MASK},
        {3, 27, 0, WITH_TARGET_IDS}, /* not for half vectors of AVX-512, as the others are */
    };

    (void)state;
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        struct shape shape = small_shape;
        uint64_t alone;

        shape.inputs = layers[i].inputs;
        shape.hidden = layers[i].hidden;
        shape.steps = 40;
        shape.sequences = 9;
        shape.workspace_flags = layers[i].workspace_flags;
        shape.features = layers[i].features | WITHOUT_OMEGA;
        alone = run_way(&shape, 0, NULL, NULL, 0);
        for (const uint32_t *set = instruction_sets(); *set != 0; set++) {
            for (uint32_t tasks = 2; tasks <= 4; tasks++) {
                assert_true(run_way(&shape, *set, run_reversed, NULL, tasks) == alone);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training),
        cmocka_unit_test(streaming),
        cmocka_unit_test(overlapped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
