/* task_text.h - text as a task: predict the next symbol of a file */
#ifndef TASK_TEXT_H
#define TASK_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "tasks/task.h"

/* A file as ids of its symbols: id i stands for the i-th byte of the task's alphabet. */
struct corpus {
    const char *path;   /* borrowed */
    unsigned char *ids; /* [bytes] */
    size_t bytes;
    size_t unknown;       /* bytes of the file that the alphabet lacks; they are left out */
    uint64_t fingerprint; /* of the file's bytes: FNV-1a */
};

/* Give back a corpus; NULL is passed over. */
void corpus_destroy(struct corpus *corpus);

/* Whether the task's piece of its text can be cut into so many streams. Gives 0,
 * or EXIT_FAILED after a message. */
int text_check_streams(const struct task *task, uint32_t streams);

/* Let the task draw from the held-out end of its text. */
void text_select_held_out(struct task *task);

/* The number of chunks that go through the task's piece in `streams` streams. */
uint64_t text_draws(const struct task *task, uint32_t streams);

#endif /* TASK_TEXT_H */
