/* test_archive.c - models as files, and files that are not models */
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
        check_loads(&rig, file, bytes, SRNN_LOAD_VIEW);
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

static int32_t save_model(const void *model, void *buffer, size_t capacity, size_t *bytes)
{
    return srnn_model_save(model, buffer, capacity, bytes);
}

/* A model with a parameter that is not finite is not saved, but its file has a size. */
static void saving(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, size = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);

    forge_check_save(rig, save_model, rig->model, file, bytes);
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
    REFUSES(&rig->heap, SRNN_E_SPACE,
            srnn_model_load(block, view - 1, file, bytes, SRNN_LOAD_VIEW, out));
    SUCCEEDS(srnn_model_load(block, view, file, bytes, SRNN_LOAD_VIEW, out));
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
    REFUSES(&rig->heap, SRNN_E_MEMORY,
            srnn_model_load_create(heap_allocate, &heap, file, bytes, SRNN_LOAD_VIEW, out));
    assert_int_equal(heap.requests, 2);
    heap_close(&heap);
}

/* Every bit that is no flag, alone and beside one that is; flags of something else. */
static void unknown_flags(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    srnn_model **out = forge_out(rig);
    double block[512];

    for (uint32_t bit = 0; bit < 32; bit++) {
        for (uint32_t flags = 1u << bit; flags != 0 && flags != SRNN_LOAD_VIEW;
             flags = flags & SRNN_LOAD_VIEW ? 0 : flags | SRNN_LOAD_VIEW) {
            REFUSES(&rig->heap, SRNN_E_RANGE,
                    srnn_model_load_size(file, bytes, flags, &rig->out->bytes));
            REFUSES(&rig->heap, SRNN_E_RANGE,
                    srnn_model_load(block, sizeof block, file, bytes, flags, out));
            REFUSES(&rig->heap, SRNN_E_RANGE,
                    srnn_model_load_create(heap_allocate, &rig->heap, file, bytes, flags, out));
        }
    }
}

/* ------------------------------------------------------------------------
 * Damage
 * ------------------------------------------------------------------------ */

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

/* ------------------------------------------------------------------------
 * Other headers
 * ------------------------------------------------------------------------ */

#define CHECKSUM "\"srnn.checksum\":\"00000000\""
#define METADATA                                                                                  \
    "\"__metadata__\":{\"srnn.format\":\"2\"," CHECKSUM                                           \
    ",\"srnn.activation\":\"tanh\",\"srnn.output\":\"linear\"}"
#define TENSOR(name, shape, from, to)                                                             \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}"
#define W_IN TENSOR("w_in", "2,1", "0", "8")
#define W_REC TENSOR("w_rec", "1,1", "8", "12")
#define B_REC TENSOR("b_rec", "1", "12", "16")
#define W_OUT TENSOR("w_out", "1,1", "16", "20")
#define B_OUT TENSOR("b_out", "1", "20", "24")

/* The data of all of them. */
static const float numbers[6] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f};

/* Headers that another program may write for the same model, with the parameters that they mean. */
static void other_headers_taken(void **state)
{
    static const struct {
        const char *header;
        float parameters[6];
        int32_t view;
    } cases[] = {
        {"{" METADATA "," W_IN "," W_REC "," B_REC "," W_OUT "," B_OUT "}",
         {1, 2, 3, 4, 5, 6}, SRNN_OK},
        {"{" B_OUT "," W_OUT "," W_IN "," B_REC "," METADATA "," W_REC "}   \n",
         {1, 2, 3, 4, 5, 6}, SRNN_OK},
        {"{ \"w_in\" : {\"shape\" :[ 2 ,\t1 ] ,\"data_offsets\": [0 , 8]\r\n, \"dtype\":\"F32\"}\n, "
         METADATA "," W_REC " , " B_REC "," W_OUT "," B_OUT " }",
         {1, 2, 3, 4, 5, 6}, SRNN_OK},
        {"{" METADATA "," TENSOR("w_in", "2,1", "16", "24") "," TENSOR("w_rec", "1,1", "0", "4") ","
         TENSOR("b_rec", "1", "12", "16") "," TENSOR("w_out", "1,1", "8", "12") ","
         TENSOR("b_out", "1", "4", "8") "}",
         {5, 6, 1, 4, 3, 2}, SRNN_E_UNSUPPORTED},
    };
    unsigned char file[FORGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t bytes = forge_file(file, cases[i].header, numbers, 6);
        double block[64], view[64];
        srnn_model *model = NULL;
        int32_t status;
        SUCCEEDS(srnn_model_load(block, sizeof block, file, bytes, 0, &model));
        SAME_FLOATS(cases[i].parameters, srnn_model_parameters_const(model), 6);
        status = srnn_model_load(view, sizeof view, file, bytes, SRNN_LOAD_VIEW, &model);
        if (cases[i].view == SRNN_OK && (uintptr_t)(file + 8 + strlen(cases[i].header)) % 4 != 0) {
            assert_int_equal(status, SRNN_E_ALIGNMENT);
        } else {
            assert_int_equal(status, cases[i].view);
        }
    }
}

