/* test_regularizer.c - Omega's options, what is gathered, apply */
#include <math.h>
#include <string.h>

#include "options.h"

/* The options of a kind, whose switches start at `preset`. */
static void options_of(struct rig *rig, uint32_t kind, double preset)
{
    const struct option_row rows[] = {
        {SRNN_OMEGA_WEIGHT, 4.0, 4, {0.0, 1e-300, 0.5, 1e20}, 3, {-1e-300, -1.0, -INFINITY}},
        {SRNN_OMEGA_RATIO, preset, 2, {0.0, 1.0}, 6, {-1.0, 0.5, 1.5, 2.0, 1e300, INFINITY}},
        {SRNN_OMEGA_STATE, preset, 2, {0.0, 1.0}, 6, {-1.0, 0.5, 1.5, 2.0, 1e300, INFINITY}},
        {SRNN_OMEGA_AVERAGE, preset, 2, {0.0, 1.0}, 6, {-1.0, 0.5, 1.5, 2.0, 1e300, INFINITY}},
        {SRNN_OMEGA_BOUND, 1e-20, 3, {1e-30, 1.0, 1e30}, 5, {0.0, -1.0, 9e-31, 1.1e30, INFINITY}},
    };
    static const uint32_t statistics[] = {SRNN_OMEGA_VALUE, SRNN_OMEGA_SIGNAL};
    const struct option_argument made_with[] = {{SRNN_OMEGA_KIND, kind},
                                                {SRNN_OMEGA_HIDDEN, rig->shape.hidden}};
    const struct option_table table = {
        &option_handles[OPTIONS_OF_REGULARIZER], rows, 5, statistics, 2, made_with, 2};

    rig->shape.regularizer_kind = kind;
    check_options(rig, rig_placed(rig, HANDLE_REGULARIZER), &table);
}

static void options(void **state)
{
    options_of(*state, SRNN_OMEGA_PAPER, 0.0);
    options_of(*state, SRNN_OMEGA_SCRIPT, 1.0);
}

static void sizes(void **state)
{
    static const uint32_t unknown[] = {0, SRNN_OMEGA_PAPER - 1, SRNN_OMEGA_SCRIPT + 1, 99,
                                       UINT32_MAX};
    struct rig *rig = *state;
    void *memory = heap_array(&rig->heap, 4096, 1);
    srnn_regularizer *regularizer = NULL;

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        REFUSES(&rig->heap, SRNN_E_RANGE,
                srnn_regularizer_size(rig->model, unknown[i], &rig->out->bytes));
        RETURNS(SRNN_E_RANGE,
                srnn_regularizer_init(memory, 4096, rig->model, unknown[i], &regularizer));
        RETURNS(SRNN_E_RANGE, srnn_regularizer_create(heap_allocate, &rig->heap, rig->model,
                                                      unknown[i], &regularizer));
    }
    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad)
    {
        RETURNS(SRNN_E_ARGUMENT,
                srnn_regularizer_init(memory, 4096, bad, SRNN_OMEGA_PAPER, &regularizer));
        RETURNS(SRNN_E_ARGUMENT, srnn_regularizer_create(heap_allocate, &rig->heap, bad,
                                                         SRNN_OMEGA_PAPER, &regularizer));
    }
    assert_null(regularizer);
}

/* Run a pass that gathers. */
static void gather(struct rig *rig)
{
    memset(rig->gradient, 0, rig->count * sizeof *rig->gradient);
    rig_forward(rig);
    SUCCEEDS(
        srnn_backward(rig->model, rig->workspace, rig->regularizer, rig->gradient, rig->count));
}

/* An option or statistic. */
static double value_of(const struct rig *rig, uint32_t key)
{
    double value = NAN;

    SUCCEEDS(srnn_regularizer_get(rig->regularizer, key, &value));
    return value;
}

