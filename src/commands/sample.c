/* sample.c - the command `sample`: generates text with a model of text; music: sample_music.c */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/predictor.h"
#include "commands/sample.h"
#include "srnn.h"
#include "storage/midi.h"
#include "storage/model_file.h"
#include "support/file.h"
#include "support/file_place.h"
#include "support/message.h"
#include "support/options.h"
#include "support/printable.h"
#include "support/text_mark.h"
#include "support/try.h"

#define SETTING(field) offsetof(struct sample_settings, field)

/* The scope of options that only a model of music has a use for. */
#define OF_MUSIC 1u

static const struct option rows[] = {
    {"length", OPTION_COUNT, SETTING(length), "N", "500", 0, 1e15, NULL, KEEP_NOT, 0,
     "number of bytes to generate, or of steps of music"},
    {"temperature", OPTION_NUMBER, SETTING(temperature), "T", "0.8", 0, 100, NULL, KEEP_NOT, 0,
     "temperature of what is drawn; 0: the likeliest\nlower: more predictable; higher: "
     "more varied"},
    {"seed", OPTION_COUNT, SETTING(seed), "N", "1", 0, (double)UINT64_MAX, NULL, KEEP_NOT, 0,
     "seed of the random numbers"},
    {"prime", OPTION_TEXT, SETTING(prime), "TEXT", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "text to continue; without it a random symbol\n"
     "music: a piano roll to continue; without it from silence"},
    {"prime-file", OPTION_FILE, SETTING(prime_file), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "file of what is to be continued; \"-\": standard input"},
    {"output", OPTION_OUTPUT, SETTING(output), "FILE", NULL, 0, 0, NULL, KEEP_NOT, OF_MUSIC,
     "music: write a MIDI file, in place of a piano roll"},
    QUARTER_STEPS_ROW(struct sample_settings, quarter_steps, KEEP_NOT, OF_MUSIC),
};

static const struct option_table table = {
    "sample",
    "MODEL [options]",
    "Generate text or music with a model that was trained by `srnn train text` or `srnn train\n"
    "music`. The same model, options and seed lead to the same output on every machine.",
    1,
    1,
    rows,
    OPTIONS_IN(rows),
    NULL};

/* A model that generates text. */
struct generator {
    const struct model_file *file;
    srnn_random *random;
    float *state;  /* [hidden] */
    float *next;   /* [hidden], swapped with state after each step */
    float *logits; /* [symbols] */
};

/* Returns 0, or EXIT_FAILED after a message; call generator_destroy in both cases. */
static int generator_create(struct generator *generator, const struct model_file *file,
                            uint64_t seed)
{
    const size_t hidden = srnn_model_hidden(file->model);
    int32_t status;

    generator->file = file;
    generator->state = malloc(hidden * sizeof *generator->state);
    generator->next = malloc(hidden * sizeof *generator->next);
    generator->logits = malloc(file->encoding.alphabet.count * sizeof *generator->logits);
    if (generator->state == NULL || generator->next == NULL || generator->logits == NULL) {
        return fail("sample: no memory for the states and logits");
    }
    status = srnn_random_create(NULL, NULL, seed, 0, &generator->random);
    if (status == SRNN_OK) {
        status = srnn_initial_state(file->model, generator->state, hidden);
    }
    return status == SRNN_OK ? 0 : fail_status(status, "%s", file->path);
}

static void generator_destroy(struct generator *generator)
{
    srnn_random_destroy(generator->random);
    free(generator->state);
    free(generator->next);
    free(generator->logits);
}

/* Feed a symbol to the model and print it; the logits are those of the next symbol. Returns
 * a status. */
static int32_t read_symbol(struct generator *generator, uint32_t id)
{
    float *const state = generator->state;
    const int32_t status =
        srnn_step_id(generator->file->model, id, state, generator->next, generator->logits);

    generator->state = generator->next;
    generator->next = state;
    putchar(generator->file->encoding.alphabet.bytes[id]);
    return status;
}

/* The id with the largest logit. */
static uint32_t most_likely_symbol(const struct generator *generator)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < generator->file->encoding.alphabet.count; i++) {
        if (generator->logits[i] > generator->logits[best]) {
            best = i;
        }
    }
    return best;
}

/* Draw an id from the softmax of logits / temperature, where temperature > 0. The largest
 * logit is subtracted first, or small temperatures would overflow. Returns a status. */
