/* test_initialize.c - the starting values of a model */
#include <math.h>
#include <string.h>

#include "draws.h"
#include "matrix.h"
#include "support.h"

/* Wide enough for statistics. */
static const struct shape wide = {
    .inputs = 30,
    .hidden = 100,
    .outputs = 40,
    .activation = SRNN_HIDDEN_TANH,
    .output = SRNN_OUTPUT_SOFTMAX,
    .model_flags = SRNN_MODEL_LEARNED_STATE,
    .steps = 1,
    .sequences = 1,
    .regularizer_kind = SRNN_OMEGA_PAPER,
    .clipper_kind = SRNN_CLIP_NORM,
    .optimizer_kind = SRNN_OPTIMIZER_SGD,
};

static const uint32_t kinds[] = {SRNN_START_BASIC_SIGMOID, SRNN_START_BASIC_TANH,
                                 SRNN_START_SMART_TANH,    SRNN_START_ORTHOGONAL,
                                 SRNN_START_IDENTITY,      SRNN_START_GLOROT};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* A rig of the wide shape, or of another width, initialised. */
static void start(struct rig *rig, const struct shape *shape, uint32_t kind)
{
    rig_open(rig, shape);
    for (size_t i = 0; i < rig->count; i++) {
        rig->parameters[i] = 7.0f;
    }
    SUCCEEDS(srnn_model_initialize(rig->model, kind, rig->random));
}

/* The standard deviation around 0 of a tensor, and the largest magnitude in it. */
static double deviation(const struct rig *rig, const char *name, double *largest)
{
    size_t rows, columns;
    const float *tensor = rig_tensor(rig, name, &rows, &columns);
    double sum = 0.0, squares = 0.0;

    *largest = 0.0;
    for (size_t i = 0; i < rows * columns; i++) {
        const double x = (double)tensor[i];
        sum += x;
        squares += x * x;
        *largest = fmax(*largest, fabs(x));
    }
    squares = sqrt(squares / (double)(rows * columns));
    /* The mean is 0 to within five of its own deviations. */
    NEAR(0.0, sum / (double)(rows * columns), 5.0 * squares / sqrt((double)(rows * columns)));
    return squares;
}

/* A tensor of normal variates: the deviation is right to 6 %, and there are tails. */
static void is_normal(const struct rig *rig, const char *name, double expected)
{
    double largest;

    NEAR(expected, deviation(rig, name, &largest), 0.06 * expected);
    assert_true(largest > 2.5 * expected && largest < 6.0 * expected);
}

/* A tensor uniform within Glorot's limit. */
static void is_glorot(const struct rig *rig, const char *name)
{
    size_t rows, columns;
    double largest, limit;

    (void)rig_tensor(rig, name, &rows, &columns);
    limit = sqrt(6.0 / (double)(rows + columns));
    NEAR(limit / sqrt(3.0), deviation(rig, name, &largest), 0.05 * limit);
    assert_true(largest <= limit * (1.0 + 1e-6) && largest > 0.99 * limit);
}

static void basic(void **state)
{
    static const struct {
        uint32_t kind;
        double expected;
    } cases[] = {{SRNN_START_BASIC_SIGMOID, 0.01}, {SRNN_START_BASIC_TANH, 0.1}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct rig rig;
        start(&rig, &wide, cases[i].kind);
        is_normal(&rig, "w_in", cases[i].expected);
        is_normal(&rig, "w_rec", cases[i].expected);
        is_normal(&rig, "w_out", cases[i].expected);
        rig_close(&rig);
    }
}

/* Each unit (a column of w_rec) has 15 incoming connections, or all there are, from sources that
 * are drawn evenly; the spectral radius is 0.95. */
static void smart(void **state)
{
    static const uint32_t widths[] = {1, 2, 3, 14, 15, 16, 17, 50, 100};

    (void)state;
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        const uint32_t hidden = widths[w];
        const uint32_t expected = hidden < 15 ? hidden : 15;
        struct shape shape = wide;
        struct rig rig;
        const float *w_rec;
        uint32_t most_from_one = 0;
        shape.hidden = hidden;
        start(&rig, &shape, SRNN_START_SMART_TANH);
        w_rec = rig_tensor(&rig, "w_rec", NULL, NULL);
        for (uint32_t to = 0; to < hidden; to++) {
            uint32_t incoming = 0, outgoing = 0;
            for (uint32_t other = 0; other < hidden; other++) {
                incoming += w_rec[other * hidden + to] != 0.0f;
                outgoing += w_rec[to * hidden + other] != 0.0f;
            }
            assert_int_equal(incoming, expected);
            most_from_one = outgoing > most_from_one ? outgoing : most_from_one;
        }
        assert_true(hidden < 50 || (most_from_one > 15 && most_from_one < 38));
        NEAR(0.95, gelfand_radius(w_rec, hidden), 1e-3);
        if (hidden == 100) {
            is_normal(&rig, "w_in", 0.01);
            is_normal(&rig, "w_out", 0.01);
        }
        rig_close(&rig);
    }
}

