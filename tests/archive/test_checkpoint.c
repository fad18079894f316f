/* test_checkpoint.c - runs that stop and go on, and checkpoints that no run wrote */
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

static const char extra_text[] = "settings of my own\0and more";

/* ------------------------------------------------------------------------
 * Going on
 * ------------------------------------------------------------------------ */

/* Train so that the generator takes part: it draws an input before each update. */
static uint64_t train(struct rig *rig, int updates, uint64_t hash)
{
    for (int i = 0; i < updates; i++) {
        if (rig->input != NULL) {
            rig->input[0] = srnn_random_normal(rig->random);
        }
        hash = hash_u64(hash, srnn_random_u32(rig->random));
        hash = hash_u64(hash, rig_train(rig));
    }
    return hash;
}

/* Put all options away from their presets. */
static void set_options(struct rig *rig)
{
    SUCCEEDS(srnn_optimizer_set(rig->optimizer, SRNN_OPTIMIZER_RATE, 0.003));
    SUCCEEDS(srnn_optimizer_set(rig->optimizer, SRNN_OPTIMIZER_MOMENTUM_FACTOR, 0.8));
    SUCCEEDS(srnn_optimizer_set(rig->optimizer, SRNN_OPTIMIZER_DECAY, 0.7));
    SUCCEEDS(srnn_optimizer_set(rig->optimizer, SRNN_OPTIMIZER_BETA1, 0.85));
    SUCCEEDS(srnn_optimizer_set(rig->optimizer, SRNN_OPTIMIZER_BETA2, 0.995));
    SUCCEEDS(srnn_optimizer_set(rig->optimizer, SRNN_OPTIMIZER_EPSILON, 1e-6));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_THRESHOLD, 0.05));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_SKIP));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_LIMIT, 1e10));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_QUANTILE, 0.6));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_FACTOR, 0.7));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_POLYAK, 0.02));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_TRUST, 0.002));
}

/* A hash of all options and statistics of optimizer and clipper. */
static uint64_t hash_objects(const struct rig *rig)
{
    uint64_t hash = HASH_START;
    double value;

    for (uint32_t key = SRNN_OPTIMIZER_RATE; key <= SRNN_OPTIMIZER_EPSILON; key++) {
        SUCCEEDS(srnn_optimizer_get(rig->optimizer, key, &value));
        hash = hash_doubles(hash, &value, 1);
    }
    SUCCEEDS(srnn_optimizer_get(rig->optimizer, SRNN_OPTIMIZER_UPDATES, &value));
    hash = hash_doubles(hash, &value, 1);
    for (uint32_t key = SRNN_CLIP_THRESHOLD; key <= SRNN_CLIP_TRUST; key++) {
        SUCCEEDS(srnn_clipper_get(rig->clipper, key, &value));
        hash = hash_doubles(hash, &value, 1);
    }
    for (uint32_t key = SRNN_CLIP_STEPS; key <= SRNN_CLIP_ALIGNMENT; key++) {
        SUCCEEDS(srnn_clipper_get(rig->clipper, key, &value));
        hash = hash_doubles(hash, &value, 1);
    }
    return hash;
}

/* 100 updates end in the bits of 50, a checkpoint, other objects and 50 more: for every
 * kind of optimizer and clipper. */
static void resuming(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig whole, resumed;
        unsigned char *file;
        size_t bytes = 0;
        uint64_t expected, before, first;

        rig_open(&whole, &shapes[i]);
        rig_open(&resumed, &shapes[i]);
        set_options(&whole);
        first = train(&whole, 50, HASH_START);
        file = forge_checkpoint(&whole, NULL, 0, &bytes);
        before = hash_objects(&whole);
        expected = train(&whole, 50, first);

        (void)train(&resumed, 3, HASH_START);
        assert_true(hash_objects(&resumed) != before);
        SUCCEEDS(forge_restore(file, bytes, resumed.model, resumed.optimizer, resumed.clipper,
                               resumed.random));
        assert_true(hash_objects(&resumed) == before);
        assert_true(train(&resumed, 50, first) == expected);
        SAME_FLOATS(whole.parameters, resumed.parameters, whole.count);
        assert_true(hash_objects(&resumed) == hash_objects(&whole));
        assert_int_equal(srnn_random_u32(resumed.random), srnn_random_u32(whole.random));
        rig_close(&resumed);
        rig_close(&whole);
    }
}

/* What is restored is saved again with the same bytes; so are infinite options, and the largest
 * moment and the smallest. */
