/* header.c - the names in a file, and the reader of its header
 *
 * A file is read once as a whole, which checks it. What a caller then asks for is searched for in
 * the header by its name. So no table limits the number of parts, and no memory is needed. */
#include "files/header.h"
#include "files/elements.h"
#include "files/text.h"

/* The last words of the names of tensors. */
static const char leaves[SRNN__LEAVES][12] = {"w_in",   "w_rec",   "b_rec", "w_out",   "b_out",
                                              "h0",     "options", "state", "moments", "statistics",
                                              "learnt", "carried", "bytes"};

/* The words for the activations from SRNN_HIDDEN_TANH on, and for the output kinds from
 * SRNN_OUTPUT_LINEAR on. */
enum { KIND_BYTES = 8 };
static const char hidden_words[][KIND_BYTES] = {"tanh", "sigmoid", "relu", "linear"};
static const char output_words[][KIND_BYTES] = {"linear", "sigmoid", "softmax"};

/* The last words of the names of metadata. */
enum { WORD_FORMAT, WORD_CHECKSUM, WORD_ACTIVATION, WORD_OUTPUT, WORD_KIND, WORDS };
static const char last_words[WORDS][12] = {"format", "checksum", "activation", "output", "kind"};

/* Bits of `seen`: what a file has once. */
enum { SEEN_FORMAT, SEEN_CHECKSUM, SEEN_METADATA, ALL_SEEN };

const char *srnn__leaf(uint32_t leaf)
{
    SRNN__ASSERT(leaf < SRNN__LEAVES);
    return leaves[leaf];
}

const char *srnn__kind_word(uint32_t kind)
{
    SRNN__ASSERT(kind >= SRNN_HIDDEN_TANH && kind <= SRNN_OUTPUT_SOFTMAX);
    return kind < SRNN_OUTPUT_LINEAR ? hidden_words[kind - SRNN_HIDDEN_TANH]
                                     : output_words[kind - SRNN_OUTPUT_LINEAR];
}

uint32_t srnn__kind_of(const struct srnn__text *text, uint32_t first)
{
    const int is_hidden = first == SRNN_HIDDEN_TANH;
    const uint32_t count = (is_hidden ? sizeof hidden_words : sizeof output_words) / KIND_BYTES;
    const uint32_t place =
        srnn__text_find(text, is_hidden ? hidden_words : output_words, KIND_BYTES, count);

    return place == count ? 0 : first + place;
}

int srnn__text_begins(const struct srnn__text *text, const char *beginning)
{
    size_t i = 0;

    while (beginning[i] != '\0' && i < text->length && text->at[i] == (unsigned char)beginning[i]) {
        i++;
    }
    return beginning[i] == '\0';
}

int srnn__is_name(unsigned char character)
{
    const uint32_t lower = character | 0x20u;

    return srnn__is_digit(character) || (lower >= 'a' && lower <= 'z') || character == '_' ||
           character == '-';
}

int srnn__is_part_name(const char *name)
{
    uint32_t length = 0;

    while (length < SRNN_PART_NAME_BYTES && srnn__is_name((unsigned char)name[length])) {
        length++;
    }
    return length > 0 && length < SRNN_PART_NAME_BYTES && name[length] == '\0';
}

/* Without its bound, compilers would turn the loop into a call of strlen. */
size_t srnn__length(const char *text)
{
    size_t length = 0;

    while (length != SIZE_MAX && text[length] != '\0') {
        length++;
    }
    return length;
}

