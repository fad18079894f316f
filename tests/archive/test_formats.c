/* test_formats.c - files of other versions and of other programs */
#include "forge.h"
#include "old_checkpoint.h"

#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------
 * Format 1
 * ------------------------------------------------------------------------ */

/* A run that an older version saved goes on with the bits that it would have had. */
static void old_run(void **state)
{
    static const char *const names[] = {"model", "optimizer", "clipper", "random", "extra"};
    struct rig *rig = *state;
    srnn_checkpoint *const list = rig->checkpoint;
    char name[SRNN_PART_NAME_BYTES];
    uint64_t hash = HASH_START;
    uint32_t kind;
    const void *extra;
    double value, total = 0.0;
    size_t bytes = 0;

    SUCCEEDS(forge_restore(old_checkpoint, sizeof old_checkpoint, rig->model, rig->optimizer,
                           rig->clipper, rig->random));
    for (int i = 0; i < 3; i++) {
        hash = hash_u64(hash, rig_train(rig));
    }
    assert_true(hash == OLD_CHECKPOINT_HASH);
    SUCCEEDS(srnn_checkpoint_open(list, old_checkpoint, sizeof old_checkpoint));
    for (uint32_t i = 0; i < 5; i++) {
        SUCCEEDS(srnn_checkpoint_part(list, i, &kind, name));
        assert_string_equal(name, names[i]);
        SUCCEEDS(srnn_checkpoint_get(list, name, SRNN_STORED_KIND, &value));
        assert_true(value == kind);
        SUCCEEDS(srnn_checkpoint_get(list, name, SRNN_STORED_BYTES, &value));
        total += value;
    }
    RETURNS(SRNN_E_RANGE, srnn_checkpoint_part(list, 5, &kind, name));
    assert_true(total == (double)(sizeof old_checkpoint - 8 - forge_header_bytes(old_checkpoint)));
    SUCCEEDS(srnn_checkpoint_get(list, "optimizer", SRNN_STORED_ALGORITHM, &value));
    assert_true(value == SRNN_OPTIMIZER_ADAM);
    SUCCEEDS(srnn_checkpoint_bytes(list, "extra", &extra, &bytes));
    assert_int_equal(bytes, 9);
    assert_memory_equal(extra, "settings", 9);
    SUCCEEDS(srnn_archive_length(old_checkpoint, sizeof old_checkpoint, &bytes));
    assert_int_equal(bytes, sizeof old_checkpoint);
    SUCCEEDS(srnn_checkpoint_add(list, "omega", rig->regularizer));
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_checkpoint_restore(list));
}

static void old_damage(void **state)
{
    struct rig *rig = *state;
    unsigned char file[sizeof old_checkpoint];

    for (size_t bit = 0; bit < 8 * sizeof file; bit++) {
        memcpy(file, old_checkpoint, sizeof file);
        file[bit / 8] ^= (unsigned char)(1u << bit % 8);
        forge_refused(rig, file, sizeof file, SRNN_OK);
    }
    memcpy(file, old_checkpoint, sizeof file);
    forge_put(forge_tensor(file, "optimizer.moments"), 0x7f800000u, 4);
    forge_seal(file, sizeof file);
    forge_refused(rig, file, sizeof file, SRNN_E_NONFINITE);
}

/* Before there were rules a clipper had eleven numbers, after whose options and statistics there
 * were no more. It gets the presets of the other options, and statistics of 0. */
