/* test_pytorch.c - models as PyTorch's weights, and back */
#include "forge.h"

#include <stdio.h>
#include <string.h>

#include "pytorch_vectors.h"

static int has_units(const srnn_model *model)
{
    return model_option(model, SRNN_MODEL_ACTIVATION) == SRNN_HIDDEN_TANH ||
           model_option(model, SRNN_MODEL_ACTIVATION) == SRNN_HIDDEN_RELU;
}

/* ------------------------------------------------------------------------
 * What is saved comes back
 * ------------------------------------------------------------------------ */

/* Every shape that PyTorch has units for, by every function, to the same bits. Others are refused
 * by all functions that save. */
static void round_trips(void **state)
{
    size_t trips = 0;

    (void)state;
    for (size_t i = 0; i < shape_count; i++) {
        struct rig rig;
        srnn_model *loaded = NULL, *created = NULL;
        unsigned char *file, *again;
        struct stream stream = {0};
        size_t bytes = 0, block = 0;

        rig_open(&rig, &shapes[i]);
        if (!has_units(rig.model)) {
            again = heap_array(&rig.heap, 65536, 1);
            stream.data = again;
            stream.bytes = 65536;
            REFUSES(&rig.heap, SRNN_E_UNSUPPORTED,
                    srnn_pytorch_save(rig.model, NULL, 0, &rig.out->bytes));
            REFUSES(&rig.heap, SRNN_E_UNSUPPORTED,
                    srnn_pytorch_save(rig.model, again, 65536, &rig.out->bytes));
            REFUSES(&rig.heap, SRNN_E_UNSUPPORTED,
                    srnn_pytorch_write(rig.model, stream_write, &stream));
            assert_int_equal(stream.calls, 0);
            rig_close(&rig);
            continue;
        }
        trips++;
        file = forge_saved_for_pytorch(&rig.heap, rig.model, &bytes);
        assert_int_equal((8 + forge_header_bytes(file)) % 64, 0);
        SUCCEEDS(srnn_pytorch_load_size(file, bytes, 0, 0, &block));
        SUCCEEDS(
            srnn_pytorch_load(heap_array(&rig.heap, block, 1), block, file, bytes, 0, 0, &loaded));
        forge_same(rig.model, loaded);
        SUCCEEDS(srnn_pytorch_load_create(heap_allocate, &rig.heap, file, bytes, 0, 0, &created));
        assert_int_equal(heap_bytes(created), block);
        forge_same(rig.model, created);
        srnn_model_destroy(created);
        SUCCEEDS(srnn_pytorch_load_create(NULL, NULL, file, bytes, 0, 0, &created));
        forge_same(rig.model, created);
        srnn_model_destroy(created);

        again = heap_array(&rig.heap, bytes, 1);
        stream.data = again;
        stream.bytes = bytes;
        SUCCEEDS(srnn_pytorch_write(rig.model, stream_write, &stream));
        assert_int_equal(stream.at, bytes);
        assert_memory_equal(file, again, bytes);

        /* The two kinds of files are not taken for each other. */
        RETURNS(SRNN_E_FORMAT, srnn_model_load_size(file, bytes, 0, &block));
        again = forge_saved(&rig.heap, rig.model, &bytes);
        RETURNS(SRNN_E_UNSUPPORTED, srnn_pytorch_load_size(again, bytes, 0, 0, &block));
        rig_close(&rig);
    }
    assert_true(trips >= 5);
}

