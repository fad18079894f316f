/* test_impossible_numbers.c - numbers that no run can have come to: options, states and moments
 *
 * All with a right checksum. What is refused changes nothing. */
#include "forge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Vectors of numbers in a file, and where numbers lie in them. */
#define OPTIMIZER_OPTIONS "srnn.optimizer.options"
#define OPTIMIZER_STATE "srnn.optimizer.state"
#define CLIPPER_OPTIONS "srnn.clipper.options"
#define CLIPPER_STATE "srnn.clipper.state"
#define CLIPPER_STATISTICS "srnn.clipper.statistics"
#define CLIPPER_LEARNT "srnn.clipper.learnt"
#define OMEGA_OPTIONS "srnn.omega.options"
#define OMEGA_STATE "srnn.omega.state"
#define WORKSPACE_OPTIONS "srnn.workspace.options"
enum { RATE, MOMENTUM, DECAY, BETA1, BETA2, EPSILON };
enum { KIND, COUNT, UPDATES, POWER1, POWER2 };
enum { THRESHOLD, POLICY, LIMIT, RULE, QUANTILE, FACTOR, POLYAK, TRUST };
enum {
    STEPS,
    FIRED,
    BAD,
    NORM,
    NORM_AFTER,
    MEAN,
    LARGEST,
    SUGGESTED,
    USED,
    MEDIAN,
    DECILE,
    PROMISED,
    LONGEST_STEP,
    ALIGNMENT
};
enum { TOLD, ALIGNED, TRACKED, SUMS };
enum { WEIGHT, AVERAGE, STATE };
enum { HIDDEN, VALUE, SIGNAL };
enum { ERROR_LIMIT, ERROR_GROWTH };

/* A number that no object can have come to, of any part: restore refuses all parts, also those
 * before it in the list. */