static void oldest_clipper(void **state)
{
    enum { OPTIONS = 3, STATISTICS = 7, ALL = 1 + OPTIONS + STATISTICS };
    static const double presets[] = {SRNN_CLIP_RULE_FIXED, 0.9, 1.0, 0.1, 0.5};
    struct rig *rig = *state;
    struct rig other;
    struct forge_change change = {0, "clipper.state", ALL, NULL, NULL};
    unsigned char file[FORGE_BYTES], *numbers;
    double value, expected;
    size_t bytes = forge_rewrite(old_checkpoint, change, file);

    /* Statistics begin after one kind and eight options in the file that is cut. */
    numbers = heap_array(&rig->heap, 42, 8);
    memcpy(numbers, old_checkpoint + 8 + forge_header_bytes(old_checkpoint) + 8 * 11, 42 * 8);
    memcpy(forge_tensor(file, "clipper.state") + 8 * (1 + OPTIONS), numbers + 8 * (1 + 8),
           8 * STATISTICS);
    forge_seal(file, bytes);
    SUCCEEDS(forge_restore(old_checkpoint, sizeof old_checkpoint, NULL, NULL, rig->clipper, NULL));
    rig_open(&other, &rig->shape);
    SUCCEEDS(srnn_clipper_set(other.clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_MEAN));
    SUCCEEDS(srnn_clipper_set(other.clipper, SRNN_CLIP_TRUST, 0.7));
    SUCCEEDS(forge_restore(file, bytes, other.model, other.optimizer, other.clipper, other.random));
    for (uint32_t i = 0; i < 8; i++) {
        SUCCEEDS(srnn_clipper_get(rig->clipper, SRNN_CLIP_THRESHOLD + i, &expected));
        SUCCEEDS(srnn_clipper_get(other.clipper, SRNN_CLIP_THRESHOLD + i, &value));
        assert_true(value == (i < OPTIONS ? expected : presets[i - OPTIONS]));
    }
    for (uint32_t i = 0; i < STATISTICS; i++) {
        SUCCEEDS(srnn_clipper_get(rig->clipper, SRNN_CLIP_STEPS + i, &expected));
        SUCCEEDS(srnn_clipper_get(other.clipper, SRNN_CLIP_STEPS + i, &value));
        assert_true(value == expected);
    }
    rig_close(&other);

    /* No other length is taken. */
    for (change.numbers = 1; change.numbers < 50; change.numbers++) {
        if (change.numbers != ALL && change.numbers != 42) {
            bytes = forge_rewrite(old_checkpoint, change, file);
            forge_seal(file, bytes);
            REFUSES(&rig->heap, SRNN_E_FORMAT,
                    forge_restore(file, bytes, NULL, NULL, rig->clipper, NULL));
        }
    }
}

/* ------------------------------------------------------------------------
 * Later versions
 * ------------------------------------------------------------------------ */

/* Returns the file of the rig's run, with a text. The rig is restored from it, so restoring the
 * same again changes nothing. */
static unsigned char *run_file(struct rig *rig)
{
    srnn_checkpoint *const list = rig->checkpoint;
    unsigned char *file;
    size_t bytes = 0;

    (void)rig_train(rig);
    SUCCEEDS(srnn_checkpoint_add(list, "model", rig->model));
    SUCCEEDS(srnn_checkpoint_add(list, "optimizer", rig->optimizer));
    SUCCEEDS(srnn_checkpoint_add(list, "clipper", rig->clipper));
    SUCCEEDS(srnn_checkpoint_add(list, "random", rig->random));
    SUCCEEDS(srnn_checkpoint_add_text(list, "unit", "mm"));
    file = forge_parts(rig, &bytes);
    SUCCEEDS(srnn_checkpoint_open(list, file, bytes));
    SUCCEEDS(srnn_checkpoint_restore(list));
    return file;
}

/* Format 1 has no kinds of parts: metadata that look like one are no part that is listed and cannot
 * be asked for. */
