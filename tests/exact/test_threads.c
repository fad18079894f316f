/* test_threads.c - the same bits by threads
 *
 * Apart from the other ways of running, as `make check-thread` runs these alone: the thread
 * sanitizer makes a test take twenty times as long. */
#include "support.h"
#include "ways.h"

/* 1, 2 and 8 threads, as many tasks, fewer and more. */
static void threads(void **state)
{
    static const struct {
        uint32_t threads, tasks;
    } ways[] = {{1, 8}, {2, 1}, {2, 2}, {2, 3}, {8, 3}, {8, 8}, {8, 4096}};

    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const uint64_t alone = run_way(&shapes[i], 0, NULL, NULL, 0);

        for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
            uint32_t count = ways[w].threads;

            assert_true(run_way(&shapes[i], 0, run_threads, &count, ways[w].tasks) == alone);
        }
    }
}

/* A workspace that recomputes most states. */
static void frugal(void **state)
{
    uint32_t two = 2;

    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        const uint64_t kept = run_way(&shapes[i], 0, NULL, NULL, 0);
        struct shape shape = shapes[i];

        shape.workspace_flags |= SRNN_WORKSPACE_FRUGAL;
        assert_true(run_way(&shape, 0, run_threads, &two, 8) == kept);
    }
}

/* A layer that four tasks or more divide by columns (see test_columns.c). */
static void wide(void **state)
{
    struct shape shape = small_shape;
    struct pool pool;

    (void)state;
    shape.hidden = 1036;
    shape.activation = SRNN_HIDDEN_RELU;
    shape.steps = 3;
    assert_int_equal(pool_open(&pool, 4, 2013), 0);
    assert_true(run_way(&shape, 0, run_pool, &pool, 7) == run_way(&shape, 0, NULL, NULL, 0));
    pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads),
        cmocka_unit_test(frugal),
        cmocka_unit_test(wide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
