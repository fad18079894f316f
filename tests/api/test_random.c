/* test_random.c - PCG32 and what is drawn from it */
#include <math.h>
#include <string.h>

#include "draws.h"
#include "support.h"

/* The first numbers of O'Neill's demonstration, seed 42 on stream 54. */
static void published_vectors(void **state)
{
    static const uint32_t expected[] = {0xa15c02b7u, 0x7b47f409u, 0xba1d3330u,
                                        0x83d2f293u, 0xbfa4784bu, 0xcbed606eu};
    srnn_random *random = NULL;

    (void)state;
    SUCCEEDS(srnn_random_create(NULL, NULL, 42, 54, &random));
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(srnn_random_u32(random), expected[i]);
    }
    srnn_random_destroy(random);
}

/* A generator of the small shape's kind with another seed and stream. */
static srnn_random *generator(struct rig *rig, uint64_t seed, uint64_t stream)
{
    void *memory = heap_array(&rig->heap, srnn_random_size(), 1);
    srnn_random *random = NULL;

    SUCCEEDS(srnn_random_init(memory, srnn_random_size(), seed, stream, &random));
    return random;
}

/* How many of 64 numbers two generators share, place by place. */
static int in_common(srnn_random *a, srnn_random *b)
{
    int common = 0;

    for (int i = 0; i < 64; i++) {
        common += srnn_random_u32(a) == srnn_random_u32(b);
    }
    return common;
}

/* Seed and stream decide all, and each of their bits counts; of a stream, 63 do. Streams that
 * differ in their highest bits alone are correlated: the test only requires that they differ. */
static void seeds_and_streams(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(in_common(generator(rig, 7, 9), generator(rig, 7, 9)), 64);
    for (unsigned bit = 0; bit < 64; bit++) {
        const uint64_t flip = UINT64_C(1) << bit;
        assert_true(in_common(generator(rig, 7, 9), generator(rig, 7 ^ flip, 9)) < 8);
        if (bit < 63) {
            assert_true(in_common(generator(rig, 7, 9), generator(rig, 7, 9 ^ flip)) < 64);
        }
    }
}

/* Each of `cells` equal parts of [0, bound) is hit as often as the others: the statistic is that
 * of chi-square with cells - 1 degrees of freedom, whose chance to pass 40 is below 1e-6 for 8
 * cells and less. */
static void even(srnn_random *random, uint32_t bound, uint32_t cells)
{
    enum { DRAWS = 60000 };
    uint32_t hits[8] = {0};
    double statistic = 0.0;
    const double expected = (double)DRAWS / cells;

    for (int i = 0; i < DRAWS; i++) {
        const uint32_t value = srnn_random_below(random, bound);
        assert_true(value < bound);
        hits[(uint64_t)value * cells / bound]++;
    }
    for (uint32_t cell = 0; cell < cells; cell++) {
        statistic += (hits[cell] - expected) * (hits[cell] - expected) / expected;
    }
    assert_true(statistic < 40.0);
}

static void below(void **state)
{
    struct rig *rig = *state;

    for (int i = 0; i < 10; i++) {
        assert_int_equal(srnn_random_below(rig->random, 0), 0);
        assert_int_equal(srnn_random_below(rig->random, 1), 0);
    }
    even(rig->random, 2, 2);
    even(rig->random, 3, 3);
    even(rig->random, 7, 7);
    even(rig->random, 1000, 8);
    even(rig->random, 0x80000000u, 8);
    /* For these bounds the remainder of a division alone would favour the lower part, unless some
     * draws are rejected. */
    even(rig->random, 0xc0000000u, 3);
    even(rig->random, 0x80000001u, 2);
    even(rig->random, 0xaaaaaaabu, 8);
    even(rig->random, UINT32_MAX, 8);
}

static void uniform(void **state)
{
    enum { DRAWS = 200000 };
    struct rig *rig = *state;
    double sum = 0.0, squares = 0.0, least = 1.0, most = 0.0;

    for (int i = 0; i < DRAWS; i++) {
        const double x = (double)srnn_random_uniform(rig->random);
        assert_true(x >= 0.0 && x < 1.0);
        assert_true(x * 0x1p24 == floor(x * 0x1p24));
        sum += x;
        squares += x * x;
        least = x < least ? x : least;
        most = x > most ? x : most;
    }
    NEAR(0.5, sum / DRAWS, 0.004);
    NEAR(1.0 / 3.0, squares / DRAWS, 0.004);
    assert_true(least < 1e-4 && most > 1.0 - 1e-4);
}