static void impossible_numbers(void **state)
{
    static const struct {
        const char *tensor;
        size_t index;
        double value;
        int32_t status;
    } cases[] = {
        {OPTIMIZER_STATE, KIND, SRNN_OPTIMIZER_SGD, SRNN_E_SHAPE},
        {OPTIMIZER_STATE, KIND, NAN, SRNN_E_SHAPE},
        {OPTIMIZER_STATE, COUNT, 1, SRNN_E_SHAPE},
        {OPTIMIZER_OPTIONS, RATE, -1, SRNN_E_FORMAT},
        {OPTIMIZER_OPTIONS, RATE, NAN, SRNN_E_FORMAT},
        {OPTIMIZER_OPTIONS, RATE, INFINITY, SRNN_E_FORMAT},
        {OPTIMIZER_OPTIONS, MOMENTUM, 1, SRNN_E_FORMAT},
        {OPTIMIZER_OPTIONS, DECAY, 1, SRNN_E_FORMAT},
        {OPTIMIZER_OPTIONS, BETA1, -0.1, SRNN_E_FORMAT},
        {OPTIMIZER_OPTIONS, BETA2, 1, SRNN_E_FORMAT},
        {OPTIMIZER_OPTIONS, EPSILON, 0, SRNN_E_FORMAT},
        {OPTIMIZER_STATE, UPDATES, -1, SRNN_E_FORMAT},
        {OPTIMIZER_STATE, UPDATES, 0.5, SRNN_E_FORMAT},
        {OPTIMIZER_STATE, UPDATES, 1e300, SRNN_E_FORMAT},
        {OPTIMIZER_STATE, UPDATES, NAN, SRNN_E_FORMAT},
        {OPTIMIZER_STATE, POWER1, 1.5, SRNN_E_FORMAT},
        {OPTIMIZER_STATE, POWER1, NAN, SRNN_E_FORMAT},
        {OPTIMIZER_STATE, POWER2, -1, SRNN_E_FORMAT},
        {OPTIMIZER_STATE, POWER2, 1.5, SRNN_E_FORMAT},
        {CLIPPER_STATE, KIND, SRNN_CLIP_VALUE, SRNN_E_SHAPE},
        {CLIPPER_OPTIONS, THRESHOLD, 0, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, THRESHOLD, NAN, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, POLICY, 3, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, POLICY, 0.5, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, LIMIT, -1, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, STEPS, NAN, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, STEPS, 1.5, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, STEPS, INFINITY, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, FIRED, 1000, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, BAD, 1000, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, NORM, -1, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, NORM, 1e30, SRNN_E_FORMAT}, /* and yet a lower LARGEST */
        {CLIPPER_STATISTICS, NORM_AFTER, NAN, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, MEAN, INFINITY, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, MEAN, 1e30, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, LARGEST, NAN, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, LARGEST, 1e-30, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, RULE, 0.5, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, RULE, 6, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, QUANTILE, 0, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, FACTOR, 1e4, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, POLYAK, 0, SRNN_E_FORMAT},
        {CLIPPER_OPTIONS, TRUST, 2000, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, SUGGESTED, -1, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, USED, -1, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, USED, NAN, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, MEDIAN, INFINITY, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, DECILE, NAN, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, PROMISED, -1, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, LONGEST_STEP, INFINITY, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, ALIGNMENT, 1.001, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, ALIGNMENT, -1.001, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, ALIGNMENT, NAN, SRNN_E_FORMAT},
        {CLIPPER_LEARNT, TOLD, 1000, SRNN_E_FORMAT}, /* more than STEPS */
        {CLIPPER_LEARNT, TOLD, 0, SRNN_E_FORMAT},    /* and yet a MEDIAN */
        {CLIPPER_LEARNT, TOLD, 1.5, SRNN_E_FORMAT},
        {CLIPPER_LEARNT, ALIGNED, 3, SRNN_E_FORMAT}, /* no fewer than TOLD */
        {CLIPPER_LEARNT, ALIGNED, 0, SRNN_E_FORMAT}, /* and yet an ALIGNMENT */
        {CLIPPER_LEARNT, TRACKED, -1, SRNN_E_FORMAT},
        {CLIPPER_LEARNT, SUMS, NAN, SRNN_E_FORMAT},
        {CLIPPER_LEARNT, SUMS + 15, 1e200, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, STEPS, 0, SRNN_E_FORMAT}, /* and yet a LAST_NORM */
        {OMEGA_STATE, HIDDEN, 4, SRNN_E_SHAPE},
        {OMEGA_STATE, HIDDEN, NAN, SRNN_E_SHAPE},
        {OMEGA_STATE, VALUE, -0.5, SRNN_E_FORMAT},
        {OMEGA_STATE, SIGNAL, -0.5, SRNN_E_FORMAT},
        {OMEGA_STATE, SIGNAL, 1.5, SRNN_E_FORMAT},
        {OMEGA_STATE, SIGNAL, NAN, SRNN_E_FORMAT},
        {OMEGA_OPTIONS, WEIGHT, -1, SRNN_E_FORMAT},
        {OMEGA_OPTIONS, WEIGHT, NAN, SRNN_E_FORMAT},
        {OMEGA_OPTIONS, AVERAGE, 2, SRNN_E_FORMAT},
        {OMEGA_OPTIONS, STATE, 0.5, SRNN_E_FORMAT},
        {WORKSPACE_OPTIONS, ERROR_LIMIT, 0, SRNN_E_FORMAT},
        {WORKSPACE_OPTIONS, ERROR_LIMIT, NAN, SRNN_E_FORMAT},
        {WORKSPACE_OPTIONS, ERROR_GROWTH, 0.5, SRNN_E_FORMAT},
    };
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file;

    (void)forge_train(rig, 3, HASH_START);
    forge_add_rig(rig->checkpoint, rig);
    file = forge_parts(rig, &bytes);
    (void)forge_train(rig, 2, HASH_START);
    SUCCEEDS(srnn_workspace_set(rig->workspace, SRNN_WORKSPACE_ERROR_GROWTH, 1.25));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char *const at = forge_tensor(file, cases[i].tensor) + 8 * cases[i].index;

        forge_refuse_number(rig, file, bytes, at, cases[i].value, cases[i].status);
    }
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
}

/* The increment of a generator is odd. A part that is not in the list is not looked at. */
static void impossible_increment(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_checkpoint(rig, NULL, 0, &bytes);

    forge_tensor(file, "srnn.random.state")[8] ^= 1u;
    forge_seal(file, bytes);
    REFUSES(&rig->heap, SRNN_E_FORMAT,
            forge_restore(file, bytes, rig->model, NULL, NULL, rig->random));
    SUCCEEDS(forge_restore(file, bytes, rig->model, rig->optimizer, rig->clipper, NULL));
}