static void old_kinds(void **state)
{
    struct rig *rig = *state;
    const struct forge_change change = {.metadata = ",\"srnn.gate.kind\":\"clipper\""};
    unsigned char file[FORGE_BYTES];
    const size_t bytes = forge_rewrite(old_checkpoint, change, file);
    char name[SRNN_PART_NAME_BYTES];
    double kind;
    uint32_t listed, count = 0;

    forge_seal(file, bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    for (; srnn_checkpoint_part(rig->checkpoint, count, &listed, name) == SRNN_OK; count++) {
        SUCCEEDS(srnn_checkpoint_get(rig->checkpoint, name, SRNN_STORED_KIND, &kind));
        assert_true(kind == listed);
    }
    assert_int_equal(count, 5);
}

/* What later versions add: passed over when its name says so, else a newer version. */
static void later_names(void **state)
{
    static const struct forge_change taken[] = {
        {0, NULL, 0, "srnn.clipper.Later", NULL},
        {0, NULL, 0, NULL, ",\"srnn.Later\":\"yes\""},
        {0, NULL, 0, NULL, ",\"srnn.clipper.Later\":\"yes\""},
    };
    static const struct forge_change refused[] = {
        {0, NULL, 0, "srnn.clipper.later", NULL},
        {0, NULL, 0, "srnn.clipper.", NULL},
        {0, NULL, 0, NULL, ",\"srnn.later\":\"yes\""},
        {0, NULL, 0, NULL, ",\"srnn.clipper.later\":\"\""},
        {0, NULL, 0, NULL, ",\"srnn.\":\"\""},
    };
    static const struct forge_change no_string = {.metadata = ",\"srnn.Later\":\"\\x\""};
    struct rig *rig = *state;
    unsigned char *const file = run_file(rig), later[FORGE_BYTES];

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        const size_t bytes = forge_rewrite(file, taken[i], later);
        forge_refused(rig, later, bytes, SRNN_E_CHECKSUM);
        forge_seal(later, bytes);
        SUCCEEDS(
            forge_restore(later, bytes, rig->model, rig->optimizer, rig->clipper, rig->random));
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const size_t bytes = forge_rewrite(file, refused[i], later);
        forge_seal(later, bytes);
        forge_refused(rig, later, bytes, SRNN_E_VERSION);
    }
    forge_refused(rig, later, forge_rewrite(file, no_string, later), SRNN_E_FORMAT);
}

/* A file with a part of an unknown kind is restored, and lists that part as of kind 0. */
static void later_part(void **state)
{
    static const struct forge_change change = {.metadata = ",\"srnn.later.kind\":\"schedule\""};
    struct rig *rig = *state;
    unsigned char later[FORGE_BYTES];
    char name[SRNN_PART_NAME_BYTES] = "";
    uint32_t kind = SRNN_PART_MODEL, index = 0;
    const size_t bytes = forge_rewrite(run_file(rig), change, later);

    forge_seal(later, bytes);
    SUCCEEDS(forge_restore(later, bytes, rig->model, rig->optimizer, rig->clipper, rig->random));
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, later, bytes));
    while (strcmp(name, "later") != 0) {
        SUCCEEDS(srnn_checkpoint_part(rig->checkpoint, index++, &kind, name));
    }
    assert_int_equal(kind, 0);
}

/* Vectors have the numbers of this version, and no more; those that a later version made longer are
 * read; and those shorter than any version wrote are not. */
static void other_lengths(void **state)
{
    static const struct {
        const char *name;
        size_t least;
    } vectors[] = {
        {"srnn.optimizer.options", 6}, {"srnn.optimizer.state", 5},     {"srnn.clipper.options", 8},
        {"srnn.clipper.state", 1},     {"srnn.clipper.statistics", 14}, {"srnn.clipper.learnt", 19},
        {"srnn.random.state", 2},
    };
    struct rig *rig = *state;
    unsigned char *const file = run_file(rig), other[FORGE_BYTES];

    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct forge_change change = {0, vectors[i].name, vectors[i].least + 3, NULL, NULL};
        size_t bytes = forge_rewrite(file, change, other);
        char numbers[64];

        (void)snprintf(numbers, sizeof numbers, "\"%s\":{\"dtype\":\"%s\",\"shape\":[%u],",
                       vectors[i].name, i == 6 ? "U64" : "F64", (unsigned)vectors[i].least);
        assert_non_null(forge_find(file, numbers));
        forge_seal(other, bytes);
        heap_remember(&rig->heap);
        SUCCEEDS(
            forge_restore(other, bytes, rig->model, rig->optimizer, rig->clipper, rig->random));
        heap_unchanged(&rig->heap, vectors[i].name, __FILE__, __LINE__);
        change.numbers = vectors[i].least - 1;
        bytes = forge_rewrite(file, change, other);
        forge_seal(other, bytes);
        REFUSES(&rig->heap, SRNN_E_FORMAT,
                forge_restore(other, bytes, rig->model, rig->optimizer, rig->clipper, rig->random));
    }
}