/* The bytes of a file, transposed by hand. */
static void golden(void **state)
{
    static const char header[] =
        "{\"__metadata__\":{\"format\":\"pt\",\"srnn.activation\":\"relu\","
        "\"srnn.output\":\"sigmoid\"},"
        "\"rnn.weight_ih_l0\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]},"
        "\"rnn.weight_hh_l0\":{\"dtype\":\"F32\",\"shape\":[3,3],\"data_offsets\":[24,60]},"
        "\"rnn.bias_ih_l0\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[60,72]},"
        "\"rnn.bias_hh_l0\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[72,84]},"
        "\"head.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[84,108]},"
        "\"head.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[108,116]},"
        "\"h0\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[116,128]}}";
    static const float transposed[] = {
        0,  3,  1,  4,  2,  5,             /* w_in was 0 1 2, 3 4 5 */
        6,  9,  12, 7,  10, 13, 8, 11, 14, /* w_rec was 6 7 8, 9 10 11, 12 13 14 */
        15, 16, 17, 0,  0,  0,             /* b_rec, and the second bias */
        18, 20, 22, 19, 21, 23,            /* w_out was 18 19, 20 21, 22 23 */
        24, 25, 26, 27, 28,                /* b_out and h0 */
    };
    unsigned char expected[FORGE_BYTES], file[FORGE_BYTES];
    char padded[1024];
    srnn_model *model = NULL;
    size_t bytes = 0;

    (void)state;
    SUCCEEDS(srnn_model_create(NULL, NULL, 2, 3, 2, SRNN_HIDDEN_RELU, SRNN_OUTPUT_SIGMOID,
                               SRNN_MODEL_LEARNED_STATE, &model));
    for (size_t i = 0; i < 29; i++) {
        srnn_model_parameters(model)[i] = (float)i;
    }
    assert_int_equal(srnn_model_parameter_count(model), 29);
    SUCCEEDS(srnn_pytorch_save(model, file, sizeof file, &bytes));
    (void)snprintf(padded, sizeof padded, "%-*s", (int)((8 + strlen(header) + 63) / 64 * 64 - 8),
                   header);
    assert_int_equal(bytes, forge_file(expected, padded, transposed, 32));
    assert_memory_equal(file, expected, bytes);
    srnn_model_destroy(model);
}

/* h0 may have sides of 1 in front, as PyTorch's [layers x sequences x hidden] has. */
static void initial_state_of_one_layer(void **state)
{
    static const char *const shapes_of_h0[] = {"3", "1,3", "1,1,3", "1,1,1,3", "1,1,1,1,1,1,1,3"};
    float data[26], h0[3];

    (void)state;
    for (size_t i = 0; i < 26; i++) {
        data[i] = (float)i;
    }
    for (size_t i = 0; i < sizeof shapes_of_h0 / sizeof shapes_of_h0[0]; i++) {
        unsigned char file[FORGE_BYTES];
        char header[1024];
        srnn_model *model = NULL;
        size_t bytes;

        (void)snprintf(
            header, sizeof header,
            "{" TENSOR("rnn.weight_ih_l0", "3,2", "0", "24") "," TENSOR(
                "rnn.weight_hh_l0", "3,3", "24",
                "60") "," TENSOR("head.weight", "2,3", "60",
                                 "84") "," TENSOR("head.bias", "2", "84",
                                                  "92") "," TENSOR("h0", "%s", "92", "104") "}",
            shapes_of_h0[i]);
        bytes = forge_file(file, header, data, 26);
        SUCCEEDS(srnn_pytorch_load_create(NULL, NULL, file, bytes, SRNN_HIDDEN_TANH,
                                          SRNN_OUTPUT_SOFTMAX, &model));
        SUCCEEDS(srnn_initial_state(model, h0, 3));
        SAME_FLOATS(h0, data + 23, 3);
        srnn_model_destroy(model);
    }
}

/* ------------------------------------------------------------------------
 * What PyTorch makes of it
 * ------------------------------------------------------------------------ */

/* A stream through the model computes PyTorch's logits to 1e-5. Saved again it is the file that
 * PyTorch had, but for the biases, of which the first is now the sum. */
static void same_outputs_as_pytorch(void **state)
{
    (void)state;
    for (size_t v = 0; v < sizeof vectors / sizeof vectors[0]; v++) {
        const uint32_t inputs = vectors[v].inputs, outputs = vectors[v].outputs;
        unsigned char file[FORGE_BYTES], again[FORGE_BYTES];
        float hidden[2][16], logits[16];
        size_t bytes = forge_file(file, vectors[v].header, vectors[v].data, vectors[v].count);
        srnn_model *model = NULL, *back = NULL;

        SUCCEEDS(srnn_pytorch_load_create(NULL, NULL, file, bytes, vectors[v].activation,
                                          SRNN_OUTPUT_LINEAR, &model));
        assert_int_equal(srnn_model_inputs(model), inputs);
        assert_int_equal(srnn_model_outputs(model), outputs);
        assert_true(srnn_model_hidden(model) <= 16 && outputs <= 16);
        SUCCEEDS(srnn_initial_state(model, hidden[0], srnn_model_hidden(model)));
        for (uint32_t t = 0; t < VECTOR_STEPS; t++) {
            SUCCEEDS(srnn_step(model, vectors[v].x + t * inputs, hidden[t % 2], hidden[(t + 1) % 2],
                               logits));
            for (uint32_t i = 0; i < outputs; i++) {
                NEAR(vectors[v].logits[t * outputs + i], logits[i], 1e-5);
            }
        }

        SUCCEEDS(srnn_pytorch_save(model, again, sizeof again, &bytes));
        SUCCEEDS(srnn_pytorch_load_create(NULL, NULL, again, bytes, 0, 0, &back));
        forge_same(model, back);
        if (strcmp(vectors[v].name, "srnn_trained") == 0) {
            assert_memory_equal(file + 8 + forge_header_bytes(file),
                                again + 8 + forge_header_bytes(again), 4 * vectors[v].count);
        }
        srnn_model_destroy(back);
        srnn_model_destroy(model);
    }
}