static int32_t draw_symbol(struct generator *generator, double temperature, uint32_t *id)
{
    const uint32_t symbols = generator->file->encoding.alphabet.count;
    const float largest = generator->logits[most_likely_symbol(generator)];
    float threshold;
    int32_t status;

    for (uint32_t i = 0; i < symbols; i++) {
        generator->logits[i] = (float)((double)(generator->logits[i] - largest) / temperature);
    }
    status = srnn_outputs(generator->file->model, generator->logits, 1, generator->logits);
    threshold = srnn_random_uniform(generator->random);
    *id = 0;
    while (*id + 1 < symbols && threshold >= generator->logits[*id]) {
        threshold -= generator->logits[(*id)++];
    }
    return status;
}

/* A text to continue. */
struct prime {
    const char *text;
    size_t size;
    const char *path;      /* of its file; NULL: it is that of --prime */
    unsigned char *memory; /* what the file was read into, to be freed */
};

/* Take the text of the options, which may be empty. A byte-order mark of a file is left out where
 * training left it out: `known` does not have it. Returns 0, or EXIT_FAILED after a message. */
static int prime_open(struct prime *prime, const struct sample_settings *settings,
                      const struct alphabet *known)
{
    size_t mark;

    prime->text = settings->prime != NULL ? settings->prime : "";
    prime->size = strlen(prime->text);
    prime->path = settings->prime_file;
    prime->memory = NULL;
    if (prime->path != NULL) {
        TRY(file_read_input(&prime->path, &prime->memory, &prime->size));
        prime->text = (const char *)prime->memory;
        mark = text_mark(prime->text, prime->size);
        if (mark > 0 && memchr(known->bytes, prime->memory[0], known->count) == NULL) {
            prime->text += mark;
            prime->size -= mark;
        }
    }
    return 0;
}

/* Report that the byte at `place` of the text is none of the model's symbols: the character, or the
 * byte where a terminal would not show it, and where it is. Returns EXIT_FAILED. */
static int fail_unknown(const struct model_file *file, const struct prime *prime, size_t place)
{
    char name[16];
    unsigned long line = 1;
    size_t begin = 0; /* of the line */
    size_t length;

    /* Where the character begins: a byte in its middle may be the first that is unknown. */
    for (size_t back = 0; back < 4 && back <= place; back++) {
        length = printable_bytes(prime->text + place - back, prime->size - place + back);
        if (length > back) {
            place -= back;
            break;
        }
    }
    length = printable_bytes(prime->text + place, prime->size - place);
    if (length > 0) {
        snprintf(name, sizeof name, "'%.*s'", (int)length, prime->text + place);
    } else {
        snprintf(name, sizeof name, "the byte 0x%02x", (unsigned char)prime->text[place]);
    }
    for (size_t i = 0; i < place; i++) {
        if (prime->text[i] == '\n') {
            line++;
            begin = i + 1;
        }
    }
    if (prime->path != NULL) {
        return fail("%s:%lu:%lu: %s is not among the symbols of %s", prime->path, line,
                    (unsigned long)(place - begin) + 1, name, file->path);
    }
    return fail("--prime: %s, byte %lu of the text, is not among the symbols of %s", name,
                (unsigned long)place + 1, file->path);
}

/* The ids with which a text may begin, in ids [256]: those of all symbols. But if the alphabet is
 * that of a text in UTF-8, the bytes that only go on with a character are left out: it has such
 * bytes and others that begin one, and none that UTF-8 lacks. Returns their number. */
static uint32_t beginnings(const struct alphabet *alphabet, uint32_t *ids)
{
    int is_utf8 = 0;
    uint32_t count = 0;

    for (uint32_t i = 0; i < alphabet->count; i++) {
        is_utf8 |= alphabet->bytes[i] >= 0xc2;
    }
    for (uint32_t i = 0; i < alphabet->count; i++) {
        const unsigned char byte = alphabet->bytes[i];

        is_utf8 &= byte != 0xc0 && byte != 0xc1 && byte <= 0xf4;
    }
    for (uint32_t i = 0; i < alphabet->count; i++) {
        if (!is_utf8 || (alphabet->bytes[i] & 0xc0) != 0x80) {
            ids[count++] = i;
        }
    }
    return count;
}

/* Feed the text to continue to the model, or a random symbol where there is none. Returns 0,
 * or EXIT_FAILED after a message. */
