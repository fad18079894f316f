/* task_sequences.h - what music and series have in common: sequences of a file, drawn
 * in epochs */
#ifndef TASK_SEQUENCES_H
#define TASK_SEQUENCES_H

#include <stddef.h>
#include <stdint.h>

#include "storage/sequences.h"
#include "tasks/schedule.h"
#include "tasks/task.h"

/* Give back the sequences of a task; NULL is passed over. */
void task_sequences_destroy(struct sequences *sequences);

/* Room for the sequences of a task, empty. Gives 0, or EXIT_FAILED after a message. */
int task_sequences_create(struct task *task, const char *path);

/* Choose what is trained on, when the sequences were read: all but the share that is held
 * out at the end, of a single long series its last steps. Gives 0, or EXIT_FAILED after
 * a message. */
int sequences_select_training(struct task *task);

/* Let the task draw from the part that is held out. */
void sequences_select_held_out(struct task *task);

/* Plan the draws of the task's part. Gives 0, or EXIT_FAILED after a message. */
int sequences_plan(const struct task *task, uint32_t lanes, struct schedule *schedule);

/* Draw, for a task_kind: inputs and targets as task->lead and the labels tell. */
void sequences_draw(const struct task *task, uint64_t index, srnn_random *random,
                    struct samples *samples);

#endif /* TASK_SEQUENCES_H */