/* ------------------------------------------------------------------------
 * Other programs
 * ------------------------------------------------------------------------ */

/* Another program wrote the file again: in another order, with its own tensor and metadata. The
 * checksum is still right, and says when something of the library's has changed. */
static void rewritten(void **state)
{
    static const struct forge_change change = {1, NULL, 0, "note",
                                               ",\"format\":\"pt\",\"title\":\"caf\\u00e9\""};
    struct rig *rig = *state;
    unsigned char *const file = run_file(rig), other[FORGE_BYTES], *at;
    const size_t bytes = forge_rewrite(file, change, other);
    double block[512];
    srnn_model *model = NULL;
    char text[8];
    size_t length = 0;

    heap_remember(&rig->heap);
    SUCCEEDS(forge_restore(other, bytes, rig->model, rig->optimizer, rig->clipper, rig->random));
    heap_unchanged(&rig->heap, "a rewritten file", __FILE__, __LINE__);
    SUCCEEDS(srnn_model_load(block, sizeof block, other, bytes, 0, &model));
    forge_same(rig->model, model);
    forge_refuse_flags(rig, other, bytes, SRNN_LOAD_VIEW, SRNN_E_UNSUPPORTED);
    SUCCEEDS(srnn_archive_length(other, bytes, &length));
    assert_int_equal(length, bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, other, bytes));
    SUCCEEDS(srnn_checkpoint_text(rig->checkpoint, "unit", text, sizeof text, &length));
    assert_string_equal(text, "mm");
    at = forge_find(other, "\"mm\"");
    at[1] = 'n';
    forge_refused(rig, other, bytes, SRNN_E_CHECKSUM);
    at[1] = 'm';
    at = forge_tensor(other, "w_rec");
    at[0] ^= 1u;
    forge_refused(rig, other, bytes, SRNN_E_CHECKSUM);
}

/* Another program's tensor, whose name is a last word of the library's, is no part of the model. */
static void foreign_tensor(void **state)
{
    static const struct forge_change change = {0, NULL, 0, "state", NULL};
    struct rig *rig = *state;
    unsigned char *const file = run_file(rig), other[FORGE_BYTES];
    const size_t bytes = forge_rewrite(file, change, other);
    double value;

    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, other, bytes));
    SUCCEEDS(srnn_checkpoint_get(rig->checkpoint, "model", SRNN_STORED_BYTES, &value));
    assert_true(value == (double)(rig->count * sizeof(float)));
}

/* A text with each kind of escape, as other programs write it, has the checksum of the same text
 * without. What is no escape is no text. */
static void escapes(void **state)
{
    static const char escaped[] =
        "\"\\u0067r\\u00fc\\u00DF \\u20ac\\uFF21 \\ud83d\\udc08 \\/\\b\\f\\n\\r\\t\\\"\\\\\"";
    static const char meant[] =
        "gr\xc3\xbc\xc3\x9f \xe2\x82\xac\xef\xbc\xa1 \xf0\x9f\x90\x88 /\b\f\n\r\t\"\\";
    static const char *const bad[] = {
        "\\x",           "\\u12",          "\\u12g4",   "\\ud800", "\\ud800\\u0041",
        "\\udc00",       "\\ud83d\\ud83d", "\\ud83dxx", "\\u12!4", "\\ud83d\\ndc08",
        "\\ud83d\\ue000"};
    struct rig *rig = *state;
    srnn_checkpoint *const list = rig->checkpoint;
    unsigned char *file, other[FORGE_BYTES];
    char header[FORGE_BYTES], text[64], *at, *end;
    size_t bytes = 0, length = 0;

    SUCCEEDS(srnn_checkpoint_add_text(list, "t", meant));
    file = forge_parts(rig, &bytes);
    memcpy(header, file + 8, bytes - 8);
    header[bytes - 8] = '\0';
    at = strstr(header, "\"user.t\":") + 9;
    end = strstr(at, "}}");
    assert_non_null(end);
    memmove(at + strlen(escaped), "}}", 3);
    memcpy(at, escaped, strlen(escaped));
    forge_put(other, strlen(header), 8);
    memcpy(other + 8, header, strlen(header));
    SUCCEEDS(srnn_checkpoint_open(list, other, 8 + strlen(header)));
    SUCCEEDS(srnn_checkpoint_text(list, "t", text, sizeof text, &length));
    assert_string_equal(text, meant);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)strcpy(at, "\"");
        (void)strcat(strcat(at, bad[i]), "\"}}");
        forge_put(other, strlen(header), 8);
        memcpy(other + 8, header, strlen(header));
        RETURNS(SRNN_E_FORMAT, srnn_checkpoint_open(list, other, 8 + strlen(header)));
    }
}

