/* test_target_mask.c - targets of which some are unknown: loss, gradient on the logits, errors */
#include <math.h>
#include <string.h>

#include "passes.h"

static const uint32_t kinds[] = {SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SIGMOID};

/* Six steps of four sequences with five outputs, after a forward. All pairs are live. */
static void open_kind(struct rig *rig, uint32_t output)
{
    struct shape shape = small_shape;

    shape.outputs = 5;
    shape.output = output;
    shape.features = 0;
    rig_open(rig, &shape);
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
}

/* The mask and the target of output i of pair (t, s). */
static uint8_t *known_at(struct rig *rig, uint32_t t, uint32_t s, uint32_t i)
{
    return &rig->known[(t * 4 + s) * 5 + i];
}

static float *target_at(struct rig *rig, uint32_t t, uint32_t s, uint32_t i)
{
    return &rig->target[(t * 4 + s) * 5 + i];
}

static void set_mask(struct rig *rig)
{
    SUCCEEDS(srnn_batch_target_mask(rig->batch, rig->known, 20, 5));
}

/* Loss, weight, gradient on the logits and counts. */
static uint64_t results_of(struct rig *rig)
{
    uint64_t hash;

    SUCCEEDS(loss(rig));
    SUCCEEDS(rig_count_errors(rig, 0.2));
    hash = hash_doubles(HASH_START, &rig->out->value, 1);
    hash = hash_doubles(hash, &rig->out->other, 1);
    for (int i = 0; i < 4; i++) {
        hash = hash_u64(hash, rig->out->counts[i]);
    }
    return hash_floats(hash, rig_view(rig, SRNN_VIEW_LOGIT_GRADIENT, 0, 0), 6 * 4 * 5);
}

/* A mask without zeros is none, and so is NULL, or a batch that begins again. */
static void all_known(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct rig rig;
        uint64_t expected;

        open_kind(&rig, kinds[k]);
        expected = results_of(&rig);
        for (size_t i = 0; i < 6 * 4 * 5; i++) {
            rig.known[i] = (uint8_t)(1 + i % 255);
        }
        set_mask(&rig);
        assert_true(results_of(&rig) == expected);
        *known_at(&rig, 3, 2, 1) = 0;
        assert_true(results_of(&rig) != expected);
        SUCCEEDS(srnn_batch_target_mask(rig.batch, NULL, 20, 5));
        assert_true(results_of(&rig) == expected);
        set_mask(&rig);
        rig_describe(&rig, rig.batch, 0, 4);
        assert_true(results_of(&rig) == expected);
        rig_close(&rig);
    }
}

/* The known outputs have the gradients that they have without a mask, to the bit; the others have
 * 0, whatever their targets and logits. The losses of a mask and of its opposite add up to that of
 * all. */
static void unknown_outputs(void **state)
{
    static const float anything[] = {NAN, INFINITY, -1e30f, 2.0f};

    (void)state;
    for (int k = 0; k < 2; k++) {
        float ready[6 * 4 * 5], gradient[6 * 4 * 5];
        double whole, part;
        struct rig rig;

        open_kind(&rig, kinds[k]);
        memcpy(ready, rig.target, sizeof ready);
        SUCCEEDS(loss(&rig));
        whole = rig.out->value;
        memcpy(gradient, rig_view(&rig, SRNN_VIEW_LOGIT_GRADIENT, 0, 0), sizeof gradient);
        set_mask(&rig);
        for (int opposite = 0; opposite < 2; opposite++) {
            for (size_t i = 0; i < 6 * 4 * 5; i++) {
                const int is_known = (rig.known[i] != 0) == (opposite == 0);

                rig.target[i] = is_known ? ready[i] : anything[i % 4];
            }
            for (size_t i = 0; opposite && i < 6 * 4 * 5; i++) {
                rig.known[i] = rig.known[i] == 0;
            }
            SUCCEEDS(loss(&rig));
            part = opposite ? part + rig.out->value : rig.out->value;
            assert_true(rig.out->value > 0.0 && rig.out->value < whole);
            assert_true(rig.out->other == 24.0);
            for (size_t i = 0; i < 6 * 4 * 5; i++) {
                const float got = rig_view(&rig, SRNN_VIEW_LOGIT_GRADIENT, 0, 0)[i];

                assert_true(got == (rig.known[i] != 0 ? gradient[i] : 0.0f));
            }
        }
        NEAR(whole, part, 1e-12 * whole);
        for (size_t i = 0; i < 6 * 4 * 5; i++) {
            rig_view(&rig, SRNN_VIEW_LOGIT, 0, 0)[i] = rig.known[i] != 0 ? 0.5f : anything[i % 4];
        }
        SUCCEEDS(loss(&rig));
        SUCCEEDS(rig_count_errors(&rig, 0.2));
        assert_true(isfinite(rig.out->value));
        assert_true(!holds_nan(rig_view(&rig, SRNN_VIEW_LOGIT_GRADIENT, 0, 0), 6 * 4 * 5));
        rig_close(&rig);
    }
}