/* ------------------------------------------------------------------------
 * Damage
 * ------------------------------------------------------------------------ */

static void prefixes(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved_for_pytorch(&rig->heap, rig->model, &bytes);
    unsigned char longer[FORGE_BYTES] = {0};

    for (size_t length = 0; length < bytes; length++) {
        forge_refused_by_pytorch(rig, file, length, SRNN_E_TRUNCATED);
    }
    memcpy(longer, file, bytes);
    forge_refused_by_pytorch(rig, longer, bytes + 1, SRNN_E_FORMAT);
}

/* Bits and bytes of the header changed, one and many: refused, or a model that can be saved. */
static void damage(void **state)
{
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES], again[FORGE_BYTES];
    srnn_random *dice = rig_placed(rig, HANDLE_RANDOM);
    size_t bytes = 0, written = 0, taken = 0, left = 0;
    unsigned char *whole = forge_saved_for_pytorch(&rig->heap, rig->model, &bytes);
    const uint32_t header = (uint32_t)(8 + forge_header_bytes(whole));

    for (uint32_t round = 0; round < 8 * header + 20000; round++) {
        srnn_model *model = NULL;
        double block[512];
        int32_t status;
        memcpy(file, whole, bytes);
        if (round < 8 * header) {
            file[round / 8] ^= (unsigned char)(1u << round % 8);
        } else {
            for (uint32_t i = 0; i <= round % 4; i++) {
                const unsigned char *from = whole + srnn_random_below(dice, header);
                file[srnn_random_below(dice, header)] =
                    round % 2 == 0 ? *from : (unsigned char)srnn_random_u32(dice);
            }
        }
        status = srnn_pytorch_load(block, sizeof block, file, bytes, 0, 0, &model);
        if (status == SRNN_OK) {
            SUCCEEDS(srnn_pytorch_save(model, again, sizeof again, &written));
            taken++;
        } else {
            assert_null(model);
            left++;
        }
    }
    assert_true(taken > 0 && left > taken);
}

static void not_finite(void **state)
{
    static const uint32_t bits[] = {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xff800001u};
    struct rig *rig = *state;
    float *parameters = srnn_model_parameters(rig->model);
    size_t bytes = 0;
    unsigned char *file = forge_saved_for_pytorch(&rig->heap, rig->model, &bytes);
    unsigned char *data = file + 8 + forge_header_bytes(file);
    unsigned char buffer[FORGE_BYTES];
    struct stream stream = {buffer, sizeof buffer, 0, 0, 0};

    for (size_t place = 0; data + 4 * place < file + bytes; place++) {
        unsigned char *at = data + 4 * place;
        unsigned char kept[4];
        memcpy(kept, at, 4);
        forge_put(at, bits[place % 4], 4);
        forge_refused_by_pytorch(rig, file, bytes, SRNN_E_NONFINITE);
        memcpy(at, kept, 4);
    }
    for (size_t place = 0; place < rig->count; place++) {
        const float before = parameters[place];
        memcpy(&parameters[place], &bits[place % 4], sizeof bits[0]);
        REFUSES(&rig->heap, SRNN_E_NONFINITE,
                srnn_pytorch_save(rig->model, file, bytes, &rig->out->bytes));
        REFUSES(&rig->heap, SRNN_E_NONFINITE,
                srnn_pytorch_write(rig->model, stream_write, &stream));
        parameters[place] = before;
    }
    assert_int_equal(stream.calls, 0);
}

/* ------------------------------------------------------------------------
 * Arguments, memory and streams
 * ------------------------------------------------------------------------ */

