/* encoding.c - how the data of a file became numbers */
#include "storage/encoding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "support/try.h"

/* A label in a record: its characters, filled up with zeros. */
#define LABEL_BYTES (MAX_LABEL + 1u)

void encoding_destroy(struct encoding *encoding)
{
    free(encoding->labels.names);
    free(encoding->scaling.mean);
    free(encoding->scaling.deviation);
    memset(encoding, 0, sizeof *encoding);
}

/* Make room for a scaling. */
static int new_scaling(struct scaling *scaling, uint32_t width)
{
    scaling->width = width;
    scaling->mean = calloc(width + (size_t)1, sizeof *scaling->mean);
    scaling->deviation = calloc(width + (size_t)1, sizeof *scaling->deviation);
    return scaling->mean != NULL && scaling->deviation != NULL
               ? 0
               : fail("no memory to scale the %lu numbers of a step", (unsigned long)width);
}

int encoding_present(const struct encoding *encoding)
{
    return encoding->alphabet.count > 0 || encoding->labels.count > 0 ||
           encoding->scaling.width > 0;
}

int encoding_copy(struct encoding *to, const struct encoding *from)
{
    const size_t width = from->scaling.width;

    memset(to, 0, sizeof *to);
    to->alphabet = from->alphabet;
    for (uint32_t i = 0; i < from->labels.count; i++) {
        if (labels_add(&to->labels, from->labels.names[i], strlen(from->labels.names[i])) != 0) {
            return fail("no memory for %lu labels", (unsigned long)from->labels.count);
        }
    }
    if (width > 0) {
        TRY(new_scaling(&to->scaling, from->scaling.width));
        memcpy(to->scaling.mean, from->scaling.mean, width * sizeof(float));
        memcpy(to->scaling.deviation, from->scaling.deviation, width * sizeof(float));
    }
    return 0;
}

uint32_t labels_find(const struct labels *labels, const char *name, size_t length)
{
    uint32_t i = 0;

    while (i < labels->count &&
           (strlen(labels->names[i]) != length || memcmp(labels->names[i], name, length) != 0)) {
        i++;
    }
    return i;
}

int labels_add(struct labels *labels, const char *name, size_t length)
{
    char(*grown)[LABEL_BYTES] = realloc(labels->names, (labels->count + 1) * sizeof *grown);

    if (grown == NULL) {
        return -1;
    }
    labels->names = grown;
    memset(grown[labels->count], 0, sizeof *grown);
    memcpy(grown[labels->count++], name, length);
    return 0;
}

int scaling_fit(struct scaling *scaling, const float *values, size_t steps, uint32_t width)
{
    TRY(new_scaling(scaling, width));
    for (uint32_t i = 0; i < width; i++) {
        double sum = 0.0;
        double squares = 0.0;

        for (size_t t = 0; t < steps; t++) {
            sum += (double)values[t * width + i];
        }
        scaling->mean[i] = (float)(sum / (double)steps);
        for (size_t t = 0; t < steps; t++) {
            const double off = (double)values[t * width + i] - (double)scaling->mean[i];
            squares += off * off;
        }
        scaling->deviation[i] = (float)sqrt(squares / (double)steps);
        if (!(scaling->deviation[i] > 0.0f) || !isfinite(scaling->deviation[i])) {
            scaling->deviation[i] = 1.0f;
        }
    }
    return 0;
}

void scaling_apply(const struct scaling *scaling, float *values, size_t steps)
{
    for (size_t t = 0; t < steps; t++, values += scaling->width) {
        for (uint32_t i = 0; i < scaling->width; i++) {
            values[i] = (values[i] - scaling->mean[i]) / scaling->deviation[i];
        }
    }
}

size_t encoding_bytes(const struct encoding *encoding)
{
    return 3 * RECORD_FIELD_BYTES + sizeof encoding->alphabet.bytes +
           encoding->labels.count * (size_t)LABEL_BYTES +
           encoding->scaling.width * 2 * sizeof(float);
}

void encoding_write(const struct encoding *encoding, struct record_writer *record)
{
    const uint32_t symbols = encoding->alphabet.count;
    const size_t labels = encoding->labels.count;
    const size_t width = encoding->scaling.width;
    unsigned char *field;

    if (symbols > 0) {
        field = record_add(record, RECORD_ALPHABET, symbols);
        memcpy(field, encoding->alphabet.bytes, symbols);
    }
    if (labels > 0) {
        field = record_add(record, RECORD_LABELS, labels * LABEL_BYTES);
        memcpy(field, encoding->labels.names, labels * LABEL_BYTES);
    }
    if (width > 0) {
        field = record_add(record, RECORD_SCALING, width * 2 * sizeof(float));
        for (size_t i = 0; i < width; i++) {
            put_float(field + i * sizeof(float), encoding->scaling.mean[i]);
            put_float(field + (width + i) * sizeof(float), encoding->scaling.deviation[i]);
        }
    }
}

/* Read one part of an encoding from its field [size]. Each returns 0, or -1 when it is damaged. */
static int read_alphabet(struct alphabet *alphabet, const unsigned char *field, size_t size)
{
    if (size == 0 || size > sizeof alphabet->bytes) {
        return -1;
    }
    for (size_t i = 1; i < size; i++) {
        if (field[i - 1] >= field[i]) {
            return -1;
        }
    }
    alphabet->count = (uint32_t)size;
    memcpy(alphabet->bytes, field, size);
    return 0;
}

static int read_labels(struct labels *labels, const unsigned char *field, size_t size)
{
    int result = size % LABEL_BYTES == 0 && size / LABEL_BYTES <= MAX_LABELS ? 0 : -1;

    for (size_t at = 0; result == 0 && at < size; at += LABEL_BYTES) {
        const char *name = (const char *)field + at;
        const char *end = memchr(name, '\0', LABEL_BYTES);

        result = end == NULL || end == name ? -1 : labels_add(labels, name, (size_t)(end - name));
        if (result == 0 && memcmp(labels->names[labels->count - 1], name, LABEL_BYTES) != 0) {
            result = -1; /* more than zeros behind its end */
        }
    }
    return result;
}

static int read_scaling(struct scaling *scaling, const unsigned char *field, size_t size)
{
    const size_t width = size / (2 * sizeof(float));

    if (size == 0 || size % (2 * sizeof(float)) != 0 || width > SRNN_MODEL_MAX_WIDTH ||
        new_scaling(scaling, (uint32_t)width) != 0) {
        return -1;
    }
    for (size_t i = 0; i < width; i++) {
        scaling->mean[i] = get_float(field + i * sizeof(float));
        scaling->deviation[i] = get_float(field + (width + i) * sizeof(float));
        if (!isfinite(scaling->mean[i]) || !isfinite(scaling->deviation[i]) ||
            !(scaling->deviation[i] > 0.0f)) {
            return -1;
        }
    }
    return 0;
}

int encoding_read(struct encoding *encoding, const void *record, size_t bytes, const char *path)
{
    const unsigned char *field;
    size_t size;
    int damaged = 0;

    memset(encoding, 0, sizeof *encoding);
    record_find(record, bytes, RECORD_ALPHABET, &field, &size);
    damaged |= field != NULL && read_alphabet(&encoding->alphabet, field, size) != 0;
    record_find(record, bytes, RECORD_LABELS, &field, &size);
    damaged |= field != NULL && read_labels(&encoding->labels, field, size) != 0;
    record_find(record, bytes, RECORD_SCALING, &field, &size);
    damaged |= field != NULL && read_scaling(&encoding->scaling, field, size) != 0;
    return damaged ? fail("%s: the alphabet, the labels or the scale are damaged", path) : 0;
}
