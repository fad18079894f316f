/* test_pytorch_headers.c - headers of PyTorch and of others, and hostile ones */
#include "forge.h"

#include <stdio.h>
#include <string.h>

/* Of a network of forge_numbers, whose two biases add up to 9. */
#define IH(prefix) TENSOR(prefix "weight_ih_l0", "1,2", "0", "8")
#define HH(prefix) TENSOR(prefix "weight_hh_l0", "1,1", "8", "12")
#define BIASES(prefix)                                                                            \
    TENSOR(prefix "bias_ih_l0", "1", "12", "16") "," TENSOR(prefix "bias_hh_l0", "1", "16", "20")
#define WEIGHT(prefix) TENSOR(prefix "weight", "1,1", "20", "24")
#define BIAS(prefix) TENSOR(prefix "bias", "1", "24", "28")
#define LAYER(prefix) IH(prefix) "," HH(prefix) "," BIASES(prefix)
#define HEAD(prefix) WEIGHT(prefix) "," BIAS(prefix)
#define NETWORK(rnn, head) LAYER(rnn) "," HEAD(head)
#define CELL(prefix)                                                                              \
    TENSOR(prefix "weight_ih", "1,2", "0", "8") "," TENSOR(prefix "weight_hh", "1,1", "8", "12") \
    "," TENSOR(prefix "bias_ih", "1", "12", "16") "," TENSOR(prefix "bias_hh", "1", "16", "20")
#define REST(prefix) HH(prefix) "," BIASES(prefix) "," HEAD(prefix)

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
        {"{" CELL("cell.") "," HEAD("head.") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        {"{" CELL("") "," HEAD("") "}", {1, 2, 3, 9, 6, 7}, 7, 0},
        /* Escapes in names, prefixes and dots. */
        {"{" IH("a.") "," HH("\\u0061.") "," TENSOR("a.bias\\u005fih_l0", "1", "12", "16") ","
         TENSOR("\\u0061\\u002eb\\u0069as_hh_l\\u0030", "1", "16", "20") "," HEAD("\\\\\\\".") "}",
         {1, 2, 3, 9, 6, 7},
         7,
         0},
        {"{" IH("t\xc3\xaate.") "," HH("t\\u00eate.") "," BIASES("t\\u00EAte.") ","
         HEAD("\\ud83c\\udfb5.") "}",
         {1, 2, 3, 9, 6, 7},
         7,
         0},
    };
    unsigned char file[FORGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t bytes = forge_file(file, cases[i].header, forge_numbers, cases[i].floats);
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

#define REFUSE_HEADERS(rig, expected, headers)                                                    \
    forge_refuse_headers((rig), forge_refused_by_pytorch, (expected), (headers),                  \
                         sizeof(headers) / sizeof(headers)[0], 7)

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
        "{\"__metadata__\":{\"srnn.activation\":\"tanh\",\"srnn.activation\":\"relu\"}," NETWORK("", "")
        "}",
        "{\"__metadata__\":{\"srnn.output\":\"linear\",\"srnn.output\":\"linear\"}," NETWORK("", "")
        "}",
        "{\"__metadata__\":{\"a\":\"\\",
        "{" LAYER("") "," WEIGHT("") ",\"bias\":{\"shape\":[1],\"data_offsets\":[24,28]}}",
        "{" LAYER("") "," WEIGHT("") ",\"bias\":[]}",
        "{" TENSOR("weight_ih_l0", "1,1,1,1,1,1,1,1,2", "0", "8") "," REST("") "}",
        "{" TENSOR("weight\\u00zzih_l0", "1,2", "0", "8") "," REST("") "}",
        "{" TENSOR("a\\u00zz.weight_ih_l0", "1,2", "0", "8") "," REST("") "}",
        "{" TENSOR("weight_ih_l0\\", "1,2", "0", "8") "," REST("") "}",
    };
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES] = {0};

    REFUSE_HEADERS(rig, SRNN_E_FORMAT, headers);
    memset(file, 0xff, 8);
    forge_refused_by_pytorch(rig, file, sizeof file, SRNN_E_FORMAT);
    forge_put(file, sizeof file - 7, 8);
    forge_refused_by_pytorch(rig, file, sizeof file, SRNN_E_TRUNCATED);
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
        /* Zeros are a part of a name, also at its end. */
        "{" LAYER("") "," TENSOR("weight\\u0000", "1,1", "20", "24") "," BIAS("") "}",
        "{" LAYER("") "," WEIGHT("") "," TENSOR("bias\\u0000\\u0000", "1", "24", "28") "}",
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
        "{" IH("a.") "," HH("a..") "," BIASES("a.") "," HEAD("") "}",
        "{" IH("a..") "," HH("a.") "," BIASES("a.") "," HEAD("") "}",
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
        "{" NETWORK("", "") "," TENSOR("weight_ih", "1", "28", "28") "}",
        "{" NETWORK("", "") "," TENSOR("weight_l0", "1", "28", "28") "}",
        "{" NETWORK("", "") "," TENSOR("h0_l0", "1", "28", "28") "}",
        "{" NETWORK("", "") "," TENSOR("a\\u002eweight", "1", "28", "28") "}",
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
        "{" LAYER("") "," WEIGHT("") "," TENSOR("h0", "1,1,1,7", "24", "28") "}",
        "{" LAYER("") "," WEIGHT("") "," TENSOR("h0", "1,1,1,0", "24", "28") "}",
        "{" LAYER("") "," WEIGHT("") "," TENSOR("h0", "1,1,1,1,1,1,1,2", "24", "28") "}",
        "{\"weight_ih_l0\":{\"dtype\":\"F64\",\"shape\":[1,1],\"data_offsets\":[0,8]},"
        REST("") "}",
        "{\"weight_ih_l0\":{\"dtype\":\"I16\",\"shape\":[1,4],\"data_offsets\":[0,8]},"
        REST("") "}",
        "{\"weight_ih_l0\":{\"dtype\":\"F8_E4M3\",\"shape\":[1,8],\"data_offsets\":[0,8]},"
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
        "{\"weight_ih_l0\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
        REST("") "}",
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
        bytes = forge_file(file, header, forge_numbers, 7);
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

/* Two biases that are finite, and whose sum is not. */
static void infinite_bias(void **state)
{
    static const float large[7] = {1, 2, 3, 3e38f, 3e38f, 6, 7};
    unsigned char file[FORGE_BYTES];
    const size_t bytes = forge_file(file, "{" NETWORK("", "") "}", large, 7);

    forge_refused_by_pytorch(*state, file, bytes, SRNN_E_NONFINITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_headers_taken),
        RIG_TEST(bad_syntax),
        RIG_TEST(no_network),
        RIG_TEST(ambiguous),
        RIG_TEST(other_networks),
        RIG_TEST(bad_shapes),
        RIG_TEST(bad_places),
        RIG_TEST(kinds),
        RIG_TEST(infinite_bias),
    };

    return cmocka_run_group_tests_name("pytorch headers", tests, NULL, NULL);
}
