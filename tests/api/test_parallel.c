/* test_parallel.c - the parallel-for of a workspace, and what can be done when it failed */
#include <string.h>

#include "support.h"

/* ------------------------------------------------------------------------
 * What it is called with, and the same bits after it failed
 * ------------------------------------------------------------------------ */

static int32_t never_run(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    (void)user;
    (void)task_fn;
    (void)task;
    (void)count;
    fail_msg("a parallel-for ran that had been taken back");
    return 0;
}

static void arguments(void **state)
{
    struct rig *rig = *state;
    struct rig fresh;

    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_workspace_parallel(rig->workspace, never_run, NULL, 0));
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_workspace_parallel(rig->workspace, never_run, NULL, 4097));
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_workspace_parallel(rig->workspace, never_run, NULL, UINT32_MAX));
    SUCCEEDS(srnn_workspace_parallel(rig->workspace, never_run, NULL, 4096));
    SUCCEEDS(srnn_workspace_parallel(rig->workspace, NULL, NULL, 0));
    rig_open(&fresh, &rig->shape);
    assert_true(rig_train(&fresh) == rig_train(rig));
    rig_close(&fresh);
    FOR_BAD_HANDLES(rig, HANDLE_WORKSPACE, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_workspace_parallel(bad, run_reversed, NULL, 2));
    }
}

/* A parallel-for that counts its calls and the most tasks of one. */
struct count {
    uint32_t calls;
    uint32_t most;
};

static int32_t run_counted(void *user, srnn_task_fn task_fn, void *task, uint32_t count)
{
    struct count *counted = user;

    counted->calls++;
    counted->most = count > counted->most ? count : counted->most;
    for (uint32_t i = 0; i < count; i++) {
        task_fn(task, i);
    }
    return 0;
}

static void runs(void **state)
{
    struct rig *rig = *state;

    for (uint32_t tasks = 2; tasks < 10; tasks++) {
        struct count counted = {0, 0};
        SUCCEEDS(srnn_workspace_parallel(rig->workspace, run_counted, &counted, tasks));
        (void)rig_train(rig);
        assert_true(counted.calls > 0);
        assert_true(counted.most > 1 && counted.most <= tasks);
    }
}

/* A parallel-for of so many tasks that fails ends its stage, whichever it is; the next pass
 * computes the same bits. Returns how often the loss failed. */
static uint32_t fail_each_stage(struct rig *rig, uint32_t tasks)
{
    srnn_regularizer *const omega =
        (rig->shape.features & WITHOUT_OMEGA) != 0 ? NULL : rig->regularizer;
    struct rig fresh;
    uint32_t stages = 0, failed_losses = 0;
    int32_t status;

    do {
        uint32_t left = ++stages;
        SUCCEEDS(srnn_workspace_parallel(rig->workspace, run_failing, &left, tasks));
        status = srnn_forward(rig->model, rig->workspace, rig->batch);
        if (status == SRNN_E_PARALLEL) {
            RETURNS(SRNN_E_STATE,
                    srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, NULL, NULL));
            RETURNS(SRNN_E_STATE,
                    srnn_workspace_get_state(rig->workspace, rig->state, rig->shape.hidden,
                                             rig->shape.sequences));
        }
        if (status == SRNN_OK) {
            status = srnn_loss(rig->model, rig->workspace, rig->batch, 1.0, NULL, NULL);
            if (status == SRNN_E_PARALLEL) {
                failed_losses++;
                RETURNS(SRNN_E_STATE,
                        srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
            }
        }
        if (status == SRNN_OK) {
            status = srnn_backward(rig->model, rig->workspace, omega, rig->gradient, rig->count);
            if (status == SRNN_E_PARALLEL) {
                RETURNS(SRNN_E_STATE,
                        srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
            }
        }
        assert_int_equal(status, left == 0 ? SRNN_E_PARALLEL : SRNN_OK);
    } while (status == SRNN_E_PARALLEL);
    assert_true(stages > 4);

    SUCCEEDS(srnn_workspace_parallel(rig->workspace, NULL, NULL, 0));
    SUCCEEDS(srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, NULL));
    rig_open(&fresh, &rig->shape);
    assert_true(rig_train(&fresh) == rig_train(rig));
    rig_close(&fresh);
    return failed_losses;
}

static void fails(void **state)
{
    (void)fail_each_stage(*state, 2);
}

/* So many steps without Omega that some tasks of backward add gradients while others sweep. */
static void fails_when_overlapped(void **state)
{
    struct shape shape = small_shape;
    struct rig rig;

    (void)state;
    shape.steps = 40;
    shape.features |= WITHOUT_OMEGA;
    rig_open(&rig, &shape);
    (void)fail_each_stage(&rig, 2);
    rig_close(&rig);
}