/* The radius is right for many draws and with the least room for scratch. */
static void smart_by_many_seeds(void **state)
{
    struct shape shape = wide;
    struct rig rig;

    (void)state;
    shape.inputs = 1;
    shape.outputs = 1;
    shape.hidden = 20;
    rig_open(&rig, &shape);
    for (int draw = 0; draw < 100; draw++) {
        SUCCEEDS(srnn_model_initialize(rig.model, SRNN_START_SMART_TANH, rig.random));
        NEAR(0.95, gelfand_radius(rig_tensor(&rig, "w_rec", NULL, NULL), 20), 1e-3);
    }
    rig_close(&rig);
}

/* A seed gives the same bits as ever, in both families. Of this one the radius is a mean over the
 * rounds of the iteration. */
static void smart_is_pinned(void **state)
{
    struct shape shape = wide;
    srnn_random *random = NULL;
    struct rig rig;

    (void)state;
    shape.inputs = 6;
    shape.hidden = 50;
    shape.outputs = 4;
    shape.model_flags = 0;
    rig_open(&rig, &shape);
    SUCCEEDS(srnn_random_create(NULL, NULL, 25, 0, &random));
    SUCCEEDS(srnn_model_initialize(rig.model, SRNN_START_SMART_TANH, random));
    srnn_random_destroy(random);
    assert_true(hash_floats(HASH_START, rig.parameters, rig.count) == UINT64_C(0xb9a1b862093aa580));
    rig_close(&rig);
}

/* One unit with a weight of exactly 0, whose radius nothing can make 0.95. Its one source is drawn
 * first. */
static void smart_without_weights(void **state)
{
    struct shape shape = wide;
    struct rig rig;

    (void)state;
    shape.hidden = 1;
    rig_open(&rig, &shape);
    draw_next(rig.random, 1, 0x80000000u, 0xc0000000u);
    SUCCEEDS(srnn_model_initialize(rig.model, SRNN_START_SMART_TANH, rig.random));
    assert_true(rig_tensor(&rig, "w_rec", NULL, NULL)[0] == 0.0f);
    for (uint32_t i = 0; i < shape.inputs; i++) {
        const float weight = rig_tensor(&rig, "w_in", NULL, NULL)[i];
        assert_true(weight != 0.0f && fabsf(weight) < 0.1f);
    }
    rig_close(&rig);
}

static void orthogonal(void **state)
{
    static const uint32_t widths[] = {1, 2, 3, 8, 50, 100};
    int seen[2] = {0, 0};

    (void)state;
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        struct shape shape = wide;
        struct rig rig;
        const float *w_rec;
        shape.hidden = widths[w];
        start(&rig, &shape, SRNN_START_ORTHOGONAL);
        w_rec = rig_tensor(&rig, "w_rec", NULL, NULL);
        assert_true(off_orthogonal(w_rec, shape.hidden) < 1e-5);
        if (shape.hidden == 100) {
            is_glorot(&rig, "w_in");
            is_glorot(&rig, "w_out");
        }
        /* Both rotations and reflections are drawn: of 1 x 1, both signs. */
        for (int draw = 0; shape.hidden == 1 && draw < 30; draw++) {
            SUCCEEDS(srnn_model_initialize(rig.model, SRNN_START_ORTHOGONAL, rig.random));
            seen[w_rec[0] < 0.0f] = 1;
        }
        rig_close(&rig);
    }
    assert_true(seen[0] && seen[1]);
}

/* A row of 8e-11, of which division would leave rounding errors, is drawn again. */
static void orthogonal_again(void **state)
{
    struct shape shape = wide;
    struct rig rig;
    float drawn[128];

    (void)state;
    shape.hidden = 1;
    rig_open(&rig, &shape);
    assert_true(rig.count <= sizeof drawn / sizeof drawn[0]);
    draw_next(rig.random, 0, 0x80000100u, 0xffffff00u);
    SUCCEEDS(srnn_model_initialize(rig.model, SRNN_START_ORTHOGONAL, rig.random));
    memcpy(drawn, rig.parameters, rig.count * sizeof *drawn);
    draw_next(rig.random, 0, 0x80000100u, 0xffffff00u);
    draw_and_drop(rig.random, 2);
    SUCCEEDS(srnn_model_initialize(rig.model, SRNN_START_ORTHOGONAL, rig.random));
    SAME_FLOATS(drawn, rig.parameters, rig.count);
    rig_close(&rig);
}