/* The headers [count], each with its data and a right checksum, are refused with `expected`. */
static void refuse_headers(struct rig *rig, int32_t expected, const char *const *headers,
                           size_t count)
{
    unsigned char file[FORGE_BYTES];

    for (size_t i = 0; i < count; i++) {
        const size_t bytes = forge_file(file, headers[i], numbers, 6);
        forge_refused(rig, file, bytes, expected);
    }
}

#define REFUSE_HEADERS(rig, expected, headers)                                                    \
    refuse_headers((rig), (expected), (headers), sizeof(headers) / sizeof(headers)[0])

/* A header that is taken where all five are as above; or with these metadata instead. */
#define HEADER(w_in, w_rec, b_rec, w_out, b_out)                                                  \
    "{" METADATA "," w_in "," w_rec "," b_rec "," w_out "," b_out "}"
#define HEADER_WITH(metadata)                                                                     \
    "{\"__metadata__\":{" metadata "}," W_IN "," W_REC "," B_REC "," W_OUT "," B_OUT "}"

/* No header, and one that would do with something around it or without its commas. */
static void bad_syntax(void **state)
{
    static const char *const headers[] = {
        "", "{", "{}", "[]", " {}", "{" METADATA "}",
        "{" W_IN "," W_REC "," B_REC "," W_OUT "," B_OUT "}",
        " " HEADER(W_IN, W_REC, B_REC, W_OUT, B_OUT),
        HEADER(W_IN, W_REC, B_REC, W_OUT, B_OUT) "}",
        "{" METADATA "," W_IN "," W_REC "," B_REC "," W_OUT "," B_OUT ",}",
        "{," METADATA "," W_IN "," W_REC "," B_REC "," W_OUT "," B_OUT "}",
        "{" METADATA W_IN "," W_REC "," B_REC "," W_OUT "," B_OUT "}",
        "{" METADATA "," W_IN "," W_REC "," B_REC "," W_OUT "," B_OUT,
    };

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
}

/* A key that comes twice. */
static void repeated_keys(void **state)
{
    static const char *const headers[] = {
        HEADER(METADATA "," W_IN, W_REC, B_REC, W_OUT, B_OUT),
        HEADER(W_IN "," W_IN, W_REC, B_REC, W_OUT, B_OUT),
        HEADER_WITH("\"srnn.format\":\"1\",\"srnn.format\":\"1\"," CHECKSUM
                    ",\"srnn.activation\":\"tanh\",\"srnn.output\":\"linear\""),
        HEADER("\"w_in\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2,1],"
               "\"data_offsets\":[0,8]}", W_REC, B_REC, W_OUT, B_OUT),
    };

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
}

