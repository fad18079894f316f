/* forge.c - files made and damaged without the library */
#include "forge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_KEY "\"srnn.checksum\":\""

/* CRC-32C by its definition, bit by bit. */
static uint32_t crc32c(const unsigned char *bytes, size_t count)
{
    uint32_t crc = 0xffffffffu;

    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1u) != 0 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
        }
    }
    return ~crc;
}

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

/* The header is written anew: the vector's own length, and the offsets of all that comes after. */
size_t forge_shorten(unsigned char *file, size_t bytes, const char *name, size_t numbers)
{
    const size_t length = forge_header_bytes(file);
    unsigned char *const data = file + 8 + length, *const state = forge_tensor(file, name);
    const unsigned long begin = (unsigned long)(state - data);
    char old[FORGE_BYTES], key[60];
    char *from = old, *to = (char *)file + 8, *at;
    unsigned long count, cut;

    memcpy(old, to, length);
    old[length] = '\0';
    (void)snprintf(key, sizeof key, "\"%s\":{\"dtype\":\"F64\",\"shape\":[", name);
    at = strstr(old, key);
    assert_non_null(at);
    at += strlen(key);
    count = strtoul(at, NULL, 10);
    cut = 8 * (count - (unsigned long)numbers);
    memcpy(to, from, (size_t)(at - from));
    to += at - from;
    to += sprintf(to, "%lu", (unsigned long)numbers);
    from = strchr(at, ']');
    while ((at = strstr(from, "offsets\":[")) != NULL) {
        const unsigned long first = strtoul(at + 10, &at, 10), last = strtoul(at + 1, &at, 10);
        const char *const numbers_at = strstr(from, "offsets\":[") + 10;
        memcpy(to, from, (size_t)(numbers_at - from));
        to += numbers_at - from;
        to += sprintf(to, "%lu,%lu", first > begin ? first - cut : first, last - cut);
        from = at;
    }
    memset(to, ' ', (size_t)((char *)data - to));
    memcpy(to, from, strcspn(from, " "));
    memmove(state + 8 * numbers, state + 8 * count, bytes - (size_t)(state + 8 * count - file));
    return bytes - cut;
}

void forge_seal(unsigned char *file, size_t bytes)
{
    unsigned char *digits = forge_find(file, DIGITS_KEY);
    char text[9];

    if (digits != NULL) {
        digits += strlen(DIGITS_KEY);
        memcpy(digits, "00000000", 8);
        (void)snprintf(text, sizeof text, "%08x", crc32c(file, bytes));
        memcpy(digits, text, 8);
    }
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
    assert_int_equal(srnn_model_activation(a), srnn_model_activation(b));
    assert_int_equal(srnn_model_output_kind(a), srnn_model_output_kind(b));
    assert_int_equal(srnn_model_flags(a) & ~SRNN_EXTERNAL, srnn_model_flags(b) & ~SRNN_EXTERNAL);
    assert_int_equal(count, srnn_model_parameter_count(b));
    SAME_FLOATS(srnn_model_parameters_const(a), srnn_model_parameters_const(b), count);
}

/* The status of a call on a damaged file. */
static void expect_refusal(int32_t expected, int32_t status)
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
    const void *extra = untouched;
    double block[512];

    heap_remember(&rig->heap);
    expect_refusal(expected, srnn_model_load_size(file, bytes, &rig->out->bytes));
    expect_refusal(expected, srnn_model_load(block, sizeof block, file, bytes, &model));
    expect_refusal(expected, srnn_checkpoint_restore(file, bytes, rig->model, rig->optimizer,
                                                     rig->clipper, rig->random));
    expect_refusal(expected, srnn_checkpoint_extra(file, bytes, &extra, &rig->out->bytes));
    assert_ptr_equal(model, untouched);
    assert_ptr_equal(extra, untouched);
    heap_unchanged(&rig->heap, "a refusal", __FILE__, __LINE__);
}

unsigned char *forge_checkpoint(struct rig *rig, const void *extra, size_t extra_bytes,
                                size_t *bytes)
{
    unsigned char *file;
    size_t size = 0;

    SUCCEEDS(srnn_checkpoint_size(rig->model, rig->optimizer, rig->clipper, rig->random,
                                  extra_bytes, &size));
    file = heap_array(&rig->heap, size, 1);
    SUCCEEDS(srnn_checkpoint_save(rig->model, rig->optimizer, rig->clipper, rig->random, extra,
                                  extra_bytes, file, size, bytes));
    assert_int_equal(*bytes, size);
    return file;
}

unsigned char *forge_saved(struct heap *heap, const srnn_model *model, size_t *bytes)
{
    unsigned char *file;
    size_t size = 0;

    SUCCEEDS(srnn_model_save_size(model, &size));
    file = heap_array(heap, size, 1);
    SUCCEEDS(srnn_model_save(model, file, size, bytes));
    assert_int_equal(*bytes, size);
    return file;
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

int32_t stream_read(void *user, void *data, size_t capacity, size_t *got)
{
    struct stream *stream = user;
    size_t now = stream->bytes - stream->at;

    assert_true(capacity > 0);
    if (++stream->calls == stream->fail_at) {
        return -1;
    }
    now = now < stream->piece ? now : stream->piece;
    now = now < capacity ? now : capacity;
    memcpy(data, stream->data + stream->at, now);
    stream->at += now;
    *got = now;
    return 0;
}
