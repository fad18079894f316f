/* test_model_headers.c - headers of models that another program may write, and hostile ones */
#include "forge.h"

#include <string.h>

/* Of a model of forge_numbers. */
#define CHECKSUM "\"srnn.checksum\":\"00000000\""
#define METADATA                                                                                   \
    "\"__metadata__\":{\"srnn.format\":\"2\"," CHECKSUM                                            \
    ",\"srnn.activation\":\"tanh\",\"srnn.output\":\"linear\"}"
#define W_IN TENSOR("w_in", "2,1", "0", "8")
#define W_REC TENSOR("w_rec", "1,1", "8", "12")
#define B_REC TENSOR("b_rec", "1", "12", "16")
#define W_OUT TENSOR("w_out", "1,1", "16", "20")
#define B_OUT TENSOR("b_out", "1", "20", "24")

/* A header that is taken where all five are as above; or with these metadata instead. */
#define HEADER(w_in, w_rec, b_rec, w_out, b_out)                                                   \
    "{" METADATA "," w_in "," w_rec "," b_rec "," w_out "," b_out "}"
#define HEADER_WITH(metadata)                                                                      \
    "{\"__metadata__\":{" metadata "}," W_IN "," W_REC "," B_REC "," W_OUT "," B_OUT "}"

/* Headers that another program may write for the same model, with the parameters that they mean. */
static void other_headers_taken(void **state)
{
    static const struct {
        const char *header;
        float parameters[6];
        int32_t view;
    } cases[] = {
        {HEADER(W_IN, W_REC, B_REC, W_OUT, B_OUT), {1, 2, 3, 4, 5, 6}, SRNN_OK},
        {HEADER_WITH("\"srnn.format\":\"1\"," CHECKSUM
                     ",\"srnn.activation\":\"tanh\",\"srnn.output\":\"linear\""),
         {1, 2, 3, 4, 5, 6},
         SRNN_OK},
        {"{" B_OUT "," W_OUT "," W_IN "," B_REC "," METADATA "," W_REC "}   \n",
         {1, 2, 3, 4, 5, 6},
         SRNN_OK},
        {"{ \"w_in\" : {\"shape\" :[ 2 ,\t1 ] ,\"data_offsets\": [0 , 8]\r\n, "
         "\"dtype\":\"F32\"}\n, " METADATA "," W_REC " , " B_REC "," W_OUT "," B_OUT " }",
         {1, 2, 3, 4, 5, 6},
         SRNN_OK},
        {"{" METADATA
         "," TENSOR("w_in", "2,1", "16", "24") "," TENSOR("w_rec", "1,1", "0", "4") "," TENSOR(
             "b_rec", "1", "12", "16") "," TENSOR("w_out", "1,1", "8",
                                                  "12") "," TENSOR("b_out", "1", "4", "8") "}",
         {5, 6, 1, 4, 3, 2},
         SRNN_E_UNSUPPORTED},
    };
    unsigned char file[FORGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t bytes = forge_file(file, cases[i].header, forge_numbers, 6);
        double block[64], view[64];
        srnn_model *model = NULL;
        int32_t status;
        SUCCEEDS(srnn_model_load(block, sizeof block, file, bytes, 0, &model));
        SAME_FLOATS(cases[i].parameters, srnn_model_parameters_const(model), 6);
        status = srnn_model_load(view, sizeof view, file, bytes, SRNN_LOAD_VIEW, &model);
        if (!forge_has_views()) {
            assert_int_equal(status, SRNN_E_UNSUPPORTED);
        } else if (cases[i].view == SRNN_OK &&
                   (uintptr_t)(file + 8 + strlen(cases[i].header)) % 4 != 0) {
            assert_int_equal(status, SRNN_E_ALIGNMENT);
        } else {
            assert_int_equal(status, cases[i].view);
        }
    }
}

