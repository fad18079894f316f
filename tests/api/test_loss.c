/* test_loss.c - loss, mistakes and outputs: errors, order, meaning */
#include <float.h>
#include <math.h>
#include <string.h>

#include "passes.h"

static void loss_out_of_order(void **state)
{
    struct rig *rig = *state;
    srnn_batch *other = rig_placed(rig, HANDLE_BATCH);
    srnn_batch *ready = rig->batch;

    both_refuse(rig, SRNN_E_STATE);
    SUCCEEDS(forward(rig));
    rig->batch = other; /* no begin, no target */
    both_refuse(rig, SRNN_E_STATE);
    rig_describe(rig, rig->batch, 0, 3);
    both_refuse(rig, SRNN_E_SHAPE);
    rig_describe(rig, rig->batch, 0, 4);
    SUCCEEDS(srnn_batch_lengths(rig->batch, NULL));
    both_refuse(rig, SRNN_E_SHAPE);
    rig_describe(rig, rig->batch, 0, 4);
    SUCCEEDS(srnn_batch_mask(rig->batch, NULL, 0, 0));
    both_refuse(rig, SRNN_E_SHAPE);
    SUCCEEDS(srnn_batch_mask(rig->batch, rig->mask, rig->step_stride - 1, rig->sequence_stride));
    both_refuse(rig, SRNN_E_SHAPE);
    SUCCEEDS(srnn_batch_mask(rig->batch, rig->mask, rig->step_stride, 0));
    both_refuse(rig, SRNN_E_SHAPE);
    rig->shape.steps--;
    rig_describe(rig, rig->batch, 0, 4);
    rig->shape.steps++;
    both_refuse(rig, SRNN_E_SHAPE);
    /* Targets at the last step, which were not there at forward. */
    rig_describe(rig, rig->batch, 0, 4);
    SUCCEEDS(srnn_batch_target_ids(rig->batch, rig->target_ids, 0, 1));
    both_refuse(rig, SRNN_E_SHAPE);
    /* The other way round. */
    SUCCEEDS(forward(rig));
    rig->batch = ready;
    both_refuse(rig, SRNN_E_SHAPE);
    SUCCEEDS(forward(rig));
    SUCCEEDS(loss(rig));
    SUCCEEDS(rig_count_errors(rig, 0.5));
    /* To set a state discards the tape. */
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden, 4));
    both_refuse(rig, SRNN_E_STATE);
    REFUSES(&rig->heap, SRNN_E_STATE, backward(rig));
}

/* Numbers that a loss must not see, in each live pair; in dead pairs nothing is read. */
static void targets_and_weights(void **state)
{
    const float not_finite[] = {NAN, INFINITY, -INFINITY};
    static const uint32_t outputs[] = {SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SIGMOID,
                                       SRNN_OUTPUT_SOFTMAX};

    (void)state;
    for (size_t o = 0; o < 3; o++) {
        const struct shape shape = shape_with(outputs[o], WITH_LENGTHS | WITH_WEIGHTS, 0);
        struct rig rig;
        rig_open(&rig, &shape);
        SUCCEEDS(forward(&rig));
        for (size_t pair = 0; pair < (size_t)shape.steps * shape.sequences; pair++) {
            const int live = pair / shape.sequences < rig.lengths[pair % shape.sequences];
            float *target = &rig.target[pair * shape.outputs + pair % shape.outputs];
            const float ready = *target;
            const float weight = rig.weights[pair];
            for (size_t i = 0; i < 3; i++) {
                *target = not_finite[i];
                live ? both_refuse(&rig, SRNN_E_NONFINITE) : SUCCEEDS(loss(&rig));
                *target = ready;
                rig.weights[pair] = not_finite[i];
                live ? both_refuse(&rig, SRNN_E_NONFINITE) : SUCCEEDS(loss(&rig));
                rig.weights[pair] = weight;
            }
            if (live && outputs[o] != SRNN_OUTPUT_LINEAR) {
                *target = -0.01f;
                both_refuse(&rig, SRNN_E_RANGE);
                *target = 1.01f;
                both_refuse(&rig, SRNN_E_RANGE);
            } else {
                *target = 1e3f;
                SUCCEEDS(loss(&rig));
            }
            *target = ready;
        }
        for (size_t i = 0; i < 3; i++) {
            REFUSES(&rig.heap, SRNN_E_NONFINITE,
                    srnn_loss(rig.model, rig.workspace, rig.batch, (double)not_finite[i],
                              &rig.out->value, &rig.out->other));
        }
        /* Ids are for softmax alone. */
        SUCCEEDS(srnn_batch_target_ids(rig.batch, rig.target_ids, 4, 1));
        if (outputs[o] == SRNN_OUTPUT_SOFTMAX) {
            SUCCEEDS(loss(&rig));
            SUCCEEDS(rig_count_errors(&rig, 0.5));
        } else {
            both_refuse(&rig, SRNN_E_UNSUPPORTED);
        }
        rig_close(&rig);
    }
}

