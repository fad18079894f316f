/* forge_part.c - copies a file of the library's with one part changed and the checksum right
 *
 *     forge_part FILE FORGED PART OFFSET BYTES
 *
 * writes BYTES, in hexadecimal, at OFFSET of a part of bytes.
 *
 *     forge_part FILE FORGED PART TEXT
 *
 * replaces a part that is a text with TEXT, or adds one.
 *
 *     forge_part FILE FORGED COUNT
 *     forge_part FILE FORGED NAME
 *
 * adds COUNT empty texts, or a generator called NAME. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "srnn.h"

/* The most that a file and its parts may have. */
#define MOST_BYTES 65536
#define MOST_PARTS 16u

/* The file, and the list of its parts. */
struct forge {
    unsigned char archive[MOST_BYTES];
    size_t bytes;
    srnn_checkpoint *parts;
    srnn_model *model; /* the file's, whose shape the other objects have */
};

static int32_t write_stream(void *user, const void *data, size_t size)
{
    return fwrite(data, 1, size, user) == size ? SRNN_OK : SRNN_E_IO;
}

/* A number about a part, 0 where it has none. */
static uint32_t number(const struct forge *forge, const char *name, uint32_t key)
{
    double value = 0.0;

    (void)srnn_checkpoint_get(forge->parts, name, key, &value);
    return (uint32_t)value;
}

/* Add a part of bytes. */
static int32_t add_bytes(struct forge *forge, const char *name, unsigned char **copy, size_t *bytes)
{
    const void *data;

    if (srnn_checkpoint_bytes(forge->parts, name, &data, bytes) != SRNN_OK ||
        (*copy = malloc(*bytes + 1)) == NULL) {
        return SRNN_E_ARGUMENT;
    }
    return srnn_checkpoint_add_bytes(forge->parts, name, *copy, *bytes);
}

/* Write bytes in hexadecimal digits to `copy` [bytes] at `offset`. Returns 0, or -1 when they do
 * not fit. */
static int change(unsigned char *copy, size_t bytes, const char *offset, const char *digits)
{
    const size_t from = strtoul(offset, NULL, 10);
    const size_t count = strlen(digits) / 2;

    if (from + count > bytes) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        const char byte[3] = {digits[2 * i], digits[2 * i + 1], '\0'};

        copy[from + i] = (unsigned char)strtoul(byte, NULL, 16);
    }
    return 0;
}

/* Add a text of the file. */
static int32_t add_text(struct forge *forge, const char *name)
{
    size_t length = 0;
    char *text;

    (void)srnn_checkpoint_text(forge->parts, name, NULL, 0, &length);
    text = malloc(length + 1);
    if (text == NULL ||
        srnn_checkpoint_text(forge->parts, name, text, length + 1, &length) != SRNN_OK) {
        return SRNN_E_ARGUMENT;
    }
    return srnn_checkpoint_add_text(forge->parts, name, text);
}

/* Create a new object of the kind and the shape of a part, to be restored; NULL for another kind.
 */
static void *new_object(const struct forge *forge, const char *name, uint32_t kind)
{
    const uint32_t algorithm = number(forge, name, SRNN_STORED_ALGORITHM);
    const uint32_t sequences = number(forge, name, SRNN_STORED_SEQUENCES);
    srnn_model *model = NULL;
    srnn_optimizer *optimizer = NULL;
    srnn_clipper *clipper = NULL;
    srnn_random *random = NULL;
    srnn_workspace *workspace = NULL;

    switch (kind) {
    case SRNN_PART_MODEL:
        (void)srnn_model_load_create(NULL, NULL, forge->archive, forge->bytes, 0, &model);
        return model;
    case SRNN_PART_OPTIMIZER:
        (void)srnn_optimizer_create(NULL, NULL, algorithm, number(forge, name, SRNN_STORED_COUNT),
                                    &optimizer);
        return optimizer;
    case SRNN_PART_CLIPPER:
        (void)srnn_clipper_create(NULL, NULL, algorithm, &clipper);
        return clipper;
    case SRNN_PART_RANDOM:
        (void)srnn_random_create(NULL, NULL, 0, 0, &random);
        return random;
    case SRNN_PART_WORKSPACE:
        /* Of a run without updates it has none, and is for one sequence or more. */
        (void)srnn_workspace_create(NULL, NULL, forge->model, 1, sequences > 0 ? sequences : 1, 0,
                                    &workspace);
        return workspace;
    default:
        return NULL;
    }
}

