/* test_contents.c - what a file says about itself, and the texts in it */
#include "forge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------
 * What a file says about itself
 * ------------------------------------------------------------------------ */

/* Number `key` of a part. */
static double number(const struct rig *rig, const char *name, uint32_t key)
{
    double value = -1.0;

    SUCCEEDS(srnn_checkpoint_get(rig->checkpoint, name, key, &value));
    return value;
}

static void contents(void **state)
{
    static const char *const expected[] = {"model",  "optimizer", "clipper", "omega",
                                           "random", "workspace", "labels",  "own"};
    static const uint32_t kinds[] = {
        SRNN_PART_MODEL,  SRNN_PART_OPTIMIZER, SRNN_PART_CLIPPER, SRNN_PART_REGULARIZER,
        SRNN_PART_RANDOM, SRNN_PART_WORKSPACE, SRNN_PART_TEXT,    SRNN_PART_BYTES};
    struct rig *rig = *state;
    size_t bytes = 0;
    double total = 0.0;
    char name[SRNN_PART_NAME_BYTES] = "abc";
    uint32_t kind;
    unsigned char *file;

    (void)rig_train(rig);
    forge_add_rig(rig->checkpoint, rig);
    SUCCEEDS(srnn_checkpoint_add_text(rig->checkpoint, "labels", "a\nb"));
    SUCCEEDS(srnn_checkpoint_add_bytes(rig->checkpoint, "own", name, 3));
    file = forge_parts(rig, &bytes);
    forge_empty_list(rig);
    REFUSES(&rig->heap, SRNN_E_STATE, srnn_checkpoint_part(rig->checkpoint, 0, NULL, NULL));
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    for (uint32_t i = 0; i < 8; i++) {
        SUCCEEDS(srnn_checkpoint_part(rig->checkpoint, i, &kind, name));
        SUCCEEDS(srnn_checkpoint_part(rig->checkpoint, i, NULL, NULL));
        assert_int_equal(kind, kinds[i]);
        assert_string_equal(name, expected[i]);
        if (kind != SRNN_PART_TEXT) {
            assert_true(number(rig, name, SRNN_STORED_KIND) == kind);
            total += number(rig, name, SRNN_STORED_BYTES);
        }
    }
    assert_true(total == (double)(bytes - 8 - forge_header_bytes(file)));
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_checkpoint_part(rig->checkpoint, 8, NULL, NULL));
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_checkpoint_part(rig->checkpoint, UINT32_MAX, NULL, NULL));
}

/* The parts of the rig, with the numbers that each has beside its kind and its size. */
static const struct {
    const char *name;
    uint32_t keys[7];
} numbers_of[] = {
    {"model",
     {SRNN_STORED_INPUTS, SRNN_STORED_HIDDEN, SRNN_STORED_OUTPUTS, SRNN_STORED_ACTIVATION,
      SRNN_STORED_OUTPUT_KIND, SRNN_STORED_FLAGS, SRNN_STORED_COUNT}},
    {"optimizer", {SRNN_STORED_COUNT, SRNN_STORED_ALGORITHM}},
    {"clipper", {SRNN_STORED_ALGORITHM}},
    {"omega", {SRNN_STORED_HIDDEN}},
    {"random", {0}},
    {"workspace", {SRNN_STORED_HIDDEN, SRNN_STORED_SEQUENCES}},
};

static int has_number(size_t part, uint32_t key)
{
    int has = 0;

    for (size_t i = 0; i < sizeof numbers_of->keys / sizeof *numbers_of->keys; i++) {
        has |= numbers_of[part].keys[i] == key;
    }
    return has;
}