/* Mean 0, variance 1, no skew, a kurtosis of 3, and the share within one deviation. */
static void normal(void **state)
{
    enum { DRAWS = 200000 };
    struct rig *rig = *state;
    double power[5] = {0.0};
    double within = 0.0;

    for (int i = 0; i < DRAWS; i++) {
        const double x = (double)srnn_random_normal(rig->random);
        double product = 1.0;
        assert_true(x - x == 0.0);
        for (int p = 1; p <= 4; p++) {
            product *= x;
            power[p] += product;
        }
        within += x > -1.0 && x < 1.0 ? 1.0 : 0.0;
    }
    NEAR(0.0, power[1] / DRAWS, 0.012);
    NEAR(1.0, power[2] / DRAWS, 0.02);
    NEAR(0.0, power[3] / DRAWS, 0.05);
    NEAR(3.0, power[4] / DRAWS, 0.15);
    NEAR(0.6827, within / DRAWS, 0.006);
}

/* The first normal variates as bits. Their logarithm is of the build's arithmetic family. */
static void normal_is_pinned(void **state)
{
    srnn_random *random = NULL;
    float drawn[1000];
    const int fused = srnn_arithmetic() == SRNN_ARITHMETIC_FUSED;
    const uint64_t expected = fused ? UINT64_C(0xd16a0fe110322c81) : UINT64_C(0x46b62b221b8d2007);

    (void)state;
    SUCCEEDS(srnn_random_create(NULL, NULL, 42, 54, &random));
    for (size_t i = 0; i < 1000; i++) {
        drawn[i] = srnn_random_normal(random);
    }
    srnn_random_destroy(random);
    assert_true(hash_floats(HASH_START, drawn, 1000) == expected);
}

/* Draws from a handle that is no generator return 0 and change nothing; nor is one made without a
 * place for its handle. */
static void no_generator(void **state)
{
    struct rig *rig = *state;
    void *memory = heap_array(&rig->heap, srnn_random_size(), 1);

    memset(memory, 7, srnn_random_size());
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_random_init(memory, srnn_random_size(), 1, 2, NULL));
    FOR_BAD_HANDLES(rig, HANDLE_RANDOM, bad)
    {
        heap_remember(&rig->heap);
        assert_int_equal(srnn_random_u32(bad), 0);
        assert_int_equal(srnn_random_below(bad, 10), 0);
        assert_true(srnn_random_uniform(bad) == 0.0f);
        assert_true(srnn_random_normal(bad) == 0.0f);
        heap_unchanged(&rig->heap, "a draw from no generator", __FILE__, __LINE__);
    }
}

/* A generator that is set to the state of another goes on as that one does, in the middle of all
 * kinds of draws, whatever its own seed and stream were. */
static void states(void **state)
{
    static const uint64_t streams[] = {0, 9, UINT64_MAX >> 1, UINT64_MAX};
    struct rig *rig = *state;
    uint64_t *found = heap_array(&rig->heap, 2, sizeof *found);

    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        srnn_random *first = generator(rig, 7, streams[i]), *other = generator(rig, 1, 2);
        for (int draws = 0; draws < 3; draws++) {
            (void)srnn_random_normal(first);
            (void)srnn_random_below(first, 3);
            SUCCEEDS(srnn_random_get_state(first, &found[0], &found[1]));
            assert_true(found[1] == (streams[i] & UINT64_MAX >> 1));
            SUCCEEDS(srnn_random_set_state(other, found[0], found[1]));
            assert_int_equal(in_common(first, other), 64);
            SUCCEEDS(srnn_random_set_state(other, found[0], streams[i]));
            SUCCEEDS(srnn_random_set_state(first, found[0], found[1]));
            assert_int_equal(in_common(first, other), 64);
        }
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_random_get_state(rig->random, NULL, &found[1]));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_random_get_state(rig->random, &found[0], NULL));
    FOR_BAD_HANDLES(rig, HANDLE_RANDOM, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_random_get_state(bad, &found[0], &found[1]));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_random_set_state(bad, 1, 1));
    }
}

/* The point in the middle of the disc has no direction, and is drawn again. */
static void middle_of_the_disc(void **state)
{
    struct rig *rig = *state;
    srnn_random *other = generator(rig, 7, 9);
    uint64_t found, stream;

    draw_next(rig->random, 0, 0x80000000u, 0x80000000u);
    SUCCEEDS(srnn_random_get_state(rig->random, &found, &stream));
    SUCCEEDS(srnn_random_set_state(other, found, stream));
    draw_and_drop(other, 2);
    assert_true(srnn_random_normal(rig->random) == srnn_random_normal(other));
    assert_int_equal(srnn_random_u32(rig->random), srnn_random_u32(other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        RIG_TEST(seeds_and_streams),
        RIG_TEST(below),
        RIG_TEST(uniform),
        RIG_TEST(normal),
        cmocka_unit_test(normal_is_pinned),
        RIG_TEST(middle_of_the_disc),
        RIG_TEST(no_generator),
        RIG_TEST(states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
