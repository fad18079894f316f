/* test_own_loss.c - losses that are the caller's own: where they begin, and what they count for */
#include <math.h>
#include <string.h>

#include "support.h"

static int32_t backward(struct rig *rig)
{
    return srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count);
}

/* backward into a gradient that was zero. */
static void gradient_of(struct rig *rig, float *gradient)
{
    memset(gradient, 0, rig->count * sizeof *gradient);
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, gradient, rig->count));
}

/* A copy of what the loss has written to LOGIT_GRADIENT [steps x sequences x outputs], 0 at dead
 * pairs. */
static float *copy_logit_gradient(struct rig *rig)
{
    const struct shape *shape = &rig->shape;
    const size_t pairs = (size_t)shape->steps * shape->sequences;
    float *logit_gradient = heap_array(&rig->heap, pairs * shape->outputs, sizeof *logit_gradient);

    memset(logit_gradient, 0, pairs * shape->outputs * sizeof *logit_gradient);
    for (uint32_t t = 0; t < shape->steps; t++) {
        for (uint32_t s = 0; s < shape->sequences; s++) {
            if (rig_live(rig, t, s)) {
                memcpy(logit_gradient + (t * shape->sequences + s) * shape->outputs,
                       rig_view(rig, SRNN_VIEW_LOGIT_GRADIENT, t, s),
                       shape->outputs * sizeof *logit_gradient);
            }
        }
    }
    return logit_gradient;
}

/* Write a gradient on the logits [steps x sequences x outputs], times a factor, into
 * LOGIT_GRADIENT. */
static void write_logit_gradient(struct rig *rig, const float *logit_gradient, float factor)
{
    const struct shape *shape = &rig->shape;

    for (uint32_t t = 0; t < shape->steps; t++) {
        for (uint32_t s = 0; s < shape->sequences; s++) {
            float *const row = rig_view(rig, SRNN_VIEW_LOGIT_GRADIENT, t, s);

            for (uint32_t i = 0; rig_live(rig, t, s) && i < shape->outputs; i++) {
                row[i] = factor * logit_gradient[(t * shape->sequences + s) * shape->outputs + i];
            }
        }
    }
}

/* Forward, the library's loss and backward. Returns the gradient, and through `logit_gradient` what
 * the loss wrote to LOGIT_GRADIENT. */
static float *gradient_by_library(struct rig *rig, float **logit_gradient)
{
    float *gradient = heap_array(&rig->heap, rig->count, sizeof *gradient);

    rig_forward(rig);
    *logit_gradient = copy_logit_gradient(rig);
    gradient_of(rig, gradient);
    return gradient;
}

/* A loss begins after a forward, and as often as the caller likes. */
static void begins_in_order(void **state)
{
    struct rig *rig = *state;

    FOR_BAD_HANDLES(rig, HANDLE_WORKSPACE, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_loss_begin(bad));
    }
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_loss_begin(rig->workspace));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    REFUSES(&rig->heap, SRNN_E_STATE, backward(rig));
    SUCCEEDS(srnn_loss_begin(rig->workspace));
    SUCCEEDS(srnn_loss_begin(rig->workspace));
    SUCCEEDS(backward(rig));
    REFUSES(&rig->heap, SRNN_E_STATE, backward(rig));
    SUCCEEDS(srnn_loss_begin(rig->workspace));
    SUCCEEDS(backward(rig));
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden, 4));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_loss_begin(rig->workspace));
}

/* The same where only the last logits are kept, a row for each sequence. A frugal backward, which
 * computes states again, shows whether the loss wrote to more than those rows. */
static void counts_at_the_last_step(void **state)
{
    static const uint32_t flags[] = {0, SRNN_WORKSPACE_FRUGAL};

    (void)state;
    for (size_t f = 0; f < sizeof flags / sizeof flags[0]; f++) {
        struct shape shape = small_shape;
        float by_library[512], logit_gradient[4 * 4];
        struct rig rig;

        shape.workspace_flags = SRNN_WORKSPACE_LAST_OUTPUT | flags[f];
        shape.features = WITH_TARGET_IDS | WITH_LAST;
        rig_open(&rig, &shape);
        assert_true(rig.count <= 512 && shape.sequences == 4 && shape.outputs == 4);
        rig_forward(&rig);
        memcpy(logit_gradient, rig_view(&rig, SRNN_VIEW_LOGIT_GRADIENT, 0, 0),
               sizeof logit_gradient);
        gradient_of(&rig, by_library);
        assert_false(by_library[0] == 0.0f);

        SUCCEEDS(srnn_loss_begin(rig.workspace));
        gradient_of(&rig, rig.gradient);
        for (size_t i = 0; i < rig.count; i++) {
            assert_true(rig.gradient[i] == 0.0f);
        }
        SUCCEEDS(srnn_loss_begin(rig.workspace));
        memcpy(rig_view(&rig, SRNN_VIEW_LOGIT_GRADIENT, 0, 0), logit_gradient,
               sizeof logit_gradient);
        gradient_of(&rig, rig.gradient);
        SAME_FLOATS(by_library, rig.gradient, rig.count);
        rig_close(&rig);
    }
}

