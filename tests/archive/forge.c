/* forge.c - files made and damaged without the library */
#include "forge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void forge_put(unsigned char *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        to[i] = (unsigned char)(value >> 8 * i);
    }
}

void forge_put_double(unsigned char *to, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    forge_put(to, bits, sizeof bits);
}

size_t forge_header_bytes(const unsigned char *file)
{
    size_t length = 0;

    for (size_t i = 8; i > 0; i--) {
        length = length << 8 | file[i - 1];
    }
    return length;
}

unsigned char *forge_find(unsigned char *file, const char *wanted)
{
    const size_t length = forge_header_bytes(file);

    for (size_t i = 0; i + strlen(wanted) <= length; i++) {
        if (memcmp(file + 8 + i, wanted, strlen(wanted)) == 0) {
            return file + 8 + i;
        }
    }
    return NULL;
}

size_t forge_replace(unsigned char *file, size_t bytes, const char *wanted, const char *instead,
                     unsigned char *to)
{
    const unsigned char *const at = forge_find(file, wanted);
    const size_t old = strlen(wanted), length = strlen(instead);
    size_t before;

    assert_non_null(at);
    before = (size_t)(at - file);
    assert_true(bytes - old + length <= FORGE_BYTES);
    memcpy(to, file, before);
    memcpy(to + before, instead, length);
    memcpy(to + before + length, at + old, bytes - before - old);
    forge_put(to, forge_header_bytes(file) - old + length, 8);
    return bytes - old + length;
}

unsigned char *forge_tensor(unsigned char *file, const char *name)
{
    const char offsets[] = "\"data_offsets\":[";
    char key[40];
    const char *at;

    (void)snprintf(key, sizeof key, "\"%s\":{", name);
    at = (const char *)forge_find(file, key);
    assert_non_null(at);
    at = strstr(at, offsets);
    assert_non_null(at);
    return file + 8 + forge_header_bytes(file) + strtoul(at + strlen(offsets), NULL, 10);
}

size_t forge_file(unsigned char *file, const char *header, const float *data, size_t count)
{
    const size_t length = strlen(header);
    const size_t bytes = 8 + length + 4 * count;

    assert_true(bytes <= FORGE_BYTES);
    forge_put(file, length, 8);
    memcpy(file + 8, header, length);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &data[i], sizeof bits);
        forge_put(file + 8 + length + 4 * i, bits, 4);
    }
    forge_seal(file, bytes);
    return bytes;
}

srnn_model **forge_out(struct rig *rig)
{
    return heap_array(&rig->heap, 1, sizeof(srnn_model *));
}

void forge_same(const srnn_model *a, const srnn_model *b)
{
    const size_t count = srnn_model_parameter_count(a);

    assert_int_equal(srnn_model_inputs(a), srnn_model_inputs(b));
    assert_int_equal(srnn_model_hidden(a), srnn_model_hidden(b));
    assert_int_equal(srnn_model_outputs(a), srnn_model_outputs(b));
    assert_int_equal(model_option(a, SRNN_MODEL_ACTIVATION),
                     model_option(b, SRNN_MODEL_ACTIVATION));
    assert_int_equal(model_option(a, SRNN_MODEL_OUTPUT_KIND),
                     model_option(b, SRNN_MODEL_OUTPUT_KIND));
    assert_int_equal(model_option(a, SRNN_MODEL_FLAGS) & ~SRNN_MODEL_EXTERNAL,
                     model_option(b, SRNN_MODEL_FLAGS) & ~SRNN_MODEL_EXTERNAL);
    assert_int_equal(count, srnn_model_parameter_count(b));
    SAME_FLOATS(srnn_model_parameters_const(a), srnn_model_parameters_const(b), count);
}

void forge_expect_refusal(int32_t expected, int32_t status)
{
    assert_true(status < 0);
    if (expected != SRNN_OK) {
        assert_string_equal(srnn_status_name(status), srnn_status_name(expected));
    }
}

void forge_refused(struct rig *rig, const void *file, size_t bytes, int32_t expected)
{
    srnn_model *const untouched = (void *)rig;
    srnn_model *model = untouched;
    double block[512];

    heap_remember(&rig->heap);
    forge_expect_refusal(expected, srnn_model_load_size(file, bytes, 0, &rig->out->bytes));
    forge_expect_refusal(expected, srnn_model_load(block, sizeof block, file, bytes, 0, &model));
    forge_expect_refusal(expected,
                         srnn_model_load_size(file, bytes, SRNN_LOAD_VIEW, &rig->out->bytes));
    forge_expect_refusal(expected, forge_restore(file, bytes, rig->model, rig->optimizer,
                                                 rig->clipper, rig->random));
    assert_ptr_equal(model, untouched);
    heap_unchanged(&rig->heap, "a refusal", __FILE__, __LINE__);
}

