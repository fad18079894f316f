/* task_text.c - text as a task: predict the next symbol of a file
 *
 * The part of the text that is trained on (or held out) is cut into as many streams as a
 * batch has sequences. They are read side by side, a chunk at a time. The state is carried on
 * from chunk to chunk; at the end of the streams it starts afresh. The place in the streams
 * follows from the number of the draw, so no position is kept. */
#include <string.h>

#include "support/message.h"
#include "support/share.h"
#include "support/text_mark.h"
#include "tasks/hold_out.h"
#include "tasks/task.h"

/* Warn of a file whose symbols are more than a byte, or that is no text. */
static void warn_of_bytes(const struct task_file *file)
{
    const char *wide = text_wide((const char *)file->data, file->size);

    if (wide != NULL) {
        warn("%s: is %s, which is read as single bytes; iconv -f %s -t UTF-8 makes text of it",
             file->path, wide, wide);
    } else if (memchr(file->data, 0, file->size) != NULL) {
        warn("%s: has bytes of zero, which no text has; it is read byte by byte", file->path);
    }
}

/* Leave out a byte-order mark, unless the alphabet of a model knows it: an older run goes on as it
 * was. */
static void skip_mark(struct task_file *file, const struct alphabet *known)
{
    const size_t mark = text_mark((const char *)file->data, file->size);

    if (mark > 0 && (known == NULL || memchr(known->bytes, file->data[0], known->count) == NULL)) {
        file->size -= mark;
        memmove(file->data, file->data + mark, file->size);
    }
}

/* Learn the alphabet of the bytes of `file`. */
static void learn_alphabet(const struct task_file *file, struct alphabet *alphabet)
{
    unsigned char seen[256] = {0};

    for (size_t i = 0; i < file->size; i++) {
        seen[file->data[i]] = 1;
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        if (seen[byte]) {
            alphabet->bytes[alphabet->count++] = (unsigned char)byte;
        }
    }
}

/* Turn the bytes of the file into ids in place: id i stands for the i-th byte of the alphabet.
 * Bytes that the alphabet lacks are counted and left out. */
static void encode(struct task *task)
{
    const struct alphabet *alphabet = &task->encoding.alphabet;
    struct task_file *file = &task->file;
    int id_of[256];
    size_t kept = 0;

    for (unsigned byte = 0; byte < 256; byte++) {
        id_of[byte] = -1;
    }
    for (uint32_t i = 0; i < alphabet->count; i++) {
        id_of[alphabet->bytes[i]] = (int)i;
    }
    for (size_t i = 0; i < file->size; i++) {
        const int id = id_of[file->data[i]];

        if (id >= 0) {
            file->data[kept++] = (unsigned char)id;
        }
    }
    task->unknown = file->size - kept;
    file->size = kept;
}

/* The number of symbols that are not held out. */
static size_t training_size(const struct task *task)
{
    const size_t size = task->file.size;

    return size - (size_t)((double)size * task->options.hold_out);
}

/* How far ahead to predict: the number of the option, or for 0 that of the model, whose encoding
 * may be NULL. Warn if they differ, unless the model's is 1: an old file says nothing. */
static uint32_t choose_ahead(uint64_t option, const struct encoding *encoding)
{
    const uint32_t trained = encoding != NULL ? encoding->ahead : 1;

    if (option == 0) {
        return trained;
    }
    if (trained > 1 && option != trained) {
        warn("--ahead %llu: the model was trained with %lu", (unsigned long long)option,
             (unsigned long)trained);
    }
    return (uint32_t)option;
}

static int open_text(struct task *task, const struct encoding *encoding)
{
    warn_of_bytes(&task->file);
    skip_mark(&task->file, encoding != NULL ? &encoding->alphabet : NULL);
    if (encoding == NULL) {
        learn_alphabet(&task->file, &task->encoding.alphabet);
    } else if (encoding->alphabet.count > 0) {
        task->encoding.alphabet = encoding->alphabet;
    } else {
        return fail("%s: the model has no alphabet; it was not trained on text", task->file.path);
    }
    task->options.ahead = choose_ahead(task->options.ahead, encoding);
    task->encoding.ahead = (uint32_t)task->options.ahead;
    encode(task);
    if (task->encoding.alphabet.count == 1 && task->options.advises) {
        warn("%s: one character over and over: nothing to learn", task->file.path);
    }
    task->inputs = task->encoding.alphabet.count;
    task->outputs = task->inputs;
    task->every_step = 1;
    task->judge_steps = 1;
    task->max_steps = (uint32_t)task->options.chunk;
    task->part_size = training_size(task);
    return 0;
}

