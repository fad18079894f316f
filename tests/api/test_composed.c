/* test_composed.c - what users make of several models and passes: a stack, two directions, windows
 * that overlap */
#include <math.h>
#include <string.h>

#include "support.h"

/* Of difference_of(): what rounding and curvature leave. */
#define RIGHT 1e-3

/* Two models with a batch and a workspace each. What the sequences are like, both batches have from
 * the first rig. */
struct pair {
    struct rig first, second;
};

static void pair_open(struct pair *pair, const struct shape *first, const struct shape *second)
{
    rig_open(&pair->first, first);
    rig_open(&pair->second, second);
}

static void pair_close(struct pair *pair)
{
    rig_close(&pair->second);
    rig_close(&pair->first);
}

static double loss_of(struct rig *rig)
{
    double loss;

    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &loss, NULL));
    return loss;
}

/* backward into a gradient that was zero. */
static void gradient_of(struct rig *rig)
{
    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
}

/* The gradients of both models are those of the cost. */
static void both_right(struct pair *pair, double (*cost)(void *pair))
{
    struct rig *const rigs[] = {&pair->first, &pair->second};

    for (size_t i = 0; i < 2; i++) {
        NEAR(0.0, difference_of(rigs[i]->gradient, rigs[i]->parameters, rigs[i]->count, cost, pair),
             RIGHT);
    }
}

/* ------------------------------------------------------------------------
 * A stack
 * ------------------------------------------------------------------------ */

/* The hidden states of the first model are the inputs of the second, under the same lengths and
 * the same mask. */
static double stack_forward(void *context)
{
    struct pair *pair = context;
    struct rig *lower = &pair->first, *upper = &pair->second;
    const float *hidden;
    size_t step_stride, sequence_stride;
    uint32_t width;

    SUCCEEDS(srnn_forward(lower->model, lower->workspace, lower->batch));
    SUCCEEDS(srnn_workspace_view_const(lower->workspace, SRNN_VIEW_HIDDEN, &hidden, &step_stride,
                                       &sequence_stride, &width));
    assert_int_equal(width, upper->shape.inputs);
    SUCCEEDS(srnn_batch_input(upper->batch, hidden, step_stride, sequence_stride));
    SUCCEEDS(srnn_batch_lengths(upper->batch, lower->lengths));
    SUCCEEDS(srnn_batch_mask(upper->batch, lower->mask, lower->step_stride, 1));
    SUCCEEDS(srnn_forward(upper->model, upper->workspace, upper->batch));
    return loss_of(upper);
}

/* backward of both: the lower model has errors from the upper one alone. */
static void stack_backward(struct pair *pair)
{
    struct rig *lower = &pair->first, *upper = &pair->second;

    gradient_of(upper);
    SUCCEEDS(srnn_loss_begin(lower->workspace));
    for (uint32_t t = 0; t < lower->shape.steps; t++) {
        for (uint32_t s = 0; s < lower->shape.sequences; s++) {
            const float *from = rig_view(upper, SRNN_VIEW_INPUT_GRADIENT, t, s);
            float *to = rig_view(lower, SRNN_VIEW_HIDDEN_GRADIENT, t, s);

            for (uint32_t i = 0; i < lower->shape.hidden; i++) {
                to[i] += from[i];
            }
        }
    }
    gradient_of(lower);
}

/* The gradient of a stack, through lengths, gaps, learnt initial states and weights of the loss;
 * and on one forward as often as one likes. */
static void stack(void **state)
{
    static const uint32_t activations[] = {SRNN_HIDDEN_TANH, SRNN_HIDDEN_SIGMOID,
                                           SRNN_HIDDEN_LINEAR};

    (void)state;
    for (size_t a = 0; a < 3; a++) {
        struct shape lower = small_shape, upper = small_shape;
        const float *w_out, *h0;
        struct pair pair;

        lower.activation = activations[a];
        upper.activation = activations[2 - a];
        upper.inputs = lower.hidden;
        upper.hidden = 7;
        pair_open(&pair, &lower, &upper);
        (void)stack_forward(&pair);
        for (int round = 0; round < 2; round++) {
            (void)loss_of(&pair.second);
            stack_backward(&pair);
        }
        both_right(&pair, stack_forward);
        w_out = rig_tensor(&pair.first, "w_out", NULL, NULL);
        h0 = rig_tensor(&pair.first, "h0", NULL, NULL);
        for (const float *p = w_out; p < h0; p++) { /* the head that has no loss */
            assert_true(pair.first.gradient[p - pair.first.parameters] == 0.0f);
        }
        pair_close(&pair);
    }
}

