/* test_views.c - the same bits whatever a workspace keeps
 *
 * What is kept for a view decides how backward computes: where nobody looks at the errors, Omega's
 * terms write those of the step before. */
#include <string.h>

#include "support.h"

/* With one loss a sequence, after its last step, and without a mask. */
static const struct shape last_loss = {
    .inputs = 3,
    .hidden = 9,
    .outputs = 4,
    .activation = SRNN_HIDDEN_TANH,
    .output = SRNN_OUTPUT_SOFTMAX,
    .model_flags = SRNN_MODEL_LEARNED_STATE,
    .steps = 12,
    .sequences = 5,
    .features = WITH_TARGET_IDS | WITH_LAST | WITH_LENGTHS,
    .regularizer_kind = SRNN_OMEGA_PAPER,
    .clipper_kind = SRNN_CLIP_NORM,
    .optimizer_kind = SRNN_OPTIMIZER_SGD,
};

/* Run the passes of a rig: its gradient, with Omega's. Returns Omega. */
static double passes(struct rig *rig)
{
    double omega = -1.0;

    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    rig_forward(rig);
    SUCCEEDS(
        srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count));
    SUCCEEDS(
        srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, &omega));
    return omega;
}

static void views(void **state)
{
    static const uint32_t flags[] = {
        SRNN_WORKSPACE_LAST_OUTPUT, SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT,
        SRNN_WORKSPACE_KEEP_INPUT_GRADIENT, SRNN_WORKSPACE_KEEP_FLOW, SRNN_WORKSPACE_FRUGAL};
    struct shape shape = last_loss;
    struct rig all;
    double omega;

    (void)state;
    shape.workspace_flags = SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT |
                            SRNN_WORKSPACE_KEEP_INPUT_GRADIENT | SRNN_WORKSPACE_KEEP_FLOW;
    rig_open(&all, &shape);
    omega = passes(&all);
    assert_true(omega > 0.0);
    for (uint32_t set = 0; set < 1u << 5; set++) {
        const size_t pairs = (size_t)shape.steps * shape.sequences;
        struct rig some;

        shape.workspace_flags = 0;
        for (size_t i = 0; i < 5; i++) {
            shape.workspace_flags |= (set >> i & 1u) != 0 ? flags[i] : 0;
        }
        rig_open(&some, &shape);
        NEAR(omega, passes(&some), 0.0);
        SAME_FLOATS(all.gradient, some.gradient, all.count);
        if ((shape.workspace_flags & SRNN_WORKSPACE_KEEP_FLOW) != 0) {
            SAME_FLOATS(rig_view(&all, SRNN_VIEW_FLOW, 0, 0), rig_view(&some, SRNN_VIEW_FLOW, 0, 0),
                        pairs);
        }
        if ((shape.workspace_flags & SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT) != 0) {
            SAME_FLOATS(rig_view(&all, SRNN_VIEW_HIDDEN_GRADIENT, 0, 0),
                        rig_view(&some, SRNN_VIEW_HIDDEN_GRADIENT, 0, 0), pairs * shape.hidden);
        }
        if ((shape.workspace_flags & SRNN_WORKSPACE_KEEP_INPUT_GRADIENT) != 0) {
            SAME_FLOATS(rig_view(&all, SRNN_VIEW_INPUT_GRADIENT, 0, 0),
                        rig_view(&some, SRNN_VIEW_INPUT_GRADIENT, 0, 0), pairs * shape.inputs);
        }
        rig_close(&some);
    }
    rig_close(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
