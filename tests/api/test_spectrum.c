/* test_spectrum.c - spectral radius and largest singular value of known matrices */
#include <math.h>
#include <string.h>

#include "matrix.h"
#include "support.h"

#define MAX_SIZE 100

/* Promised are about 6 digits where one eigenvalue or one pair dominates, about 3 where many share
 * the largest modulus, and about 2 where up to six that are equal share an eigenvector. */
static const double digits = 1e-5;
static const double few_digits = 1e-3;
static const double fewest_digits = 1e-2;

/* A matrix whose spectrum is known. `tolerance` is that of the radius, relative. */
struct known {
    const char *name;
    size_t size;
    float element[16];
    double radius;
    double singular;
    double tolerance;
};

static void expect_both(const char *name, const float *matrix, size_t size, double radius,
                        double tolerance, double singular)
{
    float copy[MAX_SIZE * MAX_SIZE];
    float scratch[2 * MAX_SIZE];
    double value = NAN, other = NAN, both[2] = {NAN, NAN};

    memcpy(copy, matrix, size * size * sizeof *copy);
    SUCCEEDS(srnn_spectrum(matrix, size, scratch, 2 * size, &value, NULL));
    expect_near(radius, value, tolerance * (radius > 0.0 ? radius : 1.0), name, __FILE__, __LINE__);
    SUCCEEDS(srnn_spectrum(matrix, size, scratch, 2 * size, NULL, &other));
    expect_near(singular, other, digits * (singular > 0.0 ? singular : 1.0), name, __FILE__,
                __LINE__);
    /* Both at once are the same bits. */
    SUCCEEDS(srnn_spectrum(matrix, size, scratch, 2 * size, &both[0], &both[1]));
    assert_memory_equal(&both[0], &value, sizeof value);
    assert_memory_equal(&both[1], &other, sizeof other);
    SAME_FLOATS(copy, matrix, size * size);
}

/* The numbers of the start vector for two. */
#define A 0.238605633f
#define B 0.971116543f

static void small_matrices(void **state)
{
    const double golden = (1.0 + sqrt(5.0)) / 2.0;
    const struct known cases[] = {
        {"one", 1, {-3.0f}, 3.0, 3.0, digits},
        {"zero", 3, {0.0f}, 0.0, 0.0, digits},
        {"diagonal", 3, {0.5f, 0, 0, 0, -2.0f, 0, 0, 0, 1.0f}, 2.0, 2.0, digits},
        {"identity", 2, {1.0f, 0, 0, 1.0f}, 1.0, 1.0, digits},
        {"both signs", 2, {1.5f, 0, 0, -1.5f}, 1.5, 1.5, digits},
        {"rotation by 0.8", 2, {0.48f, -0.64f, 0.64f, 0.48f}, 0.8, 0.8, digits},
        {"quarter turn", 2, {0, -0.9f, 0.9f, 0}, 0.9, 0.9, digits},
        {"sheared", 2, {0.9f, 3.0f, 0, 0.9f}, 0.9, 3.249286, few_digits},
        {"nilpotent", 3, {0, 5.0f, 7.0f, 0, 0, 6.0f, 0, 0, 0}, 0.0, 0.0, digits},
        {"nilpotent, at once", 2, {0, 1.0f, 0, 0}, 0.0, 1.0, digits},
        {"nilpotent, full", 2, {1.0f, 1.0f, -1.0f, -1.0f}, 0.0, 2.0, digits},
        {"permutation",
         4,
         {0, 1.0f, 0, 0, 0, 0, 1.0f, 0, 0, 0, 0, 1.0f, 1.0f},
         1.0,
         1.0,
         few_digits},
        {"golden", 2, {1.0f, 1.0f, 1.0f, 0}, golden, golden, digits},
        {"rank one", 2, {1.0f, 2.0f, 2.0f, 4.0f}, 5.0, 5.0, digits},
        {"huge", 2, {1e30f, 0, 0, 2e30f}, 2e30, 2e30, digits},
        {"tiny", 2, {1e-30f, 0, 0, 2e-30f}, 2e-30, 2e-30, digits},
        {"subnormal", 2, {0x1p-140f, 0, 0, 0x1p-139f}, 0x1p-139, 0x1p-139, digits},
        {"far apart", 2, {0, 1e37f, 1e-9f, 0}, 1e14, 1e37, digits},
        {"far apart, a third", 3, {0, 1e37f, 0, 1e-9f, 0, 0, 0, 0, 1e13f}, 1e14, 1e37, digits},
        {"far apart, least of all", 2, {0, 0x1p127f, 0x1p-149f, 0}, 0x1p-11, 0x1p127, digits},
        /* Three eigenvalues and four of the same modulus. */
        {"far apart, three",
         3,
         {0, 1e37f, 0, 0, 0, 1e-9f, 1e-9f, 0, 0},
         cbrt(1e19),
         1e37,
         few_digits},
        {"far apart, four",
         4,
         {0, 0x1p127f, 0, 0, 0, 0, 0x1p-149f, 0, 0, 0, 0, 0x1p127f, 0x1p-149f},
         0x1p-11,
         0x1p127,
         few_digits},
        {"far apart, radius 0 as a float",
         3,
         {0, 0x1p127f, 0, 0, 0, 0x1p-149f, 0x1p-149f, 0, 0},
         0x1p-57,
         0x1p127,
         few_digits},
        /* The iteration starts with a fixed vector, (-0.97, 0.24) for two numbers: here it is
         * orthogonal to all rows, or to those that matter. */
        {"orthogonal to the start", 2, {A, B, A, B}, (double)A + B, sqrt(2.0), digits},
        {"orthogonal to the start, both signs",
         2,
         {A, B, -A, -B},
         (double)B - A,
         sqrt(2.0),
         digits},
        {"orthogonal to the start, far apart", 2, {A, B, 1e-25f, 1e-25f}, A, 1.0, digits},
        {"smallest", 2, {0, 0x1p-149f, 0x1p-149f, 0}, 0x1p-149, 0x1p-149, digits},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double singular = cases[i].singular;
        /* The largest singular value of {0 5 7, 0 0 6, 0 0 0}: the root of the larger root of
         * x^2 - 110 x + 900, of M M^T. */
        if (strcmp(cases[i].name, "nilpotent") == 0) {
            singular = sqrt(55.0 + sqrt(55.0 * 55.0 - 900.0));
        }
        expect_both(cases[i].name, cases[i].element, cases[i].size, cases[i].radius,
                    cases[i].tolerance, singular);
    }
}

