/* test_model_file.c - models as files: what is saved comes back, and what is refused */
#include "forge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------
 * What is saved comes back
 * ------------------------------------------------------------------------ */

/* The rig's model has come back as `loaded`: a copy, or with SRNN_LOAD_VIEW one that reads its
 * parameters in the file. */
static void check_loaded(const struct rig *rig, const unsigned char *file, uint32_t flags,
                         srnn_model *loaded)
{
    const int is_view = flags == SRNN_LOAD_VIEW;

    forge_same(rig->model, loaded);
    assert_int_equal((model_option(loaded, SRNN_MODEL_FLAGS) & SRNN_MODEL_EXTERNAL) != 0, is_view);
    assert_int_equal(srnn_model_parameters(loaded) == NULL, is_view);
    assert_int_equal((const void *)srnn_model_parameters_const(loaded) ==
                         file + 8 + forge_header_bytes(file),
                     is_view);
}

/* Every function that loads, with these flags. */
static void check_loads(struct rig *rig, const unsigned char *file, size_t bytes, uint32_t flags)
{
    srnn_model *model = NULL;
    size_t block = 0;

    SUCCEEDS(srnn_model_load_size(file, bytes, flags, &block));
    assert_true(block <= bytes);
    SUCCEEDS(srnn_model_load(heap_array(&rig->heap, block, 1), block, file, bytes, flags, &model));
    check_loaded(rig, file, flags, model);
    SUCCEEDS(srnn_model_load_create(heap_allocate, &rig->heap, file, bytes, flags, &model));
    assert_int_equal(heap_bytes(model), block);
    check_loaded(rig, file, flags, model);
    srnn_model_destroy(model);
    SUCCEEDS(srnn_model_load_create(NULL, NULL, file, bytes, flags, &model));
    check_loaded(rig, file, flags, model);
    srnn_model_destroy(model);
}

/* Every shape, kind and flag, by every function. Saving again writes the same bytes. */
static void round_trips(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig rig;
        srnn_model *loaded = NULL;
        unsigned char *file, *again;
        struct stream stream = {0};
        size_t bytes = 0, again_bytes = 0;

        rig_open(&rig, &shapes[i]);
        file = forge_saved(&rig.heap, rig.model, &bytes);
        check_loads(&rig, file, bytes, 0);
        if (forge_views(&rig, file, bytes)) {
            check_loads(&rig, file, bytes, SRNN_LOAD_VIEW);
        }
        SUCCEEDS(srnn_model_load_create(NULL, NULL, file, bytes, 0, &loaded));
        again = forge_saved(&rig.heap, loaded, &again_bytes);
        assert_int_equal(bytes, again_bytes);
        assert_memory_equal(file, again, bytes);
        srnn_model_destroy(loaded);

        memset(again, 0, bytes);
        stream.data = again;
        stream.bytes = bytes;
        SUCCEEDS(srnn_model_write(rig.model, stream_write, &stream));
        assert_int_equal(stream.at, bytes);
        assert_memory_equal(file, again, bytes);
        rig_close(&rig);
    }
}

/* The tensors have the names of the model's table. */
static void names_are_the_models(void **state)
{
    struct rig *rig = *state;
    const float *parameters = srnn_model_parameters_const(rig->model);
    size_t bytes = 0, offset;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    const char *name;
    uint32_t tensors = 0;

    for (; srnn_model_tensor(rig->model, tensors, &name, &offset, NULL, NULL) == SRNN_OK;
         tensors++) {
        unsigned char little[4];
        uint32_t bits;
        memcpy(&bits, &parameters[offset], sizeof bits);
        forge_put(little, bits, 4);
        assert_memory_equal(forge_tensor(file, name), little, 4);
    }
    assert_int_equal(tensors, 6);
}

/* The bytes of a file, for ever, with a checksum that another program found. Elements begin at 512,
 * a multiple of 64. */
