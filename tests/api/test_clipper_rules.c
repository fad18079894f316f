/* test_clipper_rules.c - rules, what a clipper is told, and what it learns of that */
#include <math.h>

#include "clippers.h"

#define RULES 5
static const double rules[RULES] = {SRNN_CLIP_RULE_QUANTILE, SRNN_CLIP_RULE_MEAN,
                                    SRNN_CLIP_RULE_POLYAK, SRNN_CLIP_RULE_TRUST,
                                    SRNN_CLIP_RULE_AUTO};

/* Kinds with rules take each, the others none but FIXED. */
static void rules_of_kinds(void **state)
{
    struct rig *rig = *state;

    for (size_t k = 0; k < CLIPPER_KINDS; k++) {
        srnn_clipper *clipper = clipper_of(rig, clipper_kinds[k]);
        for (size_t r = 0; r < RULES; r++) {
            if (has_rules(clipper_kinds[k])) {
                SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_RULE, rules[r]));
                NEAR(rules[r], clipper_value(clipper, SRNN_CLIP_RULE), 0.0);
            } else {
                REFUSES(&rig->heap, SRNN_E_UNSUPPORTED,
                        srnn_clipper_set(clipper, SRNN_CLIP_RULE, rules[r]));
                NEAR(SRNN_CLIP_RULE_FIXED, clipper_value(clipper, SRNN_CLIP_RULE), 0.0);
            }
        }
        SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_FIXED));
    }
}

/* A clipper of NORM with a rule, for thresholds that a test knows. */
static srnn_clipper *ruled(struct rig *rig, double rule)
{
    srnn_clipper *clipper = clipper_of(rig, SRNN_CLIP_NORM);

    SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_RULE, rule));
    return clipper;
}

/* Apply to a gradient of norm 5. */
static int32_t apply_five(struct rig *rig, srnn_clipper *clipper)
{
    fill_gradient(rig, 3.0f, 4.0f);
    return apply_clipper(rig, clipper);
}

/* What may be told, and what not; what was told before stays in the latter case. */
static void telling(void **state)
{
    static const double losses[] = {0.0, -0.0, 1e-300, 2.0, 1e30};
    static const double rates[] = {1e-30, 0.01, 1e30};
    const double no_losses[] = {-1e-300, -1.0, 1.001e30, INFINITY, -INFINITY, NAN};
    const double no_rates[] = {0.0, -0.01, 0.999e-30, 1.001e30, INFINITY, NAN};
    struct rig *rig = *state;
    srnn_clipper *clipper = ruled(rig, SRNN_CLIP_RULE_POLYAK);

    SUCCEEDS(srnn_clipper_tell(clipper, 40.0, 0.01, 10));
    for (size_t i = 0; i < 6; i++) {
        REFUSES(&rig->heap, SRNN_E_RANGE, srnn_clipper_tell(clipper, no_losses[i], 0.01, 10));
        REFUSES(&rig->heap, SRNN_E_RANGE, srnn_clipper_tell(clipper, 1.0, no_rates[i], 10));
    }
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_clipper_tell(clipper, 1.0, 0.01, 0));
    SUCCEEDS(apply_five(rig, clipper));
    NEAR(20.0, clipper_value(clipper, SRNN_CLIP_USED), 1e-12);
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 3; k++) {
            const double exact = sqrt(0.1 * losses[i] / rates[k]);
            const double expected = fmin(fmax(exact, 1e-30), 1e30);
            SUCCEEDS(srnn_clipper_tell(clipper, losses[i], rates[k], 10));
            SUCCEEDS(apply_five(rig, clipper));
            NEAR(expected, clipper_value(clipper, SRNN_CLIP_USED), 1e-14 * expected);
        }
    }
    FOR_BAD_HANDLES(rig, HANDLE_CLIPPER, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_clipper_tell(bad, 1.0, 0.01, 10));
    }
}

/* One tell is for one apply: none before it is an error, the last of several counts, and a gradient
 * that is refused, replaced or clipped uses it up. Calls with other errors do not. */
