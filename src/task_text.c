/* task_text.c - text as a task: predict the next symbol of a file
 *
 * The piece of the text that is trained on (or held out) is cut into as many
 * streams as a batch has sequences, which are read side by side, a chunk at a
 * time. The state goes on from chunk to chunk and starts afresh when the streams
 * are at their end. Where the streams stand follows from the number of the draw,
 * so there is no position to keep. */
#include "task_text.h"

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "file.h"
#include "message.h"

void corpus_destroy(struct corpus *corpus)
{
    if (corpus != NULL) {
        free(corpus->ids);
        free(corpus);
    }
}

/* Finds the alphabet and the fingerprint of corpus->ids, which are still the
 * file's bytes, and turns the bytes into ids. */
static void encode(struct corpus *corpus)
{
    unsigned char id_of[256] = {0};
    unsigned char seen[256] = {0};
    unsigned byte;
    size_t i;

    corpus->fingerprint = UINT64_C(14695981039346656037);
    for (i = 0; i < corpus->bytes; i++) {
        seen[corpus->ids[i]] = 1;
        corpus->fingerprint = (corpus->fingerprint ^ corpus->ids[i]) * UINT64_C(1099511628211);
    }
    for (byte = 0; byte < 256; byte++) {
        if (seen[byte]) {
            id_of[byte] = (unsigned char)corpus->symbols;
            corpus->alphabet[corpus->symbols++] = (unsigned char)byte;
        }
    }
    for (i = 0; i < corpus->bytes; i++) {
        corpus->ids[i] = id_of[corpus->ids[i]];
    }
}

static void set_shape(struct task *task)
{
    task->inputs = task->corpus->symbols;
    task->outputs = task->corpus->symbols;
}

static int open_text(struct task *task, const char *path)
{
    struct corpus *corpus = calloc(1, sizeof *corpus);

    if (corpus == NULL) {
        return fail("%s: no memory", path);
    }
    if (file_read(path, &corpus->ids, &corpus->bytes) != 0) {
        corpus_destroy(corpus);
        return EXIT_FAILED;
    }
    if (corpus->bytes == 0) {
        corpus_destroy(corpus);
        return fail("%s: is empty", path);
    }
    corpus->path = path;
    encode(corpus);
    task->corpus = corpus;
    task->every_step = 1;
    task->judge_steps = 1;
    task->max_steps = (uint32_t)task->options.chunk;
    task->piece_bytes = corpus->bytes - (size_t)((double)corpus->bytes * task->options.hold_out);
    set_shape(task);
    return 0;
}

int text_use_alphabet(struct task *task, const unsigned char *alphabet, uint32_t symbols)
{
    struct corpus *corpus = task->corpus;
    unsigned char id_of[256];
    uint32_t i;
    size_t at;

    for (i = 0; i < corpus->symbols; i++) {
        const unsigned char byte = corpus->alphabet[i];
        const unsigned char *place = memchr(alphabet, byte, symbols);

        if (place == NULL) {
            return fail("%s: has the byte %u, which is not among the model's %lu symbols",
                        corpus->path, byte, (unsigned long)symbols);
        }
        id_of[i] = (unsigned char)(place - alphabet);
    }
    for (at = 0; at < corpus->bytes; at++) {
        corpus->ids[at] = id_of[corpus->ids[at]];
    }
    memcpy(corpus->alphabet, alphabet, symbols);
    corpus->symbols = symbols;
    set_shape(task);
    return 0;
}

void text_select_held_out(struct task *task)
{
    const size_t bytes = task->corpus->bytes;

    task->piece = bytes - (size_t)((double)bytes * task->options.hold_out);
    task->piece_bytes = bytes - task->piece;
}

int text_check_streams(const struct task *task, uint32_t streams)
{
    if (task->piece_bytes > streams) {
        return 0;
    }
    return fail("%s: %lu of its %lu bytes are too few for %lu streams", task->corpus->path,
                (unsigned long)task->piece_bytes, (unsigned long)task->corpus->bytes,
                (unsigned long)streams);
}

/* Where stream `s` of `streams` begins, counted in the piece's targets, which
 * are all its symbols but the first. Stream s ends where s + 1 begins. */
static size_t stream_begin(const struct task *task, uint32_t streams, uint32_t s)
{
    const size_t targets = task->piece_bytes - 1;

    return targets / streams * s + targets % streams * s / streams;
}

/* The length of the longest stream. */
static size_t longest_stream(const struct task *task, uint32_t streams)
{
    const size_t targets = task->piece_bytes - 1;

    return targets / streams + (targets % streams != 0);
}

uint64_t text_draws(const struct task *task, uint32_t streams)
{
    const uint64_t chunk = task->options.chunk;

    return (longest_stream(task, streams) + chunk - 1) / chunk;
}

static void draw_text(const struct task *task, uint64_t index, srnn_random *random,
                      struct samples *samples)
{
    const uint32_t streams = samples->sequences;
    const uint64_t chunk = index % text_draws(task, streams);
    const size_t offset = (size_t)(chunk * task->options.chunk);
    const size_t left = longest_stream(task, streams) - offset;
    uint32_t s, t;

    (void)random;
    samples->continues = chunk != 0;
    samples->steps = left < task->max_steps ? (uint32_t)left : task->max_steps;
    samples->targets = 0;
    for (s = 0; s < streams; s++) {
        const size_t begin = stream_begin(task, streams, s) + offset;
        const size_t end = stream_begin(task, streams, s + 1);
        const size_t rest = end > begin ? end - begin : 0;
        const uint32_t length = rest < samples->steps ? (uint32_t)rest : samples->steps;
        const unsigned char *ids = task->corpus->ids + task->piece + begin;

        for (t = 0; t < samples->steps; t++) {
            samples->ids[(size_t)t * streams + s] = t < length ? ids[t] : 0;
            samples->goal_ids[(size_t)t * streams + s] = t < length ? ids[t + 1] : 0;
        }
        samples->lengths[s] = length;
        samples->ragged |= length < samples->steps;
        samples->targets += length;
    }
}

static const struct preset presets[] = {{"hidden", "512"},
                                        {"activation", "relu"},
                                        {"init", "basic-sigmoid"},
                                        {"batch", "32"},
                                        {"chunk", "32"},
                                        {"rate", "0.004"},
                                        {"drop", "0.2"},
                                        {"optimizer", "adam"},
                                        {"schedule", "linear"},
                                        {"updates", "11000"},
                                        {"evaluate-every", "1000"},
                                        {"omega", "0"},
                                        {"stop-error", "0"},
                                        {NULL, NULL}};

const struct task_kind text_task = {
    .name = "text",
    .summary = "the next symbol of a text FILE",
    .scope = SCOPE_TEXT,
    .needs_file = 1,
    .presets = presets,
    .open = open_text,
    .draw = draw_text,
};