/* What there is to ask about each part, and what is not. */
static void numbers(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file;

    (void)rig_train(rig);
    forge_add_rig(rig->checkpoint, rig);
    file = forge_parts(rig, &bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    assert_true(number(rig, "model", SRNN_STORED_INPUTS) == rig->shape.inputs);
    assert_true(number(rig, "model", SRNN_STORED_HIDDEN) == rig->shape.hidden);
    assert_true(number(rig, "model", SRNN_STORED_OUTPUTS) == rig->shape.outputs);
    assert_true(number(rig, "model", SRNN_STORED_ACTIVATION) == rig->shape.activation);
    assert_true(number(rig, "model", SRNN_STORED_OUTPUT_KIND) == rig->shape.output);
    assert_true(number(rig, "model", SRNN_STORED_FLAGS) == rig->shape.model_flags);
    assert_true(number(rig, "model", SRNN_STORED_COUNT) == (double)rig->count);
    assert_true(number(rig, "optimizer", SRNN_STORED_COUNT) == (double)rig->count);
    assert_true(number(rig, "optimizer", SRNN_STORED_ALGORITHM) == SRNN_OPTIMIZER_ADAM);
    assert_true(number(rig, "clipper", SRNN_STORED_ALGORITHM) == SRNN_CLIP_NORM);
    assert_true(number(rig, "omega", SRNN_STORED_HIDDEN) == rig->shape.hidden);
    assert_true(number(rig, "workspace", SRNN_STORED_HIDDEN) == rig->shape.hidden);
    assert_true(number(rig, "workspace", SRNN_STORED_SEQUENCES) == rig->shape.sequences);
    for (size_t i = 0; i < sizeof numbers_of / sizeof *numbers_of; i++) {
        for (uint32_t key = SRNN_STORED_INPUTS; key <= SRNN_STORED_SEQUENCES + 1; key++) {
            if (has_number(i, key)) {
                (void)number(rig, numbers_of[i].name, key);
            } else {
                REFUSES(&rig->heap, SRNN_E_OPTION,
                        srnn_checkpoint_get(rig->checkpoint, numbers_of[i].name, key,
                                            &rig->out->value));
            }
        }
    }
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_get(rig->checkpoint, "mode", SRNN_STORED_KIND, &rig->out->value));
}

/* Numbers that are no counts are not handed on: a caller makes integers of them. */
static void forged_numbers(void **state)
{
    static const struct {
        const char *part, *tensor;
        size_t place; /* of the number, in the vector */
        uint32_t key;
    } forged[] = {{"optimizer", "srnn.optimizer.state", 0, SRNN_STORED_ALGORITHM},
                  {"optimizer", "srnn.optimizer.state", 1, SRNN_STORED_COUNT},
                  {"clipper", "srnn.clipper.state", 0, SRNN_STORED_ALGORITHM},
                  {"omega", "srnn.omega.state", 0, SRNN_STORED_HIDDEN}};
    static const double wrong[] = {NAN, INFINITY, -1.0, 81.5, 1e300};
    struct rig *rig = *state;
    unsigned char whole[FORGE_BYTES];
    size_t bytes = 0;
    unsigned char *file;

    forge_add_rig(rig->checkpoint, rig);
    file = forge_parts(rig, &bytes);
    memcpy(whole, file, bytes);
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
            memcpy(file, whole, bytes);
            forge_put_double(forge_tensor(file, forged[i].tensor) + 8 * forged[i].place, wrong[k]);
            forge_seal(file, bytes);
            SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
            REFUSES(&rig->heap, SRNN_E_FORMAT,
                    srnn_checkpoint_get(rig->checkpoint, forged[i].part, forged[i].key,
                                        &rig->out->value));
        }
    }
}