/* Tensors and fields that are unknown, missing or of another type. */
static void unknown_or_missing(void **state)
{
#define EXTRA(shape, from, to)                                                                    \
    "\"extra\":{\"dtype\":\"U8\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}"
    static const char *const headers[] = {
        HEADER(W_IN, W_REC, B_REC, TENSOR("h0", "1", "16", "20"), B_OUT),
        /* The bytes of a matrix that no model lacks belong to something else. */
        HEADER(EXTRA("8", "0", "8"), W_REC, B_REC, W_OUT, B_OUT),
        HEADER(W_IN, EXTRA("4", "8", "12"), B_REC, W_OUT, B_OUT),
        HEADER(W_IN, W_REC, B_REC, EXTRA("4", "16", "20"), B_OUT),
        HEADER("\"w_in\":{\"dtype\":\"F64\",\"shape\":[2,1],\"data_offsets\":[0,8]}", W_REC, B_REC,
               W_OUT, B_OUT),
        HEADER("\"w_in\":{\"dtype\":\"F32\",\"shape\":[2,1]}", W_REC, B_REC, W_OUT, B_OUT),
        HEADER("\"w_in\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8],\"more\":1}",
               W_REC, B_REC, W_OUT, B_OUT),
        HEADER("\"w_in\n\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}", W_REC,
               B_REC, W_OUT, B_OUT),
        HEADER("\"w_in\":[]", W_REC, B_REC, W_OUT, B_OUT),
        HEADER("\"w\\u005fin\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}", W_REC,
               B_REC, W_OUT, B_OUT),
    };
#undef EXTRA

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
}

/* Shapes that are another tensor's, that no memory holds, or that are no list of numbers. */
static void bad_shapes(void **state)
{
#define W_IN_SHAPE(shape) HEADER(TENSOR("w_in", shape, "0", "8"), W_REC, B_REC, W_OUT, B_OUT)
    static const char *const headers[] = {
        W_IN_SHAPE("2"), W_IN_SHAPE("1,2"), W_IN_SHAPE("2,1,1"), W_IN_SHAPE(""),
        HEADER(W_IN, W_REC, TENSOR("b_rec", "1,1", "12", "16"), W_OUT, B_OUT),
        HEADER(TENSOR("w_in", "0,1", "0", "0"), TENSOR("w_rec", "1,1", "0", "12"), B_REC, W_OUT,
               B_OUT),
        W_IN_SHAPE("4611686018427387906,1"), W_IN_SHAPE("6148914691236517206,3"),
        W_IN_SHAPE("36893488147419103234,1"),
        W_IN_SHAPE("02,1"), W_IN_SHAPE("2.0,1"), W_IN_SHAPE("-2,1"), W_IN_SHAPE("2 1"),
        W_IN_SHAPE("2,1,"),
    };
#undef W_IN_SHAPE

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
}

/* Places of data that overlap, leave gaps, end before they begin, or end behind the file. */
static void bad_places(void **state)
{
    static const char *const headers[] = {
        HEADER(W_IN, W_REC, TENSOR("b_rec", "1", "8", "12"), W_OUT, B_OUT),
        HEADER(W_IN, TENSOR("w_rec", "1,1", "4", "8"), B_REC, W_OUT, B_OUT),
        "{" METADATA "," W_IN "," W_REC "," W_OUT "," B_OUT "}",
        "{" METADATA "," W_IN "," W_REC "," B_REC "," W_OUT "}",
        HEADER(TENSOR("w_in", "2,1", "8", "0"), W_REC, B_REC, W_OUT, B_OUT),
        HEADER(TENSOR("w_in", "2,1", "0", "7"), W_REC, B_REC, W_OUT, B_OUT),
        HEADER(W_IN, W_REC, B_REC, W_OUT, TENSOR("b_out", "1", "20", "18446744073709551616")),
    };
    static const char *const truncated[] = {
        HEADER(W_IN, W_REC, B_REC, W_OUT, TENSOR("b_out", "1", "20", "25")),
        HEADER(W_IN, W_REC, B_REC, W_OUT, TENSOR("b_out", "1", "20", "18446744073709551615")),
    };

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
    REFUSE_HEADERS(*state, SRNN_E_TRUNCATED, truncated);
}