/* ------------------------------------------------------------------------
 * Two directions
 * ------------------------------------------------------------------------ */

/* The step of the second direction, which reads from the end of a sequence, for one of the first.
 */
static uint32_t mirrored(const struct pair *pair, uint32_t step, uint32_t sequence)
{
    return pair->first.lengths[sequence] - 1 - step;
}

/* The second model reads the inputs of the first, each sequence from its end. The logits that have
 * the loss are the sum of both, in the view of the first. */
static double directions_forward(void *context)
{
    struct pair *pair = context;
    struct rig *onward = &pair->first, *back = &pair->second;
    const struct shape *shape = &onward->shape;

    SUCCEEDS(srnn_batch_lengths(back->batch, onward->lengths));
    SUCCEEDS(srnn_forward(onward->model, onward->workspace, onward->batch));
    SUCCEEDS(srnn_forward(back->model, back->workspace, back->batch));
    for (uint32_t s = 0; s < shape->sequences; s++) {
        for (uint32_t t = 0; t < onward->lengths[s]; t++) {
            float *sum = rig_view(onward, SRNN_VIEW_LOGIT, t, s);
            const float *other = rig_view(back, SRNN_VIEW_LOGIT, mirrored(pair, t, s), s);

            for (uint32_t i = 0; i < shape->outputs; i++) {
                sum[i] += other[i];
            }
        }
    }
    return loss_of(onward);
}

static void directions_backward(struct pair *pair)
{
    struct rig *onward = &pair->first, *back = &pair->second;

    SUCCEEDS(srnn_loss_begin(back->workspace));
    for (uint32_t s = 0; s < onward->shape.sequences; s++) {
        for (uint32_t t = 0; t < onward->lengths[s]; t++) {
            memcpy(rig_view(back, SRNN_VIEW_LOGIT_GRADIENT, mirrored(pair, t, s), s),
                   rig_view(onward, SRNN_VIEW_LOGIT_GRADIENT, t, s),
                   onward->shape.outputs * sizeof(float));
        }
    }
    gradient_of(onward);
    gradient_of(back);
}

/* Inputs of the second direction: those of the first, each sequence from its end. */
static void turn_inputs(struct pair *pair)
{
    const struct rig *onward = &pair->first, *back = &pair->second;
    const size_t inputs = onward->shape.inputs, sequences = onward->shape.sequences;

    for (uint32_t s = 0; s < sequences; s++) {
        for (uint32_t t = 0; t < onward->lengths[s]; t++) {
            memcpy(back->input + (mirrored(pair, t, s) * sequences + s) * inputs,
                   onward->input + (t * sequences + s) * inputs, inputs * sizeof(float));
        }
    }
}

/* The gradient of both directions, for each output kind. Errors, too, are counted from what is
 * written to LOGIT: with the targets there only sigmoid outputs differ from them, all of them. */
static void directions(void **state)
{
    static const uint32_t outputs[] = {SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SIGMOID,
                                       SRNN_OUTPUT_SOFTMAX};

    (void)state;
    for (size_t o = 0; o < 3; o++) {
        struct shape shape = small_shape;
        uint64_t wrong = 0, steps = 0;
        struct pair pair;

        shape.output = outputs[o];
        shape.features = WITH_LENGTHS | WITH_WEIGHTS;
        pair_open(&pair, &shape, &shape);
        for (size_t i = 0; i < pair.second.count; i++) { /* another network than the first */
            pair.second.parameters[i] = -pair.first.parameters[i];
        }
        turn_inputs(&pair);
        (void)directions_forward(&pair);
        directions_backward(&pair);
        both_right(&pair, directions_forward);

        (void)directions_forward(&pair);
        for (uint32_t s = 0; s < shape.sequences; s++) {
            for (uint32_t t = 0; t < pair.first.lengths[s]; t++) {
                memcpy(rig_view(&pair.first, SRNN_VIEW_LOGIT, t, s),
                       pair.first.target + (t * shape.sequences + s) * shape.outputs,
                       shape.outputs * sizeof(float));
            }
        }
        SUCCEEDS(srnn_count_errors(pair.first.model, pair.first.workspace, pair.first.batch, 0.0,
                                   &wrong, &steps, NULL, NULL));
        assert_true(steps > 0);
        assert_int_equal(wrong, outputs[o] == SRNN_OUTPUT_SIGMOID ? steps : 0);
        pair_close(&pair);
    }
}

