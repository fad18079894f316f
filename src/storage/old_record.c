/* old_record.c - what older versions wrote into model files */
#include "storage/old_record.h"

#include <stdlib.h>
#include <string.h>

#include "support/bytes.h"
#include "support/try.h"

static const unsigned char head[8] = {'s', 'r', 'n', 'n', '-', 'r', 'e', 'c'};
static const uint32_t version = 1;

/* The bytes of a record without fields, and of a field without its content. */
#define HEAD_BYTES 12u
#define FIELD_BYTES 8u

/* The last tag. */
#define LAST RECORD_BEST

/* A label: its characters, filled up with zeros. */
#define LABEL_BYTES (MAX_LABEL + 1u)

int record_begins(const void *part, size_t bytes)
{
    return bytes >= sizeof head && memcmp(part, head, sizeof head) == 0;
}

int32_t record_find(const void *record, size_t bytes, uint32_t tag, const unsigned char **data,
                    size_t *size)
{
    const unsigned char *at = record;
    const unsigned char *const end = at + bytes;
    uint32_t last_tag = 0;

    *data = NULL;
    *size = 0;
    if (!record_begins(record, bytes) || bytes < HEAD_BYTES ||
        get_u32(at + sizeof head) != version) {
        return SRNN_E_FORMAT;
    }
    for (at += HEAD_BYTES; at != end; at += FIELD_BYTES + (size_t)get_u32(at + 4)) {
        if ((size_t)(end - at) < FIELD_BYTES ||
            (size_t)(end - at) - FIELD_BYTES < get_u32(at + 4) || get_u32(at) <= last_tag ||
            get_u32(at) > LAST) {
            return SRNN_E_FORMAT;
        }
        last_tag = get_u32(at);
        if (last_tag == tag) {
            *data = at + FIELD_BYTES;
            *size = get_u32(at + 4);
        }
    }
    return 0;
}

/* Read one part of an encoding from its field [size]. Each returns a status: SRNN_E_FORMAT when it
 * is damaged, SRNN_E_MEMORY. */
static int32_t read_alphabet(struct alphabet *alphabet, const unsigned char *field, size_t size)
{
    if (size == 0 || size > sizeof alphabet->bytes) {
        return SRNN_E_FORMAT;
    }
    alphabet->count = (uint32_t)size;
    memcpy(alphabet->bytes, field, size);
    return SRNN_OK;
}

static int32_t read_labels(struct labels *labels, const unsigned char *field, size_t size)
{
    if (size % LABEL_BYTES != 0 || size / LABEL_BYTES > MAX_LABELS) {
        return SRNN_E_FORMAT;
    }
    for (size_t at = 0; at < size; at += LABEL_BYTES) {
        const char *name = (const char *)field + at;
        const char *end = memchr(name, '\0', LABEL_BYTES);

        if (end == NULL) {
            return SRNN_E_FORMAT;
        }
        if (labels_add(labels, name, (size_t)(end - name)) != 0) {
            return SRNN_E_MEMORY;
        }
    }
    return SRNN_OK;
}

static int32_t read_scaling(struct scaling *scaling, const unsigned char *field, size_t size)
{
    const size_t width = size / (2 * sizeof(float));

    if (size == 0 || size % (2 * sizeof(float)) != 0 || width > SRNN_MODEL_MAX_WIDTH) {
        return SRNN_E_FORMAT;
    }
    if (scaling_create(scaling, width) != 0) {
        return SRNN_E_MEMORY;
    }
    for (size_t i = 0; i < width; i++) {
        scaling->mean[i] = get_float(field + i * sizeof(float));
        scaling->deviation[i] = get_float(field + (width + i) * sizeof(float));
    }
    return SRNN_OK;
}

/* Copy bytes [count], which may be NULL, to a new string. Returns a status: SRNN_E_FORMAT when a
 * zero is among them, SRNN_E_MEMORY. */
static int32_t copy(const unsigned char *bytes, size_t count, char **text)
{
    *text = NULL;
    if (bytes == NULL) {
        return SRNN_OK;
    }
    if (memchr(bytes, '\0', count) != NULL) {
        return SRNN_E_FORMAT;
    }
    *text = calloc(count + 1, 1);
    if (*text == NULL) {
        return SRNN_E_MEMORY;
    }
    memcpy(*text, bytes, count);
    return SRNN_OK;
}

int32_t record_read(const void *record, size_t bytes, struct encoding *encoding, char **task,
                    char **settings)
{
    const unsigned char *field;
    size_t size;

    encoding->ahead = 1;
    TRY(record_find(record, bytes, RECORD_ALPHABET, &field, &size));
    TRY(field != NULL ? read_alphabet(&encoding->alphabet, field, size) : 0);
    TRY(record_find(record, bytes, RECORD_LABELS, &field, &size));
    TRY(field != NULL ? read_labels(&encoding->labels, field, size) : 0);
    TRY(record_find(record, bytes, RECORD_SCALING, &field, &size));
    TRY(field != NULL ? read_scaling(&encoding->scaling, field, size) : 0);
    TRY(record_find(record, bytes, RECORD_SETTINGS, &field, &size));
    TRY(copy(field, size, settings));
    TRY(record_find(record, bytes, RECORD_TASK, &field, &size));
    if (field == NULL) {
        return SRNN_OK;
    }
    return size < RECORD_FINGERPRINT_BYTES
               ? SRNN_E_FORMAT
               : copy(field + RECORD_FINGERPRINT_BYTES, size - RECORD_FINGERPRINT_BYTES, task);
}