/* The factor of a pair's gradient, scale x weight, is a float: one that becomes infinite there is
 * refused, and nothing is written. */
static void factors_beyond_floats(void **state)
{
    static const struct {
        double scale;
        float weight;
        int32_t status;
    } cases[] = {
        {3.4e38, 1.0f, SRNN_OK},           {-3.4e38, 1.0f, SRNN_OK},
        {FLT_MAX, -1.0f, SRNN_OK},         {3.5e38, 0.0f, SRNN_E_NONFINITE},
        {1e39, 1e-3f, SRNN_E_NONFINITE},   {1e20, 1e20f, SRNN_E_NONFINITE},
        {-1e20, 1e20f, SRNN_E_NONFINITE},  {3e38, 1.5f, SRNN_E_NONFINITE},
        {0.0, INFINITY, SRNN_E_NONFINITE}, {0.0, NAN, SRNN_E_NONFINITE},
    };
    struct rig *rig = *state;
    const uint32_t s = 2, t = 1; /* a live pair */

    assert_true(t < rig->lengths[s]);
    for (size_t i = 0; i < (size_t)rig->shape.steps * rig->shape.sequences; i++) {
        rig->weights[i] = 0.0f;
    }
    rig->mask[t * rig->step_stride + s * rig->sequence_stride] = 1;
    SUCCEEDS(forward(rig));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rig->weights[t * rig->step_stride + s * rig->sequence_stride] = cases[i].weight;
        if (cases[i].status == SRNN_OK) {
            SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, cases[i].scale,
                               &rig->out->value, &rig->out->other));
            assert_true(isfinite(rig_view(rig, SRNN_VIEW_LOGIT_GRADIENT, t, s)[0]));
        } else {
            REFUSES(&rig->heap, SRNN_E_NONFINITE,
                    srnn_loss(rig->model, rig->workspace, rig->batch, cases[i].scale,
                              &rig->out->value, &rig->out->other));
        }
    }
}

static void target_ids_out_of_range(void **state)
{
    struct rig *rig = *state;
    const struct shape *shape = &rig->shape;

    SUCCEEDS(forward(rig));
    for (size_t pair = 0; pair < (size_t)shape->steps * shape->sequences; pair++) {
        const int live =
            pair / shape->sequences < rig->lengths[pair % shape->sequences] && rig->mask[pair] != 0;
        const uint32_t ready = rig->target_ids[pair];
        rig->target_ids[pair] = pair % 2 == 0 ? shape->outputs : UINT32_MAX;
        if (live) {
            both_refuse(rig, SRNN_E_RANGE);
            rig->target_ids[pair] = ready;
        }
    }
    SUCCEEDS(loss(rig));
}

