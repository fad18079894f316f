/* test_checkpoint.c - what a checkpoint restores, and objects that do not fit it */
#include "forge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A checkpoint is a model's file too, and may be restored in parts. */
static void parts(void **state)
{
    struct rig *rig = *state;
    double block[512];
    srnn_model *model = NULL;
    unsigned char *file;
    size_t bytes = 0;
    uint32_t drawn;

    (void)forge_train(rig, 3, HASH_START);
    file = forge_checkpoint(rig, FORGE_EXTRA, sizeof FORGE_EXTRA, &bytes);
    SUCCEEDS(srnn_model_load(block, sizeof block, file, bytes, 0, &model));
    SAME_FLOATS(rig->parameters, srnn_model_parameters_const(model), rig->count);
    if (forge_views(rig, file, bytes)) {
        SUCCEEDS(srnn_model_load(block, sizeof block, file, bytes, SRNN_LOAD_VIEW, &model));
        SAME_FLOATS(rig->parameters, srnn_model_parameters_const(model), rig->count);
    }

    drawn = srnn_random_u32(rig->random);
    heap_remember(&rig->heap);
    SUCCEEDS(forge_restore(file, bytes, NULL, NULL, NULL, NULL));
    heap_unchanged(&rig->heap, "restoring nothing", __FILE__, __LINE__);
    SUCCEEDS(forge_restore(file, bytes, NULL, NULL, NULL, rig->random));
    assert_int_equal(srnn_random_u32(rig->random), drawn);
}

/* Bytes of the caller's own, none of them, and none at all. */
static void extra(void **state)
{
    struct rig *rig = *state;
    char copy[sizeof FORGE_EXTRA];
    size_t bytes = 0, *extra_bytes = &rig->out->bytes;
    unsigned char *file = forge_checkpoint(rig, FORGE_EXTRA, sizeof FORGE_EXTRA, &bytes);
    const void **found = heap_array(&rig->heap, 1, sizeof *found);

    RETURNS(SRNN_E_STATE, srnn_checkpoint_bytes(rig->checkpoint, "extra", found, extra_bytes));
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_bytes(rig->checkpoint, "extra", found, extra_bytes));
    assert_int_equal(*extra_bytes, sizeof FORGE_EXTRA);
    assert_memory_equal(*found, FORGE_EXTRA, sizeof FORGE_EXTRA);
    assert_ptr_equal((const unsigned char *)*found + *extra_bytes, file + bytes);
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            srnn_checkpoint_bytes(rig->checkpoint, "random", found, extra_bytes));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_bytes(rig->checkpoint, "extr", found, extra_bytes));

    SUCCEEDS(srnn_checkpoint_add_bytes(rig->checkpoint, "extra", copy, sizeof copy));
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
    assert_memory_equal(copy, FORGE_EXTRA, sizeof copy);
    forge_empty_list(rig);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_add_bytes(rig->checkpoint, "extra", copy, sizeof copy - 1));
    RETURNS(SRNN_E_SHAPE, srnn_checkpoint_restore(rig->checkpoint));

    file = forge_checkpoint(rig, FORGE_EXTRA, 0, &bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_bytes(rig->checkpoint, "extra", found, extra_bytes));
    assert_int_equal(*extra_bytes, 0);
    file = forge_saved(&rig->heap, rig->model, &bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_bytes(rig->checkpoint, "extra", found, extra_bytes));
}

/* A checkpoint of nothing but a model is the model's file. */
static void only_a_model(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, written = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    unsigned char buffer[FORGE_BYTES];

    SUCCEEDS(forge_save(rig->model, NULL, NULL, NULL, NULL, 0, buffer, sizeof buffer, &written));
    assert_int_equal(bytes, written);
    assert_memory_equal(file, buffer, bytes);
}

/* What has been told of the next gradient is not in the file, and restoring forgets it. */
static void pending_tell(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file;

    SUCCEEDS(srnn_clipper_set(rig->clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_POLYAK));
    (void)forge_train(rig, 2, HASH_START);
    SUCCEEDS(srnn_clipper_tell(rig->clipper, 1.0, 0.01, 10));
    file = forge_checkpoint(rig, NULL, 0, &bytes);
    SUCCEEDS(forge_restore(file, bytes, NULL, NULL, rig->clipper, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, NULL));
}

/* ------------------------------------------------------------------------
 * Space and streams
 * ------------------------------------------------------------------------ */