/* A block-diagonal matrix, rotated by a Householder reflection so that nothing is seen at once:
 * a complex pair of modulus 1.2, which dominates, or is beaten by a real 1.3. */
static void hidden_blocks(void **state)
{
    enum { N = 12 };
    double block[N][N], turned[N][N], v[N];
    float matrix[N * N];

    (void)state;
    for (int real = 0; real < 2; real++) {
        double norm = 0.0;
        memset(block, 0, sizeof block);
        for (size_t i = 0; i < N; i++) {
            block[i][i] = 0.05 * (double)i;
            v[i] = 1.0 + (double)(i * i % 7);
            norm += v[i] * v[i];
        }
        block[0][0] = block[1][1] = 1.2 * cos(0.7);
        block[0][1] = -1.2 * sin(0.7);
        block[1][0] = 1.2 * sin(0.7);
        block[2][2] = real ? -1.3 : 0.1;
        for (size_t i = 0; i < N; i++) {
            for (size_t j = 0; j < N; j++) {
                double left = 0.0;
                for (size_t k = 0; k < N; k++) {
                    left += ((i == k ? 1.0 : 0.0) - 2.0 * v[i] * v[k] / norm) * block[k][j];
                }
                turned[i][j] = left;
            }
        }
        for (size_t i = 0; i < N; i++) {
            for (size_t j = 0; j < N; j++) {
                double both = 0.0;
                for (size_t k = 0; k < N; k++) {
                    both += turned[i][k] * ((k == j ? 1.0 : 0.0) - 2.0 * v[k] * v[j] / norm);
                }
                matrix[i * N + j] = (float)both;
            }
        }
        expect_both(real ? "real" : "pair", matrix, N, real ? 1.3 : 1.2, digits, real ? 1.3 : 1.2);
    }
}

/* Dense random matrices, against Gelfand's formula. */
static void random_matrices(void **state)
{
    static const size_t sizes[] = {2, 3, 5, 8, 15, 16, 17, 33, 50, 100};
    struct rig *rig = *state;
    float matrix[MAX_SIZE * MAX_SIZE];
    float scratch[2 * MAX_SIZE];
    double value = NAN;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t n = sizes[i];
        for (size_t k = 0; k < n * n; k++) {
            matrix[k] = srnn_random_normal(rig->random);
        }
        SUCCEEDS(srnn_spectrum(matrix, n, scratch, 2 * n, &value, NULL));
        NEAR(1.0, value / gelfand_radius(matrix, n), few_digits);
    }
}