static void tolerances(void **state)
{
    struct rig *rig = *state;

    SUCCEEDS(forward(rig));
    REFUSES(&rig->heap, SRNN_E_RANGE, rig_count_errors(rig, -1e-300));
    REFUSES(&rig->heap, SRNN_E_RANGE, rig_count_errors(rig, (double)-INFINITY));
    REFUSES(&rig->heap, SRNN_E_RANGE, rig_count_errors(rig, (double)NAN));
    SUCCEEDS(rig_count_errors(rig, 0.0));
    SUCCEEDS(rig_count_errors(rig, (double)INFINITY));
    SUCCEEDS(
        srnn_count_errors(rig->model, rig->workspace, rig->batch, 0.5, NULL, NULL, NULL, NULL));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, NULL, NULL));
}

/* The sum of weights is over the pairs that have a loss; the loss is linear in the weights. */
static void weights_are_weights(void **state)
{
    struct rig *rig = *state;
    const struct shape *shape = &rig->shape;
    double live = 0.0, plain, sum = 0.0;

    for (size_t pair = 0; pair < (size_t)shape->steps * shape->sequences; pair++) {
        const int alive =
            pair / shape->sequences < rig->lengths[pair % shape->sequences] && rig->mask[pair] != 0;
        live += alive;
        sum += alive ? (double)rig->weights[pair] : 0.0;
    }
    rig_forward(rig);
    NEAR(sum, rig->out->other, 1e-12);
    SUCCEEDS(srnn_batch_weights(rig->batch, NULL, 0, 0));
    SUCCEEDS(loss(rig));
    NEAR(live, rig->out->other, 0.0);
    plain = rig->out->value;
    for (size_t pair = 0; pair < (size_t)shape->steps * shape->sequences; pair++) {
        rig->weights[pair] = -3.0f;
    }
    SUCCEEDS(srnn_batch_weights(rig->batch, rig->weights, 4, 1));
    SUCCEEDS(loss(rig));
    NEAR(-3.0 * plain, rig->out->value, 1e-9);
    NEAR(-3.0 * live, rig->out->other, 1e-12);
}

/* A model without weights but for its output biases: every row of logits is b_out, and losses and
 * mistakes can be computed by hand. */
static void by_hand(void **state)
{
    static const float z[] = {0.0f, 1.0f, -2.0f, 0.5f};
    static const uint32_t outputs[] = {SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SIGMOID,
                                       SRNN_OUTPUT_SOFTMAX};
    const double sum = 1.0 + exp(1.0) + exp(-2.0) + exp(0.5);

    (void)state;
    for (size_t o = 0; o < 3; o++) {
        const struct shape shape = shape_with(outputs[o], 0, 0);
        const double pairs = shape.steps * (double)shape.sequences;
        double expected = 0.0;
        struct rig rig;
        float y[4];
        rig_open(&rig, &shape);
        memset(rig.parameters, 0, rig.count * sizeof *rig.parameters);
        memcpy(rig_tensor(&rig, "b_out", NULL, NULL), z, sizeof z);
        for (size_t i = 0; i < (size_t)pairs * 4; i++) {
            rig.target[i] = i % 4 == 1 ? 1.0f : 0.0f;
        }
        for (size_t i = 0; i < 4; i++) {
            const double target = i == 1 ? 1.0 : 0.0;
            const double x = (double)z[i];
            expected += outputs[o] == SRNN_OUTPUT_LINEAR    ? (x - target) * (x - target)
                        : outputs[o] == SRNN_OUTPUT_SIGMOID ? log(1.0 + exp(x)) - target * x
                                                            : target * (log(sum) - x);
        }
        SUCCEEDS(forward(&rig));
        SUCCEEDS(loss(&rig));
        NEAR(pairs * expected, rig.out->value, 1e-5 * pairs);
        NEAR(pairs, rig.out->other, 0.0);
        SUCCEEDS(srnn_outputs(rig.model, z, 1, y));
        for (size_t i = 0; i < 4; i++) {
            const double x = (double)z[i];
            const double target = i == 1 ? 1.0 : 0.0;
            const double g = outputs[o] == SRNN_OUTPUT_LINEAR    ? x
                             : outputs[o] == SRNN_OUTPUT_SIGMOID ? 1.0 / (1.0 + exp(-x))
                                                                 : exp(x) / sum;
            const double slope =
                0.5 * (outputs[o] == SRNN_OUTPUT_LINEAR ? 2.0 : 1.0) * (g - target);
            NEAR(g, (double)y[i], 1e-6);
            NEAR(slope, (double)rig_view(&rig, SRNN_VIEW_LOGIT_GRADIENT, 2, 1)[i], 1e-6);
        }
        /* Softmax: the largest logit is the target's. The others miss by 2 and by 0.622. */
        SUCCEEDS(rig_count_errors(&rig, outputs[o] == SRNN_OUTPUT_LINEAR ? 2.0 : 0.63));
        assert_int_equal(rig.out->counts[0], 0);
        SUCCEEDS(rig_count_errors(&rig, outputs[o] == SRNN_OUTPUT_LINEAR ? 1.99 : 0.61));
        assert_int_equal(rig.out->counts[0], outputs[o] == SRNN_OUTPUT_SOFTMAX ? 0 : 24);
        assert_int_equal(rig.out->counts[1], 24);
        assert_int_equal(rig.out->counts[2], outputs[o] == SRNN_OUTPUT_SOFTMAX ? 0 : 4);
        assert_int_equal(rig.out->counts[3], 4);
        rig_close(&rig);
    }
}

