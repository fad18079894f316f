/* test_pieces.c - the same bits of a batch that is whole, cut into pieces, or streamed */
#include <math.h>
#include <string.h>

#include "support.h"

/* Whether the last forward left logits of pair (t, s), and in which row. */
static int has_logits(const struct rig *rig, uint32_t t, uint32_t s)
{
    if ((rig->shape.features & WITH_LAST) == 0) {
        return rig_live(rig, t, s);
    }
    for (uint32_t later = t + 1; later < rig->shape.steps; later++) {
        if (rig_live(rig, later, s)) {
            return 0;
        }
    }
    return rig_live(rig, t, s);
}

static uint32_t logit_step(const struct rig *rig, uint32_t t)
{
    return (rig->shape.features & WITH_LAST) != 0 ? 0 : t;
}

/* The states, logits and the loss's gradients of sequences from `first` on in `part`, whose
 * sequence 0 is the `first`th of `whole`, are the same. */
static void same_sequences(struct rig *whole, struct rig *part, uint32_t first, uint32_t count)
{
    const struct shape *shape = &whole->shape;

    for (uint32_t t = 0; t < shape->steps; t++) {
        for (uint32_t s = 0; s < count; s++) {
            SAME_FLOATS(rig_view(whole, SRNN_VIEW_HIDDEN, t, first + s),
                        rig_view(part, SRNN_VIEW_HIDDEN, t, s), shape->hidden);
            if (has_logits(whole, t, first + s)) {
                const uint32_t row = logit_step(whole, t);
                SAME_FLOATS(rig_view(whole, SRNN_VIEW_LOGIT, row, first + s),
                            rig_view(part, SRNN_VIEW_LOGIT, row, s), shape->outputs);
                SAME_FLOATS(rig_view(whole, SRNN_VIEW_LOGIT_GRADIENT, row, first + s),
                            rig_view(part, SRNN_VIEW_LOGIT_GRADIENT, row, s), shape->outputs);
            }
        }
    }
}

/* A batch whole and cut into pieces of sequences. */
static void split_by_sequences(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig whole, part;
        rig_open(&whole, &shapes[i]);
        rig_open(&part, &shapes[i]);
        SUCCEEDS(srnn_forward(whole.model, whole.workspace, whole.batch));
        SUCCEEDS(srnn_loss(whole.model, whole.workspace, whole.batch, 0.5, NULL, NULL));
        for (uint32_t piece = 1; piece <= shapes[i].sequences; piece++) {
            for (uint32_t first = 0; first < shapes[i].sequences; first += piece) {
                const uint32_t left = shapes[i].sequences - first;
                const uint32_t count = piece < left ? piece : left;
                rig_describe(&part, part.batch, first, count);
                SUCCEEDS(srnn_forward(part.model, part.workspace, part.batch));
                SUCCEEDS(srnn_loss(part.model, part.workspace, part.batch, 0.5, NULL, NULL));
                same_sequences(&whole, &part, first, count);
            }
        }
        rig_close(&part);
        rig_close(&whole);
    }
}

/* Outputs of many rows, of each of them, and in place. Among the logits are some that
 * overflow or are no numbers. */
static void outputs_of_any_rows(void **state)
{
    enum { ROWS = 20, WIDEST = 70 };
    static const uint32_t kinds[] = {SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SIGMOID, SRNN_OUTPUT_SOFTMAX};
    const float strange[] = {INFINITY, -INFINITY, NAN, -0.0f, 3e38f, -3e38f, 1e-40f};
    static float logits[ROWS * WIDEST], together[ROWS * WIDEST], alone[ROWS * WIDEST];

    (void)state;
    for (uint32_t width = 1; width <= WIDEST; width++) {
        for (size_t kind = 0; kind < 3; kind++) {
            struct shape shape = small_shape;
            struct rig rig;
            shape.outputs = width;
            shape.output = kinds[kind];
            shape.features &= ~(uint32_t)WITH_TARGET_IDS;
            rig_open(&rig, &shape);
            for (size_t i = 0; i < (size_t)ROWS * width; i++) {
                const size_t place = i * 2654435761u % 97u;
                logits[i] =
                    place < 7 ? strange[place] : 20.0f * srnn_random_uniform(rig.random) - 10.0f;
            }
            SUCCEEDS(srnn_outputs(rig.model, logits, ROWS, together));
            for (size_t row = 0; row < ROWS; row++) {
                SUCCEEDS(srnn_outputs(rig.model, logits + row * width, 1, alone + row * width));
            }
            SAME_FLOATS(alone, together, (size_t)ROWS * width);
            SUCCEEDS(srnn_outputs(rig.model, logits, ROWS, logits));
            SAME_FLOATS(alone, logits, (size_t)ROWS * width);
            rig_close(&rig);
        }
    }
}

