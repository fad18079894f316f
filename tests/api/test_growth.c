/* test_growth.c - the limit on the growth of errors, SRNN_WORKSPACE_ERROR_GROWTH */
#include <float.h>
#include <math.h>
#include <string.h>

#include "support.h"

#define ALL_VIEWS                                                                                  \
    (SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT | SRNN_WORKSPACE_KEEP_INPUT_GRADIENT |                    \
     SRNN_WORKSPACE_KEEP_FLOW)

/* Roundings of a float norm that was scaled to its limit. */
#define ROUNDING 1e-5

static double norm_of(const float *row, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        sum += (double)row[i] * (double)row[i];
    }
    return sqrt(sum);
}

static int is_finite(double value)
{
    return fabs(value) <= DBL_MAX;
}

/* Forward, loss, errors of the caller's own of this size at every pair where `own` is not 0, and
 * backward, with this growth. */
static void backward(struct rig *rig, double growth, float own)
{
    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    SUCCEEDS(srnn_workspace_set(rig->workspace, SRNN_WORKSPACE_ERROR_GROWTH, growth));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.25, NULL, NULL));
    for (uint32_t t = 0; own != 0.0f && t < rig->shape.steps; t++) {
        for (uint32_t s = 0; s < rig->shape.sequences; s++) {
            float *const row = rig_view(rig, SRNN_VIEW_HIDDEN_GRADIENT, t, s);

            for (uint32_t i = 0; i < rig->shape.hidden; i++) {
                row[i] = own * (float)((t + 3 * s + 5 * i) % 7) - 3.0f * own;
            }
        }
    }
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
}

/* The norm of what backward() lets enter pair (t, s) of a rig with a loss at every step. */
static double entering(struct rig *rig, uint32_t t, uint32_t s, float own)
{
    const uint32_t hidden = rig->shape.hidden;
    const uint32_t outputs = rig->shape.outputs;
    const float *const w_out = rig_tensor(rig, "w_out", NULL, NULL);
    const float *const dz = rig_view(rig, SRNN_VIEW_LOGIT_GRADIENT, t, s);
    double sum = 0.0;

    for (uint32_t i = 0; i < hidden; i++) {
        double error = (double)(own * (float)((t + 3 * s + 5 * i) % 7) - 3.0f * own);

        for (uint32_t k = 0; rig_live(rig, t, s) && k < outputs; k++) {
            error += (double)dz[k] * (double)w_out[i * outputs + k];
        }
        sum += error * error;
    }
    return sqrt(sum);
}

/* Compares a backward with a growth limit with what the limit promises. Returns the number of live
 * pairs whose error is at its limit. */
static size_t check_bounds(struct rig *rig, double growth, float own)
{
    const struct shape *const shape = &rig->shape;
    size_t limited = 0;

    backward(rig, growth, own);
    for (uint32_t s = 0; s < shape->sequences; s++) {
        double largest = 0.0;

        for (uint32_t t = shape->steps; t-- > 0;) {
            const double flow = (double)*rig_view(rig, SRNN_VIEW_FLOW, t, s);
            const float *const error = rig_view(rig, SRNN_VIEW_HIDDEN_GRADIENT, t, s);

            largest = fmax(largest, entering(rig, t, s, own));
            if (!rig_live(rig, t, s)) {
                assert_true(flow == 0.0);
                continue;
            }
            assert_true(flow <= growth * largest * (1.0 + ROUNDING));
            limited += flow > 0.0 && flow >= growth * largest * (1.0 - ROUNDING);
            NEAR(flow, norm_of(error, shape->hidden), flow * ROUNDING);
        }
    }
    return limited;
}

/* No error is longer than the limit allows, whatever enters, at dead pairs too, and some would
 * be. A tighter limit holds back more. */
static void bounds(void **state)
{
    static const double growths[] = {1.0, 1.25, 2.0};
    const struct shape shape = {4,
                                24,
                                3,
                                SRNN_HIDDEN_LINEAR,
                                SRNN_OUTPUT_SOFTMAX,
                                0,
                                30,
                                6,
                                ALL_VIEWS,
                                WITH_TARGET_IDS | WITH_LENGTHS | WITH_MASK,
                                SRNN_OMEGA_PAPER,
                                SRNN_CLIP_NORM,
                                SRNN_OPTIMIZER_SGD};
    static const float owns[] = {0.0f, 1e-3f, 1.0f};
    struct rig rig;

    (void)state;
    rig_open(&rig, &shape);
    for (size_t k = 0; k < 3; k++) {
        size_t before = SIZE_MAX;

        for (size_t g = 0; g < 3; g++) {
            const size_t limited = check_bounds(&rig, growths[g], owns[k]);

            assert_true(limited > 0 && limited < before);
            before = limited;
        }
    }
    rig_close(&rig);
}

