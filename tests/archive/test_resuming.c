/* test_resuming.c - runs that stop and go on with the same bits */
#include "forge.h"

#include <math.h>

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
        first = forge_train(&whole, 50, HASH_START);
        file = forge_checkpoint(&whole, NULL, 0, &bytes);
        before = hash_objects(&whole);
        expected = forge_train(&whole, 50, first);

        (void)forge_train(&resumed, 3, HASH_START);
        assert_true(hash_objects(&resumed) != before);
        SUCCEEDS(forge_restore(file, bytes, resumed.model, resumed.optimizer, resumed.clipper,
                               resumed.random));
        assert_true(hash_objects(&resumed) == before);
        assert_true(forge_train(&resumed, 50, first) == expected);
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
    (void)forge_train(rig, 2, HASH_START);
    file = forge_checkpoint(rig, FORGE_EXTRA, sizeof FORGE_EXTRA, &bytes);
    forge_put(forge_tensor(file, "srnn.optimizer.moments"), 0x7f7fffffu, 4);
    forge_put(forge_tensor(file, "srnn.optimizer.moments") + 4, 0x80000001u, 4);
    forge_seal(file, bytes);
    rig_open(&other, &rig->shape);
    SUCCEEDS(forge_restore(file, bytes, other.model, other.optimizer, other.clipper, other.random));
    again = forge_checkpoint(&other, FORGE_EXTRA, sizeof FORGE_EXTRA, &again_bytes);
    assert_int_equal(bytes, again_bytes);
    assert_memory_equal(file, again, bytes);
    rig_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resuming),
        RIG_TEST(same_bytes_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
