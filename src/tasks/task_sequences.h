/* task_sequences.h - what music and series have in common: sequences of a file, drawn
 * in epochs */
#ifndef TASK_SEQUENCES_H
#define TASK_SEQUENCES_H

#include "storage/sequences.h"
#include "tasks/task.h"

/* Make task->data empty sequences, for the kind to read its file into. Returns 0, or EXIT_FAILED
 * after a message. */
int sequences_create(struct task *task);

/* Free the text of the file, and select the part that is trained on: all sequences but those that
 * are held out (hold_out.h), which are moved to the end. Returns 0, or EXIT_FAILED after a message.
 */
int sequences_select_training(struct task *task);

/* The functions of a task_kind. Inputs and targets follow task->lead and the labels. */
void sequences_draw(const struct task *task, uint64_t index, srnn_random *random,
                    struct samples *samples);
int sequences_plan(const struct task *task, struct samples *samples);
void sequences_select_held_out(struct task *task);
void sequences_close(struct task *task);

#endif /* TASK_SEQUENCES_H */