void forge_refuse_flags(struct rig *rig, const void *file, size_t bytes, uint32_t flags,
                        int32_t expected)
{
    srnn_model *const untouched = (void *)rig;
    srnn_model *model = untouched;
    double block[512];

    REFUSES(&rig->heap, expected, srnn_model_load_size(file, bytes, flags, &rig->out->bytes));
    REFUSES(&rig->heap, expected, srnn_model_load(block, sizeof block, file, bytes, flags, &model));
    REFUSES(&rig->heap, expected,
            srnn_model_load_create(heap_allocate, &rig->heap, file, bytes, flags, &model));
    assert_ptr_equal(model, untouched);
}

int forge_has_views(void)
{
    const uint16_t probe = 1;

    return *(const unsigned char *)&probe == 1;
}

int forge_views(struct rig *rig, const void *file, size_t bytes)
{
    if (forge_has_views()) {
        return 1;
    }
    forge_refuse_flags(rig, file, bytes, SRNN_LOAD_VIEW, SRNN_E_UNSUPPORTED);
    return 0;
}

const float forge_numbers[8] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f, 8.0f};

void forge_refuse_headers(struct rig *rig, forge_refused_fn refused, int32_t expected,
                          const char *const *headers, size_t count, size_t floats)
{
    unsigned char file[FORGE_BYTES];

    for (size_t i = 0; i < count; i++) {
        refused(rig, file, forge_file(file, headers[i], forge_numbers, floats), expected);
    }
}

int32_t forge_list_begin(struct forge_list *list, srnn_model *model, srnn_optimizer *optimizer,
                         srnn_clipper *clipper, srnn_random *random, const void *extra,
                         size_t extra_bytes)
{
    int32_t status;

    SUCCEEDS(srnn_checkpoint_init(list->block, sizeof list->block, RIG_PARTS, &list->checkpoint));
    list->extra = malloc(extra_bytes + 1);
    assert_non_null(list->extra);
    if (extra != NULL) {
        memcpy(list->extra, extra, extra_bytes);
    }
    status = model == NULL ? SRNN_OK : srnn_checkpoint_add(list->checkpoint, "model", model);
    if (status == SRNN_OK && optimizer != NULL) {
        status = srnn_checkpoint_add(list->checkpoint, "optimizer", optimizer);
    }
    if (status == SRNN_OK && clipper != NULL) {
        status = srnn_checkpoint_add(list->checkpoint, "clipper", clipper);
    }
    if (status == SRNN_OK && random != NULL) {
        status = srnn_checkpoint_add(list->checkpoint, "random", random);
    }
    if (status == SRNN_OK && extra != NULL) {
        status = srnn_checkpoint_add_bytes(list->checkpoint, "extra", list->extra, extra_bytes);
    }
    return status;
}

int32_t forge_list_end(struct forge_list *list, int32_t status)
{
    free(list->extra);
    srnn_checkpoint_destroy(list->checkpoint);
    return status;
}

int32_t forge_restore(const void *file, size_t bytes, srnn_model *model, srnn_optimizer *optimizer,
                      srnn_clipper *clipper, srnn_random *random)
{
    struct forge_list list;
    int32_t status = forge_list_begin(&list, model, optimizer, clipper, random, NULL, 0);

    if (status == SRNN_OK) {
        status = srnn_checkpoint_open(list.checkpoint, file, bytes);
    }
    if (status == SRNN_OK) {
        status = srnn_checkpoint_restore(list.checkpoint);
    }
    return forge_list_end(&list, status);
}

int32_t forge_save(srnn_model *model, srnn_optimizer *optimizer, srnn_clipper *clipper,
                   srnn_random *random, const void *extra, size_t extra_bytes, void *buffer,
                   size_t capacity, size_t *written)
{
    struct forge_list list;
    int32_t status = forge_list_begin(&list, model, optimizer, clipper, random, extra, extra_bytes);

    if (status == SRNN_OK) {
        status = srnn_checkpoint_save(list.checkpoint, buffer, capacity, written);
    }
    return forge_list_end(&list, status);
}

int32_t forge_save_model(const void *model, void *buffer, size_t capacity, size_t *bytes)
{
    return srnn_model_save(model, buffer, capacity, bytes);
}

int32_t forge_save_list(const void *checkpoint, void *buffer, size_t capacity, size_t *bytes)
{
    return srnn_checkpoint_save(checkpoint, buffer, capacity, bytes);
}

unsigned char *forge_saved_by(forge_save_fn save, struct heap *heap, const void *object,
                              size_t *bytes)
{
    unsigned char *file;
    size_t size = 0;

    SUCCEEDS(save(object, NULL, 0, &size));
    file = heap_array(heap, size, 1);
    SUCCEEDS(save(object, file, size, bytes));
    assert_int_equal(*bytes, size);
    return file;
}

void forge_empty_list(struct rig *rig)
{
    srnn_checkpoint_destroy(rig->checkpoint);
    rig->checkpoint = rig_placed(rig, HANDLE_CHECKPOINT);
}

