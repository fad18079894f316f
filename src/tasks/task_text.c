/* task_text.c - text as a task: predict the next symbol of a file
 *
 * The piece of the text that is trained on (or held out) is cut into as many
 * streams as a batch has sequences, which are read side by side, a chunk at a
 * time. The state goes on from chunk to chunk and starts afresh when the streams
 * are at their end. Where the streams stand follows from the number of the draw,
 * so there is no position to keep. */
#include "tasks/task_text.h"

#include <stdlib.h>
#include <string.h>

#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"

void corpus_destroy(struct corpus *corpus)
{
    if (corpus != NULL) {
        free(corpus->ids);
        free(corpus);
    }
}

/* Learn the alphabet of corpus->ids, which are still the file's bytes. */
static void learn_alphabet(const struct corpus *corpus, struct alphabet *alphabet)
{
    unsigned char seen[256] = {0};

    for (size_t i = 0; i < corpus->bytes; i++) {
        seen[corpus->ids[i]] = 1;
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        if (seen[byte]) {
            alphabet->bytes[alphabet->count++] = (unsigned char)byte;
        }
    }
}

/* Turn the file's bytes in corpus->ids into ids. What is not in the alphabet is counted
 * and left out. */
static void encode(struct corpus *corpus, const struct alphabet *alphabet)
{
    int id_of[256];
    size_t kept = 0;

    for (unsigned byte = 0; byte < 256; byte++) {
        id_of[byte] = -1;
    }
    for (uint32_t i = 0; i < alphabet->count; i++) {
        id_of[alphabet->bytes[i]] = (int)i;
    }
    corpus->fingerprint = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < corpus->bytes; i++) {
        const unsigned char byte = corpus->ids[i];

        corpus->fingerprint = (corpus->fingerprint ^ byte) * UINT64_C(1099511628211);
        if (id_of[byte] >= 0) {
            corpus->ids[kept++] = (unsigned char)id_of[byte];
        }
    }
    corpus->unknown = corpus->bytes - kept;
    corpus->bytes = kept;
}

static int open_text(struct task *task, const char *path, const struct encoding *encoding)
{
    struct corpus *corpus = calloc(1, sizeof *corpus);

    if (corpus == NULL) {
        return fail("%s: no memory", path);
    }
    task->corpus = corpus;
    corpus->path = path;
    if (file_read(path, &corpus->ids, &corpus->bytes) != 0) {
        return EXIT_FAILED;
    }
    if (corpus->bytes == 0) {
        return fail("%s: is empty", path);
    }
    if (encoding == NULL) {
        learn_alphabet(corpus, &task->encoding.alphabet);
    } else if (encoding->alphabet.count > 0) {
        task->encoding.alphabet = encoding->alphabet;
    } else {
        return fail("%s: the model has no alphabet; it was not trained on text", path);
    }
    encode(corpus, &task->encoding.alphabet);
    task->inputs = task->encoding.alphabet.count;
    task->outputs = task->inputs;
    task->every_step = 1;
    task->judge_steps = 1;
    task->max_steps = (uint32_t)task->options.chunk;
    task->piece_size = corpus->bytes - (size_t)((double)corpus->bytes * task->options.hold_out);
    return 0;
}

void text_select_held_out(struct task *task)
{
    const size_t bytes = task->corpus->bytes;

    task->piece = bytes - (size_t)((double)bytes * task->options.hold_out);
    task->piece_size = bytes - task->piece;
}

int text_check_streams(const struct task *task, uint32_t streams)
{
    if (task->piece_size > streams + task->options.ahead - 1) {
        return 0;
    }
    return fail("%s: %lu of its %lu bytes are too few for %lu streams", task->corpus->path,
                (unsigned long)task->piece_size, (unsigned long)task->corpus->bytes,
                (unsigned long)streams);
}

/* The piece's targets are all its symbols but the first, or with --ahead N the first N. */
static size_t count_targets(const struct task *task)
{
    return task->piece_size - (size_t)task->options.ahead;
}

/* Where stream `s` of `streams` begins, counted in the piece's targets. Stream s ends
 * where s + 1 begins. */
static size_t stream_begin(const struct task *task, uint32_t streams, uint32_t s)
{
    const size_t targets = count_targets(task);

    return targets / streams * s + targets % streams * s / streams;
}

/* The length of the longest stream. */
static size_t longest_stream(const struct task *task, uint32_t streams)
{
    const size_t targets = count_targets(task);

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
    const size_t ahead = (size_t)task->options.ahead;
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
            samples->goal_ids[(size_t)t * streams + s] = t < length ? ids[t + ahead] : 0;
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
    .scope = SCOPE_TEXT | SCOPE_FILE,
    .needs_file = 1,
    .presets = presets,
    .open = open_text,
    .draw = draw_text,
};