/* Only a model has the name "model": metadata that give it to another kind list no part. */
static void another_model(void **state)
{
    struct rig *rig = *state;
    char name[SRNN_PART_NAME_BYTES];
    size_t bytes = 0;
    uint32_t kind, models = 0;
    unsigned char *file;

    forge_add_rig(rig->checkpoint, rig);
    file = forge_parts(rig, &bytes);
    memcpy(forge_find(file, "srnn.omega.kind"), "srnn.model.kind", 15);
    forge_seal(file, bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    for (uint32_t i = 0; srnn_checkpoint_part(rig->checkpoint, i, &kind, name) == SRNN_OK; i++) {
        models += strcmp(name, "model") == 0;
        assert_true(number(rig, name, SRNN_STORED_KIND) == kind);
    }
    assert_int_equal(models, 1);
}

/* A part of which a tensor has elements of another type, as in another program's file: of the
 * numbers that are asked for, or of those that restore takes. */
static void wrong_types(void **state)
{
    static const struct {
        const char *member, *part;
        uint32_t key; /* that needs the tensor, or 0 */
    } cases[] = {
        {"\"w_rec\":{\"dtype\":\"F", "model", SRNN_STORED_HIDDEN},
        {"\"srnn.optimizer.state\":{\"dtype\":\"F", "optimizer", SRNN_STORED_COUNT},
        {"\"srnn.optimizer.options\":{\"dtype\":\"F", "optimizer", SRNN_STORED_ALGORITHM},
        {"\"srnn.optimizer.moments\":{\"dtype\":\"F", "optimizer", SRNN_STORED_COUNT},
        {"\"srnn.clipper.state\":{\"dtype\":\"F", "clipper", SRNN_STORED_ALGORITHM},
        {"\"srnn.clipper.learnt\":{\"dtype\":\"F", "clipper", SRNN_STORED_ALGORITHM},
        {"\"srnn.omega.state\":{\"dtype\":\"F", "omega", SRNN_STORED_HIDDEN},
        {"\"srnn.omega.options\":{\"dtype\":\"F", "omega", 0},
        {"\"srnn.random.state\":{\"dtype\":\"U", "random", 0},
        {"\"srnn.workspace.options\":{\"dtype\":\"F", "workspace", 0},
        {"\"srnn.workspace.carried\":{\"dtype\":\"F", "workspace", SRNN_STORED_SEQUENCES},
        {"\"srnn.own.bytes\":{\"dtype\":\"U", "own", 0},
    };
    struct rig *rig = *state;
    srnn_checkpoint *const list = rig->checkpoint;
    unsigned char *const own = heap_array(&rig->heap, 3, 1), *file, *type;
    const void **const found = heap_array(&rig->heap, 1, sizeof *found);
    size_t bytes = 0;

    (void)rig_train(rig);
    forge_add_rig(list, rig);
    SUCCEEDS(srnn_checkpoint_add_bytes(list, "own", own, 3));
    file = forge_parts(rig, &bytes);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        type = forge_find(file, cases[i].member);
        assert_non_null(type);
        type += strlen(cases[i].member) - 1;
        *type ^= 'F' ^ 'I';
        forge_seal(file, bytes);
        SUCCEEDS(srnn_checkpoint_open(list, file, bytes));
        if (cases[i].key != 0) {
            REFUSES(&rig->heap, SRNN_E_FORMAT,
                    srnn_checkpoint_get(list, cases[i].part, cases[i].key, &rig->out->value));
        }
        REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_checkpoint_restore(list));
        *type ^= 'F' ^ 'I';
    }
    /* Bytes under a name that is not the library's. */
    *(forge_find(file, "\"srnn.own.bytes\"") + 1) = 'x';
    forge_seal(file, bytes);
    SUCCEEDS(srnn_checkpoint_open(list, file, bytes));
    REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_checkpoint_bytes(list, "own", found, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_checkpoint_restore(list));
}

/* A model that lacks a tensor has fewer parameters. */
static void count_without_a_bias(void **state)
{
    struct shape shape = small_shape;
    struct rig rig;
    size_t bytes = 0;
    unsigned char *file;

    (void)state;
    shape.model_flags = SRNN_MODEL_NO_OUTPUT_BIAS;
    rig_open(&rig, &shape);
    SUCCEEDS(srnn_checkpoint_add(rig.checkpoint, "model", rig.model));
    file = forge_parts(&rig, &bytes);
    SUCCEEDS(srnn_checkpoint_open(rig.checkpoint, file, bytes));
    assert_true(number(&rig, "model", SRNN_STORED_COUNT) == 3 * 5 + 5 * 5 + 5 + 5 * 4);
    assert_true(number(&rig, "model", SRNN_STORED_FLAGS) == shape.model_flags);
    rig_close(&rig);
}