/* ------------------------------------------------------------------------
 * Windows
 * ------------------------------------------------------------------------ */

enum { CHUNK = 3, CHUNKS = 5 };

/* A long pass over CHUNKS chunks, and windows of two of them. */
struct windows {
    struct rig rig;
    float *weights; /* [2 CHUNK x sequences] of a window: 0, then 1 */
    float *start;   /* [sequences x hidden] the state before the window */
    uint32_t chunk; /* the first of the window */
};

/* The batch is `steps` steps from step `first` on. */
static void take_steps(struct rig *rig, uint32_t first, uint32_t steps, const float *weights)
{
    const uint32_t sequences = rig->shape.sequences;

    SUCCEEDS(srnn_batch_begin(rig->batch, steps, sequences));
    SUCCEEDS(srnn_batch_input_ids(rig->batch, rig->ids + first * sequences, sequences, 1));
    SUCCEEDS(srnn_batch_target_ids(rig->batch, rig->target_ids + first * sequences, sequences, 1));
    SUCCEEDS(srnn_batch_weights(rig->batch, weights, sequences, 1));
}

/* A window from the state before it. Returns the loss of its later chunk. */
static double window_forward(void *context)
{
    struct windows *windows = context;
    struct rig *rig = &windows->rig;

    take_steps(rig, windows->chunk * CHUNK, 2 * CHUNK, windows->weights);
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, windows->start, rig->shape.hidden,
                                      rig->shape.sequences));
    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    return loss_of(rig);
}

/* The losses of the windows' later chunks, each window begun from a step of the one before, add up
 * to that of one pass. Each window's gradient is that of its loss with its first state fixed. */
static void windows_that_overlap(void **state)
{
    const struct shape shape = {.inputs = 4,
                                .hidden = 6,
                                .outputs = 3,
                                .activation = SRNN_HIDDEN_TANH,
                                .output = SRNN_OUTPUT_SOFTMAX,
                                .model_flags = SRNN_MODEL_LEARNED_STATE,
                                .steps = CHUNK * CHUNKS,
                                .sequences = 4,
                                .features = WITH_IDS | WITH_TARGET_IDS,
                                .regularizer_kind = SRNN_OMEGA_PAPER,
                                .clipper_kind = SRNN_CLIP_NORM,
                                .optimizer_kind = SRNN_OPTIMIZER_SGD};
    const size_t states = (size_t)shape.sequences * shape.hidden;
    struct windows windows = {.chunk = 0};
    struct rig *rig = &windows.rig;
    double whole, sum = 0.0;
    float *weights;

    (void)state;
    rig_open(rig, &shape);
    weights = heap_array(&rig->heap, shape.steps * shape.sequences, sizeof *weights);
    windows.start = heap_array(&rig->heap, states, sizeof *windows.start);
    for (size_t i = 0; i < (size_t)shape.steps * shape.sequences; i++) {
        weights[i] = i < CHUNK * (size_t)shape.sequences ? 0.0f : 1.0f;
    }
    windows.weights = weights;
    take_steps(rig, 0, shape.steps, weights);
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    whole = loss_of(rig);

    for (uint32_t s = 0; s < shape.sequences; s++) {
        SUCCEEDS(srnn_initial_state(rig->model, windows.start + s * shape.hidden, shape.hidden));
    }
    for (; windows.chunk + 2 <= CHUNKS; windows.chunk++) {
        sum += window_forward(&windows);
        gradient_of(rig);
        NEAR(0.0,
             difference_of(rig->gradient, rig->parameters, rig->count, window_forward, &windows),
             RIGHT);
        (void)window_forward(&windows);
        memcpy(windows.start, rig_view(rig, SRNN_VIEW_HIDDEN, CHUNK - 1, 0),
               states * sizeof *windows.start);
    }
    NEAR(whole, sum, 1e-9);
    rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stack),
        cmocka_unit_test(directions),
        cmocka_unit_test(windows_that_overlap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
