/* run_checkpoint.h - a run on the disk, to be resumed from there
 *
 * The parts of the library's checkpoint, by their names:
 *   model, optimizer, clipper, random  the trainer's
 *   best       a model: the best weights, if they are kept
 *   workspace  for a task with a file: the hidden states that carry over to the next update
 *   run        bytes: a fingerprint of the data, and the counters
 *   task, settings   texts: see model_file.h; and those of encoding.h */
#ifndef RUN_CHECKPOINT_H
#define RUN_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "storage/model_file.h"
#include "training/run.h"
#include "training/settings.h"

/* What the checkpoints of one run are written from. */
struct run_checkpoint {
    srnn_checkpoint *parts; /* the list */
    unsigned char *numbers; /* the part "run" */
    char *settings;
    struct encoding_texts texts;
    uint64_t fingerprint; /* of the data that the run is trained on and judged by */
};

/* Prepare checkpoints of `run`, which must stay where it is; a save then allocates only a file's
 * buffer. Returns 0, or EXIT_FAILED after a message. */
int run_checkpoint_create(struct run_checkpoint *checkpoint, const struct run *run,
                          uint64_t fingerprint);

/* Refuse a run that is too large for a file, such as one on a series of millions of columns.
 * Returns 0, or EXIT_FAILED after a message. */
int run_checkpoint_check(const struct run_checkpoint *checkpoint);

/* A hash of the run: its data, settings, counters and weights, whether it has --from, and the
 * fingerprint of the data of --test. All ranks must begin with the same: mpirun can give each its
 * own arguments, and each machine has its own files. */
uint64_t run_checkpoint_hash(struct run_checkpoint *checkpoint, const struct run *run,
                             uint64_t test_fingerprint);

/* Free the memory; also after a failed create, or of a zeroed struct. */
void run_checkpoint_destroy(struct run_checkpoint *checkpoint);

/* Write the run to `path`. Returns 0, or EXIT_FAILED after a message. */
int run_checkpoint_save(struct run_checkpoint *checkpoint, const struct run *run, const char *path);

/* Whether `file` is that of a run. */
int run_checkpoint_present(const struct model_file *file);

/* The number of updates of the run in `file`. */
uint64_t run_checkpoint_updates(const struct model_file *file);

/* What stands behind FILE in the command that resumes the run in `file`: " --valid FILE" if it was
 * judged by a file, else nothing. It is in brackets where the file cannot tell: nothing was held
 * out, and no evaluation on schedule was made. */
const char *run_checkpoint_valid_hint(const struct model_file *file);

/* Find the kind of task of the run in `file`. Returns 0, or EXIT_FAILED after a message: the file
 * is none of a run, or its task is unknown. */
int run_checkpoint_kind(const struct model_file *file, const struct task_kind **kind);

/* Read the settings of the run in `file`, which must be a run of `kind`. Returns 0, or EXIT_FAILED
 * after a message. */
int run_checkpoint_settings(const struct model_file *file, const struct task_kind *kind,
                            struct settings *settings);

/* Set a new run to the state of the one in `file`. Returns 0, or EXIT_FAILED after a message; then
 * the run can only be destroyed. */
int run_checkpoint_restore(struct run_checkpoint *checkpoint, const struct model_file *file,
                           struct run *run);

#endif /* RUN_CHECKPOINT_H */
