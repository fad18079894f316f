/* test_backward.c - backward: errors, order, what it adds */
#include <float.h>
#include <math.h>
#include <string.h>

#include "passes.h"

static void backward_out_of_order(void **state)
{
    struct rig *rig = *state;

    REFUSES(&rig->heap, SRNN_E_STATE, backward(rig));
    SUCCEEDS(forward(rig));
    REFUSES(&rig->heap, SRNN_E_STATE, backward(rig));
    SUCCEEDS(rig_count_errors(rig, 0.5));
    REFUSES(&rig->heap, SRNN_E_STATE, backward(rig));
    SUCCEEDS(loss(rig));
    SUCCEEDS(backward(rig));
    REFUSES(&rig->heap, SRNN_E_STATE, backward(rig));
    SUCCEEDS(loss(rig));
    SUCCEEDS(backward(rig));
}

static void backward_of_another_shape(void **state)
{
    struct rig *rig = *state;
    const size_t counts[] = {0, 1, rig->count - 1, rig->count + 1, SIZE_MAX};
    srnn_regularizer *other = NULL;

    SUCCEEDS(srnn_regularizer_create(heap_allocate, &rig->heap,
                                     model_of(rig, 3, 6, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX),
                                     SRNN_OMEGA_PAPER, &other));
    rig_forward(rig);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        REFUSES(&rig->heap, SRNN_E_SHAPE,
                srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, counts[i]));
    }
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_backward(rig->model, rig->workspace, other, rig->gradient, rig->count));
    SUCCEEDS(backward(rig));
    srnn_regularizer_destroy(other);
}

/* backward adds to what the gradient holds, and adds the same bits each time. */
static void backward_adds(void **state)
{
    struct rig *rig = *state;
    float *once = heap_array(&rig->heap, rig->count, sizeof *once);
    float *again = heap_array(&rig->heap, rig->count, sizeof *again);
    double largest = 0.0;

    memset(once, 0, rig->count * sizeof *once);
    memset(again, 0, rig->count * sizeof *again);
    rig_forward(rig);
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, once, rig->count));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.25, NULL, NULL));
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, again, rig->count));
    SAME_FLOATS(once, again, rig->count);
    for (size_t i = 0; i < rig->count; i++) {
        again[i] = 100.0f;
        largest = fmax(largest, fabs((double)once[i]));
    }
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.25, NULL, NULL));
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, again, rig->count));
    for (size_t i = 0; i < rig->count; i++) {
        NEAR(100.0 + (double)once[i], (double)again[i], 1e-3);
    }
    assert_true(largest > 1e-3);
}

/* What is added to HIDDEN_GRADIENT between loss and backward counts, for every loss on a forward.
 * What was added before a loss counts for the first one only: the loss after a backward zeroes what
 * backward left there. */
static void errors_of_the_callers(void **state)
{
    struct rig *rig = *state;
    const size_t bytes = rig->count * sizeof *rig->gradient;
    float *without = heap_array(&rig->heap, rig->count, sizeof *without);
    float *with = heap_array(&rig->heap, rig->count, sizeof *with);

    memset(without, 0, bytes);
    SUCCEEDS(forward(rig));
    SUCCEEDS(loss(rig));
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, without, rig->count));
    for (int round = 0; round < 2; round++) {
        for (int is_before = 0; is_before < 2; is_before++) {
            memset(rig->gradient, 0, bytes);
            if (round == 0) {
                SUCCEEDS(forward(rig));
            }
            if (is_before) {
                rig_view(rig, SRNN_VIEW_HIDDEN_GRADIENT, 0, 0)[0] += 5.0f;
            }
            SUCCEEDS(loss(rig));
            if (!is_before) {
                rig_view(rig, SRNN_VIEW_HIDDEN_GRADIENT, 0, 0)[0] += 5.0f;
            }
            SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
            if (round == 0 && !is_before) {
                memcpy(with, rig->gradient, bytes);
                assert_memory_not_equal(with, without, bytes);
            } else {
                SAME_FLOATS(round == 1 && is_before ? without : with, rig->gradient, rig->count);
            }
        }
    }
}

/* A limit of the error clips an infinite error as long as it is a float: up to FLT_MAX. The error
 * of the only state is dE/dz w_out = 1e50, and the gradient of b_rec is what the limit leaves. */
static void error_limits_up_to_the_largest_float(void **state)
{
    static const double limits[] = {1.0, 3.4e38, 3.4027e38, FLT_MAX, 1e39, INFINITY};
    const struct shape shape = {.inputs = 1,
                                .hidden = 1,
                                .outputs = 1,
                                .activation = SRNN_HIDDEN_LINEAR,
                                .output = SRNN_OUTPUT_LINEAR,
                                .steps = 1,
                                .sequences = 1,
                                .regularizer_kind = SRNN_OMEGA_PAPER,
                                .clipper_kind = SRNN_CLIP_NORM,
                                .optimizer_kind = SRNN_OPTIMIZER_SGD};
    struct rig rig;
    size_t b_rec;

    (void)state;
    rig_open(&rig, &shape);
    rig_tensor(&rig, "w_out", NULL, NULL)[0] = 1e20f;
    rig.target[0] = -1e30f;
    b_rec = (size_t)(rig_tensor(&rig, "b_rec", NULL, NULL) - rig.parameters);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const float expected = limits[i] <= FLT_MAX ? (float)limits[i] : INFINITY;

        SUCCEEDS(srnn_workspace_set(rig.workspace, SRNN_WORKSPACE_ERROR_LIMIT, limits[i]));
        memset(rig.gradient, 0, rig.count * sizeof *rig.gradient);
        SUCCEEDS(forward(&rig));
        SUCCEEDS(loss(&rig));
        SUCCEEDS(srnn_backward(rig.model, rig.workspace, NULL, rig.gradient, rig.count));
        SAME_FLOATS(&expected, rig.gradient + b_rec, 1);
    }
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(backward_out_of_order),
        RIG_TEST(backward_of_another_shape),
        RIG_TEST(backward_adds),
        RIG_TEST(errors_of_the_callers),
        cmocka_unit_test(error_limits_up_to_the_largest_float),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
