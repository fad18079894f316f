/* hold_out.h - which sequences of a file are not trained on */
#ifndef HOLD_OUT_H
#define HOLD_OUT_H

#include <stddef.h>

#include "storage/sequences.h"
#include "tasks/task.h"

/* Move the sequences of task->data that options.hold_out and options.hold_out_from hold out behind
 * the others; either part keeps the order of the file. A single series without labels is cut in
 * two: its last steps become a sequence. *held is set to the number of sequences that are held out.
 * The file must be large enough: a part that would be empty is refused, with a share that would do.
 * Returns 0, or EXIT_FAILED after a message. */
int hold_out(struct task *task, size_t *held);

/* The advice that ends a message about too small a part. It names options of `train` if
 * options.advises is set, else one of `eval`. */
const char *hold_out_advice(const struct task *task);

/* With options.advises, warn when there is a single label, or when a part of the sequences lacks
 * labels: the first `training` ones, or those behind them. */
void hold_out_warn(const struct task *task, size_t training);

#endif /* HOLD_OUT_H */