/* Moments that no run can have come to: one that is not finite, which no file holds, and a mean of
 * squares below zero. Adam has these second, RMSProp alone. */
static void impossible_moments(void **state)
{
    static const uint32_t kinds[] = {SRNN_OPTIMIZER_MOMENTUM, SRNN_OPTIMIZER_NESTEROV,
                                     SRNN_OPTIMIZER_RMSPROP, SRNN_OPTIMIZER_ADAM};
    static const uint32_t nonfinite[] = {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xff800001u};
    static const uint32_t negative[] = {0x80000001u, 0xbf800000u, 0xff7fffffu};

    (void)state;
    for (size_t k = 0; k < 4; k++) {
        struct shape shape = small_shape;
        struct rig rig;
        unsigned char *file, *moments;
        size_t bytes = 0, last;

        shape.optimizer_kind = kinds[k];
        rig_open(&rig, &shape);
        (void)forge_train(&rig, 3, HASH_START);
        file = forge_checkpoint(&rig, FORGE_EXTRA, sizeof FORGE_EXTRA, &bytes);
        moments = forge_tensor(file, "srnn.optimizer.moments");
        last = (kinds[k] == SRNN_OPTIMIZER_ADAM ? 2 : 1) * rig.count - 1;
        for (size_t i = 0; i < 2 * 7; i++) {
            const size_t at = i < 7 ? 0 : last;
            const int is_square =
                kinds[k] == SRNN_OPTIMIZER_RMSPROP || (kinds[k] == SRNN_OPTIMIZER_ADAM && at > 0);
            unsigned char kept[4];

            memcpy(kept, moments + 4 * at, 4);
            forge_put(moments + 4 * at, i % 7 < 4 ? nonfinite[i % 7] : negative[i % 7 - 4], 4);
            forge_seal(file, bytes);
            if (i % 7 < 4) {
                forge_refused(&rig, file, bytes, SRNN_E_NONFINITE);
            } else if (is_square) {
                REFUSES(
                    &rig.heap, SRNN_E_FORMAT,
                    forge_restore(file, bytes, rig.model, rig.optimizer, rig.clipper, rig.random));
                SUCCEEDS(forge_restore(file, bytes, rig.model, NULL, rig.clipper, NULL));
            } else {
                SUCCEEDS(forge_restore(file, bytes, NULL, rig.optimizer, NULL, NULL));
            }
            memcpy(moments + 4 * at, kept, 4);
        }
        rig_close(&rig);
    }
}

/* Moments that are not finite are not saved either. */
static void moments_to_save(void **state)
{
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES];
    struct stream stream = {file, sizeof file, 0, 0, 0};
    float *other = heap_array(&rig->heap, rig->count, sizeof *other);

    memset(other, 0, rig->count * sizeof *other);
    rig->gradient[0] = INFINITY;
    SUCCEEDS(srnn_optimizer_step(rig->optimizer, other, rig->gradient, rig->count));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "model", rig->model));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "optimizer", rig->optimizer));
    REFUSES(&rig->heap, SRNN_E_NONFINITE,
            srnn_checkpoint_save(rig->checkpoint, file, sizeof file, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_NONFINITE,
            srnn_checkpoint_write(rig->checkpoint, stream_write, &stream));
    assert_int_equal(stream.calls, 0);
}

/* Counts near which adding 1 changes nothing: 2^53 gradients, all of them bad, would make the next
 * good one divide by zero. Counts up to 2^52 are taken. */
static void full_counts(void **state)
{
    static const double full[] = {9007199254740992.0, 9007199254740991.0, 4503599627370497.0,
                                  4503599627370496.0};
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_checkpoint(rig, NULL, 0, &bytes);
    unsigned char *numbers = forge_tensor(file, CLIPPER_STATISTICS);

    for (size_t i = 0; i < 4; i++) {
        forge_put_double(numbers + 8 * STEPS, full[i]);
        forge_put_double(numbers + 8 * BAD, full[i]);
        forge_seal(file, bytes);
        if (i < 3) {
            REFUSES(&rig->heap, SRNN_E_FORMAT,
                    forge_restore(file, bytes, NULL, NULL, rig->clipper, NULL));
        } else {
            SUCCEEDS(forge_restore(file, bytes, NULL, NULL, rig->clipper, NULL));
            forge_check_clipper(rig);
        }
    }
}

