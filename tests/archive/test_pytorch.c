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

/* PyTorch's file of a model, in the heap. */
static unsigned char *saved(struct heap *heap, const srnn_model *model, size_t *bytes)
{
    unsigned char *file;
    size_t size = 0;

    SUCCEEDS(srnn_pytorch_save(model, NULL, 0, &size));
    file = heap_array(heap, size, 1);
    SUCCEEDS(srnn_pytorch_save(model, file, size, bytes));
    assert_int_equal(*bytes, size);
    return file;
}

/* All functions that load refuse this file with `expected`, or with any code when that is SRNN_OK,
 * and change nothing. */
static void refused(struct rig *rig, const void *file, size_t bytes, int32_t expected)
{
    srnn_model *const untouched = (void *)rig;
    srnn_model *model = untouched;
    double block[512];
    const int32_t status = srnn_pytorch_load_size(file, bytes, SRNN_HIDDEN_TANH,
                                                  SRNN_OUTPUT_SOFTMAX, &rig->out->bytes);

    assert_true(status < 0);
    if (expected != SRNN_OK) {
        assert_string_equal(srnn_status_name(status), srnn_status_name(expected));
    }
    REFUSES(&rig->heap, status,
            srnn_pytorch_load_size(file, bytes, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                                   &rig->out->bytes));
    REFUSES(&rig->heap, status,
            srnn_pytorch_load(block, sizeof block, file, bytes, SRNN_HIDDEN_TANH,
                              SRNN_OUTPUT_SOFTMAX, &model));
    REFUSES(&rig->heap, status,
            srnn_pytorch_load_create(NULL, NULL, file, bytes, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                                     &model));
    assert_ptr_equal(model, untouched);
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
        file = saved(&rig.heap, rig.model, &bytes);
        assert_int_equal((8 + forge_header_bytes(file)) % 64, 0);
        SUCCEEDS(srnn_pytorch_load_size(file, bytes, 0, 0, &block));
        SUCCEEDS(srnn_pytorch_load(heap_array(&rig.heap, block, 1), block, file, bytes, 0, 0,
                                   &loaded));
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
        0, 3, 1, 4, 2, 5,                    /* w_in was 0 1 2, 3 4 5 */
        6, 9, 12, 7, 10, 13, 8, 11, 14,      /* w_rec was 6 7 8, 9 10 11, 12 13 14 */
        15, 16, 17, 0, 0, 0,                 /* b_rec, and the second bias */
        18, 20, 22, 19, 21, 23,              /* w_out was 18 19, 20 21, 22 23 */
        24, 25, 26, 27, 28,                  /* b_out and h0 */
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
            SUCCEEDS(srnn_step(model, vectors[v].x + t * inputs, hidden[t % 2],
                               hidden[(t + 1) % 2], logits));
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
 * Other people's files
 * ------------------------------------------------------------------------ */

#define TENSOR(name, shape, from, to)                                                             \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}"
#define IH(prefix) TENSOR(prefix "weight_ih_l0", "1,2", "0", "8")
#define HH(prefix) TENSOR(prefix "weight_hh_l0", "1,1", "8", "12")
#define BIASES(prefix)                                                                            \
    TENSOR(prefix "bias_ih_l0", "1", "12", "16") "," TENSOR(prefix "bias_hh_l0", "1", "16", "20")
#define WEIGHT(prefix) TENSOR(prefix "weight", "1,1", "20", "24")
#define BIAS(prefix) TENSOR(prefix "bias", "1", "24", "28")
#define LAYER(prefix) IH(prefix) "," HH(prefix) "," BIASES(prefix)
#define HEAD(prefix) WEIGHT(prefix) "," BIAS(prefix)
#define NETWORK(rnn, head) LAYER(rnn) "," HEAD(head)
#define REST(prefix) HH(prefix) "," BIASES(prefix) "," HEAD(prefix)

/* The data of all of them: the biases add up to 9. */
static const float numbers[8] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f, 8.0f};

