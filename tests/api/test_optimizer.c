/* test_optimizer.c - making optimizers, options, order of calls
 *
 * The numbers of the updates are tested in tests/reference. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "options.h"

static const uint32_t kinds[] = {SRNN_OPTIMIZER_SGD, SRNN_OPTIMIZER_MOMENTUM,
                                 SRNN_OPTIMIZER_NESTEROV, SRNN_OPTIMIZER_RMSPROP,
                                 SRNN_OPTIMIZER_ADAM};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* A placed optimizer of a kind for the rig's parameters. */
static srnn_optimizer *optimizer_of(struct rig *rig, uint32_t kind)
{
    rig->shape.optimizer_kind = kind;
    return rig_placed(rig, HANDLE_OPTIMIZER);
}

static void options(void **state)
{
    /* The largest double that a float does not round to 1, and the next. */
    const double at_one = 1.0 - 0x1p-25;
    const double below_one = nextafter(at_one, 0.0);
    const struct option_row rows[] = {
        {SRNN_OPTIMIZER_RATE, 0.01, 4, {0.0, 1e-300, 1.0, 1e20}, 3, {-1e-300, -1.0, -INFINITY}},
        {SRNN_OPTIMIZER_MOMENTUM_FACTOR,
         0.9,
         3,
         {0.0, 0.5, below_one},
         6,
         {-1e-300, -1.0, at_one, 1.0, 2.0, INFINITY}},
        {SRNN_OPTIMIZER_DECAY,
         0.9,
         3,
         {0.0, 0.5, below_one},
         6,
         {-1e-300, -1.0, at_one, 1.0, 2.0, INFINITY}},
        {SRNN_OPTIMIZER_BETA1,
         0.9,
         3,
         {0.0, 0.5, below_one},
         6,
         {-1e-300, -1.0, at_one, 1.0, 2.0, INFINITY}},
        {SRNN_OPTIMIZER_BETA2,
         0.999,
         3,
         {0.0, 0.5, below_one},
         6,
         {-1e-300, -1.0, at_one, 1.0, 2.0, INFINITY}},
        {SRNN_OPTIMIZER_EPSILON, 1e-8, 3, {1e-30, 0.5, 1e20}, 3, {0.0, -1e-300, -INFINITY}},
    };
    static const uint32_t statistics[] = {SRNN_OPTIMIZER_UPDATES};
    struct rig *rig = *state;
    struct option_argument arguments[] = {{SRNN_OPTIMIZER_KIND, 0.0},
                                          {SRNN_OPTIMIZER_COUNT, (double)rig->count}};
    const struct option_table table = {
        &option_handles[OPTIONS_OF_OPTIMIZER], rows, 6, statistics, 1, arguments, 2};

    for (size_t k = 0; k < KINDS; k++) {
        arguments[0].value = kinds[k];
        check_options(*state, optimizer_of(*state, kinds[k]), &table);
    }
}

static void making(void **state)
{
    static const uint32_t unknown[] = {0, SRNN_OPTIMIZER_SGD - 1, SRNN_OPTIMIZER_ADAM + 1, 99,
                                       UINT32_MAX};
    struct rig *rig = *state;
    void *memory = heap_array(&rig->heap, 4096, 1);
    srnn_optimizer *optimizer = NULL;
    size_t *bytes = &rig->out->bytes;

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        REFUSES(&rig->heap, SRNN_E_RANGE, srnn_optimizer_size(unknown[i], 10, bytes));
        RETURNS(SRNN_E_RANGE, srnn_optimizer_init(memory, 4096, unknown[i], 10, &optimizer));
        RETURNS(SRNN_E_RANGE,
                srnn_optimizer_create(heap_allocate, &rig->heap, unknown[i], 10, &optimizer));
    }
    for (size_t k = 0; k < KINDS; k++) {
        REFUSES(&rig->heap, SRNN_E_RANGE, srnn_optimizer_size(kinds[k], 0, bytes));
        RETURNS(SRNN_E_RANGE, srnn_optimizer_init(memory, 4096, kinds[k], 0, &optimizer));
        RETURNS(SRNN_E_RANGE,
                srnn_optimizer_create(heap_allocate, &rig->heap, kinds[k], 0, &optimizer));
    }
    assert_null(optimizer);
}