static void same_bytes_again(void **state)
{
    struct rig *rig = *state;
    struct rig other;
    unsigned char *file, *again;
    size_t bytes = 0, again_bytes = 0;

    set_options(rig);
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_LIMIT, INFINITY));
    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_THRESHOLD, INFINITY));
    (void)train(rig, 2, HASH_START);
    file = forge_checkpoint(rig, extra_text, sizeof extra_text, &bytes);
    forge_put(forge_tensor(file, "srnn.optimizer.moments"), 0x7f7fffffu, 4);
    forge_put(forge_tensor(file, "srnn.optimizer.moments") + 4, 0x80000001u, 4);
    forge_seal(file, bytes);
    rig_open(&other, &rig->shape);
    SUCCEEDS(forge_restore(file, bytes, other.model, other.optimizer, other.clipper, other.random));
    again = forge_checkpoint(&other, extra_text, sizeof extra_text, &again_bytes);
    assert_int_equal(bytes, again_bytes);
    assert_memory_equal(file, again, bytes);
    rig_close(&other);
}

/* A checkpoint is a model's file too, and may be restored in parts. */
static void parts(void **state)
{
    struct rig *rig = *state;
    double block[512];
    srnn_model *model = NULL;
    unsigned char *file;
    size_t bytes = 0;
    uint32_t drawn;

    (void)train(rig, 3, HASH_START);
    file = forge_checkpoint(rig, extra_text, sizeof extra_text, &bytes);
    SUCCEEDS(srnn_model_load(block, sizeof block, file, bytes, &model));
    SAME_FLOATS(rig->parameters, srnn_model_parameters_const(model), rig->count);
    SUCCEEDS(srnn_model_load_view(block, sizeof block, file, bytes, &model));
    SAME_FLOATS(rig->parameters, srnn_model_parameters_const(model), rig->count);

    drawn = srnn_random_u32(rig->random);
    heap_remember(&rig->heap);
    SUCCEEDS(forge_restore(file, bytes, NULL, NULL, NULL, NULL));
    heap_unchanged(&rig->heap, "restoring nothing", __FILE__, __LINE__);
    SUCCEEDS(forge_restore(file, bytes, NULL, NULL, NULL, rig->random));
    assert_int_equal(srnn_random_u32(rig->random), drawn);
}

/* Bytes of the caller's own, none of them, and none at all. */
static void extra(void **state)
{
    struct rig *rig = *state;
    char copy[sizeof extra_text];
    size_t bytes = 0, *extra_bytes = &rig->out->bytes;
    unsigned char *file = forge_checkpoint(rig, extra_text, sizeof extra_text, &bytes);
    const void **found = heap_array(&rig->heap, 1, sizeof *found);

    RETURNS(SRNN_E_STATE, srnn_checkpoint_bytes(rig->checkpoint, "extra", found, extra_bytes));
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_bytes(rig->checkpoint, "extra", found, extra_bytes));
    assert_int_equal(*extra_bytes, sizeof extra_text);
    assert_memory_equal(*found, extra_text, sizeof extra_text);
    assert_ptr_equal((const unsigned char *)*found + *extra_bytes, file + bytes);
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_checkpoint_bytes(rig->checkpoint, "random", found, extra_bytes));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_bytes(rig->checkpoint, "extr", found, extra_bytes));

    SUCCEEDS(srnn_checkpoint_add_bytes(rig->checkpoint, "extra", copy, sizeof copy));
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    assert_memory_equal(copy, extra_text, sizeof copy);
    SUCCEEDS(srnn_checkpoint_begin(rig->checkpoint));
    SUCCEEDS(srnn_checkpoint_add_bytes(rig->checkpoint, "extra", copy, sizeof copy - 1));
    RETURNS(SRNN_E_SHAPE, srnn_checkpoint_restore(rig->checkpoint));

    file = forge_checkpoint(rig, extra_text, 0, &bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_bytes(rig->checkpoint, "extra", found, extra_bytes));
    assert_int_equal(*extra_bytes, 0);
    file = forge_saved(&rig->heap, rig->model, &bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_bytes(rig->checkpoint, "extra", found, extra_bytes));
}

/* A checkpoint of nothing but a model is the model's file. */
static void only_a_model(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, written = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    unsigned char buffer[FORGE_BYTES];

    SUCCEEDS(forge_save(rig->model, NULL, NULL, NULL, NULL, 0, buffer, sizeof buffer, &written));
    assert_int_equal(bytes, written);
    assert_memory_equal(file, buffer, bytes);
}

/* ------------------------------------------------------------------------
 * Space and streams
 * ------------------------------------------------------------------------ */

