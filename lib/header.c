/* header.c - the table of a file's tensors, and reading a header. Level 5.
 *
 * Reading is strict. JSON keys may come in any order and with white space between
 * the tokens, as other programs write them; but nothing may be unknown, missing,
 * told twice or written with an escape, and so nothing is passed over unread. */
#include "header.h"

#include <string.h>

/* A header needs less than 2 KiB; the rest is for white space. */
#define MAX_HEADER 65536u

static const struct srnn__entry entries[SRNN__FILE_TENSORS] = {
    {"optimizer.state", "F64", 8, SRNN__SIDE_ONE, SRNN__SIDE_OPTIMIZER},
    {"clipper.state", "F64", 8, SRNN__SIDE_ONE, SRNN__SIDE_CLIPPER},
    {"random.state", "U64", 8, SRNN__SIDE_ONE, SRNN__SIDE_RANDOM},
    {"w_in", "F32", 4, SRNN__SIDE_INPUTS, SRNN__SIDE_HIDDEN},
    {"w_rec", "F32", 4, SRNN__SIDE_HIDDEN, SRNN__SIDE_HIDDEN},
    {"b_rec", "F32", 4, SRNN__SIDE_ONE, SRNN__SIDE_HIDDEN},
    {"w_out", "F32", 4, SRNN__SIDE_HIDDEN, SRNN__SIDE_OUTPUTS},
    {"b_out", "F32", 4, SRNN__SIDE_ONE, SRNN__SIDE_OUTPUTS},
    {"h0", "F32", 4, SRNN__SIDE_ONE, SRNN__SIDE_HIDDEN},
    {"optimizer.moments", "F32", 4, SRNN__SIDE_MOMENTS, SRNN__SIDE_UPDATED},
    {"extra", "U8", 1, SRNN__SIDE_ONE, SRNN__SIDE_EXTRA},
};

static const char kind_words[][8] = {"tanh", "sigmoid", "relu", "linear", "softmax"};

/* Marks of what was met: the keys of the metadata, and then they as a whole. */
enum { KEY_FORMAT, KEY_CHECKSUM, KEY_ACTIVATION, KEY_OUTPUT, METADATA_KEYS };
#define METADATA_MET METADATA_KEYS
#define ALL_MET ((1u << (METADATA_MET + 1)) - 1u)
static const char metadata_keys[METADATA_KEYS][16] = {"srnn.format", "srnn.checksum",
                                                      "srnn.activation", "srnn.output"};

enum { KEY_TYPE, KEY_SHAPE, KEY_OFFSETS, TENSOR_KEYS };
static const char tensor_keys[TENSOR_KEYS][16] = {"dtype", "shape", "data_offsets"};

const struct srnn__entry *srnn__entry(uint32_t id)
{
    return &entries[id];
}

const char *srnn__kind_word(uint32_t kind)
{
    return kind_words[kind - SRNN_TANH];
}

void srnn__contents_begin(struct srnn__contents *contents)
{
    *contents = (struct srnn__contents){.side = {[SRNN__SIDE_ONE] = 1,
                                                 [SRNN__SIDE_OPTIMIZER] = SRNN__OPTIMIZER_STATE,
                                                 [SRNN__SIDE_CLIPPER] = SRNN__CLIPPER_STATE,
                                                 [SRNN__SIDE_RANDOM] = SRNN__RANDOM_STATE}};
}

size_t srnn__contents_count(const struct srnn__contents *contents, uint32_t id)
{
    return contents->side[entries[id].rows] * contents->side[entries[id].columns];
}

size_t srnn__contents_bytes(const struct srnn__contents *contents, uint32_t id)
{
    return srnn__contents_count(contents, id) * entries[id].element;
}

/* A string's characters, where they lie. */
struct text {
    const unsigned char *at;
    size_t length;
};

/* Where reading stands. The first error stays in `status`; from then on nothing
 * is left to read, and every loop ends. */