/* The limit keeps the direction of an error: where the loss is at the last step only, and the
 * network is linear, all errors but the last are multiples of those without a limit. */
static void directions(void **state)
{
    const struct shape shape = {4,
                                24,
                                3,
                                SRNN_HIDDEN_LINEAR,
                                SRNN_OUTPUT_LINEAR,
                                0,
                                12,
                                3,
                                ALL_VIEWS,
                                WITH_LAST,
                                SRNN_OMEGA_PAPER,
                                SRNN_CLIP_NORM,
                                SRNN_OPTIMIZER_SGD};
    struct rig free_rig, limited_rig;

    (void)state;
    rig_open(&free_rig, &shape);
    rig_open(&limited_rig, &shape);
    backward(&free_rig, INFINITY, 0.0f);
    backward(&limited_rig, 1.0, 0.0f);
    for (uint32_t t = 0; t < shape.steps; t++) {
        for (uint32_t s = 0; s < shape.sequences; s++) {
            const float *const free_error = rig_view(&free_rig, SRNN_VIEW_HIDDEN_GRADIENT, t, s);
            const float *const error = rig_view(&limited_rig, SRNN_VIEW_HIDDEN_GRADIENT, t, s);
            const double free_norm = norm_of(free_error, shape.hidden);
            const double norm = norm_of(error, shape.hidden);

            for (uint32_t i = 0; i < shape.hidden; i++) {
                NEAR((double)error[i] / norm, (double)free_error[i] / free_norm, ROUNDING);
            }
        }
    }
    assert_true(*rig_view(&limited_rig, SRNN_VIEW_FLOW, 0, 0) <
                0.5f * *rig_view(&free_rig, SRNN_VIEW_FLOW, 0, 0));
    rig_close(&limited_rig);
    rig_close(&free_rig);
}

/* A network of two units, w_rec = 2, whose states are 0, so that every slope is 1, and whose loss
 * is at the last of 100 steps, where an error of norm 0.25 x 2 x |target| x 1 enters unit 0. */
static void open_exploding(struct rig *rig, uint32_t workspace_flags)
{
    const struct shape shape = {1,
                                2,
                                1,
                                SRNN_HIDDEN_TANH,
                                SRNN_OUTPUT_LINEAR,
                                0,
                                100,
                                2,
                                workspace_flags,
                                WITH_LAST,
                                SRNN_OMEGA_PAPER,
                                SRNN_CLIP_NORM,
                                SRNN_OPTIMIZER_SGD};
    float *w_rec, *w_out;

    rig_open(rig, &shape);
    memset(rig->parameters, 0, rig->count * sizeof *rig->parameters);
    w_rec = rig_tensor(rig, "w_rec", NULL, NULL);
    w_rec[0] = w_rec[3] = 2.0f;
    w_out = rig_tensor(rig, "w_out", NULL, NULL);
    w_out[0] = 1.0f;
    rig->target[0] = -2.0f; /* an error of 1 */
    rig->target[1] = -4.0f; /* an error of 2 */
}

/* The element of the gradient for the recurrent bias of unit 0: the sum of its v_t. */
static double bias_gradient(const struct rig *rig)
{
    return (double)rig->gradient[rig_tensor(rig, "b_rec", NULL, NULL) - rig->parameters];
}

/* Without a limit the gradient of both sequences is 3 (2^100 - 1). With growth 10 the errors are
 * 1, 2, 4, 8 and 96 times 10, and twice that. */
static void explodes(void **state)
{
    struct rig rig;

    (void)state;
    open_exploding(&rig, ALL_VIEWS);
    backward(&rig, INFINITY, 0.0f);
    NEAR(bias_gradient(&rig), 3.0 * 0x1p100, 0x1p90);
    backward(&rig, 10.0, 0.0f);
    NEAR(bias_gradient(&rig), 3.0 * (15.0 + 960.0), 0.1);
    NEAR(*rig_view(&rig, SRNN_VIEW_FLOW, 0, 0), 10.0, 1e-4);
    NEAR(*rig_view(&rig, SRNN_VIEW_FLOW, 0, 1), 20.0, 1e-4);
    /* The next backward begins anew: its errors are smaller, and so are their limits. */
    rig.target[0] = -0.2f;
    rig.target[1] = -0.4f;
    backward(&rig, 10.0, 0.0f);
    NEAR(bias_gradient(&rig), 0.3 * (15.0 + 960.0), 0.01);
    rig_close(&rig);
}