/* The largest cycle: every eigenvalue is on the unit circle. */
static void cycle(void **state)
{
    float matrix[MAX_SIZE * MAX_SIZE] = {0.0f};

    (void)state;
    for (size_t i = 0; i < MAX_SIZE; i++) {
        matrix[i * MAX_SIZE + (i + 1) % MAX_SIZE] = 1.0f;
    }
    expect_both("cycle", matrix, MAX_SIZE, 1.0, few_digits, 1.0);
}

/* Returns a number from 10^-spread to 10^spread, evenly drawn by its logarithm. */
static float uneven(srnn_random *random, double spread)
{
    return (float)pow(10.0, spread * (2.0 * (double)srnn_random_uniform(random) - 1.0));
}

/* Compares the radius of a matrix [n x n] with the right one. */
static void expect_radius(const char *name, const float *matrix, size_t n, double radius,
                          double tolerance)
{
    float scratch[2 * MAX_SIZE];
    double value = NAN;

    SUCCEEDS(srnn_spectrum(matrix, n, scratch, 2 * n, &value, NULL));
    expect_near(1.0, value / radius, tolerance, name, __FILE__, __LINE__);
}

/* Expects of a cycle of `elements` [n] their geometric mean, which is the modulus of every
 * eigenvalue. */
static void expect_cycle(const char *name, const float *elements, size_t n)
{
    float matrix[MAX_SIZE * MAX_SIZE] = {0.0f};
    double logarithm = 0.0;

    for (size_t i = 0; i < n; i++) {
        matrix[i * n + (i + 1) % n] = elements[i];
        logarithm += log((double)elements[i]);
    }
    expect_radius(name, matrix, n, exp(logarithm / (double)n), few_digits);
}

/* Cycles of uneven elements: the norm of the iterate rises and falls by powers of ten in each
 * turn. */
static void uneven_cycles(void **state)
{
    static const double spreads[] = {0.3, 1.0, 3.0, 10.0};
    struct rig *rig = *state;
    float elements[MAX_SIZE];

    for (size_t n = 2; n <= 50; n++) {
        for (size_t k = 0; k < sizeof spreads / sizeof spreads[0]; k++) {
            for (size_t i = 0; i < n; i++) {
                elements[i] = uneven(rig->random, spreads[k]);
            }
            expect_cycle("uneven cycle", elements, n);
        }
        for (size_t i = 0; i < n; i++) {
            elements[i] = i < n / 2 ? 1e3f : 1e-3f;
        }
        expect_cycle("cycle of large elements, then small ones", elements, n);
    }
}

/* After a few rounds of this cycle x1 looks like a multiple of x0, by the same factor twice. A
 * component that is too small to show in x0 is large in x2. */
static void hidden_part(void **state)
{
    static const float elements[] = {401.868439f, 4.13846291e-09f, 3.76164678e-07f,
                                     27399598.0f, 9.32034311e-07f, 175763376.0f,
                                     16.6037636f, 9015997.0f,      4076224.75f};

    (void)state;
    expect_cycle("cycle with a hidden part", elements, sizeof elements / sizeof elements[0]);
}

/* Cycles of blocks, whose elements are random and uneven from block to block, and several uneven
 * cycles in one matrix, against Gelfand's formula. */
static void blocks_and_permutations(void **state)
{
    enum { SIZE = 40 };
    struct rig *rig = *state;
    float matrix[SIZE * SIZE];

    for (size_t block = 2; block <= 8; block *= 2) {
        const size_t blocks = SIZE / block;
        memset(matrix, 0, sizeof matrix);
        for (size_t i = 0; i < SIZE; i++) {
            const size_t next = (i / block + 1) % blocks * block;
            const float size = i % 2 == 0 ? 100.0f : 0.01f;
            for (size_t j = 0; j < block; j++) {
                matrix[i * SIZE + next + j] = size * srnn_random_normal(rig->random);
            }
        }
        expect_radius("cycle of blocks", matrix, SIZE, gelfand_radius(matrix, SIZE), few_digits);
    }
    for (size_t length = 3; length < SIZE; length += 4) {
        memset(matrix, 0, sizeof matrix);
        for (size_t i = 0; i < SIZE; i++) {
            const size_t first = i - i % length;
            const size_t all = SIZE - first < length ? SIZE - first : length;
            matrix[i * SIZE + first + (i - first + 1) % all] = uneven(rig->random, 2.0);
        }
        expect_radius("cycles", matrix, SIZE, gelfand_radius(matrix, SIZE), few_digits);
    }
}

