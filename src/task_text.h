/* task_text.h - text as a task: predict the next symbol of a file */
#ifndef TASK_TEXT_H
#define TASK_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "task.h"

/* A file as ids of its symbols. Id i stands for the byte alphabet[i]; the bytes
 * of the alphabet are distinct and ascend. */
struct corpus {
    const char *path;   /* borrowed */
    unsigned char *ids; /* [bytes] */
    size_t bytes;
    unsigned char alphabet[256];
    uint32_t symbols;
    uint64_t fingerprint; /* of the file's bytes: FNV-1a */
};

/* Give back a corpus; NULL is passed over. */
void corpus_destroy(struct corpus *corpus);

/* Rewrite the ids for another alphabet, that of a model, and give the task its
 * shape. Gives 0, or EXIT_FAILED after a message when the text has bytes that are
 * not in it. */
int text_use_alphabet(struct task *task, const unsigned char *alphabet, uint32_t symbols);

/* Whether the task's piece of its text can be cut into so many streams. Gives 0,
 * or EXIT_FAILED after a message. */
int text_check_streams(const struct task *task, uint32_t streams);

/* Let the task draw from the held-out end of its text. */
void text_select_held_out(struct task *task);

/* The number of chunks that go through the task's piece in `streams` streams. */
uint64_t text_draws(const struct task *task, uint32_t streams);

#endif /* TASK_TEXT_H */