/* So many hidden units that backward packs its factors first, which AVX-512 does for more units
 * only, and enough outputs to divide the loss among tasks. */
static void fails_when_wide(void **state)
{
    struct shape shape = small_shape;
    struct rig rig;

    (void)state;
    shape.hidden = 260;
    shape.outputs = 600;
    rig_open(&rig, &shape);
    SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, SRNN_INSTRUCTIONS_BASELINE));
    assert_true(fail_each_stage(&rig, 2) > 0);
    rig_close(&rig);
}

/* So wide a layer that each step has rounds of its own (lib/passes/columns.h), also on a workspace
 * that runs steps forward again. */
static void fails_in_each_step(void **state)
{
    struct shape shape = small_shape;

    (void)state;
    shape.hidden = 1024;
    shape.activation = SRNN_HIDDEN_LINEAR;
    shape.steps = shape.sequences = 3;
    for (uint32_t flags = 0; flags <= SRNN_WORKSPACE_FRUGAL; flags += SRNN_WORKSPACE_FRUGAL) {
        struct rig rig;

        shape.workspace_flags = flags;
        rig_open(&rig, &shape);
        (void)fail_each_stage(&rig, 4);
        rig_close(&rig);
    }
}

/* ------------------------------------------------------------------------
 * What a workspace can do after a pass that failed
 * ------------------------------------------------------------------------ */

/* The pass that a rig's workspace has run last. */
enum pass { NO_PASS, FORWARD, LOSS, BACKWARD, PASSES };

/* Run the passes up to and including `last`. */
static void run_up_to(struct rig *rig, enum pass last)
{
    if (last >= FORWARD) {
        SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    }
    if (last >= LOSS) {
        SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.25, NULL, NULL));
    }
    if (last >= BACKWARD) {
        SUCCEEDS(
            srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count));
    }
}

/* Run a pass whose parallel-for fails the `at`th time. Returns 0 if it is not called that often. */
static int failed(struct rig *rig, enum pass pass, uint32_t at)
{
    uint32_t left = at;
    int32_t status;

    SUCCEEDS(srnn_workspace_parallel(rig->workspace, run_failing, &left, 3));
    rig->out->value = rig->out->other = -1.0;
    status = pass == FORWARD ? srnn_forward(rig->model, rig->workspace, rig->batch)
             : pass == LOSS  ? srnn_loss(rig->model, rig->workspace, rig->batch, 0.25,
                                         &rig->out->value, &rig->out->other)
                             : srnn_backward(rig->model, rig->workspace, rig->regularizer,
                                             rig->gradient, rig->count);
    assert_int_equal(status, left == 0 ? SRNN_E_PARALLEL : SRNN_OK);
    SUCCEEDS(srnn_workspace_parallel(rig->workspace, NULL, NULL, 0));
    return left == 0;
}

/* Backward and the views that a pass up to `last` does not fill are refused. */
static void only_up_to(struct rig *rig, enum pass last)
{
    static const enum pass needs[] = {FORWARD,  FORWARD,  LOSS,    FORWARD,
                                      BACKWARD, BACKWARD, BACKWARD};
    struct results *out = rig->out;

    for (uint32_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        if (needs[i] > last) {
            REFUSES(&rig->heap, SRNN_E_STATE,
                    srnn_workspace_view(rig->workspace, SRNN_VIEW_HIDDEN + i, &out->data,
                                        &out->step_stride, &out->sequence_stride, &out->columns));
        } else {
            (void)rig_view(rig, SRNN_VIEW_HIDDEN + i, 0, 0);
        }
    }
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count));
    if (last == NO_PASS) {
        REFUSES(&rig->heap, SRNN_E_STATE,
                srnn_loss(rig->model, rig->workspace, rig->batch, 0.25, &out->value, &out->other));
        REFUSES(&rig->heap, SRNN_E_STATE, srnn_loss_begin(rig->workspace));
        REFUSES(&rig->heap, SRNN_E_STATE, rig_count_errors(rig, 0.5));
    } else {
        SUCCEEDS(rig_count_errors(rig, 0.5));
    }
}