static void identity(void **state)
{
    struct rig rig;
    const float *w_rec;

    (void)state;
    start(&rig, &wide, SRNN_START_IDENTITY);
    w_rec = rig_tensor(&rig, "w_rec", NULL, NULL);
    for (uint32_t i = 0; i < wide.hidden; i++) {
        for (uint32_t j = 0; j < wide.hidden; j++) {
            assert_true(w_rec[i * wide.hidden + j] == (i == j ? 1.0f : 0.0f));
        }
    }
    is_normal(&rig, "w_in", 0.001);
    is_normal(&rig, "w_out", 0.001);
    rig_close(&rig);
}

static void glorot(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, &wide, SRNN_START_GLOROT);
    is_glorot(&rig, "w_in");
    is_glorot(&rig, "w_rec");
    is_glorot(&rig, "w_out");
    rig_close(&rig);
}

/* Whatever the kind: vectors become 0, the seed decides, the next draw is another, and the model
 * may be as small as can be. */
static void all_kinds(void **state)
{
    static const char *const vectors[] = {"b_rec", "b_out", "h0"};

    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        struct shape least = wide;
        struct rig a, b;
        start(&a, &wide, kinds[k]);
        start(&b, &wide, kinds[k]);
        for (size_t v = 0; v < 3; v++) {
            size_t columns;
            const float *vector = rig_tensor(&a, vectors[v], NULL, &columns);
            for (size_t i = 0; i < columns; i++) {
                assert_true(vector[i] == 0.0f);
            }
        }
        SAME_FLOATS(a.parameters, b.parameters, a.count);
        SUCCEEDS(srnn_model_initialize(a.model, kinds[k], a.random));
        assert_memory_not_equal(a.parameters, b.parameters, a.count * sizeof *a.parameters);
        rig_close(&b);
        rig_close(&a);

        least.inputs = 1;
        least.hidden = 1;
        least.outputs = 1;
        start(&a, &least, kinds[k]);
        for (size_t i = 0; i < a.count; i++) {
            assert_true(fabs((double)a.parameters[i]) < 6.0);
        }
        rig_close(&a);
    }
}

/* With one input and one output the tensors beside w_rec are as short as can be: it is the same as
 * in a wide model, although w_in and w_out may be scratch, and vectors are 0. */
static void narrow_ends(void **state)
{
    struct shape narrow = wide;

    (void)state;
    narrow.inputs = 1;
    narrow.outputs = 1;
    narrow.model_flags |= SRNN_MODEL_NO_RECURRENT_BIAS;
    for (size_t k = 0; k < KINDS; k++) {
        struct rig a, b;

        start(&a, &wide, kinds[k]);
        start(&b, &narrow, kinds[k]);
        SUCCEEDS(srnn_random_set_state(a.random, 1, 3));
        SUCCEEDS(srnn_random_set_state(b.random, 1, 3));
        SUCCEEDS(srnn_model_initialize(a.model, kinds[k], a.random));
        SUCCEEDS(srnn_model_initialize(b.model, kinds[k], b.random));
        SAME_FLOATS(rig_tensor(&a, "w_rec", NULL, NULL), rig_tensor(&b, "w_rec", NULL, NULL),
                    (size_t)wide.hidden * wide.hidden);
        assert_true(*rig_tensor(&b, "b_out", NULL, NULL) == 0.0f);
        for (size_t i = 0; i < wide.hidden; i++) {
            assert_true(rig_tensor(&b, "h0", NULL, NULL)[i] == 0.0f);
        }
        rig_close(&b);
        rig_close(&a);
    }
}

static void errors(void **state)
{
    static const uint32_t unknown[] = {0, SRNN_START_BASIC_SIGMOID - 1, SRNN_START_GLOROT + 1, 100,
                                       UINT32_MAX};
    struct rig *rig = *state;

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        REFUSES(&rig->heap, SRNN_E_RANGE,
                srnn_model_initialize(rig->model, unknown[i], rig->random));
    }
    FOR_BAD_HANDLES(rig, HANDLE_RANDOM, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT,
                srnn_model_initialize(rig->model, SRNN_START_GLOROT, bad));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basic),
        cmocka_unit_test(smart),
        cmocka_unit_test(smart_by_many_seeds),
        cmocka_unit_test(smart_is_pinned),
        cmocka_unit_test(smart_without_weights),
        cmocka_unit_test(orthogonal),
        cmocka_unit_test(orthogonal_again),
        cmocka_unit_test(identity),
        cmocka_unit_test(glorot),
        cmocka_unit_test(all_kinds),
        cmocka_unit_test(narrow_ends),
        RIG_TEST(errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