static void writing(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, calls;
    unsigned char *file = forge_checkpoint(rig, extra_text, sizeof extra_text, &bytes);
    unsigned char buffer[FORGE_BYTES];
    struct stream stream = {buffer, sizeof buffer, 0, 0, 0, 0};
    struct forge_list list;

    SUCCEEDS(forge_list_begin(&list, rig->model, rig->optimizer, rig->clipper, rig->random,
                              extra_text, sizeof extra_text));
    SUCCEEDS(srnn_checkpoint_write(list.checkpoint, stream_write, &stream));
    assert_int_equal(stream.at, bytes);
    assert_memory_equal(file, buffer, bytes);
    calls = stream.calls;
    for (size_t at = 1; at <= calls; at++) {
        stream.at = stream.calls = 0;
        stream.fail_at = at;
        REFUSES(&rig->heap, SRNN_E_IO,
                srnn_checkpoint_write(list.checkpoint, stream_write, &stream));
        assert_int_equal(stream.calls, at);
    }
    for (size_t capacity = 0; capacity < bytes; capacity++) {
        REFUSES(&rig->heap, SRNN_E_SPACE,
                srnn_checkpoint_save(list.checkpoint, file, capacity, &rig->out->bytes));
    }
    SUCCEEDS(forge_list_end(&list, SRNN_OK));
}

/* More bytes than there can be. */
static void too_much_extra(void **state)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 200};
    struct rig *rig = *state;

    for (size_t i = 0; i < 2; i++) {
        SUCCEEDS(srnn_checkpoint_begin(rig->checkpoint));
        SUCCEEDS(srnn_checkpoint_add_bytes(rig->checkpoint, "extra", rig->state, sizes[i]));
        REFUSES(&rig->heap, SRNN_E_OVERFLOW,
                srnn_checkpoint_save_size(rig->checkpoint, &rig->out->bytes));
    }
}

/* ------------------------------------------------------------------------
 * Damage
 * ------------------------------------------------------------------------ */

static void prefixes_and_bits(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file;

    (void)train(rig, 2, HASH_START);
    file = forge_checkpoint(rig, extra_text, sizeof extra_text, &bytes);
    for (size_t length = 0; length < bytes; length++) {
        forge_refused(rig, file, length, SRNN_E_TRUNCATED);
    }
    for (size_t bit = 0; bit < 8 * bytes; bit++) {
        file[bit / 8] ^= (unsigned char)(1u << bit % 8);
        forge_refused(rig, file, bytes, SRNN_OK);
        file[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
}

/* A clipper that has been restored clips a gradient, or refuses it, and has possible statistics. */
static void check_clipping(struct rig *rig)
{
    double value;
    int32_t status;

    for (int i = 0; i < 2; i++) {
        for (size_t k = 0; k < rig->count; k++) {
            rig->gradient[k] = (float)(k % 7) - 2.5f;
        }
        SUCCEEDS(srnn_clipper_tell(rig->clipper, 0.7, 0.01, 10));
        status = srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, NULL);
        assert_true(status == SRNN_OK || status == SRNN_E_LIMIT);
    }
    for (uint32_t key = SRNN_CLIP_STEPS; key <= SRNN_CLIP_ALIGNMENT; key++) {
        SUCCEEDS(srnn_clipper_get(rig->clipper, key, &value));
        assert_true(value >= (key == SRNN_CLIP_ALIGNMENT ? -1.0 : 0.0));
        assert_true(key == SRNN_CLIP_USED || isfinite(value));
    }
}

/* The damaged bytes carry a right checksum; whatever is restored must be fit to clip and save. */
static void damage_with_checksum(void **state)
{
    struct rig *rig = *state;
    srnn_random *dice = rig_placed(rig, HANDLE_RANDOM);
    size_t bytes = 0, written = 0, taken = 0;
    unsigned char file[FORGE_BYTES], again[FORGE_BYTES];
    unsigned char *whole;
    uint32_t states;

    (void)train(rig, 3, HASH_START);
    whole = forge_checkpoint(rig, extra_text, sizeof extra_text, &bytes);
    states = (uint32_t)(8 + forge_header_bytes(whole)) + (11 + 42 + 2) * 8;
    assert_true(bytes <= sizeof file);
    for (int round = 0; round < 20000; round++) {
        const uint32_t range = round % 2 == 0 ? states : (uint32_t)bytes;
        memcpy(file, whole, bytes);
        for (int i = 0; i <= round % 3; i++) {
            file[srnn_random_below(dice, range)] = (unsigned char)srnn_random_u32(dice);
        }
        if (forge_header_bytes(file) <= bytes - 8) {
            forge_seal(file, bytes);
        }
        if (forge_restore(file, bytes, rig->model, rig->optimizer, rig->clipper, rig->random) ==
            SRNN_OK) {
            SUCCEEDS(forge_save(rig->model, rig->optimizer, rig->clipper, rig->random, extra_text,
                                sizeof extra_text, again, sizeof again, &written));
            check_clipping(rig);
            taken++;
        }
    }
    assert_true(taken > 1000);
}

/* A number in a vector of state that no object can have come to: refused, by restore only, with
 * nothing changed. */
static void check_number(struct rig *rig, unsigned char *file, size_t bytes, const char *tensor,
                         size_t index, double value, int32_t expected)
{
    unsigned char *at = forge_tensor(file, tensor) + 8 * index;
    unsigned char kept[8];

    memcpy(kept, at, 8);
    forge_put_double(at, value);
    forge_seal(file, bytes);
    REFUSES(&rig->heap, expected,
            forge_restore(file, bytes, rig->model, rig->optimizer, rig->clipper, rig->random));
    memcpy(at, kept, 8);
}

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
        {CLIPPER_STATISTICS, NORM_AFTER, NAN, SRNN_E_FORMAT},
        {CLIPPER_STATISTICS, MEAN, INFINITY, SRNN_E_FORMAT},
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
    };
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file, *increment;

    (void)train(rig, 3, HASH_START);
    file = forge_checkpoint(rig, NULL, 0, &bytes);
    increment = forge_tensor(file, "srnn.random.state") + 8;
    (void)train(rig, 2, HASH_START);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_number(rig, file, bytes, cases[i].tensor, cases[i].index, cases[i].value,
                     cases[i].status);
    }
    *increment ^= 1u;
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
        (void)train(&rig, 3, HASH_START);
        file = forge_checkpoint(&rig, extra_text, sizeof extra_text, &bytes);
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
    struct stream stream = {file, sizeof file, 0, 0, 0, 0};
    float *other = heap_array(&rig->heap, rig->count, sizeof *other);

    memset(other, 0, rig->count * sizeof *other);
    rig->gradient[0] = INFINITY;
    SUCCEEDS(srnn_optimizer_step(rig->optimizer, other, rig->gradient, rig->count));
    SUCCEEDS(srnn_checkpoint_add_model(rig->checkpoint, "model", rig->model));
    SUCCEEDS(srnn_checkpoint_add_optimizer(rig->checkpoint, "optimizer", rig->optimizer));
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
            check_clipping(rig);
        }
    }
}