/* Draw from the end of the text that is held out. */
static void select_held_out(struct task *task)
{
    task->part_begin = training_size(task);
    task->part_size = task->file.size - task->part_begin;
}

/* The number of targets: all symbols of the part but the first, which nothing predicts. */
static size_t count_targets(const struct task *task)
{
    return task->part_size - task->encoding.ahead;
}

/* The index of the first target of stream `s` of `streams`; stream s - 1 ends before it. */
static size_t stream_begin(const struct task *task, uint32_t streams, uint32_t s)
{
    return (size_t)share_begin(count_targets(task), streams, s);
}

/* The length of the longest stream. */
static size_t longest_stream(const struct task *task, uint32_t streams)
{
    return (size_t)share_largest(count_targets(task), streams);
}

/* Refuse a part that has fewer bytes than a target for each stream needs. Returns EXIT_FAILED. */
static int refuse_part(const struct task *task, uint32_t streams)
{
    const struct task_file *file = &task->file;
    const unsigned long part = (unsigned long)task->part_size;

    if (file->size == 0) {
        return fail("%s: none of its %lu characters is known to the model", file->path,
                    (unsigned long)task->unknown);
    }
    if (task->part_size == file->size) {
        return fail("%s: %lu bytes are too few for %lu streams; --batch sets their number",
                    file->path, part, (unsigned long)streams);
    }
    return fail(
        "%s: %lu of its %lu bytes are too few to %s %lu streams; --batch sets their number, "
        "--hold-out what is held out, %s",
        file->path, part, (unsigned long)file->size,
        task->part_begin == 0 ? "train on in" : "judge by in", (unsigned long)streams,
        hold_out_advice(task));
}

static int plan_streams(const struct task *task, struct samples *samples)
{
    const uint32_t streams = samples->capacity;
    const uint64_t chunk = task->options.chunk;

    if (task->part_size <= (size_t)streams + task->encoding.ahead - 1) {
        return refuse_part(task, streams);
    }
    samples->draws = (longest_stream(task, streams) + chunk - 1) / chunk;
    return 0;
}

static void draw_text(const struct task *task, uint64_t index, srnn_random *random,
                      struct samples *samples)
{
    const uint32_t streams = samples->sequences;
    const uint64_t chunk = index % samples->draws;
    const size_t offset = (size_t)(chunk * task->options.chunk);
    const size_t left = longest_stream(task, streams) - offset;
    const size_t ahead = task->encoding.ahead;

    (void)random;
    samples->continues = chunk != 0;
    samples->steps = left < task->max_steps ? (uint32_t)left : task->max_steps;
    samples->targets = 0;
    for (uint32_t s = 0; s < streams; s++) {
        const size_t begin = stream_begin(task, streams, s) + offset;
        const size_t end = stream_begin(task, streams, s + 1);
        const size_t rest = end > begin ? end - begin : 0;
        const uint32_t length = rest < samples->steps ? (uint32_t)rest : samples->steps;
        const unsigned char *ids = task->file.data + task->part_begin + begin;

        for (uint32_t t = 0; t < samples->steps; t++) {
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

static const struct preset published[] = {{"hidden", "500"},         {"activation", "sigmoid"},
                                          {"init", "basic-sigmoid"}, {"no-biases", ""},
                                          {"chunk", "200"},          {"batch", "10"},
                                          {"cost", "sum"},           {"rate", "0.05"},
                                          {"schedule", "halve"},     {"omega", "0.01"},
                                          {"clip", "norm:45"},       {"keep", "best"},
                                          {"evaluate-every", "0"},   {"patience", "5"},
                                          {"stop-error", "0"},       {NULL, NULL}};

const struct task_kind text_task = {
    .name = "text",
    .summary = "the next symbol of a text FILE",
    .scope = SCOPE_TEXT | SCOPE_FILE,
    .needs_file = 1,
    .characters = 1,
    .presets = presets,
    .published = published,
    .open = open_text,
    .draw = draw_text,
    .plan = plan_streams,
    .for_evaluation = select_held_out,
};