/* One long forward and forward_continue over pieces of it, from 1 step each on. */
static void continue_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct shape shape = shapes[i];
        struct rig rig;
        float *whole;
        size_t states;
        shape.features &= WITH_IDS | WITH_BATCH_MAJOR;
        shape.workspace_flags = 0;
        states = (size_t)shape.sequences * shape.hidden;
        rig_open(&rig, &shape);
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        whole = heap_array(&rig.heap, states * shape.steps, sizeof *whole);
        memcpy(whole, rig_view(&rig, SRNN_VIEW_HIDDEN, 0, 0), states * shape.steps * sizeof *whole);
        for (uint32_t piece = 1; piece <= shape.steps; piece++) {
            for (uint32_t first = 0; first < shape.steps; first += piece) {
                const uint32_t left = shape.steps - first;
                const uint32_t count = piece < left ? piece : left;
                const size_t at = first * rig.step_stride;
                SUCCEEDS(srnn_batch_begin(rig.batch, count, shape.sequences));
                if ((shape.features & WITH_IDS) != 0) {
                    SUCCEEDS(srnn_batch_input_ids(rig.batch, rig.ids + at, rig.step_stride,
                                                  rig.sequence_stride));
                } else {
                    SUCCEEDS(srnn_batch_input(rig.batch, rig.input + at * shape.inputs,
                                              rig.step_stride * shape.inputs,
                                              rig.sequence_stride * shape.inputs));
                }
                SUCCEEDS((first == 0 ? srnn_forward
                                     : srnn_forward_continue)(rig.model, rig.workspace, rig.batch));
                SAME_FLOATS(whole + first * states, rig_view(&rig, SRNN_VIEW_HIDDEN, 0, 0),
                            count * states);
            }
            SUCCEEDS(
                srnn_workspace_get_state(rig.workspace, rig.state, shape.hidden, shape.sequences));
            SAME_FLOATS(whole + (shape.steps - 1) * states, rig.state, states);
        }
        rig_close(&rig);
    }
}

/* A state copied by get_state and set_state, with gaps between its rows, leads to the bits of the
 * carried one. */
static void carried_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const struct shape *shape = &shapes[i];
        const size_t stride = shape->hidden + 3;
        struct rig here, there;
        float *handed;
        rig_open(&here, shape);
        rig_open(&there, shape);
        handed = heap_array(&here.heap, shape->sequences * stride, sizeof *handed);
        SUCCEEDS(srnn_forward(here.model, here.workspace, here.batch));
        SUCCEEDS(srnn_workspace_get_state(here.workspace, handed, stride, shape->sequences));
        SUCCEEDS(srnn_workspace_set_state(there.workspace, handed, stride, shape->sequences));
        SUCCEEDS(srnn_forward_continue(here.model, here.workspace, here.batch));
        SUCCEEDS(srnn_forward_continue(there.model, there.workspace, there.batch));
        SUCCEEDS(srnn_loss(here.model, here.workspace, here.batch, 0.5, NULL, NULL));
        SUCCEEDS(srnn_loss(there.model, there.workspace, there.batch, 0.5, NULL, NULL));
        same_sequences(&here, &there, 0, shape->sequences);
        rig_close(&there);
        rig_close(&here);
    }
}

/* Streaming step by step computes the states and logits of forward; dead pairs are not streamed. */
static void stream(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const struct shape *shape = &shapes[i];
        float *now, *next, *logits;
        struct rig rig;
        rig_open(&rig, shape);
        now = heap_array(&rig.heap, shape->hidden, sizeof *now);
        next = heap_array(&rig.heap, shape->hidden, sizeof *next);
        logits = heap_array(&rig.heap, shape->outputs, sizeof *logits);
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        for (uint32_t s = 0; s < shape->sequences; s++) {
            SUCCEEDS(srnn_initial_state(rig.model, now, shape->hidden));
            for (uint32_t t = 0; t < shape->steps; t++) {
                const size_t at = t * rig.step_stride + s * rig.sequence_stride;
                float *swapped = now;
                if (!rig_live(&rig, t, s)) {
                    continue;
                }
                if ((shape->features & WITH_IDS) != 0) {
                    SUCCEEDS(srnn_step_id(rig.model, rig.ids[at], now, next, logits));
                } else {
                    SUCCEEDS(
                        srnn_step(rig.model, rig.input + at * shape->inputs, now, next, logits));
                }
                now = next;
                next = swapped;
                SAME_FLOATS(rig_view(&rig, SRNN_VIEW_HIDDEN, t, s), now, shape->hidden);
                if (has_logits(&rig, t, s)) {
                    SAME_FLOATS(rig_view(&rig, SRNN_VIEW_LOGIT, logit_step(&rig, t), s), logits,
                                shape->outputs);
                }
            }
        }
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_by_sequences),
        cmocka_unit_test(outputs_of_any_rows),
        cmocka_unit_test(continue_in_pieces),
        cmocka_unit_test(carried_by_hand),
        cmocka_unit_test(stream),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