/* From `first` on the passes give the bits of a rig where none has failed. */
static void same_bits_from(struct rig *rig, enum pass first)
{
    struct rig fresh;

    rig_open(&fresh, &rig->shape);
    run_up_to(&fresh, BACKWARD);
    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    SUCCEEDS(srnn_regularizer_reset(rig->regularizer));
    if (first == FORWARD) {
        SUCCEEDS(srnn_forward(rig->model, rig->workspace, rig->batch));
    }
    SUCCEEDS(srnn_loss(rig->model, rig->workspace, rig->batch, 0.25, NULL, NULL));
    SUCCEEDS(
        srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count));
    SAME_FLOATS(fresh.gradient, rig->gradient, rig->count);
    rig_close(&fresh);
}

/* The small shape, with so many outputs that a loss is divided among tasks. */
static struct shape divided_shape(void)
{
    struct shape shape = small_shape;

    shape.outputs = 64;
    return shape;
}

/* A frugal workspace computes states again in backward, and so leaves other states behind. */
static struct shape frugal_shape(void)
{
    struct shape shape = divided_shape();

    shape.workspace_flags = SRNN_WORKSPACE_FRUGAL;
    return shape;
}

/* Whatever ran before, there is no tape and no carried state: only a forward is accepted. */
static void forward_fails(void **state)
{
    const struct shape shape = divided_shape();

    (void)state;
    for (enum pass before = NO_PASS; before < PASSES; before++) {
        struct rig rig;

        rig_open(&rig, &shape);
        run_up_to(&rig, before);
        assert_true(failed(&rig, FORWARD, 1));
        only_up_to(&rig, NO_PASS);
        REFUSES(&rig.heap, SRNN_E_STATE,
                srnn_workspace_get_state(rig.workspace, rig.state, shape.hidden, shape.sequences));
        REFUSES(&rig.heap, SRNN_E_STATE,
                srnn_forward_continue(rig.model, rig.workspace, rig.batch));
        same_bits_from(&rig, FORWARD);
        rig_close(&rig);
    }
}

/* Whatever ran before, there is no gradient on the logits: backward needs another loss. The results
 * stay as they were. */
static void loss_fails(void **state)
{
    const struct shape shape = divided_shape();

    (void)state;
    for (enum pass before = FORWARD; before < PASSES; before++) {
        struct rig rig;

        rig_open(&rig, &shape);
        run_up_to(&rig, before);
        assert_true(failed(&rig, LOSS, 1));
        NEAR(-1.0, rig.out->value, 0.0);
        NEAR(-1.0, rig.out->other, 0.0);
        only_up_to(&rig, FORWARD);
        same_bits_from(&rig, LOSS);
        rig_close(&rig);
    }
}

/* A loss of the caller's own may follow one that failed. */
static void loss_begins_after_one_that_failed(void **state)
{
    const struct shape shape = divided_shape();
    struct rig rig;

    (void)state;
    rig_open(&rig, &shape);
    run_up_to(&rig, BACKWARD);
    assert_true(failed(&rig, LOSS, 1));
    SUCCEEDS(srnn_loss_begin(rig.workspace));
    memset(rig.gradient, 0, rig.count * sizeof *rig.gradient);
    SUCCEEDS(srnn_backward(rig.model, rig.workspace, NULL, rig.gradient, rig.count));
    for (size_t i = 0; i < rig.count; i++) {
        assert_true(rig.gradient[i] == 0.0f);
    }
    rig_close(&rig);
}

/* In whichever of its rounds it fails, there is no tape; but the carried state is that of the
 * forward. */
static void backward_fails(void **state)
{
    const struct shape all[2] = {divided_shape(), frugal_shape()};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const size_t states = (size_t)all[i].sequences * all[i].hidden;
        struct rig rig;
        float *before;
        uint32_t round = 1;

        rig_open(&rig, &all[i]);
        before = heap_array(&rig.heap, states, sizeof *before);
        for (run_up_to(&rig, LOSS); failed(&rig, BACKWARD, round); round++) {
            only_up_to(&rig, NO_PASS);
            SUCCEEDS(srnn_workspace_get_state(rig.workspace, rig.state, all[i].hidden,
                                              all[i].sequences));
            same_bits_from(&rig, FORWARD);
            SUCCEEDS(
                srnn_workspace_get_state(rig.workspace, before, all[i].hidden, all[i].sequences));
            SAME_FLOATS(before, rig.state, states);
            run_up_to(&rig, LOSS);
        }
        assert_true(round > 2);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(arguments),
        RIG_TEST(runs),
        RIG_TEST(fails),
        cmocka_unit_test(fails_when_overlapped),
        cmocka_unit_test(fails_when_wide),
        cmocka_unit_test(fails_in_each_step),
        cmocka_unit_test(forward_fails),
        cmocka_unit_test(loss_fails),
        cmocka_unit_test(loss_begins_after_one_that_failed),
        cmocka_unit_test(backward_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