static int read_prime(struct generator *generator, const struct prime *prime)
{
    const struct model_file *file = generator->file;
    const struct alphabet *alphabet = &file->encoding.alphabet;
    uint32_t ids[256];
    int32_t status = SRNN_OK;

    for (size_t i = 0; i < prime->size; i++) {
        if (memchr(alphabet->bytes, (unsigned char)prime->text[i], alphabet->count) == NULL) {
            return fail_unknown(file, prime, i);
        }
    }
    if (prime->size == 0) {
        const uint32_t count = beginnings(alphabet, ids);

        status = read_symbol(generator, ids[srnn_random_below(generator->random, count)]);
    }
    for (size_t i = 0; i < prime->size && status == SRNN_OK; i++) {
        const unsigned char *place =
            memchr(alphabet->bytes, (unsigned char)prime->text[i], alphabet->count);
        status = read_symbol(generator, (uint32_t)(place - alphabet->bytes));
    }
    return status == SRNN_OK ? 0 : fail_status(status, "%s", file->path);
}

/* Generate and print the text after the prime. Returns 0, or EXIT_FAILED after a message. */
static int write_text(struct generator *generator, const struct sample_settings *settings)
{
    int32_t status = SRNN_OK;

    for (uint64_t i = 0; i < settings->length && status == SRNN_OK && !ferror(stdout); i++) {
        uint32_t id;

        if (settings->temperature > 0.0) {
            status = draw_symbol(generator, settings->temperature, &id);
        } else {
            id = most_likely_symbol(generator);
        }
        if (status == SRNN_OK) {
            status = read_symbol(generator, id);
        }
    }
    putchar('\n');
    return status == SRNN_OK ? 0 : fail_status(status, "%s", generator->file->path);
}

/* Check that the model is one of text, and of the next character. Returns 0, or EXIT_FAILED after a
 * message. */
static int check_model(const struct model_file *file)
{
    const char *trained_on = model_file_trained_on(file);

    TRY(encoding_check_next(&file->encoding, file->path, "sample"));
    if (file->encoding.alphabet.count > 0) {
        return 0;
    }
    if (trained_on != NULL) {
        return fail("%s: the model was trained on %s and has no alphabet; sample needs a model of "
                    "srnn train text or music",
                    file->path, trained_on);
    }
    return fail("%s: the model has no alphabet; sample needs a model of srnn train text or music",
                file->path);
}

/* Refuse options that the model has no use for. Returns 0, or EXIT_MISUSED after a message. */
static int check_options(const struct arguments *arguments)
{
    for (size_t i = 0; i < table.count; i++) {
        if (arguments->given[i] && rows[i].scope == OF_MUSIC) {
            return misuse("sample: --%s is for models of music; this is one of text", rows[i].name);
        }
    }
    return 0;
}

/* Generate text. Returns 0, or an exit code after a message. */
static int sample_text(const struct model_file *file, const struct sample_settings *settings,
                       const struct arguments *arguments)
{
    struct generator generator;
    struct prime prime;
    int result;

    TRY(check_model(file));
    TRY(check_options(arguments));
    TRY(prime_open(&prime, settings, &file->encoding.alphabet));
    memset(&generator, 0, sizeof generator);
    result = generator_create(&generator, file, settings->seed);
    if (result == 0) {
        result = read_prime(&generator, &prime);
    }
    if (result == 0) {
        result = write_text(&generator, settings);
    }
    generator_destroy(&generator);
    free(prime.memory);
    return result;
}

/* Refuse options that contradict each other. Returns 0, or EXIT_MISUSED after a message. */
static int check_settings(const struct sample_settings *settings, const char *model)
{
    if (settings->prime != NULL && settings->prime_file != NULL) {
        return misuse("sample: --prime and --prime-file are two texts to continue; use one");
    }
    TRY(file_check_output("sample", settings->output, model));
    return file_check_output("sample", settings->output, file_input_name(settings->prime_file));
}

int command_sample(int argc, char **argv)
{
    struct sample_settings settings;
    struct arguments arguments;
    struct model_file file;
    int result = options_read(&table, argc, argv, &settings, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    TRY(check_settings(&settings, arguments.operands[0]));
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0) {
        result = predictor_plays(&file) ? sample_music(&file, &settings)
                                        : sample_text(&file, &settings, &arguments);
    }
    model_file_close(&file);
    return finish_output(result);
}