static void golden(void **state)
{
    static const char header[] =
        "{\"__metadata__\":{\"srnn.checksum\":\"00000000\",\"srnn.format\":\"2\","
        "\"srnn.activation\":\"tanh\",\"srnn.output\":\"softmax\"},"
        "\"w_in\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
        "\"w_rec\":{\"dtype\":\"F32\",\"shape\":[3,3],\"data_offsets\":[24,60]},"
        "\"b_rec\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[60,72]},"
        "\"w_out\":{\"dtype\":\"F32\",\"shape\":[3,1],\"data_offsets\":[72,84]},"
        "\"b_out\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[84,88]},"
        "\"h0\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[88,100]}}";
    unsigned char expected[FORGE_BYTES], file[FORGE_BYTES];
    char padded[512];
    float parameters[25];
    srnn_model *model = NULL;
    size_t bytes = 0;

    (void)state;
    for (size_t i = 0; i < 25; i++) {
        parameters[i] = (float)i * 0.25f - 1.0f;
    }
    SUCCEEDS(srnn_model_create(NULL, NULL, 2, 3, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                               SRNN_MODEL_LEARNED_STATE, &model));
    memcpy(srnn_model_parameters(model), parameters, sizeof parameters);
    (void)snprintf(padded, sizeof padded, "%-504s", header);
    SUCCEEDS(srnn_model_save(model, file, sizeof file, &bytes));
    assert_int_equal(bytes, forge_file(expected, padded, parameters, 25));
    assert_memory_equal(file, expected, bytes);
    assert_non_null(forge_find(file, "\"srnn.checksum\":\"c0ff6b3a\""));
    srnn_model_destroy(model);
}

/* ------------------------------------------------------------------------
 * Space, streams, allocators and flags
 * ------------------------------------------------------------------------ */

/* A model with a parameter that is not finite is not saved, but its file has a size. */
static void saving(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, size = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);

    forge_check_save(rig, forge_save_model, rig->model, file, bytes);
    rig->parameters[0] = INFINITY;
    SUCCEEDS(srnn_model_save(rig->model, NULL, 0, &size));
    assert_int_equal(size, bytes);
}

/* A block too small or badly aligned. */
static void bad_block(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, need = 0, view = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    unsigned char *block;
    srnn_model **out = forge_out(rig);

    SUCCEEDS(srnn_model_load_size(file, bytes, 0, &need));
    SUCCEEDS(srnn_model_size(3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, SRNN_MODEL_EXTERNAL,
                             &view));
    block = heap_array(&rig->heap, need + 1, 1);
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_model_load(block, need - 1, file, bytes, 0, out));
    REFUSES(&rig->heap, SRNN_E_ALIGNMENT, srnn_model_load(block + 1, need, file, bytes, 0, out));
    if (forge_views(rig, file, bytes)) {
        REFUSES(&rig->heap, SRNN_E_SPACE,
                srnn_model_load(block, view - 1, file, bytes, SRNN_LOAD_VIEW, out));
        SUCCEEDS(srnn_model_load(block, view, file, bytes, SRNN_LOAD_VIEW, out));
    }
}

/* A write that fails at each of its calls is an IO error and is not called again. */
static void failing_write(void **state)
{
    struct rig *rig = *state;
    unsigned char buffer[FORGE_BYTES];
    struct stream stream = {buffer, sizeof buffer, 0, 0, 0};
    size_t calls;

    SUCCEEDS(srnn_model_write(rig->model, stream_write, &stream));
    calls = stream.calls;
    assert_true(calls > 1);
    for (size_t at = 1; at <= calls; at++) {
        stream.at = stream.calls = 0;
        stream.fail_at = at;
        REFUSES(&rig->heap, SRNN_E_IO, srnn_model_write(rig->model, stream_write, &stream));
        assert_int_equal(stream.calls, at);
    }
}

static void without_memory(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    srnn_model **out = forge_out(rig);
    struct heap heap;

    heap_open(&heap);
    heap.fail_from = 1;
    heap.fail_count = 2;
    REFUSES(&rig->heap, SRNN_E_MEMORY,
            srnn_model_load_create(heap_allocate, &heap, file, bytes, 0, out));
    REFUSES(&rig->heap, forge_has_views() ? SRNN_E_MEMORY : SRNN_E_UNSUPPORTED,
            srnn_model_load_create(heap_allocate, &heap, file, bytes, SRNN_LOAD_VIEW, out));
    assert_int_equal(heap.requests, forge_has_views() ? 2 : 1);
    heap_close(&heap);
}

/* Every bit that is no flag, alone and beside one that is; flags of something else. */
static void unknown_flags(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);

    for (uint32_t bit = 0; bit < 32; bit++) {
        for (uint32_t flags = 1u << bit; flags != 0 && flags != SRNN_LOAD_VIEW;
             flags = flags & SRNN_LOAD_VIEW ? 0 : flags | SRNN_LOAD_VIEW) {
            forge_refuse_flags(rig, file, bytes, flags, SRNN_E_RANGE);
        }
    }
}