/* A rule of a kind that has none. */
static void rule_without_kind(void **state)
{
    static const uint32_t kinds[] = {SRNN_CLIP_VALUE, SRNN_CLIP_TENSOR, SRNN_CLIP_UNIT};
    struct rig *rig = *state;

    for (size_t k = 0; k < 3; k++) {
        unsigned char file[FORGE_BYTES];
        srnn_clipper *clipper;
        size_t bytes = 0;

        rig->shape.clipper_kind = kinds[k];
        clipper = rig_placed(rig, HANDLE_CLIPPER);
        SUCCEEDS(forge_save(rig->model, NULL, clipper, NULL, NULL, 0, file, sizeof file, &bytes));
        forge_put_double(forge_tensor(file, CLIPPER_OPTIONS) + 8 * RULE, SRNN_CLIP_RULE_POLYAK);
        forge_seal(file, bytes);
        REFUSES(&rig->heap, SRNN_E_FORMAT, forge_restore(file, bytes, NULL, NULL, clipper, NULL));
    }
}

/* What has been told of the next gradient is not in the file, and restoring forgets it. */
static void pending_tell(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file;

    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_POLYAK));
    (void)train(rig, 2, HASH_START);
    SUCCEEDS(srnn_clipper_tell(rig->clipper, 1.0, 0.01, 10));
    file = forge_checkpoint(rig, NULL, 0, &bytes);
    SUCCEEDS(forge_restore(file, bytes, NULL, NULL, rig->clipper, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, NULL));
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

/* ------------------------------------------------------------------------
 * Other objects and arguments
 * ------------------------------------------------------------------------ */