/* The length of a file at the start of a block that is longer, of one that is cut, and of none. */
static void length_in_a_block(void **state)
{
    struct rig *rig = *state;
    unsigned char block[FORGE_BYTES], *file;
    size_t bytes = 0, length = 0;

    forge_add_rig(rig->checkpoint, rig);
    file = forge_parts(rig, &bytes);
    memset(block, 0xff, sizeof block);
    REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_archive_length(block, sizeof block, &rig->out->bytes));
    memcpy(block, file, bytes);
    SUCCEEDS(srnn_archive_length(block, sizeof block, &length));
    assert_int_equal(length, bytes);
    SUCCEEDS(srnn_archive_length(block, bytes, &length));
    assert_int_equal(length, bytes);
    for (size_t cut = 0; cut < bytes; cut++) {
        REFUSES(&rig->heap, SRNN_E_TRUNCATED, srnn_archive_length(block, cut, &rig->out->bytes));
    }
}

/* Two objects of metadata. */
static void length_of_two_metadata(void **state)
{
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES];
    const size_t bytes = forge_file(file, "{\"__metadata__\":{},\"__metadata__\":{}}", NULL, 0);

    REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_archive_length(file, bytes, &rig->out->bytes));
}

/* A name that a file has twice is refused by what looks for it; the rest of the file can be read.
 * Whoever lists the parts sees both. */
static void repeated_names(void **state)
{
    struct rig *rig = *state;
    srnn_checkpoint *const list = rig->checkpoint;
    const struct forge_change change = {.metadata =
                                            ",\"user.a\":\"2\",\"srnn.own.kind\":\"clipper\""};
    unsigned char twice[FORGE_BYTES], own[3] = {1, 2, 3}, *file;
    char name[SRNN_PART_NAME_BYTES];
    const void *data = NULL;
    uint32_t kind, texts = 0, owns = 0;
    size_t bytes = 0, length;

    SUCCEEDS(srnn_checkpoint_add(list, "model", rig->model));
    SUCCEEDS(srnn_checkpoint_add_bytes(list, "own", own, sizeof own));
    SUCCEEDS(srnn_checkpoint_add_text(list, "a", "1"));
    SUCCEEDS(srnn_checkpoint_add_text(list, "b", "3"));
    file = forge_parts(rig, &bytes);
    bytes = forge_rewrite(file, change, twice);
    forge_seal(twice, bytes);
    SUCCEEDS(srnn_checkpoint_open(list, twice, bytes));
    for (uint32_t i = 0; srnn_checkpoint_part(list, i, &kind, name) == SRNN_OK; i++) {
        texts += strcmp(name, "a") == 0;
        owns += strcmp(name, "own") == 0;
    }
    assert_int_equal(texts, 2);
    assert_int_equal(owns, 2);
    REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_checkpoint_text(list, "a", NULL, 0, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_FORMAT,
            srnn_checkpoint_get(list, "own", SRNN_STORED_KIND, &rig->out->value));
    REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_checkpoint_bytes(list, "own", &data, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_checkpoint_restore(list));
    SUCCEEDS(srnn_checkpoint_text(list, "b", NULL, 0, &length));
    SUCCEEDS(srnn_model_load_size(twice, bytes, 0, &length));
}

/* A view needs no room for parameters. */
static void size_of_a_view(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, view = 0, external = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    srnn_model **out = forge_out(rig);
    unsigned char *block;

    if (!forge_views(rig, file, bytes)) {
        return;
    }
    SUCCEEDS(srnn_model_load_size(file, bytes, SRNN_LOAD_VIEW, &view));
    SUCCEEDS(srnn_model_size(3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, SRNN_MODEL_EXTERNAL,
                             &external));
    assert_int_equal(view, external);
    block = heap_array(&rig->heap, view, 1);
    REFUSES(&rig->heap, SRNN_E_SPACE,
            srnn_model_load(block, view - 1, file, bytes, SRNN_LOAD_VIEW, out));
    SUCCEEDS(srnn_model_load(block, view, file, bytes, SRNN_LOAD_VIEW, out));
}