/* A bias keeps its sign when it is zero. */
static void negative_zero(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file;
    srnn_model *model = NULL;

    rig_tensor(rig, "b_rec", NULL, NULL)[2] = -0.0f;
    file = forge_saved_for_pytorch(&rig->heap, rig->model, &bytes);
    SUCCEEDS(srnn_pytorch_load_create(NULL, NULL, file, bytes, 0, 0, &model));
    forge_same(rig->model, model);
    srnn_model_destroy(model);
}

static void too_small(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, need = 0;
    unsigned char *file = forge_saved_for_pytorch(&rig->heap, rig->model, &bytes);
    unsigned char *block;
    srnn_model **out = forge_out(rig);
    srnn_model *none = NULL;
    struct heap heap;

    forge_check_save(rig, forge_save_for_pytorch, rig->model, file, bytes);
    SUCCEEDS(srnn_pytorch_load_size(file, bytes, 0, 0, &need));
    block = heap_array(&rig->heap, need + 1, 1);
    REFUSES(&rig->heap, SRNN_E_SPACE, srnn_pytorch_load(block, need - 1, file, bytes, 0, 0, out));
    REFUSES(&rig->heap, SRNN_E_ALIGNMENT,
            srnn_pytorch_load(block + 1, need, file, bytes, 0, 0, out));
    heap_open(&heap);
    heap.fail_from = 1;
    heap.fail_count = 1;
    RETURNS(SRNN_E_MEMORY,
            srnn_pytorch_load_create(heap_allocate, &heap, file, bytes, 0, 0, &none));
    assert_null(none);
    heap_close(&heap);
}

static void failing_write(void **state)
{
    struct rig *rig = *state;
    struct stream stream = {0};
    size_t calls;

    stream.data = forge_saved_for_pytorch(&rig->heap, rig->model, &stream.bytes);
    SUCCEEDS(srnn_pytorch_write(rig->model, stream_write, &stream));
    calls = stream.calls;
    assert_true(calls > 1);
    for (size_t at = 1; at <= calls; at++) {
        stream.at = stream.calls = 0;
        stream.fail_at = at;
        REFUSES(&rig->heap, SRNN_E_IO, srnn_pytorch_write(rig->model, stream_write, &stream));
        assert_int_equal(stream.calls, at);
    }
}

static void bad_arguments(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, *size = &rig->out->bytes;
    unsigned char *file = forge_saved_for_pytorch(&rig->heap, rig->model, &bytes);
    srnn_model **out = forge_out(rig);
    struct stream stream = {file, bytes, 0, 0, 0};
    srnn_model *unbound = NULL;
    double block[512];

    FOR_BAD_HANDLES(rig, HANDLE_MODEL, bad)
    {
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_save(bad, NULL, 0, size));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_save(bad, file, bytes, size));
        REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_write(bad, stream_write, &stream));
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_write(rig->model, NULL, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_load_size(NULL, bytes, 0, 0, size));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, srnn_pytorch_load_size(file, bytes, 0, 0, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_pytorch_load(NULL, sizeof block, file, bytes, 0, 0, out));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_pytorch_load(block, sizeof block, NULL, bytes, 0, 0, out));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_pytorch_load(block, sizeof block, file, bytes, 0, 0, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_pytorch_load_create(NULL, NULL, NULL, bytes, 0, 0, out));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT,
            srnn_pytorch_load_create(NULL, NULL, file, bytes, 0, 0, NULL));

    SUCCEEDS(srnn_model_create(NULL, NULL, 1, 1, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR,
                               SRNN_MODEL_EXTERNAL, &unbound));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_pytorch_save(unbound, NULL, 0, size));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_pytorch_save(unbound, file, bytes, size));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_pytorch_write(unbound, stream_write, &stream));
    srnn_model_destroy(unbound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),
        cmocka_unit_test(golden),
        cmocka_unit_test(initial_state_of_one_layer),
        cmocka_unit_test(same_outputs_as_pytorch),
        RIG_TEST(prefixes),
        RIG_TEST(damage),
        RIG_TEST(not_finite),
        RIG_TEST(negative_zero),
        RIG_TEST(too_small),
        RIG_TEST(failing_write),
        RIG_TEST(bad_arguments),
    };

    return cmocka_run_group_tests_name("pytorch", tests, NULL, NULL);
}