struct reader {
    const unsigned char *at;
    const unsigned char *end;
    const unsigned char *data;
    size_t data_bytes;
    struct srnn__contents *contents;
    const unsigned char *digits;
    uint32_t checksum;
    uint32_t seen;
    int32_t status;
};

static void fail(struct reader *reader, int32_t status)
{
    if (reader->status == SRNN_OK) {
        reader->status = status;
    }
    reader->at = reader->end;
}

static void skip_space(struct reader *reader)
{
    while (reader->at != reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
                                         *reader->at == '\n' || *reader->at == '\r')) {
        reader->at++;
    }
}

/* Move past white space, and past `wanted` if that is what follows. */
static int take(struct reader *reader, unsigned char wanted)
{
    skip_space(reader);
    if (reader->at == reader->end || *reader->at != wanted) {
        return 0;
    }
    reader->at++;
    return 1;
}

static void demand(struct reader *reader, unsigned char wanted)
{
    if (!take(reader, wanted)) {
        fail(reader, SRNN_E_FORMAT);
    }
}

/* Before element `index` of an object or array: whether there is one. Moves past
 * brackets and commas. */
static int next(struct reader *reader, uint32_t index, unsigned char open, unsigned char close)
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

/* A string of printable ASCII without escapes: all that a file of ours needs. */
static void read_string(struct reader *reader, struct text *text)
{
    demand(reader, '"');
    text->at = reader->at;
    while (reader->at != reader->end && *reader->at >= ' ' && *reader->at <= '~' &&
           *reader->at != '"' && *reader->at != '\\') {
        reader->at++;
    }
    text->length = (size_t)(reader->at - text->at);
    if (reader->at == reader->end || *reader->at != '"') {
        fail(reader, SRNN_E_FORMAT);
    } else {
        reader->at++;
    }
}

/* Before member `index` of an object: its key, and whether there is one. */
static int next_key(struct reader *reader, uint32_t index, struct text *key)
{
    if (!next(reader, index, '{', '}')) {
        return 0;
    }
    read_string(reader, key);
    demand(reader, ':');
    return reader->status == SRNN_OK;
}

static int is_digit(unsigned char character)
{
    return character >= '0' && character <= '9';
}

/* A whole number without sign, fraction or leading zeros. */
static uint64_t read_number(struct reader *reader)
{
    const unsigned char *first;
    uint64_t value = 0;

    skip_space(reader);
    first = reader->at;
    while (reader->at != reader->end && is_digit(*reader->at)) {
        const uint64_t digit = (uint64_t)(*reader->at - '0');
        if (value > (UINT64_MAX - digit) / 10 || (value == 0 && reader->at != first)) {
            fail(reader, SRNN_E_FORMAT);
            return 0;
        }
        value = value * 10 + digit;
        reader->at++;
    }
    if (reader->at == first) {
        fail(reader, SRNN_E_FORMAT);
    }
    return value;
}

/* An array of exactly `count` numbers. */
static void read_numbers(struct reader *reader, uint64_t *numbers, uint32_t count)
{
    uint32_t i = 0;

    for (; next(reader, i, '[', ']'); i++) {
        if (i == count) {
            fail(reader, SRNN_E_FORMAT);
            return;
        }
        numbers[i] = read_number(reader);
    }
    if (i != count) {
        fail(reader, SRNN_E_FORMAT);
    }
}

static int text_is(const struct text *text, const char *word)
{
    for (size_t i = 0; i < text->length; i++) {
        if (text->at[i] != (unsigned char)word[i]) {
            return 0;
        }
    }
    return word[text->length] == '\0';
}

/* The place of a text among `count` words that lie `stride` bytes apart; one that
 * is not there is an error and gives `count`. */
static uint32_t find(struct reader *reader, const struct text *text, const void *words,
                     size_t stride, uint32_t count)
{
    const char *word = words;
    uint32_t i = 0;

    for (; i < count && !text_is(text, word); i++) {
        word += stride;
    }
    if (i == count) {
        fail(reader, SRNN_E_FORMAT);
    }
    return i;
}