/* A view in flash can be trained: its parameters are copied to memory, and it is bound to them. */
static void view_bound_to_memory(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, size = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    float *memory = heap_array(&rig->heap, rig->count, sizeof *memory);
    srnn_model *view = NULL;
    double loss;

    if (!forge_views(rig, file, bytes)) {
        return;
    }
    SUCCEEDS(srnn_model_load_size(file, bytes, SRNN_LOAD_VIEW, &size));
    SUCCEEDS(
        srnn_model_load(heap_array(&rig->heap, size, 1), size, file, bytes, SRNN_LOAD_VIEW, &view));
    assert_null(srnn_model_parameters(view));
    REFUSES(&rig->heap, SRNN_E_READ_ONLY,
            srnn_model_initialize(view, SRNN_START_GLOROT, rig->random));
    memcpy(memory, srnn_model_parameters_const(view), rig->count * sizeof *memory);
    SUCCEEDS(srnn_model_bind(view, memory, rig->count));
    SAME_FLOATS(rig->parameters, srnn_model_parameters(view), rig->count);
    memset(file, 0xff, bytes);
    rig_forward(rig);
    loss = rig->out->value;
    SUCCEEDS(srnn_forward(view, rig->workspace, rig->batch));
    SUCCEEDS(srnn_loss(view, rig->workspace, rig->batch, 1.0, &rig->out->value, NULL));
    NEAR(loss, rig->out->value, 0.0);
    SUCCEEDS(srnn_model_initialize(view, SRNN_START_GLOROT, rig->random));
    assert_memory_not_equal(rig->parameters, memory, rig->count * sizeof *memory);
}

/* ------------------------------------------------------------------------
 * Texts
 * ------------------------------------------------------------------------ */

/* The length of a text is found without memory for it, and with too little. */
static void check_length(const srnn_checkpoint *checkpoint, const char *name, size_t expected)
{
    char text[1] = {'#'};
    size_t length = 1000;

    SUCCEEDS(srnn_checkpoint_text(checkpoint, name, NULL, 0, &length));
    assert_int_equal(length, expected);
    length = 1000;
    RETURNS(SRNN_E_SPACE, srnn_checkpoint_text(checkpoint, name, text, 0, &length));
    assert_int_equal(length, expected);
    assert_int_equal(text[0], '#');
    length = 1000;
    RETURNS(SRNN_E_ARGUMENT, srnn_checkpoint_text(checkpoint, name, NULL, 1, &length));
    RETURNS(SRNN_E_ARGUMENT, srnn_checkpoint_text(checkpoint, name, NULL, SIZE_MAX, &length));
    assert_int_equal(length, 1000);
}

static void texts(void **state)
{
    static const char *const values[] = {
        "",
        "cat\ndog\t\"quoted\" back\\slash /",
        "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\x88",
        "\x01\x1f\x7f",
    };
    struct rig *rig = *state;
    char text[64], name[SRNN_PART_NAME_BYTES];
    size_t bytes = 0, length = 0;
    unsigned char *file;

    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(name, sizeof name, "t%u", (unsigned)i);
        SUCCEEDS(srnn_checkpoint_add_text(rig->checkpoint, name, values[i]));
    }
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "model", rig->model));
    file = forge_parts(rig, &bytes);
    assert_non_null(
        forge_find(file, "\"user.t1\":\"cat\\u000adog\\u0009\\\"quoted\\\" back\\\\slash /\""));
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(name, sizeof name, "t%u", (unsigned)i);
        SUCCEEDS(srnn_checkpoint_text(rig->checkpoint, name, text, sizeof text, &length));
        assert_int_equal(length, strlen(values[i]));
        assert_string_equal(text, values[i]);
        memset(text, '#', sizeof text);
        RETURNS(SRNN_E_SPACE, srnn_checkpoint_text(rig->checkpoint, name, text, length, &length));
        assert_int_equal(length, strlen(values[i]));
        assert_int_equal(text[0], '#');
        SUCCEEDS(srnn_checkpoint_text(rig->checkpoint, name, text, length + 1, &length));
        check_length(rig->checkpoint, name, strlen(values[i]));
    }
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_text(rig->checkpoint, "t4", NULL, 0, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_text(rig->checkpoint, "model", NULL, 0, &rig->out->bytes));
    /* Texts in the list are passed over; it is a model's file. */
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    SUCCEEDS(srnn_model_load_size(file, bytes, 0, &length));
}

