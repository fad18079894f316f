/* header.c - the table of a file's tensors, and the reader of the header
 *
 * The reader accepts no key that is unknown, missing, repeated or written with an escape,
 * so it skips nothing. */
#include "files/header.h"

/* All tensors: name, type, bytes of an element, rows, columns. */
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

/* The words for SRNN_TANH to SRNN_SOFTMAX. */
static const char kind_words[][8] = {"tanh", "sigmoid", "relu", "linear", "softmax"};

/* Bits of `keys_seen`: one for each key of the metadata, and one for "__metadata__". */
enum { KEY_FORMAT, KEY_CHECKSUM, KEY_ACTIVATION, KEY_OUTPUT, METADATA_KEYS };
#define METADATA_SEEN METADATA_KEYS
#define ALL_SEEN ((1u << (METADATA_SEEN + 1)) - 1u)
static const char metadata_keys[METADATA_KEYS][16] = {"srnn.format", "srnn.checksum",
                                                      "srnn.activation", "srnn.output"};

const struct srnn__entry *srnn__entry(uint32_t id)
{
    SRNN__ASSERT(id < SRNN__FILE_TENSORS);
    return &entries[id];
}

const char *srnn__kind_word(uint32_t kind)
{
    SRNN__ASSERT(kind >= SRNN_TANH && kind <= SRNN_SOFTMAX);
    return kind_words[kind - SRNN_TANH];
}