/* Metadata without what a model needs, and those of a later format. */
static void bad_metadata(void **state)
{
    static const char *const headers[] = {
        "{\"__metadata__\":{\"srnn.format\":\"0\"}}",
        "{\"__metadata__\":{\"srnn.format\":\"01\"}}",
        "{\"__metadata__\":{\"srnn.format\":\"\"}}",
        "{\"__metadata__\":{\"srnn.format\":\"1a\"}}",
        "{\"__metadata__\":{\"srnn.format\":1}}",
        "{\"__metadata__\":{\"format\":\"pt\"}," W_IN "}",
        HEADER_WITH("\"srnn.format\":\"1\"," CHECKSUM ",\"srnn.activation\":\"tanh\""),
        HEADER_WITH("\"srnn.format\":\"1\",\"srnn.checksum\":\"0000000\","
                    "\"srnn.activation\":\"tanh\",\"srnn.output\":\"linear\""),
        HEADER_WITH("\"srnn.format\":\"1\"," CHECKSUM
                    ",\"srnn.activation\":\"softmax\",\"srnn.output\":\"linear\""),
        HEADER_WITH("\"srnn.format\":\"1\"," CHECKSUM
                    ",\"srnn.activation\":\"tanh\",\"srnn.output\":\"relu\""),
        HEADER_WITH("\"srnn.format\":\"1\"," CHECKSUM
                    ",\"srnn.activation\":\"tan\",\"srnn.output\":\"linear\""),
    };
    static const char *const later[] = {
        "{\"__metadata__\":{\"srnn.format\":\"3\",\"new\":{}}}",
        "{\"__metadata__\":{\"srnn.format\":\"123456789012345678901234567890\"}}",
    };

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
    REFUSE_HEADERS(*state, SRNN_E_VERSION, later);
}

/* A header that would be longer than any can be, or than memory. */
static void header_lengths(void **state)
{
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES] = {0};

    forge_put(file, UINT64_MAX, 8);
    forge_refused(rig, file, sizeof file, SRNN_E_FORMAT);
    forge_put(file, UINT64_MAX - 7, 8);
    forge_refused(rig, file, sizeof file, SRNN_E_FORMAT);
    forge_put(file, 100000001, 8);
    forge_refused(rig, file, sizeof file, SRNN_E_FORMAT);
    forge_put(file, sizeof file - 7, 8);
    forge_refused(rig, file, sizeof file, SRNN_E_TRUNCATED);
}

/* Upper-case digits would be a second way to write the same checksum. */
static void checksum_digits(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = NULL, *digits = NULL;

    do {
        srnn_model_parameters(rig->model)[0] += 1.0f;
        file = forge_saved(&rig->heap, rig->model, &bytes);
        digits = forge_find(file, "\"srnn.checksum\":\"") + 17;
        while (*digits >= '0' && *digits <= '9') {
            digits++;
        }
    } while (*digits == '"');
    *digits = (unsigned char)(*digits - 'a' + 'A');
    forge_refused(rig, file, bytes, SRNN_E_FORMAT);
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
        REFUSES(&rig->heap, SRNN_E_NONFINITE,
                srnn_model_write(rig->model, stream_write, &stream));
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
        RETURNS(
            shift == 0 ? SRNN_OK : SRNN_E_ALIGNMENT,
            srnn_model_load(block, sizeof block, shifted + shift, bytes, SRNN_LOAD_VIEW, &model));
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

    FOR_BAD_HANDLES (rig, HANDLE_MODEL, bad) {
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
        cmocka_unit_test(round_trips),
        RIG_TEST(names_are_the_models),
        cmocka_unit_test(golden),
        RIG_TEST(saving),
        RIG_TEST(bad_block),
        RIG_TEST(failing_write),
        RIG_TEST(without_memory),
        RIG_TEST(unknown_flags),
        RIG_TEST(prefixes),
        RIG_TEST(damage_elsewhere),
        RIG_TEST(one_byte_more),
        RIG_TEST(every_bit),
        RIG_TEST(random_damage),
        RIG_TEST(damage_with_checksum),
        cmocka_unit_test(other_headers_taken),
        RIG_TEST(bad_syntax),
        RIG_TEST(repeated_keys),
        RIG_TEST(unknown_or_missing),
        RIG_TEST(bad_shapes),
        RIG_TEST(bad_places),
        RIG_TEST(bad_metadata),
        RIG_TEST(header_lengths),
        RIG_TEST(checksum_digits),
        RIG_TEST(not_finite),
        RIG_TEST(misaligned_view),
        RIG_TEST(bad_arguments),
        RIG_TEST(not_bound),
    };

    return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