/* While something is gathered its meaning must not change; WEIGHT has no part in it. */
static void locked_while_gathering(void **state)
{
    static const uint32_t locked[] = {SRNN_OMEGA_RATIO, SRNN_OMEGA_STATE, SRNN_OMEGA_AVERAGE,
                                      SRNN_OMEGA_BOUND};
    struct rig *rig = *state;

    gather(rig);
    for (size_t i = 0; i < 4; i++) {
        REFUSES(&rig->heap, SRNN_E_STATE, srnn_regularizer_set(rig->regularizer, locked[i], 1.0));
    }
    SUCCEEDS(srnn_regularizer_set(rig->regularizer, SRNN_OMEGA_WEIGHT, 2.0));
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_regularizer_set(rig->regularizer, SRNN_OMEGA_WEIGHT, -1.0));
    REFUSES(&rig->heap, SRNN_E_READ_ONLY,
            srnn_regularizer_set(rig->regularizer, SRNN_OMEGA_VALUE, 1.0));
    REFUSES(&rig->heap, SRNN_E_OPTION,
            srnn_regularizer_set(rig->regularizer, SRNN_OPTIMIZER_RATE, 1.0));
    SUCCEEDS(srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, NULL));
    for (size_t i = 0; i < 4; i++) {
        SUCCEEDS(srnn_regularizer_set(rig->regularizer, locked[i], 1.0));
    }
}

static void apply_refuses(void **state)
{
    struct rig *rig = *state;
    double *omega = &rig->out->value;
    const size_t counts[] = {0, 1, rig->count - 1, rig->count + 1, SIZE_MAX};
    struct shape ready = rig->shape;
    srnn_model *other;

    rig->shape.hidden = 6;
    other = rig_placed(rig, HANDLE_MODEL);
    rig->shape = ready;
    gather(rig);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        REFUSES(
            &rig->heap, SRNN_E_SHAPE,
            srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, counts[i], omega));
    }
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_regularizer_apply(rig->regularizer, other, rig->gradient,
                                   srnn_model_parameter_count(other), omega));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_regularizer_apply(rig->regularizer, rig->model, NULL, rig->count, omega));
    FOR_BAD_HANDLES(rig, HANDLE_REGULARIZER, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_regularizer_apply(bad, rig->model, rig->gradient, rig->count, omega));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_regularizer_gathered(bad, &rig->out->data, &rig->out->sums));
    }
    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad_model)
    {
        REFUSES(
            &rig->heap, SRNN_E_ARGUMENT,
            srnn_regularizer_apply(rig->regularizer, bad_model, rig->gradient, rig->count, omega));
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_regularizer_gathered(rig->regularizer, NULL, &rig->out->sums));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_regularizer_gathered(rig->regularizer, &rig->out->data, NULL));
    SUCCEEDS(
        srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, omega));
}

/* apply adds WEIGHT times the gathered gradient, divided, to w_rec's part and nothing elsewhere.
 * It returns Omega and clears what was gathered. */
