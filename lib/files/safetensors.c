/* safetensors.c - a strict reader of the safetensors format
 *
 * Input may be hostile: every length is checked against the bytes that are there. */
#include "files/safetensors.h"

#include <string.h>

enum { KEY_TYPE, KEY_SHAPE, KEY_OFFSETS, TENSOR_KEYS };
static const char tensor_keys[TENSOR_KEYS][16] = {"dtype", "shape", "data_offsets"};

void srnn__reader_fail(struct srnn__reader *reader, int32_t status)
{
    if (reader->status == SRNN_OK) {
        reader->status = status;
    }
    reader->at = reader->end;
}

/* Moves past white space. */
static void skip_space(struct srnn__reader *reader)
{
    while (reader->at != reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
                                         *reader->at == '\n' || *reader->at == '\r')) {
        reader->at++;
    }
}

/* Moves past white space, and past the character `wanted` if it follows. Returns whether
 * it did. */
static int take(struct srnn__reader *reader, unsigned char wanted)
{
    skip_space(reader);
    if (reader->at == reader->end || *reader->at != wanted) {
        return 0;
    }
    reader->at++;
    return 1;
}

/* Moves past white space and the character `wanted`, which must follow. */
static void demand(struct srnn__reader *reader, unsigned char wanted)
{
    if (!take(reader, wanted)) {
        srnn__reader_fail(reader, SRNN_E_FORMAT);
    }
}

/* Moves past the bracket or the comma before element `index` of an object or array.
 * Returns whether there is such an element. */
static int next_element(struct srnn__reader *reader, uint32_t index, unsigned char open,
                        unsigned char close)
{
    if (index == 0) {
        demand(reader, open);
    }
    if (take(reader, close)) {
        return 0;
    }
    if (index != 0) {
        demand(reader, ',');
    }
    return reader->status == SRNN_OK;
}

/* A backslash and the character after it stay two characters of the text. */
void srnn__reader_string(struct srnn__reader *reader, struct srnn__text *text)
{
    demand(reader, '"');
    text->at = reader->at;
    while (reader->at != reader->end && *reader->at >= ' ' && *reader->at != '"') {
        if (*reader->at == '\\' && reader->end - reader->at > 1) {
            reader->at++;
        }
        reader->at++;
    }
    text->length = (size_t)(reader->at - text->at);
    if (reader->at == reader->end || *reader->at != '"') {
        srnn__reader_fail(reader, SRNN_E_FORMAT);
    } else {
        reader->at++;
    }
}

int srnn__reader_key(struct srnn__reader *reader, uint32_t index, struct srnn__text *key)
{
    if (!next_element(reader, index, '{', '}')) {
        return 0;
    }
    srnn__reader_string(reader, key);
    demand(reader, ':');
    return reader->status == SRNN_OK;
}

/* Reads an integer without sign, fraction, exponent or leading zeros. */
static uint64_t read_number(struct srnn__reader *reader)
{
    const unsigned char *first;
    uint64_t value = 0;

    skip_space(reader);
    first = reader->at;
    while (reader->at != reader->end && srnn__is_digit(*reader->at)) {
        const uint64_t digit = (uint64_t)(*reader->at - '0');
        if (value > (UINT64_MAX - digit) / 10 || (value == 0 && reader->at != first)) {
            srnn__reader_fail(reader, SRNN_E_FORMAT);
            return 0;
        }
        value = value * 10 + digit;
        reader->at++;
    }
    if (reader->at == first) {
        srnn__reader_fail(reader, SRNN_E_FORMAT);
    }
    return value;
}

/* Reads an array of at most `most` integers into `numbers` [most]. Returns their number. */
static uint32_t read_numbers(struct srnn__reader *reader, uint64_t *numbers, uint32_t most)
{
    uint32_t i = 0;

    for (; next_element(reader, i, '[', ']'); i++) {
        if (i == most) {
            srnn__reader_fail(reader, SRNN_E_FORMAT);
            break;
        }
        numbers[i] = read_number(reader);
    }
    return i;
}

/* A decoded text may have zeros, at which a word ends. */
int srnn__text_is(const struct srnn__text *text, const char *word)
{
    for (size_t i = 0; i < text->length; i++) {
        if (word[i] == '\0' || text->at[i] != (unsigned char)word[i]) {
            return 0;
        }
    }
    return word[text->length] == '\0';
}

uint32_t srnn__text_find(const struct srnn__text *text, const void *words, size_t stride,
                         uint32_t count)
{
    const char *word = words;
    uint32_t i = 0;

    for (; i < count && !srnn__text_is(text, word); i++) {
        word += stride;
    }
    return i;
}

void srnn__reader_claim(struct srnn__reader *reader, uint32_t *seen, uint32_t key)
{
    SRNN__ASSERT(key < 32);
    if ((*seen & (uint32_t)1 << key) != 0) {
        srnn__reader_fail(reader, SRNN_E_FORMAT);
    }
    *seen |= (uint32_t)1 << key;
}

/* Mixes the bits of a number: the finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Adds a tensor to those that fill the data. */
static void join(struct srnn__reader *reader, const struct srnn__tensor *tensor)
{
    reader->joints += mix(tensor->offsets[0]) - mix(tensor->offsets[1]);
    if (tensor->offsets[1] > reader->data_end) {
        reader->data_end = tensor->offsets[1];
    }
}