static void writing(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0, calls;
    unsigned char *file = forge_checkpoint(rig, FORGE_EXTRA, sizeof FORGE_EXTRA, &bytes);
    unsigned char buffer[FORGE_BYTES];
    struct stream stream = {buffer, sizeof buffer, 0, 0, 0};
    struct forge_list list;

    SUCCEEDS(forge_list_begin(&list, rig->model, rig->optimizer, rig->clipper, rig->random,
                              FORGE_EXTRA, sizeof FORGE_EXTRA));
    SUCCEEDS(srnn_checkpoint_write(list.checkpoint, stream_write, &stream));
    assert_int_equal(stream.at, bytes);
    assert_memory_equal(file, buffer, bytes);
    calls = stream.calls;
    for (size_t at = 1; at <= calls; at++) {
        stream.at = stream.calls = 0;
        stream.fail_at = at;
        REFUSES(&rig->heap, SRNN_E_IO,
                srnn_checkpoint_write(list.checkpoint, stream_write, &stream));
        assert_int_equal(stream.calls, at);
    }
    forge_check_save(rig, forge_save_list, list.checkpoint, file, bytes);
    SUCCEEDS(forge_list_end(&list, SRNN_OK));
}

/* More bytes than there can be. The header of a file has more than 100 bytes. */
static void too_much_extra(void **state)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 100};
    struct rig *rig = *state;

    for (size_t i = 0; i < 2; i++) {
        forge_empty_list(rig);
        SUCCEEDS(srnn_checkpoint_add_bytes(rig->checkpoint, "extra", rig->state, sizes[i]));
        REFUSES(&rig->heap, SRNN_E_OVERFLOW,
                srnn_checkpoint_save(rig->checkpoint, NULL, 0, &rig->out->bytes));
    }
}

/* The longest header that a reader takes can be saved, and 64 bytes more cannot. With its length
 * before it, a header ends at a multiple of 64 bytes. A control character takes six bytes. */