/* Headers that PyTorch or another program may write for the same network. */
static void other_headers_taken(void **state)
{
    static const struct {
        const char *header;
        float parameters[7];
        size_t floats;
        uint32_t flags;
    } cases[] = {
        {"{" NETWORK("rnn.", "head.") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        {"{" NETWORK("", "") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        {"{" NETWORK("", "fc.") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        {"{" NETWORK("model.rnn.", "model.head.") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        {"{" NETWORK("net.0.", "net.1.") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        {"{" NETWORK("r\xc3\xa9seau.", "t\\u00eate.") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        {"{\"__metadata__\":{\"format\":\"pt\"}," NETWORK("rnn.", "head.") "}  \n",
         {1, 2, 3, 9, 6, 7},
         7,
         0},
        {"{\"__metadata__\":{}," NETWORK("rnn.", "head.") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        {"{" NETWORK("rnn.", "head.") ",\"__metadata__\":{\"a \\\"quoted\\\" key\":\"caf\xc3\xa9 "
                                      "\\\\\", \"srnn.activation\":\"?\"}}",
         {1, 2, 3, 9, 6, 7},
         7,
         0},
        {"{" BIAS("h.") "," WEIGHT("h.") " ,\n" BIASES("r.") "," HH("r.") "," IH("r.") "}",
         {1, 2, 3, 9, 6, 7},
         7,
         0},
        {"{" NETWORK("rnn.", "head.") "," TENSOR("h0", "1", "28", "32") "}",
         {1, 2, 3, 9, 6, 7, 8},
         8,
         SRNN_MODEL_LEARNED_STATE},
        {"{" NETWORK("m.rnn.", "m.head.") "," TENSOR("m.h0", "1,1,1", "28", "32") "}",
         {1, 2, 3, 9, 6, 7, 8},
         8,
         SRNN_MODEL_LEARNED_STATE},
        {"{" IH("") "," HH("") "," TENSOR("head.weight", "1,1", "12", "16") "}",
         {1, 2, 3, 4},
         4,
         SRNN_MODEL_NO_RECURRENT_BIAS | SRNN_MODEL_NO_OUTPUT_BIAS},
        {"{" LAYER("") "," WEIGHT("head.") "}", {1, 2, 3, 9, 6}, 6, SRNN_MODEL_NO_OUTPUT_BIAS},
    };
    unsigned char file[FORGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t bytes = forge_file(file, cases[i].header, numbers, cases[i].floats);
        double block[64];
        srnn_model *model = NULL;
        size_t need = 0;
        SUCCEEDS(srnn_pytorch_load_size(file, bytes, SRNN_HIDDEN_RELU, SRNN_OUTPUT_SOFTMAX, &need));
        SUCCEEDS(srnn_pytorch_load(block, sizeof block, file, bytes, SRNN_HIDDEN_RELU,
                                   SRNN_OUTPUT_SOFTMAX, &model));
        assert_int_equal(model_option(model, SRNN_MODEL_ACTIVATION), SRNN_HIDDEN_RELU);
        assert_int_equal(model_option(model, SRNN_MODEL_OUTPUT_KIND), SRNN_OUTPUT_SOFTMAX);
        assert_int_equal(model_option(model, SRNN_MODEL_FLAGS), cases[i].flags);
        SAME_FLOATS(cases[i].parameters, srnn_model_parameters_const(model),
                    srnn_model_parameter_count(model));
    }
}

/* The headers [count], each with the data, are refused with `expected`. */
static void refuse_headers(struct rig *rig, int32_t expected, const char *const *headers,
                           size_t count)
{
    unsigned char file[FORGE_BYTES];

    for (size_t i = 0; i < count; i++) {
        const size_t bytes = forge_file(file, headers[i], numbers, 7);
        refused(rig, file, bytes, expected);
    }
}

#define REFUSE_HEADERS(rig, expected, headers)                                                    \
    refuse_headers((rig), (expected), (headers), sizeof(headers) / sizeof(headers)[0])

static void bad_syntax(void **state)
{
    static const char *const headers[] = {
        "{}", "", "[]", " {" NETWORK("", "") "}", "{" NETWORK("", ""), "{" NETWORK("", "") "}}",
        "{" NETWORK("", "") ",}",
        "{\"__metadata__\":{\"a\":1}," NETWORK("", "") "}",
        "{\"__metadata__\":{\"a\":{}}," NETWORK("", "") "}",
        "{\"__metadata__\":{\"a\":\"\\\"}," NETWORK("", "") "}",
        "{\"__metadata__\":{\"a\":\"\n\"}," NETWORK("", "") "}",
        "{\"__metadata__\":{},\"__metadata__\":{}," NETWORK("", "") "}",
        "{\"__metadata__\":{\"a\":\"\\",
        "{" LAYER("") "," WEIGHT("") ",\"bias\":{\"shape\":[1],\"data_offsets\":[24,28]}}",
        "{" LAYER("") "," WEIGHT("") ",\"bias\":[]}",
        "{" TENSOR("weight_ih_l0", "1,1,1,1,1,1,1,1,2", "0", "8") "," REST("") "}",
    };
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES] = {0};

    REFUSE_HEADERS(rig, SRNN_E_FORMAT, headers);
    memset(file, 0xff, 8);
    refused(rig, file, sizeof file, SRNN_E_FORMAT);
    forge_put(file, sizeof file - 7, 8);
    refused(rig, file, sizeof file, SRNN_E_TRUNCATED);
}

/* Files without one of the tensors that a network needs, and with one bias of the two. */
static void no_network(void **state)
{
    static const char *const headers[] = {
        "{" LAYER("") "," TENSOR("other", "2", "20", "28") "}",
        "{" LAYER("") "," TENSOR("h0", "2", "20", "28") "}",
        "{" LAYER("") "," TENSOR("bias", "2", "20", "28") "}",
        "{" TENSOR("weight", "2,3", "0", "24") "," BIAS("") "}",
        "{" TENSOR("weight_hh_l0", "1,1", "0", "4") "," TENSOR("bias_ih_l0", "1", "4", "8") ","
        TENSOR("bias_hh_l0", "1", "8", "12") "," TENSOR("weight", "3,1", "12", "24") ","
        TENSOR("h0", "1", "24", "28") "}",
        "{" IH("") "," TENSOR("h0", "1", "8", "12") "," BIASES("") "," HEAD("") "}",
        "{" IH("") "," HH("") "," TENSOR("bias_ih_l0", "1", "12", "16") ","
        TENSOR("weight", "3,1", "16", "28") "}",
        "{" IH("") "," HH("") "," TENSOR("bias_hh_l0", "1", "12", "16") ","
        TENSOR("weight", "3,1", "16", "28") "}",
    };

    REFUSE_HEADERS(*state, SRNN_E_UNSUPPORTED, headers);
}

/* Two prefixes for what belongs together, also where one begins the other; two heads; a tensor
 * that comes twice. */
static void ambiguous(void **state)
{
    static const char *const headers[] = {
        "{" IH("a.") "," HH("b.") "," BIASES("a.") "," HEAD("") "}",
        "{" IH("a.") "," HH("a.b.") "," BIASES("a.") "," HEAD("") "}",
        "{" IH("a.b.") "," HH("a.") "," BIASES("a.b.") "," HEAD("") "}",
        "{" IH("") "," HH("a.") "," BIASES("") "," HEAD("") "}",
        "{" LAYER("rnn.") "," WEIGHT("a.") "," BIAS("b.") "}",
        "{" LAYER("rnn.") "," WEIGHT("a.") "," TENSOR("b.weight", "1,1", "24", "28") "}",
        "{" NETWORK("", "") "," WEIGHT("") "}",
    };

    REFUSE_HEADERS(*state, SRNN_E_UNSUPPORTED, headers);
}

/* A second layer, another direction, an optimizer's state, no dot before a name. */
static void other_networks(void **state)
{
    static const char *const headers[] = {
        "{" NETWORK("", "") "," TENSOR("weight_ih_l1", "1", "28", "28") "}",
        "{" NETWORK("", "") "," TENSOR("weight_ih_l0_reverse", "1", "28", "28") "}",
        "{" NETWORK("", "") "," TENSOR("step", "", "28", "28") "}",
        "{" LAYER("rnn_") "," HEAD("") "}",
    };

    REFUSE_HEADERS(*state, SRNN_E_UNSUPPORTED, headers);
}

/* Shapes of gates, transposed, of other ranks, empty and too large; another type of number. */
static void bad_shapes(void **state)
{
#define IH_SHAPE(shape) "{" TENSOR("weight_ih_l0", shape, "0", "8") "," REST("") "}"
    static const char *const headers[] = {
        IH_SHAPE("2,1"), IH_SHAPE("2"), IH_SHAPE("1,2,1"), IH_SHAPE("1,16777217"),
        IH_SHAPE("1,18446744073709551615"),
        "{" TENSOR("weight_ih_l0", "1,0", "0", "0") "," REST("") "}",
        "{" LAYER("") "," WEIGHT("") "," TENSOR("bias", "1,1", "24", "28") "}",
        "{" LAYER("") "," WEIGHT("") "," TENSOR("h0", "2,1,1", "24", "28") "}",
        "{\"weight_ih_l0\":{\"dtype\":\"F64\",\"shape\":[1,1],\"data_offsets\":[0,8]},"
        REST("") "}",
    };
#undef IH_SHAPE

    REFUSE_HEADERS(*state, SRNN_E_UNSUPPORTED, headers);
}

/* Places of data that do not fit the shape, overlap, end before they begin, leave a gap at the end
 * or end behind the file. */
static void bad_places(void **state)
{
    static const char *const headers[] = {
        "{" TENSOR("weight_ih_l0", "1,3", "0", "8") "," REST("") "}",
        "{" TENSOR("weight_ih_l0", "1,2", "4", "12") "," REST("") "}",
        "{" TENSOR("weight_ih_l0", "1,2", "8", "0") "," REST("") "}",
        "{" LAYER("") "," WEIGHT("") "}",
    };
    static const char *const truncated[] = {
        "{" LAYER("") "," WEIGHT("") "," TENSOR("bias", "1", "28", "32") "}",
    };

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
    REFUSE_HEADERS(*state, SRNN_E_TRUNCATED, truncated);
}

/* The kinds of activation and output that the file names, and those of the caller instead. */
static void kinds(void **state)
{
    static const struct {
        const char *metadata;
        uint32_t activation, output;   /* of the call */
        uint32_t activation_is, output_is; /* 0: refused */
    } cases[] = {
        {"\"srnn.activation\":\"tanh\",\"srnn.output\":\"softmax\"", 0, 0, SRNN_HIDDEN_TANH,
         SRNN_OUTPUT_SOFTMAX},
        {"\"srnn.output\":\"linear\",\"srnn.activation\":\"relu\"", 0, 0, SRNN_HIDDEN_RELU,
         SRNN_OUTPUT_LINEAR},
        {"\"srnn.activation\":\"tanh\",\"srnn.output\":\"softmax\"", SRNN_HIDDEN_RELU,
         SRNN_OUTPUT_SIGMOID, SRNN_HIDDEN_RELU, SRNN_OUTPUT_SIGMOID},
        {"\"srnn.activation\":\"tanh\"", 0, SRNN_OUTPUT_LINEAR, SRNN_HIDDEN_TANH,
         SRNN_OUTPUT_LINEAR},
        {"\"srnn.output\":\"linear\"", SRNN_HIDDEN_RELU, 0, SRNN_HIDDEN_RELU, SRNN_OUTPUT_LINEAR},
        {"\"format\":\"pt\"", SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, SRNN_HIDDEN_TANH,
         SRNN_OUTPUT_LINEAR},
        {"\"format\":\"pt\"", 0, 0, 0, 0},
        {"\"format\":\"pt\"", SRNN_HIDDEN_TANH, 0, 0, 0},
        {"\"format\":\"pt\"", 0, SRNN_OUTPUT_LINEAR, 0, 0},
        {"\"format\":\"pt\"", SRNN_HIDDEN_SIGMOID, SRNN_OUTPUT_LINEAR, 0, 0},
        {"\"format\":\"pt\"", SRNN_HIDDEN_LINEAR, SRNN_OUTPUT_LINEAR, 0, 0},
        {"\"format\":\"pt\"", SRNN_HIDDEN_TANH, SRNN_HIDDEN_RELU, 0, 0},
        {"\"format\":\"pt\"", SRNN_HIDDEN_TANH, 6, 0, 0},
        {"\"srnn.activation\":\"sigmoid\",\"srnn.output\":\"linear\"", 0, 0, 0, 0},
        {"\"srnn.activation\":\"tanh\",\"srnn.output\":\"relu\"", 0, 0, 0, 0},
        {"\"srnn.activation\":\"gelu\",\"srnn.output\":\"linear\"", 0, 0, 0, 0},
    };
    struct rig *rig = *state;
    srnn_model **out = forge_out(rig);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char file[FORGE_BYTES];
        char header[1024];
        double block[64];
        srnn_model *model = NULL;
        size_t bytes;
        (void)snprintf(header, sizeof header, "{\"__metadata__\":{%s},%s}", cases[i].metadata,
                       NETWORK("", ""));
        bytes = forge_file(file, header, numbers, 7);
        if (cases[i].activation_is == 0) {
            REFUSES(&rig->heap, SRNN_E_RANGE,
                    srnn_pytorch_load_size(file, bytes, cases[i].activation, cases[i].output,
                                           &rig->out->bytes));
            REFUSES(&rig->heap, SRNN_E_RANGE,
                    srnn_pytorch_load(block, sizeof block, file, bytes, cases[i].activation,
                                      cases[i].output, out));
            continue;
        }
        SUCCEEDS(srnn_pytorch_load(block, sizeof block, file, bytes, cases[i].activation,
                                   cases[i].output, &model));
        assert_int_equal(model_option(model, SRNN_MODEL_ACTIVATION), cases[i].activation_is);
        assert_int_equal(model_option(model, SRNN_MODEL_OUTPUT_KIND), cases[i].output_is);
    }
}

/* ------------------------------------------------------------------------
 * Damage
 * ------------------------------------------------------------------------ */

static void prefixes(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = saved(&rig->heap, rig->model, &bytes);
    unsigned char longer[FORGE_BYTES] = {0};

    for (size_t length = 0; length < bytes; length++) {
        refused(rig, file, length, SRNN_E_TRUNCATED);
    }
    memcpy(longer, file, bytes);
    refused(rig, longer, bytes + 1, SRNN_E_FORMAT);
}

/* Bits and bytes of the header changed, one and many: refused, or a model that can be saved. */
static void damage(void **state)
{
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES], again[FORGE_BYTES];
    srnn_random *dice = rig_placed(rig, HANDLE_RANDOM);
    size_t bytes = 0, written = 0, taken = 0, left = 0;
    unsigned char *whole = saved(&rig->heap, rig->model, &bytes);
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
    unsigned char *file = saved(&rig->heap, rig->model, &bytes);
    unsigned char *data = file + 8 + forge_header_bytes(file);
    unsigned char buffer[FORGE_BYTES];
    struct stream stream = {buffer, sizeof buffer, 0, 0, 0};
    const float large[7] = {1, 2, 3, 3e38f, 3e38f, 6, 7};

    for (size_t place = 0; data + 4 * place < file + bytes; place++) {
        unsigned char *at = data + 4 * place;
        unsigned char kept[4];
        memcpy(kept, at, 4);
        forge_put(at, bits[place % 4], 4);
        refused(rig, file, bytes, SRNN_E_NONFINITE);
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
    bytes = forge_file(buffer, "{" NETWORK("", "") "}", large, 7);
    refused(rig, buffer, bytes, SRNN_E_NONFINITE);
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
    file = saved(&rig->heap, rig->model, &bytes);
    SUCCEEDS(srnn_pytorch_load_create(NULL, NULL, file, bytes, 0, 0, &model));
    forge_same(rig->model, model);
    srnn_model_destroy(model);
}

static int32_t save_pytorch(const void *model, void *buffer, size_t capacity, size_t *bytes)
{
    return srnn_pytorch_save(model, buffer, capacity, bytes);
}

static void too_small(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, need = 0;
    unsigned char *file = saved(&rig->heap, rig->model, &bytes);
    unsigned char *block;
    srnn_model **out = forge_out(rig);
    srnn_model *none = NULL;
    struct heap heap;

    forge_check_save(rig, save_pytorch, rig->model, file, bytes);
    SUCCEEDS(srnn_pytorch_load_size(file, bytes, 0, 0, &need));
    block = heap_array(&rig->heap, need + 1, 1);
    REFUSES(&rig->heap, SRNN_E_SPACE,
            srnn_pytorch_load(block, need - 1, file, bytes, 0, 0, out));
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

    stream.data = saved(&rig->heap, rig->model, &stream.bytes);
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
    unsigned char *file = saved(&rig->heap, rig->model, &bytes);
    srnn_model **out = forge_out(rig);
    struct stream stream = {file, bytes, 0, 0, 0};
    srnn_model *unbound = NULL;
    double block[512];

    FOR_BAD_HANDLES (rig, HANDLE_MODEL, bad) {
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
        cmocka_unit_test(same_outputs_as_pytorch),
        cmocka_unit_test(other_headers_taken),
        RIG_TEST(bad_syntax),
        RIG_TEST(no_network),
        RIG_TEST(ambiguous),
        RIG_TEST(other_networks),
        RIG_TEST(bad_shapes),
        RIG_TEST(bad_places),
        RIG_TEST(kinds),
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