int srnn__same_word(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* Writes four texts, one after the other, into `key`. */
static void join_words(char key[SRNN__KEY_BYTES], const char *const *four)
{
    size_t length = 0;

    for (uint32_t i = 0; i < 4; i++) {
        for (const char *text = four[i]; *text != '\0'; text++) {
            SRNN__ASSERT(length + 1 < SRNN__KEY_BYTES);
            key[length++] = *text;
        }
    }
    key[length] = '\0';
}

void srnn__metadata_key(char key[SRNN__KEY_BYTES], const char *part, const char *word)
{
    const int is_model = srnn__same_word(part, SRNN__MODEL_NAME);
    const char *const four[4] = {"srnn.", is_model ? "" : part, is_model ? "" : ".", word};

    join_words(key, four);
}

void srnn__text_key(char key[SRNN__KEY_BYTES], const char *name)
{
    const char *const four[4] = {"user.", name, "", ""};

    join_words(key, four);
}

void srnn__tensor_key(char key[SRNN__KEY_BYTES], const char *part, const char *leaf)
{
    const char *const short_name[4] = {leaf, "", "", ""};

    if (srnn__same_word(part, SRNN__MODEL_NAME)) {
        join_words(key, short_name);
    } else {
        srnn__metadata_key(key, part, leaf);
    }
}

/* The same in format 1. */
static void old_tensor_key(char key[SRNN__KEY_BYTES], const char *part, const char *leaf)
{
    const int is_short =
        srnn__same_word(part, SRNN__MODEL_NAME) || srnn__same_word(part, SRNN__OLD_BYTES);
    const char *const four[4] = {is_short ? "" : part, is_short ? "" : ".",
                                 srnn__same_word(part, SRNN__OLD_BYTES) ? part : leaf, ""};

    join_words(key, four);
}

/* ------------------------------------------------------------------------
 * The whole file
 * ------------------------------------------------------------------------ */

/* A file that is being checked. */
struct checking {
    struct srnn__reader reader;
    uint64_t described;          /* bytes of the tensors that were read so far, together */
    uint32_t seen;               /* bits of what was read so far */
    uint32_t format;             /* the format that is written there */
    uint32_t checksum;           /* the checksum that is written there */
    uint32_t sum;                /* the checksum of what was read so far */
    uint32_t nonfinite;          /* bits of the formats in which a moment is not finite */
    const unsigned char *digits; /* where the checksum is written */
};

/* Stops reading with SRNN_E_FORMAT. */
static void refuse(struct checking *checking)
{
    srnn__reader_fail(&checking->reader, SRNN_E_FORMAT);
}

/* As many bytes as show whose a name is: "srnn.", "user.", or a short name and one byte more. */
#define OWNER_BYTES 6u

/* Decodes the beginning of a name into `bytes`, which are zeros from a wrong escape on. */
static struct srnn__text beginning_of(const struct srnn__text *name, char bytes[OWNER_BYTES])
{
    struct srnn__text beginning = {(const unsigned char *)bytes, OWNER_BYTES};
    size_t length;

    memset(bytes, 0, OWNER_BYTES);
    length = srnn__text_decode(name, bytes, OWNER_BYTES);
    if (length < OWNER_BYTES) {
        beginning.length = length;
    }
    return beginning;
}

/* Checks that a name or a word of the library's has no escapes: what looks for one does not decode
 * them. Errors: FORMAT. */
static void check_plain(struct checking *checking, const struct srnn__text *text)
{
    for (size_t i = 0; i < text->length; i++) {
        if (text->at[i] == '\\') {
            refuse(checking);
        }
    }
}

/* Checks the last word of a name that begins with "srnn.". A word that is none of the `count` at
 * `known` [count x 12] must begin with a capital. Returns its place there. Errors: VERSION. */
static uint32_t check_word(struct checking *checking, const struct srnn__text *name,
                           const void *known, uint32_t count)
{
    struct srnn__text word = {name->at + name->length, 0};
    uint32_t place;

    while (word.at[-1] != '.') {
        word.at--;
        word.length++;
    }
    place = srnn__text_find(&word, known, sizeof leaves[0], count);
    if (place == count && (word.length == 0 || word.at[0] < 'A' || word.at[0] > 'Z')) {
        srnn__reader_fail(&checking->reader, SRNN_E_VERSION);
    }
    return place;
}

/* Reads the number of the format, which has no leading zeros. One that is not known is of a newer
 * version. Errors: FORMAT, VERSION. */
static void read_format(struct checking *checking, const struct srnn__text *text)
{
    srnn__reader_claim(&checking->reader, &checking->seen, SEEN_FORMAT);
    for (size_t i = 0; i < text->length; i++) {
        if (!srnn__is_digit(text->at[i]) || text->at[0] == '0') {
            refuse(checking);
        }
    }
    checking->format = srnn__text_is(text, "1")   ? SRNN__OLD_FORMAT
                       : srnn__text_is(text, "2") ? SRNN__FORMAT
                                                  : 0;
    if (checking->format == 0) {
        srnn__reader_fail(&checking->reader, text->length == 0 ? SRNN_E_FORMAT : SRNN_E_VERSION);
    }
}

/* Reads a checksum: eight lower-case hexadecimal digits. */
static void read_checksum(struct checking *checking, const struct srnn__text *text)
{
    srnn__reader_claim(&checking->reader, &checking->seen, SEEN_CHECKSUM);
    checking->digits = text->at;
    checking->checksum = 0;
    if (text->length != SRNN__CHECKSUM_DIGITS) {
        refuse(checking);
        return;
    }
    for (uint32_t i = 0; i < SRNN__CHECKSUM_DIGITS; i++) {
        const unsigned char digit = text->at[i];
        if (!srnn__is_digit(digit) && (digit < 'a' || digit > 'f')) {
            refuse(checking);
        }
        checking->checksum = checking->checksum << 4 |
                             (uint32_t)(srnn__is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    }
}

/* Reads the object "__metadata__". */
static void check_metadata(struct checking *checking)
{
    struct srnn__reader *const reader = &checking->reader;
    struct srnn__text key, value;
    char bytes[OWNER_BYTES];

    srnn__reader_claim(reader, &checking->seen, SEEN_METADATA);
    for (uint32_t i = 0; srnn__reader_key(reader, i, &key); i++) {
        const struct srnn__text beginning = beginning_of(&key, bytes);
        const int is_own = srnn__text_begins(&beginning, "srnn.");
        const int is_text = srnn__text_begins(&beginning, "user.");
        srnn__reader_string(reader, &value);
        if (is_own || is_text) {
            check_plain(checking, &key);
        }
        if (reader->status != SRNN_OK) {
            return;
        }
        if (is_own && check_word(checking, &key, last_words, WORDS) != WORDS) {
            check_plain(checking, &value);
        }
        if (srnn__text_is(&key, "srnn.checksum")) {
            read_checksum(checking, &value);
        } else if (is_own || is_text) {
            if (is_text ? !srnn__text_is_utf8(&value)
                        : srnn__text_decode(&value, NULL, 0) == SIZE_MAX) {
                refuse(checking);
            }
            checking->sum += srnn__text_checksum(srnn__text_checksum(0, &key), &value);
        }
        if (srnn__text_is(&key, "srnn.format")) {
            read_format(checking, &value);
        }
    }
}

/* Returns the checksum of a tensor. */
static uint32_t sum_of(const struct srnn__reader *reader, const struct srnn__text *name,
                       const struct srnn__tensor *tensor)
{
    uint32_t sum = srnn__text_checksum(srnn__text_checksum(0, name), &tensor->type);

    for (uint32_t i = 0; i < tensor->rank; i++) {
        uint64_t side;
        srnn__copy_elements(&side, &tensor->shape[i], 1, sizeof side);
        sum = srnn__checksum(sum, &side, sizeof side);
    }
    return srnn__checksum(sum, reader->data + (size_t)tensor->offsets[0],
                          (size_t)(tensor->offsets[1] - tensor->offsets[0]));
}

/* Checks the moments of an optimizer, which are finite in every file of this format. */
static void check_moments(struct checking *checking, const struct srnn__tensor *tensor,
                          uint32_t format)
{
    const size_t bytes = (size_t)(tensor->offsets[1] - tensor->offsets[0]);

    if (srnn__text_is(&tensor->type, "F32") &&
        !srnn__floats_finite(checking->reader.data + (size_t)tensor->offsets[0],
                             bytes / sizeof(float), 1)) {
        checking->nonfinite |= (uint32_t)1 << format;
    }
}

/* Counts the bytes of a tensor. Tensors that have more together than the data overlap, and are
 * refused. So all checksums together take no longer than one of the data. */
static void count_bytes(struct checking *checking, const struct srnn__tensor *tensor)
{
    const uint64_t bytes = tensor->offsets[1] - tensor->offsets[0];

    if (bytes > checking->reader.data_bytes - checking->described) {
        refuse(checking);
    } else {
        checking->described += bytes;
    }
}

/* Reads a member of the header that describes the tensor `name`. */
static void check_tensor(struct checking *checking, const struct srnn__text *name)
{
    char bytes[OWNER_BYTES];
    const struct srnn__text beginning = beginning_of(name, bytes);
    const int is_parameter =
        srnn__text_find(&beginning, leaves, sizeof leaves[0], SRNN__TENSORS) != SRNN__TENSORS;
    const int has_prefix = srnn__text_begins(&beginning, "srnn.");
    struct srnn__tensor tensor;

    srnn__reader_tensor(&checking->reader, &tensor);
    count_bytes(checking, &tensor);
    if (is_parameter || has_prefix) {
        check_plain(checking, name);
        check_plain(checking, &tensor.type);
    }
    if (checking->reader.status != SRNN_OK) {
        return;
    }
    if (srnn__text_is(name, "optimizer.moments")) {
        check_moments(checking, &tensor, SRNN__OLD_FORMAT);
    }
    if (has_prefix) {
        if (check_word(checking, name, leaves, SRNN__LEAVES) == SRNN__LEAF_MOMENTS) {
            check_moments(checking, &tensor, SRNN__FORMAT);
        }
    } else if (!is_parameter) {
        return;
    }
    checking->sum += sum_of(&checking->reader, name, &tensor);
}

/* Returns the checksum of a file of format 1. Its own digits count as zeros. */
static uint32_t old_checksum(const unsigned char *archive, size_t bytes,
                             const unsigned char *digits)
{
    const unsigned char *after = digits + SRNN__CHECKSUM_DIGITS;
    uint32_t checksum;

    SRNN__ASSERT(digits > archive && after <= archive + bytes);
    checksum = srnn__checksum(0, archive, (size_t)(digits - archive));
    checksum = srnn__checksum(checksum, "00000000", SRNN__CHECKSUM_DIGITS);
    return srnn__checksum(checksum, after, bytes - (size_t)(after - archive));
}

int32_t srnn__file_open(const void *archive, size_t bytes, struct srnn__file *file)
{
    struct checking checking;
    struct srnn__text key;
    int32_t status;

    if (archive == NULL) {
        return SRNN_E_ARGUMENT;
    }
    memset(&checking, 0, sizeof checking);
    status = srnn__reader_begin(&checking.reader, archive, bytes);
    if (status != SRNN_OK) {
        return status;
    }
    for (uint32_t i = 0; srnn__reader_key(&checking.reader, i, &key); i++) {
        if (srnn__text_is(&key, "__metadata__")) {
            check_metadata(&checking);
        } else {
            check_tensor(&checking, &key);
        }
    }
    status = srnn__reader_end(&checking.reader);
    if (status != SRNN_OK) {
        return status;
    }
    if (checking.seen != ((uint32_t)1 << ALL_SEEN) - 1u) {
        return SRNN_E_FORMAT;
    }
    if (checking.format == SRNN__OLD_FORMAT) {
        checking.sum = old_checksum(archive, bytes, checking.digits);
    }
    file->archive = archive;
    file->bytes = bytes;
    file->format = checking.format;
    if (checking.sum != checking.checksum) {
        return SRNN_E_CHECKSUM;
    }
    return checking.nonfinite >> checking.format & 1u ? SRNN_E_NONFINITE : SRNN_OK;
}

/* ------------------------------------------------------------------------
 * What is asked for
 * ------------------------------------------------------------------------ */

int32_t srnn__file_tensor(const struct srnn__file *file, const char *part, uint32_t leaf,
                          const char *type, uint32_t rank, struct srnn__tensor *tensor,
                          const unsigned char **data)
{
    struct srnn__reader reader;
    struct srnn__tensor other;
    struct srnn__text key;
    char wanted[SRNN__KEY_BYTES];
    uint32_t found = 0;

    if (file->format == SRNN__OLD_FORMAT) {
        old_tensor_key(wanted, part, leaves[leaf]);
    } else {
        srnn__tensor_key(wanted, part, leaves[leaf]);
    }
    (void)srnn__reader_begin(&reader, file->archive, file->bytes);
    for (uint32_t i = 0; srnn__reader_key(&reader, i, &key); i++) {
        if (srnn__text_is(&key, "__metadata__")) {
            srnn__reader_skip_metadata(&reader);
        } else if (srnn__text_is(&key, wanted)) {
            srnn__reader_claim(&reader, &found, 0);
            srnn__reader_tensor(&reader, tensor);
        } else {
            srnn__reader_tensor(&reader, &other);
        }
    }
    if (reader.status != SRNN_OK || found == 0) {
        return reader.status != SRNN_OK ? reader.status : SRNN_E_STATE;
    }
    if (type == NULL) {
        return SRNN_OK;
    }
    *data = srnn__reader_place(&reader, tensor, srnn__element_bytes(type));
    return *data == NULL || !srnn__text_is(&tensor->type, type) || tensor->rank != rank
               ? SRNN_E_FORMAT
               : SRNN_OK;
}

void srnn__file_metadata(const struct srnn__file *file, struct srnn__reader *reader)
{
    struct srnn__tensor tensor;
    struct srnn__text key;

    (void)srnn__reader_begin(reader, file->archive, file->bytes);
    for (uint32_t i = 0; srnn__reader_key(reader, i, &key) && !srnn__text_is(&key, "__metadata__");
         i++) {
        srnn__reader_tensor(reader, &tensor);
    }
}

int32_t srnn__file_value(const struct srnn__file *file, const char *key, struct srnn__text *value)
{
    struct srnn__reader reader;
    struct srnn__text name, other;
    uint32_t found = 0;

    srnn__file_metadata(file, &reader);
    for (uint32_t i = 0; srnn__reader_key(&reader, i, &name); i++) {
        srnn__reader_string(&reader, &other);
        if (srnn__text_is(&name, key)) {
            srnn__reader_claim(&reader, &found, 0);
            *value = other;
        }
    }
    if (reader.status != SRNN_OK) {
        return reader.status;
    }
    return found ? SRNN_OK : SRNN_E_STATE;
}
