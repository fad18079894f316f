/* test_checkpoint_damage.c - checkpoints that are damaged, by chance or with a right checksum */
#include "forge.h"

#include <string.h>

static void prefixes_and_bits(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file;

    (void)forge_train(rig, 2, HASH_START);
    file = forge_checkpoint(rig, FORGE_EXTRA, sizeof FORGE_EXTRA, &bytes);
    for (size_t length = 0; length < bytes; length++) {
        forge_refused(rig, file, length, SRNN_E_TRUNCATED);
    }
    for (size_t bit = 0; bit < 8 * bytes; bit++) {
        file[bit / 8] ^= (unsigned char)(1u << bit % 8);
        forge_refused(rig, file, bytes, SRNN_OK);
        file[bit / 8] ^= (unsigned char)(1u << bit % 8);
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

    (void)forge_train(rig, 3, HASH_START);
    whole = forge_checkpoint(rig, FORGE_EXTRA, sizeof FORGE_EXTRA, &bytes);
    /* The numbers of the optimizer, the clipper and the generator come first. */
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
            SUCCEEDS(forge_save(rig->model, rig->optimizer, rig->clipper, rig->random, FORGE_EXTRA,
                                sizeof FORGE_EXTRA, again, sizeof again, &written));
            forge_check_clipper(rig);
            taken++;
        }
    }
    assert_true(taken > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(prefixes_and_bits),
        RIG_TEST(damage_with_checksum),
    };

    return cmocka_run_group_tests_name("checkpoint damage", tests, NULL, NULL);
}