/* A limit that no error reaches changes no bit. */
static void changes_nothing(void **state)
{
    static const double growths[] = {1e30, 1e154, 1e300, DBL_MAX};

    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct shape shape = shapes[i];
        struct rig off, on;

        shape.features &= ~WITH_GROWTH;
        shape.workspace_flags |= ALL_VIEWS;
        rig_open(&off, &shape);
        rig_open(&on, &shape);
        for (size_t g = 0; g < sizeof growths / sizeof growths[0]; g++) {
            backward(&off, INFINITY, 0.25f);
            backward(&on, growths[g], 0.25f);
            SAME_FLOATS(off.gradient, on.gradient, off.count);
            SAME_FLOATS(rig_view(&off, SRNN_VIEW_FLOW, 0, 0), rig_view(&on, SRNN_VIEW_FLOW, 0, 0),
                        (size_t)shape.steps * shape.sequences);
            SAME_FLOATS(rig_view(&off, SRNN_VIEW_HIDDEN_GRADIENT, 0, 0),
                        rig_view(&on, SRNN_VIEW_HIDDEN_GRADIENT, 0, 0),
                        (size_t)shape.steps * shape.sequences * shape.hidden);
        }
        rig_close(&on);
        rig_close(&off);
    }
}

/* Errors that are zero stay so. The least floats, whose squares no float can hold, are limited
 * like others. */
static void small_errors(void **state)
{
    struct rig rig;

    (void)state;
    open_exploding(&rig, ALL_VIEWS);
    rig.target[0] = 0.0f;
    rig.target[1] = -0x1p-147f;
    backward(&rig, 1.0, 0.0f);
    assert_true(bias_gradient(&rig) == 100.0 * 0x1p-148);
    assert_true(*rig_view(&rig, SRNN_VIEW_FLOW, 0, 0) == 0.0f);
    assert_true(*rig_view(&rig, SRNN_VIEW_FLOW, 0, 1) == 0x1p-148f);
    rig_close(&rig);
}

/* An error that is not finite stays so and is not limited; other sequences do not see it. An
 * infinite one that grew from finite ones is not finite afterwards, either. */
static void not_finite(void **state)
{
    const float bad[] = {NAN, INFINITY, -INFINITY};
    struct rig rig;

    (void)state;
    open_exploding(&rig, ALL_VIEWS);
    for (size_t i = 0; i < 3; i++) {
        SUCCEEDS(srnn_workspace_set(rig.workspace, SRNN_WORKSPACE_ERROR_GROWTH, 10.0));
        memset(rig.gradient, 0, rig.count * sizeof *rig.gradient);
        rig_forward(&rig);
        *rig_view(&rig, SRNN_VIEW_HIDDEN_GRADIENT, 50, 0) = bad[i];
        SUCCEEDS(srnn_backward(rig.model, rig.workspace, NULL, rig.gradient, rig.count));
        assert_false(is_finite(bias_gradient(&rig)));
        NEAR(*rig_view(&rig, SRNN_VIEW_FLOW, 51, 0), 10.0, 1e-4);
        for (uint32_t t = 0; t < 51; t++) {
            assert_false(is_finite((double)*rig_view(&rig, SRNN_VIEW_FLOW, t, 0)));
            assert_true(*rig_view(&rig, SRNN_VIEW_FLOW, t, 1) <= 20.0001f);
        }
    }
    rig.target[0] = -0x1p126f;
    backward(&rig, 10.0, 0.0f);
    assert_true(*rig_view(&rig, SRNN_VIEW_FLOW, 97, 0) == 0x1p127f);
    assert_false(is_finite((double)*rig_view(&rig, SRNN_VIEW_FLOW, 90, 0)));
    assert_false(is_finite(bias_gradient(&rig)));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds),       cmocka_unit_test(directions),
        cmocka_unit_test(explodes),     cmocka_unit_test(changes_nothing),
        cmocka_unit_test(small_errors), cmocka_unit_test(not_finite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