/* The library's gradient, written through the view, counts as its own loss does. Where nothing is
 * written there is no gradient. */
static void counts_as_the_librarys(void **state)
{
    struct rig *rig = *state;
    float *logit_gradient;
    const float *by_library = gradient_by_library(rig, &logit_gradient);

    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss_begin(rig->workspace));
    write_logit_gradient(rig, logit_gradient, 1.0f);
    gradient_of(rig, rig->gradient);
    SAME_FLOATS(by_library, rig->gradient, rig->count);

    SUCCEEDS(srnn_loss_begin(rig->workspace));
    gradient_of(rig, rig->gradient);
    for (size_t i = 0; i < rig->count; i++) {
        assert_true(rig->gradient[i] == 0.0f);
    }
}

/* Losses of the caller's and of the library's follow one another on one forward, in any order: each
 * backward is that of the last loss alone, with nothing left of the others in HIDDEN_GRADIENT. */
static void repeats_on_one_forward(void **state)
{
    static const int own[] = {0, 1, 1, 0, 1};
    struct rig *rig = *state;
    float *logit_gradient;
    const float *once = gradient_by_library(rig, &logit_gradient);

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (own[i]) {
            SUCCEEDS(srnn_loss_begin(rig->workspace));
            write_logit_gradient(rig, logit_gradient, 1.0f);
        } else {
            SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.25, NULL, NULL));
        }
        gradient_of(rig, rig->gradient);
        SAME_FLOATS(once, rig->gradient, rig->count);
    }
    /* A power of two scales every step of the arithmetic without rounding. */
    SUCCEEDS(srnn_loss_begin(rig->workspace));
    write_logit_gradient(rig, logit_gradient, 2.0f);
    gradient_of(rig, rig->gradient);
    for (size_t i = 0; i < rig->count; i++) {
        assert_true(rig->gradient[i] == 2.0f * once[i]);
    }
}

/* Add dE/dz_t W_out^T of the gradient on the logits [steps x sequences x outputs] to
 * HIDDEN_GRADIENT: what a layer above that consists of this head would hand down. */
static void add_from_above(struct rig *rig, const float *logit_gradient)
{
    const struct shape *shape = &rig->shape;
    const float *w_out = rig_tensor(rig, "w_out", NULL, NULL);

    for (uint32_t t = 0; t < shape->steps; t++) {
        for (uint32_t s = 0; s < shape->sequences; s++) {
            const float *dz = logit_gradient + (t * shape->sequences + s) * shape->outputs;
            float *const error = rig_view(rig, SRNN_VIEW_HIDDEN_GRADIENT, t, s);

            for (uint32_t i = 0; i < shape->hidden; i++) {
                double sum = 0.0;

                for (uint32_t k = 0; k < shape->outputs; k++) {
                    sum += (double)dz[k] * (double)w_out[i * shape->outputs + k];
                }
                error[i] += (float)sum;
            }
        }
    }
}

/* A layer without a loss of its own takes its errors from the layer above alone: the same gradient
 * as with the head inside, and none for the head. No view of the logits is needed. */
static void layer_without_a_loss(void **state)
{
    struct rig *rig = *state;
    float *logit_gradient;
    const float *with_head = gradient_by_library(rig, &logit_gradient);
    const float *w_out = rig_tensor(rig, "w_out", NULL, NULL);
    const float *h0 = rig_tensor(rig, "h0", NULL, NULL);
    double largest = 0.0;

    for (int run = 0; run < 2; run++) {
        SUCCEEDS(srnn_loss_begin(rig->workspace));
        add_from_above(rig, logit_gradient);
        gradient_of(rig, rig->gradient);
        for (size_t i = 0; i < rig->count; i++) {
            const float *parameter = rig->parameters + i;
            const int of_head = parameter >= w_out && parameter < h0;

            NEAR(of_head ? 0.0 : (double)with_head[i], (double)rig->gradient[i],
                 of_head ? 0.0 : 1e-6);
            largest = fmax(largest, of_head ? 0.0 : fabs((double)with_head[i]));
        }
    }
    assert_true(largest > 1e-2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(begins_in_order),
        RIG_TEST(counts_as_the_librarys),
        cmocka_unit_test(counts_at_the_last_step),
        RIG_TEST(repeats_on_one_forward),
        RIG_TEST(layer_without_a_loss),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