/* Mark that a key was met; twice is an error. */
static void claim(struct reader *reader, uint32_t *seen, uint32_t key)
{
    if ((*seen & 1u << key) != 0) {
        fail(reader, SRNN_E_FORMAT);
    }
    *seen |= 1u << key;
}

/* The only version is "1"; a greater number is a newer one. */
static void check_version(struct reader *reader, const struct text *text)
{
    if (text_is(text, "1")) {
        return;
    }
    for (size_t i = 0; i < text->length; i++) {
        if (!is_digit(text->at[i]) || text->at[0] == '0') {
            fail(reader, SRNN_E_FORMAT);
        }
    }
    fail(reader, text->length == 0 ? SRNN_E_FORMAT : SRNN_E_VERSION);
}

/* Eight lower-case hexadecimal digits. */
static void read_checksum(struct reader *reader, const struct text *text)
{
    reader->digits = text->at;
    reader->checksum = 0;
    if (text->length != 8) {
        fail(reader, SRNN_E_FORMAT);
        return;
    }
    for (uint32_t i = 0; i < 8; i++) {
        const unsigned char digit = text->at[i];
        if (!is_digit(digit) && (digit < 'a' || digit > 'f')) {
            fail(reader, SRNN_E_FORMAT);
        }
        reader->checksum =
            reader->checksum << 4 | (uint32_t)(is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    }
}

static uint32_t read_kind(struct reader *reader, const struct text *text)
{
    return SRNN_TANH + find(reader, text, kind_words, sizeof kind_words[0],
                            (uint32_t)(sizeof kind_words / sizeof kind_words[0]));
}

static void read_metadata(struct reader *reader)
{
    struct text key, value;

    claim(reader, &reader->seen, METADATA_MET);
    for (uint32_t i = 0; next_key(reader, i, &key); i++) {
        const uint32_t which =
            find(reader, &key, metadata_keys, sizeof metadata_keys[0], METADATA_KEYS);
        claim(reader, &reader->seen, which);
        read_string(reader, &value);
        if (reader->status != SRNN_OK) {
            return;
        }
        switch (which) {
        case KEY_FORMAT:
            check_version(reader, &value);
            break;
        case KEY_CHECKSUM:
            read_checksum(reader, &value);
            break;
        case KEY_ACTIVATION:
            reader->contents->activation = read_kind(reader, &value);
            break;
        default:
            reader->contents->output = read_kind(reader, &value);
            break;
        }
    }
}

/* A side told once more, or for the first time. */
static void match_side(struct reader *reader, uint32_t side, uint64_t told)
{
    size_t *known = &reader->contents->side[side];

    if (told == 0 || told > SIZE_MAX || (*known != 0 && *known != told)) {
        fail(reader, SRNN_E_FORMAT);
        return;
    }
    *known = (size_t)told;
}

/* Note where a tensor lies, once its shape is known to fill its bytes there. */
static void place_tensor(struct reader *reader, uint32_t id, const uint64_t shape[2],
                         const uint64_t offsets[2])
{
    const struct srnn__entry *entry = &entries[id];
    size_t count, size;

    if (offsets[1] > reader->data_bytes) {
        fail(reader, SRNN_E_TRUNCATED);
        return;
    }
    match_side(reader, entry->rows, shape[0]);
    match_side(reader, entry->columns, shape[1]);
    if (reader->status != SRNN_OK) {
        return;
    }
    if (srnn__multiply_sizes((size_t)shape[0], (size_t)shape[1], &count) ||
        srnn__multiply_sizes(count, entry->element, &size) || offsets[0] > offsets[1] ||
        offsets[1] - offsets[0] != size) {
        fail(reader, SRNN_E_FORMAT);
        return;
    }
    reader->contents->data[id] = reader->data + offsets[0];
}

static void read_tensor(struct reader *reader, const struct text *name)
{
    const uint32_t id = find(reader, name, entries, sizeof entries[0], SRNN__FILE_TENSORS);
    uint64_t shape[2] = {1, 0}, offsets[2] = {0, 0};
    uint32_t seen = 0;
    struct text key, type;

    if (reader->status != SRNN_OK || reader->contents->data[id] != NULL) {
        fail(reader, SRNN_E_FORMAT);
        return;
    }
    for (uint32_t i = 0; next_key(reader, i, &key); i++) {
        const uint32_t which = find(reader, &key, tensor_keys, sizeof tensor_keys[0], TENSOR_KEYS);
        claim(reader, &seen, which);
        if (which == KEY_TYPE) {
            read_string(reader, &type);
            if (!text_is(&type, entries[id].type)) {
                fail(reader, SRNN_E_FORMAT);
            }
        } else if (which == KEY_SHAPE && entries[id].rows == SRNN__SIDE_ONE) {
            read_numbers(reader, &shape[1], 1);
        } else {
            read_numbers(reader, which == KEY_SHAPE ? shape : offsets, 2);
        }
    }
    if (seen != (1u << TENSOR_KEYS) - 1u) {
        fail(reader, SRNN_E_FORMAT);
    }
    if (reader->status == SRNN_OK) {
        place_tensor(reader, id, shape, offsets);
    }
}

/* The whole header: metadata and tensors, then only white space. */
static void read_members(struct reader *reader)
{
    struct text key;

    for (uint32_t i = 0; next_key(reader, i, &key); i++) {
        if (text_is(&key, "__metadata__")) {
            read_metadata(reader);
        } else {
            read_tensor(reader, &key);
        }
    }
    skip_space(reader);
    if (reader->at != reader->end || reader->seen != ALL_MET) {
        fail(reader, SRNN_E_FORMAT);
    }
}

/* The tensors must cover the data without gap or overlap: from the start, one
 * begins where the last ended, and that chain has all of them. Since none is
 * empty, no tensor can be met twice. */
static void check_cover(struct reader *reader)
{
    const struct srnn__contents *contents = reader->contents;
    size_t position = 0;
    uint32_t id = 0, met = 0, present = 0;

    while (id < SRNN__FILE_TENSORS) {
        if (contents->data[id] == reader->data + position) {
            position += srnn__contents_bytes(contents, id);
            met++;
            id = 0;
        } else {
            id++;
        }
    }
    for (id = 0; id < SRNN__FILE_TENSORS; id++) {
        present += contents->data[id] != NULL;
    }
    if (met != present || position != reader->data_bytes) {
        fail(reader, SRNN_E_FORMAT);
    }
}

/* The length of the header as the file tells it. */
static uint64_t header_length(const unsigned char *archive)
{
    uint64_t length = 0;

    for (uint32_t i = 8; i > 0; i--) {
        length = length << 8 | archive[i - 1];
    }
    return length;
}

int32_t srnn__header_read(const unsigned char *archive, size_t bytes,
                          struct srnn__contents *contents, const unsigned char **digits,
                          uint32_t *checksum)
{
    struct reader reader;
    uint64_t length;

    if (bytes < 8) {
        return SRNN_E_TRUNCATED;
    }
    length = header_length(archive);
    if (length > MAX_HEADER) {
        return SRNN_E_FORMAT;
    }
    if (length > bytes - 8) {
        return SRNN_E_TRUNCATED;
    }
    srnn__contents_begin(contents);
    memset(&reader, 0, sizeof reader);
    reader.at = archive + 8;
    reader.end = reader.at + length;
    reader.data = reader.end;
    reader.data_bytes = bytes - 8 - (size_t)length;
    reader.contents = contents;
    if (length == 0 || *reader.at != '{') {
        return SRNN_E_FORMAT;
    }
    read_members(&reader);
    if (reader.status == SRNN_OK) {
        check_cover(&reader);
    }
    *digits = reader.digits;
    *checksum = reader.checksum;
    return reader.status;
}