/* Vectors whose state does not fit in size_t. */
static void overflow(void **state)
{
    static const struct {
        uint32_t kind;
        size_t vectors;
    } cases[] = {{SRNN_OPTIMIZER_MOMENTUM, 1},
                 {SRNN_OPTIMIZER_NESTEROV, 1},
                 {SRNN_OPTIMIZER_RMSPROP, 1},
                 {SRNN_OPTIMIZER_ADAM, 2}};
    struct rig *rig = *state;
    void *memory = heap_array(&rig->heap, 64, 1);
    srnn_optimizer *optimizer = NULL;

    for (size_t i = 0; i < 4; i++) {
        const size_t limit = SIZE_MAX / sizeof(float) / cases[i].vectors;
        const size_t counts[] = {limit, limit + 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1, SIZE_MAX};
        for (size_t c = 0; c < 5; c++) {
            REFUSES(&rig->heap, SRNN_E_OVERFLOW,
                    srnn_optimizer_size(cases[i].kind, counts[c], &rig->out->bytes));
            RETURNS(SRNN_E_OVERFLOW,
                    srnn_optimizer_init(memory, 64, cases[i].kind, counts[c], &optimizer));
            RETURNS(SRNN_E_OVERFLOW, srnn_optimizer_create(heap_allocate, &rig->heap, cases[i].kind,
                                                           counts[c], &optimizer));
        }
        SUCCEEDS(srnn_optimizer_size(cases[i].kind, limit / 2, &rig->out->bytes));
    }
    assert_null(optimizer);
}

static void step_refuses(void **state)
{
    struct rig *rig = *state;
    const size_t count = rig->count;
    const size_t counts[] = {0, 1, count - 1, count + 1, SIZE_MAX};
    float *both = heap_array(&rig->heap, 2 * count, sizeof *both);

    for (size_t i = 0; i < 2 * count; i++) {
        both[i] = 0.5f;
    }
    for (size_t k = 0; k < KINDS; k++) {
        srnn_optimizer *optimizer = optimizer_of(rig, kinds[k]);
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            REFUSES(&rig->heap, SRNN_E_SHAPE,
                    srnn_optimizer_step(optimizer, both, both + count, counts[i]));
        }
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_optimizer_step(optimizer, NULL, both + count, count));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_optimizer_step(optimizer, both, NULL, count));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_optimizer_step(optimizer, both, both, count));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_optimizer_step(optimizer, both, both + count - 1, count));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_optimizer_step(optimizer, both + 1, both, count));
        /* Next to each other is not an overlap. */
        SUCCEEDS(srnn_optimizer_step(optimizer, both, both + count, count));
        SUCCEEDS(srnn_optimizer_step(optimizer, both + count, both, count));
    }
    FOR_BAD_HANDLES(rig, HANDLE_OPTIMIZER, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_optimizer_step(bad, both, both + count, count));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_optimizer_reset(bad));
    }
}

/* Updates are counted; reset makes an optimizer new but for its options; the gradient is read
 * only; with a rate of 0 nothing moves. */
static void steps_and_reset(void **state)
{
    struct rig *rig = *state;
    const size_t count = rig->count;
    float *gradient = heap_array(&rig->heap, count, sizeof *gradient);
    float *kept = heap_array(&rig->heap, count, sizeof *kept);
    float *first = heap_array(&rig->heap, count, sizeof *first);
    float *second = heap_array(&rig->heap, count, sizeof *second);

    for (size_t i = 0; i < count; i++) {
        gradient[i] = srnn_random_normal(rig->random);
    }
    memcpy(kept, gradient, count * sizeof *kept);
    for (size_t k = 0; k < KINDS; k++) {
        srnn_optimizer *optimizer = optimizer_of(rig, kinds[k]);
        double updates = NAN, rate = NAN;
        SUCCEEDS(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, 0.125));
        for (int run = 0; run < 2; run++) {
            float *parameters = run == 0 ? first : second;
            for (size_t i = 0; i < count; i++) {
                parameters[i] = 1.0f;
            }
            for (int step = 1; step <= 5; step++) {
                SUCCEEDS(srnn_optimizer_step(optimizer, parameters, gradient, count));
                SUCCEEDS(srnn_optimizer_get(optimizer, SRNN_OPTIMIZER_UPDATES, &updates));
                NEAR(step, updates, 0.0);
            }
            SUCCEEDS(srnn_optimizer_reset(optimizer));
            SUCCEEDS(srnn_optimizer_get(optimizer, SRNN_OPTIMIZER_UPDATES, &updates));
            NEAR(0.0, updates, 0.0);
            SUCCEEDS(srnn_optimizer_get(optimizer, SRNN_OPTIMIZER_RATE, &rate));
            NEAR(0.125, rate, 0.0);
        }
        SAME_FLOATS(first, second, count);
        SAME_FLOATS(kept, gradient, count);
        assert_true(first[0] != 1.0f);
        SUCCEEDS(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, 0.0));
        SUCCEEDS(srnn_optimizer_step(optimizer, first, gradient, count));
        SAME_FLOATS(second, first, count);
    }
}

