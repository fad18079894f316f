/* test_status.c - codes, names, texts, version, build, alignment */
#include <stdio.h>
#include <string.h>

#include "support.h"

/* Codes are pinned for ever: number and name. */
static const struct {
    int32_t code;
    int32_t number;
    const char *name;
} codes[] = {
    {SRNN_OK, 0, "SRNN_OK"},
    {SRNN_E_ARGUMENT, -1, "SRNN_E_ARGUMENT"},
    {SRNN_E_RANGE, -2, "SRNN_E_RANGE"},
    {SRNN_E_SHAPE, -3, "SRNN_E_SHAPE"},
    {SRNN_E_STATE, -4, "SRNN_E_STATE"},
    {SRNN_E_MEMORY, -5, "SRNN_E_MEMORY"},
    {SRNN_E_SPACE, -6, "SRNN_E_SPACE"},
    {SRNN_E_ALIGNMENT, -7, "SRNN_E_ALIGNMENT"},
    {SRNN_E_OVERFLOW, -8, "SRNN_E_OVERFLOW"},
    {SRNN_E_OPTION, -9, "SRNN_E_OPTION"},
    {SRNN_E_READ_ONLY, -10, "SRNN_E_READ_ONLY"},
    {SRNN_E_UNSUPPORTED, -11, "SRNN_E_UNSUPPORTED"},
    {SRNN_E_NONFINITE, -12, "SRNN_E_NONFINITE"},
    {SRNN_E_FORMAT, -13, "SRNN_E_FORMAT"},
    {SRNN_E_VERSION, -14, "SRNN_E_VERSION"},
    {SRNN_E_CHECKSUM, -15, "SRNN_E_CHECKSUM"},
    {SRNN_E_TRUNCATED, -16, "SRNN_E_TRUNCATED"},
    {SRNN_E_IO, -17, "SRNN_E_IO"},
    {SRNN_E_PARALLEL, -18, "SRNN_E_PARALLEL"},
    {SRNN_E_LIMIT, -19, "SRNN_E_LIMIT"},
};
#define CODES (sizeof codes / sizeof codes[0])

static const int32_t strangers[] = {1, 2, 18, -20, -1000, INT32_MAX, INT32_MIN};
#define STRANGERS (sizeof strangers / sizeof strangers[0])

static void names(void **state)
{
    (void)state;
    for (size_t i = 0; i < CODES; i++) {
        assert_int_equal(codes[i].code, codes[i].number);
        assert_string_equal(srnn_status_name(codes[i].code), codes[i].name);
    }
    for (size_t i = 0; i < STRANGERS; i++) {
        assert_string_equal(srnn_status_name(strangers[i]), "SRNN_E_UNKNOWN");
    }
}

/* One sentence each, without a full stop, and no two alike. */
static void texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < CODES; i++) {
        const char *text = srnn_status_text(codes[i].code);
        assert_non_null(text);
        assert_true(strlen(text) > 5 && strlen(text) < 100);
        assert_null(strchr(text, '.'));
        assert_null(strchr(text, '\n'));
        for (size_t other = 0; other < i; other++) {
            assert_string_not_equal(text, srnn_status_text(codes[other].code));
        }
    }
    for (size_t i = 0; i < STRANGERS; i++) {
        const char *text = srnn_status_text(strangers[i]);
        assert_non_null(text);
        assert_string_equal(text, srnn_status_text(strangers[0]));
        assert_string_not_equal(text, srnn_status_text(SRNN_OK));
    }
}

#if SRNN_VERSION_NUMBER < 256
#error "SRNN_VERSION_NUMBER cannot be compared by the preprocessor"
#endif

static void version(void **state)
{
    char expected[32];

    (void)state;
    assert_int_equal(srnn_version_number(), (uint32_t)SRNN_VERSION_MAJOR << 16 |
                                                (uint32_t)SRNN_VERSION_MINOR << 8 |
                                                (uint32_t)SRNN_VERSION_PATCH);
    assert_int_equal(srnn_version_number(), SRNN_VERSION_NUMBER);
    (void)snprintf(expected, sizeof expected, "%d.%d.%d", SRNN_VERSION_MAJOR, SRNN_VERSION_MINOR,
                   SRNN_VERSION_PATCH);
    assert_string_equal(srnn_version_string(), expected);
    assert_string_equal(SRNN_VERSION_STRING, expected);
}

/* Compiler, arithmetic and instruction sets; nothing that differs from one build to the next. */
static void build_info(void **state)
{
    const char *info = srnn_build_info();
    struct rig rig;

    (void)state;
    assert_non_null(info);
    assert_true((strstr(info, "fused") != NULL) == (srnn_arithmetic() == SRNN_ARITHMETIC_FUSED));
    assert_true((strstr(info, "separate") != NULL) ==
                (srnn_arithmetic() == SRNN_ARITHMETIC_SEPARATE));
    assert_true((strstr(info, "fused") != NULL) != (strstr(info, "separate") != NULL));
    assert_non_null(strstr(info, "baseline"));
    assert_null(strchr(info, '/'));
    assert_null(strchr(info, '\\'));
    assert_null(strstr(info, __DATE__));
    rig_open(&rig, &small_shape);
    if (srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, SRNN_INSTRUCTIONS_AVX2) == SRNN_OK) {
        assert_non_null(strstr(info, "avx2"));
    }
    if (srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, SRNN_INSTRUCTIONS_AVX512) == SRNN_OK) {
        assert_non_null(strstr(info, "avx512"));
    }
    rig_close(&rig);
}

/* That of any malloc: a power of two that malloc keeps. */
static void alignment(void **state)
{
    const size_t bytes = srnn_alignment();

    (void)state;
    assert_true(bytes != 0 && (bytes & (bytes - 1)) == 0);
    assert_true(bytes <= 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),      cmocka_unit_test(texts),     cmocka_unit_test(version),
        cmocka_unit_test(build_info), cmocka_unit_test(alignment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