/* One wrong step makes a sequence wrong; sequences without a pair that counts do not count. */
static void wrong_sequences(void **state)
{
    struct rig *rig = *state;
    const struct shape *shape = &rig->shape;

    memset(rig->parameters, 0, rig->count * sizeof *rig->parameters);
    rig_tensor(rig, "b_out", NULL, NULL)[2] = 1.0f;
    memset(rig->mask, 1, (size_t)shape->steps * shape->sequences);
    rig->lengths[0] = 6;
    rig->lengths[1] = 2;
    rig->lengths[2] = 5;
    rig->lengths[3] = 0;
    for (size_t pair = 0; pair < 24; pair++) {
        rig->target_ids[pair] = 2;
    }
    rig->target_ids[3 * 4 + 0] = 1; /* step 3 of sequence 0 */
    rig->target_ids[5 * 4 + 0] = 3; /* step 5 of sequence 0 */
    rig->target_ids[5 * 4 + 1] = 0; /* step 5 of sequence 1: dead */
    SUCCEEDS(forward(rig));
    SUCCEEDS(rig_count_errors(rig, 0.5));
    assert_int_equal(rig->out->counts[0], 2);
    assert_int_equal(rig->out->counts[1], 13);
    assert_int_equal(rig->out->counts[2], 1);
    assert_int_equal(rig->out->counts[3], 3);

    /* Pairs of weight 0 do not count: a wrong one, a right one and the whole of sequence 1. A
     * negative weight is one. */
    rig->weights[3 * 4 + 0] = 0.0f;
    rig->weights[4 * 4 + 0] = -0.0f;
    rig->weights[5 * 4 + 0] = -1.0f;
    rig->weights[0 * 4 + 1] = rig->weights[1 * 4 + 1] = 0.0f;
    SUCCEEDS(rig_count_errors(rig, 0.5));
    assert_int_equal(rig->out->counts[0], 1);
    assert_int_equal(rig->out->counts[1], 9);
    assert_int_equal(rig->out->counts[2], 1);
    assert_int_equal(rig->out->counts[3], 2);
    rig->weights[5 * 4 + 0] = 0.0f;
    SUCCEEDS(rig_count_errors(rig, 0.5));
    assert_int_equal(rig->out->counts[0], 0);
    assert_int_equal(rig->out->counts[2], 0);
}