/* ------------------------------------------------------------------------
 * Parameters and arguments
 * ------------------------------------------------------------------------ */

static void not_finite(void **state)
{
    static const uint32_t bits[] = {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xff800001u};
    struct rig *rig = *state;
    float *parameters = srnn_model_parameters(rig->model);
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    unsigned char buffer[FORGE_BYTES];
    struct stream stream = {buffer, sizeof buffer, 0, 0, 0};

    for (size_t place = 0; place < rig->count; place++) {
        const float before = parameters[place];
        unsigned char *at = file + 8 + forge_header_bytes(file) + 4 * place;
        unsigned char kept[4];
        memcpy(kept, at, 4);
        forge_put(at, bits[place % 4], 4);
        forge_seal(file, bytes);
        forge_refused(rig, file, bytes, SRNN_E_NONFINITE);
        memcpy(at, kept, 4);

        memcpy(&parameters[place], &bits[place % 4], sizeof bits[0]);
        REFUSES(&rig->heap, SRNN_E_NONFINITE,
                srnn_model_save(rig->model, file, bytes, &rig->out->bytes));
        REFUSES(&rig->heap, SRNN_E_NONFINITE, srnn_model_write(rig->model, stream_write, &stream));
        parameters[place] = before;
    }
    assert_int_equal(stream.calls, 0);
}

/* A view of data that no float could lie at. */
static void misaligned_view(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    unsigned char *shifted = heap_array(&rig->heap, bytes + 4, 1);
    double block[512];
    srnn_model *model = NULL;

    for (size_t shift = 0; shift < 4; shift++) {
        memcpy(shifted + shift, file, bytes);
        if (forge_views(rig, shifted + shift, bytes)) {
            RETURNS(shift == 0 ? SRNN_OK : SRNN_E_ALIGNMENT,
                    srnn_model_load(block, sizeof block, shifted + shift, bytes, SRNN_LOAD_VIEW,
                                    &model));
        }
        SUCCEEDS(srnn_model_load(block, sizeof block, shifted + shift, bytes, 0, &model));
        forge_same(rig->model, model);
    }
}

static void bad_arguments(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, *size = &rig->out->bytes;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    srnn_model **out = forge_out(rig);
    struct stream stream = {file, bytes, 0, 0, 0};
    double block[512];

    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_save(bad, NULL, 0, size));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_save(bad, file, bytes, size));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_write(bad, stream_write, &stream));
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_write(rig->model, NULL, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_load_size(NULL, bytes, 0, size));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_load_size(file, bytes, 0, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_load(NULL, sizeof block, file, bytes, 0, out));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_load(block, sizeof block, NULL, bytes, 0, out));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_model_load(block, sizeof block, file, bytes, 0, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_model_load(NULL, sizeof block, file, bytes, SRNN_LOAD_VIEW, out));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_model_load(block, sizeof block, NULL, bytes, SRNN_LOAD_VIEW, out));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_model_load(block, sizeof block, file, bytes, SRNN_LOAD_VIEW, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_load_create(NULL, NULL, NULL, bytes, 0, out));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_model_load_create(NULL, NULL, file, bytes, 0, NULL));
}

static void not_bound(void **state)
{
    struct rig *rig = *state;
    unsigned char buffer[FORGE_BYTES];
    struct stream stream = {buffer, sizeof buffer, 0, 0, 0};
    srnn_model *model = NULL;

    SUCCEEDS(srnn_model_create(NULL, NULL, 1, 1, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR,
                               SRNN_MODEL_EXTERNAL, &model));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_save(model, NULL, 0, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_model_save(model, buffer, sizeof buffer, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_model_write(model, stream_write, &stream));
    srnn_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips), RIG_TEST(names_are_the_models),
        cmocka_unit_test(golden),      RIG_TEST(saving),
        RIG_TEST(bad_block),           RIG_TEST(failing_write),
        RIG_TEST(without_memory),      RIG_TEST(unknown_flags),
        RIG_TEST(not_finite),          RIG_TEST(misaligned_view),
        RIG_TEST(bad_arguments),       RIG_TEST(not_bound),
    };

    return cmocka_run_group_tests_name("model file", tests, NULL, NULL);
}