#define REFUSE_HEADERS(rig, expected, headers)                                                     \
    forge_refuse_headers((rig), forge_refused, (expected), (headers),                              \
                         sizeof(headers) / sizeof(headers)[0], 6)

/* No header, and one that would do with something around it or without its commas. */
static void bad_syntax(void **state)
{
    static const char *const headers[] = {
        "",
        "{",
        "{}",
        "[]",
        " {}",
        "{" METADATA "}",
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
        HEADER_WITH("\"srnn.format\":\"1\"," CHECKSUM ",\"srnn.activation\":\"tanh\","
                    "\"srnn.activation\":\"relu\",\"srnn.output\":\"linear\""),
        HEADER_WITH("\"srnn.format\":\"1\"," CHECKSUM ",\"srnn.activation\":\"tanh\","
                    "\"srnn.output\":\"linear\",\"srnn.output\":\"linear\""),
        HEADER("\"w_in\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2,1],"
               "\"data_offsets\":[0,8]}",
               W_REC, B_REC, W_OUT, B_OUT),
    };

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
}

/* Tensors and fields that are unknown, missing or of another type. */
static void unknown_or_missing(void **state)
{
#define EXTRA(shape, from, to)                                                                     \
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
        W_IN_SHAPE("2"),
        W_IN_SHAPE("1,2"),
        W_IN_SHAPE("2,1,1"),
        W_IN_SHAPE(""),
        HEADER(W_IN, W_REC, TENSOR("b_rec", "1,1", "12", "16"), W_OUT, B_OUT),
        HEADER(TENSOR("w_in", "1,1", "0", "4"), TENSOR("w_rec", "1,1", "4", "8"),
               TENSOR("b_rec", "2", "8", "16"), W_OUT, B_OUT),
        HEADER(TENSOR("w_in", "1,1", "0", "4"), TENSOR("w_rec", "2,1", "4", "12"), B_REC, W_OUT,
               B_OUT),
        HEADER(TENSOR("w_in", "0,1", "0", "0"), TENSOR("w_rec", "1,1", "0", "12"), B_REC, W_OUT,
               B_OUT),
        W_IN_SHAPE("4611686018427387906,1"),
        W_IN_SHAPE("6148914691236517206,3"),
        W_IN_SHAPE("36893488147419103234,1"),
        W_IN_SHAPE("02,1"),
        W_IN_SHAPE("2.0,1"),
        W_IN_SHAPE("-2,1"),
        W_IN_SHAPE("2 1"),
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

/* Tensors that have more bytes together than the file, before a name of a newer version. Reading
 * ends at the first byte too many, so that the checksums of many tensors over the same bytes take
 * no time. */
static void more_than_the_data(void **state)
{
    static const char *const headers[] = {
        HEADER(W_IN, W_IN, TENSOR("a", "2", "16", "24"), TENSOR("b", "1", "8", "12"),
               TENSOR("srnn.newer", "1", "8", "12")),
        HEADER(TENSOR("a", "6", "0", "24"), TENSOR("b", "6", "0", "24"),
               TENSOR("srnn.newer", "1", "8", "12"), W_IN, W_REC),
    };
    static const char *const newer[] = {
        HEADER(W_IN, W_REC, TENSOR("srnn.newer", "1", "12", "16"), W_OUT, B_OUT),
    };

    REFUSE_HEADERS(*state, SRNN_E_FORMAT, headers);
    REFUSE_HEADERS(*state, SRNN_E_VERSION, newer);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_headers_taken),
        RIG_TEST(bad_syntax),
        RIG_TEST(repeated_keys),
        RIG_TEST(unknown_or_missing),
        RIG_TEST(bad_shapes),
        RIG_TEST(bad_places),
        RIG_TEST(more_than_the_data),
        RIG_TEST(bad_metadata),
        RIG_TEST(header_lengths),
        RIG_TEST(checksum_digits),
    };

    return cmocka_run_group_tests_name("model headers", tests, NULL, NULL);
}
