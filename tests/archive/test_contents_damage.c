/* test_contents_damage.c - what a damaged file says about itself */
#include "forge.h"

#include <ctype.h>
#include <string.h>

/* Asks an open file for all that there is to ask. Returns the number of its parts. */
static uint32_t ask(const srnn_checkpoint *checkpoint)
{
    char name[SRNN_PART_NAME_BYTES], text[8];
    const void *data = NULL;
    size_t bytes = 0;
    uint32_t kind, i;
    double value;

    for (i = 0; srnn_checkpoint_part(checkpoint, i, &kind, name) == SRNN_OK; i++) {
        assert_in_range(strlen(name), 1, SRNN_PART_NAME_BYTES - 1);
        for (uint32_t key = SRNN_STORED_KIND; key <= SRNN_STORED_SEQUENCES; key++) {
            (void)srnn_checkpoint_get(checkpoint, name, key, &value);
        }
        if (srnn_checkpoint_bytes(checkpoint, name, &data, &bytes) == SRNN_OK) {
            (void)hash_bytes(HASH_START, data, bytes);
        }
        (void)srnn_checkpoint_text(checkpoint, name, text, sizeof text, &bytes);
    }
    return i;
}

/* Other letters and digits in the header, under a right checksum: whatever opens can be asked and
 * restored from, or says why not. */
static void damaged(void **state)
{
    struct rig *rig = *state;
    srnn_random *dice = rig_placed(rig, HANDLE_RANDOM);
    srnn_checkpoint *const list = rig->checkpoint;
    unsigned char file[FORGE_BYTES], own[3] = {1, 2, 3};
    size_t bytes = 0, opened = 0, parts = 0;
    unsigned char *whole;
    uint32_t header;

    (void)rig_train(rig);
    forge_add_rig(list, rig);
    SUCCEEDS(srnn_checkpoint_add_text(list, "labels", "a b"));
    SUCCEEDS(srnn_checkpoint_add_bytes(list, "own", own, sizeof own));
    whole = forge_parts(rig, &bytes);
    header = (uint32_t)forge_header_bytes(whole);
    for (int round = 0; round < 20000; round++) {
        memcpy(file, whole, bytes);
        for (int i = 0; i <= round % 3; i++) {
            unsigned char *at;
            do {
                at = file + 8 + srnn_random_below(dice, header);
            } while (!isalnum(*at));
            *at = (unsigned char)"abdegnoprstuABU0123468"[srnn_random_below(dice, 22)];
        }
        forge_seal(file, bytes);
        if (srnn_checkpoint_open(list, file, bytes) == SRNN_OK) {
            opened++;
            parts += ask(list);
            (void)srnn_checkpoint_restore(list);
        }
    }
    assert_true(opened > 500 && parts > 6 * opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