static void apply_adds(void **state)
{
    struct rig *rig = *state;
    const size_t hidden = rig->shape.hidden;
    const size_t w_rec = (size_t)(rig_tensor(rig, "w_rec", NULL, NULL) - rig->parameters);
    float *before = heap_array(&rig->heap, rig->count, sizeof *before);
    float *matrix = heap_array(&rig->heap, hidden * hidden, sizeof *matrix);
    double gathered[4];
    double omega;
    float *its_matrix;
    double *sums;

    gather(rig);
    SUCCEEDS(srnn_regularizer_gathered(rig->regularizer, &its_matrix, &sums));
    memcpy(before, rig->gradient, rig->count * sizeof *before);
    memcpy(matrix, its_matrix, hidden * hidden * sizeof *matrix);
    memcpy(gathered, sums, sizeof gathered);
    assert_true(gathered[0] > 0.0 && gathered[1] > 0.0 && gathered[2] >= gathered[1]);
    NEAR(3.0, gathered[3], 0.0); /* the fourth sequence is empty */
    SUCCEEDS(srnn_regularizer_set(rig->regularizer, SRNN_OMEGA_WEIGHT, 2.5));
    SUCCEEDS(
        srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, &omega));
    NEAR(gathered[0] / gathered[3], omega, 1e-12);
    NEAR(omega, value_of(rig, SRNN_OMEGA_VALUE), 0.0);
    NEAR(gathered[1] / gathered[2], value_of(rig, SRNN_OMEGA_SIGNAL), 1e-12);
    for (size_t i = 0; i < rig->count; i++) {
        const int inside = i >= w_rec && i < w_rec + hidden * hidden;
        const double added = inside ? 2.5 * (double)matrix[i - w_rec] / gathered[3] : 0.0;
        NEAR((double)before[i] + added, (double)rig->gradient[i], inside ? 1e-6 : 0.0);
    }
    for (size_t i = 0; i < hidden * hidden; i++) {
        assert_true(its_matrix[i] == 0.0f);
    }
    for (size_t i = 0; i < 4; i++) {
        NEAR(0.0, sums[i], 0.0);
    }
    /* Nothing gathered: nothing added, Omega 0. */
    memcpy(before, rig->gradient, rig->count * sizeof *before);
    SUCCEEDS(
        srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, &omega));
    SAME_FLOATS(before, rig->gradient, rig->count);
    NEAR(0.0, omega, 0.0);
    NEAR(0.0, value_of(rig, SRNN_OMEGA_VALUE), 0.0);
    NEAR(0.0, value_of(rig, SRNN_OMEGA_SIGNAL), 0.0);
}

/* With WEIGHT 0 Omega is measured and nothing is added, also where its gradient is infinite or NaN:
 * 0 times these is no number. */
static void weight_of_zero(void **state)
{
    struct rig *rig = *state;
    float *before = heap_array(&rig->heap, rig->count, sizeof *before);
    double *sums, omega = 0.0;
    float *matrix;

    gather(rig);
    memcpy(before, rig->gradient, rig->count * sizeof *before);
    SUCCEEDS(srnn_regularizer_gathered(rig->regularizer, &matrix, &sums));
    matrix[0] = INFINITY;
    matrix[1] = -INFINITY;
    matrix[2] = NAN;
    SUCCEEDS(srnn_regularizer_set(rig->regularizer, SRNN_OMEGA_WEIGHT, 0.0));
    SUCCEEDS(
        srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, &omega));
    SAME_FLOATS(before, rig->gradient, rig->count);
    assert_true(omega > 0.0);
    NEAR(0.0, (double)matrix[0], 0.0);
}

/* Sums that no batch has are as if no pair had carried signal: nothing is added. */
static void sums_that_no_batch_has(void **state)
{
    const double all[][4] = {
        {1.0, 1.0, 0.0, 1.0},           {0.0, 0.0, 0.0, 0.0},           {1.0, 2.0, 1.0, 1.0},
        {1.0, 1.0, -2.0, 1.0},          {1.0, -1.0, -2.0, 1.0},         {-1.0, 1.0, 2.0, 1.0},
        {-INFINITY, 1.0, 2.0, 1.0},     {1.0, INFINITY, INFINITY, 1.0}, {1.0, 1.0, INFINITY, 1.0},
        {1.0, NAN, 2.0, 1.0},           {1.0, 1.0, NAN, 1.0},           {NAN, NAN, NAN, NAN},
        {1.0, -INFINITY, -INFINITY, 1}, {1.0, INFINITY, 2.0, 1.0},
    };
    struct rig *rig = *state;
    float *before = heap_array(&rig->heap, rig->count, sizeof *before);
    float *matrix;
    double *sums;

    gather(rig);
    memcpy(before, rig->gradient, rig->count * sizeof *before);
    SUCCEEDS(srnn_regularizer_gathered(rig->regularizer, &matrix, &sums));
    for (size_t i = 0; i < 2 * (sizeof all / sizeof all[0]); i++) {
        double omega = NAN;

        SUCCEEDS(srnn_regularizer_reset(rig->regularizer));
        SUCCEEDS(srnn_regularizer_set(rig->regularizer, SRNN_OMEGA_AVERAGE, i % 2 == 0 ? 0 : 1));
        matrix[0] = 1.0f;
        memcpy(sums, all[i / 2], sizeof all[0]);
        SUCCEEDS(srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count,
                                        &omega));
        SAME_FLOATS(before, rig->gradient, rig->count);
        NEAR(0.0, omega, 0.0);
        NEAR(0.0, value_of(rig, SRNN_OMEGA_VALUE), 0.0);
        NEAR(0.0, value_of(rig, SRNN_OMEGA_SIGNAL), 0.0);
    }
}