/* Names and words of the library's have no escapes: what looks for them would not find them. */
static void escaped_names(void **state)
{
    static const struct {
        const char *name, *escaped;
    } cases[] = {
        {"\"user.unit\"", "\"user.un\\u0069t\""},
        {"\"user.unit\"", "\"\\u0075ser.unit\""},
        {"\"user.unit\"", "\"user\\u002eunit\""},
        {"\"user.unit\"", "\"user.uni\\x\""},
        {"\"srnn.checksum\"", "\"srnn.ch\\u0065cksum\""},
        {"\"srnn.format\"", "\"srnn.form\\u0061t\""},
        {"\"srnn.format\"", "\"srnn\\u002eformat\""},
        {"\"srnn.format\":\"2\"", "\"srnn.format\":\"\\u0032\""},
        {"\"srnn.activation\"", "\"srnn.\\u0061ctivation\""},
        {"\"srnn.activation\":\"tanh", "\"srnn.activation\":\"t\\u0061nh"},
        {"\"srnn.optimizer.kind\"", "\"srnn.optim\\u0069zer.kind\""},
        {"\"srnn.optimizer.kind\":\"o", "\"srnn.optimizer.kind\":\"\\u006f"},
        {"\"w_in\"", "\"w_\\u0069n\""},
        {"\"b_rec\"", "\"\\u0062_r\\u0065c\""},
        {"\"w_in\":{\"dtype\":\"F32\"", "\"w_in\":{\"dtype\":\"F\\u00332\""},
        {"\"srnn.clipper.state\"", "\"srnn.clipper.st\\u0061te\""},
        {"\"srnn.clipper.state\"", "\"\\u0073rnn.clipper.state\""},
        {"\"srnn.clipper.state\":{\"dtype\":\"F", "\"srnn.clipper.state\":{\"dtype\":\"\\u0046"},
    };
    struct rig *rig = *state;
    unsigned char *const file = run_file(rig), other[FORGE_BYTES];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t size =
            forge_replace(file, heap_bytes(file), cases[i].name, cases[i].escaped, other);
        forge_refused(rig, other, size, SRNN_E_FORMAT);
    }
}

/* Those of other programs may have any, and wrong ones. */
static void escaped_names_of_others(void **state)
{
    static const struct forge_change changes[] = {
        {0, NULL, 0, "caf\\u00e9.w_in", ",\"caf\\u00e9\":\"\\u0000\",\"w_\\u0069n\":\"1\""},
        {0, NULL, 0, "user.\\u0061", ",\"a\\/b\":\"1\",\"srn\\u006e\":\"2\",\"\":\"3\""},
        {0, NULL, 0, "w_in\\u0000", ",\"srn\\x\":\"1\""},
    };
    struct rig *rig = *state;
    unsigned char *const file = run_file(rig), other[FORGE_BYTES];

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const size_t bytes = forge_rewrite(file, changes[i], other);
        heap_remember(&rig->heap);
        SUCCEEDS(
            forge_restore(other, bytes, rig->model, rig->optimizer, rig->clipper, rig->random));
        heap_unchanged(&rig->heap, "others' names", __FILE__, __LINE__);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(old_run),        RIG_TEST(old_damage),    RIG_TEST(oldest_clipper),
        RIG_TEST(later_names),    RIG_TEST(other_lengths), RIG_TEST(rewritten),
        RIG_TEST(foreign_tensor), RIG_TEST(escapes),       RIG_TEST(old_kinds),
        RIG_TEST(later_part),     RIG_TEST(escaped_names), RIG_TEST(escaped_names_of_others),
    };

    return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