void srnn__contents_begin(struct srnn__contents *contents)
{
    *contents = (struct srnn__contents){.side = {[SRNN__SIDE_ONE] = 1,
                                                 [SRNN__SIDE_OPTIMIZER] = SRNN__OPTIMIZER_STATE,
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

/* A header that is being read, and what was found in it. */
struct reading {
    struct srnn__reader reader;
    struct srnn__contents *contents;
    const unsigned char *digits; /* where the checksum is written */
    uint32_t checksum;           /* the checksum that is written there */
    uint32_t keys_seen;          /* bits of the keys read so far */
};

/* Stops reading with SRNN_E_FORMAT. */
static void refuse(struct reading *reading)
{
    srnn__reader_fail(&reading->reader, SRNN_E_FORMAT);
}

/* Checks the version of the format. "1" is the only one; another number, without leading
 * zeros, is a newer format. Errors: FORMAT, VERSION. */
static void check_version(struct reading *reading, const struct srnn__text *text)
{
    if (srnn__text_is(text, "1")) {
        return;
    }
    for (size_t i = 0; i < text->length; i++) {
        if (!srnn__is_digit(text->at[i]) || text->at[0] == '0') {
            refuse(reading);
        }
    }
    srnn__reader_fail(&reading->reader, text->length == 0 ? SRNN_E_FORMAT : SRNN_E_VERSION);
}

/* Reads a checksum: eight lower-case hexadecimal digits. */
static void read_checksum(struct reading *reading, const struct srnn__text *text)
{
    reading->digits = text->at;
    reading->checksum = 0;
    if (text->length != 8) {
        refuse(reading);
        return;
    }
    for (uint32_t i = 0; i < 8; i++) {
        const unsigned char digit = text->at[i];
        if (!srnn__is_digit(digit) && (digit < 'a' || digit > 'f')) {
            refuse(reading);
        }
        reading->checksum = reading->checksum << 4 |
                            (uint32_t)(srnn__is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    }
}

uint32_t srnn__kind_of(const struct srnn__text *text)
{
    const uint32_t count = (uint32_t)(sizeof kind_words / sizeof kind_words[0]);
    const uint32_t place = srnn__text_find(text, kind_words, sizeof kind_words[0], count);

    return place == count ? 0 : SRNN_TANH + place;
}

/* Returns the kind that a word names; stops reading if it is none. */
static uint32_t read_kind(struct reading *reading, const struct srnn__text *text)
{
    const uint32_t kind = srnn__kind_of(text);

    if (kind == 0) {
        refuse(reading);
    }
    return kind;
}

/* Reads the object "__metadata__". */
static void read_metadata(struct reading *reading)
{
    struct srnn__reader *const reader = &reading->reader;
    struct srnn__text key, value;

    srnn__reader_claim(reader, &reading->keys_seen, METADATA_SEEN);
    for (uint32_t i = 0; srnn__reader_key(reader, i, &key); i++) {
        const uint32_t which =
            srnn__text_find(&key, metadata_keys, sizeof metadata_keys[0], METADATA_KEYS);
        if (which == METADATA_KEYS) {
            refuse(reading);
            return;
        }
        srnn__reader_claim(reader, &reading->keys_seen, which);
        srnn__reader_string(reader, &value);
        if (reader->status != SRNN_OK) {
            return;
        }
        switch (which) {
        case KEY_FORMAT:
            check_version(reading, &value);
            break;
        case KEY_CHECKSUM:
            read_checksum(reading, &value);
            break;
        case KEY_ACTIVATION:
            reading->contents->activation = read_kind(reading, &value);
            break;
        default:
            reading->contents->output = read_kind(reading, &value);
            break;
        }
    }
}

/* Stores the length of a side of a tensor. A side has one length in a file. */
static void match_side(struct reading *reading, uint32_t side, uint64_t length)
{
    size_t *known_length = &reading->contents->side[side];

    if (side == SRNN__SIDE_CLIPPER && length != SRNN__CLIPPER_STATE &&
        length != SRNN__CLIPPER_OLD_STATE) {
        refuse(reading);
        return;
    }
    if (length == 0 || length > SIZE_MAX || (*known_length != 0 && *known_length != length)) {
        refuse(reading);
        return;
    }
    *known_length = (size_t)length;
}

/* Reads a member of the header that describes the tensor `name`. */
static void read_tensor(struct reading *reading, const struct srnn__text *name)
{
    const uint32_t id = srnn__text_find(name, entries, sizeof entries[0], SRNN__FILE_TENSORS);
    struct srnn__reader *const reader = &reading->reader;
    const struct srnn__entry *entry;
    const unsigned char *place;
    struct srnn__tensor tensor;
    uint32_t rank;

    if (id == SRNN__FILE_TENSORS || reading->contents->data[id] != NULL) {
        refuse(reading);
        return;
    }
    entry = &entries[id];
    rank = entry->rows == SRNN__SIDE_ONE ? 1 : 2;
    srnn__reader_tensor(reader, &tensor);
    if (reader->status != SRNN_OK) {
        return;
    }
    if (!srnn__text_is(&tensor.type, entry->type) || tensor.rank != rank) {
        refuse(reading);
        return;
    }
    place = srnn__reader_place(reader, &tensor, entry->element);
    match_side(reading, entry->rows, rank == 1 ? 1 : tensor.shape[0]);
    match_side(reading, entry->columns, tensor.shape[rank - 1]);
    if (reader->status == SRNN_OK) {
        reading->contents->data[id] = place;
    }
}

int32_t srnn__header_read(const unsigned char *archive, size_t bytes,
                          struct srnn__contents *contents, const unsigned char **digits,
                          uint32_t *checksum)
{
    size_t size[SRNN__FILE_TENSORS];
    struct reading reading;
    struct srnn__text key;
    int32_t status = srnn__reader_begin(&reading.reader, archive, bytes);

    if (status != SRNN_OK) {
        return status;
    }
    srnn__contents_begin(contents);
    reading.contents = contents;
    reading.digits = NULL;
    reading.checksum = 0;
    reading.keys_seen = 0;
    for (uint32_t i = 0; srnn__reader_key(&reading.reader, i, &key); i++) {
        if (srnn__text_is(&key, "__metadata__")) {
            read_metadata(&reading);
        } else {
            read_tensor(&reading, &key);
        }
    }
    for (uint32_t id = 0; id < SRNN__FILE_TENSORS; id++) {
        size[id] = srnn__contents_bytes(contents, id);
    }
    status = srnn__reader_end(&reading.reader, contents->data, size, SRNN__FILE_TENSORS);
    *digits = reading.digits;
    *checksum = reading.checksum;
    return status == SRNN_OK && reading.keys_seen != ALL_SEEN ? SRNN_E_FORMAT : status;
}