/* Sums that are not finite where only their quotients matter: the statistics stay ones that a
 * checkpoint restores. */
static void sums_beyond_numbers(void **state)
{
    const double all[][4] = {{INFINITY, 1.0, 2.0, 1.0}, {NAN, 1.0, 2.0, 1.0},
                             {1.0, 1.0, 2.0, INFINITY}, {1.0, 1.0, 2.0, NAN},
                             {1.0, 1.0, 2.0, -1.0},     {1.0, 1.0, 2.0, 5e-324},
                             {1.0, 1.0, 2.0, 0.0},      {1.0, 1e308, 1e308, 1e300}};
    struct rig *rig = *state;
    unsigned char file[4096];
    float *matrix;
    double *sums;
    size_t bytes;

    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "omega", rig->regularizer));
    SUCCEEDS(srnn_regularizer_gathered(rig->regularizer, &matrix, &sums));
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        double signal;

        memcpy(sums, all[i], sizeof all[0]);
        SUCCEEDS(
            srnn_regularizer_apply(rig->regularizer, rig->model, rig->gradient, rig->count, NULL));
        signal = value_of(rig, SRNN_OMEGA_SIGNAL);
        assert_true(signal >= 0.0 && signal <= 1.0);
        assert_false(value_of(rig, SRNN_OMEGA_VALUE) < 0.0);
        SUCCEEDS(srnn_checkpoint_save(rig->checkpoint, file, sizeof file, &bytes));
        SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
        SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    }
}

/* Two shards, gathered apart and added up through the pointers, are the batch gathered whole. */
static void shards(void **state)
{
    struct rig *rig = *state;
    const size_t elements = (size_t)rig->shape.hidden * rig->shape.hidden;
    double whole_sums[4];
    float *whole = heap_array(&rig->heap, elements, sizeof *whole);
    srnn_regularizer *second = rig_placed(rig, HANDLE_REGULARIZER);
    srnn_regularizer *first = rig->regularizer;
    float *matrix, *other_matrix;
    double *sums, *other_sums;

    gather(rig);
    SUCCEEDS(srnn_regularizer_gathered(first, &matrix, &sums));
    memcpy(whole, matrix, elements * sizeof *whole);
    memcpy(whole_sums, sums, sizeof whole_sums);
    SUCCEEDS(srnn_regularizer_apply(first, rig->model, rig->gradient, rig->count, NULL));

    rig_describe(rig, rig->batch, 0, 2);
    gather(rig);
    rig_describe(rig, rig->batch, 2, 2);
    rig->regularizer = second;
    gather(rig);
    rig->regularizer = first;
    SUCCEEDS(srnn_regularizer_gathered(second, &other_matrix, &other_sums));
    for (size_t i = 0; i < elements; i++) {
        NEAR((double)whole[i], (double)matrix[i] + (double)other_matrix[i], 1e-5);
    }
    for (size_t i = 0; i < 4; i++) {
        NEAR(whole_sums[i], sums[i] + other_sums[i], 1e-6 * (1.0 + whole_sums[i]));
    }
}

/* A sequence that is cut into chunks counts once for each backward, and so Omega with AVERAGE 0 is
 * a mean over as many more. The caller, who knows the number of sequences, may write it to the sums
 * before apply. */