void srnn__reader_tensor(struct srnn__reader *reader, struct srnn__tensor *tensor)
{
    uint32_t seen = 0;
    struct srnn__text key;

    memset(tensor, 0, sizeof *tensor);
    for (uint32_t i = 0; srnn__reader_key(reader, i, &key); i++) {
        const uint32_t which =
            srnn__text_find(&key, tensor_keys, sizeof tensor_keys[0], TENSOR_KEYS);
        if (which == TENSOR_KEYS) {
            srnn__reader_fail(reader, SRNN_E_FORMAT);
            return;
        }
        srnn__reader_claim(reader, &seen, which);
        if (which == KEY_TYPE) {
            srnn__reader_string(reader, &tensor->type);
        } else if (which == KEY_SHAPE) {
            tensor->rank = read_numbers(reader, tensor->shape, SRNN__MAX_RANK);
        } else if (read_numbers(reader, tensor->offsets, 2) != 2) {
            srnn__reader_fail(reader, SRNN_E_FORMAT);
        }
    }
    if (seen != ((uint32_t)1 << TENSOR_KEYS) - 1u || tensor->offsets[0] > tensor->offsets[1]) {
        srnn__reader_fail(reader, SRNN_E_FORMAT);
    } else if (tensor->offsets[1] > reader->data_bytes) {
        srnn__reader_fail(reader, SRNN_E_TRUNCATED);
    } else {
        join(reader, tensor);
    }
}

/* Stores the bytes of a tensor in *bytes. Returns nonzero when they do not fit in size_t. */
static int tensor_bytes(const struct srnn__tensor *tensor, size_t element, size_t *bytes)
{
    *bytes = element;
    for (uint32_t i = 0; i < tensor->rank; i++) {
        if (tensor->shape[i] > SIZE_MAX ||
            srnn__multiply_sizes(*bytes, (size_t)tensor->shape[i], bytes)) {
            return 1;
        }
    }
    return 0;
}

const unsigned char *srnn__reader_place(struct srnn__reader *reader,
                                        const struct srnn__tensor *tensor, size_t element)
{
    const uint64_t from = tensor->offsets[0], to = tensor->offsets[1];
    size_t bytes;

    SRNN__ASSERT(reader->status == SRNN_OK);
    if (tensor_bytes(tensor, element, &bytes) || to - from != bytes) {
        srnn__reader_fail(reader, SRNN_E_FORMAT);
        return NULL;
    }
    return reader->data + (size_t)from;
}

/* Returns the length of the header, which is the first 8 bytes of a file. */
static uint64_t header_length(const unsigned char *archive)
{
    uint64_t length = 0;

    for (uint32_t i = 8; i > 0; i--) {
        length = length << 8 | archive[i - 1];
    }
    return length;
}

int32_t srnn__reader_begin(struct srnn__reader *reader, const unsigned char *archive, size_t bytes)
{
    uint64_t length;

    if (bytes < 8) {
        return SRNN_E_TRUNCATED;
    }
    length = header_length(archive);
    if (length > SRNN__MAX_HEADER) {
        return SRNN_E_FORMAT;
    }
    if (length > bytes - 8) {
        return SRNN_E_TRUNCATED;
    }
    memset(reader, 0, sizeof *reader);
    reader->at = archive + 8;
    reader->end = reader->at + length;
    reader->data = reader->end;
    reader->data_bytes = bytes - 8 - (size_t)length;
    return length == 0 || *reader->at != '{' ? SRNN_E_FORMAT : SRNN_OK;
}

/* The tensors fill the data when they form one chain from its first byte to its last: as many of
 * them begin at each byte as end there, except at these two. The sum shows this without a list of
 * the tensors. It misses a gap or an overlap in one of 2^64 cases; then too each tensor's bytes are
 * in the data. */
int32_t srnn__reader_end(struct srnn__reader *reader)
{
    skip_space(reader);
    if (reader->status == SRNN_OK &&
        (reader->at != reader->end || reader->data_end != reader->data_bytes ||
         reader->joints + mix(reader->data_end) != mix(0))) {
        srnn__reader_fail(reader, SRNN_E_FORMAT);
    }
    return reader->status;
}

void srnn__reader_skip_metadata(struct srnn__reader *reader)
{
    struct srnn__text key, value;

    for (uint32_t i = 0; srnn__reader_key(reader, i, &key); i++) {
        srnn__reader_string(reader, &value);
    }
}

int32_t srnn__reader_length(struct srnn__reader *reader, uint64_t *data_bytes)
{
    struct srnn__tensor tensor;
    struct srnn__text key;
    uint32_t seen = 0;

    reader->data_bytes = SIZE_MAX;
    for (uint32_t i = 0; srnn__reader_key(reader, i, &key); i++) {
        if (srnn__text_is(&key, "__metadata__")) {
            srnn__reader_claim(reader, &seen, 0);
            srnn__reader_skip_metadata(reader);
        } else {
            srnn__reader_tensor(reader, &tensor);
        }
    }
    reader->data_bytes = (size_t)reader->data_end;
    *data_bytes = reader->data_end;
    return srnn__reader_end(reader);
}
