/* header.c - the table of a file's tensors, and reading a header.
 *
 * Nothing may be unknown, missing, told twice or written with an escape, and so
 * nothing is passed over unread. */
#include "files/header.h"

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

/* Where reading stands, and what it has come to. */
struct reading {
    struct srnn__reader reader;
    struct srnn__contents *contents;
    const unsigned char *digits;
    uint32_t checksum;
    uint32_t seen;
};

static void refuse(struct reading *reading)
{
    srnn__reader_fail(&reading->reader, SRNN_E_FORMAT);
}

static int is_digit(unsigned char character)
{
    return character >= '0' && character <= '9';
}

/* The only version is "1"; a greater number is a newer one. */
static void check_version(struct reading *reading, const struct srnn__text *text)
{
    if (srnn__text_is(text, "1")) {
        return;
    }
    for (size_t i = 0; i < text->length; i++) {
        if (!is_digit(text->at[i]) || text->at[0] == '0') {
            refuse(reading);
        }
    }
    srnn__reader_fail(&reading->reader, text->length == 0 ? SRNN_E_FORMAT : SRNN_E_VERSION);
}

/* Eight lower-case hexadecimal digits. */
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
        if (!is_digit(digit) && (digit < 'a' || digit > 'f')) {
            refuse(reading);
        }
        reading->checksum =
            reading->checksum << 4 | (uint32_t)(is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    }
}

uint32_t srnn__kind_of(const struct srnn__text *text)
{
    const uint32_t count = (uint32_t)(sizeof kind_words / sizeof kind_words[0]);
    const uint32_t place = srnn__text_find(text, kind_words, sizeof kind_words[0], count);

    return place == count ? 0 : SRNN_TANH + place;
}

static uint32_t read_kind(struct reading *reading, const struct srnn__text *text)
{
    const uint32_t kind = srnn__kind_of(text);

    if (kind == 0) {
        refuse(reading);
    }
    return kind;
}

static void read_metadata(struct reading *reading)
{
    struct srnn__reader *const reader = &reading->reader;
    struct srnn__text key, value;

    srnn__reader_claim(reader, &reading->seen, METADATA_MET);
    for (uint32_t i = 0; srnn__reader_key(reader, i, &key); i++) {
        const uint32_t which =
            srnn__text_find(&key, metadata_keys, sizeof metadata_keys[0], METADATA_KEYS);
        if (which == METADATA_KEYS) {
            refuse(reading);
            return;
        }
        srnn__reader_claim(reader, &reading->seen, which);
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

/* A side told once more, or for the first time. */
static void match_side(struct reading *reading, uint32_t side, uint64_t told)
{
    size_t *known = &reading->contents->side[side];

    if (told == 0 || told > SIZE_MAX || (*known != 0 && *known != told)) {
        refuse(reading);
        return;
    }
    *known = (size_t)told;
}

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
    reading.seen = 0;
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
    return status == SRNN_OK && reading.seen != ALL_MET ? SRNN_E_FORMAT : status;
}