/* What is no UTF-8: stray and missing bytes, overlong forms, surrogates, above U+10FFFF. */
static const char *const no_utf8[] = {
    "\x80",
    "a\xc3",
    "\xc0\xaf",
    "\xc1\xbf",
    "\xe0\x9f\xbf",
    "\xe2\x82",
    "\xed\xa0\x80",
    "\xf0\x8f\xbf\xbf",
    "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80",
    "\xe2\x28\xa1",
    "\xf0\x9f\x90x",
    "\xff",
};

/* Characters beside those. */
#define RARE_UTF8 "\xe0\xa0\x80\xed\x9f\xbf\xf4\x8f\xbf\xbf"

static void no_text(void **state)
{
    struct rig *rig = *state;

    for (size_t i = 0; i < sizeof no_utf8 / sizeof no_utf8[0]; i++) {
        REFUSES(&rig->heap, SRNN_E_RANGE,
                srnn_checkpoint_add_text(rig->checkpoint, "x", no_utf8[i]));
    }
    SUCCEEDS(srnn_checkpoint_add_text(rig->checkpoint, "x", RARE_UTF8));
}

/* Opens a file with one text, which stands in the header as `value`. */
static int32_t open_text(struct rig *rig, const char *value)
{
    unsigned char *file, forged[FORGE_BYTES];
    char pair[64];
    size_t bytes = 0;

    forge_empty_list(rig);
    SUCCEEDS(srnn_checkpoint_add_text(rig->checkpoint, "x", "text"));
    file = forge_parts(rig, &bytes);
    (void)snprintf(pair, sizeof pair, "\"user.x\":\"%s\"", value);
    bytes = forge_replace(file, bytes, "\"user.x\":\"text\"", pair, forged);
    forge_seal(forged, bytes);
    return srnn_checkpoint_open(rig->checkpoint, forged, bytes);
}

/* A text is not copied, so it can change. No file is written that open would refuse. */
static void changed_text(void **state)
{
    struct rig *rig = *state;
    struct stream stream = {0};
    unsigned char file[512];
    char text[] = "a\xc3\xa9";
    size_t bytes = 0;

    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "random", rig->random));
    SUCCEEDS(srnn_checkpoint_add_text(rig->checkpoint, "text", text));
    text[1] = 'b';
    SUCCEEDS(srnn_checkpoint_save(rig->checkpoint, NULL, 0, &bytes));
    assert_in_range(bytes, 1, sizeof file);
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_checkpoint_save(rig->checkpoint, file, bytes, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_RANGE,
            srnn_checkpoint_write(rig->checkpoint, stream_write, &stream));
    assert_int_equal(stream.calls, 0);
    text[2] = '\0';
    SUCCEEDS(srnn_checkpoint_save(rig->checkpoint, file, sizeof file, &bytes));
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    check_length(rig->checkpoint, "text", 2);
}

/* A file has such texts only as can be added to one, whoever made its checksum right: UTF-8,
 * without a zero. */
static void forged_texts(void **state)
{
    static const char *const zeros[] = {"\\u0000", "a\\u0000", "\\u0000a", "a\\u0000b"};
    static const char *const right[] = {RARE_UTF8, "\\u0001", "\xc3\xa9\\u0041\x7f", "",
                                        "a\\\\u0000"};

    for (size_t i = 0; i < sizeof no_utf8 / sizeof no_utf8[0]; i++) {
        RETURNS(SRNN_E_FORMAT, open_text(*state, no_utf8[i]));
    }
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        RETURNS(SRNN_E_FORMAT, open_text(*state, zeros[i]));
    }
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        SUCCEEDS(open_text(*state, right[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(contents),
        RIG_TEST(forged_numbers),
        RIG_TEST(another_model),
        RIG_TEST(numbers),
        RIG_TEST(wrong_types),
        cmocka_unit_test(count_without_a_bias),
        RIG_TEST(length_in_a_block),
        RIG_TEST(length_of_two_metadata),
        RIG_TEST(repeated_names),
        RIG_TEST(size_of_a_view),
        RIG_TEST(view_bound_to_memory),
        RIG_TEST(texts),
        RIG_TEST(no_text),
        RIG_TEST(changed_text),
        RIG_TEST(forged_texts),
    };

    return cmocka_run_group_tests_name("contents", tests, NULL, NULL);
}