/* What argv asks for: another text, or other bytes of the part, or more texts, or a generator. */
struct wish {
    const char *part, *text, *offset, *digits, *generator;
    uint32_t more;
    unsigned char *copy; /* [bytes]: that part in the list */
    size_t bytes;
};

/* List all parts of the file, with the text of the wish. Returns a status of the library; STATE if
 * the file has no such part. */
static int32_t list_parts(struct forge *forge, struct wish *wish)
{
    char name[SRNN_PART_NAME_BYTES];
    uint32_t kind;
    int32_t status = SRNN_OK;
    int found = 0;

    for (uint32_t i = 0;
         status == SRNN_OK && srnn_checkpoint_part(forge->parts, i, &kind, name) == SRNN_OK; i++) {
        const int is_wished = strcmp(name, wish->part) == 0;
        unsigned char *copy;
        size_t bytes;

        found |= is_wished && kind == (wish->text != NULL ? SRNN_PART_TEXT : SRNN_PART_BYTES);
        if (kind == SRNN_PART_BYTES) {
            status = add_bytes(forge, name, &copy, &bytes);
            wish->copy = is_wished ? copy : wish->copy;
            wish->bytes = is_wished ? bytes : wish->bytes;
        } else if (kind == SRNN_PART_TEXT && is_wished) {
            status = srnn_checkpoint_add_text(forge->parts, name, wish->text);
        } else {
            status = kind == SRNN_PART_TEXT
                         ? add_text(forge, name)
                         : srnn_checkpoint_add(forge->parts, name, new_object(forge, name, kind));
        }
    }
    for (uint32_t i = 0; status == SRNN_OK && i < wish->more; i++) {
        snprintf(name, sizeof name, "more-%lu", (unsigned long)i);
        status = srnn_checkpoint_add_text(forge->parts, name, "");
    }
    if (status == SRNN_OK && !found && wish->text != NULL) {
        return srnn_checkpoint_add_text(forge->parts, wish->part, wish->text);
    }
    found |= wish->more > 0 || wish->generator != NULL;
    return status != SRNN_OK ? status : found ? SRNN_OK : SRNN_E_STATE;
}

/* Read the file into the parts of a list, with the wish. Returns 0, or -1. */
static int forge_file(struct forge *forge, const char *path, struct wish *wish)
{
    FILE *stream = fopen(path, "rb");

    if (stream == NULL) {
        return -1;
    }
    forge->bytes = fread(forge->archive, 1, sizeof forge->archive, stream);
    fclose(stream);
    if (srnn_model_load_create(NULL, NULL, forge->archive, forge->bytes, 0, &forge->model) !=
            SRNN_OK ||
        srnn_checkpoint_create(NULL, NULL, MOST_PARTS + wish->more, &forge->parts) != SRNN_OK ||
        srnn_checkpoint_open(forge->parts, forge->archive, forge->bytes) != SRNN_OK ||
        list_parts(forge, wish) != SRNN_OK || srnn_checkpoint_restore(forge->parts) != SRNN_OK) {
        return -1;
    }
    if (wish->generator != NULL) {
        void *generator = new_object(forge, wish->generator, SRNN_PART_RANDOM);

        return srnn_checkpoint_add(forge->parts, wish->generator, generator) == SRNN_OK ? 0 : -1;
    }
    return wish->text != NULL || wish->more > 0
               ? 0
               : change(wish->copy, wish->bytes, wish->offset, wish->digits);
}

int main(int argc, char **argv)
{
    static struct forge forge; /* what it leads to is not freed */
    struct wish wish = {NULL, NULL, NULL, NULL, NULL, 0, NULL, 0};
    FILE *stream;
    int32_t status;

    if (argc < 4 || argc > 6) {
        return 2;
    }
    wish.part = argc > 4 ? argv[3] : "";
    wish.text = argc == 5 ? argv[4] : NULL;
    wish.offset = argv[argc - 2];
    wish.digits = argv[argc - 1];
    wish.more = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
    wish.generator = argc == 4 && wish.more == 0 ? argv[3] : NULL;
    if (forge_file(&forge, argv[1], &wish) != 0 || (stream = fopen(argv[2], "wb")) == NULL) {
        return 2;
    }
    status = srnn_checkpoint_write(forge.parts, write_stream, stream);
    return fclose(stream) == 0 && status == SRNN_OK ? 0 : 1;
}