static void chunks_in_time(void **state)
{
    struct shape shape = small_shape;
    struct rig rig;
    float *matrix;
    double *sums, omega, terms;

    (void)state;
    shape.features = WITH_TARGET_IDS;
    rig_open(&rig, &shape);
    gather(&rig);
    SUCCEEDS(srnn_regularizer_gathered(rig.regularizer, &matrix, &sums));
    NEAR(shape.sequences, sums[3], 0.0);
    SUCCEEDS(srnn_forward_continue(rig.model, rig.workspace, rig.batch));
    SUCCEEDS(srnn_loss(rig.model, rig.workspace, rig.batch, 0.25, NULL, NULL));
    SUCCEEDS(srnn_backward(rig.model, rig.workspace, rig.regularizer, rig.gradient, rig.count));
    NEAR(2.0 * shape.sequences, sums[3], 0.0);
    NEAR((2.0 * shape.steps - 1.0) * shape.sequences, sums[2], 0.0);
    terms = sums[0];
    sums[3] = shape.sequences;
    SUCCEEDS(srnn_regularizer_apply(rig.regularizer, rig.model, rig.gradient, rig.count, &omega));
    NEAR(terms / shape.sequences, omega, 0.0);
    assert_true(omega > 0.0);
    rig_close(&rig);
}

/* Whatever a pass that failed has left, after a reset the next one gathers what it would in a new
 * regularizer with these options. */
static void reset(void **state)
{
    struct rig *rig = *state;
    const size_t elements = (size_t)rig->shape.hidden * rig->shape.hidden;
    srnn_regularizer *used = rig_placed(rig, HANDLE_REGULARIZER), *fresh = rig->regularizer;
    float *matrix, *other_matrix;
    double *sums, *other_sums;

    SUCCEEDS(srnn_regularizer_set(fresh, SRNN_OMEGA_RATIO, 1.0));
    SUCCEEDS(srnn_regularizer_set(used, SRNN_OMEGA_RATIO, 1.0));
    SUCCEEDS(srnn_regularizer_gathered(used, &matrix, &sums));
    rig->regularizer = used;
    gather(rig);
    SUCCEEDS(srnn_regularizer_apply(used, rig->model, rig->gradient, rig->count, NULL));
    assert_true(value_of(rig, SRNN_OMEGA_VALUE) > 0.0);
    assert_true(value_of(rig, SRNN_OMEGA_SIGNAL) > 0.0);
    gather(rig);
    for (size_t i = 0; i < elements; i++) {
        matrix[i] = NAN;
    }
    for (size_t i = 0; i < 4; i++) {
        sums[i] = NAN;
    }
    SUCCEEDS(srnn_regularizer_reset(used));
    NEAR(0.0, value_of(rig, SRNN_OMEGA_VALUE), 0.0);
    NEAR(0.0, value_of(rig, SRNN_OMEGA_SIGNAL), 0.0);
    NEAR(1.0, value_of(rig, SRNN_OMEGA_RATIO), 0.0);
    SUCCEEDS(srnn_regularizer_set(used, SRNN_OMEGA_STATE, 0.0)); /* nothing is gathered */
    gather(rig);
    rig->regularizer = fresh;
    gather(rig);
    SUCCEEDS(srnn_regularizer_gathered(fresh, &other_matrix, &other_sums));
    SAME_FLOATS(other_matrix, matrix, elements);
    assert_memory_equal(other_sums, sums, 4 * sizeof *sums);
    FOR_BAD_HANDLES(rig, HANDLE_REGULARIZER, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_regularizer_reset(bad));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(options),
        RIG_TEST(sizes),
        RIG_TEST(locked_while_gathering),
        RIG_TEST(apply_refuses),
        RIG_TEST(apply_adds),
        RIG_TEST(weight_of_zero),
        RIG_TEST(sums_that_no_batch_has),
        RIG_TEST(sums_beyond_numbers),
        RIG_TEST(shards),
        cmocka_unit_test(chunks_in_time),
        RIG_TEST(reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
