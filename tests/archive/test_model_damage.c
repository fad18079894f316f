/* test_model_damage.c - damaged files of models: cut, longer, bits and bytes changed */
#include "forge.h"

#include <string.h>

/* Every beginning of a file is refused as truncated. */
static void prefixes(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);

    for (size_t length = 0; length < bytes; length++) {
        forge_refused(rig, file, length, SRNN_E_TRUNCATED);
    }
}

/* The functions that forge_refused does not call. */
static void damage_elsewhere(void **state)
{
    struct rig *rig = *state;
    srnn_model **out = forge_out(rig);
    double block[512];
    struct heap heap;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);

    file[bytes - 1] ^= 1u;
    heap_open(&heap);
    REFUSES(&rig->heap, SRNN_E_CHECKSUM,
            srnn_model_load(block, sizeof block, file, bytes, SRNN_LOAD_VIEW, out));
    REFUSES(&rig->heap, SRNN_E_CHECKSUM,
            srnn_model_load_create(heap_allocate, &heap, file, bytes, 0, out));
    REFUSES(&rig->heap, SRNN_E_CHECKSUM,
            srnn_model_load_create(heap_allocate, &heap, file, bytes, SRNN_LOAD_VIEW, out));
    assert_int_equal(heap.requests, 0);
    heap_close(&heap);
}

static void one_byte_more(void **state)
{
    struct rig *rig = *state;
    unsigned char longer[FORGE_BYTES] = {0};
    size_t bytes = 0;

    SUCCEEDS(srnn_model_save(rig->model, longer, sizeof longer, &bytes));
    forge_refused(rig, longer, bytes + 1, SRNN_E_FORMAT);
}

/* One bit, wherever it is: length, header, padding, elements, the checksum itself. */
static void every_bit(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);

    for (size_t bit = 0; bit < 8 * bytes; bit++) {
        file[bit / 8] ^= (unsigned char)(1u << bit % 8);
        forge_refused(rig, file, bytes, SRNN_OK);
        file[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
}

/* Many bytes at once, cut short or not: refused, unless one blank became another. */
static void random_damage(void **state)
{
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES];
    srnn_random *dice = rig_placed(rig, HANDLE_RANDOM);
    double block[512];
    srnn_model *model = NULL;
    size_t bytes = 0, taken = 0;
    unsigned char *whole = forge_saved(&rig->heap, rig->model, &bytes);

    for (int round = 0; round < 20000; round++) {
        const uint32_t changes = 1 + srnn_random_below(dice, 12);
        const size_t length =
            round % 4 == 0 ? srnn_random_below(dice, (uint32_t)bytes + 1) : bytes;
        memcpy(file, whole, bytes);
        for (uint32_t i = 0; i < changes; i++) {
            file[srnn_random_below(dice, (uint32_t)bytes)] = (unsigned char)srnn_random_u32(dice);
        }
        if (srnn_model_load(block, sizeof block, file, length, 0, &model) == SRNN_OK) {
            forge_same(rig->model, model);
            taken++;
        } else {
            forge_refused(rig, file, length, SRNN_OK);
        }
    }
    assert_true(taken < 200);
}

/* As before, with a checksum that is right: what is taken must be a model that can be saved. */
static void damage_with_checksum(void **state)
{
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES], again[FORGE_BYTES];
    srnn_random *dice = rig_placed(rig, HANDLE_RANDOM);
    size_t bytes = 0, written = 0, taken = 0;
    unsigned char *whole = forge_saved(&rig->heap, rig->model, &bytes);
    const uint32_t header = (uint32_t)(8 + forge_header_bytes(whole));

    memset(file, 0, sizeof file); /* a damaged header may end in digits */
    for (int round = 0; round < 20000; round++) {
        srnn_model *model = NULL;
        double block[512];
        memcpy(file, whole, bytes);
        for (uint32_t i = 0; i < 1u + (unsigned)round % 3; i++) {
            const unsigned char *from = whole + srnn_random_below(dice, header);
            file[srnn_random_below(dice, header)] =
                round % 2 == 0 ? *from : (unsigned char)srnn_random_u32(dice);
        }
        if (forge_header_bytes(file) <= bytes - 8) {
            forge_seal(file, bytes);
        }
        if (srnn_model_load(block, sizeof block, file, bytes, 0, &model) == SRNN_OK) {
            SUCCEEDS(srnn_model_save(model, again, sizeof again, &written));
            taken++;
        }
    }
    assert_true(taken > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(prefixes),
        RIG_TEST(damage_elsewhere),
        RIG_TEST(one_byte_more),
        RIG_TEST(every_bit),
        RIG_TEST(random_damage),
        RIG_TEST(damage_with_checksum),
    };

    return cmocka_run_group_tests_name("model damage", tests, NULL, NULL);
}