/* A known target that is not finite or out of range is refused, in each place. */
static void errors(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct rig rig;

        open_kind(&rig, kinds[k]);
        set_mask(&rig);
        for (size_t i = 0; i < 6 * 4 * 5; i++) {
            const float ready = rig.target[i];

            rig.target[i] = NAN;
            rig.known[i] != 0 ? both_refuse(&rig, SRNN_E_NONFINITE) : SUCCEEDS(loss(&rig));
            rig.target[i] = 1.5f;
            if (rig.known[i] != 0 && kinds[k] == SRNN_OUTPUT_SIGMOID) {
                both_refuse(&rig, SRNN_E_RANGE);
            } else {
                SUCCEEDS(loss(&rig));
                SUCCEEDS(rig_count_errors(&rig, 0.2));
            }
            rig.target[i] = ready;
        }
        rig_close(&rig);
    }
}

/* Pairs and sequences without a known target are not judged, and a pair is wrong only by an output
 * whose target is known. */
static void counts(void **state)
{
    struct rig rig;

    (void)state;
    open_kind(&rig, SRNN_OUTPUT_LINEAR);
    set_mask(&rig);
    memset(rig.known, 1, 6 * 4 * 5);
    for (size_t i = 0; i < 6 * 4 * 5; i++) {
        rig.target[i] = rig_view(&rig, SRNN_VIEW_LOGIT, 0, 0)[i];
    }
    *target_at(&rig, 1, 0, 4) += 1.0f;
    *target_at(&rig, 2, 3, 0) += 1.0f;
    *target_at(&rig, 2, 3, 2) += 1.0f;
    for (uint32_t i = 0; i < 5; i++) {
        *known_at(&rig, 0, 1, i) = 0;
    }
    SUCCEEDS(rig_count_errors(&rig, 0.2));
    assert_int_equal(rig.out->counts[0], 2);
    assert_int_equal(rig.out->counts[1], 23);
    assert_int_equal(rig.out->counts[2], 2);
    assert_int_equal(rig.out->counts[3], 4);
    *known_at(&rig, 1, 0, 4) = 0;
    *known_at(&rig, 2, 3, 0) = 0;
    for (uint32_t t = 0; t < 6; t++) {
        for (uint32_t i = 0; i < 5; i++) {
            *known_at(&rig, t, 1, i) = 0;
        }
    }
    SUCCEEDS(rig_count_errors(&rig, 0.2));
    assert_int_equal(rig.out->counts[0], 1);
    assert_int_equal(rig.out->counts[1], 18);
    assert_int_equal(rig.out->counts[2], 1);
    assert_int_equal(rig.out->counts[3], 3);
    /* Their weights count in the loss. */
    SUCCEEDS(loss(&rig));
    assert_true(rig.out->other == 24.0);
    NEAR(1.0, rig.out->value, 1e-6);
    rig_close(&rig);
}

/* With step_stride 0 each sequence has one row of the mask, with targets at every step too; with
 * sequence_stride 0 all have the same. */
static void strides(void **state)
{
    struct rig rig;
    uint64_t by_sequence, by_row;

    (void)state;
    open_kind(&rig, SRNN_OUTPUT_SIGMOID);
    SUCCEEDS(srnn_batch_target_mask(rig.batch, rig.known + 40, 0, 5));
    by_sequence = results_of(&rig);
    SUCCEEDS(srnn_batch_target_mask(rig.batch, rig.known + 50, 0, 0));
    by_row = results_of(&rig);
    set_mask(&rig);
    for (uint32_t pair = 0; pair < 24; pair++) {
        if (pair / 4 != 2) {
            memcpy(rig.known + pair * 5, rig.known + 40 + pair % 4 * 5, 5);
        }
    }
    assert_true(results_of(&rig) == by_sequence);
    for (uint32_t pair = 0; pair < 24; pair++) {
        memmove(rig.known + pair * 5, rig.known + 50, 5);
    }
    assert_true(results_of(&rig) == by_row);
    assert_true(by_row != by_sequence);
    rig_close(&rig);
}

/* A softmax has one target, which is known or not. */
static void softmax(void **state)
{
    struct rig rig;

    (void)state;
    open_kind(&rig, SRNN_OUTPUT_SOFTMAX);
    set_mask(&rig);
    both_refuse(&rig, SRNN_E_UNSUPPORTED);
    SUCCEEDS(srnn_batch_target_ids(rig.batch, rig.target_ids, 4, 1));
    both_refuse(&rig, SRNN_E_UNSUPPORTED);
    SUCCEEDS(srnn_batch_target_mask(rig.batch, NULL, 0, 0));
    SUCCEEDS(loss(&rig));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_known), cmocka_unit_test(unknown_outputs), cmocka_unit_test(errors),
        cmocka_unit_test(counts),    cmocka_unit_test(strides),         cmocka_unit_test(softmax),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