/* A gradient whose square is infinite: the parameters stay finite, and once the mean of squares has
 * decayed they move by the rate again. */
static void one_huge_gradient(void **state)
{
    static const uint32_t of_squares[] = {SRNN_OPTIMIZER_RMSPROP, SRNN_OPTIMIZER_ADAM};
    struct rig *rig = *state;
    float *parameters = rig->parameters, *gradient = rig->gradient;

    for (size_t k = 0; k < 2; k++) {
        srnn_optimizer *optimizer = optimizer_of(rig, of_squares[k]);
        SUCCEEDS(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_DECAY, 0.5));
        SUCCEEDS(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_BETA1, 0.5));
        SUCCEEDS(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_BETA2, 0.5));
        for (int step = 0; step < 300; step++) {
            for (size_t i = 0; i < rig->count; i++) {
                parameters[i] = 0.0f;
                gradient[i] = step == 0 ? 1e30f : 1.0f;
            }
            SUCCEEDS(srnn_optimizer_step(optimizer, parameters, gradient, rig->count));
            for (size_t i = 0; i < rig->count; i++) {
                assert_true(parameters[i] < 0.0f && parameters[i] >= -FLT_MAX);
            }
        }
        for (size_t i = 0; i < rig->count; i++) {
            NEAR(-0.01, (double)parameters[i], 1e-6);
        }
    }
}

/* Options that mean nothing to a kind may be set, and change no bit of its steps. */
static void options_without_use(void **state)
{
    static const uint32_t options_of_kinds[] = {SRNN_OPTIMIZER_MOMENTUM_FACTOR,
                                                SRNN_OPTIMIZER_DECAY, SRNN_OPTIMIZER_BETA1,
                                                SRNN_OPTIMIZER_BETA2, SRNN_OPTIMIZER_EPSILON};
    /* By kind, a bit for each of these options that it uses. */
    static const unsigned used[KINDS] = {0, 1, 1, 2 | 16, 4 | 8 | 16};
    struct rig *rig = *state;
    float *expected = heap_array(&rig->heap, rig->count, sizeof *expected);
    float *found = heap_array(&rig->heap, rig->count, sizeof *found);

    for (size_t i = 0; i < rig->count; i++) {
        rig->gradient[i] = 0.01f * (float)(i % 7) - 0.02f;
    }
    for (size_t k = 0; k < KINDS; k++) {
        srnn_optimizer *plain = optimizer_of(rig, kinds[k]);
        srnn_optimizer *other = optimizer_of(rig, kinds[k]);
        for (size_t i = 0; i < 5; i++) {
            if ((used[k] >> i & 1u) == 0) {
                SUCCEEDS(srnn_optimizer_set(other, options_of_kinds[i], 0.3));
            }
        }
        memcpy(expected, rig->parameters, rig->count * sizeof *expected);
        memcpy(found, rig->parameters, rig->count * sizeof *found);
        for (int round = 0; round < 3; round++) {
            SUCCEEDS(srnn_optimizer_step(plain, expected, rig->gradient, rig->count));
            SUCCEEDS(srnn_optimizer_step(other, found, rig->gradient, rig->count));
        }
        SAME_FLOATS(expected, found, rig->count);
    }
}

/* Three steps of a tensor at `offset` [count] of the rig's parameters, at this rate. */
static void train_part(struct rig *rig, uint32_t kind, double rate, size_t offset, size_t count)
{
    srnn_optimizer *part = NULL;

    SUCCEEDS(srnn_optimizer_create(heap_allocate, &rig->heap, kind, count, &part));
    SUCCEEDS(srnn_optimizer_set(part, SRNN_OPTIMIZER_RATE, rate));
    for (int step = 0; step < 3; step++) {
        SUCCEEDS(
            srnn_optimizer_step(part, rig->parameters + offset, rig->gradient + offset, count));
    }
    srnn_optimizer_destroy(part);
}

/* Tensors may have rates of their own, from an optimizer for each: a tensor's bits are those of one
 * optimizer of this rate for all parameters. A tensor without an optimizer stays as it is. */