/* Objects of another kind or shape, each alone and with the others being right. */
static void other_shapes(void **state)
{
    struct rig *rig = *state;
    struct rig other;
    struct shape shape = rig->shape;
    size_t bytes = 0;
    unsigned char *file = forge_checkpoint(rig, NULL, 0, &bytes);

    shape.hidden++;
    shape.clipper_kind = SRNN_CLIP_TENSOR;
    rig_open(&other, &shape);
    REFUSES(&other.heap, SRNN_E_SHAPE, forge_restore(file, bytes, other.model, NULL, NULL, NULL));
    REFUSES(&other.heap, SRNN_E_SHAPE,
            forge_restore(file, bytes, NULL, other.optimizer, NULL, other.random));
    REFUSES(&other.heap, SRNN_E_SHAPE,
            forge_restore(file, bytes, NULL, NULL, other.clipper, other.random));
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            forge_restore(file, bytes, rig->model, rig->optimizer, other.clipper, rig->random));
    rig_close(&other);

    shape = rig->shape;
    for (int i = 0; i < 6; i++) {
        shape.inputs = rig->shape.inputs + (i == 4);
        shape.outputs = rig->shape.outputs + (i == 5);
        shape.activation = i == 0 ? SRNN_HIDDEN_LINEAR : rig->shape.activation;
        shape.output = i == 1 ? SRNN_OUTPUT_SIGMOID : rig->shape.output;
        shape.features = i == 1 ? 0 : rig->shape.features;
        shape.model_flags = i == 2 ? 0 : rig->shape.model_flags;
        shape.optimizer_kind = i == 3 ? SRNN_OPTIMIZER_RMSPROP : rig->shape.optimizer_kind;
        rig_open(&other, &shape);
        REFUSES(&other.heap, SRNN_E_SHAPE,
                forge_restore(file, bytes, i == 3 ? NULL : other.model, other.optimizer,
                              other.clipper, other.random));
        if (i != 3) {
            REFUSES(&other.heap, SRNN_E_SHAPE,
                    forge_restore(file, bytes, other.model, NULL, NULL, NULL));
        }
        rig_close(&other);
    }
}

/* An optimizer without moments still saves the length of its vectors. */
static void other_count_without_moments(void **state)
{
    struct rig *rig = *state;
    srnn_optimizer *five = NULL, *six = NULL;
    unsigned char file[FORGE_BYTES];
    size_t bytes = 0;

    SUCCEEDS(srnn_optimizer_create(heap_allocate, &rig->heap, SRNN_OPTIMIZER_SGD, 5, &five));
    SUCCEEDS(srnn_optimizer_create(heap_allocate, &rig->heap, SRNN_OPTIMIZER_SGD, 6, &six));
    SUCCEEDS(forge_save(rig->model, five, NULL, NULL, NULL, 0, file, sizeof file, &bytes));
    REFUSES(&rig->heap, SRNN_E_SHAPE, forge_restore(file, bytes, NULL, six, NULL, NULL));
    SUCCEEDS(forge_restore(file, bytes, NULL, five, NULL, NULL));
    srnn_optimizer_destroy(five);
    srnn_optimizer_destroy(six);
}

/* What the file does not have, and what cannot be written. */
static void lacking(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    double block[512];
    srnn_model *view = NULL, *unbound = NULL;

    REFUSES(&rig->heap, SRNN_E_STATE,
            forge_restore(file, bytes, rig->model, rig->optimizer, NULL, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE,
            forge_restore(file, bytes, rig->model, NULL, rig->clipper, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE,
            forge_restore(file, bytes, rig->model, NULL, NULL, rig->random));
    SUCCEEDS(srnn_model_load_view(block, sizeof block, file, bytes, &view));
    REFUSES(&rig->heap, SRNN_E_READ_ONLY, forge_restore(file, bytes, view, NULL, NULL, NULL));
    SUCCEEDS(srnn_model_init(block, sizeof block, 3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                             SRNN_MODEL_LEARNED_STATE | SRNN_MODEL_EXTERNAL, &unbound));
    REFUSES(&rig->heap, SRNN_E_STATE, forge_restore(file, bytes, unbound, NULL, NULL, NULL));
    SUCCEEDS(srnn_model_bind(unbound, rig->gradient, rig->count));
    SUCCEEDS(forge_restore(file, bytes, unbound, NULL, NULL, NULL));
    SAME_FLOATS(rig->parameters, rig->gradient, rig->count);
}

#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resuming),
        RIG_TEST(same_bytes_again),
        RIG_TEST(parts),
        RIG_TEST(extra),
        RIG_TEST(only_a_model),
        RIG_TEST(writing),
        RIG_TEST(too_much_extra),
        RIG_TEST(prefixes_and_bits),
        RIG_TEST(damage_with_checksum),
        RIG_TEST(impossible_numbers),
        cmocka_unit_test(impossible_moments),
        RIG_TEST(moments_to_save),
        RIG_TEST(full_counts),
        RIG_TEST(rule_without_kind),
        RIG_TEST(pending_tell),
        RIG_TEST(other_moments),
        RIG_TEST(longer_moments),
        RIG_TEST(other_shapes),
        RIG_TEST(other_count_without_moments),
        RIG_TEST(lacking),
    };

    return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