static void told_once(void **state)
{
    struct rig *rig = *state;

    for (size_t r = 0; r < RULES; r++) {
        srnn_clipper *clipper = ruled(rig, rules[r]);

        REFUSES(&rig->heap, SRNN_E_STATE, apply_clipper(rig, clipper));
        SUCCEEDS(srnn_clipper_tell(clipper, 1.0, 0.01, 10));
        SUCCEEDS(srnn_clipper_tell(clipper, 2.0, 0.01, 10));
        REFUSES(&rig->heap, SRNN_E_SHAPE,
                srnn_clipper_apply(clipper, rig->model, rig->gradient, 1, NULL));
        SUCCEEDS(apply_five(rig, clipper));
        REFUSES(&rig->heap, SRNN_E_STATE, apply_clipper(rig, clipper));
        if (rules[r] == SRNN_CLIP_RULE_POLYAK) {
            NEAR(sqrt(20.0), clipper_value(clipper, SRNN_CLIP_USED), 1e-12);
        }

        SUCCEEDS(srnn_clipper_tell(clipper, 1.0, 0.01, 10));
        fill_gradient(rig, NAN, 4.0f);
        RETURNS(SRNN_E_NONFINITE, apply_clipper(rig, clipper));
        REFUSES(&rig->heap, SRNN_E_STATE, apply_clipper(rig, clipper));

        SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_SKIP));
        SUCCEEDS(srnn_clipper_tell(clipper, 1.0, 0.01, 10));
        fill_gradient(rig, NAN, 4.0f);
        SUCCEEDS(apply_clipper(rig, clipper));
        REFUSES(&rig->heap, SRNN_E_STATE, apply_clipper(rig, clipper));
        NEAR(3.0, clipper_value(clipper, SRNN_CLIP_STEPS), 0.0);

        /* Back to FIXED, nothing need be told. */
        SUCCEEDS(srnn_clipper_set(clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_FIXED));
        SUCCEEDS(apply_five(rig, clipper));
        NEAR(1.0, clipper_value(clipper, SRNN_CLIP_USED), 0.0);
    }
}

/* What reads the parameters needs a model, and one that is bound. */
static void parameters_needed(void **state)
{
    struct rig *rig = *state;
    const struct shape *shape = &rig->shape;
    size_t bytes = 0;
    srnn_model *unbound = NULL;
    void *memory;

    SUCCEEDS(srnn_model_size(shape->inputs, shape->hidden, shape->outputs, shape->activation,
                             shape->output, shape->model_flags | SRNN_MODEL_EXTERNAL, &bytes));
    memory = heap_array(&rig->heap, bytes, 1);
    SUCCEEDS(srnn_model_init(memory, bytes, shape->inputs, shape->hidden, shape->outputs,
                             shape->activation, shape->output,
                             shape->model_flags | SRNN_MODEL_EXTERNAL, &unbound));
    for (size_t i = 0; i < 3; i++) {
        srnn_clipper *clipper = i < 2 ? ruled(rig, rules[3 + i]) : clipper_of(rig, SRNN_CLIP_UNIT);
        fill_gradient(rig, 3.0f, 4.0f);
        SUCCEEDS(srnn_clipper_tell(clipper, 1.0, 0.01, 10));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, NULL));
        REFUSES(&rig->heap, SRNN_E_STATE,
                srnn_clipper_apply(clipper, unbound, rig->gradient, rig->count, NULL));
        SUCCEEDS(apply_five(rig, clipper));
    }
    /* The other rules do without, and so does the longest step. */
    for (size_t r = 0; r < 3; r++) {
        srnn_clipper *clipper = ruled(rig, rules[r]);
        fill_gradient(rig, 3.0f, 4.0f);
        SUCCEEDS(srnn_clipper_tell(clipper, 1.0, 0.01, 10));
        SUCCEEDS(srnn_clipper_apply(clipper, NULL, rig->gradient, rig->count, NULL));
        SUCCEEDS(srnn_clipper_tell(clipper, 1.0, 0.01, 10));
        SUCCEEDS(srnn_clipper_apply(clipper, unbound, rig->gradient, rig->count, NULL));
        NEAR(0.0, clipper_value(clipper, SRNN_CLIP_LONGEST_STEP), 0.0);
    }
}

