/* sample.c - the command `sample`: write text from a model of text */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "srnn.h"
#include "storage/model_file.h"
#include "support/message.h"
#include "support/options.h"

struct sample_settings {
    uint64_t length;
    double temperature;
    uint64_t seed;
    const char *prime;
};

#define SETTING(field) offsetof(struct sample_settings, field)

static const struct option rows[] = {
    {"length", OPTION_COUNT, SETTING(length), "N", "500", 0, 1e15, NULL, KEEP_NOT, 0,
     "bytes to write after the prime"},
    {"temperature", OPTION_NUMBER, SETTING(temperature), "T", "0.8", 0, 100, NULL, KEEP_NOT, 0,
     "below 1 bolder towards the likely, above 1 wilder; 0: the likeliest"},
    {"seed", OPTION_COUNT, SETTING(seed), "N", "1", 0, 1.8446744073709552e19, NULL, KEEP_NOT, 0,
     "another seed, another text"},
    {"prime", OPTION_TEXT, SETTING(prime), "TEXT", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "the text to go on from; without it a random symbol"},
};

static const struct option_table table = {
    "sample",
    "MODEL [options]",
    "Write text from a model that was trained by srnn train text. The same model,\n"
    "options and seed give the same text on every machine.",
    1,
    1,
    rows,
    sizeof rows / sizeof rows[0],
    NULL};

/* A model that writes. */
struct writer {
    const struct model_file *file;
    srnn_random *random;
    float *state;  /* [hidden] */
    float *next;   /* [hidden], swapped with state after each step */
    float *logits; /* [symbols] */
};

static int writer_create(struct writer *writer, const struct model_file *file, uint64_t seed)
{
    const size_t hidden = srnn_model_hidden(file->model);
    int32_t status;

    writer->file = file;
    writer->state = malloc(hidden * sizeof *writer->state);
    writer->next = malloc(hidden * sizeof *writer->next);
    writer->logits = malloc(file->encoding.alphabet.count * sizeof *writer->logits);
    if (writer->state == NULL || writer->next == NULL || writer->logits == NULL) {
        return fail("no memory");
    }
    status = srnn_random_create(NULL, NULL, seed, 0, &writer->random);
    if (status == SRNN_OK) {
        status = srnn_initial_state(file->model, writer->state, hidden);
    }
    return status == SRNN_OK ? 0 : fail_status(status, "%s", file->path);
}

static void writer_destroy(struct writer *writer)
{
    srnn_random_destroy(writer->random);
    free(writer->state);
    free(writer->next);
    free(writer->logits);
}

/* Let the model read a symbol, write it out too, and leave the logits of the one
 * after it. */
static int32_t read_symbol(struct writer *writer, uint32_t id)
{
    float *const state = writer->state;
    const int32_t status =
        srnn_step_id(writer->file->model, id, state, writer->next, writer->logits);

    writer->state = writer->next;
    writer->next = state;
    putchar(writer->file->encoding.alphabet.bytes[id]);
    return status;
}

/* The id with the largest logit. */
static uint32_t likeliest(const struct writer *writer)
{
    uint32_t best = 0;
    uint32_t i;

    for (i = 1; i < writer->file->encoding.alphabet.count; i++) {
        if (writer->logits[i] > writer->logits[best]) {
            best = i;
        }
    }
    return best;
}

/* Draw an id by the probabilities of the logits at a temperature above 0. The
 * largest logit is taken off first: small temperatures would overflow. */
static int32_t draw_symbol(struct writer *writer, double temperature, uint32_t *id)
{
    const uint32_t symbols = writer->file->encoding.alphabet.count;
    const float largest = writer->logits[likeliest(writer)];
    float threshold;
    uint32_t i;
    int32_t status;

    for (i = 0; i < symbols; i++) {
        writer->logits[i] = (float)((double)(writer->logits[i] - largest) / temperature);
    }
    status = srnn_outputs(writer->file->model, writer->logits, 1, writer->logits);
    threshold = srnn_random_uniform(writer->random);
    for (i = 0; i + 1 < symbols && threshold >= writer->logits[i]; i++) {
        threshold -= writer->logits[i];
    }
    *id = i;
    return status;
}

/* Let the model read the text to go on from, or a random symbol. Gives 0, or
 * EXIT_FAILED after a message. */
static int read_prime(struct writer *writer, const char *prime)
{
    const struct model_file *file = writer->file;
    const struct alphabet *alphabet = &file->encoding.alphabet;
    const char *byte;
    int32_t status = SRNN_OK;

    for (byte = prime; byte != NULL && *byte != '\0'; byte++) {
        if (memchr(alphabet->bytes, (unsigned char)*byte, alphabet->count) == NULL) {
            return fail("%s: byte %u of --prime is not among the model's symbols", file->path,
                        (unsigned)(unsigned char)*byte);
        }
    }
    if (prime == NULL || *prime == '\0') {
        status = read_symbol(writer, srnn_random_below(writer->random, alphabet->count));
    }
    for (byte = prime; byte != NULL && *byte != '\0' && status == SRNN_OK; byte++) {
        const unsigned char *place = memchr(alphabet->bytes, (unsigned char)*byte, alphabet->count);
        status = read_symbol(writer, (uint32_t)(place - alphabet->bytes));
    }
    return status == SRNN_OK ? 0 : fail_status(status, "%s", file->path);
}

static int write_text(struct writer *writer, const struct sample_settings *settings)
{
    uint64_t i;
    int32_t status = SRNN_OK;

    for (i = 0; i < settings->length && status == SRNN_OK && !ferror(stdout); i++) {
        uint32_t id;

        if (settings->temperature > 0.0) {
            status = draw_symbol(writer, settings->temperature, &id);
        } else {
            id = likeliest(writer);
        }
        if (status == SRNN_OK) {
            status = read_symbol(writer, id);
        }
    }
    putchar('\n');
    return status == SRNN_OK ? 0 : fail_status(status, "%s", writer->file->path);
}

int command_sample(int argc, char **argv)
{
    struct sample_settings settings;
    struct arguments arguments;
    struct model_file file;
    struct writer writer;
    int result;

    options_default(&table, &settings);
    result = options_parse(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    memset(&writer, 0, sizeof writer);
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0 && file.encoding.alphabet.count == 0) {
        result = fail("%s: the model has no alphabet; it was not trained on text", file.path);
    }
    if (result == 0) {
        result = writer_create(&writer, &file, settings.seed);
    }
    if (result == 0) {
        result = read_prime(&writer, settings.prime);
    }
    if (result == 0) {
        result = write_text(&writer, &settings);
    }
    writer_destroy(&writer);
    model_file_close(&file);
    return finish_output(result);
}