/* Equal eigenvalues that share one eigenvector: the growth of the iterate is 1 + (size - 1) / t of
 * the radius after t products. */
static void defective(void **state)
{
    static const float above[] = {0.1f, 0.9f, 3.0f, 9.0f};
    float matrix[36];

    (void)state;
    for (size_t n = 2; n <= 6; n++) {
        for (size_t k = 0; k < sizeof above / sizeof above[0]; k++) {
            memset(matrix, 0, sizeof matrix);
            for (size_t i = 0; i < n; i++) {
                matrix[i * n + i] = 0.9f;
                if (i + 1 < n) {
                    matrix[i * n + i + 1] = above[k];
                }
            }
            expect_radius("defective", matrix, n, (double)0.9f, n < 3 ? few_digits : fewest_digits);
        }
    }
}

/* Singular values so close that the iteration still moves when its rounds end. The result is
 * between them. */
static void close_singular_values(void **state)
{
    const float matrix[4] = {0.9993f, 0.0f, 0.0f, 1.0f};
    float scratch[4];
    double value = NAN;

    (void)state;
    SUCCEEDS(srnn_spectrum(matrix, 2, scratch, 4, NULL, &value));
    assert_true(value > 0.9999 && value < 0.99999);
}

static void errors(void **state)
{
    struct rig *rig = *state;
    float *matrix = heap_array(&rig->heap, 9, sizeof *matrix);
    float *scratch = heap_array(&rig->heap, 6, sizeof *scratch);

    for (size_t i = 0; i < 9; i++) {
        matrix[i] = 1.0f;
    }
    for (size_t wanted = 0; wanted < 4; wanted++) {
        double *const a = wanted & 1 ? &rig->out->value : NULL;
        double *const b = wanted & 2 ? &rig->out->other : NULL;
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_spectrum(NULL, 3, scratch, 6, a, b));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_spectrum(matrix, 3, NULL, 6, a, b));
        REFUSES(&rig->heap, SRNN_E_RANGE, srnn_spectrum(matrix, 0, scratch, 6, a, b));
        for (size_t count = 0; count < 6; count++) {
            REFUSES(&rig->heap, SRNN_E_SPACE, srnn_spectrum(matrix, 3, scratch, count, a, b));
        }
        REFUSES(&rig->heap, SRNN_E_SPACE, srnn_spectrum(matrix, SIZE_MAX, scratch, 6, a, b));
        REFUSES(&rig->heap, SRNN_E_SPACE,
                srnn_spectrum(matrix, SIZE_MAX / 2 + 1, scratch, 6, a, b));
        for (size_t i = 0; i < 9; i++) {
            const float bad[] = {NAN, INFINITY, -INFINITY};
            for (size_t at = 0; at < 3; at++) {
                matrix[i] = bad[at];
                REFUSES(&rig->heap, SRNN_E_NONFINITE, srnn_spectrum(matrix, 3, scratch, 6, a, b));
            }
            matrix[i] = 1.0f;
        }
        rig->out->value = rig->out->other = -1.0;
        SUCCEEDS(srnn_spectrum(matrix, 3, scratch, 6, a, b));
        NEAR(a != NULL ? 3.0 : -1.0, rig->out->value, 1e-5);
        NEAR(b != NULL ? 3.0 : -1.0, rig->out->other, 1e-5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_matrices),
        cmocka_unit_test(hidden_blocks),
        RIG_TEST(random_matrices),
        cmocka_unit_test(cycle),
        cmocka_unit_test_setup_teardown(uneven_cycles, rig_setup, rig_teardown),
        cmocka_unit_test(hidden_part),
        cmocka_unit_test_setup_teardown(blocks_and_permutations, rig_setup, rig_teardown),
        cmocka_unit_test(defective),
        cmocka_unit_test(close_singular_values),
        RIG_TEST(errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
