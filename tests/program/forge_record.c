/* forge_record.c - a checkpoint whose record was changed, with a checksum that is right
 *
 *     forge_record CHECKPOINT FORGED TAG OFFSET BYTES
 *
 * Writes the BYTES, in hexadecimal, at OFFSET of the record's field TAG (see record.h). The run is
 * one of SGD and clipping by the norm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "srnn.h"
#include "storage/record.h"

/* The most that a checkpoint may have. */
#define MOST_BYTES 65536

static int32_t write_stream(void *user, const void *data, size_t size)
{
    return fwrite(data, 1, size, user) == size ? SRNN_OK : SRNN_E_IO;
}

/* Change the field in a record [bytes]. Returns 0, or -1 when it has no such place. */
static int change(unsigned char *record, size_t bytes, uint32_t tag, size_t offset,
                  const char *digits)
{
    const size_t count = strlen(digits) / 2;
    const unsigned char *field;
    size_t size;

    if (record_find(record, bytes, tag, &field, &size) != 0 || offset + count > size) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        const char byte[3] = {digits[2 * i], digits[2 * i + 1], '\0'};

        record[(size_t)(field - record) + offset + i] = (unsigned char)strtoul(byte, NULL, 16);
    }
    return 0;
}

/* Write the run in `archive` to `path` with another record. Returns a status of the library. */
static int32_t save(const unsigned char *archive, size_t bytes, unsigned char *record,
                    size_t record_bytes, const char *path)
{
    FILE *stream = fopen(path, "wb");
    srnn_model *model = NULL;
    srnn_optimizer *optimizer = NULL;
    srnn_clipper *clipper = NULL;
    srnn_random *random = NULL;
    srnn_checkpoint *parts = NULL;
    int32_t status = stream != NULL ? SRNN_OK : SRNN_E_IO;

    status |= srnn_model_load_create(NULL, NULL, archive, bytes, 0, &model);
    status |= srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_SGD,
                                    srnn_model_parameter_count(model), &optimizer);
    status |= srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper);
    status |= srnn_random_create(NULL, NULL, 0, 0, &random);
    status |= srnn_checkpoint_create(NULL, NULL, 5, &parts);
    status |= srnn_checkpoint_add(parts, "model", model);
    status |= srnn_checkpoint_add(parts, "optimizer", optimizer);
    status |= srnn_checkpoint_add(parts, "clipper", clipper);
    status |= srnn_checkpoint_add(parts, "random", random);
    status |= srnn_checkpoint_open(parts, archive, bytes);
    status |= srnn_checkpoint_restore(parts);
    status |= srnn_checkpoint_add_bytes(parts, "extra", record, record_bytes);
    if (status == SRNN_OK) {
        status = srnn_checkpoint_write(parts, write_stream, stream);
    }
    srnn_checkpoint_destroy(parts);
    srnn_random_destroy(random);
    srnn_clipper_destroy(clipper);
    srnn_optimizer_destroy(optimizer);
    srnn_model_destroy(model);
    return stream != NULL && fclose(stream) == 0 ? status : SRNN_E_IO;
}

int main(int argc, char **argv)
{
    static unsigned char archive[MOST_BYTES], record[MOST_BYTES];
    srnn_checkpoint *reader = NULL;
    const void *extra;
    size_t bytes, record_bytes;
    FILE *stream;

    if (argc != 6 || (stream = fopen(argv[1], "rb")) == NULL) {
        return 2;
    }
    bytes = fread(archive, 1, sizeof archive, stream);
    fclose(stream);
    if (srnn_checkpoint_create(NULL, NULL, 0, &reader) != SRNN_OK ||
        srnn_checkpoint_open(reader, archive, bytes) != SRNN_OK ||
        srnn_checkpoint_bytes(reader, "extra", &extra, &record_bytes) != SRNN_OK) {
        return 2;
    }
    memcpy(record, extra, record_bytes);
    srnn_checkpoint_destroy(reader);
    if (change(record, record_bytes, (uint32_t)atoi(argv[3]), (size_t)atoi(argv[4]), argv[5]) !=
        0) {
        return 2;
    }
    return save(archive, bytes, record, record_bytes, argv[2]) == SRNN_OK ? 0 : 1;
}