/* Loss at the last live step is the loss at every step with all other weights 0. */
static void last_step(void **state)
{
    const struct shape last =
        shape_with(SRNN_OUTPUT_SOFTMAX, WITH_TARGET_IDS | WITH_LENGTHS | WITH_MASK | WITH_LAST, 0);
    struct shape every = last;
    struct rig a, b;
    double expected_weight = 0.0;

    (void)state;
    every.features = WITH_TARGET_IDS | WITH_LENGTHS | WITH_MASK | WITH_WEIGHTS;
    rig_open(&a, &last);
    rig_open(&b, &every);
    for (uint32_t s = 0; s < last.sequences; s++) {
        int found = 0;
        for (uint32_t t = last.steps; t-- > 0;) {
            const size_t pair = t * 4 + s;
            const int is_last = !found && rig_live(&b, t, s);
            b.weights[pair] = is_last ? 1.0f : 0.0f;
            b.target_ids[pair] = a.target_ids[s];
            found |= is_last;
        }
        expected_weight += found;
    }
    memset(a.gradient, 0, a.count * sizeof *a.gradient);
    memset(b.gradient, 0, b.count * sizeof *b.gradient);
    rig_forward(&a);
    rig_forward(&b);
    NEAR(b.out->value, a.out->value, 1e-12);
    NEAR(expected_weight, a.out->other, 0.0);
    SUCCEEDS(rig_count_errors(&a, 0.5));
    SUCCEEDS(rig_count_errors(&b, 0.5));
    assert_memory_equal(a.out->counts, b.out->counts, sizeof a.out->counts);
    NEAR(expected_weight, (double)a.out->counts[1], 0.0);
    SUCCEEDS(backward(&a));
    SUCCEEDS(backward(&b));
    for (size_t i = 0; i < a.count; i++) {
        NEAR((double)b.gradient[i], (double)a.gradient[i], 1e-6);
    }
    rig_close(&b);
    rig_close(&a);
}

static void outputs_of_rows(void **state)
{
    struct rig *rig = *state;
    float *apart = heap_array(&rig->heap, 12, sizeof *apart);
    float *in_place = heap_array(&rig->heap, 12, sizeof *in_place);

    memcpy(in_place, rig->target, 12 * sizeof *in_place);
    SUCCEEDS(srnn_outputs(rig->model, rig->target, 3, apart));
    SUCCEEDS(srnn_outputs(rig->model, in_place, 3, in_place));
    SAME_FLOATS(apart, in_place, 12);
    for (size_t row = 0; row < 3; row++) {
        double sum = 0.0;
        for (size_t i = 0; i < 4; i++) {
            sum += (double)apart[row * 4 + i];
        }
        NEAR(1.0, sum, 1e-6);
    }
    heap_remember(&rig->heap);
    SUCCEEDS(srnn_outputs(rig->model, rig->target, 0, apart));
    heap_unchanged(&rig->heap, "srnn_outputs of no rows", __FILE__, __LINE__);
    for (size_t shift = 1; shift < 4; shift++) {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_outputs(rig->model, apart, 1, apart + shift));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_outputs(rig->model, apart + shift, 1, apart));
    }
    SUCCEEDS(srnn_outputs(rig->model, apart, 1, apart + 4));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW, srnn_outputs(rig->model, in_place, SIZE_MAX / 8, apart));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_outputs(rig->model, NULL, 3, apart));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_outputs(rig->model, rig->target, 3, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(loss_out_of_order),
        cmocka_unit_test(targets_and_weights),
        RIG_TEST(factors_beyond_floats),
        RIG_TEST(target_ids_out_of_range),
        RIG_TEST(tolerances),
        RIG_TEST(weights_are_weights),
        cmocka_unit_test(by_hand),
        RIG_TEST(wrong_sequences),
        cmocka_unit_test(last_step),
        RIG_TEST(outputs_of_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