/* What a kind of clipper cannot have: a rule, or a threshold that is 0 as a float. */
static void option_without_kind(void **state)
{
    static const struct {
        uint32_t kind;
        size_t option;
        double value;
    } cases[] = {{SRNN_CLIP_VALUE, RULE, SRNN_CLIP_RULE_POLYAK},
                 {SRNN_CLIP_TENSOR, RULE, SRNN_CLIP_RULE_POLYAK},
                 {SRNN_CLIP_UNIT, RULE, SRNN_CLIP_RULE_POLYAK},
                 {SRNN_CLIP_VALUE, THRESHOLD, 0x1p-150}};
    struct rig *rig = *state;

    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        unsigned char file[FORGE_BYTES];
        srnn_clipper *clipper;
        size_t bytes = 0;

        rig->shape.clipper_kind = cases[k].kind;
        clipper = rig_placed(rig, HANDLE_CLIPPER);
        SUCCEEDS(forge_save(rig->model, NULL, clipper, NULL, NULL, 0, file, sizeof file, &bytes));
        forge_put_double(forge_tensor(file, CLIPPER_OPTIONS) + 8 * cases[k].option, cases[k].value);
        forge_seal(file, bytes);
        REFUSES(&rig->heap, SRNN_E_FORMAT, forge_restore(file, bytes, NULL, NULL, clipper, NULL));
    }
}

/* Moments of another shape than the optimizer's, in as many bytes; or a state without its moments,
 * whose bytes the header calls another program's. */
static void other_moments(void **state)
{
    static const char moments[] = "\"srnn.optimizer.moments\":{\"dtype\":\"F32\",\"shape\":[2,74]";
    static const char folded[] = "\"srnn.optimizer.moments\":{\"dtype\":\"F32\",\"shape\":[4,37]";
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_checkpoint(rig, NULL, 0, &bytes);
    unsigned char *at = forge_find(file, moments);
    char text[sizeof moments];

    assert_non_null(at);
    memcpy(at, folded, sizeof folded - 1);
    forge_seal(file, bytes);
    REFUSES(&rig->heap, SRNN_E_FORMAT,
            forge_restore(file, bytes, rig->model, rig->optimizer, NULL, NULL));

    (void)snprintf(text, sizeof text, "%-*s", (int)sizeof moments - 1,
                   "\"extra\":{\"dtype\":\"U8\",\"shape\":[592]");
    memcpy(at, text, sizeof moments - 1);
    forge_seal(file, bytes);
    SUCCEEDS(forge_restore(file, bytes, rig->model, NULL, rig->clipper, rig->random));
    REFUSES(&rig->heap, SRNN_E_FORMAT,
            forge_restore(file, bytes, rig->model, rig->optimizer, NULL, NULL));
}

/* As many moments as the optimizer has, each for more parameters, under a count that is right. */
static void longer_moments(void **state)
{
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES];
    srnn_optimizer *longer = NULL;
    size_t bytes = 0;

    SUCCEEDS(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_ADAM, rig->count + 1, &longer));
    SUCCEEDS(forge_save(rig->model, longer, NULL, NULL, NULL, 0, file, sizeof file, &bytes));
    REFUSES(&rig->heap, SRNN_E_SHAPE, forge_restore(file, bytes, NULL, rig->optimizer, NULL, NULL));
    forge_put_double(forge_tensor(file, OPTIMIZER_STATE) + 8 * COUNT, (double)rig->count);
    forge_seal(file, bytes);
    REFUSES(&rig->heap, SRNN_E_FORMAT,
            forge_restore(file, bytes, NULL, rig->optimizer, NULL, NULL));
    srnn_optimizer_destroy(longer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(impossible_numbers),
        RIG_TEST(impossible_increment),
        cmocka_unit_test(impossible_moments),
        RIG_TEST(moments_to_save),
        RIG_TEST(full_counts),
        RIG_TEST(option_without_kind),
        RIG_TEST(other_moments),
        RIG_TEST(longer_moments),
    };

    return cmocka_run_group_tests_name("impossible numbers", tests, NULL, NULL);
}