static void longest_header(void **state)
{
    enum { LONGEST = 99999992, ESCAPED = 6 };
    struct rig *rig = *state;
    unsigned char beginning[9] = {0}, *file;
    struct stream stream = {0};
    size_t bytes = 0, room, count;
    char *text;

    SUCCEEDS(srnn_checkpoint_add_text(rig->checkpoint, "long", ""));
    file = forge_parts(rig, &bytes);
    room = LONGEST - (size_t)(forge_find(file, "}}") + 2 - (file + 8));
    count = room / ESCAPED + room % ESCAPED;
    text = calloc(count + 2, 1);
    assert_non_null(text);
    memset(text, '\x01', room / ESCAPED);
    memset(text + room / ESCAPED, 'a', room % ESCAPED);
    forge_empty_list(rig);
    SUCCEEDS(srnn_checkpoint_add_text(rig->checkpoint, "long", text));
    SUCCEEDS(srnn_checkpoint_save(rig->checkpoint, NULL, 0, &bytes));
    assert_int_equal(bytes, 8 + LONGEST);
    forge_put(beginning, LONGEST, 8);
    REFUSES(&rig->heap, SRNN_E_TRUNCATED,
            srnn_archive_length(beginning, sizeof beginning, &rig->out->bytes));
    forge_put(beginning, LONGEST + 64, 8);
    REFUSES(&rig->heap, SRNN_E_FORMAT,
            srnn_archive_length(beginning, sizeof beginning, &rig->out->bytes));
    text[count] = 'a';
    REFUSES(&rig->heap, SRNN_E_OVERFLOW,
            srnn_checkpoint_save(rig->checkpoint, NULL, 0, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_OVERFLOW,
            srnn_checkpoint_write(rig->checkpoint, stream_write, &stream));
    assert_int_equal(stream.calls, 0);
    free(text);
}

/* ------------------------------------------------------------------------
 * Other objects and arguments
 * ------------------------------------------------------------------------ */

/* Objects of another kind or shape, each alone and with the others being right. */
static void other_shapes(void **state)
{
    struct rig *rig = *state;
    struct rig other;
    struct shape shape = rig->shape;
    size_t bytes = 0;
    unsigned char *file = forge_checkpoint(rig, NULL, 0, &bytes);

    shape.hidden++;
    shape.clipper_kind = SRNN_CLIP_TENSOR;
    rig_open(&other, &shape);
    REFUSES(&other.heap, SRNN_E_SHAPE, forge_restore(file, bytes, other.model, NULL, NULL, NULL));
    REFUSES(&other.heap, SRNN_E_SHAPE,
            forge_restore(file, bytes, NULL, other.optimizer, NULL, other.random));
    REFUSES(&other.heap, SRNN_E_SHAPE,
            forge_restore(file, bytes, NULL, NULL, other.clipper, other.random));
    REFUSES(&rig->heap, SRNN_E_SHAPE,
            forge_restore(file, bytes, rig->model, rig->optimizer, other.clipper, rig->random));
    rig_close(&other);

    shape = rig->shape;
    for (int i = 0; i < 6; i++) {
        shape.inputs = rig->shape.inputs + (i == 4);
        shape.outputs = rig->shape.outputs + (i == 5);
        shape.activation = i == 0 ? SRNN_HIDDEN_LINEAR : rig->shape.activation;
        shape.output = i == 1 ? SRNN_OUTPUT_SIGMOID : rig->shape.output;
        shape.features = i == 1 ? 0 : rig->shape.features;
        shape.model_flags = i == 2 ? 0 : rig->shape.model_flags;
        shape.optimizer_kind = i == 3 ? SRNN_OPTIMIZER_RMSPROP : rig->shape.optimizer_kind;
        rig_open(&other, &shape);
        REFUSES(&other.heap, SRNN_E_SHAPE,
                forge_restore(file, bytes, i == 3 ? NULL : other.model, other.optimizer,
                              other.clipper, other.random));
        if (i != 3) {
            REFUSES(&other.heap, SRNN_E_SHAPE,
                    forge_restore(file, bytes, other.model, NULL, NULL, NULL));
        }
        rig_close(&other);
    }
}

/* An optimizer without moments still saves the length of its vectors. */
static void other_count_without_moments(void **state)
{
    struct rig *rig = *state;
    srnn_optimizer *five = NULL, *six = NULL;
    unsigned char file[FORGE_BYTES];
    size_t bytes = 0;

    SUCCEEDS(srnn_optimizer_create(heap_allocate, &rig->heap, SRNN_OPTIMIZER_SGD, 5, &five));
    SUCCEEDS(srnn_optimizer_create(heap_allocate, &rig->heap, SRNN_OPTIMIZER_SGD, 6, &six));
    SUCCEEDS(forge_save(rig->model, five, NULL, NULL, NULL, 0, file, sizeof file, &bytes));
    REFUSES(&rig->heap, SRNN_E_SHAPE, forge_restore(file, bytes, NULL, six, NULL, NULL));
    SUCCEEDS(forge_restore(file, bytes, NULL, five, NULL, NULL));
    srnn_optimizer_destroy(five);
    srnn_optimizer_destroy(six);
}

/* What the file does not have, and what cannot be written. */
static void lacking(void **state)
{
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file = forge_saved(&rig->heap, rig->model, &bytes);
    double block[512];
    srnn_model *view = NULL, *unbound = NULL;

    REFUSES(&rig->heap, SRNN_E_STATE,
            forge_restore(file, bytes, rig->model, rig->optimizer, NULL, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE,
            forge_restore(file, bytes, rig->model, NULL, rig->clipper, NULL));
    REFUSES(&rig->heap, SRNN_E_STATE,
            forge_restore(file, bytes, rig->model, NULL, NULL, rig->random));
    if (forge_views(rig, file, bytes)) {
        SUCCEEDS(srnn_model_load(block, sizeof block, file, bytes, SRNN_LOAD_VIEW, &view));
        REFUSES(&rig->heap, SRNN_E_READ_ONLY, forge_restore(file, bytes, view, NULL, NULL, NULL));
    }
    SUCCEEDS(srnn_model_init(block, sizeof block, 3, 5, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                             SRNN_MODEL_LEARNED_STATE | SRNN_MODEL_EXTERNAL, &unbound));
    REFUSES(&rig->heap, SRNN_E_STATE, forge_restore(file, bytes, unbound, NULL, NULL, NULL));
    SUCCEEDS(srnn_model_bind(unbound, rig->gradient, rig->count));
    SUCCEEDS(forge_restore(file, bytes, unbound, NULL, NULL, NULL));
    SAME_FLOATS(rig->parameters, rig->gradient, rig->count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(parts),          RIG_TEST(extra),        RIG_TEST(only_a_model),
        RIG_TEST(pending_tell),   RIG_TEST(writing),      RIG_TEST(too_much_extra),
        RIG_TEST(longest_header), RIG_TEST(other_shapes), RIG_TEST(other_count_without_moments),
        RIG_TEST(lacking),
    };

    return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
