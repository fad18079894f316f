/* test_restarts.c - streams of which some begin anew while the others go on */
#include <math.h>
#include <string.h>

#include "support.h"

/* Let every sequence s begin anew for which s % 3 is below `thirds`: none for 0, all for 3. */
static uint8_t *restart(struct rig *rig, uint32_t thirds)
{
    uint8_t *restarts = heap_array(&rig->heap, rig->shape.sequences, 1);

    for (uint32_t s = 0; s < rig->shape.sequences; s++) {
        restarts[s] = s % 3 < thirds ? (uint8_t)(1 + s) : 0;
    }
    SUCCEEDS(srnn_batch_restarts(rig->batch, restarts));
    return restarts;
}

/* Loss and backward after a forward, with a regularizer or NULL. Returns a hash of losses, the
 * states after the last step and the gradient on those before the first. */
static uint64_t finish(struct rig *rig, srnn_regularizer *regularizer)
{
    const size_t states = (size_t)rig->shape.sequences * rig->shape.hidden;
    double results[2];
    uint64_t hash;

    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.5, &results[0], &results[1]));
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, regularizer, rig->gradient, rig->count));
    SUCCEEDS(srnn_workspace_get_state(rig->workspace, rig->state, rig->shape.hidden,
                                      rig->shape.sequences));
    hash = hash_doubles(HASH_START, results, 2);
    hash = hash_floats(hash, rig->state, states);
    return hash_floats(hash, rig_view(rig, SRNN_VIEW_INITIAL_GRADIENT, 0, 0), states);
}

/* The same with Omega: a hash of its results and of the whole gradient too. */
static uint64_t finish_with_omega(struct rig *rig)
{
    uint64_t hash = finish(rig, rig->regularizer);
    double results[2];

    SUCCEEDS(srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count,
                                    &results[0]));
    SUCCEEDS(srnn_regularizer_get(rig->regularizer, SRNN_OMEGA_SIGNAL, &results[1]));
    hash = hash_doubles(hash, results, 2);
    return hash_floats(hash, rig->gradient, rig->count);
}

/* If all begin anew, it is a first forward; if none does, it is one without restarts. srnn_forward
 * starts all of them, whatever the batch says. */
static void all_and_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        uint64_t first, later;
        struct rig rig;

        rig_open(&rig, &shapes[i]);
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        first = finish_with_omega(&rig);
        SUCCEEDS(srnn_forward_continue(rig.model, rig.workspace, rig.batch));
        later = finish_with_omega(&rig);
        assert_true(first != later);
        restart(&rig, 3);
        SUCCEEDS(srnn_forward_continue(rig.model, rig.workspace, rig.batch));
        assert_true(finish_with_omega(&rig) == first);
        restart(&rig, 0);
        SUCCEEDS(srnn_forward_continue(rig.model, rig.workspace, rig.batch));
        assert_true(finish_with_omega(&rig) == later);
        restart(&rig, 1);
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        assert_true(finish_with_omega(&rig) == first);
        rig_close(&rig);
    }
}

/* A restart is the initial state in the place of the carried one: the same bits as with that state
 * set by hand, except that the gradient of h0 has a part. */
static void as_states_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const uint32_t hidden = shapes[i].hidden;
        const uint32_t sequences = shapes[i].sequences;
        struct rig rig;
        uint8_t *restarts;
        uint64_t by_batch;
        float *gradient;
        size_t before_h0;

        rig_open(&rig, &shapes[i]);
        before_h0 =
            rig.count - ((shapes[i].model_flags & SRNN_MODEL_LEARNED_STATE) != 0 ? hidden : 0);
        gradient = heap_array(&rig.heap, rig.count, sizeof *gradient);
        restarts = restart(&rig, 2);
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        SUCCEEDS(srnn_forward_continue(rig.model, rig.workspace, rig.batch));
        by_batch = finish(&rig, NULL);
        memcpy(gradient, rig.gradient, rig.count * sizeof *gradient);

        SUCCEEDS(srnn_batch_restarts(rig.batch, NULL));
        SUCCEEDS(srnn_forward(rig.model, rig.workspace, rig.batch));
        SUCCEEDS(srnn_workspace_get_state(rig.workspace, rig.state, hidden, sequences));
        for (uint32_t s = 0; s < sequences; s++) {
            if (restarts[s]) {
                SUCCEEDS(srnn_initial_state(rig.model, rig.state + s * hidden, hidden));
            }
        }
        SUCCEEDS(srnn_workspace_set_state(rig.workspace, rig.state, hidden, sequences));
        SUCCEEDS(srnn_forward_continue(rig.model, rig.workspace, rig.batch));
        assert_true(finish(&rig, NULL) == by_batch);
        SAME_FLOATS(gradient, rig.gradient, before_h0);
        for (size_t k = before_h0; k < rig.count; k++) {
            assert_true(rig.gradient[k] == 0.0f);
        }
        rig_close(&rig);
    }
}

/* There must be a state to go on from, for as many sequences, even if none goes on. */
static void needs_a_state(void **state)
{
    struct rig *rig = *state;

    restart(rig, 3);
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden, 3));
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden, 4));
    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
}

/* A forward with one reading that is not finite, which is then put right. */
static void forward_broken(struct rig *rig, float *reading)
{
    const float right = *reading;

    *reading = NAN;
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    *reading = right;
}

/* A reading that is not finite: no loss to tell, a gradient that is skipped, and a carried state
 * that stays broken until the sequences begin anew, by restarts or in srnn_forward, or get another
 * state. */
static void after_a_reading_that_is_not_finite(void **state)
{
    struct rig *rig = *state;
    uint32_t live = 0;
    uint64_t whole;
    float *reading;
    double norm;

    while (!rig_live(rig, 0, live)) {
        live++;
    }
    reading = rig->input + live * rig->sequence_stride * rig->shape.inputs;

    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_AUTO));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_SKIP));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    whole = finish(rig, NULL);

    forward_broken(rig, reading);
    (void)finish(rig, NULL);
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &rig->out->value, NULL));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_clipper_tell(rig->clipper, rig->out->value, 0.1, 6));
    SUCCEEDS(srnn_clipper_tell(rig->clipper, 1e30, 0.1, 6));
    SUCCEEDS(srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, &norm));
    assert_true(isnan(norm) != 0);
    for (size_t i = 0; i < rig->count; i++) {
        assert_true(rig->gradient[i] == 0.0f);
    }

    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &rig->out->value, NULL));
    assert_true(isnan(rig->out->value) != 0);
    restart(rig, 3);
    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    assert_true(finish(rig, NULL) == whole);
    SUCCEEDS(srnn_workspace_reset(rig->workspace));
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    assert_true(finish(rig, NULL) == whole);
    forward_broken(rig, reading);
    SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    assert_true(finish(rig, NULL) == whole);
    restart(rig, 0);
    forward_broken(rig, reading);
    memset(rig->state, 0, (size_t)rig->shape.sequences * rig->shape.hidden * sizeof *rig->state);
    SUCCEEDS(srnn_workspace_set_state(rig->workspace, rig->state, rig->shape.hidden,
                                      rig->shape.sequences));
    SUCCEEDS(srnn_forward_continue(rig->model, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, &rig->out->value, NULL));
    assert_true(isfinite(rig->out->value) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_and_none),
        cmocka_unit_test(as_states_by_hand),
        RIG_TEST(needs_a_state),
        RIG_TEST(after_a_reading_that_is_not_finite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