void forge_check_save(struct rig *rig, forge_save_fn save, const void *object,
                      const unsigned char *file, size_t bytes)
{
    unsigned char *const buffer = heap_array(&rig->heap, bytes, 1);
    size_t size = 0;

    REFUSES(&rig->heap, SRNN_OK, save(object, NULL, 0, &size));
    assert_int_equal(size, bytes);
    for (size_t capacity = 0; capacity < bytes; capacity++) {
        size = 0;
        REFUSES(&rig->heap, SRNN_E_SPACE, save(object, buffer, capacity, &size));
        assert_int_equal(size, bytes);
    }
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, save(object, NULL, 1, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, save(object, NULL, bytes, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, save(object, NULL, SIZE_MAX, &rig->out->bytes));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, save(object, buffer, bytes, NULL));
    REFUSES(&rig->heap, SRNN_E_ARGUMENT, save(object, NULL, 0, NULL));
    size = 0;
    SUCCEEDS(save(object, buffer, bytes, &size));
    assert_int_equal(size, bytes);
    assert_memory_equal(buffer, file, bytes);
}

uint64_t forge_train(struct rig *rig, int updates, uint64_t hash)
{
    for (int i = 0; i < updates; i++) {
        if (rig->input != NULL) {
            rig->input[0] = srnn_random_normal(rig->random);
        }
        hash = hash_u64(hash, srnn_random_u32(rig->random));
        hash = hash_u64(hash, rig_train(rig));
    }
    return hash;
}

unsigned char *forge_parts(struct rig *rig, size_t *bytes)
{
    return forge_saved_by(forge_save_list, &rig->heap, rig->checkpoint, bytes);
}

void forge_add_rig(srnn_checkpoint *checkpoint, const struct rig *rig)
{
    SUCCEEDS(srnn_checkpoint_add(checkpoint, "model", rig->model));
    SUCCEEDS(srnn_checkpoint_add(checkpoint, "optimizer", rig->optimizer));
    SUCCEEDS(srnn_checkpoint_add(checkpoint, "clipper", rig->clipper));
    SUCCEEDS(srnn_checkpoint_add(checkpoint, "omega", rig->regularizer));
    SUCCEEDS(srnn_checkpoint_add(checkpoint, "random", rig->random));
    SUCCEEDS(srnn_checkpoint_add(checkpoint, "workspace", rig->workspace));
}

unsigned char *forge_checkpoint(struct rig *rig, const void *extra, size_t extra_bytes,
                                size_t *bytes)
{
    struct forge_list list;
    unsigned char *file;

    SUCCEEDS(forge_list_begin(&list, rig->model, rig->optimizer, rig->clipper, rig->random, extra,
                              extra_bytes));
    file = forge_saved_by(forge_save_list, &rig->heap, list.checkpoint, bytes);
    SUCCEEDS(forge_list_end(&list, SRNN_OK));
    return file;
}

void forge_check_clipper(struct rig *rig)
{
    double value;
    int32_t status;

    for (int i = 0; i < 2; i++) {
        for (size_t k = 0; k < rig->count; k++) {
            rig->gradient[k] = (float)(k % 7) - 2.5f;
        }
        SUCCEEDS(srnn_clipper_tell(rig->clipper, 0.7, 0.01, 10));
        status = srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, NULL);
        assert_true(status == SRNN_OK || status == SRNN_E_LIMIT);
    }
    for (uint32_t key = SRNN_CLIP_STEPS; key <= SRNN_CLIP_ALIGNMENT; key++) {
        SUCCEEDS(srnn_clipper_get(rig->clipper, key, &value));
        assert_true(value >= (key == SRNN_CLIP_ALIGNMENT ? -1.0 : 0.0));
        assert_true(key == SRNN_CLIP_USED || isfinite(value));
    }
}

void forge_refuse_number(struct rig *rig, unsigned char *file, size_t bytes, unsigned char *at,
                         double value, int32_t expected)
{
    unsigned char kept[8];

    memcpy(kept, at, sizeof kept);
    forge_put_double(at, value);
    forge_seal(file, bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    REFUSES(&rig->heap, expected, srnn_checkpoint_restore(rig->checkpoint));
    memcpy(at, kept, sizeof kept);
    forge_seal(file, bytes);
}

unsigned char *forge_saved(struct heap *heap, const srnn_model *model, size_t *bytes)
{
    return forge_saved_by(forge_save_model, heap, model, bytes);
}

int32_t stream_write(void *user, const void *data, size_t size)
{
    struct stream *stream = user;

    assert_true(size > 0);
    if (++stream->calls == stream->fail_at) {
        return 1;
    }
    assert_true(size <= stream->bytes - stream->at);
    memcpy(stream->data + stream->at, data, size);
    stream->at += size;
    return 0;
}