/* A tracked number stays within the values that it was tracked through, from the first on. */
static void tracked_within(void **state)
{
    struct rig *rig = *state;
    srnn_clipper *clipper = ruled(rig, SRNN_CLIP_RULE_QUANTILE);

    for (int i = 0; i < 100; i++) {
        SUCCEEDS(srnn_clipper_tell(clipper, 0.0, 0.1, 10));
        SUCCEEDS(apply_five(rig, clipper));
        NEAR(5.0, clipper_value(clipper, SRNN_CLIP_USED), 1e-12);
        NEAR(5.0, clipper_value(clipper, SRNN_CLIP_MEDIAN), 1e-12);
        NEAR(5.0, clipper_value(clipper, SRNN_CLIP_DECILE), 1e-12);
        NEAR(1e-30, clipper_value(clipper, SRNN_CLIP_SUGGESTED), 1e-36);
    }
    for (int i = 0; i < 100; i++) {
        SUCCEEDS(srnn_clipper_tell(clipper, 1.0, 0.1, 10));
        fill_gradient(rig, 3.0f + 0.1f * (float)(i * 7 % 10), 4.0f);
        SUCCEEDS(apply_clipper(rig, clipper));
        assert_true(clipper_value(clipper, SRNN_CLIP_MEDIAN) <=
                    clipper_value(clipper, SRNN_CLIP_DECILE));
    }
}

/* Reset forgets what was learnt: the same gradients then give the same statistics again. */
static void reset_forgets(void **state)
{
    struct rig *rig = *state;
    double first[14];

    for (size_t r = 0; r < RULES; r++) {
        srnn_clipper *clipper = ruled(rig, rules[r]);
        for (int round = 0; round < 2; round++) {
            for (int i = 1; i < 30; i++) {
                fill_gradient(rig, (float)(i % 7), (float)(i % 5));
                SUCCEEDS(srnn_clipper_tell(clipper, 1.0 / i, 0.01, 1000));
                SUCCEEDS(srnn_clipper_apply(clipper, rig->model, rig->gradient, rig->count, NULL));
            }
            for (uint32_t i = 0; i < 14; i++) {
                const double value = clipper_value(clipper, SRNN_CLIP_STEPS + i);
                assert_true(i == SRNN_CLIP_BAD - SRNN_CLIP_STEPS || value != 0.0);
                NEAR(round == 0 ? value : first[i], value, 0.0);
                first[i] = value;
            }
            SUCCEEDS(srnn_clipper_reset(clipper));
            for (uint32_t key = SRNN_CLIP_STEPS; key <= SRNN_CLIP_ALIGNMENT; key++) {
                NEAR(0.0, clipper_value(clipper, key), 0.0);
            }
            NEAR(rules[r], clipper_value(clipper, SRNN_CLIP_RULE), 0.0);
        }
    }
}

/* Reset forgets no loss, rate and steps that were told: they are those of the next gradient. */
static void reset_keeps_what_was_told(void **state)
{
    struct rig *rig = *state;

    for (size_t r = 0; r < RULES; r++) {
        srnn_clipper *clipper = ruled(rig, rules[r]);
        srnn_clipper *fresh = ruled(rig, rules[r]);

        SUCCEEDS(srnn_clipper_tell(clipper, 5.0, 0.1, 20));
        SUCCEEDS(apply_five(rig, clipper));
        SUCCEEDS(srnn_clipper_tell(clipper, 2.0, 0.01, 10));
        SUCCEEDS(srnn_clipper_reset(clipper));
        SUCCEEDS(apply_five(rig, clipper));
        SUCCEEDS(srnn_clipper_tell(fresh, 2.0, 0.01, 10));
        SUCCEEDS(apply_five(rig, fresh));
        for (uint32_t key = SRNN_CLIP_STEPS; key <= SRNN_CLIP_ALIGNMENT; key++) {
            NEAR(clipper_value(fresh, key), clipper_value(clipper, key), 0.0);
        }
        REFUSES(&rig->heap, SRNN_E_STATE, apply_clipper(rig, clipper));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(rules_of_kinds),
        RIG_TEST(telling),
        RIG_TEST(told_once),
        RIG_TEST(parameters_needed),
        RIG_TEST(tracked_within),
        RIG_TEST(reset_forgets),
        RIG_TEST(reset_keeps_what_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