static void tensor_by_tensor(void **state)
{
    struct rig *rig = *state;
    const size_t bytes = rig->count * sizeof(float);
    float *start = heap_array(&rig->heap, rig->count, sizeof *start);
    float *expected = heap_array(&rig->heap, rig->count, sizeof *expected);
    size_t offset, b_rec = 0;
    uint32_t rows, columns;

    memcpy(start, rig->parameters, bytes);
    for (size_t i = 0; i < rig->count; i++) {
        rig->gradient[i] = 0.01f * (float)(i % 7) - 0.02f;
    }
    for (size_t k = 0; k < KINDS; k++) {
        memcpy(expected, start, bytes);
        for (uint32_t i = 0;
             srnn_model_tensor(rig->model, i, NULL, &offset, &rows, &columns) == SRNN_OK; i++) {
            const size_t count = (size_t)rows * columns;

            if (i == 2) { /* b_rec, which is frozen */
                b_rec = offset;
                continue;
            }
            memcpy(rig->parameters, start, bytes);
            train_part(rig, kinds[k], 0.01 * (i + 1), 0, rig->count);
            memcpy(expected + offset, rig->parameters + offset, count * sizeof *expected);
        }
        memcpy(rig->parameters, start, bytes);
        for (uint32_t i = 0;
             srnn_model_tensor(rig->model, i, NULL, &offset, &rows, &columns) == SRNN_OK; i++) {
            if (i != 2) {
                train_part(rig, kinds[k], 0.01 * (i + 1), offset, (size_t)rows * columns);
            }
        }
        SAME_FLOATS(expected, rig->parameters, rig->count);
        SAME_FLOATS(start + b_rec, rig->parameters + b_rec, rig->shape.hidden);
        assert_memory_not_equal(start, rig->parameters, b_rec * sizeof *start);
    }
}

/* What decay refuses, and that it then changes nothing; without decay, or without a rate, no bit
 * changes. */
static void decay(void **state)
{
    static const float kept[] = {-0.0f, 0.0f, 1e-45f, 3e38f, INFINITY};
    float w[5];
    srnn_optimizer *optimizer = NULL;

    (void)state;
    memcpy(w, kept, sizeof kept);
    SUCCEEDS(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_SGD, 5, &optimizer));
    SUCCEEDS(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, 0.5));
    RETURNS(SRNN_E_ARGUMENT, srnn_optimizer_decay(NULL, w, 5, 0.1));
    RETURNS(SRNN_E_ARGUMENT, srnn_optimizer_decay(optimizer, NULL, 5, 0.1));
    RETURNS(SRNN_E_RANGE, srnn_optimizer_decay(optimizer, w, 5, -1e-300));
    RETURNS(SRNN_E_RANGE, srnn_optimizer_decay(optimizer, w, 5, (double)NAN));
    RETURNS(SRNN_E_RANGE, srnn_optimizer_decay(optimizer, w, 5, 2.0001));
    RETURNS(SRNN_E_SHAPE, srnn_optimizer_decay(optimizer, w, 6, 0.1));
    SUCCEEDS(srnn_optimizer_decay(optimizer, w, 5, 0.0));
    SUCCEEDS(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, 0.0));
    RETURNS(SRNN_E_RANGE, srnn_optimizer_decay(optimizer, w, 5, (double)INFINITY));
    SUCCEEDS(srnn_optimizer_decay(optimizer, w, 5, 1e30));
    SAME_FLOATS(kept, w, 5);
    /* The product of rate and decay becomes a float, and is checked as one. */
    SUCCEEDS(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, 1.0));
    RETURNS(SRNN_E_RANGE, srnn_optimizer_decay(optimizer, w, 4, 1.0 + 0x1p-23));
    SAME_FLOATS(kept, w, 5);
    SUCCEEDS(srnn_optimizer_decay(optimizer, w, 4, 1.0 + 0x1p-25));
    for (size_t i = 0; i < 4; i++) {
        NEAR(0.0, (double)w[i], 0.0);
    }
    srnn_optimizer_destroy(optimizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(options),
        RIG_TEST(making),
        RIG_TEST(overflow),
        RIG_TEST(step_refuses),
        RIG_TEST(options_without_use),
        RIG_TEST(steps_and_reset),
        RIG_TEST(one_huge_gradient),
        RIG_TEST(tensor_by_tensor),
        cmocka_unit_test(decay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
